"""A fictional vendor with its desk, customers and past days, to try Footbridge with; nothing else imports it."""
