"""Messages of people who are no customer of that channel, and messages where no customer is set up."""

from __future__ import annotations

from bot.contents.marks import place_mark
from bot.directory.access import Actor
from bot.incoming import IncomingMessage
from bot.intake.context import IntakeContext, keep_decision, notify_triage, say_once_a_day
from bot.settings.config import Customer
from bot.texts.catalogue import for_customers, mark
from bot.texts.language import language_of
from storage.transaction import Transaction

NO_DIRECT_MESSAGES = mark(
    "Thank you for writing. I cannot help in direct messages: please write in the channel that you share with "
    "{company}, where my colleagues see it, too. I have told them that you wrote to me."
)
NOT_SET_UP = mark(
    "I am not set up for this channel yet, so I cannot answer here. I have told my colleagues at {company}."
)


def handle_outsider_message(
    tx: Transaction, context: IntakeContext, event: IncomingMessage, author: Actor, customer: Customer
) -> None:
    """Somebody of an organisation that is not this channel's customer: no answer, but our people hear of it."""
    reason = f"Team {author.team_id} belongs to no customer of this channel."
    keep_decision(tx, context, event, "outsider", reason)
    where = f"the channel of {customer.name} ({place_mark(event.address)})"
    other = context.config.customer(author.customer_id) if author.customer_id else None
    if other is not None:
        notify_triage(
            tx,
            context,
            f"{author.name} of {other.name} wrote in {where}. Footbridge stays silent: what it knows about "
            f"{customer.name} is not for {other.name}. Please look whether they should be in that channel.",
        )
        return
    known_as = f"organisation {author.team_id}" if author.team_id else "of no named organisation"
    domain = "add the domain of their e-mail address to its email_domains"
    add = f"add {author.team_id} to its team_ids" if author.team_id else domain
    notify_triage(
        tx,
        context,
        f"{author.name} ({known_as}) wrote in {where}. Footbridge does not know that organisation and stays silent. "
        f"If they belong to {customer.name}, {add} in footbridge.yaml and run `python app.py config apply`; until then "
        "please answer there yourself.",
    )


def handle_message_elsewhere(tx: Transaction, context: IntakeContext, event: IncomingMessage, author: Actor) -> None:
    """Somebody from outside wrote where no customer is set up; who speaks to Footbridge gets one honest word."""
    keep_decision(tx, context, event, "unknown_channel", "The channel belongs to no customer.")
    customer = context.config.customer(author.customer_id) if author.customer_id else None
    whose = f" of {customer.name}" if customer else ""
    own = (customer.language if customer else None) or context.config.company.language
    t = for_customers(language_of(event.text, own))
    place, company = event.address.whole, context.config.company.name
    if event.is_direct:
        say_once_a_day(tx, context, place, t(NO_DIRECT_MESSAGES, company=company), thread=event.thread)
        text = (
            f"{author.name}{whose} wrote to Footbridge directly and was asked to write in the shared channel. Please "
            "write to them if they do not."
        )
    else:
        if event.mentions_us:
            thread = event.thread or event.address
            say_once_a_day(tx, context, place, t(NOT_SET_UP, company=company), thread=thread)
        text = (
            f"Somebody from outside{whose} wrote in {place_mark(event.address)}, which belongs to no customer in "
            "footbridge.yaml, so Footbridge does not answer there. Please answer them; to have Footbridge answer, add "
            "the channel under `channels` of its customer and run `python app.py config apply`."
        )
    notify_triage(tx, context, text)
