"""Desks that lack something: no articles at all, or a model that nobody serves."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.fakes.changed_config import changed_config
from tests.fakes.running_desk import BRIGHT, TRIAGE, everything_in, running_desk

MAYA, ANA = "U0MAYA", "U0ANA"
QUESTION = "How can I merge two entries of the same vendor?"


def test_with_an_empty_knowledge_base_every_question_goes_to_a_person(tmp_path: Path) -> None:
    config = changed_config(tmp_path, knowledge=[])
    with running_desk(tmp_path, None, config=config) as desk:
        asked = desk.ask(MAYA, BRIGHT, QUESTION)
        said = everything_in(desk.reply_to(MAYA, BRIGHT, asked, "a person will answer here by"))
        assert "found no answer" in said
        assert "No article comes close." in everything_in(desk.card(ANA, TRIAGE, "merge two entries"))


def test_with_a_model_endpoint_where_nobody_listens_the_desk_answers_in_quotes(tmp_path: Path, index: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        environment = {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{unused.getsockname()[1]}/v1",
            "FOOTBRIDGE_MODEL_TIMEOUT": "1",
        }
        with running_desk(tmp_path, index, door="http", environment=environment) as desk:
            asked = desk.ask(MAYA, BRIGHT, QUESTION)
            answer = desk.reply_to(MAYA, BRIGHT, asked, "Select Merge", seconds=30)
            assert "this is what our help centre says about it" in everything_in(answer)
