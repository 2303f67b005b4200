"""Answers a question from the articles, or hands it over to a person."""
