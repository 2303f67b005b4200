"""The measuring of groups: the same seed draws the same, and the figures say how good a grouping is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.gaps import SHAPES, Shape, by_words, load, main, measure, sample
from knowledge.embeddings import Vectors

TEXTS = {
    "card": ["my card has not come", "where is my card", "my card is late"],
    "app": ["is there an app", "do you have an app for the phone", "an app please"],
    "tax": ["which tax is on it", "the tax is wrong"],
}
ALL = Shape("all", "", 3, 3, 3)


def perfect(texts: Sequence[str]) -> Vectors:
    labels = {text: number for number, group in enumerate(TEXTS.values()) for text in group}
    return np.eye(3, dtype=np.float32)[[labels[text] for text in texts]]


def test_the_same_seed_draws_the_same_sample_and_another_seed_another() -> None:
    shape = Shape("some", "", 2, 1, 2)
    assert sample(TEXTS, shape, 1) == sample(TEXTS, shape, 1)
    assert any(sample(TEXTS, shape, 1) != sample(TEXTS, shape, seed) for seed in range(2, 9))
    drawn = sample(TEXTS, shape, 1)
    assert len({label for label, _ in drawn}) == 2
    assert all(text in TEXTS[label] for label, text in drawn)


def test_a_perfect_space_gives_perfect_figures_and_words_alone_worse_ones() -> None:
    rows = measure(ALL, TEXTS, {"perfect": perfect, "words": by_words}, seeds=(0, 1))
    best = [row for row in rows if row.way == "perfect"]
    assert {(row.rand, row.v_measure, row.homogeneity, row.completeness) for row in best} == {(1.0, 1.0, 1.0, 1.0)}
    assert {(row.subjects, row.groups) for row in best} == {(3.0, 3.0)}
    assert all(row.rand < 1 for row in rows if row.way == "words")


def test_both_kinds_of_file_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('text,category\n"one, two",x\nthree,y\n', encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"text": "one", "category": "x"}\n', encoding="utf-8")
    assert load(tmp_path / "a.csv") == {"x": ["one, two"], "y": ["three"]}
    assert load(tmp_path / "a.jsonl") == {"x": ["one"]}


def test_missing_data_is_named(tmp_path: Path, capsys: object) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert SHAPES[0].file in capsys.readouterr().err
