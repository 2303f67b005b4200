"""The errors that Footbridge raises on purpose, and what each means for a retry and for a reader.

    BotError
    ├── ConfigurationError    settings or footbridge.yaml are wrong: every mistake is listed at once
    ├── BadRequest            a person asked for something that cannot be done as asked; the text says what to do
    │   ├── NotAllowed        the person may not do this
    │   ├── NotPossible       the thing is in a state in which this cannot be done
    │   └── NotFound          the thing does not exist (any more)
    └── OutsideError          a call to an outside system failed
        ├── OutsideBusy       it can work later: try again, after `retry_after` seconds when known
        └── OutsideRefused    trying again cannot help

`retry` tells the worker whether trying again can help. `for_people` is a sentence that may be shown to the person whose
action caused the error. The exception's own text is for logs only and never holds a customer's words.
"""

from __future__ import annotations

from collections.abc import Sequence


class BotError(Exception):
    """The base class of all errors that Footbridge raises on purpose."""

    retry: bool = False
    retry_after: float | None = None
    for_people: str = "Something went wrong on our side. Nothing was lost; please try again in a minute."


class ConfigurationError(BotError):
    """Settings or footbridge.yaml cannot be used; `problems` holds one sentence for each mistake."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class BadRequest(BotError):
    """A person asked for something that cannot be done as asked; the message is written for that person."""

    def __init__(self, for_people: str, *, at: str | None = None) -> None:
        """`at` is the name of the wrong input, for forms that can show the message next to it."""
        self.for_people = for_people
        self.at = at
        super().__init__(for_people)


class NotAllowed(BadRequest):
    """The person may not do this."""


class NotPossible(BadRequest):
    """The thing is in a state in which this cannot be done (any more)."""


class NotFound(BadRequest):
    """The thing does not exist (any more)."""


class OutsideError(BotError):
    """A call to an outside system (Slack, a model, a vector server) failed."""


class OutsideBusy(OutsideError):
    """The call can work later; `retry_after` is in seconds, or None when the other side gave no time."""

    retry = True

    def __init__(self, what: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(what)


class OutsideRefused(OutsideError):
    """The call cannot work however often it is tried; `code` is the other side's error code."""

    def __init__(self, what: str, code: str = "") -> None:
        self.code = code
        super().__init__(what)
