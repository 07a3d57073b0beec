"""The devices of this till while the window is open: printing in the background, the serial scanners, their lamps.

Callbacks of the devices come on their own threads; the signals bring them to the window's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from shopstock.core.outcome import Changes
from shopstock.core.text import _, ngettext
from shopstock.core.units import StationId
from shopstock.db.connection import Db
from shopstock.devices.status import Reason, State
from shopstock.jobs.printing import DeviceSeen, JobChanged, PrintWorker
from shopstock.queries import printing as printing_query
from shopstock.queries.printing import DeviceRow, QueueRow
from shopstock.services import printing
from shopstock.ui import status
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from shopstock.ui.scanner_desk import ScannerDesk
from shopstock.ui.shop import ELSEWHERE

_OUT_OF_REACH = (Reason.UNREACHABLE, Reason.OFFLINE, Reason.BAD_ADDRESS, Reason.NO_PERMISSION, Reason.IN_USE)


def read_devices(db: Db, station_id: StationId) -> tuple[list[DeviceRow], list[QueueRow]]:
    """Return the station's devices and the papers that need somebody."""
    return printing_query.devices(db, station_id), printing_query.needing_attention(db, station_id)


def fault_words(reason: Reason) -> tuple[str, str]:
    """Say what is wrong with the receipt printer: the word on its lamp, and the sentence of the message."""
    return {
        Reason.PAPER_LOW: (_("paper low"), _("Receipt printer is almost out of paper.")),
        Reason.PAPER_OUT: (_("out of paper"), _("Receipt printer is out of paper.")),
        Reason.COVER_OPEN: (_("cover open"), _("The cover of the receipt printer is open.")),
        Reason.OFFLINE: (_("offline"), _("Receipt printer is offline.")),
        Reason.UNREACHABLE: (_("no answer"), _("Receipt printer does not answer.")),
        Reason.INTERRUPTED: (_("did it print?"), _("Did the last receipt come out?")),
    }.get(reason, (_("look"), _("Receipt printer needs you.")))


def label_fault_words(reason: Reason) -> tuple[str, str]:
    """Say what is wrong with the label printer: the word on its lamp, and the sentence of the message."""
    return {
        Reason.PAPER_OUT: (_("out of labels"), _("Label printer is out of labels.")),
        Reason.RIBBON_OUT: (_("out of ribbon"), _("Label printer is out of ribbon.")),
        Reason.COVER_OPEN: (_("cover open"), _("The cover of the label printer is open.")),
        Reason.OFFLINE: (_("paused"), _("Label printer is paused.")),
        Reason.UNREACHABLE: (_("no answer"), _("Label printer does not answer.")),
        Reason.INTERRUPTED: (_("did it print?"), _("Did the last labels come out?")),
    }.get(reason, (_("look"), _("Label printer needs you.")))


