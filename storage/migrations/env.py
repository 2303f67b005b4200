"""Runs migrations when Alembic asks for it; started by `storage.database.upgrade`, never by hand."""

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
        # All or nothing, also on SQLite: the transaction takes the write lock before the version is read.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run(engine: Engine) -> None:
    with writing(engine).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # SQLite changes a table by copying it; dropping the old one must not take other rows along.
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            migrate(connection)
        finally:
            if sqlite:
                connection.rollback()
                connection.connection.execute("PRAGMA foreign_keys = ON")
    install_job_tables(engine)


run(context.config.attributes["engine"])
