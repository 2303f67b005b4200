"""What a row of the table of actions is, and `perform`: the only way in which a door runs one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.actions.typed import Typed
from bot.directory.access import Access, Actor, check_access
from bot.tools import Tools


class Arguments(BaseModel):
    """What an action is done with; each action names its own class of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def value(self) -> str:
        """All of it as a button carries it: the values of the fields in their order, without those that are usual."""
        return ":".join(str(value) for value in self.model_dump(exclude_defaults=True).values())

    @classmethod
    def from_value(cls, value: str) -> Self:
        """From what a button carries. Raises ValueError when the button is not ours."""
        parts = value.split(":")
        if len(parts) > len(cls.model_fields):
            raise ValueError(f"{cls.__name__} has not so many values")
        return cls.model_validate(dict(zip(cls.model_fields, parts, strict=False)))


A = TypeVar("A", bound=Arguments)
R = TypeVar("R")
F = TypeVar("F")


class NoArguments(Arguments):
    """For actions that need nothing to be said."""


NOTHING = NoArguments()


def say_nothing(arguments: Arguments, result: object) -> None:
    """For actions whose effect is seen anyway: the card changes, or the result is shown."""


@dataclass(frozen=True, kw_only=True)
class Command(Generic[A, R]):
    """How an action is typed. `words` begin with the one that names it: `assign N @person`.

    `read` makes arguments of what follows that word; None means: open the form for the number that was typed.
    `confirm` is told to the person who typed; a button needs no such sentence, since its card changes.
    Where two actions have one word, `alone` is for the word with nothing after it.
    `slow` may take longer than the few seconds in which a channel wants an answer.
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

    `id` is stored in messages, so it stays as it is. `label` is the word on its button. `run` does it with what it
    needs of the tools. `confirm` is the sentence for the person who acted, wherever that was.
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
    """What is filled in before an action is done. `open` makes it for the thing with that number."""

    title: str
    open: Callable[[Tools, int, Actor], F]


@dataclass(frozen=True, kw_only=True)
class FormAction(Action[A, R], Generic[A, R, F]):
    """An action whose button opens a form; sending the form gives the arguments."""

    form: Form[F]


def perform(tools: Tools, action: Action[A, R], arguments: A, actor: Actor) -> R:
    """Does it, if the person may. Raises NotAllowed, and what the action raises."""
    check_access(actor, action.access)
    return action.run(tools, arguments, actor)


def open_form(tools: Tools, action: FormAction[A, R, F], number: int, actor: Actor) -> F:
    """The form of an action for the thing with that number. Raises NotAllowed, and what the form raises."""
    check_access(actor, action.access)
    return action.form.open(tools, number, actor)
