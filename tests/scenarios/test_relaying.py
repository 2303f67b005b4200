"""Inside stays inside: words reach the customer only by somebody's press on Send to customer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from storage.escalations import Relay
from tests.fakes.desk_stories import (
    DEREK,
    ERP,
    IMOGEN,
    JONAS,
    LEA,
    MAYA,
    TOM,
    buttons,
    clock_moved,
    escalated,
    escalation_of,
    filled_in,
    form,
    jobs_done,
    noted,
    person_wanted,
    press,
    resolved,
    told,
    until,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, Desk, everything_in
from tests.fakes.slack_addresses import at

DRAFT = "Draft of a reply for the customer"


def draft(desk: Desk, root: dict[str, Any], containing: str = DRAFT) -> dict[str, Any]:
    return desk.reply_to(TOM, ERP, root["ts"], containing)


def note(desk: Desk, root: dict[str, Any], who: str, text: str) -> None:
    """Words in the escalation's thread, noted by the desk."""
    ts = desk.people.say(who, ERP, text, thread_ts=root["ts"])
    noted(desk, ERP, ts)


def relay_of(desk: Desk, number: int) -> Relay:
    with desk.storage.reading() as tx:
        return tx.escalations.relays(escalation_of(desk, number).id)[-1]


def test_nothing_that_engineers_write_reaches_the_customer(desk: Desk) -> None:
    asked, number = person_wanted(desk, MAYA, BRIGHT, "NetSuite bills of May come in twice since the ERP update.")
    root = escalated(desk, number)
    before = desk.people.messages(MAYA, BRIGHT), desk.thread(MAYA, BRIGHT, asked)
    secret = desk.people.say(TOM, ERP, "Zanzibar: dedupe worker runs twice.", thread_ts=root["ts"])
    desk.people.say(LEA, ERP, "Zanzibar log attached", thread_ts=root["ts"], files={"zanzibar.log": b"Zanzibar"})
    desk.people.edit(TOM, ERP, secret, "Zanzibar: dedupe worker runs three times.")
    noted(desk, ERP, secret)
    desk.people.react(LEA, ERP, secret, "eyes")
    press(desk, TOM, ERP, root, "escalation.take")
    press(desk, TOM, ERP, root, "escalation.draft")
    assert "Zanzibar" in everything_in(draft(desk, root))
    jobs_done(desk)
    assert (desk.people.messages(MAYA, BRIGHT), desk.thread(MAYA, BRIGHT, asked)) == before


def test_a_note_written_before_slack_has_confirmed_the_threads_first_message_is_kept(desk: Desk) -> None:
    _, number = person_wanted(desk, MAYA, BRIGHT, "NetSuite bills of May come in twice since the ERP update.")
    # The message is there, the answer to it is lost, and for now nobody can look for it.
    desk.people.set_faults(
        lose_response={"method": "chat.postMessage", "next": 1},
        server_error={"method": "conversations.history", "next": 99, "status": 503},
    )
    root = escalated(desk, number)
    with desk.storage.reading() as tx:
        assert tx.posts.on_their_way(tx.addresses.find(at(ERP)) or 0, "escalation")
    quick = desk.people.say(TOM, ERP, "The dedupe worker runs twice.", thread_ts=root["ts"])
    desk.people.set_faults(server_error=[])
    noted(desk, ERP, quick)


def test_a_draft_is_edited_and_sent_with_the_senders_name(desk: Desk) -> None:
    asked, number = person_wanted(desk, DEREK, BRIGHT, "The Coupa import shows supplier names in capital letters only.")
    root = escalated(desk, number)
    note(desk, root, TOM, "Mapping table upper-cases, fix is in build 88.")
    press(desk, TOM, ERP, root, "escalation.draft")
    made = draft(desk, root)
    assert "Mapping table upper-cases, fix is in build 88." in everything_in(made)
    assert "The customer does not see this thread" in everything_in(made)

    press(desk, TOM, ERP, made, "relay.edit")
    view = form(desk, TOM)
    assert filled_in(view)["words"] == "Mapping table upper-cases, fix is in build 88."
    blank = desk.people.submit(TOM, view["id"], {"words": {"text": "<@U0LEA>"}})
    assert "no words for the customer yet" in blank["errors"]["words"]
    sent = desk.people.submit(
        TOM, view["id"], {"words": {"text": "Names keep their capitals from tomorrow on, Derek."}}
    )
    assert sent == {"ok": True}
    read = everything_in(desk.reply_to(DEREK, BRIGHT, asked, "from tomorrow on"))
    assert "From Tom Brandvold" in read
    assert "build 88" not in str(desk.thread(DEREK, BRIGHT, asked))
    done = draft(desk, root, "This reply went to the customer")
    assert "Sent to the customer by Tom Brandvold" in everything_in(done)
    assert buttons(done) == []


def test_words_to_footbridge_in_the_thread_become_a_draft_of_just_these_words(desk: Desk) -> None:
    asked, number = person_wanted(desk, IMOGEN, KESTREL, "Vendor numbers from SAP lose their leading zeros.")
    root = escalated(desk, number)
    note(desk, root, LEA, "Somebody cast the column to a number, sigh.")
    desk.people.say(LEA, ERP, "@Footbridge Your leading zeros come back with tonight's sync.", thread_ts=root["ts"])
    made = everything_in(draft(desk, root))
    assert "Your leading zeros come back with tonight's sync." in made
    assert "sigh" not in made
    press(desk, LEA, ERP, draft(desk, root), "relay.send")
    read = everything_in(desk.reply_to(IMOGEN, KESTREL, asked, "leading zeros come back"))
    assert "From Lea Marchetti" in read


