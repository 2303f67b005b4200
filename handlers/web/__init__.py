"""The web doors: health for machines, articles for people, Slack's signed requests, and a private page for us."""
