"""From a question to an answer, or to an honest silence with a person."""
