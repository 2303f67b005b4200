"""Remembers: the only place that speaks SQL; it must not know Slack, models or what a job does."""
