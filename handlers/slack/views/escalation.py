"""Draws what stands in an escalation's thread. It says plainly, wherever one writes, what the customer can see."""

from __future__ import annotations

from bot.actions.arguments import EscalationNumber, RelayNumber, TicketNumber
from bot.actions.escalations import (
    ESCALATION_DRAFT,
    ESCALATION_RESOLVE,
    ESCALATION_TAKE,
    RELAY_APPROVE,
    RELAY_DISCARD,
    RELAY_EDIT,
    RELAY_SEND,
)
from bot.actions.insights import WHY_TICKET
from bot.contents.escalations import ContextPack, EscalationContent, RelayDraft, RelayedIn
from bot.contents.tickets import Notice
from handlers.slack.views import ids, rich_text, ticket
from handlers.slack.views.blocks import (
    Block,
    Element,
    Rendered,
    actions,
    confirm,
    context,
    fields,
    header,
    link_button,
    message,
    section,
)
from handlers.slack.views.buttons import opens, press
from handlers.slack.views.text import (
    count,
    date,
    escape,
    line,
    link,
    local_time,
    one_line,
    people,
    person,
    sentence,
    spoken,
    when,
    with_mentions,
)

INSIDE = "The customer does not see this thread."
STAYS_INSIDE = f"{INSIDE} Words go out when you press *Send to customer*."


def escalation(content: EscalationContent) -> Rendered:
    """The first message of the thread."""
    pairs = [
        ("How bad", line(content.severity_label, 150)),
        ("Status", _status(content)),
        ("Customer", f"{line(content.customer)} ({line(content.tier, 60)})"),
        ("Ticket", f"#{content.ticket_id}, escalated by {person(content.opened_by)}"),
        ("Team", line(content.team, 80)),
    ]
    if content.next_update_due and content.status != "resolved":
        pairs.append(
            (
                "Customer hears from us",
                f"{when(content.next_update_due)}\nfor them "
                f"{local_time(content.next_update_due, content.customer_zone)}",
            )
        )
    blocks = [header(f"Escalation {content.escalation_id}: {content.title}"), *fields(pairs)]
    if content.summary:
        blocks += rich_text.blocks(
            [rich_text.paragraph(rich_text.text("In short", bold=True)), *rich_text.from_people(content.summary)]
        )
    end = [*actions(_escalation_buttons(content)), context(STAYS_INSIDE)]
    text = (
        f"Escalation {content.escalation_id} to {one_line(content.team, 80)} for {one_line(content.customer, 80)}: "
        f"{one_line(content.title, 150)}. {one_line(content.severity_label, 100)}."
    )
    return message(escape(text), [*blocks, *end], keep_last=len(end))


def _status(content: EscalationContent) -> str:
    if content.status == "resolved":
        return "Resolved" + (f" {when(content.resolved_at)}" if content.resolved_at else "")
    if content.engineer_id:
        return f"Taken by {person(content.engineer_id)}"
    return "Open: nobody has taken it yet"


def _escalation_buttons(content: EscalationContent) -> list[Element]:
    number, ticket_id = EscalationNumber(escalation_id=content.escalation_id), content.ticket_id
    thread = link_button("Open the customer's thread", ids.LINK_THREAD, content.customer_link)
    why = press(WHY_TICKET, TicketNumber(ticket_id=ticket_id), about=f"Why? How ticket #{ticket_id} came about")
    if content.status == "resolved":
        return [why, *thread]
    about = f"I take it: escalation {content.escalation_id}"
    take = press(ESCALATION_TAKE, number, style="primary", about=about)
    draft = press(ESCALATION_DRAFT, number, style="primary" if content.engineer_id else None)
    resolve = opens(ESCALATION_RESOLVE, ticket_id, about=f"Resolve ticket #{ticket_id}")
    return [*([] if content.engineer_id else [take]), draft, resolve, why, *thread]


def context_pack(content: ContextPack) -> Rendered:
    """All an engineer needs, in one message."""
    blocks: list[Block] = [section(f"*What we know: {line(content.customer)}*")]
    if content.pulled_in:
        blocks.append(
            section(
                f"{people(content.pulled_in)}: this one needs you. It is all here, so nobody has to ask "
                "the customer again."
            )
        )
    blocks += fields((line(name, 60) or "Fact", line(value, 300) or "not known") for name, value in content.facts[:20])
    blocks += ticket.conversation(content.conversation, content.customer_link)
    tried = "\n".join(f"• {line(one, 300)}" for one in content.tried[:12])
    blocks.append(section(f"*What was tried*\n{tried or 'Nothing that we know of.'}"))
    blocks += ticket.similar(content.similar) or [section("*Similar tickets of the past*\nNone were found.")]
    if content.articles:
        lines = "\n".join(f"• {link(one.url, one.title)}" for one in content.articles[:8])
        blocks.append(section(f"*Articles on this*\n{lines}"))
    end = [
        *actions(link_button("Open the customer's thread", ids.LINK_THREAD, content.customer_link)),
        context(STAYS_INSIDE),
    ]
    text = (
        f"What we know about {one_line(content.customer, 80)}, ticket #{content.ticket_id}: "
        f"{count(len(content.conversation), 'message')}, {count(len(content.similar), 'similar ticket')}, "
        f"{count(len(content.articles), 'article')}."
    )
    return message(escape(text), [*blocks, *end], keep_last=len(end))


