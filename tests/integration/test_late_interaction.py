"""The second look, with the real model: rare words decide, and what is kept on disk is only a cache."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.local_embeddings import LocalEmbeddings
from knowledge.reranking import LateInteraction


@pytest.fixture(scope="module")
def model() -> LocalEmbeddings:
    return LocalEmbeddings()


SALARY = "Our engineers work in Turin and Lugano on firmware for industrial boards."
JOBS = "Salaries of engineers: the range for each job is listed in the advertisement."


def test_a_passage_with_the_telling_word_matches_better_than_one_about_the_rest(model, tmp_path: Path) -> None:
    late = LateInteraction(model, tmp_path)
    question = "what is the salary of an engineer"

    def weigh(word: str) -> float:
        return {"salary": 6.0, "engineer": 2.0}.get(word, 0.3)

    without, with_it = late.matches(question, weigh, [SALARY, JOBS])
    assert with_it > without + 0.1
    assert 0.0 < without < with_it <= 1.01


def test_a_text_matches_itself_whole_and_an_empty_one_not_at_all(model, tmp_path: Path) -> None:
    late = LateInteraction(model, tmp_path)
    itself, nothing = late.matches(JOBS, lambda word: 1.0, [JOBS, "!!!"])
    assert itself > 0.95
    assert nothing == 0.0
    assert 0.0 <= late.matches("?!", lambda word: 0.0, [JOBS])[0] < 0.9


def test_vectors_are_those_of_the_model_and_states_come_on_the_way(model, tmp_path: Path) -> None:
    late = LateInteraction(model, tmp_path)
    rows = late.embed([SALARY, JOBS])
    assert np.allclose(rows, model.embed([SALARY, JOBS]), atol=1e-5)
    kept = list(tmp_path.rglob("*.npy"))
    assert len(kept) == 2
    assert all(np.load(path).dtype == np.int8 for path in kept)


def test_what_is_kept_may_be_lost_or_damaged_and_changes_nothing(model, tmp_path: Path) -> None:
    late = LateInteraction(model, tmp_path)
    late.embed([SALARY, JOBS])
    before = late.matches("salary", lambda word: 1.0, [SALARY, JOBS])
    damaged, lost = sorted(tmp_path.rglob("*.npy"))
    damaged.write_bytes(b"half a file")
    lost.unlink()
    assert LateInteraction(model, tmp_path).matches("salary", lambda word: 1.0, [SALARY, JOBS]) == before


def test_what_no_passage_has_any_more_is_forgotten(model, tmp_path: Path) -> None:
    late = LateInteraction(model, tmp_path)
    late.embed([SALARY, JOBS])
    late.delete_others([JOBS])
    assert len(list(tmp_path.rglob("*.npy"))) == 1
