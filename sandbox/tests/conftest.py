"""Fixtures: a running sandbox with the example workspace, and a real WebClient for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox import RunningSandbox
from sandbox.tests.bolt_apps import web_client
from sandbox.tests.example_workspace import running_sandbox, workspace


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[RunningSandbox]:
    """One server for the whole run: starting one takes longer than most tests."""
    with running_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(shared_sandbox: RunningSandbox) -> RunningSandbox:
    """The example workspace as it begins."""
    # A test may have replaced the workspace, and a reset returns to the last one that was loaded.
    shared_sandbox.client.post("/sandbox/workspace", **workspace())
    shared_sandbox.client.post("/sandbox/reset")
    return shared_sandbox


@pytest.fixture
def web(sandbox: RunningSandbox) -> WebClient:
    """A real WebClient with the bot's token."""
    return web_client(sandbox)
