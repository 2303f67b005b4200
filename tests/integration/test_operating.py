"""`app.py run` in an operator's hands: bad settings, bad neighbours, bad requests, crashes and a full disk."""

from __future__ import annotations

import json
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from sandbox import RunningSandbox, request_signature, start
from tests.fakes.desk_process import DeskProcess, Shop, demo_workspace
from tests.fakes.running_desk import BRIGHT, everything_in, free_port

REMINDERS = """# Renewal reminders

Open *Settings, Renewals* and choose how many days ahead a renewal reminder is sent. The default is 30 days.
"""
QUESTION = "How many days ahead is a renewal reminder sent?"
WORDS = "how many days ahead a renewal reminder is sent"
SECRET = "# Margins\n\nInternal margins are 40 percent.\n"
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@contextmanager
def shop_over(folder: Path, door: str = "socket", **more: str) -> Iterator[Shop]:
    """A shop with a Slack of its own, so that nothing is left from another test."""
    shop = Shop(folder, more=more)
    with start(demo_workspace(f"{shop.url}slack/events" if door == "http" else None)) as slack:
        # Slack's own patience is minutes; what is tested is that it comes again, not when.
        slack.client.set_delivery(ack_seconds=2, retry_delays=[0.2, 0.5, 1, 2, 4, 8, 16])
        shop.slack = slack
        shop.write("reminders.md", REMINDERS)
        yield shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with shop_over(tmp_path) as ready:
        yield ready


@pytest.fixture(scope="module")
def http_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop_over(tmp_path_factory.mktemp("http"), "http") as ready:
        ready.write("inside.md", f"---\naudience: internal\n---\n{SECRET}")
        yield ready


@pytest.fixture(scope="module")
def http_desk(http_shop: Shop) -> Iterator[DeskProcess]:
    with http_shop.running() as desk:
        yield desk


def answers(slack: RunningSandbox, ts: str) -> list[str]:
    """What stands in the customer's thread below the question."""
    return [everything_in(message) for message in slack.client.messages("U0MAYA", BRIGHT, ts)[1:]]


def wait_for_answer(shop: Shop, desk: DeskProcess, ts: str) -> list[str]:
    slack = slack_of(shop)
    return desk.wait_for(lambda: answers(slack, ts), "an answer")


def slack_of(shop: Shop) -> RunningSandbox:
    assert shop.slack is not None
    return shop.slack


def no_traceback(desk: DeskProcess) -> str:
    said = desk.said
    assert "Traceback" not in said and 'File "' not in said, said
    return said


# -- it does not start, and says why


def test_missing_settings_are_named_together(tmp_path: Path) -> None:
    said = Shop(tmp_path).type("run", FOOTBRIDGE_PORT="many", OPENAI_BASE_URL="localhost")
    assert said.code == 2 and said.out == "" and "Traceback" not in said.err
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "FOOTBRIDGE_PORT is 'many'", "OPENAI_BASE_URL"):
        assert name in said.err


def test_every_mistake_in_the_configuration_is_named_with_its_line(shop: Shop) -> None:
    shop.config.write_text(
        "company: {name: Ours, team_ids: [T0HOME], timezone: Mars/Olympus}\n"
        "triage_channel: C0TRIAGE\n"
        "customers:\n"
        "  - id: brightwater\n"
        "    name: Brightwater Foods\n"
        "    tier: standard\n"
        "    channels:\n"
        "      - {id: C0BRIGHT, mode: loud}\n"
        "colour: blue\n",
        encoding="utf-8",
    )
    said = shop.type("run")
    assert said.code == 2 and "Traceback" not in said.err
    lines = said.err.strip().splitlines()
    assert [line.split(":")[0] for line in lines] == [f"{shop.config}, line {number}" for number in (1, 8, 9)]
    shop.config.write_text("company: [unclosed\n", encoding="utf-8")
    said = shop.type("run")
    assert said.code == 2 and f"{shop.config}, line 2" in said.err and "Check indentation" in said.err


