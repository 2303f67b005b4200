"""Words of a company's own, and which of them mean the same; a small file that anybody can edit. It finds nothing.

# one line for each meaning
2FA = two-step verification = authenticator code
TW = Tallyworks
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_MOST_ADDED = 4


@dataclass(frozen=True)
class Vocabulary:
    """Groups of terms that mean the same, each at least two, as they are written."""

    groups: tuple[tuple[str, ...], ...] = ()

    def expanded(self, question: str) -> str:
        """The question, with the other words for what it names behind it; at most four."""
        lowered = question.casefold()
        others = [
            term
            for group in self.groups
            if any(_stands_in(each, lowered) for each in group)
            for term in group
            if not _stands_in(term, lowered)
        ]
        return f"{question} ({', '.join(dict.fromkeys(others[:_MOST_ADDED]))})" if others else question


EMPTY = Vocabulary()


def _stands_in(term: str, lowered: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(term.casefold())}(?!\w)", lowered) is not None


def load(path: Path) -> Vocabulary:
    """Reads the file. OSError when it cannot be read; ValueError names each line that is no group of words."""
    return parse(path.read_text(encoding="utf-8").splitlines())


def parse(lines: Iterable[str]) -> Vocabulary:
    """The groups in these lines; what stands behind a # is a remark."""
    groups, wrong = [], []
    for number, line in enumerate(lines, 1):
        said = line.partition("#")[0].strip()
        if not said:
            continue
        terms = tuple(dict.fromkeys(term.strip() for term in said.split("=")))
        if len(terms) < 2 or not all(any(map(str.isalnum, term)) for term in terms):
            wrong.append(f"line {number} names no two words that mean the same: write them like 2FA = two-step login")
            continue
        groups.append(terms)
    if wrong:
        raise ValueError("; ".join(wrong))
    return Vocabulary(tuple(groups))
