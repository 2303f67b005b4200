"""Every error that Footbridge raises on purpose, and what each means for a retry and for a reader; it handles none.

    BotError
    ├── ConfigurationError    settings or footbridge.yaml are wrong: every mistake is listed at once
    ├── BadRequest            a person asked for something that cannot be done as asked; the text says what to do
    │   ├── NotAllowed        the person may not do this
    │   ├── NotPossible       the thing is in a state in which this cannot be done
    │   └── NotFound          the thing does not exist (any more)
    └── OutsideError          an outside system did not do its part
        ├── OutsideBusy       it will work later: try again, after `retry_after` seconds when known
        └── OutsideRefused    it will not work however often it is tried

`retry` tells the worker whether trying again can help. `for_people` is a sentence that may be shown to the person who
caused it; the exception's own text is for logs only and never holds a customer's words.
"""

from __future__ import annotations

from collections.abc import Sequence


class BotError(Exception):
    """The root: something went wrong that Footbridge knows about."""

    retry: bool = False
    retry_after: float | None = None
    for_people: str = "Something went wrong on our side. Nothing was lost; please try again in a minute."


class ConfigurationError(BotError):
    """Settings or footbridge.yaml cannot be used; `problems` holds one sentence a mistake."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class BadRequest(BotError):
    """A person asked for something that cannot be done as asked; the message is written for that person."""

    def __init__(self, for_people: str, *, at: str | None = None) -> None:
        """`at` names the input that is wrong, for forms that can say it there."""
        self.for_people = for_people
        self.at = at
        super().__init__(for_people)


class NotAllowed(BadRequest):
    """The person may not do this."""


class NotPossible(BadRequest):
    """The thing is in a state in which this cannot be done (any more)."""


class NotFound(BadRequest):
    """The thing that was named does not exist, or not any more."""


class OutsideError(BotError):
    """An outside system (Slack, a model, a vector server) did not do its part."""


class OutsideBusy(OutsideError):
    """It will work later; `retry_after` is in seconds when the other side named a time."""

    retry = True

    def __init__(self, what: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(what)


class OutsideRefused(OutsideError):
    """It will not work however often it is tried; `code` is the other side's word for it."""

    def __init__(self, what: str, code: str = "") -> None:
        self.code = code
        super().__init__(what)
