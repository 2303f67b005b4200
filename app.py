"""The program: `python app.py COMMAND`. It hands the command line what is wired in `wiring`; nothing imports it."""

from __future__ import annotations

from handlers import cli
from wiring import command_line

if __name__ == "__main__":
    cli.main(command_line())
