"""Makes question sets over the help of four other products; it installs nothing and keeps no page in the project.

python -m evals.other_products --to DIR [--only NAME ...]    NAME: desktop, bookkeeping, spreadsheet, mail

The pages are those of GNOME, GnuCash, LibreOffice Calc and Kontact, from the packages of Debian 12: the installed ones,
or else downloaded by apt-get. DIR/NAME is then a set as `app.py eval retrieval` reads it. The questions were written
for this project: evals/questions/NAME.jsonl has `_id`, `text` and `relevant`, the ids of the pages that answer it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.other_products.markup import Page
from evals.other_products.products import PRODUCTS, NotAvailableError, help_of, pages_of

QUESTIONS = Path(__file__).parents[1] / "questions"


def questions_of(name: str) -> list[dict[str, Any]]:
    """The questions asked of a product, as its file has them; `relevant` is empty where no page answers."""
    return [json.loads(line) for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def write(folder: Path, pages: Mapping[str, Page], questions: Sequence[Mapping[str, Any]]) -> None:
    """Writes `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`; OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_rows(
        folder / "corpus.jsonl", ({"_id": id, "title": page.title, "text": page.text} for id, page in pages.items())
    )
    asked = ({"_id": row["_id"], "text": row["text"], "answerable": bool(row["relevant"])} for row in questions)
    _write_rows(folder / "queries.jsonl", asked)
    judged = [f"{row['_id']}\t{page}\t1" for row in questions for page in row["relevant"]]
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged, ""]), encoding="utf-8")


def _write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the sets were written, 2 when packages cannot be had or files not be read or written."""
    parser = argparse.ArgumentParser(
        prog="evals.other_products", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="make the sets in this folder")
    parser.add_argument("--only", nargs="+", choices=PRODUCTS, default=list(PRODUCTS), metavar="NAME")
    given = parser.parse_args(arguments)
    console = Console(stderr=True)
    table = Table("product", "pages", "with an answer", "without", title="Questions over other products' help")
    for name in given.only:
        try:
            with console.status(f"Fetching and reading the help of {name}"), help_of(name) as usr:
                pages = pages_of(name, usr)
            every = questions_of(name)
            kept = [row for row in every if pages.keys() >= set(row["relevant"])]
            write(given.to / name, pages, kept)
        except (NotAvailableError, OSError) as error:
            print(error, file=sys.stderr)
            return 2
        if len(kept) < len(every):
            print(f"{name}: left out {len(every) - len(kept)} questions, as this version lacks their pages.")
        answered = sum(bool(row["relevant"]) for row in kept)
        table.add_row(name, str(len(pages)), str(answered), str(len(kept) - answered))
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
