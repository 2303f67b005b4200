"""The figures that searching is judged by, checked by hand, and the command that prints them."""

import json

import pytest

from evals.data_sets import Question, load
from evals.retrieval import compute_metrics, main


def question(id: str, **relevant: int) -> Question:
    return Question(id, id, bool(relevant), relevant)


def test_figures_of_a_ranking_are_those_of_the_textbook():
    asked = [question("q1", a=1), question("q2", a=1, b=1), question("q3")]
    ranked = {"q1": ["a", "b"], "q2": ["x", "a", "y", "z", "w", "b"], "q3": ["a"]}
    row = compute_metrics("by hand", ranked, asked, [1.0, 2.0, 3.0])
    assert (row.hit_at_1, row.recall_at_5, row.recall_at_10, row.mrr_at_10) == (0.5, 0.75, 1.0, 0.75)
    second = (1 / 1.58496 + 1 / 2.80735) / (1 + 1 / 1.58496)
    assert row.ndcg_at_10 == pytest.approx((1 + second) / 2, abs=0.001)
    assert row.p50_ms == 2.0


PAGES = {"reset": "Press the RESET button twice.", "refund": "Refunds take five days.", "tax": "VAT is included."}


@pytest.fixture
def small_set(tmp_path):
    rows = [{"_id": name, "title": name.title(), "text": text} for name, text in PAGES.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = [
        {"_id": "q1", "text": "how long do refunds take", "answerable": True, "facts": ["five days"]},
        {"_id": "q2", "text": "what is the weather in Turin", "answerable": False},
        {"_id": "q3", "text": "and how long does it take?", "first": "can I have a refund", "answerable": True},
    ]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\trefund\t1\nq3\trefund\t1\n")
    return tmp_path


def test_the_command_prints_every_way_and_writes_them_down(small_set, capsys):
    assert main(["--data", str(small_set), "--limit", "2", "--json", str(small_set / "out.json")]) == 0
    report = json.loads((small_set / "out.json").read_text())
    assert report["set"] == small_set.name
    ways = report["configurations"]
    assert list(ways) == ["words", "vectors", "both, not reranked", "hybrid"]
    assert set(ways["hybrid"]) == {"hit@1", "recall@5", "recall@10", "mrr@10", "ndcg@10", "p50_ms", "p95_ms"}
    assert ways["hybrid"]["hit@1"] == 1.0
    assert "hybrid" in capsys.readouterr().out


def test_a_set_tells_follow_ups_and_facts_and_a_seed_always_draws_the_same(small_set):
    data = load(small_set)
    assert [page.id for page in data.articles] == ["reset", "refund", "tax"]
    assert (data.questions[0].facts, data.questions[2].first) == (("five days",), "can I have a refund")
    drawn = [[each.id for each in data.limited(2, seed).questions] for seed in (0, 0, 1, 2, 3)]
    assert drawn[0] == drawn[1]
    assert any(each != drawn[0] for each in drawn)
    assert data.limited(None, 0) is data


def test_data_that_cannot_be_read_is_named(tmp_path, capsys):
    assert main(["--data", str(tmp_path)]) == 2
    assert "corpus.jsonl" in capsys.readouterr().err
