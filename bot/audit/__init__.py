"""Receipts: the record of what was decided, why, and by which version."""
