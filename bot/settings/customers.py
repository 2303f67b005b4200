"""The customers: who their people are, and where they ask."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from bot.settings.entry import ChannelId, ChannelMode, Entry, Share, Slug, TeamId, UserId, Zone

Domain = Annotated[str, AfterValidator(lambda value: value.strip().removeprefix("@").lower())]
"""The part of an e-mail address behind the @, as addresses are compared."""


class CustomerChannel(Entry):
    """`mode` is what the channel begins with, `highest_mode` what it can earn at most (see bot.modes)."""

    id: ChannelId
    mode: ChannelMode | None = None
    highest_mode: ChannelMode = "auto"
    precision: Share | None = None


class Customer(Entry):
    """A company that we support. `calendar` names one of `calendars`, where it is not the tier's or the company's."""

    id: Slug
    name: str
    tier: str
    team_ids: list[TeamId] = []
    email_domains: list[Domain] = []
    timezone: Zone = "UTC"
    success_manager: UserId | None = None
    calendar: Slug | None = None
    channels: Annotated[list[CustomerChannel], Field(min_length=1)]
    facts: dict[str, Annotated[str, BeforeValidator(str)]] = {}
