"""Explains decisions: receipts in plain words, replays of past questions, and previews of changes."""
