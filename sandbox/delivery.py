"""Delivers payloads to the app over Socket Mode or HTTP, with the retries of Slack and with faults."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.faults import Faults
from sandbox.traffic import Traffic
from sandbox.workspace_file import DeliveryEntry, Json

REORDER_WAIT_SECONDS = 1.0


@dataclass(frozen=True)
class Envelope:
    """One payload on its way to the app."""

    type: str  # events_api | slash_commands | interactive
    payload: Json
    kind: str  # for the inspector: event | command | interactive | options
    name: str
    accepts_response: bool = False


@dataclass(frozen=True)
class DeliveryResult:
    """The result of one attempt. `body` is what the app answered: JSON, plain text or nothing."""

    acked: bool
    body: Json | str | None = None
    status: int | None = None
    reason: str = ""  # when not acknowledged: http_timeout | connection_failed | http_error
    no_retry: bool = False


class Transport(Protocol):
    """Socket Mode or signed HTTP."""

    async def deliver(self, envelope: Envelope, attempt: int, reason: str, seconds: float) -> DeliveryResult:
        """One attempt. `attempt` counts from 0; `reason` says why the attempt before failed."""
        ...


@dataclass
class Delivery:
    """Chooses the transport, and adds the retries and the delivery faults."""

    faults: Faults
    traffic: Traffic
    socket: Transport
    http: Transport
    uses_http: Callable[[], bool]
    on_change: Callable[[], None]
    settings: DeliveryEntry = field(default_factory=DeliveryEntry)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _held: list[Envelope] = field(default_factory=list)
    _hold_count: int = 0

    @property
    def pending(self) -> int:
        """How many events are not acknowledged yet."""
        return len(self._tasks) + len(self._held)

    def send_event(self, payload: Json) -> None:
        """Deliver an event in the background, with the retries of Slack."""
        envelope = Envelope("events_api", payload, "event", _event_name(payload))
        if self._hold_for_reorder(envelope):
            return
        self._start(envelope)
        if self.faults.duplicate():
            self._start(envelope)

    def _hold_for_reorder(self, envelope: Envelope) -> bool:
        fault = self.faults.settings.reorder
        if not self._held:
            self._hold_count = fault.next or (2 if fault.probability and fault.occurs(self.faults.random) else 0)
            fault.next = 0
            if self._hold_count < 2:
                return False
            asyncio.get_running_loop().call_later(REORDER_WAIT_SECONDS, self._send_held)
        self._held.append(envelope)
        if len(self._held) >= self._hold_count:
            self._send_held()
        return True

    def _send_held(self) -> None:
        held, self._held = self._held[::-1], []
        for envelope in held:
            self._start(envelope)

    def _start(self, envelope: Envelope) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver_until_acked(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        self.on_change()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.on_change()

    async def _deliver_until_acked(self, envelope: Envelope) -> None:
        reason = ""
        for attempt, delay in enumerate([0.0, *self.settings.retry_delays]):
            if attempt:
                await asyncio.sleep(delay)
            answer = await self._attempt(envelope, attempt, reason)
            if answer.acked or answer.no_retry:
                return
            reason = answer.reason

    async def deliver_once(self, envelope: Envelope) -> DeliveryResult:
        """Deliver a command or an interaction, without retries -> what the app answered."""
        return await self._attempt(envelope, 0, "")

    async def _attempt(self, envelope: Envelope, attempt: int, reason: str) -> DeliveryResult:
        began = time.monotonic()
        transport = self.http if self.uses_http() else self.socket
        seconds = self.settings.ack_seconds
        answer = await transport.deliver(envelope, attempt, reason, seconds)
        if answer.acked:
            answer = await self._apply_ack_faults(answer, began, seconds)
        status: int | str = answer.status or ("acked" if answer.acked else "not_acked")
        self.traffic.record(
            "to_bot",
            envelope.kind,
            envelope.name if not attempt else f"{envelope.name} (retry {attempt}: {reason})",
            request=envelope.payload,
            response=answer.body if answer.acked else {"not_acked": answer.reason, "body": answer.body},
            status=status,
            ms=(time.monotonic() - began) * 1000,
        )
        return answer

    async def _apply_ack_faults(self, answer: DeliveryResult, began: float, seconds: float) -> DeliveryResult:
        late = DeliveryResult(False, reason="http_timeout")
        left = seconds - (time.monotonic() - began)
        if self.faults.lose_ack():
            await asyncio.sleep(max(left, 0))
            return late
        delay = self.faults.settings.delay_ack_ms / 1000
        if delay:
            await asyncio.sleep(min(delay, max(left, 0)))
        return late if delay and delay > left else answer

    async def cancel_all(self) -> None:
        """Cancel all deliveries."""
        self._held.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _event_name(payload: Json) -> str:
    event = payload["event"]
    subtype = event.get("subtype")
    return f"{event['type']}.{subtype}" if subtype else str(event["type"])
