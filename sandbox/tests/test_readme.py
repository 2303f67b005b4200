"""README.md is true: its example runs, and it names every method, endpoint, fault and public name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sandbox
from sandbox import SandboxClient
from sandbox.control import _ENDPOINTS
from sandbox.faults import FaultSettings
from sandbox.web_api.call import METHODS
from sandbox.workspace_file import parse_text

PACKAGE = Path(__file__).parents[1]
README = (PACKAGE / "README.md").read_text(encoding="utf-8")


def code_blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.slow
def test_the_pytest_example_runs_as_it_is_written(tmp_path: Path) -> None:
    [example] = [block for block in code_blocks("python") if "def test_" in block]
    (tmp_path / "test_coffee.py").write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "."]
    environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout[-3000:]


def test_all_examples_are_valid_python() -> None:
    for block in code_blocks("python"):
        compile(block, "README.md", "exec")


def test_the_workspace_example_is_a_valid_workspace_file() -> None:
    [example] = code_blocks("yaml")
    workspace = parse_text(example)
    assert len(workspace.guide) == 2 and workspace.users[1].deleted


def test_the_table_names_exactly_the_methods_of_the_web_api() -> None:
    row = next(line for line in README.splitlines() if line.startswith("| Web API"))
    named, family = set(), ""
    for name in re.findall(r"`([\w.]+)`", row.split("With scopes")[0]):
        family = family if name.startswith(".") else name.rpartition(".")[0]
        named.add(family + name if name.startswith(".") else name)
    assert named == set(METHODS)


def test_every_endpoint_every_fault_and_every_public_name_is_described() -> None:
    for verb, path, _ in _ENDPOINTS:
        assert f"{verb} /sandbox/{path}" in README, f"{verb} /sandbox/{path}"
    for fault in [*FaultSettings.model_fields, "cut_socket"]:
        assert f"| `{fault}` |" in README, fault
    for name in sandbox.__all__:
        assert f"`{name}" in README, name
    for name in vars(SandboxClient):
        assert name.startswith("_") or name == "close" or f"`{name}`" in README, name
