"""Acknowledges events: the middleware has already stored them."""

from __future__ import annotations


def stored() -> None:
    """Every event ends here; a worker reads it from the store."""
