"""How the desk works: times that are promised, how sure an answer must be, and how often sources are read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from bot.settings.entry import ChannelMode, Entry, Positive, Share, Slug


class Tier(Entry):
    """What a customer of this tier is promised. `calendar` names one of `calendars`."""

    first_response_minutes: Positive
    resolution_hours: Positive
    calendar: Slug | None = None

    def first_response_due(self, opened_at: datetime) -> datetime:
        return opened_at + timedelta(minutes=self.first_response_minutes)

    def resolution_due(self, opened_at: datetime) -> datetime:
        return opened_at + timedelta(hours=self.resolution_hours)


class Severity(Entry):
    """How bad an escalation is, and so how often its customer hears from us."""

    label: str
    update_every_minutes: Positive
    ask_before_minutes: Positive


class Policies(Entry):
    settle_seconds: Annotated[float, Field(ge=0, le=60)] = 0.6
    same_question_minutes: Positive = 3
    reopen_within_days: Positive = 14
    default_mode: ChannelMode = "suggest"
    read_sources_every_minutes: Annotated[int, Field(ge=0, le=10_080)] = 60
    precision: Share = 0.95
    draft_precision: Share = 0.8
    correct_answers_days: Positive = 90
    tiers: Annotated[dict[str, Tier], Field(min_length=1)] = {
        "standard": Tier(first_response_minutes=10, resolution_hours=8)
    }
    severities: Annotated[dict[str, Severity], Field(min_length=1)] = {
        "sev1": Severity(label="Critical: the customer cannot work", update_every_minutes=30, ask_before_minutes=10),
        "sev2": Severity(label="Major: an important part fails", update_every_minutes=60, ask_before_minutes=15),
        "sev3": Severity(label="Minor: there is a way around", update_every_minutes=240, ask_before_minutes=30),
    }
