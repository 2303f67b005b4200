"""Reads footbridge.yaml into the typed models; lists every mistake at once, each with its line."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.errors import ConfigurationError
from bot.settings.config import Config
from bot.settings.contradictions import Location, contradictions, in_words
from bot.settings.knowledge_entries import KINDS, below


def load(path: Path) -> Config:
    """Reads and checks a footbridge.yaml. Raises ConfigurationError, one sentence a mistake with file and line.

    Paths of knowledge sources and of the vocabulary are taken relative to the file's folder, and are absolute.
    """
    return config_of(path, read_text(path))


def read_text(path: Path) -> str:
    """The file's text, unchecked. Raises ConfigurationError when there is none to read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(
            [
                f"{path}: there is no such file. Copy footbridge.example.yaml to it, or name "
                "another with FOOTBRIDGE_CONFIG."
            ]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([f"{path}: cannot be read ({error})."]) from None


def checksum_of(path: Path, text: str) -> str:
    """What tells one content from another. The place counts too, since paths in the file are relative to it."""
    return hashlib.sha256(f"{os.path.abspath(path)}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def config_of(path: Path, text: str) -> Config:
    """The configuration that `text` is when it stands in the file `path`; as `load`."""
    config = parse(text, str(path))
    folder = Path(os.path.abspath(path.parent))
    sources = [below(folder, source) for source in config.knowledge]
    words = folder / config.vocabulary if config.vocabulary else None
    return config.model_copy(update={"knowledge": sources, "vocabulary": words})


def parse(text: str, name: str = "footbridge.yaml") -> Config:
    """Checks the text of a footbridge.yaml; `name` stands in front of every mistake."""
    tree, data = _read_yaml(text, name)
    if not isinstance(data, dict):
        raise ConfigurationError([f"{name}: is empty or no mapping; it needs at least company and triage_channel."])
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        mistakes = [(_as_written(problem["loc"]), _plain(problem)) for problem in error.errors()]
        raise ConfigurationError(_with_lines(mistakes, tree, name)) from None
    contradicting = list(contradictions(config))
    if contradicting:
        raise ConfigurationError(_with_lines(contradicting, tree, name))
    return config


def _with_lines(mistakes: Sequence[tuple[Location, str]], tree: yaml.Node | None, name: str) -> list[str]:
    """The mistakes in the order of the file, each with its line."""
    found = [(_line(tree, where), f"{in_words(where)}: {what}") for where, what in mistakes]
    return [f"{name}, line {line}: {said}" for line, said in sorted(found, key=lambda one: one[0])]


def _read_yaml(text: str, name: str) -> tuple[yaml.Node | None, Any]:
    """The text as nodes, which know their lines, and as values."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        mistakes = [f"{name}, line {line}: {what}" for line, what in _unusable(tree)]
        if mistakes:
            raise ConfigurationError(mistakes)
        return tree, yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else "somewhere"
        what = getattr(error, "problem", None) or "not valid YAML"
        raise ConfigurationError([f"{name}, {line}: {what}. Check indentation, quotes and colons there."]) from None


def _unusable(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Values that YAML allows and that no database and no calendar can hold."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _unusable(key)
            yield from _unusable(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _unusable(value)
    elif isinstance(node, yaml.ScalarNode):
        if re.search("[\x00\ud800-\udfff]", node.value):
            yield node.start_mark.line + 1, "there is a character here that is not text; write the value anew"
        if node.tag == "tag:yaml.org,2002:timestamp" and not _is_date(node):
            yield node.start_mark.line + 1, f"{node.value} is not a date; correct it, or put it between quotes"


def _is_date(node: yaml.ScalarNode) -> bool:
    try:
        yaml.SafeLoader("").construct_yaml_timestamp(node)
    except ValueError:
        return False
    return True


def _line(node: yaml.Node | None, where: Location) -> int:
    """The line of the innermost part of `where` that the file really has."""
    line = node.start_mark.line + 1 if node else 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _as_written(where: Location) -> Location:
    """A source's kind is a step of pydantic's way to a mistake, and none of the file's."""
    return where[:2] + where[3:] if where[:1] == ("knowledge",) and where[2:3] and where[2] in KINDS else where


def _plain(problem: Any) -> str:
    if problem["type"] == "missing":
        return "is missing"
    if problem["type"] == "extra_forbidden" and problem["loc"][-1] == "answer_when_at_least":
        return "was replaced by `precision`, the share of answers that must be right, like 0.95; write that instead"
    if problem["type"] == "extra_forbidden":
        return "is not a setting we know; check the spelling"
    said = str(problem["msg"]).removeprefix("Value error, ")
    if problem["loc"][-1:] in (("token_from",), ("url",)) or isinstance(problem["input"], dict):
        # A secret written there must not end up in a log, too.
        return said
    return f"{said} (found {problem['input']!r})"[: len(said) + 80]
