"""Puts words before people: a row first, then a job that sends it; it decides nothing about the words themselves.

Every message Footbridge has in Slack is a row in `posts` that says what it shows (`kind` and `subject_id`). Sending and
refreshing make the content from the subject as it is at that moment, so a card can never be older than its ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.clock import Clock
from bot.contents.posts import Content
from bot.errors import OutsideBusy, OutsideRefused
from bot.events import PostDelivered
from bot.jobs import Deliver, Refresh
from bot.ports import Messenger
from storage.conversations import Conversation, Message
from storage.posts import Post
from storage.transaction import Storage, Transaction

ContentOf = Callable[[Transaction, Post], Content | None]
Contents = Mapping[str, ContentOf]


def create_post(
    tx: Transaction,
    at: datetime,
    kind: str,
    subject_id: int,
    channel_id: str,
    *,
    thread_ts: str | None = None,
    under: Post | None = None,
    text: str | None = None,
) -> Post:
    """Stores a post and queues its sending. `under` puts it into the thread of another post of ours."""
    post = tx.posts.add(
        Post(
            kind=kind,
            subject_id=subject_id,
            channel_id=channel_id,
            thread_ts=thread_ts,
            under_id=under.id if under else None,
            text=text,
            created_at=at,
        )
    )
    tx.jobs.enqueue(Deliver(post.id, channel_id))
    return post


def post_to_customer(
    tx: Transaction,
    at: datetime,
    conversation: Conversation,
    kind: str,
    subject_id: int,
    text: str,
    *,
    author_id: str,
    side: str,
) -> Post:
    """Posts words into the customer's thread, and keeps them as part of what was said there."""
    post = create_post(tx, at, kind, subject_id, conversation.channel_id, thread_ts=conversation.thread_ts)
    tx.conversations.add_message(
        Message(
            conversation_id=conversation.id,
            channel_id=conversation.channel_id,
            ts=f"post:{post.id}",
            author_id=author_id,
            side=side,
            kind=kind,
            text=text,
            in_thread=True,
            said_at=at,
        )
    )
    conversation.last_message_at = at
    return post


def queue_redraw(tx: Transaction, kind: str, subject_id: int) -> None:
    """Queues a fresh drawing of every post that shows the subject."""
    for post in tx.posts.showing(kind, subject_id):
        post.revision += 1
        tx.jobs.enqueue(Refresh(post.id, post.channel_id, post.revision))


def deliver(
    job: Deliver, attempt: int, *, storage: Storage, messenger: Messenger, clock: Clock, contents: Contents
) -> None:
    """Sends one stored post; safe to run twice."""
    with storage.reading() as tx:
        post = tx.posts.get(job.post_id)
        if post.ts is not None:
            return
        seen = post.revision
        thread_ts = post.thread_ts
        if post.under_id is not None:
            thread_ts = tx.posts.get(post.under_id).ts
            if thread_ts is None:
                raise OutsideBusy(f"post {post.id} waits for the first message of its thread", retry_after=1.0)
        content = contents[post.kind](tx, post)
    if content is None:
        return
    posted = messenger.post(post.channel_id, content, key=f"post:{post.id}", thread_ts=thread_ts, may_exist=attempt > 1)
    with storage.transaction() as tx:
        stored = tx.posts.get(job.post_id)
        stored.ts, stored.permalink, stored.sent_at = posted.ts, posted.permalink, clock.now()
        if stored.revision != seen:
            # Something changed between making the content and sending it; what asked to redraw it found no post yet.
            stored.revision += 1
            tx.jobs.enqueue(Refresh(stored.id, stored.channel_id, stored.revision))
        tx.emit(PostDelivered(post_id=stored.id, at=stored.sent_at))


def redraw_post(job: Refresh, *, storage: Storage, messenger: Messenger, contents: Contents) -> None:
    """Shows a post as its subject is now. Only the newest request draws; a post not sent yet draws itself fresh."""
    with storage.reading() as tx:
        post = tx.posts.get(job.post_id)
        if post.ts is None or post.revision != job.revision:
            return
        content = contents[post.kind](tx, post)
    try:
        if content is None:
            messenger.delete(post.channel_id, post.ts)
        else:
            messenger.update(post.channel_id, post.ts, content, key=f"post:{post.id}")
    except OutsideRefused as refused:
        if refused.code not in ("message_not_found", "channel_not_found", "is_archived"):
            raise
