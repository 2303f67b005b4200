"""A client of the sandbox that waits for long, and asks less and less often while it waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox import SandboxClient

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.2


class PatientClient(SandboxClient):
    """Each look at the sandbox takes processor time from the desk that is waited for."""

    def wait_for(self, condition: Callable[[], Any], seconds: float = 20.0, what: str = "") -> Any:
        return wait_until(condition, seconds, what)


def wait_until(look: Callable[[], Any], seconds: float, what: str) -> Any:
    """Looks until something true is seen, and returns it. AssertionError after `seconds`."""
    ends, pause = time.monotonic() + seconds, FIRST_PAUSE
    while not (seen := look()):
        assert time.monotonic() < ends, f"Waited {seconds} s for {what or 'something'} and did not see it."
        time.sleep(pause)
        pause = min(pause * 1.4, LONGEST_PAUSE)
    return seen