def test_a_wrong_token_is_named(shop: Shop) -> None:
    said = shop.type("run", SLACK_BOT_TOKEN="xoxb-of-yesterday")
    assert said.code == 2
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth). Copy it again" in said.err
    assert "Traceback" not in said.all


def test_a_slack_that_is_not_there_is_named(shop: Shop) -> None:
    address = f"http://127.0.0.1:{free_port()}/api"
    said = shop.type("run", SLACK_API_URL=address)
    assert said.code == 2
    assert f"at {address}/. Check the network" in said.err
    assert "Traceback" not in said.all


def test_a_port_that_is_taken_is_named(shop: Shop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", shop.port))
        taken.listen()
        said = shop.type("run")
    assert said.code == 2
    assert f"port {shop.port}" in said.err and "set FOOTBRIDGE_PORT to a free one" in said.err
    assert "Traceback" not in said.all


def test_a_second_instance_is_refused_and_the_first_works_on(shop: Shop) -> None:
    with shop.running() as first:
        said = shop.type("run", FOOTBRIDGE_PORT="0")
        assert said.code == 2 and "Traceback" not in said.all
        assert f"already running on {shop.home / 'footbridge.db'} (process {first.process.pid})" in said.err
        assert "Stop that process first" in said.err
        asked = slack_of(shop).client.say("U0MAYA", BRIGHT, QUESTION)
        assert WORDS in wait_for_answer(shop, first, asked)[0]


# -- it stops, and begins again


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_within_seconds(shop: Shop, number: int) -> None:
    with shop.running() as desk:
        slack_of(shop).client.say("U0MAYA", BRIGHT, QUESTION)
        code, seconds = desk.stop(number)
        assert code == 0, desk.said
        assert seconds < 12
        assert desk.health() is None


def test_it_can_be_stopped_while_it_starts(shop: Shop) -> None:
    for number in range(150):
        shop.write(f"many/{number}.md", f"# Article {number}\n\n" + f"Words of {number} about many things. " * 200)
    with shop.running(ready=False) as desk:
        desk.wait_for(lambda: (shop.home / "index").exists(), "the index to be built")
        code, seconds = desk.stop()
        assert code == 0, desk.said
        assert seconds < 12
        no_traceback(desk)


@pytest.mark.crash
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_killed_in_the_middle_of_answering_it_answers_once(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    more = {"FOOTBRIDGE_DATABASE_URL": request.getfixturevalue("postgres_url")} if database == "postgres" else {}
    with shop_over(tmp_path, **more) as shop:
        slack = slack_of(shop)
        # The answer is made and on its way, and nobody knows yet whether it arrived.
        slack.client.set_faults(slow_ms={"method": "chat.postMessage", "ms": 1500})
        with shop.running() as desk:
            asked = slack.client.say("U0MAYA", BRIGHT, QUESTION)
            desk.wait_for(lambda: desk.jobs("AnswerQuestion", "done"), "the answer to be stored")
            time.sleep(0.3)
            desk.process.kill()
            desk.process.wait()
        slack.client.set_faults(slow_ms=[])
        with shop.running() as desk:
            wait_for_answer(shop, desk, asked)
            desk.wait_for(lambda: desk.jobs("Deliver", "done"), "the answer to be delivered")
            later = slack.client.say("U0DEREK", BRIGHT, QUESTION)
            wait_for_answer(shop, desk, later)
            assert [WORDS in said for said in answers(slack, asked)] == [True]


@pytest.mark.crash
def test_killed_before_it_acknowledged_it_hears_the_question_again_and_answers_once(shop: Shop) -> None:
    slack = slack_of(shop)
    with shop.running() as desk:
        slack.client.set_faults(lose_ack=1)
        asked = slack.client.say("U0MAYA", BRIGHT, QUESTION)
        desk.process.kill()
        desk.process.wait()
    with shop.running() as desk:
        wait_for_answer(shop, desk, asked)
        desk.wait_for(lambda: not slack.client.get("/sandbox/delivery")["pending"], "Slack to be content")
        later = slack.client.say("U0DEREK", BRIGHT, QUESTION)
        wait_for_answer(shop, desk, later)
        assert [WORDS in said for said in answers(slack, asked)] == [True]


# -- no room on the disk


@pytest.mark.crash
@pytest.mark.parametrize("door", ["socket", "http"])
def test_without_room_on_the_disk_slack_keeps_the_question_until_there_is(tmp_path: Path, door: str) -> None:
    with shop_over(tmp_path, door) as shop, shop.running() as desk:
        slack = slack_of(shop)
        slack.client.set_delivery(retry_delays=[0.2] * 100)
        limit_files(desk, (shop.home / "footbridge.db-wal").stat().st_size)
        asked = slack.client.say("U0MAYA", BRIGHT, QUESTION)
        desk.wait_for(lambda: "cannot be written" in desk.said, "a word in the log")
        refused = slack.client.wait_for(
            lambda: [e for e in slack.client.traffic(kind="event") if str(e["status"]) in ("not_acked", "500")], 20
        )
        assert refused, "Slack was told that the event is kept, while it was not"
        assert answers(slack, asked) == []
        assert QUESTION not in desk.said
        assert "Check the disk" in desk.said
        limit_files(desk, None)
        assert WORDS in wait_for_answer(shop, desk, asked)[0]
        assert len(answers(slack, asked)) == 1


@pytest.mark.crash
def test_a_disk_that_is_really_full_loses_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", home], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system can only be mounted by root")
    try:
        with shop_over(tmp_path) as shop, shop.running() as desk:
            slack = slack_of(shop)
            slack.client.set_delivery(retry_delays=[0.2] * 100)
            fill(home / "ballast")
            asked = [slack.client.say("U0MAYA", BRIGHT, f"{QUESTION} {'Please. ' * 400}{n}") for n in range(12)]
            desk.wait_for(lambda: "no space left" in desk.said, "a word in the log")
            (home / "ballast").unlink()
            for ts in asked[:1]:
                assert WORDS in wait_for_answer(shop, desk, ts)[0]
            desk.wait_for(lambda: not slack.client.get("/sandbox/delivery")["pending"], "Slack to be content")
            desk.wait_for(lambda: len(desk.jobs("ReceiveEvent", "done")) >= len(asked), "all events to be read")
    finally:
        subprocess.run(["umount", "-l", home], check=True)


def limit_files(desk: DeskProcess, size: int | None) -> None:
    """From now on no file of that process grows past `size` bytes: what a full disk is to a database."""
    limits = UNLIMITED if size is None else (size, resource.RLIM_INFINITY)
    resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, limits)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as ballast:
        for block in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    ballast.write(b"\0" * block)
            except OSError:
                continue


