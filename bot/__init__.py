"""The rules of the desk: what Footbridge does with each message, answer, ticket and escalation."""
