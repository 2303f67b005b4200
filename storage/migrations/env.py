"""The environment script in which Alembic runs migrations. `storage.database.upgrade` starts it."""

from alembic import context
from sqlalchemy import Connection, Engine

from storage.database import writing
from storage.jobs import install_job_tables
from storage.migrations.tables import is_ours, render


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata"),
        include_name=is_ours,
        render_item=render,
        render_as_batch=True,
        # All migrations or none, also on SQLite: the transaction takes the write lock before it reads the version.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run(engine: Engine) -> None:
    with writing(engine).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # SQLite changes a table by copying it. Dropping the old one must not delete rows that refer to it.
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            migrate(connection)
        finally:
            if sqlite:
                connection.rollback()
                connection.connection.execute("PRAGMA foreign_keys = ON")
    install_job_tables(engine)


run(context.config.attributes["engine"])
