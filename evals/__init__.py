"""Measures answers and retrieval: data sets in, tables out. Nothing here is needed to run the desk."""
