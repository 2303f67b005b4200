"""Looks back over what happened for what could be better: questions that our articles do not answer."""