def test_what_customers_should_not_read_is_taken_out_or_warned_about(desk: Desk) -> None:
    _, number = person_wanted(desk, JONAS, KESTREL, "The Jira link in our SAP approvals leads to an empty page.")
    root = escalated(desk, number)
    note(
        desk,
        root,
        TOM,
        "<@U0LEA> says sap-gw2.internal is a mess since Brightwater Foods came on.\n"
        "Traceback (most recent call last):\n  File \"link.py\", line 12, in resolve\nKeyError: 'JIRA'\n"
        "Tom mends the link today.",
    )
    press(desk, TOM, ERP, root, "escalation.draft")
    made = everything_in(draft(desk, root))
    assert "Traceback" not in made
    assert "link.py" not in made
    assert "U0LEA" not in made
    for warning in (
        "Please look at this before you send it",
        "It names an internal host: sap-gw2.internal.",
        "It says “a mess”, which sounds careless to a customer.",
        "It names Tom, which customers should not read about.",
        "It names Brightwater Foods, which customers should not read about.",
    ):
        assert warning in made


def test_pressing_send_twice_sends_once(desk: Desk) -> None:
    asked, number = person_wanted(desk, DEREK, BRIGHT, "Slack messages about new ERP invoices arrive four times.")
    root = escalated(desk, number)
    desk.people.say(TOM, ERP, "@Footbridge It is four times no more, Derek.", thread_ts=root["ts"])
    made = draft(desk, root)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda who: press(desk, who, ERP, made, "relay.send"), (TOM, LEA)))
    desk.reply_to(DEREK, BRIGHT, asked, "no more, Derek")
    jobs_done(desk)
    said = [m for m in desk.thread(DEREK, BRIGHT, asked) if "no more, Derek" in everything_in(m)]
    assert len(said) == 1
    late = LEA if relay_of(desk, number).done_by == TOM else TOM
    assert "already dealt with" in told(desk, late, ERP, "already dealt with")


def test_a_discarded_draft_goes_nowhere_and_says_so(desk: Desk) -> None:
    asked, number = person_wanted(desk, IMOGEN, KESTREL, "Teams notifications of the SAP sync are all in Danish.")
    root = escalated(desk, number)
    note(desk, root, TOM, "Smørrebrød locale leaked.")
    press(desk, TOM, ERP, root, "escalation.draft")
    press(desk, TOM, ERP, draft(desk, root), "relay.discard")
    gone = draft(desk, root, "Discarded by Tom Brandvold. The customer has not seen it.")
    assert buttons(gone) == []
    jobs_done(desk)
    assert "Smørrebrød" not in str(desk.thread(IMOGEN, KESTREL, asked))


def test_a_draft_without_any_words_asks_for_them(desk: Desk) -> None:
    _, number = person_wanted(desk, MAYA, BRIGHT, "NetSuite departments show numbers where names should be.")
    root = escalated(desk, number)
    press(desk, TOM, ERP, root, "escalation.draft")
    made = draft(desk, root)
    assert "There are no words yet" in everything_in(made)
    assert buttons(made) == ["relay.edit", "relay.discard"]


def test_after_sending_the_next_update_is_due_a_whole_cadence_later_and_older_drafts_are_dropped(desk: Desk) -> None:
    asked, number = person_wanted(desk, JONAS, KESTREL, "SAP cost centres of Felixstowe are booked to Hamburg.")
    root = escalated(desk, number, severity="sev2")
    clock_moved(desk, advance=46 * 60)
    update = desk.reply_to(TOM, ERP, root["ts"], "what may we tell the customer?")
    press(desk, TOM, ERP, update, "relay.approve")
    draft(desk, root, "Approved status update")
    desk.people.say(TOM, ERP, "@Footbridge Found: one digit was wrong.", thread_ts=root["ts"])
    press(desk, TOM, ERP, draft(desk, root), "relay.send")
    desk.reply_to(JONAS, KESTREL, asked, "one digit was wrong")
    sent = relay_of(desk, number)
    assert sent.done_at is not None
    due = escalation_of(desk, number).next_update_at
    assert due is not None
    assert timedelta() <= due - sent.done_at - timedelta(minutes=60) < timedelta(seconds=5)
    draft(desk, root, "Discarded status update")


def test_of_two_engineers_who_take_it_at_once_the_second_hears_who_was_first(desk: Desk) -> None:
    _, number = person_wanted(desk, MAYA, BRIGHT, "The ERP sync imports bills of a company that we sold last year.")
    root = escalated(desk, number)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda who: press(desk, who, ERP, root, "escalation.take"), (TOM, LEA)))
    first = until(desk, lambda: escalation_of(desk, number).engineer_id, "an engineer")
    late = LEA if first == TOM else TOM
    assert "took it a moment before you" in told(desk, late, ERP, "a moment before you")


def test_once_it_is_resolved_drafts_cannot_be_sent_and_asking_for_one_says_what_to_do(desk: Desk) -> None:
    _, number = person_wanted(desk, IMOGEN, KESTREL, "The S/4HANA connection asks for a certificate every hour.")
    root = escalated(desk, number)
    desk.people.say(TOM, ERP, "@Footbridge Soon you need no certificate.", thread_ts=root["ts"])
    made = draft(desk, root)
    resolved(desk, number, cause="Clock skew", fix="Set the clock", words="It asks no more, Imogen.")
    draft(desk, root, "Discarded reply")
    assert buttons(made) != []
    desk.people.say(TOM, ERP, "@Footbridge One more thing for Imogen.", thread_ts=root["ts"])
    said = everything_in(desk.reply_to(TOM, ERP, root["ts"], "This escalation is resolved"))
    assert f"/support reply {number}" in said
