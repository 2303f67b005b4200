"""The figures that searching is judged by, checked by hand, and the command that prints them."""

import json

import pytest

from evals.retrieval import BAR, Question, bar, figures, load, main


def question(id: str, **relevant: int) -> Question:
    return Question(id, id, bool(relevant), relevant)


def test_figures_of_a_ranking_are_those_of_the_textbook():
    asked = [question("q1", a=1), question("q2", a=1, b=1), question("q3")]
    ranked = {"q1": ["a", "b"], "q2": ["x", "a", "y", "z", "w", "b"], "q3": ["a"]}
    row = figures("by hand", ranked, asked, [1.0, 2.0, 3.0])
    assert (row.hit_at_1, row.recall_at_5, row.mrr_at_10) == (0.5, 0.75, 0.75)
    second = (1 / 1.58496 + 1 / 2.80735) / (1 + 1 / 1.58496)
    assert row.ndcg_at_10 == pytest.approx((1 + second) / 2, abs=0.001)
    assert row.p50_ms == 2.0


def test_the_bar_tells_who_is_answered_and_who_slips_through():
    asked = [question("q1", a=1), question("q2", a=1), question("u1"), question("u2")]
    best = {"q1": (BAR, "a"), "q2": (BAR - 0.1, "a"), "u1": (BAR + 0.1, "b"), "u2": (0.1, "c")}
    found = bar(best, asked)
    assert (found.auroc, found.answered, found.answered_right, found.let_through) == (0.5, 0.5, 1.0, 0.5)
    assert bar(best, asked[:2]) is None


def test_the_command_prints_all_three_ways_and_writes_them_down(tmp_path, capsys):
    pages = {"reset": "Press the RESET button twice.", "refund": "Refunds take five days.", "tax": "VAT is included."}
    rows = [{"_id": name, "title": name.title(), "text": text} for name, text in pages.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = [
        {"_id": "q1", "text": "how long do refunds take", "answerable": True},
        {"_id": "q2", "text": "what is the weather in Turin", "answerable": False},
    ]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\trefund\t1\n")
    assert main(["--data", str(tmp_path), "--json", str(tmp_path / "out.json")]) == 0
    report = json.loads((tmp_path / "out.json").read_text())
    assert [(row["way"], row["hit_at_1"]) for row in report["ways"]] == [
        ("words", 1.0),
        ("vectors", 1.0),
        ("hybrid", 1.0),
    ]
    assert report["bar"]["let_through"] == 0.0
    assert "hybrid" in capsys.readouterr().out
    assert len(load(tmp_path)[0]) == 3


def test_data_that_cannot_be_read_is_named(tmp_path, capsys):
    assert main(["--data", str(tmp_path)]) == 2
    assert "corpus.jsonl" in capsys.readouterr().err
