"""The workspace of these tests: one vendor with its people, one customer outside, three channels."""

from __future__ import annotations

import copy
from typing import Any

from sandbox import RunningSandbox, start

BOT = "U0BOT"
AGENT = "U0ANA"
ENGINEER = "U0ERIK"
MANAGER = "U0MARA"
CUSTOMER = "U0MAYA"
HOME_TEAM = "T0HOME"
CUSTOMER_TEAM = "T0BRIGHT"
SHARED = "C0BRIGHT"
TRIAGE = "C0TRIAGE"
TEAM_CHANNEL = "C0ERP"
BOT_TOKEN = "xoxb-sandbox-bot"
APP_TOKEN = "xapp-sandbox-app"
SIGNING_SECRET = "sandbox-signing-secret"

WORKSPACE: dict[str, Any] = {
    "team": {"id": HOME_TEAM, "name": "Tallyworks", "domain": "tallyworks"},
    "app": {
        "id": "A0HELP",
        "name": "Helpdesk",
        "bot_user_id": BOT,
        "bot_id": "B0HELP",
        "bot_token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "signing_secret": SIGNING_SECRET,
        "commands": ["/support"],
        "shortcuts": [
            {"type": "message", "callback_id": "open_ticket", "name": "Open a ticket"},
            {"type": "message", "callback_id": "why", "name": "Why this?"},
            {"type": "global", "callback_id": "ask", "name": "Ask"},
        ],
    },
    # Tests cannot wait minutes: Slack's delays are 0, 60 and 300 s.
    "delivery": {"ack_seconds": 3, "retry_delays": [0, 0.1, 0.2], "trigger_seconds": 3},
    "teams": [{"id": CUSTOMER_TEAM, "name": "Brightwater Foods", "domain": "brightwater"}],
    "users": [
        {"id": BOT, "name": "helpdesk", "real_name": "Helpdesk", "is_bot": True},
        {
            "id": AGENT,
            "name": "ana",
            "real_name": "Ana Lindqvist",
            "title": "Support agent",
            "email": "ana@tallyworks.example",
            "tz": "Europe/Stockholm",
        },
        {
            "id": ENGINEER,
            "name": "erik",
            "real_name": "Erik Sand",
            "title": "Engineer",
            "email": "erik@tallyworks.example",
            "tz": "Europe/Stockholm",
        },
        {
            "id": MANAGER,
            "name": "mara",
            "real_name": "Mara Okafor",
            "title": "Support manager",
            "email": "mara@tallyworks.example",
            "tz": "Europe/London",
            "admin": True,
        },
        {
            "id": CUSTOMER,
            "team": CUSTOMER_TEAM,
            "name": "maya",
            "real_name": "Maya Torres",
            "title": "Accounts payable",
            "email": "maya@brightwater.example",
            "tz": "America/New_York",
        },
    ],
    "usergroups": [{"id": "S0SUPPORT", "handle": "support", "name": "Support", "users": [AGENT]}],
    "channels": [
        {"id": SHARED, "name": "ext-brightwater", "members": [AGENT, BOT, CUSTOMER], "shared_with": [CUSTOMER_TEAM]},
        {"id": TRIAGE, "name": "support-triage", "members": [AGENT, BOT, ENGINEER, MANAGER]},
        {"id": TEAM_CHANNEL, "name": "team-erp", "members": [AGENT, BOT, ENGINEER], "private": True},
    ],
}


def workspace(**changes: Any) -> dict[str, Any]:
    """A copy of the workspace; `app={...}` and `delivery={...}` are merged, other keys replaced."""
    made = copy.deepcopy(WORKSPACE)
    for key, value in changes.items():
        made[key] = made[key] | value if key in ("app", "delivery") else value
    return made


def running_sandbox(**changes: Any) -> RunningSandbox:
    """A sandbox of one's own on a free port: use it in `with`."""
    return start(workspace(**changes))
