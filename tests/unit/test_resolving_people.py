"""Who wrote or pressed: what is remembered, when Slack is asked, and what holds while it does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.directory.access import Actor
from bot.directory.people import first_on_call, look_up_on_call, name_of, resolve_actor
from bot.errors import OutsideBusy, OutsideRefused
from bot.incoming import Profile
from bot.settings.config import Former
from bot.settings.config_file import parse
from storage.database import open_engine, upgrade
from storage.people import Person
from storage.transaction import Storage
from tests.fakes.recording_messenger import RecordingMessenger

CONFIG = parse("""
company: {name: Tallyworks, team_ids: [T0HOME]}
triage_channel: C0TRIAGE
people:
  - {id: U0TOM, name: Tom, roles: [engineer], teams: [erp]}
  - {id: U0LEA, name: Lea, roles: [engineer], teams: [erp]}
teams: [{id: erp, name: ERP, channel: C0ERP, on_call: [U0TOM, U0LEA]}]
customers:
  - {id: bright, name: Brightwater, tier: standard, team_ids: [T0BRIGHT], email_domains: [bright.example],
     channels: [{id: C0BRIGHT}]}
""")
GUEST = Profile("U0GUEST", "T0HOME", "Kim Guest", "kim@bright.example", "Europe/Berlin")


class SetClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class Counting(RecordingMessenger):
    """Counts how often a profile was asked for."""

    asked = 0

    def look_up(self, user_id: str) -> Profile:
        self.asked += 1
        return super().look_up(user_id)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    engine = open_engine(f"sqlite:///{tmp_path}/footbridge.db")
    upgrade(engine)
    yield Storage(engine)
    engine.dispose()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def slack() -> Counting:
    return Counting(profiles={"U0GUEST": GUEST})


def resolve(user_id: str, team_id: str, storage: Storage, slack: Counting, clock: SetClock) -> Actor:
    return resolve_actor(user_id, team_id, storage=storage, profiles=slack, config=CONFIG, clock=clock)


def test_a_customers_guest_whom_we_never_met_is_known_by_the_profile(
    storage: Storage, slack: Counting, clock: SetClock
) -> None:
    actor = resolve("U0GUEST", "T0HOME", storage, slack, clock)
    assert (actor.ours, actor.customer_id, actor.name) == (False, "bright", "Kim Guest")


def test_somebody_whom_their_own_letter_names_is_not_asked_about_in_slack(
    storage: Storage, slack: Counting, clock: SetClock
) -> None:
    told = Profile("kim@bright.example", "", "Kim *Guest*", "kim@bright.example")
    actor = resolve_actor(
        "kim@bright.example", "", told=told, storage=storage, profiles=slack, config=CONFIG, clock=clock
    )
    assert (actor.ours, actor.customer_id, actor.name) == (False, "bright", "Kim Guest")
    assert slack.asked == 0
    with storage.reading() as tx:
        assert name_of(tx, CONFIG, "kim@bright.example") == "Kim Guest"


def test_slack_is_asked_once_a_day(storage: Storage, slack: Counting, clock: SetClock) -> None:
    for _ in range(3):
        resolve("U0GUEST", "T0HOME", storage, slack, clock)
    assert slack.asked == 1
    clock.at += timedelta(hours=25)
    slack.profiles["U0GUEST"] = Profile("U0GUEST", "T0HOME", "Kim Married", "kim@bright.example")
    assert resolve("U0GUEST", "T0HOME", storage, slack, clock).name == "Kim Married"
    assert slack.asked == 2


def test_while_slack_does_not_answer_what_we_remember_holds_and_it_is_asked_again(
    storage: Storage, slack: Counting, clock: SetClock
) -> None:
    resolve("U0GUEST", "T0HOME", storage, slack, clock)
    clock.at += timedelta(hours=25)
    slack.failures.append(OutsideBusy("away"))
    assert resolve("U0GUEST", "T0HOME", storage, slack, clock).customer_id == "bright"
    slack.profiles["U0GUEST"] = Profile("U0GUEST", "T0HOME", "Kim Married", "kim@bright.example")
    assert resolve("U0GUEST", "T0HOME", storage, slack, clock).name == "Kim Married", "a failure is no answer"


def test_nobody_in_our_own_workspace_is_taken_for_ours_before_slack_has_said_who_it_is(
    storage: Storage, slack: Counting, clock: SetClock
) -> None:
    slack.failures.append(OutsideBusy("away"))
    with pytest.raises(OutsideBusy):
        resolve("U0GUEST", "T0HOME", storage, slack, clock)
    with storage.reading() as tx:
        assert tx.people.get("U0GUEST") is None


@pytest.mark.parametrize(
    ("user_id", "team_id", "customer_id", "works_here"),
    [("U0MAYA", "T0BRIGHT", "bright", False), ("U0TOM", "T0HOME", None, True), ("U0X", "T0STRANGE", None, False)],
)
def test_who_is_known_by_team_or_by_name_needs_no_answer_of_slack(
    user_id: str,
    team_id: str,
    customer_id: str | None,
    works_here: bool,
    storage: Storage,
    slack: Counting,
    clock: SetClock,
) -> None:
    for failure in (OutsideBusy("away"), OutsideRefused("users.info: user_not_visible", "user_not_visible")):
        slack.failures.append(failure)
        actor = resolve(user_id, team_id, storage, slack, clock)
        assert (actor.customer_id, actor.works_here) == (customer_id, works_here)


def test_a_name_is_never_a_mention_or_a_link(storage: Storage, slack: Counting, clock: SetClock) -> None:
    slack.profiles["U0MAYA"] = Profile("U0MAYA", "T0BRIGHT", "<!channel> *Maya*")
    assert resolve("U0MAYA", "T0BRIGHT", storage, slack, clock).name == "!channel Maya"


# -- on call


def on_call(storage: Storage) -> str | None:
    with storage.reading() as tx:
        return first_on_call(tx, CONFIG.team("erp"))


def look_up(storage: Storage, slack: Counting, clock: SetClock) -> None:
    look_up_on_call(CONFIG.teams[0], storage=storage, profiles=slack, config=CONFIG, clock=clock)


def test_the_first_on_call_who_is_active_is_called(storage: Storage, slack: Counting, clock: SetClock) -> None:
    slack.profiles |= {
        "U0TOM": Profile("U0TOM", "T0HOME", "Tom", deactivated=True),
        "U0LEA": Profile("U0LEA", "T0HOME", "Lea"),
    }
    assert on_call(storage) == "U0TOM", "nobody has told us anything else yet"
    look_up(storage, slack, clock)
    assert on_call(storage) == "U0LEA"
    slack.profiles["U0TOM"] = Profile("U0TOM", "T0HOME", "Tom")
    look_up(storage, slack, clock)
    assert on_call(storage) == "U0TOM", "an account may be switched on again"


def test_only_as_many_are_asked_about_as_needed(storage: Storage, slack: Counting, clock: SetClock) -> None:
    slack.profiles |= {"U0TOM": Profile("U0TOM", "T0HOME", "Tom"), "U0LEA": Profile("U0LEA", "T0HOME", "Lea")}
    look_up(storage, slack, clock)
    assert slack.asked == 1


def test_when_all_on_call_have_left_there_is_nobody(storage: Storage, slack: Counting, clock: SetClock) -> None:
    for user_id in ("U0TOM", "U0LEA"):
        slack.profiles[user_id] = Profile(user_id, "T0HOME", user_id, deactivated=True)
    look_up(storage, slack, clock)
    assert on_call(storage) is None


def test_without_an_answer_of_slack_what_we_remember_decides(
    storage: Storage, slack: Counting, clock: SetClock
) -> None:
    slack.profiles |= {
        "U0TOM": Profile("U0TOM", "T0HOME", "Tom", deactivated=True),
        "U0LEA": Profile("U0LEA", "T0HOME", "Lea"),
    }
    look_up(storage, slack, clock)
    slack.failures.append(OutsideBusy("away"))
    look_up(storage, slack, clock)
    assert on_call(storage) == "U0LEA"


def test_a_former_colleague_keeps_the_name_of_the_configuration(storage: Storage) -> None:
    left = CONFIG.model_copy(update={"people": [], "teams": []})
    left = left.with_former(Former(people={"U0TOM": CONFIG.people[0]}))
    with storage.transaction() as tx:
        tx.people.put(
            Person(
                user_id="U0TOM",
                team_id="T0HOME",
                name="tom.b",
                email=None,
                tz=None,
                is_bot=False,
                seen_at=datetime.now(UTC),
            )
        )
        assert name_of(tx, left, "U0TOM") == "Tom"
