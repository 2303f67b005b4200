"""Answers that an article's change made wrong: found, drafted anew, put right on approval."""
