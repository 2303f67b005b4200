"""The commands `config apply`, `config diff` and `config show`: parse, call one thing, print."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.directory.configuration_file import Plan, apply_plan, as_yaml, plan_file
from bot.errors import BadRequest
from bot.ports import Directory
from bot.texts.configuration import summary

out = Console()

FileArgument = Annotated[
    Path | None, typer.Argument(help="The file; without one, footbridge.yaml, or what FOOTBRIDGE_CONFIG names.")
]


def build(open_directory: Callable[[], AbstractContextManager[Directory]], own_file: Callable[[], Path]) -> typer.Typer:
    """The commands below `config`; `own_file` says which file is read when Footbridge starts."""
    cli = typer.Typer(no_args_is_help=True, help="Look at the stored configuration, and change it by a file.")

    @cli.command()
    def apply(
        file: FileArgument = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ) -> None:
        """Store a configuration file; a running Footbridge follows at once."""
        with open_directory() as directory:
            plan = plan_file(file or own_file(), directory=directory)
            _print(summary(plan.changes) or ["Nothing would change."])
            if dry_run:
                return
            if plan.changes and not yes:
                _confirm(plan)
            is_own = file is None or file.resolve() == own_file().resolve()
            apply_plan(plan, directory=directory, is_own_file=is_own)
            _print(["Stored. A running Footbridge works with it from now on."] if plan.changes else [])

    @cli.command()
    def diff(file: FileArgument = None) -> None:
        """Show what a configuration file would change; exit code 1 when it would change something."""
        with open_directory() as directory:
            plan = plan_file(file or own_file(), directory=directory)
        _print(summary(plan.changes) or ["Nothing would change."])
        raise typer.Exit(1 if plan.changes else 0)

    @cli.command()
    def show() -> None:
        """Print the stored configuration as YAML; secrets are never in it, only the names of their variables."""
        with open_directory() as directory:
            out.file.write(as_yaml(directory.current()))

    return cli


def _confirm(plan: Plan) -> None:
    """Raises BadRequest when nobody can be asked, and ends the command when the answer is no."""
    if not sys.stdin.isatty():
        raise BadRequest("Nothing was changed: nobody can be asked here. Add --yes to change it without being asked.")
    many = "this change" if len(plan.changes) == 1 else f"these {len(plan.changes)} changes"
    if not typer.confirm(f"Store {many}?"):
        _print(["Nothing was changed."])
        raise typer.Exit(1)


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
