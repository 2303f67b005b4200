"""Runs queued jobs on the durable engine, and again after a crash."""

from handlers.worker.attempts import JobFailed
from handlers.worker.protocols import POSTS, WORK
from handlers.worker.worker import Worker

__all__ = ["POSTS", "WORK", "JobFailed", "Worker"]
