"""What may not be posted is taken out of an article's and a model's words, and code keeps every character."""

from __future__ import annotations

import pytest

from bot.verification.cleaning import fit_to_post, without_foreign_links

SCRIPTS = (
    "javascript:alert(1)",
    "JavaScript:window.onerror=alert;throw%20document.cookie",
    "javascript:new%20Function`al\\ert\\`1\\``;",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_link_that_would_run_something_leaves_its_words_only(script: str) -> None:
    text = f"Press [the button]({script}) twice, see [the page](https://kb.example/a)."
    assert fit_to_post(text) == "Press the button twice, see [the page](https://kb.example/a)."
    assert without_foreign_links(text, {"kb.example/a"}) == fit_to_post(text)


def test_of_a_picture_that_is_written_into_a_page_nothing_is_left() -> None:
    picture = "![chart](data:image/png;base64,iVBORw0KGgo=)"
    assert fit_to_post(f"Before. {picture} After.") == "Before.  After."
    assert fit_to_post(f"See [{picture}](https://kb.example/a) here.") == "See chart here."
    assert without_foreign_links(f"Before. {picture} After.", ()) == "Before.  After."


@pytest.mark.parametrize("script", SCRIPTS)
def test_code_about_such_links_stays_as_it_is(script: str) -> None:
    code = f"```\n[a]({script})\n```"
    assert fit_to_post(f"Never write this:\n\n{code}") == f"Never write this:\n\n{code}"
