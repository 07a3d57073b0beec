"""The protocol of a job of labels: ask first, send label by label, wait until the printer has printed them.

``~HS`` asks a printer for three lines between STX and ETX. Silence means a one-way port: labels are sent as fast as the
port takes them, and the job stays unconfirmed. A printer that answers gets only a few labels ahead, so that a job that
is cancelled ends soon. While it has no paper or its head is open, the job waits and goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from shopstock.devices.transports import Transport, TransportError

HOST_STATUS = b"~HS\r\n"
#: So many labels a printer that answers has waiting at the most before it gets the next one.
AHEAD = 8
_POLL = 0.25

#: Told ``(labels out, what the printer waits for)``; answers whether the job goes on.
Watch = Callable[[int, Reason], bool]


class Part(Protocol):
    """What a language yields: bytes, and how many labels come out of them."""

    @property
    def data(self) -> bytes: ...

    @property
    def labels(self) -> int: ...


class Status(NamedTuple):
    """What a printer says of itself: its trouble, and how many labels it has yet to print."""

    reason: Reason
    waiting: int


def always(done: int, reason: Reason) -> bool:
    """Watch nothing and go on."""
    return True


def send(
    port: Transport,
    parts: Iterator[Part],
    *,
    start: int = 0,
    asks: bool = True,
    patience: Patience | None = None,
    watch: Watch = always,
) -> Outcome:
    """Carry a job through and tell what became of it; never raises for what a printer or cable does.

    ``start`` labels of it were out before. ``Outcome.done`` counts those the printer took, ``start`` included.
    """
    waits = patience or Patience()
    try:
        port.open(time.monotonic() + waits.connect)
    except TransportError as error:
        port.close()
        return Outcome(State.FAILED, error.reason, done=start)
    try:
        return _Sending(port, waits, watch, start).run(parts, asks)
    finally:
        port.close()


def ask(port: Transport, patience: Patience | None = None) -> Reason | None:
    """Ask a printer how it is: ``Reason.NONE`` is ready, ``None`` means that it gives no answer."""
    waits = patience or Patience()
    try:
        port.open(time.monotonic() + waits.connect)
        status = _status(port, waits.status) if port.duplex else None
        return None if status is None else status.reason
    except TransportError as error:
        return error.reason
    finally:
        port.close()


class _Sending:
    """One job on an open port."""

    def __init__(self, port: Transport, waits: Patience, watch: Watch, start: int) -> None:
        self._port, self._waits, self._watch = port, waits, watch
        self._done, self._sent = start, 0

    def run(self, parts: Iterator[Part], asks: bool) -> Outcome:
        try:
            status = _status(self._port, self._waits.status) if asks and self._port.duplex else None
        except TransportError as error:
            return self._end(State.FAILED, error.reason)
        if status is not None and status.reason is not Reason.NONE:
            return self._end(State.FAILED, status.reason)
        try:
            for part in parts:
                if not self._watch(self._done, Reason.NONE):
                    return self._end(State.CANCELLED)
                self._write(part)
                if status is not None and not self._settled(AHEAD):
                    return self._end(State.CANCELLED)
            if status is None:
                return self._end(State.SENT_UNCONFIRMED)
            return self._end(State.CONFIRMED if self._settled(0) else State.CANCELLED)
        except _FellSilent:
            return self._end(State.SENT_UNCONFIRMED)
        except TransportError as error:
            state = State.UNKNOWN if self._sent else State.FAILED
            return self._end(state, error.reason)

    def _end(self, state: State, reason: Reason = Reason.NONE) -> Outcome:
        return Outcome(state, reason, self._sent, self._done)

    def _write(self, part: Part) -> None:
        slow = len(part.data) / self._port.bytes_a_second
        try:
            self._port.write(part.data, time.monotonic() + self._waits.write + slow)
        except TransportError as error:
            self._sent += error.sent
            raise
        self._sent += len(part.data)
        self._done += part.labels

    def _settled(self, most: int) -> bool:
        """Wait until the printer has at most so many labels yet to print; return whether the job goes on.

        Raises ``_FellSilent`` when it stops answering, or does not get on with what it has.
        """
        deadline = time.monotonic() + self._waits.barrier
        least = None
        while True:
            status = _status(self._port, self._waits.status)
            if status is None:
                raise _FellSilent
            if status.waiting <= most and status.reason is Reason.NONE:
                return True
            if not self._watch(self._done, status.reason):
                return False
            now = time.monotonic()
            if status.reason is not Reason.NONE or least is None or status.waiting < least:
                deadline = now + self._waits.barrier
            least = status.waiting
            if now > deadline:
                raise _FellSilent
            time.sleep(min(_POLL, self._waits.barrier / 10))


class _FellSilent(Exception):
    """The printer answered before and does no more."""


def _status(port: Transport, seconds: float) -> Status | None:
    """Ask for the status; ``None`` when there is no answer that makes sense."""
    deadline = time.monotonic() + seconds
    try:
        port.write(HOST_STATUS, deadline)
    except TransportError as error:
        if error.reason is Reason.STALLED:
            return None
        raise
    held = b""
    while held.count(b"\x03") < 3 and (data := port.read(deadline)) is not None:
        held += data
    return _parsed(held)


def _parsed(held: bytes) -> Status | None:
    lines = [piece.partition(b"\x02")[2].split(b",") for piece in held.split(b"\x03")[:3]]
    if len(lines) < 2 or len(lines[0]) < 12 or len(lines[1]) < 9:
        return None
    first, second = lines[0], lines[1]
    try:
        waiting = int(first[4]) + int(second[8])
    except ValueError:
        return None
    for flag, reason in (
        (second[2], Reason.COVER_OPEN),
        (first[1], Reason.PAPER_OUT),
        (second[3], Reason.RIBBON_OUT),
        (first[9], Reason.PRINTER_ERROR),
        (first[11], Reason.PRINTER_ERROR),
        (first[2], Reason.OFFLINE),
    ):
        if flag.strip() == b"1":
            return Status(reason, waiting)
    return Status(Reason.NONE, waiting)
