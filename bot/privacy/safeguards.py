"""Hides personal data from models, and warns before words are sent to a customer."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence

from bot.privacy.redaction import redact, redact_secrets

__all__ = ["customer_safe", "inspect_words", "redact", "redact_secrets", "strip_invisible"]

# --- what a model must not be shown ----------------------------------------------------------------------------

# Zero-width and bidirectional signs, soft hyphens, tag characters, variation selectors, controls but tab and newline.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\n[ \t]*\n|\Z)", re.DOTALL)


def strip_invisible(text: str) -> str:
    """`text` without what a reader does not see: invisible and control characters, and HTML comments."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _COMMENT.sub(lambda found: "" if found[0].endswith("-->") else "\n\n", text) if "<!--" in text else text


# --- what a customer must not be shown -------------------------------------------------------------------------

_MENTION = re.compile(r"<(?:@[UWB][A-Z0-9]+|!subteam\^[A-Z0-9]+|!(?:here|channel|everyone))(?:\|[^>]*)?>")
_CHANNEL_LINK = re.compile(r"<#[CGD][A-Z0-9]+(?:\|[^>]*)?>")
_PLAIN_MENTION = re.compile(r"(?<![\w@.])@(?:here|channel|everyone)\b")
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_TRACE = re.compile(
    r"Traceback \(most recent call last\)|^[ \t]*File \"[^\"\n]+\", line \d+|^[ \t]+at [\w$.<>]+\([^)\n]*\)"
    r"|^[ \t]*at (?:async )?[\w.$<> \[\]]{1,80} ?\(?(?:/|[A-Za-z]:\\|file:|node:)[^)\n]*:\d+"
    r"|^Caused by: [\w.$]+|^(?:Exception in thread|panic: |goroutine \d+ \[)"
    r"|(?<![\w.])[\w.]{1,200}\.(?:java|kt|scala|cs|rb|go|py):\d+\b",
    re.MULTILINE,
)
_TRACE_LINE = re.compile(
    r"^(?:[ \t]*Traceback \(most recent call last\).*|[ \t]*File \"[^\"\n]+\", line \d+.*(?:\n[ \t]{2,}.*)?"
    r"|[ \t]+at [\w$.<>]+\([^)\n]*\).*|Caused by: [\w.$]+.*|Exception in thread .*"
    r"|(?:[a-zA-Z_]\w{0,60}\.){0,8}[A-Z]\w{0,60}(?:Error|Exception)(?::.*)?)(?:\n|\Z)",
    re.MULTILINE,
)


def customer_safe(text: str) -> str:
    """`text` without mentions, links to channels and stack traces, its white space tidied. May be empty."""
    text = strip_invisible(text)
    text = _FENCE.sub(lambda found: "" if _TRACE.search(found[0]) else found[0], text)
    if _TRACE.search(text):
        text = _TRACE_LINE.sub("", text)
    for pattern in (_MENTION, _CHANNEL_LINK, _PLAIN_MENTION):
        text = pattern.sub("", text)
    pieces = _FENCE.split(text)
    fences = _FENCE.findall(text)
    tidied = [_tidy(piece) for piece in pieces]
    whole = "".join(piece + (fences[at] if at < len(fences) else "") for at, piece in enumerate(tidied))
    return whole.strip()


def _tidy(text: str) -> str:
    text = re.sub(r"(?<=\S)[ \t]{2,}", " ", text)
    text = re.sub(r"(?<=\S) ([,.;:!?])(?=\s|$)", r"\1", text)
    text = re.sub(r"(?m)(?<=\S)[ \t]+$", "", text)
    text = re.sub(r"(?m)^[,;:]+[ \t]*", "", text)
    return re.sub(r"\n{3,}", "\n\n", text)


_HOST = re.compile(
    r"(?<![\w.-])(?:https?://)?((?:[A-Za-z0-9_-]{1,63}\.){1,8}(?:local|internal|intranet|corp|lan|intra"
    r"|localdomain|consul|svc)|localhost|host\.docker\.internal)(?![\w-])(?::\d{1,5})?",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]{0,9}\d)")
