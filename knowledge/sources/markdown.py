"""Clean Markdown so that it can be quoted in a message: remove what only a web page can show."""

import html
import re
import unicodedata

from knowledge.markdown_blocks import parse_blocks
from knowledge.sources.html import html_to_markdown

_FENCED = re.compile(r"(^|\n)[ \t]*(`{3,}|~{3,})[^\n]*\n.*?(?:\n[ \t]*\2[`~]*[ \t]*(?=\n|$)|$)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])")
_IMAGE_LINK = re.compile(r"\[\s*(?:\x00([^\x00]*)\x00)\s*\]\([^()\s]*\)")
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?((?:[^()\s<>]|\([^()\s]*\))*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_KEPT_LINK = re.compile(r"(?i)https?://|mailto:")
_ALERT = re.compile(r"(?im)^([ \t]*>[ \t]*)\[!(note|tip|important|warning|caution)\]")
_ATTRIBUTES = re.compile(r"(?m)(?<=\))\{[#.:][^{}\n]*\}|[ \t]*\{[#.:][^{}\n]*\}[ \t]*$")
_FOOTNOTE = re.compile(r"(?m)^\[\^[^\]\s]+\]:[ \t]*")
_FOOTNOTE_MARK = re.compile(r"(?<=\S)\[\^[^\]\s]+\](?!:)")
_CONTENTS = re.compile(
    r"(?im)^(?:in this (?:article|guide|page)|(?:table of )?contents|on this page):?[ \t]*\n+"
    r"(?:[ \t]*(?:[-*+]|\d+\.)[ \t]+\[[^\]\n]*\]\(#[^)\n]*\)[ \t]*(?:\n+|\Z))+"
)
_INLINE_TAG = re.compile(
    r"(?i)</?(?:a|abbr|b|big|br|center|cite|code|dfn|div|em|figure|figcaption|font|i|img|ins|kbd|mark|p|picture|"
    r"q|s|samp|small|source|span|strong|sub|sup|u|var|video|iframe)(?:\s[^<>]*)?/?>"
)
_CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


def clean_markdown(markdown: str) -> str:
    """Return `markdown` without invisible characters, comments, tags, images and relative links.

    An image is replaced by its description and a relative link by its text. HTML blocks become Markdown. Code, in
    blocks and in lines, is unchanged.
    """
    text = remove_invisible(markdown.replace("\r\n", "\n").replace("\r", "\n"))
    parts: list[str] = []
    at = 0
    for fence in _FENCED.finditer(text):
        parts += [_clean_prose(text[at : fence.start()]), fence[0]]
        at = fence.end()
    parts.append(_clean_prose(text[at:]))
    return _convert_html_blocks("".join(parts)).strip()


def remove_invisible(text: str) -> str:
    """Return `text` without control characters and zero-width characters, which can hide instructions."""
    return "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs")
    )


def _clean_prose(text: str) -> str:
    """Clean text outside of code blocks. Code spans are set aside and put back unchanged."""
    spans: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        spans.append(match[0])
        return f"\x01{len(spans) - 1}\x01"

    text = _CODE_SPAN.sub(set_aside, _COMMENT.sub("", text))
    text = _FOOTNOTE_MARK.sub("", _FOOTNOTE.sub("", _ATTRIBUTES.sub("", _CONTENTS.sub("", text))))
    text = _IMAGE.sub(lambda match: f"\x00{match[1].strip()}\x00", text)
    text = _IMAGE_LINK.sub(lambda match: f"\x00{match[1]}\x00", text)
    text = re.sub(r"\x00([^\x00]*)\x00", _describe_image, text)
    text = _LINK.sub(_useful_link, text)
    text = _ALERT.sub(lambda match: f"{match[1]}**{match[2].capitalize()}:**", text)
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"\n[ \t]+(?=\n)", "\n", text))
    return re.sub(r"\x01(\d+)\x01", lambda match: spans[int(match[1])], text)


def _describe_image(image: re.Match[str]) -> str:
    """Return an image's description in parentheses, separated from the words around it."""
    words = re.sub(r"[*_\s]+", " ", image[1]).strip()
    if not words:
        return ""
    before, after = image.string[: image.start()][-1:], image.string[image.end() :][:1]
    space = " " if before and not before.isspace() and before not in "([" else ""
    return f"{space}_({words})_{' ' if after and (after.isalnum() or after in '_*[') else ''}"


def _useful_link(link: re.Match[str]) -> str:
    if not link[1].strip():
        return ""
    return link[0] if _KEPT_LINK.match(link[2]) else link[1]


def _convert_html_blocks(text: str) -> str:
    kept: list[str] = []
    markup: list[str] = []
    for block in parse_blocks(text):
        indented = block.kind == "code" and not block.text.lstrip().startswith(("```", "~~~"))
        # In Markdown a blank line ends an HTML block, so the indented HTML after it looks like code.
        if block.kind == "html" or (markup and indented and block.text.lstrip().startswith("<")):
            markup.append(block.text)
            continue
        if markup:
            kept.append(html_to_markdown("\n".join(markup)))
            markup = []
        kept.append(block.text if block.kind == "code" else _remove_tags(block.text))
    if markup:
        kept.append(html_to_markdown("\n".join(markup)))
    return "\n\n".join(part for part in kept if part.strip())


def _remove_tags(text: str) -> str:
    """Return `text` without tags, except in code."""
    pieces = re.split(
        r"((?:^|\n)[ \t]*(?:`{3,}|~{3,}).*?(?:\n[ \t]*(?:`{3,}|~{3,})|$)|`+[^`]+`+)", text, flags=re.DOTALL
    )
    for index in range(0, len(pieces), 2):
        bare = _INLINE_TAG.sub("", re.sub(r"(?i)<br\s*/?>", " ", pieces[index]))
        pieces[index] = html.unescape(bare) if "&" in bare else bare
    return "".join(pieces)
