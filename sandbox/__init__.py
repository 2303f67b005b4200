"""A local stand-in for Slack, to try and test apps: Web API, Socket Mode, signed HTTP, a page and a control API.

The public API is what `__all__` lists: `start` a sandbox and get a `RunningSandbox`; act in it as people with its
`SandboxClient`; check Block Kit payloads with `check_blocks` and `check_view`; sign requests as Slack does with
`request_signature`. All other modules may change between versions. README.md explains everything.
"""

from sandbox.blocks import check_blocks
from sandbox.client import SandboxClient, SandboxError
from sandbox.http_delivery import request_signature
from sandbox.server import RunningSandbox, start
from sandbox.views import check_view
from sandbox.workspace_file import WorkspaceFileError

__all__ = [
    "RunningSandbox",
    "SandboxClient",
    "SandboxError",
    "WorkspaceFileError",
    "check_blocks",
    "check_view",
    "request_signature",
    "start",
]
