"""The table of actions: each row refuses everybody below its access, is read as it is typed, and is documented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.actions import ACTIONS, Action, FormAction, find_command, open_form, perform
from bot.actions.action import Arguments
from bot.actions.answers import Choice
from bot.actions.help import page
from bot.actions.insights import ReplayReceipt
from bot.actions.tickets import TICKET_CLAIM
from bot.actions.typed import Typed
from bot.contents.receipts import About
from bot.directory.access import Access, Actor, identify_actor
from bot.errors import BadRequest, NotAllowed
from bot.settings.config import Config
from bot.settings.config_file import load
from bot.tools import Tools
from storage.answers import Answer
from storage.conversations import Conversation, Message
from storage.database import open_engine
from storage.tickets import Ticket
from tests.fakes.databases import all_tables
from tests.fakes.desk_storage import desk_storage
from tests.fakes.desk_tools import desk_tools
from tests.fakes.slack_addresses import at

ROOT = Path(__file__).parents[2]
CONFIG: Config = load(ROOT / "demo" / "footbridge.yaml")
NOW = datetime.now(UTC)
MANAGER = identify_actor(CONFIG, "U0MIRA", "T0HOME")
AGENT = identify_actor(CONFIG, "U0ANA", "T0HOME")
COLLEAGUE = identify_actor(CONFIG, "U0OLAF", "T0HOME", "Olaf")
CONTACT = identify_actor(CONFIG, "U0MAYA", "T0BRIGHT", "Maya")
OTHER_CONTACT = Actor("U0IMOGEN", "T0KESTREL", "Imogen", False, customer_id="kestrel")
OUTSIDER = identify_actor(CONFIG, "U9", "T0STRANGE", "Sam")
EVERYBODY = (MANAGER, AGENT, COLLEAGUE, CONTACT, OTHER_CONTACT, OUTSIDER)

# Who may, in a conversation with Maya's company.
MAY: dict[Access, tuple[Actor, ...]] = {
    Access.WORKS_ON_DESK: (MANAGER, AGENT),
    Access.MANAGES: (MANAGER,),
    Access.DECIDES_MODES: (MANAGER,),
    Access.IN_CONVERSATION: (MANAGER, AGENT, CONTACT),
}
# What stands in messages of earlier versions: their buttons still work.
STORED_IDS = [
    "answer.solved",
    "answer.not_quite",
    "answer.get_person",
    "answer.choose",
    "resolution.solved",
    "resolution.not_solved",
    "suggestion.send",
    "suggestion.edit",
    "suggestion.discard",
    "ticket.claim",
    "ticket.priority",
    "ticket.escalate",
    "ticket.resolve",
    "ticket.reply",
    "ticket.show",
    "ticket.remember",
    "escalation.take",
    "escalation.draft",
    "escalation.resolve",
    "relay.send",
    "relay.edit",
    "relay.discard",
    "relay.approve",
    "mode.accept",
    "mode.decline",
    "why.ticket",
    "why.answer",
    "why.conversation",
    "why.replay",
    "correction.send",
    "correction.edit",
    "correction.discard",
    "remembered.forget",
]


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Tools]:
    """A conversation of Maya's with an answer that can be pressed and a resolved ticket, each number 1."""
    (tmp_path / "desk.db").write_bytes(all_tables())
    engine = open_engine(f"sqlite:///{tmp_path}/desk.db")
    storage = desk_storage(engine, CONFIG)
    with storage.transaction() as tx:
        conversation = tx.conversations.add(
            Conversation(
                place_id=tx.addresses.id_of(at("C0BRIGHT")),
                thread_id=tx.addresses.id_of(at("C0BRIGHT", "1.0")),
                customer_id="brightwater",
                contact_id="U0MAYA",
                opened_at=NOW,
                last_message_at=NOW,
            )
        )
        message = tx.conversations.add_message(
            Message(
                conversation_id=conversation.id,
                address_id=tx.addresses.id_of(at("C0BRIGHT", "1.0")),
                author_id="U0MAYA",
                side="contact",
                kind="question",
                text="Which ERP do you connect?",
                in_thread=False,
                said_at=NOW,
            )
        )
        tx.answers.add(
            Answer(
                conversation_id=conversation.id,
                message_id=message.id,
                question="Which ERP do you connect?",
                outcome="asked_back",
                reason="which_one",
                mode="auto",
                frame="Which one?",
                closing="",
                options=["NetSuite", "SAP"],
                state="sent",
                created_at=NOW,
            )
        )
        tx.tickets.add(
            Ticket(
                conversation_id=conversation.id,
                customer_id="brightwater",
                title="It is broken",
                reason="A person is needed.",
                status="resolved",
                opened_at=NOW,
                first_response_due=NOW + timedelta(minutes=2),
                resolution_due=NOW + timedelta(hours=4),
            )
        )
    yield desk_tools(storage, CONFIG)
    engine.dispose()


