"""What our people do about a conversation: tickets, escalations, words for the customer."""
