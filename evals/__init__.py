"""Evaluations: measure the quality of answers, search, triage and safety on labelled data sets."""
