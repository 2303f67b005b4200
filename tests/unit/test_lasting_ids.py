"""An article keeps its id when its page moves, and no two pages ever share one."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents import BrokenPage, Reading, article
from knowledge.index_rows import IndexedArticle
from knowledge.ingestion import plan_changes
from knowledge.sources.folder import Folder
from tests.fakes.readings import Shelf


def page(place: str, body: str, pinned: str | None = None):
    name = pinned or f"kb/{place.removesuffix('.md')}"
    return article(id=name, title="T", body=body, source=f"/kb/{place}", pinned=pinned is not None)


def known(*pages) -> dict[str, IndexedArticle]:
    return {each.id: IndexedArticle(each.checksum, each.source) for each in pages}


def found(*pages, **more) -> Reading:
    return Reading(pages, roots=("/kb",), **more)


def write(root: Path, files: dict[str, str]) -> None:
    for path in root.rglob("*.md"):
        path.unlink()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_a_renamed_file_keeps_its_id_now_and_when_it_is_edited_later(tmp_path: Path) -> None:
    root, shelf = tmp_path / "kb", Shelf()
    write(root, {"reset.md": "# Reset\n\nPress it.", "limits.md": "# Limits\n\n500 rows."})
    shelf.read(Folder(root))
    write(root, {"accounts/reset-it.md": "# Reset\n\nPress it.", "limits.md": "# Limits\n\n500 rows."})
    changes = shelf.read(Folder(root))
    assert [each.id for each in changes.moved] == ["kb/reset"]
    assert (changes.new, changes.changed, changes.removed) == ((), (), ())
    assert len(shelf.read(Folder(root)).unchanged) == 2
    write(root, {"accounts/reset-it.md": "# Reset\n\nPress it twice.", "limits.md": "# Limits\n\n500 rows."})
    changes = shelf.read(Folder(root))
    assert ([each.id for each in changes.changed], changes.removed) == (["kb/reset"], ())


def test_a_new_page_at_the_old_place_of_a_moved_one_is_another_article(tmp_path: Path) -> None:
    root, shelf = tmp_path / "kb", Shelf()
    write(root, {"reset.md": "# Reset\n\nPress it."})
    shelf.read(Folder(root))
    write(root, {"old/reset.md": "# Reset\n\nPress it."})
    shelf.read(Folder(root))
    write(root, {"old/reset.md": "# Reset\n\nPress it.", "reset.md": "# Reset\n\nThe new way."})
    changes = shelf.read(Folder(root))
    assert ([each.id for each in changes.new], changes.changed) == (["kb/reset-2"], ())
    assert len(shelf.read(Folder(root)).unchanged) == 2


def test_words_that_leave_a_doubt_move_nothing() -> None:
    before = known(page("a.md", "Same."), page("b.md", "Same."))
    changes = plan_changes(found(page("c.md", "Same.")), before)
    assert ([each.id for each in changes.new], changes.removed) == (["kb/c"], ("kb/a", "kb/b"))
    changes = plan_changes(found(page("c.md", "Same."), page("d.md", "Same.")), known(page("a.md", "Same.")))
    assert [each.id for each in changes.new] == ["kb/c", "kb/d"]


def test_a_copy_beside_the_original_is_a_new_article() -> None:
    changes = plan_changes(found(page("a.md", "Same."), page("b.md", "Same.")), known(page("a.md", "Same.")))
    assert ([each.id for each in changes.new], changes.unchanged) == (["kb/b"], ("kb/a",))


def test_an_id_that_a_writer_gave_is_never_changed() -> None:
    changes = plan_changes(found(page("b.md", "Same.", pinned="mine")), known(page("a.md", "Same.")))
    assert ([each.id for each in changes.new], changes.removed) == (["mine"], ("kb/a",))


def test_a_page_that_only_broke_gives_its_id_to_no_other() -> None:
    broken = (BrokenPage("/kb/a.md", "binary", "save as text"),)
    changes = plan_changes(found(page("b.md", "Same."), broken=broken), known(page("a.md", "Same.")))
    assert ([each.id for each in changes.new], changes.removed) == (["kb/b"], ())


def test_kept_pages_are_neither_removed_nor_written() -> None:
    changes = plan_changes(found(kept=("/kb/a.md",)), known(page("a.md", "One."), page("b.md", "Two.")))
    assert (changes.unchanged, changes.removed, changes.to_write) == (("kb/a",), ("kb/b",), ())


PLACES = st.sampled_from([f"{folder}{name}.md" for folder in ("", "x/") for name in "abc"])
BODIES = st.sampled_from(["One.", "Two.", "Three."])


@given(st.lists(st.dictionaries(PLACES, BODIES, max_size=6), min_size=1, max_size=6))
@settings(deadline=None)
def test_whatever_is_moved_about_every_page_has_one_article_and_a_second_look_changes_nothing(states) -> None:
    held: dict[str, tuple[str, str, str]] = {}
    for files in states:
        for again in (False, True):
            reading = found(*(page(place, body) for place, body in files.items()))
            changes = plan_changes(
                reading, {name: IndexedArticle(check, source) for name, (check, source, _) in held.items()}
            )
            assert not (again and (changes.to_write or changes.removed)), changes
            for each in changes.to_write:
                held[each.id] = (each.checksum, each.source, each.body)
            for name in changes.removed:
                del held[name]
        assert {source: body for _, source, body in held.values()} == {f"/kb/{at}": body for at, body in files.items()}
