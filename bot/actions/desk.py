"""The desk as doors see it: all functions that a door may call, with the tools bound to them."""

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
    """The functions for doors. They may block for a short time, and raise BadRequest with words for the actor.

    `tools.profiles` must answer within the time that a person who pressed a button can wait.
    """

    tools: Tools

    def perform(self, action: Action[A, R], arguments: A, actor: Actor) -> R:
        """Run an action. Raises NotAllowed, and what the action raises."""
        return perform(self.tools, action, arguments, actor)

    def open_form(self, action: FormAction[A, R, F], number: int, actor: Actor) -> F:
        """Return the content of an action's form. Raises NotAllowed, and what the form raises."""
        return open_form(self.tools, action, number, actor)

    def store_event(self, event_id: str, payload: dict[str, Any], *, kind: str = SLACK) -> None:
        """Store a raw event and queue its job; an id that is stored already is ignored. `kind`: the kind of channel."""
        receive_event.store_event(event_id, payload, storage=self.tools.storage, kind=kind)

    def resolve_actor(self, user_id: str, team_id: str) -> Actor:
        """Return the actor for a Slack user; `team_id` must be that of the user's own workspace."""
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
        """Return a new session for the token of a sign-in link, or None when the token is not valid."""
        tools = self.tools
        return sign_in.enter(token, storage=tools.storage, config=tools.config, clock=tools.clock)

    def visitor(self, session: str) -> Actor | None:
        """Return the actor of a session, or None when the session is not valid."""
        tools = self.tools
        return sign_in.visitor(session, storage=tools.storage, config=tools.config, clock=tools.clock)

    def public_article(self, article_id: str) -> StoredArticle | None:
        """Return a public article, or None."""
        return article_store.public_article(article_id, storage=self.tools.storage)
