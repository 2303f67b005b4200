"""The table of posts: the function that builds the content of each kind whenever a post is sent or redrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.answering import post_contents as answer_posts
from bot.broadcasts import digests
from bot.contents.posts import Content
from bot.corrections import approval
from bot.desk import context_pack
from bot.desk import post_contents as desk_posts
from bot.insights import knowledge_gaps
from bot.modes import mode_card
from bot.outbox.posting import ContentOf, Contents
from bot.settings.config import Config
from bot.tools import Tools
from storage.posts import Post
from storage.transaction import Transaction

Show = Callable[[Transaction, Post, Config], Content | None]


def posts(tools: Tools) -> Mapping[str, Show]:
    """Map each kind of post to the function that builds its content, which is None when the subject is gone."""
    return {
        "answer": answer_posts.show_answer,
        "suggestion": answer_posts.show_suggestion,
        "ticket": desk_posts.show_ticket,
        "note": desk_posts.show_text,
        "notice": desk_posts.show_text,
        "escalation": desk_posts.show_escalation,
        "context_pack": context_pack.show_context_pack,
        "relayed_in": desk_posts.show_relayed_in,
        "relay": desk_posts.show_relay,
        "relayed_out": desk_posts.show_relayed_out,
        "reply": desk_posts.show_reply,
        "resolution": desk_posts.show_resolution,
        "digest": lambda tx, post, config: digests.show_digest(
            tx, post, config, partial(knowledge_gaps.worst, knowledge=tools.knowledge, config=config)
        ),
        "mode_change": mode_card.show_mode_change,
        "correction": approval.show_correction,
    }


def contents_for(tools: Tools) -> Contents:
    """The same functions with the current configuration bound to them."""
    config = tools.config

    def with_config(show: Show) -> ContentOf:
        return lambda tx, post: show(tx, post, config)

    return {kind: with_config(show) for kind, show in posts(tools).items()}
