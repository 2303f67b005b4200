"""What support cannot answer becomes a thread in a team's channel, with everything an engineer needs."""

from __future__ import annotations

from tests.fakes.desk_stories import (
    ANA,
    DEREK,
    ERP,
    IMOGEN,
    JONAS,
    MAYA,
    RUTH,
    TOM,
    buttons,
    card,
    escalated,
    escalation_root,
    filled_in,
    form,
    jobs_done,
    person_wanted,
    press,
    resolved,
    ticket,
    told,
    until,
)
from tests.fakes.running_desk import BRIGHT, KESTREL, TRIAGE, Desk, everything_in


def members(desk: Desk, channel: str) -> list[str]:
    found: list[str] = next(c for c in desk.people.state("U0MIRA")["channels"] if c["id"] == channel)["members"]
    return found


def test_an_agent_escalates_from_the_card_and_the_engineers_find_everything_in_one_thread(desk: Desk) -> None:
    past, solved = person_wanted(desk, JONAS, KESTREL, "Our Hamburg company code is missing: no SAP invoices arrive.")
    resolved(
        desk,
        solved,
        cause="The company code had dropped out of the connection",
        fix="Added company code 2000 again and fetched its invoices",
        words="Hamburg's invoices are all there now, Jonas.",
    )
    desk.reply_to(JONAS, KESTREL, past, "Is it solved for you?")
    desk.people.post("/sandbox/membership", **{"as": ANA, "channel": ERP, "user": ANA, "join": False})

    _, number = person_wanted(
        desk, MAYA, BRIGHT, "Since last night no invoices of our Irish company arrive from NetSuite; 3 others are fine."
    )
    desk.people.command(ANA, TRIAGE, "/support", f"note {number} Role in NetSuite was changed yesterday.")
    press(desk, ANA, TRIAGE, card(desk, number), "ticket.priority", option="high")
    until(desk, lambda: ticket(desk, number).priority == "high", "priority")

    press(desk, ANA, TRIAGE, card(desk, number), "ticket.escalate")
    view = form(desk, ANA)
    held = filled_in(view)
    assert (held["team"], held["severity"]) == ("erp-integration", "sev2")
    assert held["summary"].startswith("Since last night no invoices of our Irish company arrive from NetSuite")
    assert "Role in NetSuite was changed yesterday." in held["summary"]
    assert "Brightwater Foods" in str(view)

    blank = desk.people.submit(ANA, view["id"], {"summary": {"text": "  "}})
    assert list(blank["errors"]) == ["summary"]
    assert "a sentence or two" in blank["errors"]["summary"]
    assert desk.people.submit(ANA, view["id"]) == {"ok": True}

    root = escalation_root(desk, number)
    assert "Major: an important part fails" in everything_in(root)
    assert "Open: nobody has taken it yet" in everything_in(root)
    assert buttons(root) == [
        "escalation.take",
        "escalation.draft",
        "escalation.resolve",
        "why.ticket",
        "link.thread",
    ]
    pack = everything_in(desk.reply_to(TOM, ERP, root["ts"], "What we know"))
    for wanted in (
        "Brightwater Foods",
        "NetSuite",
        "Okta, Slack, Coupa",
        "Maya Ferrant",
        "no invoices of our Irish company",
        "Footbridge answered from Invoices from the ERP are missing in Tallyworks",
        "Ana Lindqvist noted: Role in NetSuite was changed yesterday.",
        f"Ticket #{solved}: Our Hamburg company code is missing",
        "cause: The company code had dropped out of the connection",
        "fix: Added company code 2000 again",
        "articles/erp-invoices-missing",
        "<@U0TOM> and <@U0ANA>: this one needs you",
    ):
        assert wanted in pack
    assert "**" not in pack, "our own answer is read with its marks of emphasis"
    until(desk, lambda: ANA in members(desk, ERP), "Ana in the team's channel")
    shown = card(desk, number, "Escalated to ERP Integration")
    until(desk, lambda: "link.escalation" in buttons(card(desk, number)), "the way to the escalation on the card")
    assert "ticket.escalate" not in buttons(shown)


