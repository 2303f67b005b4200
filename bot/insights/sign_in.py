"""Lets people of ours into the private pages: a signed link from Slack, then a session; rights are looked up each time.

A token says who somebody is and until when it is good, never what that person may do.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from bot.audit.receipts import write_receipt
from bot.clock import Clock
from bot.directory.access import Actor, identify_actor
from bot.settings.config import Config
from storage.transaction import Storage

LINK_LASTS, SESSION_LASTS = timedelta(minutes=15), timedelta(hours=12)
KEY, LINK, SESSION = "private_pages", "link", "session"
LONGEST_TOKEN = 600


@dataclass(frozen=True)
class Visitor:
    """Who a token names; `team_id` is the person's own team."""

    user_id: str
    team_id: str


def dashboard_link(*, actor: Actor, storage: Storage, clock: Clock, public_url: str) -> str:
    """A personal address of the dashboard, good for 15 minutes."""
    with storage.transaction() as tx:
        key = tx.secrets.get_or_create(KEY, clock.now())
        write_receipt(tx, clock.now(), "link_given", "A personal link to the dashboard.", user=actor.user_id)
    token = sign(key, LINK, Visitor(actor.user_id, actor.team_id), clock.now() + LINK_LASTS)
    return f"{public_url}/dashboard/enter?token={token}"


def enter(token: str, *, storage: Storage, config: Config, clock: Clock) -> str | None:
    """A session of 12 hours for who comes by a good link and works on the desk; None for everybody else."""
    with storage.reading() as tx:
        key = tx.secrets.get(KEY)
    found = read(key, LINK, token, clock.now())
    if key is None or found is None or not _actor(found, storage, config).works_here:
        return None
    return sign(key, SESSION, found, clock.now() + SESSION_LASTS)


def visitor(session: str, *, storage: Storage, config: Config, clock: Clock) -> Actor | None:
    """Who comes with this session, as the configuration sees that person now; None when it is not good (any more)."""
    with storage.reading() as tx:
        key = tx.secrets.get(KEY)
    found = read(key, SESSION, session, clock.now())
    return _actor(found, storage, config) if found else None


def _actor(found: Visitor, storage: Storage, config: Config) -> Actor:
    with storage.reading() as tx:
        known = tx.people.get(found.user_id)
    name, email = (known.name, known.email) if known else (found.user_id, None)
    return identify_actor(config, found.user_id, found.team_id, name, email=email)


def sign(key: str, purpose: str, who: Visitor, until: datetime) -> str:
    """`who` and `until` in letters that fit into an address, and a signature over them and the purpose."""
    return str(_serializer(key, purpose).dumps([who.user_id, who.team_id, int(until.timestamp())]))


def read(key: str | None, purpose: str, token: str, now: datetime) -> Visitor | None:
    """Who the token names, if we signed it for that purpose and its time is not over."""
    if key is None or len(token) > LONGEST_TOKEN:
        return None
    try:
        user_id, team_id, until = _serializer(key, purpose).loads(token)
    except BadData:
        return None
    return Visitor(user_id, team_id) if datetime.fromtimestamp(until, UTC) > now else None


def _serializer(key: str, purpose: str) -> URLSafeSerializer:
    # 48 bytes in base64 leave no spare bits: each token has one spelling. The time comes from our own clock, so that it
    # is part of what is signed, in place of the library's time stamp.
    return URLSafeSerializer(
        key, salt=purpose, signer_kwargs={"digest_method": hashlib.sha384, "key_derivation": "hmac"}
    )
