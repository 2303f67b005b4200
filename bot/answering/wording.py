"""The sentences before and after an answer, in the customer's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from bot.texts.catalogue import Texts, for_customers, mark
from bot.texts.names import first_name

Outcome = Literal[
    "quoted",
    "by_model",
    "near",
    "nothing",
    "urgent",
    "person",
    "complaint",
    "unreachable",
    "opening",
    "reopened",
    "passed_on",
    "next_best",
    "partly",
    "which_one",
    "too_little",
    "is_it_one",
    "off_topic",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# Labels of the buttons under an answer; texts name them as the button does.
SOLVED, NOT_QUITE, GET_PERSON = mark("That solved it"), mark("Not quite"), mark("Get a person")


@dataclass(frozen=True)
class Wording:
    """`frame` is shown before an answer, `closing` after it; both are whole sentences."""

    frame: str
    closing: str


def wording(
    outcome: Outcome,
    language: str,
    *,
    name: str = "",
    by: str = "",
    options: Sequence[str] = (),
    company: str = "",
    rest: str = "",
) -> Wording:
    """Return the sentences around an answer.

    `name` is the contact's full name in Slack, or "". `by` is a time as `bot.texts.times.told_time` writes it; without
    it no time is promised. Outcomes: `quoted` (sentences of an article), `by_model` (a checked draft), `near` (articles
    that may help, and a person), `nothing` (nothing found), `urgent` (nothing sure found, and it cannot wait), `person`
    (the customer asked for a person), `complaint`, `unreachable` (a part of Footbridge is down), `opening` (a greeting
    that asks for help without saying with what), `reopened` (it is not solved after all), `passed_on` (something that
    only people can read, such as a file), `next_best` (another answer, after the first was not quite right), `partly`
    (an answer to a part; a person answers the `rest`), `which_one` (of these `options`), `too_little` (to search for),
    `is_it_one` (of the articles shown), `off_topic` (we help with `company`'s product).
    """
    t = for_customers(language)
    frame, closing = _WORDS[outcome]
    if outcome == "urgent" and not by:
        frame = _URGENT_WITHOUT_TIME
    told: dict[str, object] = {
        "person": person_comes(t, by),
        "time": by,
        "options": t.either(options) if options else "",
        "rest": rest,
        "company": company or t("our product"),
        "not_quite": t(NOT_QUITE),
        "get_person": t(GET_PERSON),
    }
    return Wording(greeted(t, name, t(frame, **told).strip()), t(closing, **told).strip())


def person_comes(t: Texts, by: str) -> str:
    """The sentence that a person will answer; `by` as in `wording`."""
    if by:
        return t("I have passed this on to our team, and a person will answer here by {time}.", time=by)
    return t("I have passed this on to our team, and a person will answer here.")


def greeted(t: Texts, name: str, sentence: str) -> str:
    """Put "Hi Dana," before a sentence that begins in lower case; without a first name the sentence gets a capital."""
    first = first_name(name)
    if not first:
        return sentence[:1].upper() + sentence[1:]
    return t("Hi {name},", name=first) + " " + sentence


_URGENT_WITHOUT_TIME = mark("that sounds urgent. I am getting a colleague now.")
_WORDS: dict[Outcome, tuple[str, str]] = {
    "quoted": (
        mark("this is what our help centre says about it:"),
        mark(
            "If that is not what you meant, press “{not_quite}” or write what is different for you. "
            "Press “{get_person}” if you would like somebody from our team to help you."
        ),
    ),
    "by_model": (
        mark("here is what our articles say, with the sources below:"),
        mark("If a step does not match what you see, write it here or press “{get_person}”."),
    ),
    "near": (
        mark("I did not find a sure answer to this. {person}"),
        mark("If you can, write here what you see and since when. It makes their answer quicker."),
    ),
    "nothing": (
        mark("I searched our articles and found no answer to this. {person}"),
        mark("If you can, write here what you see, since when and for whom. It makes their answer quicker."),
    ),
    "urgent": (
        mark("that sounds urgent. I am getting a colleague now, who will answer here by {time}."),
        mark("If you can, write here what you see and who cannot work. They see this whole thread."),
    ),
    "person": (
        mark("of course. {person}"),
        mark("They see this whole thread, so you do not have to repeat anything."),
    ),
    "complaint": (
        mark("I am sorry that this has been so much trouble. {person}"),
        mark(
            "They see this whole thread, so you do not have to repeat anything. If something cannot wait, write it "
            "here."
        ),
    ),
    "unreachable": (
        mark("your message is safe with us, but I cannot search our articles right now. {person}"),
        mark("You do not have to send it again."),
    ),
    "opening": (
        mark("I am glad to help. What is it about?"),
        mark(
            "Tell me what you want to do and what you see, and I will look it up. "
            "Press “{get_person}” if you would like somebody from our team to help you."
        ),
    ),
    "reopened": (
        mark("thank you for telling us. We will keep working on this. {person}"),
        mark("If you can, write what is still missing."),
    ),
    "passed_on": (
        mark("thank you. {person}"),
        mark("If you have a question about it, write it here in a sentence or two, and I will search for it too."),
    ),
    "next_best": (
        mark("thank you for telling me. Perhaps this fits better:"),
        mark(
            "If this is not it either, press “{not_quite}”, and a person takes over. "
            "Press “{get_person}” if you would like one at once."
        ),
    ),
    "partly": (
        mark("this is what our help centre says about a part of your message:"),
        mark("I did not find a sure answer to “{rest}”. {person}"),
    ),
    "which_one": (
        mark("I am happy to look this up. Which one is it about: {options}?"),
        mark(
            "Press the one that fits, or write it here in your own words. "
            "Press “{get_person}” if you would like somebody from our team to help you."
        ),
    ),
    "too_little": (
        mark("I would like to find the right answer for you. What do you want to do, and what do you see?"),
        mark(
            "The text of an error, a name, since when: everything you write here helps me to look it up. "
            "Press “{get_person}” if you would like somebody from our team to help you."
        ),
    ),
    "is_it_one": (
        mark("I would like to find the right answer for you. Is it about one of these?"),
        mark(
            "Press the one that fits, or write here what you want to do and what you see. "
            "Press “{get_person}” if you would like somebody from our team to help you."
        ),
    ),
    "off_topic": (
        mark("I am here to help with {company}, and our articles say nothing about this."),
        mark(
            "If it has to do with {company} after all, write here what you want to do, and I will look it up. "
            "Press “{get_person}” if you would like somebody from our team to help you."
        ),
    ),
}
