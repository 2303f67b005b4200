"""Names of the collections and folders of the vector index, and deletion of the folders of outdated indexes."""

import re
import shutil
from pathlib import Path

from knowledge.documents import INTERNAL, PUBLIC


def collection_name(audience: str) -> str:
    """Return the name of the collection for `audience`. It follows Chroma's rules and is unique per audience."""
    if audience in (PUBLIC, INTERNAL):
        return audience
    customer_id = audience.removeprefix("customer:")
    escaped = re.sub(r"[^A-Za-z0-9-]", lambda found: _hex(found[0]), customer_id)
    if escaped.endswith("-"):
        escaped = escaped[:-1] + _hex("-")
    return f"customer-{escaped}"


def audience_of(name: str) -> str | None:
    """Return the audience whose collection has this name, or None."""
    if name in (PUBLIC, INTERNAL):
        return name
    escaped = name.removeprefix("customer-")
    if escaped == name:
        return None
    raw = re.sub(rb"_([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), escaped.encode())
    return f"customer:{raw.decode('utf-8', 'replace')}"


def choose_folder(folder: Path, made_with: str, *, fresh: bool) -> tuple[Path, bool]:
    """Return the folder inside `folder` for an index made with `made_with`, and whether only outdated ones existed.

    `fresh` creates a new folder, because deleting inside a folder of Chroma's leaves files behind.
    """
    generations = _generations(folder)
    mine = sorted(number for stem, number in generations if stem == _stem(made_with))
    if mine and not fresh:
        return generations[_stem(made_with), mine[-1]], False
    for number in mine:
        shutil.rmtree(generations[_stem(made_with), number])
    place = folder / f"{_stem(made_with)}.{mine[-1] + 1 if mine else 1}"
    place.mkdir(exist_ok=True)  # an interrupted start may have left it empty
    return place, bool(generations) and not mine


def discard_others(folder: Path, made_with: str) -> None:
    """Delete the indexes in `folder` that were made with anything other than `made_with`."""
    for (stem, _), path in _generations(folder).items():
        if stem != _stem(made_with):
            shutil.rmtree(path)


def _generations(folder: Path) -> dict[tuple[str, int], Path]:
    """Return every index in `folder`: (what it was made with, its number) -> its path."""
    found = {}
    for path in folder.iterdir():
        stem, _, number = path.name.rpartition(".")
        if stem and number.isdigit() and (path / "chroma.sqlite3").is_file():
            found[stem, int(number)] = path
    return found


def _stem(made_with: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", made_with).strip("-")


def _hex(text: str) -> str:
    return "".join(f"_{byte:02x}" for byte in text.encode())
