"""The database's versions, one file each; nothing here knows what the tables mean."""
