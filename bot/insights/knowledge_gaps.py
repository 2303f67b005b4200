"""What to write next: questions that our articles did not answer well, put together and ranked; for our people only.

It holds words of several customers side by side, so nothing of it may ever reach a customer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.contents.answers import Citation
from bot.contents.gaps import Gap, GapOccurrence, KnowledgeGaps
from bot.directory.people import name_of
from bot.errors import BadRequest
from bot.insights.clusters import group, nearest_first, telling_words
from bot.insights.missed import BY_HAND, Missed, missed
from bot.ports import KnowledgeBase
from bot.settings.config import Config, Customer
from knowledge.embeddings import Vectors
from knowledge.errors import KnowledgeError
from storage.transaction import Storage, Transaction

USUAL_DAYS, MOST_DAYS = 30, 365
MOST_QUESTIONS = 600
MOST_GAPS = 20
# From NEAR on (`Hit.score`) an article is about the matter: to extend it serves readers better than a second article
# beside it. From ANSWERS on it most likely answers.
NEAR, ANSWERS = 0.40, 0.49
LOOKED_AT = 5
INSIDE = frozenset({"public", "internal"})

Gaps = Callable[[Transaction, datetime], tuple[Gap, ...]]


def knowledge_gaps(
    wanted: str, *, storage: Storage, knowledge: KnowledgeBase, config: Config, clock: Clock
) -> KnowledgeGaps:
    """The gaps of a number of days (30 unless named), of all customers or of the one named, or both: `90 kestrel`."""
    days, customer = read_wanted(wanted, config)
    return look_back(days, customer, storage=storage, knowledge=knowledge, config=config, clock=clock)


def look_back(
    days: int, customer: Customer | None, *, storage: Storage, knowledge: KnowledgeBase, config: Config, clock: Clock
) -> KnowledgeGaps:
    with storage.reading() as tx:
        asked = in_vain(tx, days, clock.now(), customer)
    try:
        wanted = grouped(asked, knowledge, config)
    except KnowledgeError as error:
        raise BadRequest(
            "Questions cannot be compared at the moment, since the search index or its model does not answer. "
            "Please try again in a few minutes; `python app.py check` says what is wrong."
        ) from error
    with storage.reading() as tx:
        gaps = tuple(_gap(tx, members, words, knowledge, config) for members, words in wanted[:MOST_GAPS])
    return KnowledgeGaps(days, sum(len(members) for members, _ in wanted), gaps, customer.name if customer else None)


def worst(tx: Transaction, now: datetime, *, knowledge: KnowledgeBase, config: Config) -> tuple[Gap, ...]:
    """The three that a digest shows; none when questions cannot be compared now, for a digest comes in any case."""
    try:
        wanted = grouped(in_vain(tx, USUAL_DAYS, now, None), knowledge, config)
    except KnowledgeError:
        return ()
    return tuple(_gap(tx, members, words, knowledge, config) for members, words in wanted[:3])


def read_wanted(wanted: str, config: Config) -> tuple[int, Customer | None]:
    """Days and customer out of what was typed. Raises BadRequest with the customers there are."""
    days, rest = USUAL_DAYS, []
    for word in wanted.split():
        number = word.lower().removesuffix("d")
        if number.isascii() and number.isdigit() and len(number) < 5:
            days = min(max(int(number), 1), MOST_DAYS)
        elif word.lower() not in ("days", "day", "all"):
            rest.append(word)
    if not rest:
        return days, None
    name = " ".join(rest).lower()
    customer = next((each for each in config.customers if name in (each.id, each.name.lower())), None)
    if customer is None:
        names = ", ".join(each.id for each in config.customers)
        raise BadRequest(f"Unknown customer {name[:60]!r}. Write a number of days, or one of {names}.")
    return days, customer


def in_vain(tx: Transaction, days: int, now: datetime, customer: Customer | None) -> list[Missed]:
    """The questions of the period without a good answer, oldest first; one for each conversation, the last 600."""
    stories = tx.reports.troubled(
        now - timedelta(days=days), now, MOST_QUESTIONS, customer_id=customer.id if customer else None
    )
    found = [one for story in stories if (one := missed(story)) is not None]
    return sorted(found, key=lambda one: one.conversation_id)


def grouped(
    asked: Iterable[Missed], knowledge: KnowledgeBase, config: Config
) -> list[tuple[list[Missed], tuple[str, ...]]]:
    """The questions put together, each group with its telling words, in the order in which they should be written.

    Where a person was quicker than we, nothing was looked up: that counts only if no article would answer it today.
    """
    known = sorted(asked, key=lambda one: one.conversation_id)
    known = [one for one in known if one.what_happened != BY_HAND or not _answerable(one, knowledge, config)]
    groups = ranked(together(known, knowledge.embed([one.question for one in known])))
    return list(zip(groups, telling_words([[one.question for one in members] for members in groups]), strict=True))


def _answerable(one: Missed, knowledge: KnowledgeBase, config: Config) -> bool:
    customer = config.customer(one.customer_id)
    audiences = config.audiences_for(customer) if customer else frozenset({"public"})
    hits = knowledge.search(one.question, audiences, limit=1)
    return bool(hits) and hits[0].score >= ANSWERS


def together(asked: Sequence[Missed], vectors: Vectors) -> list[list[Missed]]:
    """Groups of questions that mean the same, the most typical question of each first."""
    rows: dict[int, list[int]] = {}
    for row, label in enumerate(group(vectors)):
        rows.setdefault(label, []).append(row)
    return [[asked[members[at]] for at in nearest_first(vectors[members])] for members in rows.values()]


def ranked(groups: Iterable[list[Missed]]) -> list[list[Missed]]:
    """What most customers miss comes first, then what is asked most, then what was asked last."""

    def weight(members: list[Missed]) -> tuple[int, int, datetime, int]:
        customers = {one.customer_id for one in members}
        return len(customers), len(members), max(one.at for one in members), max(one.conversation_id for one in members)

    return sorted(groups, key=weight, reverse=True)


def _gap(
    tx: Transaction, members: Sequence[Missed], words: tuple[str, ...], knowledge: KnowledgeBase, config: Config
) -> Gap:
    advice, near = _advice(members, knowledge)
    customers = Counter(one.customer_id for one in members)
    return Gap(
        question=members[0].question,
        words=words,
        askings=tuple(_asking(tx, one, config) for one in sorted(members, key=lambda one: one.at, reverse=True)),
        customers=tuple(_name(each, config) for each, _ in sorted(customers.items(), key=lambda c: (-c[1], c[0]))),
        advice=advice,
        near=near,
    )


def _advice(members: Sequence[Missed], knowledge: KnowledgeBase) -> tuple[str, Citation | None]:
    """What to do about it, seen from today's articles, which may have been mended since."""
    hits = [hit for hit in knowledge.search(members[0].question, INSIDE, limit=LOOKED_AT) if hit.score >= NEAR]
    if not hits:
        return "write", None
    failed = Counter(citation["article_id"] for one in members for citation in one.near)
    # Of the articles that are near, the one that readers were sent to most often is the one to mend.
    best = max(hits[:LOOKED_AT], key=lambda hit: failed[hit.passage.article_id]).passage
    near = Citation(1, best.article_id, best.title, best.url, "", best.id)
    if best.audience == "internal":
        return "publish", near
    return ("extend" if near.article_id in failed else "check"), near


def _asking(tx: Transaction, one: Missed, config: Config) -> GapOccurrence:
    return GapOccurrence(
        question=one.question,
        customer=_name(one.customer_id, config),
        at=one.at,
        what_happened=one.what_happened,
        ticket_id=one.ticket_id,
        link=one.link,
        solution=one.solution,
        solved_by=name_of(tx, config, one.solved_by) if one.solved_by else "",
    )


def _name(customer_id: str, config: Config) -> str:
    customer = config.customer(customer_id)
    return customer.name if customer else customer_id
