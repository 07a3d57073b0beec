"""The protocol of a job of labels: ask first, send label by label, wait until the printer has printed them.

Each language has its own question (:class:`Question`); silence means a one-way port: labels are sent as fast as the
port takes them, and the job stays unconfirmed. A printer that answers gets only a few labels ahead, so that a job that
is cancelled ends soon. While it has no paper or its head is open, the job waits and goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from shopstock.devices.transports import Transport, TransportError

#: So many labels a printer that answers has waiting at the most before it gets the next one.
AHEAD = 8
_POLL = 0.25

#: Told ``(labels out, what the printer waits for)``; answers whether the job goes on.
Watch = Callable[[int, Reason], bool]


class Status(NamedTuple):
    """What a printer says of itself: its trouble, and how many labels it has yet to print."""

    reason: Reason
    waiting: int


@dataclass(frozen=True, slots=True)
class Question:
    """How a printer is asked: the bytes, when its answer is whole, and what that says (``None``: it is none).

    ``tells`` is a printer that must not be asked while it prints but says by itself when a label is out: its answers
    are as long as ``length``, and ``read`` gives 0 waiting for one that is out.
    """

    ask: bytes
    whole: Callable[[bytes], bool]
    read: Callable[[bytes], Status | None]
    tells: int = 0


class Part(Protocol):
    """What a language yields: bytes, and how many labels come out of them."""

    @property
    def data(self) -> bytes: ...

    @property
    def labels(self) -> int: ...


def always(done: int, reason: Reason) -> bool:
    """Watch nothing and go on."""
    return True


def send(
    port: Transport,
    parts: Iterator[Part],
    *,
    question: Question | None,
    start: int = 0,
    asks: bool = True,
    patience: Patience | None = None,
    watch: Watch = always,
) -> Outcome:
    """Carry a job through and tell what became of it; never raises for what a printer or cable does.

    ``question`` is that of the printer's language, if it has one; ``start`` labels of it were out before.
    ``Outcome.done`` counts those the printer took, ``start`` included.
    """
    waits = patience or Patience()
    try:
        port.open(time.monotonic() + waits.connect)
    except TransportError as error:
        port.close()
        return Outcome(State.FAILED, error.reason, done=start)
    try:
        return _Sending(port, waits, watch, start, question if asks and port.duplex else None).run(parts)
    finally:
        port.close()


def ask(port: Transport, question: Question | None, patience: Patience | None = None) -> Reason | None:
    """Ask a printer how it is: ``Reason.NONE`` is ready, ``None`` means that it gives no answer."""
    waits = patience or Patience()
    try:
        port.open(time.monotonic() + waits.connect)
        status = _status(port, question, waits.status) if port.duplex and question is not None else None
        return None if status is None else status.reason
    except TransportError as error:
        return error.reason
    finally:
        port.close()


class _Sending:
    """One job on an open port."""

    def __init__(
        self, port: Transport, waits: Patience, watch: Watch, start: int, question: Question | None
    ) -> None:  # fmt: skip
        self._port, self._waits, self._watch, self._question = port, waits, watch, question
        self._done, self._sent, self._start = start, 0, start
        self._held, self._told, self._trouble = b"", 0, Reason.NONE

    def run(self, parts: Iterator[Part]) -> Outcome:
        try:
            status = _status(self._port, self._question, self._waits.status) if self._question is not None else None
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
            status = self._again()
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

    def _again(self) -> Status | None:
        """Ask once more, or hear what a printer has told by itself."""
        question = self._question
        assert question is not None, "only a printer that answered is waited for"
        if not question.tells:
            return _status(self._port, question, self._waits.status)
        self._held += self._port.read(time.monotonic() + min(_POLL, self._waits.barrier)) or b""
        while len(self._held) >= question.tells:
            one, self._held = self._held[: question.tells], self._held[question.tells :]
            said = question.read(one)
            if said is not None:
                self._trouble = said.reason
                self._told += said.reason is Reason.NONE and said.waiting == 0
        return Status(self._trouble, max(0, self._done - self._start - self._told))


class _FellSilent(Exception):
    """The printer answered before and does no more."""


def _status(port: Transport, question: Question, seconds: float) -> Status | None:
    """Ask for the status; ``None`` when there is no answer that makes sense."""
    deadline = time.monotonic() + seconds
    try:
        port.write(question.ask, deadline)
    except TransportError as error:
        if error.reason is Reason.STALLED:
            return None
        raise
    held = b""
    while not question.whole(held) and (data := port.read(deadline)) is not None:
        held += data
    return question.read(held)
