"""THE TABLES to read first: which job is done by which function, who reacts to which event, what each post shows.

    JOBS      job -> function -> retries         (jobs.py; the worker runs these)
    EVENTS    event -> subscribers               (events.py; called in the transaction in which it happened, in order)
    posts     kind of post -> what it shows      (posts.py; made from the rows whenever a post is sent or redrawn)

What people may do is the table ACTIONS in `bot/actions`. A function names what it needs as keyword arguments
(`storage`, `config`, `clock`, ...); its row takes them from `bot.tools.Tools`.
"""

from bot.workflows.events import EVENTS, Subscription, publisher
from bot.workflows.jobs import JOBS, JobRow
from bot.workflows.posts import contents_for, posts

__all__ = ["EVENTS", "JOBS", "JobRow", "Subscription", "contents_for", "posts", "publisher"]
