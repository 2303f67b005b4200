"""What changed since the last time: only that is written, and nothing is removed that was merely not looked at."""

from knowledge.documents import BrokenPage, Reading, article
from knowledge.index_rows import IndexedArticle
from knowledge.ingestion import plan_changes


def page(id: str, body: str = "Text.", source: str | None = None):
    return article(id=id, title=id, body=body, source=source or f"/kb/{id}.md")


def known(*pages) -> dict[str, IndexedArticle]:
    return {each.id: IndexedArticle(each.checksum, each.source) for each in pages}


def found(*pages, roots=("/kb",), broken=()) -> Reading:
    return Reading(tuple(pages), tuple(broken), roots)


def test_new_changed_unchanged_and_removed_pages_are_told_apart():
    changes = plan_changes(
        found(page("new"), page("same"), page("edited", "Now.")),
        known(page("same"), page("edited", "Before."), page("gone")),
    )
    assert [each.id for each in changes.new] == ["new"]
    assert [each.id for each in changes.changed] == ["edited"]
    assert (changes.unchanged, changes.removed) == (("same",), ("gone",))


def test_pages_of_sources_that_were_not_read_stay():
    other = page("other", source="/elsewhere/other.md")
    beside = page("beside", source="/kb-old/beside.md")
    assert plan_changes(found(page("a")), known(page("a"), other, beside)).removed == ()


def test_a_page_that_broke_keeps_its_last_good_text():
    broken = BrokenPage("/kb/a.md", "binary", "save as text")
    assert plan_changes(found(broken=[broken]), known(page("a"), page("b"))).removed == ("b",)


def test_a_folder_that_cannot_be_opened_keeps_everything_below_it():
    inside = page("inside", source="/kb/locked/inside.md")
    locked = BrokenPage("/kb/locked", "refused", "check")
    assert plan_changes(found(broken=[locked]), known(inside)).removed == ()


def test_a_half_written_page_is_written_again():
    half = {"a": IndexedArticle("", "/kb/a.md")}
    assert [each.id for each in plan_changes(found(page("a")), half).changed] == ["a"]


def test_a_page_that_moved_is_the_same_page():
    moved = page("a", source="/kb/new/a.md")
    changes = plan_changes(found(moved), known(page("a")), exists=lambda path: False)
    assert ([each.id for each in changes.moved], changes.changed, changes.removed) == (["a"], (), ())


def test_a_page_does_not_overwrite_one_of_the_same_id_from_elsewhere():
    elsewhere = page("a", source="/other/a.md")
    changes = plan_changes(found(page("a")), known(elsewhere), exists=lambda path: path == "/other/a.md")
    assert (changes.to_write, changes.removed) == ((), ())
    assert "/other/a.md" in changes.broken[0].reason


def test_one_id_twice_in_one_reading_is_broken_the_second_time():
    changes = plan_changes(found(page("a"), page("a", source="/kb/b.md")), {})
    assert [each.source for each in changes.new] == ["/kb/a.md"]
    assert changes.broken[0].path == "/kb/b.md"


def test_who_may_see_a_page_is_part_of_what_it_is():
    inside = article(id="a", title="a", body="Text.", source="/kb/a.md", audience="internal")
    assert [each.id for each in plan_changes(found(inside), known(page("a"))).changed] == ["a"]
