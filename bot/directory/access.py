"""Who somebody is to Footbridge, and what that person may do; unknown teams are outsiders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.errors import NotAllowed
from bot.settings.config import Config, Customer
from bot.texts.catalogue import mark


@dataclass(frozen=True)
class Actor:
    """A person seen through the configuration. `roles` is empty for everyone who is not ours."""

    user_id: str
    team_id: str
    name: str
    ours: bool
    roles: frozenset[str] = frozenset()
    customer_id: str | None = None

    @property
    def works_here(self) -> bool:
        """Ours, and with something to do on the desk."""
        return bool(self.roles)

    @property
    def manages(self) -> bool:
        return bool(self.roles & {"manager", "owner"})


def identify_actor(config: Config, user_id: str, team_id: str, name: str = "", *, email: str | None = None) -> Actor:
    """Who a Slack user is. `team_id` must be the user's own team as Slack says it in the event or click."""
    customer = _customer_of(config, team_id, email)
    colleague = config.colleague(user_id)
    # A customer's guest account in our own workspace carries our team id; the address tells whose person it is.
    if team_id in config.company.team_ids and (colleague or customer is None):
        return Actor(
            user_id,
            team_id,
            colleague.name if colleague else name,
            True,
            frozenset(colleague.roles) if colleague else frozenset(),
        )
    return Actor(user_id, team_id, name, False, customer_id=customer.id if customer else None)


def _customer_of(config: Config, team_id: str, email: str | None) -> Customer | None:
    """Whose person it is; a former customer's people are still theirs, in their old threads."""
    domain = email.rpartition("@")[2].lower() if email else None
    for customer in config.known_customers:
        if team_id in customer.team_ids or (domain and domain in customer.email_domains):
            return customer
    return None


class Access(Enum):
    """Who may do a thing."""

    NOBODY = "nobody"
    WORKS_ON_DESK = "people who work on the desk"
    MANAGES = "managers and owners"
    DECIDES_MODES = "managers and owners, about modes"
    IN_CONVERSATION = "the people of the conversation"
    EVERYONE = "everyone"


def check_access(actor: Actor, access: Access) -> None:
    """Raises NotAllowed, with what to do instead, unless `access` includes the person.

    IN_CONVERSATION lets in whoever may be in some conversation; `must_be_in_conversation` looks at the one that is
    meant.
    """
    if not _includes(access, actor):
        raise NotAllowed(_REFUSALS[access])


def _includes(access: Access, actor: Actor) -> bool:
    if access is Access.EVERYONE:
        return True
    if access is Access.IN_CONVERSATION:
        return actor.works_here or actor.customer_id is not None
    if access is Access.WORKS_ON_DESK:
        return actor.works_here
    return access in (Access.MANAGES, Access.DECIDES_MODES) and actor.manages


OTHERS_CONVERSATION = mark("Only the people of this conversation can use its buttons.")
_REFUSALS = {
    Access.NOBODY: "Nobody can do this.",
    Access.WORKS_ON_DESK: (
        "This is for the support team. If you need something, just write it in the channel, and a person will see it."
    ),
    Access.MANAGES: "Only managers can do this. Ask one of them, or use `/support list` for your own queue.",
    Access.DECIDES_MODES: (
        "Only managers and owners decide how a channel is answered. `/support mode` shows you how each one stands; "
        "please ask one of them."
    ),
    Access.IN_CONVERSATION: OTHERS_CONVERSATION,
}


def must_be_in_conversation(actor: Actor, customer_id: str) -> None:
    """A button in a customer's thread is for that customer's people, and for ours."""
    if not actor.works_here and actor.customer_id != customer_id:
        raise NotAllowed(OTHERS_CONVERSATION)
