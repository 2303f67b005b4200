"""Makes databases, and the demo's articles in an index, known to the tests in this folder."""

from tests.fakes.databases import database_url, engine, postgres_server, postgres_url, sqlite_url
from tests.fakes.prepared_home import index

__all__ = ["database_url", "engine", "index", "postgres_server", "postgres_url", "sqlite_url"]
