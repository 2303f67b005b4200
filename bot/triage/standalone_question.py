"""Makes one question that stands alone out of a conversation, without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.contents.conversations import TranscriptLine
from bot.texts.language import content_words, words_of
from bot.triage import list_references
from bot.triage.markup import plain_text, split_emoji
from bot.triage.whole_messages import without_pleasantries

CONTACT = "contact"
MAX_LENGTH = 2000
MAX_ADDED = 390
MAX_READ = 8000
# Words of grammar, as far as they say by themselves that something stands before them.
_CONTINUES = re.compile(
    r"(?:and|but|so|or|also|then|(?:what|how) about|i meant?|same|und|aber|oder|et|mais|ou|y|pero)\b(?!-)",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"(?:for|with|in|on|from|für|mit|bei|auf|pour|avec|dans|para|con|en)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"(?<![\w-])(?:its?|that|this|those|these|they|them|he|she|dies|diese[rsmn]?|davon|dafür|damit|ça|cela|celui|ceci"
    r"|ils|elles|eso|esto|ese|esa|ellos)(?![\w-])",
    re.IGNORECASE,
)
SHORT_SWAP = 6
"""Words of the longest "and for ...?" that has no verb of its own."""


def standalone_question(messages: Sequence[TranscriptLine]) -> str:
    """The contact's last question as one text that can be searched for, at most 2,400 characters.

    What the contact wrote since somebody last answered is one question. "The second one" becomes what stands there in
    the list that was shown last. When the question follows up on something ("and for NetSuite?", "does it also..."),
    the contact's question before is put behind it. Without greetings, thanks and closings; empty when nothing else was
    written.
    """
    turns = [message for message in messages if message.text.strip()]
    question = own_words(turns)
    while turns and turns[-1].side == CONTACT:
        turns.pop()
    earlier = [matter for message in turns if message.side == CONTACT and (matter := _matter(message.text))]
    if not earlier or not question:
        return _shortened(question or (earlier[-1] if earlier else ""))
    meant = list_references.resolve_reference(question, turns[-1].text)
    if meant != question and len(content_words(meant)) > 2:
        return _shortened(meant)
    if not continues_earlier(question):
        return _shortened(question)
    leaned_on = _leaned_on(earlier)
    if _swaps_a_name(meant):
        # "and for SAP?" asks the same with another name in the place of the first.
        leaned_on = _without(_names(leaned_on), leaned_on)
    if leaned_on.casefold() in meant.casefold():
        return _shortened(meant)
    return f"{_shortened(meant)}\n{leaned_on[:MAX_ADDED]}".strip()


def _swaps_a_name(text: str) -> bool:
    """Whether a text is a mere "and for SAP?": a few words without a verb, a name among them."""
    begun = _CONTINUES.match(text)
    rest = text[begun.end() :].strip() if begun else ""
    if not rest or len(text.split()) > SHORT_SWAP or not _names(text):
        return False
    return _PREPOSITION.match(rest) is not None or rest[0].isupper() or rest[0].isdigit()


def _names(text: str) -> set[str]:
    """Words written like names or codes: with a capital that does not begin a sentence, or with a digit."""
    return {
        found[2]
        for found in re.finditer(r"(^|[.!?]\s+|\s)([\w][\w.'’/-]*[\w]|\w)", text)
        if any(char.isdigit() for char in found[2])
        or sum(char.isupper() for char in found[2]) > 1
        or (found[1].isspace() and found[2][0].isupper() and len(found[2]) > 1)
    }


def _without(names: set[str], text: str) -> str:
    kept = re.sub(r"[\w][\w.'’/-]*[\w]|\w", lambda found: "" if found[0] in names else found[0], text)
    return re.sub(r"\s+([?.!,]|$)", r"\1", re.sub(r"[ \t]+", " ", kept)).strip()


def _leaned_on(earlier: Sequence[str]) -> str:
    """The latest earlier message that says something; "not really" does not, and one word is enough in a question.

    As it was written: its telling words alone did worse (MTRAG-UN, recall of five passages: .824 without, .880 with its
    words, .885 with the whole of it; the demo's follow-ups, right article first: .318, .795, .841).
    """
    return next(
        (matter for matter in reversed(earlier) if len(_telling_words(matter)) >= (1 if "?" in matter else 2)), ""
    )


def continues_earlier(question: str) -> bool:
    """Whether a question cannot be understood without what was said before it: it is short, or points back.

    A whole question on another matter in the same thread must not be mixed with the one before: with any "it" or
    "first" taken for a pointer, the right article stood first for .63 of those on the demo's articles, so for .75.
    """
    return len(content_words(question)) <= 4 or depends_on_earlier(question)


def depends_on_earlier(text: str) -> bool:
    """Whether a text points at something said before it ("and for SAP?", "does it also ..."), or is a mere fragment.

    A word like "it" points back only when nothing before it in the same text could be meant.
    """
    matter = _matter(text)
    if len(matter.split()) < 4 or _CONTINUES.match(matter):
        return True
    if _PREPOSITION.match(matter) and len(content_words(matter)) < 3:
        return True
    pointing = _POINTING.search(matter)
    return pointing is not None and len(content_words(matter[: pointing.start()])) < 2


def _shortened(text: str) -> str:
    """The beginning and the end of a long text: people ask there, and paste logs in between."""
    text = text.strip()
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH // 2]}\n{text[-MAX_LENGTH // 2 :]}".strip()


def own_words(messages: Sequence[TranscriptLine]) -> str:
    """What the contact wrote since somebody last answered, without greetings and thanks; may be empty."""
    last: list[str] = []
    for message in reversed([message for message in messages if message.text.strip()]):
        if message.side != CONTACT:
            break
        last.insert(0, _matter(message.text))
    return "\n".join(text for text in last if text)


def _matter(text: str) -> str:
    text = text if len(text) <= MAX_READ else f"{text[: MAX_READ // 2]}\n{text[-MAX_READ // 2 :]}"
    return without_pleasantries(split_emoji(plain_text(text))[0].strip()).strip()


def _telling_words(text: str) -> list[str]:
    """The words that carry a question's matter, as written, with numbers and codes among them."""
    known = set(content_words(text))
    return [
        word
        for word in re.findall(r"[\w][\w.'’/-]*[\w]|\w", text)
        if any(char.isdigit() for char in word) or known & set(words_of(word))
    ]
