"""Converts words, times and people to Slack's text. Text from others is escaped, without its mentions and links.

It knows nothing of blocks, and it never lets a token of Slack's through that did not come from us.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.contents.marks import replace_marks
from bot.incoming import SLACK, Address

_TOKEN = re.compile(r"<([@#!])([^<>|\s]*)(?:\|([^<>]*))?>|<((?:https?|mailto|tel):[^<>|\s]+)(?:\|([^<>]*))?>")
_USER_ID = re.compile(r"[UW](?=[A-Z0-9]*[0-9])[A-Z0-9]{2,20}")
# Control characters, and the marks that turn the direction of whatever follows them.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")

DAY_AND_TIME = "{date_short_pretty} at {time}"


def size(text: str) -> int:
    """How long Slack finds a text: in UTF-16 units, the strictest way of counting."""
    return len(text) + sum(character > "\uffff" for character in text)


def spoken(text: str) -> str:
    """Foreign words as plain text: Slack's tokens become what a reader would say, unseen characters go."""
    text = _SURROGATE.sub("\ufffd", text)
    return _TOKEN.sub(_said, _UNSEEN.sub("", text))


def _said(token: re.Match[str]) -> str:
    mark, what, label, address, address_label = token.groups()
    if address:
        address = address.removeprefix("mailto:").removeprefix("tel:")
        return f"{address_label} ({address})" if address_label and address_label != address else address
    if mark == "@":
        return f"@{label.lstrip('@')}" if label else "a colleague"
    if mark == "#":
        return f"#{label.lstrip('#')}" if label else "a channel"
    if label:
        return label
    name = what.partition("^")[0]
    return f"@{name}" if name in ("here", "channel", "everyone") else "a group"


def escape(text: str) -> str:
    """The three characters that Slack's text gives a meaning, as Slack wants them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Foreign words, safe inside mrkdwn; line breaks stay."""
    return escape(spoken(text))


def line(text: str, most: int = 300) -> str:
    """Foreign words on one line of at most `most` characters, safe inside mrkdwn."""
    return escape(one_line(text, most))


def one_line(text: str, most: int) -> str:
    """Foreign words on one line, for plain_text objects: spoken and shortened, not escaped."""
    return shorten(" ".join(spoken(text).split()), most)


def shorten(text: str, most: int) -> str:
    """At most `most` UTF-16 units of an unescaped text, cut between words where one is near."""
    if size(text) <= most:
        return text
    kept = _prefix(text, most - 1)
    space = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:space] if space > len(kept) - 60 and space > 0 else kept).rstrip() + "…"


def clip(mrkdwn: str, most: int) -> str:
    """At most `most` UTF-16 units of finished mrkdwn; no token and no entity is ever cut in two."""
    if size(mrkdwn) <= most:
        return mrkdwn
    kept = _prefix(mrkdwn, most - 1)
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    entity = kept.rfind("&")
    if entity >= 0 and ";" not in kept[entity:]:
        kept = kept[:entity]
    space = max(kept.rfind(" "), kept.rfind("\n"))
    outside = kept.rfind("<") < space or kept.rfind(">") > kept.rfind("<") > space
    if space > len(kept) - 60 and space > 0 and outside and kept.rfind(">") < space:
        kept = kept[:space]
    return kept.rstrip() + "…"


def pieces(text: str, most: int) -> list[str]:
    """An unescaped text cut into pieces of at most `most` units, between paragraphs, lines, sentences or words."""
    found = []
    while size(text) > most:
        kept = _prefix(text, most)
        for mark in ("\n\n", "\n", ". ", " "):
            cut = kept.rfind(mark)
            if cut > len(kept) // 3:
                kept = kept[: cut + len(mark)]
                break
        found.append(kept.rstrip())
        text = text[len(kept) :].lstrip("\n ")
    return [piece for piece in [*found, text] if piece]


def _prefix(text: str, most: int) -> str:
    kept = text[:most]
    while size(kept) > most:
        kept = kept[: len(kept) - max(1, (size(kept) - most) // 2)]
    return kept


def is_user_id(value: str) -> bool:
    return _USER_ID.fullmatch(value) is not None


def person(value: str | None, nobody: str = "nobody yet") -> str:
    """A user's id as a mention, or a name as plain words."""
    if not value:
        return nobody
    return f"<@{value}>" if is_user_id(value) else line(value, 80)


def people(values: tuple[str, ...]) -> str:
    return listed([person(value) for value in values])


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def with_mentions(text: str) -> str:
    """Our own words for people of ours: marks become mentions and links, everything else is made plain."""
    shown = replace_marks(text, lambda person_id: f"<@{person_id}>", _channel)
    parts = re.split(r"(<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+>)", shown)
    return "".join(part if index % 2 else plain(part) for index, part in enumerate(parts))


def _channel(place: Address) -> str:
    """A link to a channel of Slack's; a mailbox by its name."""
    return f"<#{place.place}>" if place.kind == SLACK else place.place


def without_marks(text: str) -> str:
    """The same where Slack shows no mentions, as under the inputs of a form."""
    return replace_marks(text, lambda person_id: "a colleague", lambda place: "the channel")


def safe_url(url: str | None) -> str | None:
    """The address as Slack may link to it, or None when it is none for the web."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or _UNSEEN.search(url):
        return None
    cleaned = quote(_SURROGATE.sub("", url.strip()), safe="!#$%&'()*+,/:;=?@[]~-._")
    return cleaned if len(cleaned) <= 2000 else None


def link(url: str | None, label: str) -> str:
    """A link of ours with a foreign label; only the label when the address cannot be linked."""
    address = safe_url(url)
    words = line(label, 200).replace("|", "¦") or "Untitled"
    return f"<{address.replace('&', '&amp;')}|{words}>" if address else words


def date(moment: datetime, pattern: str = DAY_AND_TIME) -> str:
    """A moment in the reader's own zone; the fallback is in UTC."""
    return f"<!date^{int(moment.timestamp())}^{pattern}|{fallback_date(moment)}>"


def fallback_date(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo('UTC')):%d %b %Y, %H:%M} UTC".lstrip("0")


def when(moment: datetime) -> str:
    """`today at 15:40 (in 12 minutes)`; Slack keeps the relative part up to date."""
    return f"{date(moment)} ({date(moment, '{ago}')})"


def local_time(moment: datetime, zone: str) -> str:
    """`15:40 on Thu 19 Nov (New York time)`; the place is named, since the reader may be elsewhere."""
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fallback_date(moment)
    place = "UTC" if zone == "UTC" else f"{zone.rpartition('/')[2].replace('_', ' ')} time"
    return f"{local:%H:%M} on {local:%a} {local.day} {local:%b} ({escape(place)})"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 ticket`, `3 tickets`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """With a capital first and a full stop last."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?…:" or not text else ".")
