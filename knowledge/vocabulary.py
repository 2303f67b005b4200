"""A company's own terms and their synonyms, read from a small text file such as this:

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
    """Groups of at least two terms that mean the same."""

    groups: tuple[tuple[str, ...], ...] = ()

    def expand(self, question: str) -> str:
        """Return the question with up to four synonyms of its terms appended in parentheses."""
        lowered = question.casefold()
        others = [
            term
            for group in self.groups
            if any(_contains(each, lowered) for each in group)
            for term in group
            if not _contains(term, lowered)
        ]
        return f"{question} ({', '.join(dict.fromkeys(others[:_MOST_ADDED]))})" if others else question


EMPTY = Vocabulary()


def _contains(term: str, lowered: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(term.casefold())}(?!\w)", lowered) is not None


def load(path: Path) -> Vocabulary:
    """Read a vocabulary file. Raises OSError if it cannot be read, and ValueError that lists every wrong line."""
    return parse(path.read_text(encoding="utf-8").splitlines())


def parse(lines: Iterable[str]) -> Vocabulary:
    """Parse the lines of a vocabulary file. A # starts a comment. Raises ValueError that lists every wrong line."""
    groups, wrong = [], []
    for number, line in enumerate(lines, 1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        terms = tuple(dict.fromkeys(term.strip() for term in content.split("=")))
        if len(terms) < 2 or not all(any(map(str.isalnum, term)) for term in terms):
            wrong.append(
                f"line {number} needs two or more words that mean the same: write it like 2FA = two-step login"
            )
            continue
        groups.append(terms)
    if wrong:
        raise ValueError("; ".join(wrong))
    return Vocabulary(tuple(groups))