def relayed_in(content: RelayedIn) -> Rendered:
    """A customer's new message, inside."""
    who, customer = one_line(content.who, 80) or "The customer", one_line(content.customer, 80)
    did = {"edited": "edited a message", "deleted": "took a message back"}.get(content.change, "wrote")
    head = rich_text.paragraph(
        rich_text.text(who, bold=True), rich_text.text(f" ({customer}) {did}, "), rich_text.moment(content.at)
    )
    words = [] if content.change == "deleted" else [rich_text.quote(content.text, 2800)]
    blocks = [rich_text.block([head, *words])]
    thread = link(content.link, "in the customer's thread") if content.link else "in the customer's thread"
    blocks.append(context(f"Said {thread}. {STAYS_INSIDE}"))
    told = f"{who} ({customer}) {did}" + (f": {spoken(content.text)}" if words else ".")
    return message(escape(told), blocks)


def relay_draft(content: RelayDraft) -> Rendered:
    """Words for the customer that wait for somebody to send them."""
    update = content.purpose == "status_update"
    what = "status update" if update else "reply"
    blocks = [section(f"*{_headline(content, what)}*")]
    if update and content.due_at:
        blocks.append(
            context(
                f"Due {when(content.due_at)}; for the customer that is "
                f"{local_time(content.due_at, content.customer_zone)}."
            )
        )
    if content.asked and content.state == "drafted":
        blocks.append(section(f"{person(content.asked)}, what may we tell the customer?"))
    words = rich_text.from_markdown(content.text, keep_lines=True)
    if words:
        blocks += [rich_text.block([part]) for part in rich_text.set_apart(words)[:20]]
    else:
        blocks.append(section("_There are no words yet. Press *Edit* and write some._"))
    if content.warnings and content.state in ("drafted", "approved"):
        lines = "\n".join(f"• {line(one, 200)}" for one in content.warnings[:8])
        blocks.append(section(f"*Please look at this before you send it*\n{lines}"))
    end = _relay_end(content, update)
    text = f"{_headline(content, what)}: {rich_text.words(words) or 'no words yet'}"
    return message(escape(text), [*blocks, *end], keep_last=len(end))


def _headline(content: RelayDraft, what: str) -> str:
    return {
        "approved": f"Approved {what} for the customer",
        "sent": f"This {what} went to the customer",
        "discarded": f"Discarded {what}",
    }.get(content.state, f"Draft of a {what} for the customer")


def _relay_end(content: RelayDraft, update: bool) -> list[Block]:
    by = f" by {person(content.done_by)}" if content.done_by else ""
    if content.state == "sent":
        return [context(sentence(f"Sent to the customer{by}"))]
    if content.state == "discarded":
        return [context(f"Discarded{by}. The customer has not seen it.")]
    notes: list[str] = []
    if content.state == "approved":
        notes.insert(0, f"Approved{by}." + (f" It goes out {when(content.due_at)}." if content.due_at else ""))
    elif update and content.due_at:
        notes.append(
            f"{INSIDE} At {date(content.due_at, '{time}')} a holding message goes out to them, unless you approve "
            "these words or send others before then."
        )
    return [*actions(_relay_buttons(content, update)), context(*(notes or [STAYS_INSIDE]))]


def _relay_buttons(content: RelayDraft, update: bool) -> list[Element]:
    number, has_words = RelayNumber(relay_id=content.relay_id), bool(content.text.strip())
    send = confirm(
        "Send this to the customer?",
        "It goes into the customer's own thread, where everybody in their "
        f"channel can read it:\n\n{one_line(content.text, 160)}",
        "Send to customer",
        "Not yet",
    )
    discard = confirm("Discard these words?", "The customer will not see them.", "Discard", "Keep them", style="danger")
    buttons = []
    if update and content.state == "drafted" and has_words:
        buttons.append(press(RELAY_APPROVE, number, style="primary"))
    if has_words:
        buttons.append(
            press(
                RELAY_SEND,
                number,
                confirm=send,
                style=None if buttons else "primary",
                about="Send to customer: these words, now",
            )
        )
    buttons.append(opens(RELAY_EDIT, content.relay_id, about="Edit the words before they are sent"))
    buttons.append(press(RELAY_DISCARD, number, confirm=discard if has_words else None))
    return buttons


def notice(content: Notice) -> Rendered:
    """A plain note inside. Our own words: ids in it are meant as mentions."""
    text = with_mentions(content.text) or "…"
    return message(text, [section(text)])
