"""Articles: synced from their sources into the table and the index, saved answers, citations."""
