"""What was said with a customer, on any channel."""
