"""The demo: a fictional company with its support desk, its customers and a history of conversations."""
