"""The evaluation that asks through a pretend Slack tells right from wrong from handed over, and keeps its index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals import through_slack

ARTICLES = {
    "kilns/stoneware.md": "# Stoneware\n\nStoneware is fired at 1240 degrees in the large kiln.\n",
    "kilns/earthenware.md": "# Earthenware\n\nEarthenware is glazed before it is fired at 1050 degrees.\n",
    "shop/opening.md": "# Opening hours\n\nThe studio is open from nine to six, on Sundays from noon.\n",
}
QUESTIONS = [
    ("q1", "At how many degrees is stoneware fired in the large kiln?", "kilns/stoneware.md"),
    ("q2", "When is the studio open on Sundays?", "shop/opening.md"),
    # Labelled with another article than the one that says it: an answer from the right place counts as wrong.
    ("q3", "Is earthenware glazed before it is fired?", "shop/opening.md"),
    ("q4", "Do you ship parcels with glass marbles to Norway?", None),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, text in ARTICLES.items():
        path = tmp_path / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rows = [{"_id": each, "text": text, "answerable": article is not None} for each, text, article in QUESTIONS]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    labels = [f"{each}\t{article}\t1" for each, _, article in QUESTIONS if article]
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(labels), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_each_question_gets_its_verdict_and_the_index_stays(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, told = data / "home", data / "told.json"
    assert through_slack.main(["--data", str(data), "--home", str(home), "--json", str(told)]) == 0
    asked = {row["question"]: row for row in json.loads(told.read_text(encoding="utf-8"))}
    verdicts = [asked[text]["verdict"] for _, text, _ in QUESTIONS]
    assert verdicts == ["right", "right", "wrong", "rightly handed over"]
    assert "1240 degrees" in asked[QUESTIONS[0][1]]["answer"]
    assert asked[QUESTIONS[1][1]]["cited"].endswith("shop/opening")
    printed = capsys.readouterr().out
    assert "2 right, 1 wrong, 1 rightly handed over" in printed and "95th percentile" in printed
    assert (home / "index").is_dir()


def test_a_folder_without_its_labels_is_named() -> None:
    with pytest.raises(SystemExit, match=r"nowhere does not contain articles, queries\.jsonl, qrels\.tsv"):
        through_slack.main(["--data", "nowhere"])
