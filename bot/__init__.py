"""Decides what Footbridge does; knows no Slack, no SQL, no vectors and no HTTP server."""
