"""Make question sets about the help of four other products.

python -m evals.other_products --to DIR [--only NAME ...]    NAME: desktop, bookkeeping, spreadsheet, mail

The pages are those of GNOME, GnuCash, LibreOffice Calc and Kontact, from the packages of Debian 12: the installed ones,
or downloaded with apt-get (nothing is installed). DIR/NAME is then a data set for `app.py eval retrieval`. The
questions were written for this project: evals/questions/NAME.jsonl has `_id`, `text` and `relevant`, the ids of the
pages that answer it.
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
from evals.other_products.products import PRODUCTS, NotAvailableError, open_help, read_pages

QUESTIONS = Path(__file__).parents[1] / "questions"


def read_questions(name: str) -> list[dict[str, Any]]:
    """Read the questions about a product. `relevant` is empty if no page answers the question."""
    return [json.loads(line) for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def write(folder: Path, pages: Mapping[str, Page], questions: Sequence[Mapping[str, Any]]) -> None:
    """Write `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`. Raises OSError."""
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
    """Run the command line. Return 0 if the sets were written, 2 if a package or a file is not available."""
    parser = argparse.ArgumentParser(
        prog="evals.other_products", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="make the sets in this folder")
    parser.add_argument("--only", nargs="+", choices=PRODUCTS, default=list(PRODUCTS), metavar="NAME")
    options = parser.parse_args(arguments)
    console = Console(stderr=True)
    table = Table("product", "pages", "answerable", "unanswerable", title="Questions about other products' help")
    for name in options.only:
        try:
            with console.status(f"Fetching and reading the help of {name}"), open_help(name) as usr:
                pages = read_pages(name, usr)
            every = read_questions(name)
            kept = [row for row in every if pages.keys() >= set(row["relevant"])]
            write(options.to / name, pages, kept)
        except (NotAvailableError, OSError) as error:
            print(error, file=sys.stderr)
            return 2
        if len(kept) < len(every):
            print(
                f"{name}: left out {len(every) - len(kept)} questions, because this version does not have their pages."
            )
        answered = sum(bool(row["relevant"]) for row in kept)
        table.add_row(name, str(len(pages)), str(answered), str(len(kept) - answered))
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
