"""The command line: parses arguments, calls one function of `wiring`, and prints the result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer
from rich.console import Console

from bot.ports import Directory
from handlers import configuration, ingest_report
from handlers.doctor import Verdict
from handlers.previews import Preview, WhatIf, print_preview

if TYPE_CHECKING:
    from bot.articles.sources import Report

out = Console()
err = Console(stderr=True)

ProgressCall = Callable[[str, int, int | None, str], None]


class JobRoom(Protocol):
    """What the command `jobs` needs; `storage.jobs.JobLog` is the real one."""

    def counts(self) -> dict[str, int]: ...
    def failed(self, limit: int = 50) -> Sequence[Any]: ...
    def pending(self, limit: int = 50) -> Sequence[Any]: ...
    def retry(self, key: str) -> None: ...


@dataclass(frozen=True)
class Wiring:
    """What stands behind the commands; `wiring.command_line` makes it."""

    run: Callable[[], None]
    check: Callable[[], Sequence[Verdict]]
    ingest: Callable[[Sequence[Path], str | None, ProgressCall], tuple[Report, str]]
    jobs: Callable[[], JobRoom]
    demo: Callable[[Path | None, int, Path | None], None]
    evaluate: Mapping[str, Callable[[Sequence[str]], int]]
    preview: Callable[[WhatIf, ProgressCall], Preview]
    directory: Callable[[], AbstractContextManager[Directory]]
    config_file: Callable[[], Path]
    expected: tuple[type[Exception], ...]


def build(wiring: Wiring) -> typer.Typer:
    """The command line over `wiring`."""
    # Long: one small function for each command, which typer reads from this one scope.
    cli = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Footbridge: a support desk that lives in Slack.",
    )

    @cli.command()
    def run() -> None:
        """Start the desk: Socket Mode with SLACK_APP_TOKEN, else signed HTTP at /slack/events."""
        wiring.run()

    @cli.command()
    def check() -> None:
        """Look at configuration, Slack, database, index and model, each by itself."""
        raise typer.Exit(_print_verdicts(wiring.check()))

    @cli.command()
    def ingest(
        paths: Annotated[
            list[Path] | None,
            typer.Argument(help="Folders or files. Without any: all the sources in footbridge.yaml."),
        ] = None,
        audience: Annotated[
            str | None,
            typer.Option(help="Who may be told: public, internal or customer:<id>; else as footbridge.yaml says."),
        ] = None,
        preview: Annotated[bool, typer.Option("--preview", help="Only show which past answers would change.")] = False,
        refuse_regressions: Annotated[
            bool, typer.Option("--refuse-regressions", help="Read nothing in when known good answers get worse.")
        ] = False,
        allow: Annotated[int, typer.Option(help="How many known good answers may get worse.", min=0)] = 0,
    ) -> None:
        """Read articles into the knowledge base; only what changed is read in, and a report says what that was."""
        if preview or refuse_regressions:
            what = WhatIf(folders=tuple(paths or ()), audience=audience, sources=True)
            with ingest_report.bars(err) as show:
                found = wiring.preview(what, show)
            fit = print_preview(found, allow, out)
            if preview or not fit:
                raise typer.Exit(0 if fit else 1)
        with ingest_report.bars(err) as show:
            report, note = wiring.ingest(paths or [], audience, show)
        for line in ingest_report.lines(report, note):
            out.print(line, markup=False, highlight=False, soft_wrap=True)

    @cli.command()
    def preview(
        article: Annotated[Path | None, typer.Option(help="A file with the changed text of one article.")] = None,
        as_id: Annotated[str, typer.Option("--as", help="The id of the article that the file changes.")] = "",
        articles: Annotated[list[Path] | None, typer.Option(help="A folder of changed or new articles.")] = None,
        audience: Annotated[
            str | None, typer.Option(help="Of new articles: public, internal or customer:<id>.")
        ] = None,
        precision: Annotated[
            float | None, typer.Option(help="How sure an answer must be, in place of the configured.", min=0, max=1)
        ] = None,
        model: Annotated[str | None, typer.Option(help="Another model's name, on the server that is set.")] = None,
        prompt: Annotated[Path | None, typer.Option(help="A file with other rules for drafting.")] = None,
        allow: Annotated[int, typer.Option(help="How many known good answers may get worse.", min=0)] = 0,
        limit: Annotated[int, typer.Option(help="How many of the newest past answers to try.", min=1)] = 500,
    ) -> None:
        """Try a change on past questions: which answers get better or worse? Nothing is stored or posted."""
        what = WhatIf(article, as_id, tuple(articles or ()), audience, False, precision, model, prompt, limit)
        with ingest_report.bars(err) as show:
            found = wiring.preview(what, show)
        raise typer.Exit(0 if print_preview(found, allow, out) else 1)

    @cli.command()
    def jobs(
        what: Annotated[str, typer.Argument(help="show, failed, waiting, or retry")] = "show",
        key: Annotated[str, typer.Argument(help="the job's key, for retry")] = "",
    ) -> None:
        """Show background work; try a failed job again."""
        _jobs(wiring.jobs(), what, key)

    @cli.command()
    def demo(
        kb: Annotated[
            Path | None, typer.Option(help="A folder of Markdown to answer from, instead of the demo's.")
        ] = None,
        port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.", min=0, max=65535)] = 8484,
        home: Annotated[
            Path | None, typer.Option(help="Folder for its index and database; .demo/PORT unless given.")
        ] = None,
    ) -> None:
        """Try it: a pretend Slack in the browser with a fictional vendor, its customers and their past days."""
        wiring.demo(kb, port, home)

    @cli.command(
        name="eval", add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
    )
    def evaluate(
        context: typer.Context,
        what: Annotated[str, typer.Argument(help="retrieval, answers, triage, safety, calibrate or modes")],
    ) -> None:
        """Measure on a folder of labelled data, and print tables: `eval answers --data DIR`."""
        if what not in wiring.evaluate:
            raise typer.BadParameter(f"{what!r} is none of {', '.join(wiring.evaluate)}", param_hint="what")
        raise typer.Exit(wiring.evaluate[what](context.args))

    cli.add_typer(configuration.build(wiring.directory, wiring.config_file), name="config")
    return cli


def main(wiring: Wiring) -> None:
    """Runs the command line; an expected error is printed as what to do, without a traceback."""
    try:
        build(wiring)()
    except wiring.expected as error:
        for line in str(error).splitlines():
            err.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)


def _print_verdicts(verdicts: Sequence[Verdict]) -> int:
    words = {True: "fine", False: "wrong", None: "not looked at"}
    for verdict in verdicts:
        out.print(
            f"{verdict.name:14} {words[verdict.fine]:14} {verdict.said[0]}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        for line in verdict.said[1:]:
            out.print(f"{'':29} {line}", markup=False, highlight=False, soft_wrap=True)
    return 0 if all(verdict.fine for verdict in verdicts) else 1


def _jobs(log: JobRoom, what: str, key: str) -> None:
    if what == "retry":
        if not key:
            raise typer.BadParameter("name the job's key, as `jobs failed` shows it")
        log.retry(key)
        out.print(f"{key} is queued again.", markup=False)
        return
    if what not in ("show", "failed", "waiting"):
        raise typer.BadParameter(f"{what!r} is none of show, failed, waiting, retry")
    out.print(", ".join(f"{number} {state}" for state, number in log.counts().items()), highlight=False)
    for job in log.failed() if what == "failed" else log.pending() if what == "waiting" else log.failed(10):
        # The key is there to be copied, so it has a line of its own and is never cut.
        tries = f"{job.tries} {'try' if job.tries == 1 else 'tries'}"
        queued = f"queued {job.queued_at:%Y-%m-%d %H:%M:%S}"
        error = f": {job.error}" if job.error else ""
        for line in (job.key, f"    {job.state}, {tries}, {queued}{error}"):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
