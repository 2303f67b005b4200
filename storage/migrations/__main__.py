"""Write a migration from the table classes; no database is changed.

`python -m storage.migrations revision "message"` writes a new version.
`python -m storage.migrations initial` replaces all versions by a single one; use it only before the first release.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from storage.database import migrations, open_engine, upgrade
from storage.migrations.tables import metadata

VERSIONS = Path(__file__).parent / "versions"


def revision(message: str) -> Path:
    """Write a migration with the difference between the table classes and all versions so far. Return the new file."""
    target = metadata()
    VERSIONS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/empty.db")
        try:
            upgrade(engine)
            config = migrations(engine)
            config.attributes["metadata"] = target
            number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
            script = command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
        finally:
            engine.dispose()
    if script is None or isinstance(script, list):
        raise RuntimeError("Alembic did not write exactly one version")
    return Path(script.path)


def initial() -> Path:
    """Replace all versions by a single one that creates every table. Return the new file."""
    metadata()  # raises before anything is deleted if a module cannot be imported
    for old in VERSIONS.glob("*.py"):
        old.unlink()
    return revision("all tables")


def main(arguments: list[str]) -> int:
    match arguments:
        case ["revision", message]:
            written = revision(message)
        case ["initial"]:
            written = initial()
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    sys.stdout.write(f"Wrote {written}. Read it before you commit it.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
