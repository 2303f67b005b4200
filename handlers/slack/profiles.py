"""What Slack tells about a person."""

from __future__ import annotations

from slack_sdk import WebClient

from bot.incoming import Profile
from handlers.slack.client import outside


class SlackProfiles:
    """Implements bot.ports.Profiles over slack_sdk; how long Slack may take is the client's time-out."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def look_up(self, user_id: str) -> Profile:
        with outside("users.info"):
            user = self._client.users_info(user=user_id)["user"]
        details = user.get("profile") or {}
        name = details.get("real_name") or user.get("real_name") or details.get("display_name") or user.get("name")
        return Profile(
            user_id=str(user.get("id") or user_id),
            team_id=str(user.get("team_id") or ""),
            name=str(name or user_id),
            email=details.get("email") or None,
            tz=user.get("tz") or None,
            is_bot=bool(user.get("is_bot")),
            deactivated=bool(user.get("deleted")),
        )
