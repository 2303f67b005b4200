"""What must not leave: secrets, personal data, words that are for us only."""
