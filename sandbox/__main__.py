"""`python -m sandbox`: starts the pretend Slack and says where it is."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime

from sandbox.clock import SandboxClock
from sandbox.server import prepare
from sandbox.workspace_file import WorkspaceFileError


def _clock(text: str) -> SandboxClock:
    if text == "real":
        return SandboxClock()
    try:
        moment = float(text)
    except ValueError:
        try:
            parsed = datetime.fromisoformat(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is neither `real`, unix seconds nor ISO 8601") from None
        moment = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    offset = moment - time.time()
    return SandboxClock(offset, start_offset=offset)


def main() -> int:
    """Run until interrupted -> exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A pretend Slack. See docs/sandbox.md.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8484)
    parser.add_argument("--workspace", metavar="FILE", help="YAML or JSON; a small example without it")
    parser.add_argument("--clock", type=_clock, default=SandboxClock(), help="real, unix seconds or ISO 8601")
    chosen = parser.parse_args()
    try:
        sandbox = prepare(chosen.workspace, chosen.host, chosen.port, chosen.clock)
    except WorkspaceFileError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"Port {chosen.port} on {chosen.host} cannot be used ({error.strerror}). Choose another with --port.",
            file=sys.stderr,
        )
        return 2
    app = sandbox.world.workspace.app
    line = f"Sandbox ready on {sandbox.url}  SLACK_API_URL={sandbox.api_url}  app: {app.name}"
    sandbox.run(lambda: print(line, flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
