"""The package by itself: what it imports, what its wheel holds, and that it runs from an empty folder."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from slack_sdk import WebClient

PACKAGE = Path(__file__).parents[1]
PROJECT = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))
IMPORT_NAMES = {"python-multipart": "python_multipart", "pyyaml": "yaml", "sse-starlette": "sse_starlette"}
TEST_TOOLS = {"hypothesis", "playwright", "pytest", "slack_bolt", "slack_sdk", "websocket"}
NOT_IMPORTED = {"python_multipart", "tzdata", "websockets"}  # found by starlette, zoneinfo and uvicorn by themselves
START_SECONDS = 60


def sources(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*.py")) if "build" not in path.parts)


def imported_packages(path: Path) -> set[str]:
    """The top-level names of all that a file imports, outside the standard library."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)


def dependencies() -> set[str]:
    named = {re.split(r"[<>=!~\[; ]", one)[0] for one in PROJECT["project"]["dependencies"]}
    return {IMPORT_NAMES.get(name, name) for name in named}


def test_the_package_imports_itself_and_its_declared_dependencies_only() -> None:
    imported: set[str] = set()
    for path in sources(PACKAGE):
        if "tests" not in path.relative_to(PACKAGE).parts:
            imported |= imported_packages(path)
    assert imported - {"sandbox"} == dependencies() - NOT_IMPORTED


def test_the_tests_import_nothing_but_the_package_and_test_tools() -> None:
    for path in sources(PACKAGE / "tests"):
        assert imported_packages(path) <= {"sandbox"} | TEST_TOOLS | dependencies(), path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline by the build backend of this environment."""
    pytest.importorskip("setuptools", minversion="77", reason="no build backend that knows this pyproject.toml")
    folder = tmp_path_factory.mktemp("build")
    copy = folder / "sandbox"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    build = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=copy, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_the_whole_page_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name.removeprefix("sandbox/") for name in archive.namelist() if name.startswith("sandbox/")}
    wanted = [*sources(PACKAGE), *(path for path in (PACKAGE / "page").rglob("*") if path.is_file())]
    names = {path.relative_to(PACKAGE).as_posix() for path in wanted}
    assert held == {name for name in names if not name.startswith("tests/")} | {"example.yaml", "py.typed"}


@pytest.mark.slow
def test_it_starts_from_the_unpacked_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    unpacked, empty = tmp_path / "unpacked", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    environment = os.environ | {"PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1"}
    where = [sys.executable, "-c", "import sandbox; print(sandbox.__file__)"]
    found = subprocess.run(where, cwd=empty, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert Path(found.stdout.strip()).is_relative_to(unpacked)
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0"], cwd=empty, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        ready = re.search(r"(http://\S+/)\s+SLACK_API_URL=(\S+)", process.stdout.readline())
        assert ready
        client = WebClient(token="xoxb-sandbox-bot", base_url=ready[2])
        assert client.chat_postMessage(channel="C0TRIAGE", text="Hello from a wheel")["ok"]
        with urlopen(ready[1], timeout=START_SECONDS) as page:
            scripts = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.read().decode())
        assert len(scripts) > 3
        for script in scripts:
            with urlopen(ready[1].rstrip("/") + script, timeout=START_SECONDS) as part:
                assert part.read()
        assert list(empty.iterdir()) == []
    finally:
        process.terminate()
        process.wait(20)
        process.stdout and process.stdout.close()
