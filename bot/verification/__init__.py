"""Whether words may be said: grounding, facts, contradiction."""
