"""Every sentence that the desk itself says to a customer; it decides nothing."""

from __future__ import annotations


def still_working(first_name: str, team: str, next_update: str) -> str:
    """When an update is due and nobody wrote one: honest, and with the next time."""
    return (
        f"Hello {first_name}, we are still working on this with our {team} team. There is no result to share yet, "
        f"and you have not been forgotten. Next update by {next_update}, or sooner if we have news."
    )


def with_next_update(text: str, next_update: str) -> str:
    """An approved update, ended with the next time."""
    return f"{text}\n\nNext update by {next_update}, or sooner if we have news."


def no_words_yet(team: str) -> str:
    """What stands in a status update's draft when nothing was written inside yet."""
    return f"Our {team} team is looking into this with us."
