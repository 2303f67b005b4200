"""A pretend Slack to try and test against: Web API, Socket Mode, signed HTTP, a page and a control API.

It imports nothing of the bot, and keeps everything in memory. See docs/sandbox.md.
"""

from sandbox.client import SandboxClient, SandboxError
from sandbox.server import RunningSandbox, start
from sandbox.workspace_file import WorkspaceFileError

__all__ = ["RunningSandbox", "SandboxClient", "SandboxError", "WorkspaceFileError", "start"]
