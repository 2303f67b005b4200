"""The command `python -m sandbox` (or `slack-sandbox`): starts a sandbox and prints its address."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime

from sandbox.clock import SandboxClock
from sandbox.server import bind
from sandbox.workspace_file import WorkspaceFileError


def _parse_clock(text: str) -> SandboxClock:
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
    """Serve until interrupted -> exit code."""
    parser = argparse.ArgumentParser(
        prog="slack-sandbox", description="A local stand-in for Slack, to try and test Slack apps."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8484, help="0 takes a free port (default: %(default)s)")
    parser.add_argument("--workspace", metavar="FILE", help="workspace file, YAML or JSON (default: a small example)")
    parser.add_argument(
        "--clock",
        type=_parse_clock,
        default=SandboxClock(),
        metavar="TIME",
        help="start at this time: `real`, unix seconds or ISO 8601 (default: real)",
    )
    options = parser.parse_args()
    try:
        sandbox = bind(options.workspace, options.host, options.port, options.clock)
    except WorkspaceFileError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"Port {options.port} on {options.host} cannot be used ({error.strerror}). Choose another with --port.",
            file=sys.stderr,
        )
        return 2
    line = f"Sandbox ready on {sandbox.url}  SLACK_API_URL={sandbox.api_url}  app: {sandbox.app.name}"
    sandbox.run(lambda: print(line, flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
