"""Reading, writing, threads, reactions, edits and files at the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from sandbox import RunningSandbox
from sandbox.tests.browser.conftest import Visitor


def test_a_channel_shows_its_history_with_days_authors_and_companies(visitor: Visitor) -> None:
    page = visitor.open("U0ANA")
    row = visitor.message("Hello from Brightwater")
    expect(row).to_contain_text("Maya Torres")
    expect(row.locator(".tag-outside")).to_have_text("Brightwater Foods")
    expect(row.locator("strong")).to_have_text("Brightwater")
    expect(page.get_by_role("heading", level=1)).to_have_text("ext-brightwater")
    expect(page.get_by_text("Shared with Brightwater Foods · 3 members")).to_be_visible()
    expect(page.locator(".day h3")).to_have_count(1)


def test_what_is_written_appears_and_reaches_the_other_side_live(visitor: Visitor, context: Any, sandbox: Any) -> None:
    visitor.open("U0ANA")
    other = Visitor(context.new_page(), sandbox.url)
    other.open("U0MAYA")
    visitor.write("Good *morning* @Maya Torres")
    expect(visitor.message("Good morning").locator(".mention")).to_have_text("@Maya Torres")
    expect(other.message("Good morning").locator(".mention-me")).to_have_text("@Maya Torres")
    expect(other.page.locator("#announcer")).to_contain_text("Ana Lindqvist: Good morning")
    stored = sandbox.client.get("/sandbox/messages", channel="C0BRIGHT", **{"as": "U0ANA"})["messages"][-1]
    assert stored["text"] == "Good *morning* <@U0MAYA>"


def test_a_thread_is_read_and_answered_beside_the_channel(visitor: Visitor) -> None:
    page = visitor.open("U0MAYA")
    visitor.message("Hello from").get_by_role("button", name="1 reply").click()
    thread = visitor.thread()
    expect(thread.get_by_text("Good to have you here.")).to_be_visible()
    expect(thread.get_by_role("combobox", name="Reply in thread")).to_be_focused()
    page.keyboard.type("Thank you, Ana")
    page.keyboard.press("Enter")
    expect(thread.locator("li.message")).to_have_count(3)
    expect(visitor.message("Hello from").get_by_role("button", name="2 replies")).to_be_visible()
    expect(page).to_have_url(re.compile(r"thread=\d+\.\d+"))


def test_a_thread_that_changed_while_it_was_closed_is_shown_as_it_is_now(
    visitor: Visitor, sandbox: RunningSandbox
) -> None:
    page = visitor.open("U0MAYA")
    replies = visitor.message("Hello from").get_by_role("button", name=re.compile(r"\d repl"))
    replies.click()
    expect(visitor.thread().get_by_text("Good to have you here.")).to_be_visible()
    page.get_by_role("button", name="Close the panel").click()
    root, reply = sandbox.client.messages("U0ANA", "C0BRIGHT", sandbox.client.messages("U0ANA", "C0BRIGHT")[0]["ts"])
    sandbox.client.edit("U0ANA", "C0BRIGHT", reply["ts"], "Very good to have you here.")
    sandbox.client.say("U0ANA", "C0BRIGHT", "And one more", thread_ts=root["ts"])
    expect(replies).to_contain_text("2 replies")
    replies.click()
    expect(visitor.thread().get_by_text("Very good to have you here.")).to_be_visible()
    expect(visitor.thread().get_by_text("And one more")).to_be_visible()


def test_reactions_are_added_counted_and_taken_back(visitor: Visitor, sandbox: Any) -> None:
    page = visitor.open("U0ANA")
    row = visitor.message("Hello from")
    row.hover()
    row.get_by_role("button", name="Add a reaction").first.click()
    page.get_by_role("searchbox", name="Find an emoji").fill("tada")
    page.keyboard.press("Enter")
    chip = row.get_by_role("button", name="tada: you, 1")
    expect(chip).to_have_attribute("aria-pressed", "true")
    hello = sandbox.client.get("/sandbox/messages", channel="C0BRIGHT", **{"as": "U0ANA"})["messages"][0]
    sandbox.client.react("U0MAYA", "C0BRIGHT", hello["ts"], "tada")
    expect(row.get_by_role("button", name=re.compile("tada: .*Maya Torres.*, 2"))).to_be_visible()
    row.get_by_role("button", name=re.compile("tada")).click()
    expect(row.get_by_role("button", name="tada: Maya Torres, 1")).to_have_attribute("aria-pressed", "false")


def test_own_messages_are_edited_and_deleted(visitor: Visitor) -> None:
    page = visitor.open("U0ANA")
    visitor.write("A first draft")
    row = visitor.message("A first draft")
    row.hover()
    row.get_by_role("button", name="Edit message").click()
    page.get_by_role("textbox", name="Edit message").fill("A better text")
    page.keyboard.press("Enter")
    row = visitor.message("A better text")
    expect(row.get_by_text("(edited)")).to_be_visible()
    row.hover()
    row.get_by_role("button", name="Delete message").click()
    page.get_by_role("dialog", name="Delete this message?").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    visitor.message("Hello from").hover()
    expect(visitor.message("Hello from").get_by_role("button", name="Edit message")).to_have_count(0)


def test_files_are_attached_shown_and_downloaded(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("U0MAYA")
    picture = tmp_path / "screen.svg"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
    )
    export = tmp_path / "orders.csv"
    export.write_text("order,amount\n1,20\n")
    page.locator("main input[type=file]").set_input_files([picture, export])
    expect(page.get_by_text("orders.csv (18 B)")).to_be_visible()
    visitor.write("Two files")
    row = visitor.message("Two files")
    expect(row.get_by_role("img", name="screen.svg")).to_be_visible()
    with page.expect_download() as download:
        row.get_by_role("link", name="Download orders.csv").click()
    assert download.value.path().read_text() == export.read_text()


def test_text_that_looks_like_a_script_is_shown_as_text(visitor: Visitor, sandbox: Any) -> None:
    nasty = "<script>document.title='taken'</script> <img src=x onerror=alert(1)> <javascript:alert(1)|press me>"
    page = visitor.open("U0ANA")
    visitor.write(nasty)
    expect(visitor.message("document.title")).to_contain_text(nasty)
    sandbox.client.say("U0MAYA", "C0BRIGHT", "```\n<b>code</b>\n``` and `<i>`")
    expect(visitor.message("<b>code</b>")).to_be_visible()
    assert page.locator("main script, main [onerror], main a[href^='javascript']").count() == 0
    assert page.title() != "taken"


def test_a_permalink_opens_the_place_and_marks_the_message(visitor: Visitor, sandbox: Any) -> None:
    for number in range(40):
        sandbox.client.say("U0ERIK", "C0TRIAGE", f"Line {number}")
    wanted = sandbox.client.get("/sandbox/messages", channel="C0TRIAGE", **{"as": "U0ERIK"})["messages"][5]
    visitor.page.goto(f"{visitor.base}/archives/C0TRIAGE/p{wanted['ts'].replace('.', '')}")
    visitor.page.wait_for_selector("body[data-ready]")
    row = visitor.page.locator(f"main li[data-ts='{wanted['ts']}']")
    expect(row).to_be_in_viewport()
    expect(row).to_have_class(re.compile("highlighted"))


def test_the_url_follows_the_view_and_back_returns(visitor: Visitor) -> None:
    page = visitor.open("U0ANA")
    page.get_by_role("button", name="support-triage").click()
    expect(visitor.message("Only for us.")).to_be_visible()
    expect(page).to_have_url(re.compile("channel=C0TRIAGE"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("ext-brightwater")
    page.reload()
    expect(visitor.message("Hello from")).to_be_visible()


def test_a_draft_stays_with_its_channel_and_a_failed_send_loses_nothing(visitor: Visitor) -> None:
    page = visitor.open("U0ANA")
    box = page.get_by_role("combobox", name="Message #ext-brightwater")
    box.fill("Half a thought")
    page.get_by_role("button", name="support-triage").click()
    expect(page.get_by_role("combobox", name="Message #support-triage")).to_have_value("")
    page.get_by_role("button", name=re.compile("ext-brightwater")).click()
    expect(box).to_have_value("Half a thought")
    page.route("**/sandbox/messages", lambda route: route.abort())
    box.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    expect(box).to_have_value("Half a thought")
    visitor.problems.clear()


def test_a_reconnect_brings_what_was_missed(visitor: Visitor, sandbox: Any, context: Any) -> None:
    visitor.open("U0ANA")
    context.set_offline(True)
    sandbox.client.say("U0MAYA", "C0BRIGHT", "Said while you were away")
    context.set_offline(False)
    expect(visitor.message("Said while you were away")).to_be_visible()
    visitor.problems.clear()


def test_a_message_is_forwarded_with_a_comment_and_shown_with_its_author(
    visitor: Visitor, sandbox: RunningSandbox
) -> None:
    page = visitor.open("U0ANA")
    row = visitor.message("Hello from")
    row.hover()
    row.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Forward message").click()
    dialog = page.get_by_role("dialog", name="Forward this message")
    dialog.get_by_role("button", name="Forward", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("Choose where to forward it.")
    dialog.get_by_role("button", name="Forward to").click()
    page.get_by_role("option", name="#support-triage").click()
    dialog.get_by_role("textbox", name="Comment").fill("Can somebody take this?")
    dialog.get_by_role("button", name="Forward", exact=True).click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="support-triage", exact=True).click()
    forwarded = visitor.message("Can somebody take this?").get_by_role(
        "group", name="Forwarded message from Maya Torres"
    )
    expect(forwarded.locator("strong", has_text="Brightwater")).to_be_visible()
    forwarded.get_by_role("link", name="View message").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ext-brightwater")
    [attachment] = sandbox.client.messages("U0ERIK", "C0TRIAGE")[-1]["attachments"]
    assert attachment["is_share"] is True


def test_emoji_have_skin_tones_and_are_sent_by_name(visitor: Visitor, sandbox: RunningSandbox) -> None:
    ts = sandbox.client.say("U0MAYA", "C0BRIGHT", "Thanks :+1::skin-tone-4: :tada::raised_hands: :pray::skin-tone-6:")
    sandbox.client.react("U0MAYA", "C0BRIGHT", ts, "wave::skin-tone-2")
    visitor.open("U0ANA")
    row = visitor.message("Thanks")
    expect(row.locator(".message-body .emoji")).to_have_text(["👍🏽", "🎉", "🙌", "🙏🏿"])
    expect(row.get_by_role("button", name="wave, skin tone 2: Maya Torres, 1")).to_contain_text("👋🏻")
    expect(row.get_by_role("img", name="thumbs up, skin tone 4")).to_be_visible()
    visitor.write("👌🏼 and ❤️, :+1::skin-tone-3: and 🦕")
    expect(visitor.message("🦕").locator(".message-body .emoji")).to_have_text(["👌🏼", "❤️", "👍🏼"])
    assert sandbox.client.messages("U0ANA", "C0BRIGHT")[-1]["text"] == (
        ":ok_hand::skin-tone-3: and :heart:, :+1::skin-tone-3: and 🦕"
    )
