"""Draws the card of each change of a channel's mode, and the list of all channels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.actions.arguments import ModeChangeNumber
from bot.actions.modes import MODE_ACCEPT, MODE_DECLINE
from bot.contents.modes import ChannelMode, ModeCard, ModeExample
from bot.incoming import Address
from handlers.slack.views.blocks import (
    Block,
    Element,
    Rendered,
    actions,
    confirm,
    context,
    fields,
    header,
    message,
    section,
)
from handlers.slack.views.buttons import press
from handlers.slack.views.text import count, date, escape, line, link, one_line

MEANS = {
    "off": "Footbridge says and keeps nothing there.",
    "shadow": "Drafts are stored and nobody sees them; people answer.",
    "suggest": "Agents see a draft of every answer, and send it or not.",
    "auto": "The customer gets a cited answer at once, or an honest word and a person.",
}
WHY = {
    "solved": "the customer said that it solved it",
    "mended": "sent with a few characters changed",
    "sent_as_drafted": "sent as drafted",
    "same_article": "a person pointed to the same article",
    "same_words": "a person wrote much the same",
    "found_wrong": "corrected later, because its article was wrong",
    "not_quite": "the customer pressed Not quite",
    "get_person": "the customer wanted a person instead",
    "reopened": "the ticket was opened again after it",
    "rewritten": "an agent rewrote it",
    "discarded": "an agent discarded it",
    "other_words": "a person wrote something else",
}
FELL_BY = {
    "two_of_five": "Two of its last five answers were wrong.",
    "five_in_a_row": "Its last five answers were all wrong.",
    "below_precision": "Measured over what counts, its answers are no longer as right as this channel asks.",
}
EARNED = {
    "auto": ("let Footbridge answer by itself?", "Footbridge answers by itself"),
    "suggest": ("show its drafts to agents?", "agents see its drafts"),
}
ACCEPT = {"auto": "Let it answer by itself", "suggest": "Show its drafts to agents"}
CAUSES = {
    "configured": "set in footbridge.yaml",
    "earned": "earned, and let by {by}",
    "chosen": "chosen by {by}",
    "fell": "taken back, because answers were wrong",
}
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")


def mode_card(content: ModeCard) -> Rendered:
    """One step: proposed with its buttons, or done and by whom."""
    title = _title(content)
    blocks = [header(title), section(_story(content))]
    if content.judged or content.asked:
        blocks += fields(_figures(content))
    blocks += _examples("Right", content.right_ones) + _examples("Wrong", content.wrong_ones)
    end = _end(content)
    step = f"{content.before} to {content.after}"
    text = f"{title} ({step}). {content.right} of {content.judged} judged answers right."
    return message(escape(one_line(text, 600)), [*blocks, *end], keep_last=len(end))


def _title(content: ModeCard) -> str:
    who = one_line(content.customer, 80)
    if content.cause == "fell":
        return f"{who}: Footbridge no longer answers by itself"
    if content.cause == "chosen":
        return f"{who}: now in {content.after}"
    asked, done = EARNED.get(content.after, (f"change to {content.after}?", f"now in {content.after}"))
    said = {"proposed": asked, "done": done, "declined": "not yet", "withdrawn": "a proposal was taken back"}
    return f"{who}: {said.get(content.state, content.state)}"


def _story(content: ModeCard) -> str:
    where, means = channel(content.place), MEANS.get(content.after, "")
    step = f"*{line(content.before, 20)}* → *{line(content.after, 20)}*"
    if content.cause == "fell":
        fell_by = FELL_BY.get(content.fell_by or "", "Its answers were wrong too often.")
        return f"{where}: {step}, at once. {fell_by} {means} It can be earned again, by fresh evidence alone."
    if content.cause == "chosen":
        return f"{where}: {step}. {means} Evidence is counted anew from here."
    return f"{where}: {step}. What it answered there has proved right often enough. {means}"


def _figures(content: ModeCard) -> list[tuple[str, str]]:
    wrong = content.judged - content.right
    mended = f" ({content.mended} with a few characters changed)" if content.mended else ""
    rewritten = f" ({content.rewritten} rewritten by an agent)" if content.rewritten else ""
    pairs = [
        ("Judged by people", count(content.judged, "answer")),
        ("Right", f"{content.right}{mended}"),
        ("Wrong", f"{wrong}{rewritten}"),
    ]
    if content.judged:
        bound = f"at most {share(content.upper)}" if content.cause == "fell" else f"at least {share(content.lower)}"
        known = f"{share(content.right / content.judged)}; with 80 % confidence {bound}"
        pairs.append(("Precision", f"{known}\nwanted: {share(content.wanted)}"))
    if content.asked:
        part = share(content.answered / content.asked)
        pairs.append(
            ("Coverage", f"{content.answered} of {count(content.asked, 'question')} ({part}) had an answer of its own")
        )
    return pairs


def _examples(title: str, examples: Sequence[ModeExample]) -> list[Block]:
    if not examples:
        return []
    lines = [f"• {link(one.link, one.question)} ({escape(WHY.get(one.why, one.why))})" for one in examples[:3]]
    return [section(f"*{title}, for example*\n" + "\n".join(lines))]


def _end(content: ModeCard) -> list[Block]:
    if content.state == "proposed":
        safety = (
            " Two wrong answers of five, and it goes back to suggest at once, by itself."
            if content.after == "auto"
            else ""
        )
        return [
            *actions(_buttons(content)),
            context(f"Managers and owners decide; nothing changes until then.{safety}"),
        ]
    when = f", {date(content.decided_at)}" if content.decided_at else ""
    who = line(content.decided_by or "Footbridge", 80)
    said = {
        "done": {"earned": f"{who} agreed", "chosen": f"{who} chose it"}.get(content.cause, "Taken back by Footbridge"),
        "declined": f"{who} said: not yet",
        "withdrawn": "Taken back by Footbridge: newer answers, or a newer choice, overtook it",
    }.get(content.state, line(content.state, 40))
    return [context(f"{said}{when}. `/support mode` shows how every channel stands.")]


def _buttons(content: ModeCard) -> list[Element]:
    accept = ACCEPT.get(content.after, f"Change to {content.after}")
    sure = confirm(f"{accept}?", MEANS.get(content.after, ""), "Yes", "Cancel")
    about, number = one_line(content.customer, 40), ModeChangeNumber(change_id=content.change_id)
    return [
        press(MODE_ACCEPT, number, label=accept, style="primary", confirm=sure, about=f"{accept}: {about}"),
        press(MODE_DECLINE, number, about=f"Not yet for {about}"),
    ]


def channels(contents: Sequence[ChannelMode]) -> Rendered:
    """`/support mode`: every channel with its mode, its evidence, and what is missing for the next step."""
    if not contents:
        nothing = "No customer has a channel yet; footbridge.yaml lists them under `customers`."
        return message(nothing, [section(nothing)])
    blocks = [header("How each channel is answered"), *(section(_standing(one)) for one in contents[:40])]
    end = context(
        "Managers choose: `/support mode #channel auto`, `suggest`, `shadow` or `off`. Shares are given with the bound "
        "that holds with 80 % confidence."
    )
    told = "; ".join(f"{one_line(one.customer, 60)}: {one.mode}" for one in contents)
    return message(escape(f"How each channel is answered. {told}."), [*blocks, end], keep_last=1)


def _standing(one: ChannelMode) -> str:
    cause = escape(CAUSES.get(one.cause, one.cause).format(by=one_line(one.by or "somebody", 80)))
    first = f"*{line(one.customer, 80)}* {channel(one.place)}: *{line(one.mode, 20)}* ({cause})"
    judged = "No answer there has been judged yet"
    if one.judged:
        judged = (
            f"{one.right} of {count(one.judged, 'judged answer')} right: between {share(one.lower)} and "
            f"{share(one.upper)}, wanted {share(one.wanted)}"
        )
    asked = f"; {one.answered} of {count(one.asked, 'question')} had an answer" if one.asked else ""
    return f"{first}\n{judged}{asked}.\n{_missing(one)}"


def _missing(one: ChannelMode) -> str:
    if one.mode == "off":
        return "Only a person can switch it on."
    if one.waiting:
        return f"*{one.next_mode or 'A step'} is proposed*: its card stands in the triage channel."
    if one.mode == "auto":
        return "It answers by itself, and falls to suggest when answers prove wrong."
    if one.next_mode is None:
        return f"footbridge.yaml lets it have no more than {line(one.highest, 20)} (`highest_mode`)."
    if one.right_ones_missing:
        return f"For {one.next_mode}: {count(one.right_ones_missing, 'more right answer')} in a row."
    if one.judged_until_asked_again:
        more = count(one.judged_until_asked_again, "more judged answer")
        return f"{one.next_mode} is earned, but people said not yet; it is proposed again after {more}."
    return f"{one.next_mode} is earned; its card comes in a moment."


def channel(place: Address) -> str:
    """A channel as a link to it."""
    return f"<#{place.place}>" if _CHANNEL.fullmatch(place.place) else line(place.place, 40)


def share(value: float) -> str:
    """`95.4 %`, and `95 %` when nothing stands after the point."""
    return f"{value:.1%}".replace(".0%", "%").replace("%", " %")
