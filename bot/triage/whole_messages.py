"""Recognises messages that consist of nothing but phrases of a short closed list: thanks, greetings, "never mind"."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Meaning = Literal[
    "greeting",
    "thanks",
    "goodbye",
    "acknowledgement",
    "solved",
    "withdrawn",
    "denied",
    "opening",
    "person",
    "complaint",
]
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)
SHIPPED = Path(__file__).with_name("whole_messages.toml")
# What stands around a matter and says nothing about it.
PLEASANT: frozenset[Meaning] = frozenset({"greeting", "thanks", "goodbye", "acknowledgement", "opening"})
LONGEST = 40
"""Words of a message from which on it is none of these."""

Phrase = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")
_FRIENDLY_FACE = re.compile(r"(?<!\w)(?:[:;=]['-]?[)D3pP]|<3|\^\^)(?!\w)")
_UNHAPPY_FACE = re.compile(r"(?<!\w)[:;=]['-]?[(/\\|](?!\w)")
_APOSTROPHES = re.compile(r"['’`´]")
_DOUBLED = re.compile(r"(.)\1+")
_STROKES = str.maketrans("łøđ", "lod")
_CLAUSE_END = re.compile(r"[,;:!–—]\s*|\s-\s|\.\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b\d\.)(?<!\b\d\d\.)\s+")  # "1." begins a list


@dataclass(frozen=True)
class WholeMessages:
    """The closed list as it is compared. `beside` says nothing by itself; emoji are Slack's names and characters."""

    phrases: dict[Phrase, Meaning]
    beside: frozenset[Phrase]
    thankful_emoji: frozenset[str]
    friendly_emoji: frozenset[str]
    longest: int


@cache
def closed_list(path: Path = SHIPPED) -> WholeMessages:
    """Reads the list. Raises OSError or ValueError (also for a meaning that is unknown) when the file is none."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    emoji, beside = data.pop("emoji"), data.pop("beside")
    if unknown := sorted(set(data) - set(MEANINGS)):
        raise ValueError(f"{path}: unknown meanings {', '.join(unknown)}")
    phrases: dict[Phrase, Meaning] = {}
    for meaning, _, phrase in entries(path):
        phrases.setdefault(words_compared(phrase), meaning)
    little = frozenset(words_compared(entry) for spoken in beside.values() for entry in spoken)
    return WholeMessages(
        phrases,
        little,
        thankful_emoji=frozenset(emoji["thanks"]),
        friendly_emoji=frozenset(emoji["friendly"]) | frozenset(emoji["thanks"]),
        longest=max(map(len, [*phrases, *little])),
    )


def entries(path: Path = SHIPPED) -> Iterator[tuple[Meaning, str, str]]:
    """Every (meaning, language, phrase) of the list, as written."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for meaning in MEANINGS:
        yield from ((meaning, language, phrase) for language, phrases in data[meaning].items() for phrase in phrases)


def words_compared(text: str) -> Phrase:
    """The words of a text without case, accents, punctuation and doubled letters ("Thaaanks!!" is "thanks")."""
    folded = _APOSTROPHES.sub("", _FRIENDLY_FACE.sub(" ", text).casefold()).translate(_STROKES)
    bare = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return tuple(_DOUBLED.sub(r"\1", word) for word in _WORD.findall(bare))


def meanings_in(text: str, spoken_to: frozenset[str] = frozenset()) -> frozenset[Meaning] | None:
    """What the phrases mean that the whole text consists of, one after the other; None when it says anything else.

    `spoken_to`: names of ours (the bot, the company, colleagues), which may stand beside a phrase.
    """
    words = words_compared(text)
    if not words or len(words) > LONGEST or _UNHAPPY_FACE.search(text):
        return None
    known = closed_list()
    beside = known.beside | {words_compared(name) for name in spoken_to}
    return _segmented(words, known, beside)


def _segmented(words: Phrase, known: WholeMessages, beside: frozenset[Phrase]) -> frozenset[Meaning] | None:
    """The reading with the fewest pieces; at least one of them is more than a name."""
    best: list[tuple[int, frozenset[Meaning]] | None] = [(0, frozenset()), *([None] * len(words))]
    for end in range(1, len(words) + 1):
        for start in range(max(0, end - known.longest), end):
            before, piece = best[start], words[start:end]
            meaning = known.phrases.get(piece)
            if before is None or (meaning is None and piece not in beside):
                continue
            found = (before[0] + 1, before[1] | ({meaning} if meaning else frozenset()))
            current = best[end]
            if current is None or found[0] < current[0]:
                best[end] = found
    whole = best[-1]
    return whole[1] or None if whole else None


def sentence_says(text: str, meaning: Meaning) -> bool:
    """Whether a whole sentence of the text consists of such phrases ("The sync fails. Please call me.")."""
    return any(meaning in (meanings_in(sentence) or ()) for sentence in sentences(text))


def sentences(text: str) -> list[str]:
    """A message cut at line ends and closing punctuation; dots inside words, numbers and addresses do not count."""
    pieces = (piece.strip() for line in text.split("\n") for piece in _SENTENCE_END.split(line))
    return [piece for piece in pieces if piece]


def without_pleasantries(text: str) -> str:
    """`text` without the greetings, thanks and closings around its matter; empty when there is nothing else."""
    kept = [rest for sentence in sentences(text) if (rest := _trimmed(sentence))]
    return "\n".join(kept) if "\n" in text else " ".join(kept)


def _trimmed(sentence: str) -> str:
    """A sentence without pleasant clauses at its beginning and its end."""
    if _is_pleasant(sentence):
        return ""
    cuts = [(found.start(), found.end()) for found in _CLAUSE_END.finditer(sentence)]
    begin = max((after for before, after in cuts if _is_pleasant(sentence[:before])), default=0)
    rest = sentence[begin:]
    ends = [before for before, after in cuts if before > begin and _is_pleasant(sentence[after:])]
    return rest[: ends[0] - begin] if ends else rest


def _is_pleasant(text: str) -> bool:
    meanings = meanings_in(text)
    return meanings is not None and meanings <= PLEASANT


def is_listed(emoji: frozenset[str]) -> bool:
    """Whether every one of these emoji is known to ask for nothing."""
    return emoji <= closed_list().friendly_emoji


def thanks_by(emoji: frozenset[str]) -> bool:
    return bool(emoji & closed_list().thankful_emoji)


def listed_texts(meanings: Sequence[Meaning]) -> list[str]:
    """The phrases with one of these meanings, as written."""
    return [phrase for meaning, _, phrase in entries() if meaning in meanings]
