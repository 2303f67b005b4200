"""All that a door may call, with the tools bound to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from bot.actions.action import Action, Arguments, FormAction, open_form, perform
from bot.articles import article_store
from bot.directory.access import Actor
from bot.directory.people import resolve_actor
from bot.incoming import SLACK
from bot.insights import sign_in
from bot.intake import receive_event
from bot.tools import Tools
from storage.articles import StoredArticle

A = TypeVar("A", bound=Arguments)
R = TypeVar("R")
F = TypeVar("F")


@dataclass(frozen=True)
class Desk:
    """Every call is short, may block, and raises BadRequest with words for the person who acted.

    The profiles among the tools must answer within the time that a person who pressed can wait.
    """

    tools: Tools

    def perform(self, action: Action[A, R], arguments: A, actor: Actor) -> R:
        """Does what a person asked for. Raises NotAllowed, and what the action raises."""
        return perform(self.tools, action, arguments, actor)

    def open_form(self, action: FormAction[A, R, F], number: int, actor: Actor) -> F:
        """What the form of an action shows. Raises NotAllowed, and what the form raises."""
        return open_form(self.tools, action, number, actor)

    def store_event(self, event_id: str, payload: dict[str, Any], *, kind: str = SLACK) -> None:
        """Makes a raw event durable; the same id twice is one event. `kind` is the kind of channel it came from."""
        receive_event.store_event(event_id, payload, storage=self.tools.storage, kind=kind)

    def resolve_actor(self, user_id: str, team_id: str) -> Actor:
        """Who acts; `team_id` must be the person's own team."""
        tools = self.tools
        return resolve_actor(
            user_id,
            team_id,
            storage=tools.storage,
            profiles=tools.profiles,
            config=tools.config,
            clock=tools.clock,
        )

    def enter(self, token: str) -> str | None:
        """The session for who comes by the token of a link, or None."""
        tools = self.tools
        return sign_in.enter(token, storage=tools.storage, config=tools.config, clock=tools.clock)

    def visitor(self, session: str) -> Actor | None:
        """Who comes with a session, or None."""
        tools = self.tools
        return sign_in.visitor(session, storage=tools.storage, config=tools.config, clock=tools.clock)

    def public_article(self, article_id: str) -> StoredArticle | None:
        """An article for everybody, or None."""
        return article_store.public_article(article_id, storage=self.tools.storage)
