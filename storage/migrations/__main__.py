"""`python -m storage.migrations revision "message"` writes a version from the models. It touches no database.

`python -m storage.migrations initial` replaces all versions by one: only before the first release.
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
    """Write what the models have and a database with all versions has not. Returns the new file."""
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
        raise RuntimeError("one version was expected")
    return Path(script.path)


def initial() -> Path:
    """Write one version that makes every table, in place of all there are."""
    metadata()  # a module that cannot be imported must not cost the versions there are
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
