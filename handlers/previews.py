"""Prints what a preview found: a table of the answers that change, and each change word by word. It judges nothing."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

CONTEXT = 8  # words that are shown around a change
STYLES = {"worse": "bold red", "better": "green", "now answered": "cyan", "now handed over": "yellow"}
ORDER = ("worse", "now handed over", "other", "now answered", "better")


@dataclass(frozen=True)
class WhatIf:
    """What shall be tried: changed articles, another precision, model or prompt. Empty: what `ingest` would read in."""

    article: Path | None = None
    plan_replacement: str = ""
    folders: tuple[Path, ...] = ()
    audience: str | None = None
    sources: bool = False
    precision: float | None = None
    model: str | None = None
    prompt: Path | None = None
    limit: int = 500

    @property
    def is_nothing(self) -> bool:
        tried = (self.article, *self.folders, self.precision, self.model, self.prompt)
        return not self.sources and all(one is None for one in tried)


class Part(Protocol):
    @property
    def text(self) -> str: ...


class Cited(Protocol):
    @property
    def article_id(self) -> str: ...


class Finding(Protocol):
    @property
    def outcome(self) -> str: ...
    @property
    def parts(self) -> Sequence[Part]: ...
    @property
    def citations(self) -> Sequence[Cited]: ...


class Past(Protocol):
    @property
    def answer_id(self) -> int: ...
    @property
    def question(self) -> str: ...
    @property
    def known(self) -> str: ...


class Compared(Protocol):
    @property
    def past(self) -> Past: ...
    @property
    def before(self) -> Finding: ...
    @property
    def after(self) -> Finding: ...
    @property
    def verdict(self) -> str: ...
    @property
    def why(self) -> str: ...


class Preview(Protocol):
    """What was found; `bot.answering.preview.Preview` is the real one."""

    @property
    def compared(self) -> Sequence[Compared]: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def regressions(self) -> int: ...


def print_preview(found: Preview, allowed: int, out: Console) -> bool:
    """Prints it all; whether the change may be published, at most `allowed` known good answers being made worse."""
    changed = sorted((one for one in found.compared if one.verdict in ORDER), key=lambda one: ORDER.index(one.verdict))
    if changed:
        out.print(_table(changed))
    for one in changed:
        title = Text(f"#{one.past.answer_id} {one.past.question}", style="bold", overflow="fold")
        out.print(title, Padding(word_diff(_said(one.before), _said(one.after)), (0, 0, 1, 2)))
    told = ", ".join(f"{found.counts.get(verdict, 0)} {verdict}" for verdict in (*ORDER, "same"))
    out.print(f"{len(found.compared)} past questions: {told}.", highlight=False, soft_wrap=True)
    fit = found.regressions <= allowed
    if not fit:
        out.print(
            f"Refused: {found.regressions} answers that people found good get worse, and {allowed} are allowed. Mend "
            "the change, or allow more with --allow.",
            style="red",
            highlight=False,
            soft_wrap=True,
        )
    return fit


def _table(changed: Sequence[Compared]) -> Table:
    table = Table(Column("answer", justify="right"), "what changes", "was", Column("question", overflow="fold"), "from")
    for one in changed:
        verdict = Text(one.verdict + (f": {one.why}" if one.why else ""), style=STYLES.get(one.verdict, ""))
        question = Text(" ".join(one.past.question.split())[:120])
        known = {"good": "good", "bad": "not good"}.get(one.past.known, "")
        table.add_row(
            f"#{one.past.answer_id}", verdict, known, question, Text(f"{_from(one.before)} → {_from(one.after)}")
        )
    return table


def _from(finding: Finding) -> str:
    names = list(dict.fromkeys(citation.article_id for citation in finding.citations))
    return ", ".join(names) if finding.outcome == "answered" else "a person"


def _said(finding: Finding) -> str:
    text = "\n".join(part.text for part in finding.parts)
    return text if finding.outcome == "answered" else "(a person answers)"


def word_diff(before: str, after: str) -> Text:
    """One text turned into the other: [-left out-] and {+put in+}, with a few words around each."""
    old, new = before.split(), after.split()
    drawn = Text()
    operations = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (kind, i, j, k, m) in enumerate(operations):
        if kind == "equal":
            drawn.append(" ".join(_around(old[i:j], number > 0, number < len(operations) - 1)) + " ")
            continue
        if i < j:
            drawn.append(f"[-{' '.join(old[i:j])}-]", style="red")
            drawn.append(" ")
        if k < m:
            drawn.append(f"{{+{' '.join(new[k:m])}+}}", style="green")
            drawn.append(" ")
    return drawn


def _around(words: list[str], after_change: bool, before_change: bool) -> list[str]:
    """Unchanged words near a change; of a long stretch the middle goes."""
    head = CONTEXT if after_change else 0
    tail = CONTEXT if before_change else 0
    if len(words) <= head + tail + 1:
        return words
    return [*words[:head], "…", *words[len(words) - tail :]]
