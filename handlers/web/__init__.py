"""The web doors: health for machines, articles for people, and Slack's signed requests."""
