"""Plain values for everything that people are shown; `handlers` draw them."""
