"""Adapters for Slack, the web and the command line. Each parses its input, calls one action, and shows the result."""
