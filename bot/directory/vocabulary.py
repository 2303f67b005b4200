"""The company's own words, from the file that the configuration names; read again when it has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from bot.errors import ConfigurationError
from knowledge.vocabulary import EMPTY, Vocabulary, load

log = logging.getLogger(__name__)

Seen = tuple[Path, int, int] | None


def read_vocabulary(path: Path | None) -> Vocabulary:
    """The words in the file; none without a file. Raises ConfigurationError when it cannot be read."""
    if path is None:
        return EMPTY
    try:
        return load(path)
    except (OSError, ValueError) as error:
        raise ConfigurationError([f"{path}: {error}."]) from None


class VocabularyFile:
    """Gives the words as they are now. `path` says which file that is, at each call.

    A file that cannot be read leaves the words that were read before in use; that is logged once.
    """

    def __init__(self, path: Callable[[], Path | None]) -> None:
        self._path = path
        self._read: tuple[Seen, Vocabulary] = (None, EMPTY)

    def current(self) -> Vocabulary:
        path = self._path()
        if path is None:
            return EMPTY
        seen, words = self._read
        now = _seen(path)
        if now == seen:
            return words
        try:
            words = read_vocabulary(path)
        except ConfigurationError as error:
            log.warning("the vocabulary is left as it was: %s", error)
        self._read = (now, words)
        return words


def _seen(path: Path) -> Seen:
    """What tells one content of the file from another, without reading it."""
    try:
        stat = path.stat()
    except OSError:
        return (path, -1, -1)
    return (path, stat.st_mtime_ns, stat.st_size)
