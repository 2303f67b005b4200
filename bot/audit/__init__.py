"""Receipts: what was decided, why, and by which version."""
