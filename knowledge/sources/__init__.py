"""Sources: one module for each place where articles are read from, such as a folder, a website or Zendesk.

A page that cannot be read becomes a `BrokenPage`.
"""
