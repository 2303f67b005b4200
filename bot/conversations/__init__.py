"""Transcripts of conversations, for every kind of channel."""
