"""The serial scanners of this till: each known by its name, read beside the window, and shown on one lamp."""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from shopstock.core.outcome import Refused
from shopstock.core.text import _, ngettext
from shopstock.devices import serial_scanner
from shopstock.devices.serial_scanner import SerialScanner
from shopstock.queries.printing import DeviceRow
from shopstock.ui import status
from shopstock.ui.scanner import Scanner
from shopstock.ui.status import StatusStrip

_log = logging.getLogger(__name__)


class ScannerDesk(QObject):
    """Starts, replaces and stops the scanners that are set up; what they read goes into the window's scanner."""

    _connected = Signal(str, bool)

    def __init__(self, scanner: Scanner, strip: StatusStrip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scanner, self._strip = scanner, strip
        self._running: dict[str, tuple[DeviceRow, SerialScanner]] = {}
        self._there: dict[str, bool] = {}
        self._connected.connect(self._heard, Qt.ConnectionType.QueuedConnection)

    def use(self, devices: list[DeviceRow]) -> None:
        """Read these scanners from now on and no others; one that is set up as before goes on undisturbed."""
        wanted = {device.name: device for device in devices}
        for name in [name for name, (device, _reader) in self._running.items() if wanted.get(name) != device]:
            # The thread ends when its read does; the window does not wait for it.
            self._running.pop(name)[1].stop(0)
        self._there = {name: there for name, there in self._there.items() if name in self._running}
        for name, device in wanted.items():
            if name not in self._running:
                self._there[name] = False
                self._begin(device)
        self._show()

    def _begin(self, device: DeviceRow) -> None:
        name = device.name
        said = partial(self._scanner.feed_from_thread, source=name or "serial")
        try:
            wire = serial_scanner.of(device.settings)
            reader = SerialScanner(device.url, said, partial(self._connected.emit, name), wire)
        except Refused as error:
            # A row of another version, or edited by hand: the other scanners read all the same.
            _log.warning("the scanner %s cannot be used: %s", name, error)
            return
        self._running[name] = (device, reader)
        reader.start()

    def stop(self) -> None:
        """Stop every scanner."""
        readers = [reader for _device, reader in self._running.values()]
        self.use([])
        for reader in readers:
            reader.stop(1.0)

    def missing(self) -> list[str]:
        """Return the names of the scanners that are set up and not connected."""
        return [name for name, there in self._there.items() if not there]

    def _heard(self, name: str, there: bool) -> None:
        if name in self._there:
            self._there[name] = there
            self._show()

    def _show(self) -> None:
        missing = self.missing()
        if not missing:
            several = len(self._there)
            words = ngettext("{n} ready", "{n} ready", several).format(n=several) if several > 1 else _("ready")
            self._strip.set("scanner", words, status.READY)
        elif len(self._there) == 1 or not missing[0]:
            self._strip.set("scanner", _("not connected"), status.LOOK)
        else:
            self._strip.set("scanner", _("{name} not connected").format(name=missing[0]), status.LOOK)
