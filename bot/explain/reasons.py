"""Sentences for colleagues for every stable word that receipts use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OUTCOMES = frozenset({"answered", "asked_back", "handed_over"})
# Decisions after which nothing was sent to the customer.
SILENCES = frozenset(
    {
        "silent",
        "other_bot",
        "channel_off",
        "ours",
        "outsider",
        "unknown_channel",
        "former_customer",
        "thanks",
        "small_talk",
        "solved",
        "withdrawn",
        "empty",
        "person_answers",
        "person_coming",
    }
)

HEADLINES: Mapping[str, str] = {
    **dict.fromkeys(SILENCES, "Footbridge stayed silent"),
    "answered": "Footbridge answered",
    "asked_back": "Footbridge asked what it is about",
    "handed_over": "Footbridge handed over to a person",
    "answer_queued": "Footbridge looks for an answer",
    "message_edited": "The customer edited a message",
    "message_deleted": "The customer took a message back",
    "answer_withdrawn": "The answer was taken away",
    "person_took_over": "A person of ours took over",
    "kept_inside": "Kept inside",
    "meant_for_customer": "A draft for the customer was asked for",
    "pressed_solved": "The customer pressed That solved it",
    "pressed_not_quite": "The customer pressed Not quite",
    "pressed_get_person": "The customer asked for a person by button",
    "pressed_resolution_confirmed": "The customer said that it is solved",
    "pressed_resolution_denied": "The customer said that they are still stuck",
    "person_has_it": "A person had it already",
    "suggestion_sent": "An agent sent the draft",
    "suggestion_discarded": "An agent discarded the draft",
    "ticket_opened": "A ticket was opened, and its SLA started",
    "ticket_reopened": "The ticket was opened again, and its clock runs on",
    "ticket_claimed": "The ticket was claimed",
    "ticket_assigned": "The ticket was given to somebody",
    "ticket_not_needed": "The ticket was closed, and its SLA stopped",
    "ticket_solved_by_answer": "The ticket was closed, and its SLA stopped",
    "priority_set": "The priority was changed",
    "reply_sent": "A reply was sent to the customer",
    "noted": "A note was written inside",
    "escalated": "It was escalated",
    "escalation_taken": "An engineer took the escalation",
    "escalation_ended": "The escalation ended, and its clock stopped",
    "words_drafted": "Words for the customer were drafted",
    "words_discarded": "The drafted words were discarded",
    "update_approved": "A status update was approved",
    "sent_to_customer": "Words were sent to the customer",
    "first_response_promised": "The clock of the first response began",
    "first_response_given": "The clock of the first response stopped",
    "update_promised": "The clock of the next status update began",
    "update_given": "The clock of the status update stopped",
    "resolved": "The ticket was resolved, and its SLA stopped",
    "undelivered": "A message could not be delivered",
    "answers_reviewed": "The answers from an article were checked again",
    "correction_sent": "A correction was sent to the customer",
    "article_wrong": "An article was marked as wrong",
    "article_right": "The mark that an article is wrong was taken back",
    "answer_remembered": "An answer was kept for the next who asks",
    "answer_forgotten": "A kept answer was taken away",
    "link_given": "A personal link to the private page was given",
    "mode_proposed": "A higher mode of the channel was proposed",
    "mode_proposal_withdrawn": "A proposed mode was taken back",
    "mode_earned": "The channel earned a higher mode",
    "mode_declined": "A proposed mode was declined for now",
    "mode_fell": "The channel's mode was lowered at once",
    "mode_chosen": "A person chose the channel's mode",
}

REASONS: Mapping[str, str] = {
    # why there is an answer
    "quoted": "An article fits the question well enough, so the answer is its own sentences, word for word.",
    "grounded": "A model wrote it from the articles, and every sentence that was kept held against our checks.",
    "opening": "Somebody asked for help without saying with what, so Footbridge asked.",
    "off_topic": "It sounds like small talk or everyday life and no article is near, so Footbridge said kindly what it "
    "helps with.",
    "which_one": "Several articles fit alike and differ in one name, so Footbridge asked which one is meant.",
    "too_little": "There was hardly a word to search for, so Footbridge asked for more.",
    "partly_answered": "Of several questions in the message some are answered, and the answer names the rest.",
    "next_best": "The first answer was not quite it, so this is the best of what was not shown yet.",
    "corrected": "What was told before no longer holds, and this stands in its place.",
    "no_longer_holds": "What was told before no longer holds, and nothing stands in its place yet.",
    # why a person
    "still_unclear": "It was asked about twice and is still not clear, so a person takes it.",
    "nothing_relevant": "No article fits the question well enough, and Footbridge does not guess.",
    "search_degraded": "Only exact words could be searched just then, which is not enough to be sure of an answer.",
    "not_grounded": "What the model wrote did not hold against our checks, so none of it was shown.",
    "model_declined": "The articles that were found do not answer the question.",
    "same_answer_again": "The best there is was shown already and was not quite it.",
    "did_not_help": "The customer said that the answer was not quite it.",
    "person_requested": "The customer asked for a person.",
    "complaint": "The customer is unhappy, and that is for a person to answer.",
    "not_a_question": "The message looks like an attempt to misuse the bot, so a person looks at it.",
    "only_files": "There were only files, which Footbridge does not read.",
    "answering_failed": "Answering broke down on our side, so a person was brought.",
    # why silence
    "other_bot": "It was written by a bot, and bots are not answered.",
    "channel_off": "The channel's mode is off.",
    "ours": "One of us wrote it, outside of any customer's conversation.",
    "outsider": "It was written by somebody of an organisation that this channel's customer does not name.",
    "unknown_channel": "The channel belongs to no customer in footbridge.yaml.",
    "former_customer": "The customer is no longer served; the people who have the ticket answer.",
    "thanks": "It says thanks, which needs no answer.",
    "small_talk": "It is small talk, which needs no answer.",
    "solved": "It says that it is solved, which needs no answer.",
    "withdrawn": "It says that it is no longer needed.",
    "empty": "There are no words in it.",
    "person_answers": "A person of ours answers in this thread, and Footbridge does not talk over them.",
    "person_coming": "A ticket is open, and a person answers.",
    "message_deleted": "The customer took the message back before it was answered.",
    "already_answered": "This message had its answer already.",
    "customer_decided": "The customer had said already what they think of the answer, so it was left as it was.",
    "taken_back": "The customer wrote that it is solved or no longer needed.",
    "superseded": "The customer wrote more right after it, and all of it was answered together.",
    "nothing_to_do": "There was nothing left to answer.",
    # how it was sent, or how a clock ended
    "pressed": "Somebody decided so and pressed the button, or typed the command.",
    "as_drafted": "It went out as it was drafted.",
    "as_edited": "It went out in the agent's own words, with the draft's sources.",
    "sent_by_person": "A person pressed Send to customer; nothing leaves an escalation otherwise.",
    "approved_by_person": "A person approved the words, and they went out.",
    "nobody_approved": "It was due and nobody had approved any words, so the customer heard that we are still at it.",
    "in_time": "It was in time.",
    "late": "It came later than promised.",
}

KINDS: Mapping[str, str] = {
    "question": "a question",
    "problem": "a report that something is wrong",
    "request": "a request",
    "thanks": "thanks",
    "small_talk": "small talk",
    "solved": "word that it is solved",
    "withdrawn": "word that it is no longer needed",
    "complaint": "a complaint",
    "maybe_complaint": "what may be a complaint",
    "maybe_person": "what may be a wish for a person",
    "person_request": "a wish for a person",
    "attack": "an attempt to misuse the bot",
    "empty": "a message without words",
    "files": "nothing but files",
    "follow_up": "a follow-up to what was said before",
    "off_topic": "what sounds like small talk or everyday life",
    "unclear": "what may be small talk",
}


def headline(decision: str, details: Mapping[str, Any]) -> str:
    """What was done, in a few words; for answers it depends on the channel's mode."""
    mode = details.get("mode")
    if decision == "answered":
        return {
            "auto": "Footbridge answered by itself",
            "suggest": "Footbridge drafted an answer for an agent",
            "shadow": "Footbridge drafted an answer that nobody was shown",
        }.get(str(mode), HEADLINES[decision])
    if decision == "handed_over" and mode in ("suggest", "shadow"):
        return "Footbridge found no answer, and a person answers"
    return HEADLINES.get(decision) or _capital(decision.replace("_", " "))


def reason(decision: str, given: str) -> str:
    """Why, as a sentence: that of the reason's word, else of the decision's word, else the receipt's own sentence."""
    if given in REASONS:
        return REASONS[given]
    if decision in SILENCES and decision in REASONS:
        return REASONS[decision]
    return given if " " in given else f"The reason on record is: {given.replace('_', ' ')}."


def describe_kind(details: Mapping[str, Any]) -> str:
    """The kind of message that triage found, and by which rule; "" when the receipt does not say."""
    kind, rule = details.get("kind"), details.get("rule")
    if not kind:
        return ""
    name = KINDS.get(str(kind), str(kind).replace("_", " "))
    return f"Taken for {name}: {rule}." if rule else f"Taken for {name}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
