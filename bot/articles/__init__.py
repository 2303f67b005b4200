"""Articles: the sync from their sources into the table and the search index, saved answers, citations."""
