"""The types of the table of actions, and `perform`, which doors call to run an action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.actions.typed import Typed
from bot.directory.access import Access, Actor, check_access
from bot.tools import Tools


class Arguments(BaseModel):
    """The base class of the arguments of an action; each action names its own class."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def value(self) -> str:
        """The arguments as a button carries them: the values in the order of the fields, without default values."""
        return ":".join(str(value) for value in self.model_dump(exclude_defaults=True).values())

    @classmethod
    def from_value(cls, value: str) -> Self:
        """Parse the value of a button. Raises ValueError when it does not fit the fields."""
        parts = value.split(":")
        if len(parts) > len(cls.model_fields):
            raise ValueError(f"{cls.__name__} has not so many values")
        return cls.model_validate(dict(zip(cls.model_fields, parts, strict=False)))


A = TypeVar("A", bound=Arguments)
R = TypeVar("R")
F = TypeVar("F")


class NoArguments(Arguments):
    """For actions without arguments."""


NOTHING = NoArguments()


def say_nothing(arguments: Arguments, result: object) -> None:
    """For actions whose effect is visible: the card changes, or the result is shown."""


@dataclass(frozen=True, kw_only=True)
class Command(Generic[A, R]):
    """How an action is typed. `words` begin with the one that identifies it: `assign N @person`.

    `read` parses the arguments after that word; None means: open the form for the number that was typed. `confirm`
    returns a sentence for the person who typed; a button needs none, because its card changes. When two actions have
    the same word, `alone` marks the one without arguments. `slow`: it may take longer than the few seconds in which a
    channel expects an answer.
    """

    words: str
    example: str
    explanation: str
    read: Callable[[Typed], A | None]
    confirm: Callable[[A, R], str | None] = say_nothing
    alone: bool = False
    slow: bool = False

    @property
    def word(self) -> str:
        return self.words.partition(" ")[0]


@dataclass(frozen=True, kw_only=True)
class Action(Generic[A, R]):
    """Something that a person may do.

    `id` is stored in messages, so it must not change. `label` is the text of its button. `run` does it with the tools
    that it needs. `confirm` returns a sentence for the person who acted, by a button or a command, or None.
    """

    id: str
    label: str
    access: Access = Access.NOBODY
    arguments: type[A]
    run: Callable[[Tools, A, Actor], R]
    command: Command[A, R] | None = None
    confirm: Callable[[A, R], str | None] = say_nothing


@dataclass(frozen=True, kw_only=True)
class Form(Generic[F]):
    """The form of an action. `open` returns its content for the thing with that number."""

    title: str
    open: Callable[[Tools, int, Actor], F]


@dataclass(frozen=True, kw_only=True)
class FormAction(Action[A, R], Generic[A, R, F]):
    """An action whose button opens a form; the form's inputs are the arguments."""

    form: Form[F]


def perform(tools: Tools, action: Action[A, R], arguments: A, actor: Actor) -> R:
    """Run an action if the person may do it. Raises NotAllowed, and what the action raises."""
    check_access(actor, action.access)
    return action.run(tools, arguments, actor)


def open_form(tools: Tools, action: FormAction[A, R, F], number: int, actor: Actor) -> F:
    """Return the form's content for the thing with that number. Raises NotAllowed, and what the form raises."""
    check_access(actor, action.access)
    return action.form.open(tools, number, actor)
