"""Adapters to outside systems that are neither Slack nor our own storage or knowledge."""
