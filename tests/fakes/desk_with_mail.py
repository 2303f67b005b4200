"""A desk to which customers write in Slack and by mail: real intake, queue, answering, desk and outbox; no socket."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.actions.arguments import TicketNumber
from bot.actions.desk import Desk
from bot.actions.tickets import TICKET_CLAIM, TICKET_REPLY, TICKET_RESOLVE, Resolution, TicketText
from bot.answering.gate import load_gate
from bot.articles.sources import SourceContext
from bot.clock import SystemClock
from bot.contents.tickets import TicketContent
from bot.directory.access import Actor, identify_actor
from bot.incoming import SLACK, Address, Profile
from bot.outbox.channel_kinds import ChannelKinds
from bot.settings.config import Config, CustomerChannel
from bot.settings.config_file import load
from bot.settings.environment import Settings
from bot.tools import Tools
from bot.triage.model import shipped_model
from bot.workflows import publisher
from handlers.slack.client import BotIdentity
from handlers.slack.payloads import EventReader
from knowledge.vocabulary import EMPTY
from storage.database import open_engine
from storage.jobs import JobLog
from storage.tickets import Ticket
from storage.transaction import Storage
from storage.worker_storage import WorkerStorage
from tests.fakes.changed_config import changed_config
from tests.fakes.directory_in_memory import DirectoryInMemory
from tests.fakes.mailbox import MAIL, Letter, Mailbox, read_letter
from tests.fakes.recording_messenger import Post, RecordingMessenger
from tests.fakes.running_desk import environment_of
from wiring.adapters import open_knowledge
from wiring.running import make_worker

T = TypeVar("T")
PATIENCE = 20.0
OURS = "support+brightwater@tallyworks.example"
CHANNEL = Address(SLACK, "C0BRIGHT")
MAYA, HER_ADDRESS = "U0MAYA", "maya.torres@brightwater.example"


@dataclass
class DeskWithMail:
    """`mailbox` has the letters that we sent, `slack` what stands in Slack; `do` is what the doors call."""

    storage: Storage
    config: Config
    mailbox: Mailbox
    slack: RecordingMessenger
    do: Desk
    letters: list[str] = field(default_factory=list)

    def actor(self, user_id: str) -> Actor:
        return identify_actor(self.config, user_id, "T0HOME")

    def write(
        self,
        text: str,
        *,
        answers: Address | None = None,
        subject: str = "",
        sender: str = HER_ADDRESS,
        to: str = OURS,
    ) -> Address:
        """Somebody's letter arrives; returns its address."""
        letter_id = f"<letter-{len(self.letters)}@brightwater.example>"
        self.letters.append(letter_id)
        letter = {
            "message_id": letter_id,
            "in_reply_to": answers.item if answers else "",
            "from": sender,
            "name": "Maya Torres",
            "to": to,
            "date": datetime.now(UTC).isoformat(),
            "subject": subject,
            "text": text,
        }
        self.do.store_event(letter_id, letter, kind=MAIL)
        self.settle()
        return Address(MAIL, to, letter_id)

    def say(self, text: str, *, thread: Address | None = None) -> Address:
        """Maya writes in her company's channel in Slack."""
        return self._say(MAYA, "T0BRIGHT", text, thread)

    def say_as_agent(self, user_id: str, text: str, *, thread: Address | None = None) -> Address:
        """One of ours writes in that channel."""
        return self._say(user_id, "T0HOME", text, thread)

    def _say(self, user_id: str, team_id: str, text: str, thread: Address | None) -> Address:
        ts = f"{time.time():.6f}"
        event = {"type": "message", "channel": CHANNEL.place, "user": user_id, "team": team_id, "ts": ts, "text": text}
        if thread is not None:
            event["thread_ts"] = thread.item
        self.do.store_event(f"Ev{ts}", {"event": event, "is_ext_shared_channel": True})
        self.settle()
        return CHANNEL.at(ts)

    def claim(self, number: int) -> None:
        """Ana takes a ticket."""
        self.do.perform(TICKET_CLAIM, TicketNumber(ticket_id=number), self.actor("U0ANA"))

    def reply(self, number: int, text: str) -> None:
        """Ana writes to the customer."""
        self.do.perform(TICKET_REPLY, TicketText(ticket_id=number, text=text), self.actor("U0ANA"))

    def resolve(self, number: int, cause: str, fix: str, words: str) -> None:
        """Ana resolves a ticket."""
        resolution = Resolution(ticket_id=number, cause=cause, fix=fix, words=words)
        self.do.perform(TICKET_RESOLVE, resolution, self.actor("U0ANA"))

    def settle(self) -> None:
        """Waits until everything is done; a job that failed is a mistake."""
        log = JobLog(self.storage.engine)
        self.wait_for(lambda: not log.pending(), "the jobs to be done")
        assert not log.counts()["failed"], log.failed()

    def wait_for(self, look: Callable[[], T], what: str) -> T:
        until = time.monotonic() + PATIENCE
        while not (found := look()):
            assert time.monotonic() < until, f"waited in vain for {what}"
            time.sleep(0.02)
        return found

    def answered_by_mail(self, first: Address) -> list[Letter]:
        return self.mailbox.thread(first)

    def cards(self) -> list[TicketContent]:
        """The cards in the triage channel as they are now, oldest first."""
        shown = self.slack.shown(TicketContent, self.config.triage_place)
        return [post.content for post in shown if isinstance(post.content, TicketContent)]

    def in_thread(self, thread: Address) -> list[Post]:
        """What we posted in a thread in Slack."""
        return [post for post in self.slack.posts if post.thread == thread]

    def ticket(self, ticket_id: int) -> Ticket:
        with self.storage.reading() as tx:
            found = tx.tickets.get(ticket_id)
        assert found is not None
        return found

    def conversation_id(self, thread: Address) -> int | None:
        with self.storage.reading() as tx:
            found = tx.conversations.of_thread(thread)
        return found.id if found else None


