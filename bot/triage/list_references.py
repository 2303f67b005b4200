"""Finds what "the second one" or "step 3" means among the things that were last shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_ITEM = 200

_ORDINALS: tuple[str, ...] = (
    r"first|1st|erste[nrs]?|premi(?:er|ère)|primer[oa]?",
    r"second|2nd|zweite[nrs]?|deuxième|seconde|segund[oa]",
    r"third|3rd|dritte[nrs]?|troisième|tercer[oa]?",
    r"fourth|4th|vierte[nrs]?|quatrième|cuart[oa]",
    r"fifth|5th|fünfte[nrs]?|cinquième|quint[oa]",
    r"sixth|6th|sechste[nrs]?|sixième|sext[oa]",
    r"last|letzte[nrs]?|derni(?:er|ère)|últim[oa]",
)
_LAST = len(_ORDINALS) - 1
_STEP = r"steps?|schritte?s?|étapes?|pasos?"
_THING = (
    rf"ones?|options?|articles?|links?|pages?|points?|items?|suggestions?|choices?|{_STEP}|of (?:these|those|them)"
    r"|artikel|punkt|vorschlag|davon|propositions?|liens?|opción|artículo|enlace|punto"
)
_THE = r"(?:the|das|die|den|der|dem|beim|le|la|les|el|los)"
_ORDINAL = "|".join(f"(?P<o{at}>{words})" for at, words in enumerate(_ORDINALS))
_POLITE = r"(?:,? (?:please|pls|thanks|bitte|danke|s'il vous plaît|merci|por favor|gracias))?"
_PHRASES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_THE}\s+(?:{_ORDINAL})\s+(?P<thing>{_THING})\b",
        rf"^(?:{_THE}\s+)?(?:{_ORDINAL})(?:\s+(?P<thing>{_THING}))?(?={_POLITE}[\s.!?,]*$)",
        rf"\b(?P<thing>{_STEP}|options?|opción|number|nummer|numéro|número|no\.|nr\.|article|artikel)\s*#?(?P<digit>\d{{1,2}})\b",
        rf"^#?(?P<digit>\d{{1,2}})[.)]?(?={_POLITE}[\s.!?,]*$)",
    )
)
_NUMBERED = re.compile(r"^\s{0,8}(\d{1,2})[.)]\s+(\S.*)$")
_BULLET = re.compile(r"^\s{0,8}[-•*]\s+(\S.*)$")
_MARKUP = re.compile(r"\*\*|`|\[(?=[^\]\n]*\]\()|\]\([^)\n]*\)|(?<!\w)[_*]|[_*](?!\w)")


def numbered_list(titles: Sequence[str]) -> str:
    """Titles as the numbered list that `resolved` finds again."""
    return "\n".join(f"{number}. {' '.join(title.split())}" for number, title in enumerate(titles, 1))


def resolve_reference(text: str, shown: str) -> str:
    """`text` with "the second one", "step 3" or a bare "2" replaced by what stands there in a list of `shown`.

    Steps are looked for in the first list (an answer's own), all else in the last one (articles, choices). Unchanged
    when nothing of the kind is meant, or nothing stands there.
    """
    lists = _lists(shown)
    if not lists:
        return text
    for phrase in _PHRASES:
        found = phrase.search(text)
        if found is None:
            continue
        is_step = re.fullmatch(_STEP, found.groupdict().get("thing") or "", re.IGNORECASE) is not None
        items = lists[0] if is_step else lists[-1]
        place = _place(found, len(items))
        if place is not None:
            return f"{text[: found.start()]}{items[place]}{text[found.end() :]}".strip()
    return text


def _place(found: re.Match[str], size: int) -> int | None:
    groups = found.groupdict()
    if groups.get("digit"):
        place = int(groups["digit"]) - 1
    else:
        place = next(at for at in range(len(_ORDINALS)) if groups.get(f"o{at}"))
        place = size - 1 if place == _LAST else place
    return place if 0 <= place < size else None


def _lists(shown: str) -> list[list[str]]:
    """The numbered and bulleted lists of a text, in order; each of at least two items."""
    lists: list[list[str]] = []
    kind = ""
    for line in shown.splitlines():
        numbered, bullet = _NUMBERED.match(line), _BULLET.match(line)
        goes_on = kind == ("numbers" if numbered else "bullets")
        if numbered and goes_on:
            goes_on = int(numbered[1]) == len(lists[-1]) + 1
        if (numbered or bullet) and not goes_on:
            lists.append([])
        if item := numbered[2] if numbered else bullet[1] if bullet else "":
            lists[-1].append(_plain(item))
            kind = "numbers" if numbered else "bullets"
        elif kind == "bullets" and line.strip() and not line.startswith(" "):
            kind = ""
    return [each for each in lists if len(each) > 1]


def _plain(item: str) -> str:
    return _MARKUP.sub("", item).strip()[:LONGEST_ITEM]
