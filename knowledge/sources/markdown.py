"""Makes Markdown fit to be quoted: what only a web page can show is taken out. It adds no words of its own."""

import html
import re
import unicodedata

from knowledge.markdown_blocks import blocks
from knowledge.sources.html import to_markdown

_FENCED = re.compile(r"(^|\n)[ \t]*(`{3,}|~{3,})[^\n]*\n.*?(?:\n[ \t]*\2[`~]*[ \t]*(?=\n|$)|$)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])")
_IMAGE_LINK = re.compile(r"\[\s*(?:\x00([^\x00]*)\x00)\s*\]\([^()\s]*\)")
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?((?:[^()\s<>]|\([^()\s]*\))*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_KEPT_LINK = re.compile(r"(?i)https?://|mailto:")
_ALERT = re.compile(r"(?im)^([ \t]*>[ \t]*)\[!(note|tip|important|warning|caution)\][ \t]*$")
_INLINE_TAG = re.compile(
    r"(?i)</?(?:a|abbr|b|big|br|center|cite|code|dfn|div|em|figure|figcaption|font|i|img|ins|kbd|mark|p|picture|"
    r"q|s|samp|small|source|span|strong|sub|sup|u|var|video|iframe)(?:\s[^<>]*)?/?>"
)
_CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


def cleaned(markdown: str) -> str:
    """`markdown` without invisible characters, comments, images (their description stays), tags and links that lead nowhere.

    Code, in blocks and in lines, is left exactly as it is. HTML blocks become Markdown.
    """
    text = visible(markdown.replace("\r\n", "\n").replace("\r", "\n"))
    parts: list[str] = []
    at = 0
    for fence in _FENCED.finditer(text):
        parts += [_prose(text[at : fence.start()]), fence[0]]
        at = fence.end()
    parts.append(_prose(text[at:]))
    return _without_html_blocks(re.sub(r"\n{3,}", "\n\n", "".join(parts))).strip()


def visible(text: str) -> str:
    """`text` without control and zero-width characters, in which instructions can hide."""
    return "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs")
    )


def _prose(text: str) -> str:
    """Everything outside of code blocks; code spans are set aside while the rest is cleaned."""
    spans: list[str] = []

    def aside(match: re.Match[str]) -> str:
        spans.append(match[0])
        return f"\x01{len(spans) - 1}\x01"

    text = _CODE_SPAN.sub(aside, _COMMENT.sub("", text))
    text = _IMAGE.sub(lambda match: f"\x00{match[1].strip()}\x00", text)
    text = _IMAGE_LINK.sub(lambda match: f"\x00{match[1]}\x00", text)
    text = re.sub(r"\x00([^\x00]*)\x00", _described, text)
    text = _LINK.sub(lambda match: match[0] if _KEPT_LINK.match(match[2]) else match[1], text)
    text = _ALERT.sub(lambda match: f"{match[1]}**{match[2].capitalize()}:**", text)
    text = re.sub(r"\n[ \t]+\n", "\n\n", text)
    return re.sub(r"\x01(\d+)\x01", lambda match: spans[int(match[1])], text)


def _described(match: re.Match[str]) -> str:
    words = re.sub(r"[*_\s]+", " ", match[1]).strip()
    return f" _({words})_ " if words else ""


def _without_html_blocks(text: str) -> str:
    kept: list[str] = []
    markup: list[str] = []
    for block in blocks(text):
        indented = block.kind == "code" and not block.text.lstrip().startswith(("```", "~~~"))
        # A blank line inside of indented HTML ends the block for Markdown, and what follows looks like code.
        if block.kind == "html" or (markup and indented and block.text.lstrip().startswith("<")):
            markup.append(block.text)
            continue
        if markup:
            kept.append(to_markdown("\n".join(markup)))
            markup = []
        kept.append(block.text if block.kind == "code" else _without_tags(block.text))
    if markup:
        kept.append(to_markdown("\n".join(markup)))
    return "\n\n".join(part for part in kept if part.strip())


def _without_tags(text: str) -> str:
    """Tags in running text, outside of code."""
    pieces = re.split(r"((?:^|\n)[ \t]*(?:`{3,}|~{3,}).*?(?:\n[ \t]*(?:`{3,}|~{3,})|$)|`+[^`]+`+)", text, flags=re.DOTALL)
    for index in range(0, len(pieces), 2):
        bare = _INLINE_TAG.sub("", re.sub(r"(?i)<br\s*/?>", " ", pieces[index]))
        pieces[index] = html.unescape(bare) if "&" in bare else bare
    return "".join(pieces)