class DeviceDesk(QObject):
    """Starts and stops what belongs to the devices of one window."""

    _job = Signal(object)
    _asked = Signal(object)

    def __init__(self, window: MainWindow, scanner: Scanner, station_id: StationId) -> None:
        super().__init__(window)
        self._window, self._station_id = window, station_id
        self.scanners = ScannerDesk(scanner, window.strip, self)
        self._said: tuple[str, str] | None = None
        self._said_labels = ""
        self._labels_wait = Reason.NONE
        self._states: dict[str, Reason | None] = {}
        self._printer = PrintWorker(window.shop.url, station_id, self._job.emit, seen=self._asked.emit)
        self._stopped = False
        self._job.connect(self._job_changed, Qt.ConnectionType.QueuedConnection)
        self._asked.connect(self._device_seen, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Start printing and reading, once what a crash left being sent is written down on the writer line."""
        self._window.shop.run(self._printer.settle, then=self._serve, failed=self._serve)

    def _serve(self, _settled: object) -> None:
        if self._stopped:
            return
        self._window.shop.changed.connect(self._changed)
        self._reload()

    def stop(self) -> None:
        """Stop printing and reading; the paper at hand is finished."""
        self._stopped = True
        self._printer.stop()
        self.scanners.stop()

    def _reload(self) -> None:
        self._window.shop.read(self._printer.reload, then=lambda _done: self._read(), key="printers")

    def _read(self) -> None:
        self._window.shop.read(read_devices, self._station_id, then=self._show, key="device desk")

    def _changed(self, changes: Changes) -> None:
        if printing.DEVICES_TOPIC in changes.topics:
            self._states.clear()
            self._reload()
        elif changes.document is not None or changes.topics & {printing.TOPIC, ELSEWHERE}:
            self._printer.wake()
            self._read()

    def _show(self, everything: tuple[list[DeviceRow], list[QueueRow]]) -> None:
        devices, waiting = everything
        roles = {device.role: device for device in devices}
        papers = [row for row in waiting if row.role != printing.LABEL_PRINTER]
        strip = self._window.strip
        fault = _fault(papers)
        word, state = self._readiness(printing.RECEIPT_PRINTER, roles, fault_words)
        at_fault = word, state
        if fault is not None:
            at_fault = fault_words(fault.reason)[0], status.LOOK
        strip.set("printer", *at_fault)
        # The drawer hangs on the printer unless it has a wire of its own: one that cannot be reached opens nothing.
        hangs_on = printing.DRAWER if printing.DRAWER in roles else printing.RECEIPT_PRINTER
        reason = fault.reason if fault is not None else self._states.get(hangs_on)
        if hangs_on == printing.RECEIPT_PRINTER and reason not in _OUT_OF_REACH:
            at_fault = _ready(hangs_on in roles)
        elif hangs_on == printing.DRAWER:
            at_fault = self._readiness(hangs_on, roles, fault_words)
        strip.set("drawer", *at_fault)
        count = sum(row.kind != "drawer_pulse" for row in waiting)
        strip.set("jobs", _("{count} waiting").format(count=count) if count else _("none"),
                  status.WORK if count else status.READY)  # fmt: skip
        self._say(fault, sum(row.kind != "drawer_pulse" for row in papers))
        self._show_labels(roles, [row for row in waiting if row not in papers])
        self.scanners.use([device for device in devices if device.role == printing.SCANNER])

    def _readiness(
        self, role: str, roles: dict[str, DeviceRow], words: Callable[[Reason], tuple[str, str]]
    ) -> tuple[str, str]:  # fmt: skip
        """Say how a device was when it was last asked: the word on its lamp and the lamp's state."""
        reason = self._states.get(role)
        if role not in roles or not reason:
            return _ready(role in roles)
        return words(reason)[0], status.LOOK

    def _device_seen(self, seen: DeviceSeen) -> None:
        self._states[seen.role] = seen.reason
        self._window.shop.device_seen.emit(seen)
        self._read()

    def _show_labels(self, roles: dict[str, DeviceRow], jobs: list[QueueRow]) -> None:
        fault = _fault(jobs)
        reason = fault.reason if fault is not None else self._labels_wait if jobs else Reason.NONE
        word, state = self._readiness(printing.LABEL_PRINTER, roles, label_fault_words)
        if reason:
            word, state = label_fault_words(reason)[0], status.LOOK
        elif jobs:
            word, state = _("printing"), status.WORK
        self._window.strip.set("label_printer", word, state)
        messages = self._window.messages
        if not reason:
            messages.drop("label printer")
            self._said_labels = ""
            return
        said = label_fault_words(reason)[1]
        if said != self._said_labels:
            self._said_labels = said
            goes_on = reason in (Reason.PAPER_OUT, Reason.RIBBON_OUT, Reason.COVER_OPEN, Reason.OFFLINE)
            rest = _("The labels go on by themselves when that is mended.") if goes_on else reason.words
            messages.say("warn", said, rest, _("Open queue"), self._window.open_queue, key="label printer")

    def _say(self, fault: QueueRow | None, count: int) -> None:
        """Put the printer's fault into the message bar, once for each change: it is tried again every few seconds."""
        messages = self._window.messages
        if fault is None:
            messages.drop("printer")
            self._said = None
            return
        waits = ngettext("{n} receipt waits; sales go on.", "{n} receipts wait; sales go on.", count).format(n=count)
        if fault.state is State.UNKNOWN:
            waits = _("Only you can see it; sales go on.")
        said = (fault_words(fault.reason)[1], waits)
        if said != self._said:
            self._said = said
            messages.say("warn", *said, _("Open queue"), self._window.open_queue, key="printer")

    def _job_changed(self, job: JobChanged) -> None:
        self._window.shop.job_stepped.emit(job)
        if job.whole and job.state is State.SENDING:
            # One step for every label: only what the printer waits for is worth a look at the queue.
            if job.reason is not self._labels_wait:
                self._labels_wait = job.reason
                self._read()
            return
        if job.whole:
            self._labels_wait = Reason.NONE
        if job.state in (State.FAILED, State.EXPIRED) and job.kind != "drawer_pulse":
            fact = _("Labels were not printed.") if job.whole else _("A receipt was not printed.")
            self._window.messages.say(
                "warn", fact, job.reason.words or job.state.words, _("Open queue"), self._window.open_queue,
                key="not printed",
            )  # fmt: skip
        self._window.shop.announce(Changes(topics=frozenset({"print_job"})))
        self._read()


def _fault(waiting: list[QueueRow]) -> QueueRow | None:
    return next((row for row in waiting if row.reason or row.state is State.UNKNOWN), None)


def _ready(there: bool) -> tuple[str, str]:
    return (_("ready"), status.READY) if there else (_("not here"), status.ABSENT)
