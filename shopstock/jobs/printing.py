"""Print what is committed: one thread per physical port takes that port's papers in order.

A thread has its own database connection and never touches the screen; ``changed`` is a plain callable that is called on
it after each step. A dead printer holds only its own port. What a crash left in "sending" becomes "unknown" at the next
start, because only a person can say whether it came out. While nothing has reached the printer, a paper stays in the
queue with the reason and is tried again until it expires.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from shopstock.core import labels, papers
from shopstock.core.labels import LabelData, LabelJob
from shopstock.core.outcome import BadFile, Refused, ShopError
from shopstock.core.papers import Paper
from shopstock.core.units import DocumentId, ItemId, StationId
from shopstock.db import clock
from shopstock.db.connection import Db, explain, open_shop, transaction
from shopstock.devices import drivers, transports
from shopstock.devices.drivers import Sending
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from shopstock.queries import printing as reading
from shopstock.queries.printing import DeviceRow
from shopstock.services import label_due

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobChanged:
    """One step in the life of a job. ``missing``: the characters and codes that its printer could not print.

    Of a job of labels ``done`` of ``whole`` are out, and ``reason`` says what its printer waits for.
    """

    job_id: int
    role: str
    kind: str
    state: State
    reason: Reason
    document_id: DocumentId | None = None
    missing: tuple[str, ...] = ()
    done: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """How a device said that it is when it was asked: ``Reason.NONE`` is ready, ``None`` that it does not say."""

    role: str
    reason: Reason | None


class PrintWorker:
    """Prints the papers of one station, and asks the printers how they are while nothing is to be printed.

    ``pauses`` are the seconds between tries while a printer does not take anything; ``idle`` is how often the queue is
    looked at unasked, for papers that another program put there; ``watch`` how often a printer is asked how it is, and
    ``seen`` is told when that changes. Both callables are called on the thread of the port.
    """

    def __init__(
        self,
        url: str,
        station_id: StationId,
        changed: Callable[[JobChanged], None],
        *,
        seen: Callable[[DeviceSeen], None] | None = None,
        patience: Patience | None = None,
        pauses: tuple[float, ...] = (0.5, 1.0, 2.0),
        idle: float = 5.0,
        watch: float = 20.0,
    ) -> None:
        self._url = url
        self._station_id = station_id
        self._changed = changed
        self._seen = seen
        self._watch = watch
        self._patience = patience or Patience()
        self._pauses = pauses
        self._idle = idle
        self._ports: dict[str, _Port] = {}
        self._lock = threading.Lock()
        self._ended = False

    def start(self) -> None:
        """Settle what a crash left behind, then serve every port of the station."""
        with open_shop(self._url) as db:
            self.settle(db)
        self.reload()

    def settle(self, db: Db) -> None:
        """Write down as unknown what a crash left being sent; nothing may be sent by this worker before."""
        for job_id in _abandoned(db, self._station_id):
            row = reading.job(db, job_id)
            self._changed(JobChanged(job_id, row.role, row.kind, row.state, row.reason, row.document_id))

    def reload(self, db: Db | None = None) -> None:
        """Serve the devices as they are set up now; call it after a device was set or removed, on any thread."""
        if db is None:
            with open_shop(self._url) as own:
                devices = reading.devices(own, self._station_id)
        else:
            devices = reading.devices(db, self._station_id)
        with self._lock:
            if not self._ended:
                self._serve_only([device for device in devices if device.language in drivers.DRIVERS])
        self.wake()

    def _serve_only(self, devices: list[DeviceRow]) -> None:
        wanted: dict[str, list[DeviceRow]] = {}
        for device in devices:
            wanted.setdefault(transports.parse_url(device.url).physical_port, []).append(device)
        for name in [name for name, port in self._ports.items() if port.devices != wanted.get(name)]:
            gone = self._ports.pop(name)
            gone.stop.set()
            gone.woken.set()
        for name, bound in wanted.items():
            if name not in self._ports:
                port = self._ports[name] = _Port(bound)
                port.thread = threading.Thread(target=self._serve, args=(port,), name=f"print {name}", daemon=True)
                port.thread.start()

    def wake(self) -> None:
        """Look at the queue now; call it after a transaction that put a paper there. Returns at once."""
        for port in list(self._ports.values()):
            port.woken.set()

    def stop(self, seconds: float = 3.0) -> bool:
        """Stop after the paper at hand and tell whether every thread ended within ``seconds``."""
        with self._lock:
            self._ended = True
            ports = list(self._ports.values())
            self._ports = {}
        for port in ports:
            port.stop.set()
            port.woken.set()
        deadline = time.monotonic() + seconds
        for port in ports:
            if port.thread is not None:
                port.thread.join(max(0.0, deadline - time.monotonic()))
        return not any(port.thread is not None and port.thread.is_alive() for port in ports)

    def _serve(self, port: _Port) -> None:
        tries = 0
        while not port.stop.is_set():
            try:
                with open_shop(self._url) as db:
                    while not port.stop.is_set():
                        port.woken.clear()
                        took = self._one(db, port)
                        tries = 0 if took is not False else tries + 1
                        if took is None:
                            self._look(port)
                            port.woken.wait(self._idle)
                        elif took is False:
                            port.woken.wait(self._pauses[min(tries, len(self._pauses)) - 1])
            except Exception as error:
                # A database that is busy, full or gone for a moment: the queue waits and nothing is lost.
                if not isinstance(error, ShopError) and explain(error) is None:
                    raise
                _log.warning("the print queue waits: %s", error)
                port.woken.wait(self._idle)

    def _look(self, port: _Port) -> None:
        """Ask the devices of a port how they are, when the time for it has come and no paper waits."""
        if self._seen is None or time.monotonic() < port.look_at:
            return
        for device in port.devices:
            if port.woken.is_set():
                return  # a paper goes before a question
            try:
                reason = drivers.ask_device(device.url, device.language, device.settings, self._patience)
            except Refused as error:
                _log.warning("the device %s cannot be asked: %s", device.role, error)
                reason = Reason.BAD_ADDRESS
            if port.seen.get(device.role, Reason.NO_DEVICE) is not reason:
                port.seen[device.role] = reason
                self._seen(DeviceSeen(device.role, reason))
        port.look_at = time.monotonic() + self._watch

    def _one(self, db: Db, port: _Port) -> bool | None:
        """Carry one job through; ``None``: none waits, ``False``: the printer took nothing, ``True``: go on."""
        roles = {device.role: device for device in port.devices}
        marks = ", ".join("?" for _role in roles)
        self._expire(db, roles, marks)
        waiting = db.value(
            f"SELECT min(id) FROM print_job WHERE state = 'queued' AND station_id = ? AND role IN ({marks})",
            (self._station_id, *roles),
        )
        if waiting is None:
            return None
        with transaction(db):
            row = db.row(
                "UPDATE print_job SET state = ?, attempts = attempts + 1, sent_at = ? WHERE id = ?"
                " AND state = 'queued' RETURNING id, role, kind, paper, document_id, done, created_at",
                (State.SENDING, clock.now(), waiting),
            )
        if row is None:
            return True  # cancelled, or taken elsewhere, in this very moment
        job_id, role, kind, text, document_id, start, created_at = row
        self._changed(JobChanged(job_id, role, kind, State.SENDING, Reason.NONE, document_id))
        progress = _Progress(db, JobChanged(job_id, role, kind, State.SENDING, Reason.NONE), port.stop, self._changed)
        outcome, missing = self._send(db, roles[role], text, start, progress)
        state = outcome.state
        again = False
        if state is State.CANCELLED and port.stop.is_set():
            state = State.QUEUED  # the program ends: it goes on where it stopped
        elif state is State.FAILED and outcome.sent:
            state = State.UNKNOWN  # a part of it may be on paper
        elif state is State.FAILED and outcome.reason not in _HOPELESS:
            state, again = State.QUEUED, True
        with transaction(db):
            moved = db.value(
                "UPDATE print_job SET state = ?, error = ? WHERE id = ? AND state IN ('sending', 'unknown')"
                " RETURNING id",
                (state, outcome.reason, job_id),
            )
            if progress.whole:
                db.run("UPDATE print_job SET done = ? WHERE id = ?", (outcome.done, job_id))
                label_due.printed(db, progress.settled(outcome.done), created_at)
        if moved is None and progress.whole:
            state = State.CANCELLED
        self._changed(
            JobChanged(job_id, role, kind, state, outcome.reason, document_id, missing, outcome.done, progress.whole)
        )
        return not again

    def _send(
        self, db: Db, device: DeviceRow, text: str, start: int, progress: _Progress
    ) -> tuple[Outcome, tuple[str, ...]]:
        try:
            paper = papers.from_json(text)
            start = progress.begin(paper, start)
            how = Sending(self._patience, progress.watch, start, reading.pictures(db, paper))
            return drivers.send_paper(paper, device.url, device.language, device.settings, how)
        except BadFile:
            return Outcome(State.FAILED, Reason.BAD_PAPER), ()
        except Refused as error:
            _log.warning("the device %s cannot be used: %s", device.role, error)
            return Outcome(State.FAILED, Reason.WRONG_LANGUAGE), ()

    def _expire(self, db: Db, roles: dict[str, DeviceRow], marks: str) -> None:
        late = "state = 'queued' AND station_id = ? AND expires_at <= ?"
        params = (self._station_id, clock.now(), *roles)
        if db.value(f"SELECT count(*) FROM print_job WHERE {late} AND role IN ({marks})", params) == 0:
            return
        with transaction(db):
            rows = db.rows(
                f"UPDATE print_job SET state = ? WHERE {late} AND role IN ({marks})"
                " RETURNING id, role, kind, error, document_id",
                (State.EXPIRED, *params),
            )
        for job_id, role, kind, error, document_id in rows:
            self._changed(JobChanged(job_id, role, kind, State.EXPIRED, Reason(error), document_id))


#: Faults that no waiting mends.
_HOPELESS = {
    Reason.NOT_A_PRINTER, Reason.NO_DRAWER, Reason.NO_WINDOW, Reason.BAD_PAPER, Reason.WRONG_LANGUAGE,
    Reason.BAD_ADDRESS, Reason.LABEL_TOO_LARGE,
}  # fmt: skip


class _Progress:
    """How far the labels of one job are: told to the screen, kept in the queue, and asked whether to go on."""

    def __init__(self, db: Db, step: JobChanged, stop: threading.Event, changed: Callable[[JobChanged], None]) -> None:
        self.whole = 0
        self._db, self._step, self._stop, self._changed = db, step, stop, changed
        self._labels: tuple[LabelData, ...] = ()
        self._reason = ""
        self._kept = 0
        self._told: tuple[int, Reason] | None = None

    def begin(self, paper: Paper, start: int) -> int:
        """Take note of the paper; return the label to start after: a job that was whole starts anew."""
        if not isinstance(paper, LabelJob):
            return 0
        self.whole, self._labels, self._reason = paper.count, paper.labels, paper.reason
        self._kept = start if start < self.whole else 0
        return self._kept

    def watch(self, done: int, reason: Reason) -> bool:
        """Tell how many labels are out and what the printer waits for; return whether the job goes on."""
        if (done, reason) != self._told:
            self._told = (done, reason)
            self._changed(replace(self._step, reason=reason, done=done, whole=self.whole))
        if done - self._kept >= _KEEP_EVERY:
            self._kept = done
            with transaction(self._db):
                self._db.run("UPDATE print_job SET done = ? WHERE id = ?", (done, self._step.job_id))
        if self._stop.is_set():
            return False
        state = self._db.value("SELECT state FROM print_job WHERE id = ?", (self._step.job_id,))
        return bool(state == State.SENDING)

    def settled(self, done: int) -> list[tuple[ItemId, labels.Reason]]:
        """Return what the first ``done`` labels take off the list of wanted ones."""
        found = []
        for label in self._labels:
            done -= label.copies
            if done < 0 or not self._reason:
                break
            found.append((ItemId(label.item_id), labels.Reason(self._reason)))
        return found


#: So many labels may come out twice after a power cut: every note of how far a job is costs a commit.
_KEEP_EVERY = 25


class _Port:
    """A physical port, the devices that hang on it, and its thread."""

    def __init__(self, devices: list[DeviceRow]) -> None:
        self.devices = devices
        self.stop = threading.Event()
        self.woken = threading.Event()
        self.thread: threading.Thread | None = None
        self.look_at = 0.0
        self.seen: dict[str, Reason | None] = {}


def _abandoned(db: Db, station_id: StationId) -> list[int]:
    """Turn what a crash left in "sending" into "unknown"; return the ids."""
    with transaction(db):
        rows = db.rows(
            "UPDATE print_job SET state = ?, error = ? WHERE state = 'sending' AND station_id = ? RETURNING id",
            (State.UNKNOWN, Reason.INTERRUPTED, station_id),
        )
    return [row[0] for row in rows]
