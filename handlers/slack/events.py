"""Events: the middleware has stored them already, so nothing is left to do but to let Slack know."""

from __future__ import annotations


def stored() -> None:
    """Every event ends here; a worker reads it from the store."""
