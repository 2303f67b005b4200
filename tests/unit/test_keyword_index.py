"""Exact words: identifiers to the letter, audiences apart, and the same scores however the index was filled."""

import pytest

from knowledge.documents import Passage
from knowledge.keyword_index import KeywordIndex, words


def passage(id: str, text: str, audience: str = "public", title: str = "Page") -> Passage:
    return Passage(f"{id}#0", id, title, (), text, audience, None, 0)


def best(index: KeywordIndex, query: str, *audiences: str) -> str:
    scores = index.scores(query, audiences or ("public",))
    return max(scores, key=lambda each: (scores[each], each), default="")


@pytest.mark.parametrize("code", ["ERR-1042", "ASEC-25-001", "esp32", "504", "stk500_recv", "1.8.7", "/dev/ttyACM0"])
def test_identifiers_are_found_to_the_letter_among_their_neighbours(code):
    near = ["ERR-1043 err 1042x", "ASEC-25-002 asec 25 001x", "esp8266", "505", "stk500_send", "1.8.8 1 8", "/dev/tty"]
    pages = [passage(f"n{number}", f"We saw {text} here.") for number, text in enumerate(near)]
    index = KeywordIndex([*pages, passage("right", f"We saw {code} here.")])
    assert best(index, f"what is {code.lower()}?") == "right#0"


def test_forms_of_a_word_meet():
    index = KeywordIndex([passage("a", "Deleting accounts"), passage("b", "Ordering boards")])
    assert best(index, "delete my account") == "a#0"


def test_a_question_of_common_words_alone_finds_nothing():
    assert KeywordIndex([passage("a", "How do I do this with that")]).scores("how do I do that?", ["public"]) == {}


def test_nothing_is_searched_but_what_was_asked_for():
    index = KeywordIndex([passage("a", "token"), passage("b", "token", "internal")])
    assert set(index.scores("token", ["public"])) == {"a#0"}
    assert index.get("b#0", ["public"]) is None
    assert set(index.scores("token", ["public", "internal", "customer:x"])) == {"a#0", "b#0"}


def test_other_audiences_do_not_change_a_score():
    one = KeywordIndex([passage("a", "token ring"), passage("c", "ring")])
    two = KeywordIndex([passage("a", "token ring"), passage("c", "ring"), passage("b", "token token", "internal")])
    assert one.scores("token ring", ["public"]) == two.scores("token ring", ["public"])


def test_several_audiences_weigh_words_as_one_collection_would():
    pages = [passage("a", "token ring"), passage("b", "ring ring", "internal"), passage("c", "ring token", "internal")]
    apart = KeywordIndex(pages).scores("token ring", ["public", "internal"])
    together = KeywordIndex([passage(each.article_id, each.text) for each in pages]).scores("token ring", ["public"])
    assert apart == pytest.approx(together)


def test_filling_again_gives_what_filling_anew_gives():
    index = KeywordIndex([passage("a", "old words"), passage("b", "kept words"), passage("c", "gone", "internal")])
    now = [passage("a", "new words"), passage("b", "kept words"), passage("d", "fresh words")]
    index.reset(now)
    assert index.scores("words fresh old", ["public", "internal"]) == KeywordIndex(now).scores(
        "words fresh old", ["public", "internal"]
    )


def test_a_word_in_the_title_counts():
    index = KeywordIndex([passage("a", "text", title="Refunds"), passage("b", "text", title="Delivery")])
    assert best(index, "refund") == "a#0"


def test_identifiers_are_indexed_whole_and_in_parts():
    assert words("Error ERR-1042!") == ["error", "err-1042", "err", "1042"]
    assert words("it’s a café") == ["café"]


def spelling_index() -> KeywordIndex:
    texts = {"public": "Two-step verification protects your account.", "internal": "The connector is reauthorised."}
    return KeywordIndex(
        Passage(f"{audience}#0", audience, "Page", (), text, audience, None, 0) for audience, text in texts.items()
    )


def test_a_misspelt_word_is_searched_as_the_articles_spell_it() -> None:
    index = spelling_index()
    assert (
        index.correct_spelling("two step verifcation of my acount", {"public"}) == "two step verification of my account"
    )


def test_words_that_exist_codes_addresses_and_strange_words_stay_as_they_are() -> None:
    index = spelling_index()
    for question in ("protecting accounts", "verifcation-code ana@verifcation.example", "zzzzzzzz", "TW-VERIFCATION"):
        assert index.correct_spelling(question, {"public"}) == question


def test_a_word_is_never_spelt_like_one_that_the_asker_may_not_see() -> None:
    index = spelling_index()
    assert index.correct_spelling("the conector fails", {"public"}) == "the conector fails"
    assert index.correct_spelling("the conector fails", {"public", "internal"}) == "the connector fails"
