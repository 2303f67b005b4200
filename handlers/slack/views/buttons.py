"""Draws the buttons of actions: the label, the id and what the button carries come from the action's row."""

from __future__ import annotations

from typing import TypeVar

from bot.actions.action import Action, Arguments, FormAction
from handlers.slack.views.blocks import Element, button

A = TypeVar("A", bound=Arguments)
R = TypeVar("R")
F = TypeVar("F")


def press(
    action: Action[A, R],
    arguments: A,
    *,
    label: str = "",
    style: str | None = None,
    confirm: Element | None = None,
    about: str | None = None,
) -> Element:
    """A button that does the action. `label` is its word in another language; `about` is for screen readers."""
    return button(label or action.label, action.id, arguments.value, style=style, confirm=confirm, about=about)


def opens(
    action: FormAction[A, R, F],
    number: int,
    *,
    label: str = "",
    style: str | None = None,
    about: str | None = None,
) -> Element:
    """A button that opens the action's form for the thing with that number."""
    return button(label or action.label, action.id, number, style=style, about=about)
