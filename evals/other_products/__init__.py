"""Question sets about the help of other products. The questions are stored here; the pages are fetched when needed."""
