"""Corrections: finds sent answers that a changed article made wrong, and corrects them after approval."""
