"""Writes docs/commands.md from the table of actions: `python -m bot.actions > docs/commands.md`."""

from __future__ import annotations

import sys

from bot.actions import ACTIONS
from bot.actions.help import page

sys.stdout.write(page(ACTIONS))
