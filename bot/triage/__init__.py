"""What a message is, and the question in it that stands alone."""