# -- requests that are not Slack's


def post(desk: DeskProcess, body: bytes, **headers: str) -> tuple[int, str]:
    request = Request(f"{desk.url}slack/events", body, {"Content-Type": "application/json", **headers})
    try:
        with urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def signed(body: str, secret: str, at: int | None = None) -> dict[str, str]:
    stamp = str(int(time.time()) if at is None else at)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": request_signature(secret, stamp, body)}


def event(text: str) -> str:
    return json.dumps(
        {
            "type": "event_callback",
            "event_id": "Ev0FORGED",
            "team_id": "T0HOME",
            "event": {"type": "message", "channel": BRIGHT, "user": "U0MAYA", "ts": f"{time.time():.6f}", "text": text},
        }
    )


def test_requests_that_slack_did_not_sign_are_refused(http_shop: Shop, http_desk: DeskProcess) -> None:
    forged = event("forged question about renewal reminders")
    secret = slack_of(http_shop).app.signing_secret
    hour_ago = int(time.time()) - 3600
    assert post(http_desk, forged.encode())[0] == 401
    assert post(http_desk, forged.encode(), **signed(forged, "another secret"))[0] == 401
    assert post(http_desk, forged.encode(), **signed(forged, secret, hour_ago))[0] == 401
    assert post(http_desk, (forged + " ").encode(), **signed(forged, secret))[0] == 401
    for stamp in ("", "now", "-1", "9" * 40, "٣"):
        headers = {"X-Slack-Signature": "v0=00"} | ({"X-Slack-Request-Timestamp": stamp} if stamp.isascii() else {})
        assert post(http_desk, forged.encode(), **headers)[0] == 401
    assert not [key for key in http_desk.jobs("ReceiveEvent", "done") if "Ev0FORGED" in key]
    assert "forged question" not in http_desk.said


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"payload=%7B",
        b"payload={}",
        b'{"type": "event_callback"}',
        b'{"type": "event_callback", "event": []}',
        b"[" * 100_000,
        b'{"type": "interactive_message", "actions": 5}',
        b'{"type": "event_callback", "event_id": "Ev0ODD", "event": {"type": 7}}',
        b'{"type": "block_actions"}',
        b'{"command": "/support"}',
        b"\xff\xfe",
    ],
)
def test_malformed_requests_disturb_nobody(http_shop: Shop, http_desk: DeskProcess, body: bytes) -> None:
    secret = slack_of(http_shop).app.signing_secret
    lines = http_desk.said.count("\n")
    for headers in ({}, signed(body.decode("utf-8", "replace"), secret)):
        status, text = post(http_desk, body, **headers)
        assert status in (400, 401, 404), text
    assert http_desk.said.count("\n") - lines <= 4, "a stranger fills the log"
    no_traceback(http_desk)


