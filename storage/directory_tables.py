"""The tables of the directory: the company, its colleagues, teams and customers, and the desk's policies.

Customers, colleagues, teams, tiers and severities that are removed stay as rows with `inactive_since`, because past
conversations, open tickets and running escalations still refer to them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, JsonColumn, UtcDateTime


class DirectoryVersion(Base):
    """The only row counts changes: a snapshot with a smaller `number` is out of date.

    `checksum` is the checksum of the configuration file that was applied last.
    """

    __tablename__ = "directory_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checksum: Mapped[str | None]


class StoredCompany(Base):
    """The only row describes our company and has the settings of the whole desk."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    team_ids: Mapped[list[str]] = mapped_column(JsonColumn)
    timezone: Mapped[str]
    language: Mapped[str]
    help_centre: Mapped[str | None]
    calendar: Mapped[str | None]
    triage_kind: Mapped[str]
    triage_address: Mapped[str]
    vocabulary: Mapped[str | None]


class StoredColleague(Base):
    """A colleague with a role on the desk; `id` is the Slack user id."""

    __tablename__ = "colleagues"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(JsonColumn)
    teams: Mapped[list[str]] = mapped_column(JsonColumn)
    digest_at: Mapped[str | None]
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredTeam(Base):
    """A team with its escalation channel. `on_call` lists the people in the order in which they are called."""

    __tablename__ = "teams"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    channel_kind: Mapped[str]
    address: Mapped[str]
    on_call: Mapped[list[str]] = mapped_column(JsonColumn)
    handles: Mapped[str]
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredCustomer(Base):
    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    tier: Mapped[str]
    timezone: Mapped[str]
    language: Mapped[str | None]
    success_manager: Mapped[str | None]
    calendar: Mapped[str | None]
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredChannel(Base):
    """A customer's channel. No two active customers have the same channel; a former customer keeps its own."""

    __tablename__ = "customer_channels"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    channel_kind: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True, index=True)
    position: Mapped[int]
    mode: Mapped[str | None]
    highest_mode: Mapped[str]
    precision: Mapped[float | None] = mapped_column(Float(53))
    language: Mapped[str | None]


class CustomerMark(Base):
    """What identifies a customer's contacts. `kind`: `slack_team` or `email_domain`."""

    __tablename__ = "customer_marks"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(index=True)


class CustomerFact(Base):
    """A fact about a customer that engineers should know."""

    __tablename__ = "customer_facts"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    value: Mapped[str]


class StoredTier(Base):
    __tablename__ = "tiers"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    first_response_minutes: Mapped[float] = mapped_column(Float(53))
    resolution_hours: Mapped[float] = mapped_column(Float(53))
    calendar: Mapped[str | None]
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredSeverity(Base):
    __tablename__ = "severities"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    label: Mapped[str]
    update_every_minutes: Mapped[float] = mapped_column(Float(53))
    ask_before_minutes: Mapped[float] = mapped_column(Float(53))
    inactive_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredPolicy(Base):
    """One policy that was set. A policy without a row has the default of the running version."""

    __tablename__ = "policies"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JsonColumn)


class StoredCalendar(Base):
    """Working hours: `hours` maps weekday -> list of `HH:MM-HH:MM`, local time; `holidays` are country codes."""

    __tablename__ = "calendars"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    timezone: Mapped[str]
    hours: Mapped[dict[str, list[str]]] = mapped_column(JsonColumn)
    holidays: Mapped[list[str]] = mapped_column(JsonColumn)


class StoredSource(Base):
    """A source of articles as written in footbridge.yaml. It contains no secret, only the name of its variable."""

    __tablename__ = "knowledge_sources"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[dict[str, Any]] = mapped_column(JsonColumn)
