"""Configurations as people could write them, drawn at random and free of contradictions: a strategy of hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
SLUGS = st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,6}\Z")
TIMES = st.floats(0.01, 1000, allow_nan=False)
SHARES = st.floats(0.01, 0.99, allow_nan=False)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
LANGUAGES = st.sampled_from(["en", "de", "fr"])
MODES = ("off", "shadow", "suggest", "auto")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _ids(letter: str) -> st.SearchStrategy[str]:
    return st.from_regex(rf"\A{letter}[A-Z0-9]{{3,7}}\Z")


def _some(draw: Any, strategy: st.SearchStrategy[Any], most: int = 3, least: int = 0) -> list[Any]:
    found: list[Any] = draw(st.lists(strategy, min_size=least, max_size=most, unique=True))
    return found


@st.composite
def spans(draw: Any) -> list[str]:
    edges = sorted(_some(draw, st.integers(0, 24 * 60), most=6))
    pairs = [edges[at : at + 2] for at in range(0, len(edges) - 1, 2)]
    return ["-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in pair) for pair in pairs]


@st.composite
def channels(draw: Any, channel_id: str) -> dict[str, Any]:
    highest = draw(st.integers(0, 3))
    found = {"id": channel_id, "highest_mode": MODES[highest]}
    if draw(st.booleans()):
        found["mode"] = MODES[draw(st.integers(0, highest))]
    if draw(st.booleans()):
        found["precision"] = draw(SHARES)
    if draw(st.booleans()):
        found["language"] = draw(LANGUAGES)
    return found


def _calendar(draw: Any) -> dict[str, Any]:
    return {
        "timezone": draw(ZONES),
        "hours": {day: draw(spans()) for day in _some(draw, st.sampled_from(DAYS), most=7)},
        "holidays": _some(draw, st.sampled_from(["DE", "DE-BY", "NO", "US", "GB-ENG"])),
    }


def _sources(draw: Any, customer_ids: list[str]) -> list[dict[str, Any]]:
    audiences = st.sampled_from(["public", "internal", *(f"customer:{one}" for one in customer_ids)])
    kinds = st.sampled_from(
        [
            {"path": "help"},
            {"kind": "folder", "path": "/srv/help"},
            {"kind": "git", "url": "https://git.example/docs.git", "folder": "help", "token_from": "GIT_TOKEN"},
            {"kind": "website", "url": "https://help.example/en", "most_pages": 20},
            {"kind": "zendesk", "url": "https://x.zendesk.com", "email": "a@b.example", "token_from": "ZENDESK_TOKEN"},
            {"kind": "notion", "path": "export.zip"},
        ]
    )
    return [{**draw(kinds), "audience": draw(audiences)} for _ in range(draw(st.integers(0, 3)))]


@st.composite
def config_trees(draw: Any) -> dict[str, Any]:
    """What `yaml.safe_load` of a valid footbridge.yaml could give."""
    calendars = {name: _calendar(draw) for name in _some(draw, SLUGS, most=2)}
    calendar = st.sampled_from([None, *calendars])
    tiers = {
        name: {"first_response_minutes": draw(TIMES), "resolution_hours": draw(TIMES), "calendar": draw(calendar)}
        for name in _some(draw, NAMES, most=3, least=1)
    }
    user_ids, team_ids = _some(draw, _ids("U"), most=5), _some(draw, SLUGS)
    ids = _some(draw, _ids("C"), most=9, least=9)
    triage, of_teams, free = ids[0], ids[1:4], ids[4:]
    customer_ids = _some(draw, SLUGS)
    policies: dict[str, Any] = {"tiers": tiers}
    if draw(st.booleans()):
        policies |= {"settle_seconds": draw(st.floats(0, 60)), "default_mode": draw(st.sampled_from(MODES))}
    if draw(st.booleans()):
        policies["severities"] = {
            name: {"label": draw(NAMES), "update_every_minutes": draw(TIMES), "ask_before_minutes": draw(TIMES)}
            for name in _some(draw, SLUGS, least=1)
        }
    return {
        "company": {
            "name": draw(NAMES),
            "team_ids": _some(draw, _ids("T"), least=1),
            "timezone": draw(ZONES),
            "language": draw(LANGUAGES),
            "help_centre": draw(st.sampled_from([None, "https://help.example"])),
            "calendar": draw(calendar),
        },
        "triage_channel": triage,
        "people": [
            {
                "id": user_id,
                "name": draw(NAMES),
                "roles": _some(draw, st.sampled_from(["agent", "engineer", "manager", "owner"]), least=1),
                "teams": _some(draw, st.sampled_from(["support", *team_ids])),
                "digest_at": draw(st.sampled_from([None, "08:30", "02:30"])),
            }
            for user_id in user_ids
        ],
        "teams": [
            {
                "id": team_id,
                "name": draw(NAMES),
                "channel": channel,
                "on_call": _some(draw, st.sampled_from(user_ids)) if user_ids else [],
                "handles": draw(st.sampled_from(["", "syncs and fields"])),
            }
            for team_id, channel in zip(team_ids, of_teams, strict=False)
        ],
        "customers": [
            {
                "id": customer_id,
                "name": draw(NAMES),
                "tier": draw(st.sampled_from(list(tiers))),
                "team_ids": _some(draw, _ids("T")),
                "email_domains": _some(draw, st.sampled_from(["a.example", "B.example", "c.example"])),
                "timezone": draw(ZONES),
                "language": draw(st.one_of(st.none(), LANGUAGES)),
                "success_manager": draw(st.sampled_from([None, "U0CSM"])),
                "calendar": draw(calendar),
                "channels": [draw(channels(channel)) for channel in free[place :: len(customer_ids)]],
                "facts": {name: draw(NAMES) for name in _some(draw, NAMES)},
            }
            for place, customer_id in enumerate(customer_ids)
        ],
        "calendars": calendars,
        "policies": policies,
        "knowledge": _sources(draw, customer_ids),
        "vocabulary": draw(st.sampled_from([None, "words.txt"])),
    }
