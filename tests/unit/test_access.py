"""Who somebody is, and what they may do."""

from __future__ import annotations

import pytest

from bot.directory.access import Access, check_access, identify_actor, must_be_in_conversation
from bot.errors import NotAllowed
from bot.settings.config import Config
from bot.settings.config_file import parse

CONFIG = """
company: {name: Tallyworks, team_ids: [T0HOME, T0SECOND]}
triage_channel: C0TRIAGE
people:
  - {id: U0ANA, name: Ana Lindqvist, roles: [agent]}
  - {id: U0MIRA, name: Mira Okafor, roles: [manager]}
  - {id: U0HENRIK, name: Henrik Vale, roles: [owner, engineer]}
customers:
  - {id: bright, name: Brightwater, tier: standard, team_ids: [T0BRIGHT], email_domains: [bright.example],
     channels: [{id: C0BRIGHT}]}
  - {id: kestrel, name: Kestrel, tier: standard, team_ids: [T0KESTREL], channels: [{id: C0KESTREL}]}
"""


@pytest.fixture(scope="module")
def config() -> Config:
    return parse(CONFIG)


def test_a_listed_colleague_has_roles_and_the_name_of_the_configuration(config: Config) -> None:
    ana = identify_actor(config, "U0ANA", "T0HOME", "ana")
    assert (ana.ours, ana.works_here, ana.name, ana.roles) == (True, True, "Ana Lindqvist", frozenset({"agent"}))


def test_our_second_workspace_counts_as_ours(config: Config) -> None:
    assert identify_actor(config, "U0ANA", "T0SECOND").works_here


def test_an_unlisted_colleague_is_ours_but_has_nothing_to_do_here(config: Config) -> None:
    olaf = identify_actor(config, "U0OLAF", "T0HOME", "Olaf", email="olaf@tally.example")
    assert (olaf.ours, olaf.works_here, olaf.customer_id) == (True, False, None)


def test_a_contact_is_known_by_team_or_by_the_domain_of_their_address(config: Config) -> None:
    assert identify_actor(config, "U1", "T0BRIGHT").customer_id == "bright"
    assert identify_actor(config, "U2", "T0PARTNER", email="kim@Bright.Example").customer_id == "bright"


def test_a_customers_guest_in_our_own_workspace_is_a_contact_and_not_ours(config: Config) -> None:
    guest = identify_actor(config, "U0GUEST", "T0HOME", "Kim", email="kim@bright.example")
    assert (guest.ours, guest.customer_id) == (False, "bright")


@pytest.mark.parametrize(
    "email", [None, "kim@notbright.example", "kim@bright.example.evil.com", "bright.example@x.org"]
)
def test_everybody_else_is_an_outsider(config: Config, email: str | None) -> None:
    stranger = identify_actor(config, "U9", "T0STRANGE", email=email)
    assert (stranger.ours, stranger.works_here, stranger.customer_id) == (False, False, None)


def test_an_id_of_ours_from_another_team_is_nobody_of_ours(config: Config) -> None:
    assert not identify_actor(config, "U0ANA", "T0STRANGE").works_here


def test_an_empty_team_is_an_outsider(config: Config) -> None:
    assert not identify_actor(config, "U0ANA", "").ours


def test_tickets_are_for_people_with_a_role(config: Config) -> None:
    check_access(identify_actor(config, "U0ANA", "T0HOME"), Access.WORKS_ON_DESK)
    for user, team in (("U0OLAF", "T0HOME"), ("U1", "T0BRIGHT"), ("U9", "T0STRANGE")):
        with pytest.raises(NotAllowed, match="for the support team"):
            check_access(identify_actor(config, user, team), Access.WORKS_ON_DESK)


def test_managing_is_for_managers_and_owners(config: Config) -> None:
    for access in (Access.MANAGES, Access.DECIDES_MODES):
        check_access(identify_actor(config, "U0MIRA", "T0HOME"), access)
        check_access(identify_actor(config, "U0HENRIK", "T0HOME"), access)
        with pytest.raises(NotAllowed, match="Only managers"):
            check_access(identify_actor(config, "U0ANA", "T0HOME"), access)


def test_what_names_nobody_is_refused_to_everybody(config: Config) -> None:
    for user, team in (("U0HENRIK", "T0HOME"), ("U0ANA", "T0HOME"), ("U1", "T0BRIGHT"), ("U9", "T0STRANGE")):
        check_access(identify_actor(config, user, team), Access.EVERYONE)
        with pytest.raises(NotAllowed):
            check_access(identify_actor(config, user, team), Access.NOBODY)


def test_a_conversations_buttons_are_for_its_customer_and_for_ours(config: Config) -> None:
    must_be_in_conversation(identify_actor(config, "U1", "T0BRIGHT"), "bright")
    must_be_in_conversation(identify_actor(config, "U0ANA", "T0HOME"), "bright")
    for user, team in (("U3", "T0KESTREL"), ("U9", "T0STRANGE"), ("U0OLAF", "T0HOME")):
        with pytest.raises(NotAllowed, match="Only the people of this conversation"):
            must_be_in_conversation(identify_actor(config, user, team), "bright")
