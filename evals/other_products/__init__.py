"""Question sets over the help of other products: the questions are kept here, the pages are fetched when needed."""
