"""The tables to read first: which function does each job, who reacts to each event, what each post shows.

    JOBS      job -> function -> retries         (jobs.py; the worker runs these)
    EVENTS    event -> subscribers               (events.py; called in order, in the event's transaction)
    posts     kind of post -> its content        (posts.py; made from the rows whenever a post is sent or redrawn)

What people may do is in the table ACTIONS in `bot/actions`. A function takes its dependencies as keyword arguments
(`storage`, `config`, `clock`, ...), and its row passes them from `bot.tools.Tools`.
"""

from bot.workflows.events import EVENTS, Subscription, publisher
from bot.workflows.jobs import JOBS, JobRow
from bot.workflows.posts import contents_for, posts

__all__ = ["EVENTS", "JOBS", "JobRow", "Subscription", "contents_for", "posts", "publisher"]
