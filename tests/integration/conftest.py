"""Makes the databases of `tests.fakes.databases` known to the tests in this folder."""

from tests.fakes.databases import database_url, engine, postgres_server, postgres_url, sqlite_url

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sqlite_url"]
