"""The customers: who their people are, and where they ask."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.settings.entry import CHANNEL_ID, ChannelMode, Entry, LanguageCode, Share, Slug, TeamId, UserId, Zone
from storage.addresses import SLACK, Address

Domain = Annotated[str, AfterValidator(lambda value: value.strip().removeprefix("@").lower())]
"""The part of an e-mail address behind the @, as addresses are compared."""


class CustomerChannel(Entry):
    """`mode` is what the channel begins with, `highest_mode` what it can earn at most (see bot.modes)."""

    id: str
    kind: str = SLACK
    mode: ChannelMode | None = None
    highest_mode: ChannelMode = "auto"
    precision: Share | None = None
    language: LanguageCode | None = None

    @model_validator(mode="after")
    def _id_of_its_kind(self) -> CustomerChannel:
        if self.kind == SLACK and not re.fullmatch(CHANNEL_ID, self.id):
            raise ValueError(f"{self.id!r} is not the id of a channel in Slack, like C0123ABCD")
        return self

    @property
    def place(self) -> Address:
        return Address(self.kind, self.id)


class Customer(Entry):
    """A company that we support. `calendar` names one of `calendars`, where it is not the tier's or the company's."""

    id: Slug
    name: str
    tier: str
    team_ids: list[TeamId] = []
    email_domains: list[Domain] = []
    timezone: Zone = "UTC"
    language: LanguageCode | None = None
    success_manager: UserId | None = None
    calendar: Slug | None = None
    channels: Annotated[list[CustomerChannel], Field(min_length=1)]
    facts: dict[str, Annotated[str, BeforeValidator(str)]] = {}
