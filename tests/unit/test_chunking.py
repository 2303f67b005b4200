"""Passages: nothing is lost, code and steps stay whole, and the headings above them are remembered."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge import chunking
from knowledge.chunking import LONGEST, SHORTEST, embedded_text, split_article
from knowledge.documents import article
from knowledge.markdown_blocks import parse_blocks, plain_text

WORDS = st.text(alphabet="abcdefghij ", min_size=3, max_size=60).map(lambda text: f"x{text.strip()}x")
SENTENCE = st.lists(WORDS, min_size=2, max_size=25).map(lambda words: " ".join(words) + ".")
CODE = st.lists(WORDS, min_size=1, max_size=30).map(lambda rows: "```sh\n" + "\n".join(rows) + "\n```")
STEPS = st.lists(SENTENCE, min_size=1, max_size=8).map(
    lambda rows: "\n".join(f"{number}. {row}" for number, row in enumerate(rows, 1))
)
BULLETS = st.lists(SENTENCE, min_size=1, max_size=8).map(lambda rows: "\n".join(f"- {row}" for row in rows))
TABLE = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=20).map(
    lambda rows: "| a | b |\n|---|---|\n" + "\n".join(f"| {left} | {right} |" for left, right in rows)
)
HEADING = st.tuples(st.integers(1, 4), WORDS).map(lambda part: "#" * part[0] + " " + part[1])
QUOTE = SENTENCE.map(lambda text: f"> {text}")
LINK = WORDS.map(lambda word: f"[{word.replace(' ', '')}]: https://example.com/{word.replace(' ', '')}")
BODY = st.lists(st.one_of(HEADING, SENTENCE, CODE, STEPS, BULLETS, TABLE, QUOTE, LINK), min_size=1, max_size=14).map(
    "\n\n".join
)


def one_line(text: str) -> str:
    return " ".join(text.split())


def cut(body: str):
    return split_article(article(id="a", title="Title", body=body, source="/kb/a.md"))


@given(BODY)
def test_every_word_of_an_article_is_in_its_passages_in_order(body):
    assert one_line("\n".join(each.text for each in cut(body))) == one_line(body)


@given(BODY)
def test_every_code_block_and_list_of_steps_stands_whole_in_one_passage(body):
    found = cut(body)
    whole = [block.text for block in parse_blocks(body) if block.kind in ("code", "steps", "table")]
    for text in whole:
        if len(text) <= chunking.WHOLE:
            assert any(text in each.text for each in found)


@given(BODY)
def test_ids_count_up_and_are_the_same_every_time(body):
    found = cut(body)
    assert [each.id for each in found] == [f"a#{number}" for number in range(len(found))]
    assert found == cut(body)


@given(st.lists(SENTENCE, min_size=40, max_size=80))
def test_long_prose_comes_in_passages_of_the_size_that_is_aimed_at(sentences):
    found = cut(" ".join(sentences))
    assert all(len(each.text) <= LONGEST for each in found)
    assert all(len(each.text) >= SHORTEST // 2 for each in found[:-1])


def test_short_sections_share_a_passage_and_long_ones_do_not():
    body = "\n\n".join(f"## Section {number}\n\n{'word ' * 160}" for number in range(3))
    assert [each.heading_path for each in cut(body)] == [("Section 0",), ("Section 1",), ("Section 2",)]
    small = "## One\n\nshort.\n\n## Two\n\nshort too."
    assert [each.heading_path for each in cut(small)] == [()]


def test_the_headings_above_a_passage_are_its_path():
    body = f"# Guide\n\n## Windows\n\n### Install it\n\n{'word ' * 300}"
    assert {each.heading_path for each in cut(body)} == {("Guide", "Windows", "Install it")}


def test_a_row_of_dashes_under_a_title_makes_a_heading_and_under_sentences_a_separator():
    body = "Exports:\n---\n\nThe file holds 24 months.\n---\n\nOver\ntwo lines\n---\n\nEnd"
    assert [(block.kind, block.text) for block in parse_blocks(body)] == [
        ("heading", "Exports:\n---"),
        ("paragraph", "The file holds 24 months."),
        ("paragraph", "Over\ntwo lines"),
        ("paragraph", "End"),
    ]


def test_a_sentence_that_introduces_steps_stays_with_them():
    body = f"{'word ' * 300}\n\nDo this:\n\n1. Open it.\n2. Close it."
    assert any("Do this:\n\n1. Open it.\n2. Close it." in each.text for each in cut(body))


def test_a_table_too_long_for_one_passage_repeats_its_header():
    rows = "\n".join(f"| {number} | {'value ' * 20}|" for number in range(80))
    found = cut(f"| n | v |\n|---|---|\n{rows}")
    assert len(found) > 1
    assert all(each.text.startswith("| n | v |\n|---|---|\n| ") for each in found)


def test_a_code_block_too_long_for_one_passage_is_closed_and_opened_again():
    found = cut("```python\n" + "\n".join(f"line_{number} = {number}" for number in range(900)) + "\n```")
    assert len(found) > 1
    assert all(part.text.startswith("```python\n") and part.text.endswith("\n```") for part in found)


def test_the_title_is_embedded_and_the_heading_path_is_not_added():
    only = cut("## Part\n\nText.")[0]
    assert embedded_text(only) == "Title\n\n## Part\n\nText."


def test_an_article_of_headings_alone_still_has_a_passage():
    assert [each.text for each in cut("# Only\n\n## Headings")] == ["# Only\n\n## Headings"]
    assert cut("") == []


def test_plain_text_keeps_identifiers_with_underscores():
    assert plain_text("Set **MAX_SIZE_MB** in `a_b_c` or [here](https://x.y/z).") == (
        "Set MAX_SIZE_MB in a_b_c or here."
    )
