"""Adapters to outside systems other than Slack and our own storage and knowledge."""
