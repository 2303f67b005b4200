"""The evaluations in small: a change that makes answers worse fails here, with the figures that tell how."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering import gate
from bot.settings.config import Policies
from evals import answers, calibrate, retrieval
from evals.data_sets import DataSet, load, load_demo
from knowledge.knowledge_base import KnowledgeBase
from knowledge.local_embeddings import LocalEmbeddings
from tests.fakes.data_sets import data_set

WANTED = Policies().precision


@pytest.fixture
def demo_knowledge(index: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    shutil.copytree(index / "index", tmp_path / "index")
    with KnowledgeBase.open(tmp_path / "index", LocalEmbeddings()) as knowledge:
        yield knowledge


def asked(data: DataSet, knowledge: KnowledgeBase) -> answers.Report:
    desk = answers.Desk(knowledge, gate.load_gate(), WANTED)
    return answers.report(data.name, [desk.ask(question) for question in data.questions])


def test_the_demo_is_answered_rightly_or_not_at_all(demo_knowledge: KnowledgeBase) -> None:
    found = asked(load_demo(), demo_knowledge)
    assert found.precision >= WANTED
    assert found.coverage >= 0.55
    assert found.auroc is not None
    assert found.auroc >= 0.92
    assert found.unsupported == 0


def test_the_gate_was_fitted_for_the_index_that_we_make(demo_knowledge: KnowledgeBase) -> None:
    assert gate.load_gate().made_with == demo_knowledge.version()["made_with"]


@pytest.mark.slow
def test_calibrating_writes_a_gate_that_can_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "gate.json"
    out = ["--out", str(written), "--json", str(tmp_path / "figures.json")]
    assert calibrate.main(["--demo", "--index", str(tmp_path / "indexes"), *out]) == 0
    fitted = gate.load_gate(written)
    assert fitted.weights["score"] > 0
    assert 0 < fitted.bar(0.8) <= fitted.bar(0.95) <= 1
    assert "cross-validation" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_real_help_centre_is_found_in_and_answered_from_as_well_as_was_measured(tmp_path: Path) -> None:
    data = load(data_set("help-centre"))
    rows = {row.way: row for row in retrieval.measure_all_ways(data, tmp_path)}
    assert rows["hybrid"].hit_at_1 >= 0.86
    assert rows["hybrid"].ndcg_at_10 >= 0.91
    for half in ("words", "vectors"):
        assert rows["hybrid"].hit_at_1 > rows[half].hit_at_1
        assert rows["hybrid"].ndcg_at_10 > rows[half].ndcg_at_10
    with KnowledgeBase.open(tmp_path, LocalEmbeddings()) as knowledge:
        found = asked(data, knowledge)
    assert found.precision >= 0.95
    assert found.coverage >= 0.55
    assert found.auroc is not None
    assert found.auroc >= 0.91
    assert found.unsupported == 0
