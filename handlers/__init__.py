"""Doors, in and out: each parses, calls one use case and answers; no decision is made here."""