def some(arguments: type[Arguments]) -> Arguments:
    """Arguments about what is number 1."""
    made: dict[type, object] = {int: 1, str: "words", bool: False, About: About(ticket_id=1)}
    return arguments(**{name: made.get(field.annotation or int, "1") for name, field in arguments.model_fields.items()})


def refuses(tools: Tools, action: Action[Any, Any], who: Actor) -> bool:
    """Whether it refuses the person; what else is wrong with the arguments comes after that."""
    try:
        perform(tools, action, some(action.arguments), who)
    except NotAllowed:
        return True
    except BadRequest:
        return False
    return False


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_an_action_refuses_everybody_below_its_access_and_nobody_else(tools: Tools, action: Action[Any, Any]) -> None:
    refused = [who for who in EVERYBODY if who not in MAY[action.access]]
    assert OUTSIDER in refused and OTHER_CONTACT in refused
    for who in refused:
        assert refuses(tools, action, who), who
    for who in MAY[action.access]:
        assert not refuses(tools, action, who), who


@pytest.mark.parametrize("action", [one for one in ACTIONS if isinstance(one, FormAction)], ids=lambda one: one.id)
def test_a_form_opens_only_for_who_may_send_it(tools: Tools, action: FormAction[Any, Any, Any]) -> None:
    for who in EVERYBODY:
        if who not in MAY[action.access]:
            with pytest.raises(NotAllowed):
                open_form(tools, action, 1, who)


def test_what_is_refused_changes_nothing(tools: Tools) -> None:
    with pytest.raises(NotAllowed):
        perform(tools, TICKET_CLAIM, TICKET_CLAIM.arguments(ticket_id=1), CONTACT)
    with tools.storage.reading() as tx:
        ticket = tx.tickets.get(1)
    assert ticket is not None and ticket.assignee_id is None


def test_every_row_names_who_may_and_has_an_id_of_its_own() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert {action.access for action in ACTIONS} <= set(MAY)
    assert Action(id="x", label="X", arguments=Choice, run=lambda t, a, actor: None).access is Access.NOBODY


def test_the_buttons_of_old_messages_are_still_actions() -> None:
    assert set(STORED_IDS) <= {action.id for action in ACTIONS}


def test_a_button_carries_arguments_and_they_are_read_back() -> None:
    for arguments in (Choice(answer_id=7, number=0), ReplayReceipt(receipt_id=41), some(TICKET_CLAIM.arguments)):
        assert type(arguments).from_value(arguments.value) == arguments
    for odd in ("", "seven", "7:x", "7:0:1:2"):
        with pytest.raises(ValueError):
            Choice.from_value(odd)


COMMANDS = [action for action in ACTIONS if action.command is not None]


@pytest.mark.parametrize("action", COMMANDS, ids=lambda action: action.id)
def test_the_example_of_a_command_is_read_as_its_arguments(action: Action[Any, Any]) -> None:
    command = action.command
    assert command is not None
    word, _, text = command.example.partition(" ")
    assert word == command.word
    assert find_command(word, alone=not text) is action
    arguments = command.read(Typed(word, text, command.example, people=("U0ANA",)))
    assert isinstance(arguments, action.arguments) or (arguments is None and isinstance(action, FormAction))


@pytest.mark.parametrize("action", COMMANDS, ids=lambda action: action.id)
def test_whatever_follows_the_word_is_read_or_kindly_refused(action: Action[Any, Any]) -> None:
    command = action.command
    assert command is not None
    refused: list[str] = []
    for text in ("", "twelve", "12", "12 words", "#12", "-3", "1" * 30, "words and words", "🙂", "12 @nobody"):
        try:
            read = command.read(Typed(command.word, text, command.example))
        except BadRequest as problem:
            refused.append(problem.for_people)
        else:
            assert read is None or isinstance(read, action.arguments)
    assert all(f"`/support {command.word}" in words for words in refused)


def test_the_page_of_commands_is_made_from_the_table() -> None:
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == page(ACTIONS), (
        "Run `python -m bot.actions > docs/commands.md`."
    )
