"""Takes out of articles' and models' words what may not be posted: pictures, mentions, markup, links to nowhere.

Code keeps every character: in it, tags and brackets are what a reader came for.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.privacy.safeguards import strip_invisible
from bot.verification.facts import bare_link

_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]\n]*\])|<img\b[^>]*>?", re.IGNORECASE)
_LINKED_IMAGE = re.compile(r"\[\s*!\[([^\]]*)\]\([^)]*\)\s*\]\([^)]*\)")
_MARKDOWN_LINK = re.compile(r"\[([^\]\n]*)\]\(\s*<?([^)\s>]*)>?(?:\s+[^)]*)?\)")
# A link that would run something ends with the last bracket before a space: such addresses hold brackets and quotes.
_SCRIPT_LINK = re.compile(
    rf"({_CODE.pattern})|(?<!!)\[([^\[\]\n]*)\]\(\s*<?(?:javascript|vbscript|data):\S*\)", re.DOTALL | re.IGNORECASE
)
_LOCAL_LINK = re.compile(r"\[([^\]\n]*)\]\((?!https?://)[^)\n]*\)")
_REFERENCE_LINK = re.compile(r"\[([^\]\n]+)\]\[[^\]\n]*\]")
_DEFINITION = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE)
_SLACK_LINK = re.compile(r"<(?:https?|mailto|tel):[^>|\s]+\|([^>\n]*)>")
_AUTO_LINK = re.compile(r"<((?:https?|mailto):[^>|\s]+)>")
_MENTION = re.compile(r"<[@!#][^>\n]{1,80}>|(?<![\w@.])@(?:here|channel|everyone)\b")
# Only tags that a page would draw or run: "<port>" and its like are words of a manual.
_HTML = re.compile(
    r"</?(?:a|b|i|u|s|p|br|hr|em|img|div|span|strong|code|pre|ul|ol|li|h[1-6]|table|t[rdh]|script|style|iframe|object"
    r"|embed|svg|form|input|button|video|audio|link|meta|base)\b[^>\n]{0,300}>",
    re.IGNORECASE,
)


def fit_to_post(text: str) -> str:
    """An article's words as they may be posted; of a link to the web Markdown's form stays, for whoever draws it."""
    text = _without_scripts(strip_invisible(text))
    kept = _CODE.findall(text)
    pieces = [_plainer(piece) for piece in _CODE.split(text)]
    return "".join(piece + (kept[at] if at < len(kept) else "") for at, piece in enumerate(pieces)).strip()


def _without_scripts(text: str) -> str:
    return _SCRIPT_LINK.sub(lambda found: found[1] or found[2], text)


def _plainer(text: str) -> str:
    text = _IMAGE.sub("", _LINKED_IMAGE.sub(r"\1", _MENTION.sub("", text)))
    text = _REFERENCE_LINK.sub(r"\1", _DEFINITION.sub("", text))
    text = _HTML.sub("", _AUTO_LINK.sub(r"\1", _SLACK_LINK.sub(r"\1", text)))
    return _LOCAL_LINK.sub(r"\1", text)


def without_foreign_links(text: str, links: Collection[str]) -> str:
    """A model's words without pictures, mentions, markup, and links whose `bare_link` is none of `links`."""
    text = _HTML.sub("", _MENTION.sub("", _IMAGE.sub("", _without_scripts(strip_invisible(text)))))
    text = _REFERENCE_LINK.sub(r"\1", _DEFINITION.sub("", text))
    text = _MARKDOWN_LINK.sub(lambda found: found[0] if bare_link(found[2]) in links else found[1], text)
    return re.sub(r"<((?:https?|mailto):[^>|\s]+)(?:\|[^>]*)?>", r"\1", text)
