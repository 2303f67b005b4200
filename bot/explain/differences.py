"""Lists what differs between a past decision and today: the words, the articles and the settings."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.answering.finding import Finding
from bot.answering.situation import Situation
from bot.clock import Clock, local_time
from bot.explain.receipts import CHANGED, since
from bot.ports import ChatModel
from bot.settings.config import Config
from storage.answers import Answer
from storage.articles import StoredArticle
from storage.receipts import Receipt
from storage.transaction import Transaction


@dataclass(frozen=True)
class Case:
    """A past decision with all that a replay needs, read in one transaction.

    `text` is the message as it is now. `dependencies` maps the article ids that the answer was based on to the
    checksums that they had.
    """

    receipt: Receipt
    answer: Answer | None
    situation: Situation
    text: str
    edited_at: datetime | None
    dependencies: Mapping[str, str]


def compare_words(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Compare two texts word by word; returns pairs of `same`, `gone` (only before) or `new` (only after), and words.

    The words of `same` and `gone` together are `before`; those of `same` and `new` together are `after`.
    """
    # A word keeps the white space after it, so that the pieces can be joined.
    old, new = (re.findall(r"\S+\s+", f"{text} ") for text in (before, after))
    matcher = difflib.SequenceMatcher(
        a=[word.strip() for word in old], b=[word.strip() for word in new], autojunk=False
    )
    found: list[tuple[str, str]] = []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            found.append(("gone", "".join(old[old_from:old_to])))
        if new_to > new_from:
            found.append(("new", "".join(new[new_from:new_to])))
    return tuple(found)


def changes_since(
    tx: Transaction,
    case: Case,
    finding: Finding | None,
    made_by: Mapping[str, Any],
    chat_model: ChatModel | None,
    config: Config,
    clock: Clock,
) -> tuple[str, ...]:
    """Return a sentence for each known change between then and now, the most important first."""
    changes = []
    if case.edited_at is not None and case.edited_at > case.receipt.at:
        changes.append("The customer edited the message after that.")
    articles = _article_changes(tx, case, finding, config, clock)
    return (*changes, *articles, *_setting_changes(case, made_by, chat_model, config, bool(articles)))


def _article_changes(tx: Transaction, case: Case, finding: Finding | None, config: Config, clock: Clock) -> list[str]:
    titles = {str(c["article_id"]): str(c["title"]) for c in case.answer.citations} if case.answer else {}
    changes = []
    for article_id, checksum in case.dependencies.items():
        row = tx.articles.get(article_id)
        change = since(row, checksum)
        if change:
            read = _read_at(row, config, clock) if row and change == CHANGED else ""
            changes.append(f"The article “{titles.get(article_id, article_id)}” was {change}{read}.")
    for article_id in dict.fromkeys(citation.article_id for citation in finding.citations) if finding else ():
        row = tx.articles.get(article_id)
        if row is not None and article_id not in case.dependencies and row.read_at > case.receipt.at:
            changes.append(f"The article “{row.title}” was added or changed{_read_at(row, config, clock)}.")
    return changes


def _read_at(row: StoredArticle, config: Config, clock: Clock) -> str:
    return f"; it was read anew at {local_time(row.read_at, config.company.timezone, clock.now())}"


def _setting_changes(
    case: Case, made_by: Mapping[str, Any], chat_model: ChatModel | None, config: Config, articles_told: bool
) -> list[str]:
    recorded = case.receipt.details
    wanted = config.precision_in(case.situation.place, case.situation.mode)
    then = recorded.get("versions") or {}
    changes = []
    for what, before, after in (
        ("channel's mode", recorded.get("mode"), case.situation.mode),
        ("precision that is wanted", recorded.get("wanted_precision"), wanted),
        ("model", recorded.get("model"), chat_model.name if chat_model else None),
        ("prompt", then.get("prompt") if recorded.get("model") else None, made_by.get("prompt")),
        ("gate", then.get("gate") or recorded.get("gate"), made_by.get("gate")),
        ("code", then.get("code"), made_by.get("code")),
    ):
        if before is not None and after is not None and before != after:
            changes.append(f"The {what} was {before} and is {after}.")
    if chat_model is not None and case.receipt.reason == "quoted":
        changes.append(f"Answers are written by {chat_model.name} now; this one was sentences of the articles.")
    if chat_model is None and recorded.get("model"):
        changes.append(f"There is no model now; then {recorded['model']} wrote.")
    index_then, index_now = then.get("index") or {}, made_by.get("index") or {}
    if index_then and index_then.get("made_with") != index_now.get("made_with"):
        changes.append(
            f"The search index was made with {index_then.get('made_with')}, now with {index_now.get('made_with')}."
        )
    elif index_then and index_then.get("content") != index_now.get("content") and not articles_told:
        changes.append(
            f"Other articles were added, changed or removed: {index_then.get('passages')} passages then, "
            f"{index_now.get('passages')} now."
        )
    return changes
