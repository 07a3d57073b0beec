"""The protocol of one print job: ask first, send, then wait until the printer says that it is done.

1. ``DLE EOT 1`` asks for the status at once. Silence means a one-way port: the job is sent and stays unconfirmed. A
   printer that is offline, open or out of paper gets nothing, so that a retry prints nothing twice.
2. The bytes go out with a deadline.
3. ``GS r 1`` is carried out in order: its answer means that everything before it was processed.

Between the answers other bytes may arrive (flow control, automatic status): they are passed over. Bit patterns:
real-time status ``0**1**10``, transmitted status ``0**0****``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from shopstock.devices.status import Outcome, Reason, State
from shopstock.devices.transports import Transport, TransportError

DLE_EOT = b"\x10\x04"
BARRIER = b"\x1dr\x01"
#: A status is one byte, an automatic one four: who says more (a web server, a terminal) is no printer.
LONGEST_ANSWER = 24


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for the port, for a status, for data to be taken, for the end of printing."""

    connect: float = 3.0
    status: float = 1.0
    write: float = 10.0
    barrier: float = 3.0


def send(port: Transport, data: bytes, *, asks: bool = True, patience: Patience | None = None) -> Outcome:
    """Carry one job through and tell what became of it; never raises for what a printer or cable does.

    ``asks`` is false for printers that give wrong answers. A failure with ``sent == 0`` may be tried again safely.
    """
    waits = patience or Patience()
    try:
        port.open(time.monotonic() + waits.connect)
    except TransportError as error:
        port.close()
        return Outcome(State.FAILED, error.reason)
    try:
        return _converse(port, data, asks, waits)
    finally:
        port.close()


def _converse(port: Transport, data: bytes, asks: bool, waits: Patience) -> Outcome:
    try:
        answers = asks and port.duplex and _realtime(port, 1, waits.status) is not None
        reason = _fault(port, waits.status) if answers else Reason.NONE
    except TransportError as error:
        return Outcome(State.FAILED, error.reason)
    if reason is not Reason.NONE:
        return Outcome(State.FAILED, reason)
    slow = len(data) / port.bytes_a_second
    try:
        port.write(data, time.monotonic() + waits.write + slow)
    except TransportError as error:
        state = State.UNKNOWN if error.sent else State.FAILED
        return Outcome(state, error.reason, error.sent)
    if not answers:
        return Outcome(State.SENT_UNCONFIRMED, sent=len(data))
    try:
        port.write(BARRIER, time.monotonic() + waits.status)
        if _barrier_reached(port, time.monotonic() + waits.barrier + slow):
            return Outcome(State.CONFIRMED, sent=len(data))
        reason = _fault(port, waits.status)
    except TransportError as error:
        return Outcome(State.UNKNOWN, error.reason, len(data))
    if reason is not Reason.NONE:
        return Outcome(State.FAILED, reason, len(data))
    return Outcome(State.SENT_UNCONFIRMED, sent=len(data))


def ask(port: Transport, patience: Patience | None = None) -> Reason | None:
    """Ask a printer how it is: ``Reason.NONE`` is ready, ``None`` means that it gives no answer.

    ``Reason.PAPER_LOW`` is a warning: it prints.
    """
    waits = patience or Patience()
    try:
        port.open(time.monotonic() + waits.connect)
        if not port.duplex or _realtime(port, 1, waits.status) is None:
            return None
        fault = _fault(port, waits.status)
        if fault is Reason.NONE and (_realtime(port, 4, waits.status) or 0) & 0x0C:
            return Reason.PAPER_LOW
        return fault
    except TransportError as error:
        return error.reason
    finally:
        port.close()


def _realtime(port: Transport, kind: int, seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    try:
        port.write(DLE_EOT + bytes((kind,)), deadline)
    except TransportError as error:
        if error.reason is Reason.STALLED:
            return None
        raise
    return _answer(port, deadline, mask=0x93, pattern=0x12)


def _answer(port: Transport, deadline: float, mask: int, pattern: int) -> int | None:
    came = 0
    while (data := port.read(deadline)) is not None:
        came += len(data)
        if came > LONGEST_ANSWER:
            raise TransportError(Reason.NOT_A_PRINTER)
        for byte in data:
            if byte & mask == pattern:
                return byte
    return None


def _barrier_reached(port: Transport, deadline: float) -> bool:
    return _answer(port, deadline, mask=0x90, pattern=0x00) is not None


def _fault(port: Transport, seconds: float) -> Reason:
    """Find out what keeps the printer from printing."""
    paper = _realtime(port, 4, seconds)
    if paper is not None and paper & 0x60:
        return Reason.PAPER_OUT
    online = _realtime(port, 1, seconds)
    if online is None or not online & 0x08:
        return Reason.NONE
    cause = _realtime(port, 2, seconds)
    if cause is not None and cause & 0x04:
        return Reason.COVER_OPEN
    if cause is not None and cause & 0x20:
        return Reason.PAPER_OUT
    if cause is not None and cause & 0x40:
        return Reason.PRINTER_ERROR
    return Reason.OFFLINE
