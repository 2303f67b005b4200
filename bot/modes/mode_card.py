"""Content of the card that shows a change of a channel's mode, made from the rows as they are now."""

from __future__ import annotations

from collections.abc import Sequence

from bot.contents.modes import ModeCard, ModeExample
from bot.conversations.transcript import title_of
from bot.directory.people import name_of
from bot.settings.config import Config
from storage.posts import Post
from storage.transaction import Transaction


def show_mode_change(tx: Transaction, post: Post, config: Config) -> ModeCard | None:
    change = tx.channel_modes.get(post.subject_id)
    if change is None:
        return None
    place, seen = tx.addresses.get(change.place_id), change.evidence
    customer = config.customer_at(place)
    return ModeCard(
        change_id=change.id,
        place=place,
        customer=customer.name if customer else place.place,
        before=change.before,
        after=change.after,
        cause=change.cause,
        state=change.state,
        judged=seen["judged"],
        right=seen["right"],
        mended=seen["mended"],
        rewritten=seen["rewritten"],
        lower=seen["lower"],
        upper=seen["upper"],
        wanted=seen["wanted"],
        asked=seen["asked"],
        answered=seen["answered"],
        right_ones=_examples(tx, seen["right_ones"]),
        wrong_ones=_examples(tx, seen["wrong_ones"]),
        fell_by=seen.get("fell_by"),
        decided_by=name_of(tx, config, change.by) if change.by else None,
        decided_at=change.decided_at,
    )


def _examples(tx: Transaction, stored: Sequence[tuple[int, str]]) -> tuple[ModeExample, ...]:
    found = []
    for answer_id, why in stored:
        answer = tx.answers.get(answer_id)
        conversation = tx.conversations.get(answer.conversation_id)
        shown = [post.permalink for post in tx.posts.showing("answer", answer.id) if post.permalink]
        found.append(ModeExample(title_of(answer.question, 160), why, conversation.link or next(iter(shown), None)))
    return tuple(found)
