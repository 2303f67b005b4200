"""Receipts read: why Footbridge did something, the same question asked again, a change tried first."""
