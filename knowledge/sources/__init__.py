"""Readers that turn what people wrote into articles; a page that cannot be read becomes a `BrokenPage`."""
