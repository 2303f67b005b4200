"""What people of ours do about a conversation: tickets, escalations, words carried to the customer."""
