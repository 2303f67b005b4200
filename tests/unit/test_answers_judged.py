"""How answers are judged: by hand on a few, and the command on a small set with the real index."""

import json

import pytest

from bot.answering.finding import Finding
from bot.contents.answers import AnswerPart, Citation
from evals.answer_metrics import Judged, report
from evals.answers import main
from evals.data_sets import Question
from knowledge.documents import PUBLIC, Hit, Passage


def judged(answerable: bool, right: bool, confidence: float, *, sure: bool, outcome: str = "answered") -> Judged:
    passage = Passage("a#0", "a", "Refunds", (), "Refunds take five days.", PUBLIC, None, 0)
    part, citation = AnswerPart("Refunds take five days.", (1,)), Citation(1, "a", "Refunds", None, "x", "a#0")
    finding = Finding(outcome, "quoted", "q", confidence, (part,), (citation,), hits=(Hit(passage, 0.5, 0.5, 1.0),))
    question = Question("q", "q", answerable, {"a": 1} if answerable else {})
    return Judged(question, finding, sure, right, 0.1)


FEW = [
    judged(True, True, 0.9, sure=True),
    judged(True, False, 0.8, sure=True),
    judged(False, False, 0.7, sure=True),
    judged(True, True, 0.6, sure=False),
    judged(True, True, 0.5, sure=False),
    judged(True, False, 0.0, sure=False, outcome="asked_back"),
]


def test_an_answer_to_what_has_none_is_wrong_and_silence_is_neither() -> None:
    found = report("few", FEW)
    assert (found.right, found.wrong, found.abstained, found.asked_back) == (1, 2, 3, 1)
    assert found.precision == pytest.approx(1 / 3)
    assert found.coverage == pytest.approx(2 / 5)


def test_the_curve_goes_from_the_surest_answer_on_and_its_area_is_the_mean_precision() -> None:
    found = report("few", FEW)
    assert found.curve == ((0.2, 1.0), (0.4, 0.5), (0.4, 0.3333), (0.6, 0.5), (0.8, 0.6))
    assert found.area == pytest.approx(0.2 * (1.0 + 0.5 + 0.5 + 0.6))
    assert found.coverage_at_95 == 0.2
    assert found.auroc == pytest.approx(2 / 5)
    assert report("all have an answer", FEW[:2]).auroc is None


def test_probabilities_are_held_against_what_came_of_them_in_groups() -> None:
    groups = report("few", FEW).reliability
    assert sum(number for _, _, number in groups) == 5
    assert all(0 <= share <= 1 for _, share, _ in groups)


def test_the_command_asks_follow_ups_looks_for_the_facts_and_writes_figures_and_plots(tmp_path, capsys) -> None:
    pages = {
        "refund": (
            "How long refunds take",
            "Refunds take five working days. They go back to the charged card.",
        ),
        "reset": ("Reset the board", "Press the RESET button twice within a second. The light pulses when it worked."),
        "invite": ("Invite members", "1. Open *People*.\n2. Press *Invite*.\n3. Write their addresses."),
    }
    rows = [{"_id": name, "title": title, "text": text} for name, (title, text) in pages.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = [
        {"_id": "q1", "text": "how long do refunds take?", "answerable": True, "facts": ["five working days"]},
        {"_id": "q2", "text": "how long do refunds take to arrive?", "answerable": True, "facts": ["ten days"]},
        {"_id": "q3", "text": "who won the football match yesterday?", "answerable": False},
        {"_id": "q4", "text": "and how long does it take?", "first": "can I get a refund?", "answerable": True},
    ]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\trefund\t1\nq2\trefund\t1\nq4\trefund\t1\n")
    given = ["--data", str(tmp_path), "--json", str(tmp_path / "out.json"), "--plots", str(tmp_path / "plots")]
    assert main([*given, "--precision", "0.7", "--show"]) == 0
    told = json.loads((tmp_path / "out.json").read_text())
    assert {"set", "coverage", "precision", "auroc", "right", "wrong", "abstained", "unsupported", "curve"} <= set(told)
    assert (told["right"], told["wrong"], told["unsupported"]) == (2, 1, 0), "q2 lacks its fact, q3 is nobody's matter"
    assert told["auroc"] == 1.0
    assert sorted(path.name.split("-")[0] for path in (tmp_path / "plots").iterdir()) == ["coverage", "reliability"]
    assert "how long do refunds take to arrive?" in capsys.readouterr().out


def test_data_that_cannot_be_read_is_named(tmp_path, capsys) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert "corpus.jsonl" in capsys.readouterr().err
