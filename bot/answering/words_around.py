"""Chooses the sentences before and after an answer from the outcome and its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.answering.wording import Outcome, Wording, wording
from bot.texts.catalogue import for_customers
from bot.texts.times import told_time

OUTCOME_OF_REASON: dict[str, Outcome] = {
    "person_requested": "person",
    "complaint": "complaint",
    "answering_failed": "unreachable",
    "search_degraded": "unreachable",
    "did_not_help": "reopened",
    "same_answer_again": "reopened",
    "not_a_question": "passed_on",
    "still_unclear": "passed_on",
    "only_files": "passed_on",
}
QUESTION_BACK: dict[str, Outcome] = {
    "opening": "opening",
    "which_one": "which_one",
    "too_little": "too_little",
    "off_topic": "off_topic",
}


def words_around(
    outcome: str,
    reason: str,
    question: str,
    contact_name: str,
    has_near: bool,
    due: datetime,
    now: datetime,
    zone: str,
    *,
    language: str,
    options: Sequence[str] = (),
    company: str = "",
    urgent: bool = False,
    open_questions: Sequence[str] = (),
) -> Wording:
    """Return the sentences before and after an answer, in `language`; a hand-over promises a person by `due`.

    `outcome`, `reason`, `options`, `urgent` and `open_questions` as in Finding; `has_near`: articles that may help are
    listed; `zone` is the contact's time zone.
    """
    if outcome == "asked_back":
        kind = QUESTION_BACK[reason]
        kind = "is_it_one" if kind == "too_little" and options else kind
        return wording(kind, language, name=contact_name, options=options, company=company)
    by = told_time(due, now, zone, for_customers(language))
    if open_questions:
        return wording("partly", language, name=contact_name, by=by, rest="; ".join(open_questions))
    if outcome == "answered":
        kinds: dict[str, Outcome] = {"grounded": "by_model", "next_best": "next_best"}
        return wording(kinds.get(reason, "quoted"), language, name=contact_name)
    handed: Outcome = "near" if has_near else OUTCOME_OF_REASON.get(reason, "nothing")
    if handed in ("near", "nothing") and urgent:
        handed = "urgent"
    return wording(handed, language, name=contact_name, by=by)
