"""From a question to an answer, or to an honest hand-over to a person."""