def test_the_command_opens_the_same_form_and_another_team_can_be_chosen(desk: Desk) -> None:
    _, number = person_wanted(desk, DEREK, BRIGHT, "Your own invoice to us charges 40 seats twice, we want a refund.")
    desk.people.command(ANA, TRIAGE, "/support", f"escalate {number}")
    view = form(desk, ANA)
    assert filled_in(view)["team"] == "finance"
    assert filled_in(view)["severity"] == "sev2", "who wants money back comes sooner"
    assert desk.people.submit(ANA, view["id"]) == {"ok": True}
    root = desk.card(RUTH, "C0FINANCE", "40 seats twice")
    assert "<@U0RUTH>" in everything_in(desk.reply_to(RUTH, "C0FINANCE", root["ts"], "this one needs you"))


def test_what_the_customer_adds_edits_and_takes_back_flows_into_the_thread(desk: Desk) -> None:
    asked, number = person_wanted(
        desk, IMOGEN, KESTREL, "Our sync with SAP stops every night at 2 with no error at all."
    )
    root = escalated(desk, number)
    added = desk.people.say(IMOGEN, KESTREL, "It began on Monday with transport 4711.", thread_ts=asked)
    inside = everything_in(desk.reply_to(TOM, ERP, root["ts"], "4711"))
    assert "Imogen Thackray" in inside
    assert "The customer does not see this thread" in inside

    desk.people.edit(IMOGEN, KESTREL, added, "It began on Monday with transport 4812.")
    edited = everything_in(desk.reply_to(TOM, ERP, root["ts"], "4812"))
    assert "edited a message" in edited
    assert "4711" not in edited
    desk.people.delete(IMOGEN, KESTREL, added)
    desk.reply_to(TOM, ERP, root["ts"], "took a message back")
    jobs_done(desk)
    assert "4812" not in str(desk.thread(TOM, ERP, root["ts"]))
    assert "4812" not in str(card(desk, number))


def test_an_edit_of_the_question_itself_reaches_title_pack_and_thread(desk: Desk) -> None:
    asked, number = person_wanted(
        desk, JONAS, KESTREL, "The password of our SAP user is hunter22 and sync still fails."
    )
    root = escalated(desk, number)
    desk.reply_to(TOM, ERP, root["ts"], "hunter22")
    desk.people.edit(JONAS, KESTREL, asked, "Our SAP user is right and the sync still fails.")
    desk.reply_to(TOM, ERP, root["ts"], "edited a message")
    card(desk, number, "Our SAP user is right", without="hunter22")
    jobs_done(desk)
    assert "hunter22" not in str(desk.thread(TOM, ERP, root["ts"]))
    assert "hunter22" not in str(escalation_root(desk, number))


def test_an_escalated_ticket_is_not_escalated_twice_and_says_where_its_thread_is(desk: Desk) -> None:
    _, number = person_wanted(desk, DEREK, BRIGHT, "Coupa purchase orders come in with the currency of another vendor.")
    escalated(desk, number)
    desk.people.command(ANA, TRIAGE, "/support", f"escalate {number}")
    assert f"Ticket #{number} is already escalated" in str(form(desk, ANA))


def test_an_engineer_takes_it_and_everybody_sees_who(desk: Desk) -> None:
    _, number = person_wanted(
        desk, MAYA, BRIGHT, "All cost centres of NetSuite vanished from the ERP mapping overnight."
    )
    root = escalated(desk, number)
    press(desk, TOM, ERP, root, "escalation.take")
    taken = escalation_root(desk, number, "Taken by <@U0TOM>")
    assert "escalation.take" not in buttons(taken)
    desk.people.command(ANA, TRIAGE, "/support", f"show {number}")
    assert "Tom Brandvold took the escalation" in told(desk, ANA, TRIAGE, "took the escalation")
