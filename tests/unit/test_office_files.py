"""PDF and office files in a folder: their words arrive, and no bytes whatsoever make reading fail."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from knowledge.sources.folder import Folder, read
from knowledge.sources.office import OFFICE, Document, read_document
from knowledge.sources.source import Unreadable
from tests.fakes import office_files
from tests.fakes.readings import Shelf

LINES = [
    "Reset your password",
    "A reset link is valid for thirty minutes after it was sent to you, and it works",
    "once. Ask for a new one when it is older.",
    "1. Open Settings.",
    "2. Press Reset.",
]


def only(folder: Path):
    reading = read([folder])
    assert reading.broken == ()
    (one,) = reading.articles
    return one


def test_a_pdf_becomes_paragraphs_and_steps_under_its_title(tmp_path: Path) -> None:
    office_files.pdf(
        tmp_path / "guide-to_resets.pdf", [LINES, ["3", "Call us when nothing helps."]], "Resets explained"
    )
    page = only(tmp_path)
    assert page.title == "Resets explained"
    assert "A reset link is valid for thirty minutes after it was sent to you, and it works once. Ask" in page.body
    assert "1. Open Settings.\n2. Press Reset." in page.body
    assert page.body.endswith("Call us when nothing helps."), "a page's number is no text"


def test_a_pdf_whose_title_is_that_of_a_program_is_called_by_its_name(tmp_path: Path) -> None:
    office_files.pdf(tmp_path / "guide-to_resets.pdf", [LINES], "Microsoft Word - guide.docx")
    assert only(tmp_path).title == "guide to resets"


def test_a_pdf_of_pictures_and_a_locked_one_say_what_to_do(tmp_path: Path) -> None:
    office_files.pdf(tmp_path / "scan.pdf", [[]])
    writer = PdfWriter(PdfReader(io.BytesIO(office_files.pdf(tmp_path / "plain.pdf", [LINES]))))
    writer.encrypt("secret")
    writer.write(tmp_path / "locked.pdf")
    advice = {Path(page.path).stem: (page.reason, page.what_to_do) for page in read([tmp_path]).broken}
    assert "OCR" in advice["scan"][1]
    assert "password" in advice["locked"][0]


def test_a_word_document_a_presentation_and_a_workbook_are_read(tmp_path: Path) -> None:
    office_files.docx(tmp_path / "a.docx", "Exports", ["Exports are kept for 35 days.", "Then they go."])
    office_files.pptx(tmp_path / "b.pptx", [("Onboarding", "Invite people first."), ("Next", "Connect your ERP.")])
    office_files.xlsx(
        tmp_path / "c.xlsx", [["Plan", "Rows", None, "Since"], ["Basic", 500, None, date(2026, 5, 1)], ["Large"]]
    )
    reading = read([tmp_path])
    assert reading.broken == ()
    word, slides, book = reading.articles
    assert (word.title, word.body) == ("Exports", "Exports are kept for 35 days.\n\nThen they go.")
    assert slides.title == "Onboarding" and "Connect your ERP." in slides.body
    assert book.title == "c"
    assert book.body == (
        "## Limits\n\n| Plan | Rows | Since |\n| --- | --- | --- |\n| Basic | 500 | 2026-05-01 |\n| Large |  |  |"
    )


def test_a_file_that_is_as_it_was_is_kept_unread_and_read_again_once_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    office_files.docx(path, "Exports", ["35 days."])
    (tmp_path / "b.md").write_text("# B\n\nText.", encoding="utf-8")
    shelf = Shelf()
    shelf.read(Folder(tmp_path))
    changes = shelf.read(Folder(tmp_path))
    assert shelf.last.kept == (str(path),)
    assert (len(changes.unchanged), changes.to_write, changes.removed) == (2, (), ())
    office_files.docx(path, "Exports", ["90 days now."])
    os.utime(path, ns=(1, 1))
    assert [article.body for article in shelf.read(Folder(tmp_path)).changed] == ["90 days now."]
    assert len(shelf.read(Folder(tmp_path, "internal")).changed) == 2, "for whom it is counts, too"
    path.unlink()
    assert len(shelf.read(Folder(tmp_path, "internal")).removed) == 1


def test_a_file_that_breaks_keeps_its_words_and_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    whole = office_files.docx(path, "Exports", ["35 days."])
    shelf = Shelf()
    shelf.read(Folder(tmp_path))
    path.write_bytes(whole[:200])
    for _ in range(2):
        changes = shelf.read(Folder(tmp_path))
        assert "damaged" in changes.broken[0].reason and changes.removed == ()
    path.write_bytes(whole)
    assert shelf.read(Folder(tmp_path)).broken == ()


def test_a_zip_that_unpacks_to_a_mountain_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(5):
            packed.writestr(f"word/{number}.xml", b"\0" * 90_000_000)
    with pytest.raises(Unreadable, match="too large when unpacked"):
        read_document(out.getvalue(), ".docx")


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("office")
    return {
        ".pdf": office_files.pdf(folder / "a.pdf", [LINES]),
        ".docx": office_files.docx(folder / "a.docx", "Exports", ["35 days."]),
        ".xlsx": office_files.xlsx(folder / "a.xlsx", [["Plan", "Rows"], ["Basic", 500]]),
        ".pptx": office_files.pptx(folder / "a.pptx", [("Onboarding", "Invite people.")]),
    }


@given(suffix=st.sampled_from(sorted(OFFICE)), raw=st.binary(max_size=300), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_it_fail_in_any_other_way(
    whole_files: dict[str, bytes], suffix: str, raw: bytes, data: st.DataObject
) -> None:
    """Noise, and real files with a hole, a cut or noise in the middle."""
    whole = whole_files[suffix]
    at = data.draw(st.integers(0, len(whole)))
    until = data.draw(st.integers(at, min(len(whole), at + 400)))
    said = []
    for candidate in (raw, whole[:at], whole[:at] + raw + whole[until:]):
        try:
            assert isinstance(read_document(candidate, suffix), Document)
        except Unreadable as error:
            said.append(error.what_to_do)
    assert all(said)