_SWEARING = re.compile(
    r"\b(?:fuck\w*|shit\w*|bullshit|crap(?:py)?|damn(?:ed)?|goddamn|wtf|ffs|bloody|arse\w*|asshole\w*"
    r"|bastard\w*|bitch\w*|piss(?:ed)?|bollocks|scheiß\w*|scheiss\w*|verdammt\w*|kacke|putain|merde|bordel"
    r"|mierda|joder|coño|idiot\w*|moron\w*|stupid|dumb|clueless)\b",
    re.IGNORECASE,
)
_ROUGH = re.compile(
    r"\b(?:(?:dirty |quick |ugly )?hack(?:y|ed|s|ing)?|kludge\w*|band-?aid|duct tape|spaghetti code"
    r"|legacy mess|no idea|screw(?:ed)? up|messed up|broke prod|sloppy|garbage|a mess|who knows|not our problem)\b",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"\b(?:your (?:own )?(?:fault|mistake|error)|(?:user|operator) error|pebkac"
    r"|(?:you|the customer|they) (?:should|could) have|you (?:failed|forgot|neglected|broke|messed|didn't bother)"
    r"|as (?:i|we)(?:'ve| have)? (?:already )?(?:said|told|explained)|like i said|obviously|clearly you"
    r"|just read|rtfm|the customer (?:is|was) (?:wrong|confused|difficult|annoying)|(?:blame|fault of)"
    r"|they (?:never|always) (?:read|listen))\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\[(?:e-mail|phone|card|iban|secret|name|date|time|link|insert[^\]]{0,60}|your [^\]]{0,60}|x{2,}|tbd|todo"
    r"|value not available)\]|\{\{?[ ]?\w{1,40}[ ]?\}?\}|\b(?-i:TODO|TBD|FIXME|XXX+)\b|lorem ipsum",
    re.IGNORECASE,
)
_INSIDE_TALK = re.compile(
    r"\b(?:internal(?:ly)? only|don'?t (?:tell|share|show)(?: this)?(?: to| with)? (?:the )?customer"
    r"|between us|off the record|confidential|not for (?:the )?customers?|nda)\b",
    re.IGNORECASE,
)


def inspect_words(text: str, inside: Sequence[str] = ()) -> list[str]:
    """What a person should look at before `text` goes to a customer: a plain sentence each, none if all is well.

    `inside` holds what outsiders must not read: domains ("wiki.example.com" covers its subdomains), channels
    ("#erp-oncall") and names of people or other customers.
    """
    looks: tuple[Callable[[str], str | None], ...] = (
        _look_for_secret,
        _look_for_address,
        _look_for_trace,
        _look_for_mention,
        _look_for(_INSIDE_TALK, "It says “{}”, which is meant for our own people."),
        _look_for(_PLACEHOLDER, "It still has a gap to fill: “{}”."),
        _look_for(_SWEARING, "It says “{}”, which may hurt or offend."),
        _look_for(_ROUGH, "It says “{}”, which sounds careless to a customer."),
        _look_for(_BLAME, "It says “{}”, which can read as blame."),
    )
    warnings = [warning for look in looks if (warning := look(text)) is not None]
    return warnings + [
        f"It names {found}, which customers should not read about."
        for found in dict.fromkeys(_inside_found(text, inside))
    ]


def _look_for(pattern: re.Pattern[str], sentence: str) -> Callable[[str], str | None]:
    def look(text: str) -> str | None:
        found = pattern.search(text)
        return sentence.format(found[0].strip()) if found else None

    return look


def _look_for_secret(text: str) -> str | None:
    if redact_secrets(text) == text:
        return None
    return "It seems to hold a password, key or token."


def _look_for_address(text: str) -> str | None:
    for found in _IPV4.finditer(text):
        try:
            address = ipaddress.ip_address(found[0])
        except ValueError:
            continue
        if address.is_private or address.is_loopback or address.is_link_local:
            return f"It names a private address: {found[0]}."
    host = _HOST.search(text)
    return f"It names an internal host: {host[1]}." if host else None


def _look_for_trace(text: str) -> str | None:
    if _TRACE.search(text):
        return "It contains a stack trace; say what it means for the customer instead."
    return None


def _look_for_mention(text: str) -> str | None:
    if _MENTION.search(text) or _PLAIN_MENTION.search(text):
        return "It mentions a person or a group of ours, who would be notified in the customer's channel."
    if _CHANNEL_LINK.search(text):
        return "It links to a channel that the customer may not know."
    return None


def _inside_found(text: str, inside: Sequence[str]) -> list[str]:
    lowered = text.lower()
    found = []
    for word in inside:
        wanted = word.strip().lower().removeprefix("https://").removeprefix("http://").strip("/")
        if not wanted:
            continue
        before = r"(?<![\w-])" if "." in wanted and " " not in wanted else r"(?<![\w.-])"
        if re.search(before + re.escape(wanted) + r"(?![\w-])", lowered):
            found.append(word.strip())
    return found
