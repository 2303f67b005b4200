"""The company itself: its Slack teams, its people who work on the desk, and the teams that tickets are escalated to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.settings.entry import ChannelId, Entry, LanguageCode, LocalHour, Slug, TeamId, UserId, Zone
from storage.addresses import SLACK, Address

Role = Literal["agent", "engineer", "manager", "owner"]


class Company(Entry):
    """Who we are. `calendar` names one of `calendars`; a customer or a tier may have another."""

    name: str
    team_ids: Annotated[list[TeamId], Field(min_length=1)]
    timezone: Zone = "UTC"
    language: LanguageCode = "en"
    help_centre: str | None = None
    calendar: Slug | None = None


class Colleague(Entry):
    """A person of ours with something to do; `digest_at` is that person's local hour."""

    id: UserId
    name: str
    roles: Annotated[list[Role], Field(min_length=1)]
    teams: list[str] = []
    digest_at: LocalHour | None = None


class Team(Entry):
    """A group of our people with an escalation channel; the first of `on_call` who is active in Slack is called."""

    id: Slug
    name: str
    channel: ChannelId
    on_call: list[UserId] = []
    handles: str = ""

    @property
    def place(self) -> Address:
        return Address(SLACK, self.channel)
