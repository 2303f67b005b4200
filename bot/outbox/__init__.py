"""Everything that is to be posted, and how it is sent and redrawn."""
