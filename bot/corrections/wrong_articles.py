"""Marks an article as wrong, so that no answer uses it until its text changes, and removes the mark."""

from __future__ import annotations

import difflib
import re
from urllib.parse import unquote, urlsplit

from bot.articles import article_store
from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.contents.marks import person_mark
from bot.desk.lifecycle import apply
from bot.directory.access import Actor
from bot.directory.people import name_of
from bot.errors import BadRequest, NotFound
from bot.outbox.posting import create_post
from bot.settings.config import Config
from storage.articles import StoredArticle
from storage.transaction import Storage, Transaction

_USER_ID = re.compile(r"[UW][A-Z0-9]{4,}")


def mark_wrong(reference: str, why: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> str:
    """Mark an article as wrong, notify its owner, and queue the check of the answers that depend on it.

    `reference` is the article's id or link. Returns words for the person who typed. Raises NotFound, and BadRequest
    without a reason.
    """
    reason = why.strip().rstrip(".").rstrip()
    if not reason:
        raise BadRequest("Please say in a few words what is wrong with it, so that its owner can mend it.")
    with storage.transaction() as tx:
        row = _find_article(tx, reference)
        if row.wrong_since is not None:
            return f"“{row.title}” is marked as wrong already: {row.wrong_note}. Nothing is answered from it."
        article_store.mark(tx, row, reason, clock.now())
        write_receipt(tx, clock.now(), "article_wrong", "One of us marked it as wrong.", article_id=row.id)
        owner = f"{person_mark(row.owner)}: " if row.owner and _USER_ID.fullmatch(row.owner) else ""
        looks_after = f" {row.owner} looks after it." if row.owner and not owner else ""
        create_post(
            tx,
            clock.now(),
            "notice",
            0,
            config.triage_place,
            text=f"{owner}{actor.name} says that the article “{row.title}” ({row.id}) is wrong: {reason}. Nothing "
            f"is answered from it until its text is corrected and read again.{looks_after}",
        )
        return (
            f"“{row.title}” is marked as wrong; nothing is answered from it until its text changes. Customers who were "
            f"told from it get a draft of a correction, which waits in the triage channel for one of you to approve. "
            f"If this was a mistake: `/support right {row.id}`."
        )


def mark_right(reference: str, *, actor: Actor, storage: Storage, config: Config, clock: Clock) -> str:
    """Remove the mark: answers may use the article again, and corrections that were not sent are withdrawn.

    Returns words for the person who typed. Raises NotFound, and BadRequest when the article is not marked.
    """
    with storage.transaction() as tx:
        row = _find_article(tx, reference)
        if row.wrong_since is None:
            raise BadRequest(f"“{row.title}” is not marked as wrong.")
        article_store.mark(tx, row, None, clock.now())
        for draft in tx.corrections.waiting(row.id):
            if draft.cause == "wrong":
                apply(tx, draft, "replace", by=actor, at=clock.now())
        who = name_of(tx, config, actor.user_id)
        write_receipt(tx, clock.now(), "article_right", f"{who} took the mark back.", article_id=row.id)
        return f"“{row.title}” is answered from again."


def _find_article(tx: Transaction, reference: str) -> StoredArticle:
    """Find an article by its id, its URL, or the id at the end of a URL. Raises NotFound."""
    wanted = reference.strip().strip("<>").partition("|")[0].rstrip("/")
    last = unquote(urlsplit(wanted).path.rstrip("/").rpartition("/")[2])
    candidates = (tx.articles.get(wanted), tx.articles.at(wanted), tx.articles.at(f"{wanted}/"), tx.articles.get(last))
    found = next((row for row in candidates if row is not None), None)
    if found is None:
        near = difflib.get_close_matches(last or wanted, [row.id for row in tx.articles.all()], n=1, cutoff=0.5)
        guess = f" Did you mean `{near[0]}`?" if near else " `/support search words` shows articles with their links."
        raise NotFound(f"Unknown article “{wanted[:80]}”.{guess}")
    return found
