"""Holds the plan of the house: who imports whom, that tables are whole, and that doors and views fit each other."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import cast

import sandbox
from bot import jobs
from bot.contents.posts import Content
from bot.errors import BotError
from bot.outbox import posting
from bot.tools import Tools
from bot.workflows import JOBS, posts
from handlers.slack import INJECTED, LISTENERS
from handlers.slack.views import render
from handlers.worker import POSTS, WORK

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "demo", "handlers", "knowledge", "sandbox", "storage", "wiring")


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms or ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def test_imports_point_in_the_directions_that_the_plan_allows() -> None:
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-3000:]


def test_nothing_in_the_house_imports_the_wiring_or_the_tests() -> None:
    for path in [*sources(), *sources("evals", "benchmarks")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            forbidden = ("app", "tests") if "wiring" in path.parts else ("app", "tests", "wiring")
            assert not [m for m in modules if m.split(".")[0] in forbidden], f"{path} imports {modules}"


def test_only_the_public_api_of_the_sandbox_is_used() -> None:
    for path in [ROOT / "app.py", *sources("demo", "wiring", "evals", "benchmarks", "tests")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.startswith("sandbox.")], path
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sandbox":
                assert node.module == "sandbox", f"{path} imports {node.module}"
                assert {alias.name for alias in node.names} <= set(sandbox.__all__), path


def test_every_module_says_in_one_docstring_what_it_is_for() -> None:
    for path in sources():
        if "versions" not in path.parts:
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path} has no docstring"


def test_every_job_has_one_row_and_every_row_a_job() -> None:
    defined = {job for _, job in inspect.getmembers(jobs, inspect.isclass) if issubclass(job, jobs.Job)}
    defined -= {jobs.Job, jobs.PlacedJob}
    listed = [row.job for row in JOBS]
    assert set(listed) == defined
    assert len(listed) == len(set(listed))


def test_jobs_are_plain_and_say_where_they_belong() -> None:
    for row in JOBS:
        assert row.job.queue in (WORK, POSTS)
        if row.job.queue == POSTS:
            assert "place" in {field.name for field in fields(row.job)}


def test_every_kind_of_post_that_is_announced_has_a_row_in_contents() -> None:
    announced = set()
    for path in sources("bot", "demo"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "create_post",
                "post_to_customer",
                "queue_redraw",
            ):
                place = {"create_post": 2, "post_to_customer": 3, "queue_redraw": 1}[node.func.id]
                if len(node.args) > place and isinstance(kind := node.args[place], ast.Constant):
                    announced.add(kind.value)
    assert announced == set(posts(cast(Tools, None)))
    assert posting.create_post and posting.post_to_customer and posting.queue_redraw


def test_every_content_has_a_view() -> None:
    for content in Content.__args__:
        assert render.dispatch(content) is not render.dispatch(object), f"{content.__name__} cannot be drawn"


def test_listeners_use_only_names_that_bolt_or_our_middleware_injects() -> None:
    for kind, what, listener in LISTENERS:
        names = set(inspect.signature(listener).parameters)
        assert names <= INJECTED, f"{kind} {what}: {listener.__name__} asks for {names - INJECTED}"


def test_the_tree_of_errors_in_the_docstring_is_complete() -> None:
    module = importlib.import_module("bot.errors")
    tree = set(re.findall(r"(?:├──|└──|^    )\s*([A-Z]\w+)", module.__doc__ or "", re.MULTILINE))
    defined = {name for name, cls in inspect.getmembers(module, inspect.isclass) if issubclass(cls, BotError)}
    assert tree == defined


def test_broad_excepts_stand_only_where_a_whole_program_would_end() -> None:
    broad = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = node.type
                if caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException")):
                    broad.append(str(path.relative_to(ROOT)))
    assert set(broad) <= {"handlers/worker/attempts.py", "handlers/worker/worker.py"}, broad


def test_no_file_is_called_by_a_name_that_says_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "common", "misc", "service", "services", "manager"}
    assert not [path for path in sources() if path.stem in nothing]


def test_every_package_can_be_imported_by_itself() -> None:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)