def test_a_body_larger_than_anything_slack_sends_is_refused(http_shop: Shop, http_desk: DeskProcess) -> None:
    secret = slack_of(http_shop).app.signing_secret
    large = event("x" * 5_000_000)
    try:
        status, _ = post(http_desk, large.encode(), **signed(large, secret))
    except OSError:  # it may close the connection before all of it is sent
        status = 413
    assert status == 413
    assert (http_desk.health() or (0, {}))[0] == 200


def test_nonsense_on_the_port_disturbs_nobody(http_shop: Shop, http_desk: DeskProcess) -> None:
    for nonsense in (
        b"\x16\x03\x01\x02\x00\x01",
        b"GET\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", http_shop.port), timeout=5) as plug:
            plug.sendall(nonsense)
            plug.shutdown(socket.SHUT_WR)
            plug.recv(1000)
    for path, method, expected in [("slack/events", "GET", 405), ("nowhere", "GET", 404), ("health", "POST", 405)]:
        request = Request(f"{http_desk.url}{path}", method=method)
        with pytest.raises(HTTPError) as refused:
            urlopen(request, timeout=5)
        refused.value.close()
        assert refused.value.code == expected
    asked = slack_of(http_shop).client.say("U0DEREK", BRIGHT, QUESTION)
    assert WORDS in wait_for_answer(http_shop, http_desk, asked)[0]


# -- its pages


def page(desk: DeskProcess, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"{desk.url}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_public_articles_are_pages_and_all_others_do_not_exist(http_desk: DeskProcess) -> None:
    status, text = page(http_desk, "articles/articles/reminders")
    assert status == 200 and "Renewal reminders" in text
    hidden = page(http_desk, "articles/articles/inside")
    assert hidden == page(http_desk, "articles/articles/nothing-of-that-name")
    assert hidden[0] == 404 and "40 percent" not in hidden[1]
    for path in ("articles/../../../../etc/passwd", "articles/%2e%2e/%2e%2e/footbridge.yaml", "articles/%00"):
        assert page(http_desk, path)[0] == 404


@pytest.mark.slow
def test_health_tells_the_truth(shop: Shop) -> None:
    slack = slack_of(shop)
    with shop.running() as desk:
        status, body = desk.health() or (0, {})
        assert status == 200
        assert {name: body[name] for name in ("ok", "worker", "scheduler", "slack")} == dict.fromkeys(
            ("ok", "worker", "scheduler", "slack"), True
        )
        slack.client.set_faults(refuse_connections=True)
        slack.client.set_faults(cut_socket=True)
        desk.wait_for(lambda: unhealthy(desk), "health to say that Slack is away")
        slack.client.set_faults(refuse_connections=False)
        desk.wait_until_ready()


def unhealthy(desk: DeskProcess) -> Any:
    status, body = desk.health() or (0, {})
    return status == 503 and body["slack"] is False and body["worker"] is True and body["ok"] is False
