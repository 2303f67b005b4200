"""Convert PDF and office files to Markdown. For any input, the only exception raised is `Unreadable`."""

import io
import logging
import re
import struct
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime, time

from knowledge.sources.source import Unreadable

OFFICE = frozenset({".pdf", ".docx", ".pptx", ".xlsx"})
_NAMES = {".pdf": "PDF", ".docx": "Word document", ".pptx": "presentation", ".xlsx": "workbook"}
MOST_UNPACKED = 400_000_000
"""Maximum bytes of the unpacked content of an office file, which is a zip."""
MOST_CELLS = 200_000
LONGEST = 2_000_000
"""Maximum characters of text; a longer document is data rather than a page to read."""
_PARSER_ERRORS = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError, AssertionError, EOFError,
    OSError, MemoryError, ImportError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""Every exception that the parsers are known to raise for a damaged file, or for a file of another format."""
# pypdf's warnings about a file are reported as a BrokenPage if they matter.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)
_NO_TITLE = re.compile(r"(?i)\.(docx?|pptx?|xlsx?|pdf|indd|odt|tex)$|^microsoft |^untitled|^document\d*$|^slide \d+$")


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a file. `title` is empty if the file has no useful title."""

    title: str
    markdown: str


def read_document(raw: bytes, suffix: str) -> Document:
    """Return the document in `raw`; `suffix` is one of OFFICE. Raises Unreadable."""
    try:
        document = _from_pdf(raw) if suffix == ".pdf" else _from_office(raw, suffix)
    except _PARSER_ERRORS as error:
        raise Unreadable(
            f"It is damaged, or not a {_NAMES[suffix]}.",
            "Open it in the program that made it, and save it again.",
        ) from error
    if len(document.markdown) > LONGEST:
        raise Unreadable("It has too much text.", "Split it into pages on one subject each.")
    return document


def no_text_error(suffix: str) -> Unreadable:
    """Return the error for a document without text."""
    if suffix == ".pdf":
        return Unreadable(
            "It has only images of text.", "Run it through text recognition (OCR), or write it as Markdown."
        )
    return Unreadable("It has no text.", "Write it, or delete the file.")


def _from_pdf(raw: bytes) -> Document:
    # Imported here so that starting Footbridge does not wait for it.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("It is locked with a password.", "Save it without one.")
        title = str((reader.metadata.title if reader.metadata else None) or "").strip()
        pages = [page.extract_text() for page in reader.pages]
    except PyPdfError as error:
        raise ValueError("no PDF") from error
    return Document("" if _NO_TITLE.search(title) else title, "\n\n".join(map(_paragraphs, pages)))


def _paragraphs(page: str) -> str:
    """Join the lines of a page to paragraphs and lists, because a PDF only has lines as they are printed."""
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in page.splitlines()]
    out: list[str] = []
    for line in lines:
        if bullet := re.match(r"[•▪◦●‣∙]\s*(.*)", line):
            out.append(f"- {bullet[1]}")
        elif not line or re.fullmatch(r"(?i)(page )?\d{1,4}( ?(of|/) ?\d{1,4})?", line):
            out.append("")
        elif re.match(r"\d{1,2}[.)] ", line):
            out.append(line)
        elif out and out[-1] and not _ends_paragraph(out[-1], line):
            broken_word = out[-1].endswith("-") and line[:1].islower()
            out[-1] = out[-1][:-1] + line if broken_word else f"{out[-1]} {line}"
        else:
            out += ["", line]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip()


def _ends_paragraph(line: str, following: str) -> bool:
    """Return whether `line` is the last of its paragraph: it is short, and the next one begins with a capital."""
    return len(line) < 60 and following[:1].isupper() and (line[-1] in ".:!?" or len(line) < 40)


def _from_office(raw: bytes, suffix: str) -> Document:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        if any(entry.flag_bits & 0x1 for entry in packed.infolist()):
            raise Unreadable("It is locked with a password.", "Save it without one.")
        if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
            raise Unreadable("It is too large when unpacked.", "Remove large images, or split it.")
    with warnings.catch_warnings(action="ignore"):
        return Document("", _convert_workbook(raw) if suffix == ".xlsx" else _convert_with_markitdown(raw, suffix))


def _convert_with_markitdown(raw: bytes, suffix: str) -> str:
    from markitdown import MarkItDown, MarkItDownException, StreamInfo  # noqa: PLC0415

    try:
        kind = StreamInfo(extension=suffix)
        return MarkItDown(enable_plugins=False).convert_stream(io.BytesIO(raw), stream_info=kind).markdown
    except MarkItDownException as error:
        raise ValueError("no office file") from error


def _convert_workbook(raw: bytes) -> str:
    """Return a workbook's sheets as tables. markitdown would write 500 as 500.0 if a cell of the column is empty."""
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    try:
        parts = []
        cells = 0
        for sheet in book.worksheets:
            rows = []
            for row in sheet.iter_rows():
                cells += len(row)
                if cells > MOST_CELLS:
                    raise Unreadable("It has too many cells.", "Save only the sheets that matter.")
                rows.append([_cell(cell.value, cell.number_format or "") for cell in row])
            parts.append(_table(sheet.title, rows))
        return "\n\n".join(filter(None, parts))
    finally:
        book.close()


def _table(name: str, rows: list[list[str]]) -> str:
    """Return a sheet as a Markdown table, without its empty rows and columns."""
    rows = [row for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    columns = [number for number in range(width) if any(row[number] for row in rows)]
    lines = ["| " + " | ".join(row[number] for number in columns) + " |" for row in rows]
    return "\n".join([f"## {name}\n", lines[0], "|" + " --- |" * len(columns), *lines[1:]]) if lines else ""


def _cell(value: object, shown_as: str) -> str:
    """Return a cell's value approximately as its sheet shows it."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value * 100:g}%" if "%" in shown_as else f"{value:.10g}"
    return " ".join(str(value).split()).replace("|", r"\|")