def with_mailbox(config: Config) -> Config:
    """The demo's configuration, in which Brightwater also writes to an address of ours."""
    changed: list[Any] = [
        customer.model_copy(update={"channels": [*customer.channels, CustomerChannel(id=OURS, kind=MAIL, mode="auto")]})
        if customer.id == "brightwater"
        else customer
        for customer in config.customers
    ]
    return config.model_copy(update={"customers": changed})


@contextmanager
def desk_with_mail(home: Path, prepared: Path) -> Iterator[DeskWithMail]:
    """A desk that works in this process; `prepared` is a home with articles, `home` where its copy is."""
    shutil.copytree(prepared, home, dirs_exist_ok=True)
    config = with_mailbox(load(changed_config(home)))
    given = Settings.from_env(environment_of(home, 0, {}), needs_slack=False)
    engine = open_engine(given.database_url)
    directory, clock = DirectoryInMemory(), SystemClock()
    directory.apply(config)
    storage = Storage(engine, publisher(directory.current))
    mailbox = Mailbox()
    slack = RecordingMessenger(
        profiles={MAYA: Profile(MAYA, "T0BRIGHT", "Maya Torres", HER_ADDRESS, "America/New_York")}
    )
    with open_knowledge(given) as knowledge:
        tools = Tools(
            storage=storage,
            directory=directory,
            clock=clock,
            messenger=ChannelKinds({SLACK: slack, MAIL: mailbox}),
            workspace=slack,
            profiles=slack,
            readers={SLACK: EventReader(BotIdentity("U0BOT", "B0FOOT", "T0HOME")), MAIL: read_letter},
            knowledge=knowledge,
            chat_model=None,
            gate=load_gate(),
            triage_model=shipped_model(),
            vocabulary=lambda: EMPTY,
            job_log=JobLog(engine),
            public_url="http://desk.example",
            surroundings=SourceContext(home, {}),
        )
        room = WorkerStorage(engine, seconds_between_posts=0.0)
        worker = make_worker(tools, room, poll_seconds=0.05)
        worker.start()
        try:
            yield DeskWithMail(storage, config, mailbox, slack, Desk(tools))
        finally:
            worker.stop()
            engine.dispose()
