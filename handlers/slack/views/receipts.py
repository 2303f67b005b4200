"""Draws receipts and replays: the verdict in the first lines, how it came to be further down. Inside only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.actions.insights import REPLAY, WHY, WHY_CONVERSATION, WHY_REPLAY, ConversationNumber, ReplayReceipt
from bot.contents.receipts import FoundArticle, OtherReceipt, ReceiptContent, ReceiptStep, ReplayContent, Verdict
from handlers.slack.views import ids, rich_text
from handlers.slack.views.blocks import (
    MOST_IN_A_VIEW,
    Block,
    actions,
    context,
    divider,
    fitted,
    header,
    link_button,
    plain_text,
    section,
)
from handlers.slack.views.buttons import press
from handlers.slack.views.text import count, date, escape, line, link, one_line, shorten, size, spoken

View = dict[str, Any]
_MOST_FOUND = 5
_MOST_STEPS = 30
_ONLY_YOU = "Only you see this window. Customers never see a receipt."


def receipt(content: ReceiptContent) -> View:
    """Why Footbridge did what it did."""
    blocks = [header(content.headline), section(f"*Why:* {line(content.reason, 900)}"), _whose(content)]
    blocks += _buttons(content)
    blocks += _asked(content)
    blocks += _found(content)
    blocks += _cut(content.cut)
    blocks += _said(content)
    end = [*_others(content.others), *_made_by(content)]
    blocks += _steps(content.steps)
    return _view(WHY.label, [*blocks, *end], len(end))


def _view(title: str, blocks: Sequence[Block], keep_last: int) -> View:
    return {
        "type": "modal",
        "title": plain_text(title, 24),
        "close": plain_text("Close", 24),
        "blocks": fitted(blocks, MOST_IN_A_VIEW, keep_last),
    }


def _whose(content: ReceiptContent) -> Block:
    who = " of ".join(part for part in (line(content.who, 80), line(content.customer, 80)) if part)
    told = [date(content.at), who]
    if content.posted_at is not None:
        told.append(f"shown {link(content.posted_link, 'as this message')}")
    figures = [f"{line(name, 60)}: *{line(value, 200)}*" for name, value in content.figures[:10]]
    lines = [" · ".join(part for part in told if part), " · ".join(figures)]
    return context("\n".join(one for one in lines if one))


def _buttons(content: ReceiptContent) -> list[Block]:
    replay = (
        [
            press(
                WHY_REPLAY,
                ReplayReceipt(receipt_id=content.replay_of),
                style="primary",
                about="Replay today: ask the same question again, without telling anybody",
            )
        ]
        if content.replay_of is not None
        else []
    )
    return actions([*replay, *link_button("Open the customer's thread", ids.LINK_THREAD, content.link)])


def _asked(content: ReceiptContent) -> list[Block]:
    blocks = []
    if content.asked:
        title = rich_text.paragraph(rich_text.text("What was written", bold=True))
        blocks.append(rich_text.block([title, rich_text.quote(content.asked, 1200)]))
    told = []
    if content.question:
        told.append(f"*Searched for:* {line(content.question, 600)}")
    if content.looked_in:
        told.append(f"*Looked in:* {line(', '.join(content.looked_in), 300)}")
    return blocks + ([section("\n".join(told))] if told else [])


def _found(content: ReceiptContent) -> list[Block]:
    if not content.found:
        return []
    shown = [_article(one) for one in content.found[:_MOST_FOUND]]
    if len(content.found) > len(shown):
        shown.append(f"and {len(content.found) - len(shown)} more that fit less")
    return _listed("*What was found* (how well it fits in all; by meaning, by words)", shown)


def _article(one: FoundArticle) -> str:
    by = f" ({one.cosine:.2f}, {one.bm25:.1f})" if one.cosine is not None and one.bm25 is not None else ""
    told = [link(one.url, one.title)]
    told += ["*cited*"] if one.cited else []
    told += [count(one.passages, "passage")] if one.passages > 1 else []
    told += [f"*{line(one.since, 60)}*"] if one.since else []
    return f"• *{one.score:.2f}*{by} {' · '.join(told)}"


def _listed(title: str, lines: Sequence[str]) -> list[Block]:
    """Lines under a title in as few sections as hold them whole."""
    blocks: list[Block] = []
    text = title
    for one in lines:
        if size(text) + size(one) > 2900:
            blocks.append(section(text))
            text = one
        else:
            text = f"{text}\n{one}"
    return [*blocks, section(text)]


def _cut(cut: Sequence[str]) -> list[Block]:
    if not cut:
        return []
    return _listed("*What our checks cut from the model's draft*", [f"• {line(one, 300)}" for one in cut[:10]])


def _said(content: ReceiptContent) -> list[Block]:
    if not content.words:
        return []
    return _quoted("The answer's words", content.words)


def _steps(steps: Sequence[ReceiptStep]) -> list[Block]:
    """All that happened, oldest first; of a long story the end."""
    if not steps:
        return []
    shown = steps[-_MOST_STEPS:]
    blocks: list[Block] = [divider(), section("*What happened, step by step*")]
    if len(steps) > len(shown):
        blocks.append(context(f"{count(len(steps) - len(shown), 'earlier step')} are left out here."))
    group: list[str] = []
    for step in shown:
        text = _step(step)
        if group and size("\n".join([*group, text])) > 1900:
            blocks.append(section("\n".join(group)))
            group = []
        group.append(text)
    return [*blocks, section("\n".join(group))]


def _step(step: ReceiptStep) -> str:
    """One line: when, what a person wrote or what was done and by whom, and why."""
    who, what = line(step.who, 80), line(step.what, 120)
    done = f"*{what}*, by {who}." if who else f"*{what}*."
    if step.text:
        done = f"*{who}* {what}: “{line(step.text, 160)}”"
    due = f"It runs until {date(step.due)}." if step.due else ""
    why = " ".join(part for part in (line(step.why, 260).replace("_", " "), due) if part)
    return f"• {date(step.at, '{date_short_pretty}, {time_secs}')} {done}{f' _{why}_' if why else ''}"


def _others(others: Sequence[OtherReceipt]) -> list[Block]:
    if not others:
        return []
    blocks: list[Block] = [divider(), section("*Also in this channel*")]
    for one in others[:5]:
        about = f"Why? {one_line(one.title, 60)}"
        text = f"{line(one.title, 200)}\n{line(one.headline, 120)} · {date(one.at)}"
        number = ConversationNumber(conversation_id=one.conversation_id)
        blocks.append(section(text, press(WHY_CONVERSATION, number, about=about)))
    return blocks


def _made_by(content: ReceiptContent) -> list[Block]:
    versions = " · ".join(f"{line(name, 40)} {line(value, 200)}" for name, value in content.versions)
    decided = f"Decided by: {versions}" if versions else "From before versions were kept."
    return [context(f"{decided}\n{escape(', '.join(content.names)).capitalize()}. {_ONLY_YOU}")]


def replay(content: ReplayContent) -> View:
    """Then and now, side by side."""
    blocks = [header(content.headline), *_changes(content.changes)]
    blocks.append({"type": "section", "fields": [_verdict("Then", content.then), _verdict("Today", content.now)]})
    blocks.append(context(f"*Then* is {date(content.then_at)}. Nothing was stored or posted by asking again."))
    if content.question:
        title = rich_text.paragraph(rich_text.text("What was asked", bold=True))
        blocks.append(rich_text.block([title, rich_text.quote(content.question, 900)]))
    blocks += _difference(content)
    return _view(REPLAY.label, blocks, 0)


def _changes(changes: Sequence[str]) -> list[Block]:
    if not changes:
        return [section("*What changed since:* nothing that we keep track of.")]
    return _listed("*What changed since*", [f"• {line(one, 300)}" for one in changes[:12]])


def _verdict(title: str, verdict: Verdict) -> dict[str, Any]:
    lines = [f"*{title}*", f"*{line(verdict.headline, 120)}*", line(verdict.reason, 260)]
    if verdict.probability is not None:
        lines.append(f"Sure to {verdict.probability:.0%}")
    lines += [f"• {link(one.url, one_line(one.title, 100))}" for one in verdict.articles[:5]]
    text = "\n".join(lines)
    return {"type": "mrkdwn", "text": text if size(text) <= 2000 else "\n".join(lines[:3]), "verbatim": True}


def _difference(content: ReplayContent) -> list[Block]:
    """The words of both answers as one: what is gone is struck out, what is new is bold. Told in words, too."""
    if content.words:
        if all(kind == "same" for kind, _ in content.words):
            return [section("*The words*\nThe same, to the letter."), *_quoted("", content.now.words)]
        told = context("*Struck out*: only then. *Bold*: only today. The rest is the same.")
        runs = [run for kind, words in _shortened(content.words) if (run := _run(kind, words))]
        return [told, rich_text.block([rich_text.paragraph(*runs)])] if runs else []
    return [*_quoted("Its words then", content.then.words), *_quoted("Its words today", content.now.words)]


def _run(kind: str, words: str) -> dict[str, Any] | None:
    text = spoken(words)
    style = {"gone": {"strike": True}, "new": {"bold": True}}.get(kind, {})
    return rich_text.text(text, **style) if text else None


def _shortened(words: Sequence[tuple[str, str]], room: int = 2800) -> list[tuple[str, str]]:
    """Long stretches that are the same lose their middle, so that what differs is seen; all within `room`."""
    found = []
    for kind, text in words:
        if kind == "same" and size(text) > 240:
            text = f"{text[:110]} … {text[-110:]}"
        text = shorten(text, max(room, 1)) if size(text) > room else text
        room -= size(text)
        found.append((kind, text))
        if room <= 0:
            return found
    return found


def _quoted(title: str, words: str) -> list[Block]:
    if not words:
        return []
    heading = [rich_text.paragraph(rich_text.text(title, bold=True))] if title else []
    shown = rich_text.set_apart(rich_text.from_markdown(shorten(words, 1500)))
    return rich_text.blocks([*heading, *shown])[:8]
