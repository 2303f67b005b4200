"""The database: tables, queries, transactions and the job queue. All SQL is in this package."""
