"""The displays of one till: started beside its window, and again when they are set up otherwise."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QGuiApplication, QScreen

from shopstock.core import customer_display
from shopstock.core.customer_display import Frame
from shopstock.core.outcome import Changes
from shopstock.core.units import StationId
from shopstock.devices import line_display
from shopstock.devices.line_display import LineDisplay
from shopstock.queries import printing as printing_query
from shopstock.queries.printing import DeviceRow
from shopstock.services import printing
from shopstock.ui.customer_display.feed import Feed
from shopstock.ui.customer_display.window import CustomerWindow
from shopstock.ui.main_window import MainWindow

SCREEN, PICTURE = "customer_display/screen", "customer_display/picture"


def chosen_screen(machine: QSettings) -> QScreen | None:
    """Return the screen that the customer looks at, ``None`` when none is chosen or it is not plugged in."""
    kept = str(machine.value(SCREEN, ""))
    return screens().get(kept) if kept else None


def screens() -> dict[str, QScreen]:
    """Return the screens that are plugged in, by what is kept of them: the name, or the place of one without."""
    return {screen.name() or f"screen {at}": screen for at, screen in enumerate(QGuiApplication.screens(), 1)}


class CustomerDisplays(QObject):
    """Feeds the second window and the display of two lines of one till."""

    def __init__(self, window: MainWindow, station_id: StationId) -> None:
        super().__init__(window)
        self._window, self._station_id = window, station_id
        self._line: tuple[DeviceRow, LineDisplay] | None = None
        self.customer: CustomerWindow | None = None
        self.feed = Feed(window.shop, window.opened("sell"), self)
        self.feed.shown.connect(self._show)

    def start(self) -> None:
        """Begin to show; the till waits for nothing of it."""
        self._window.shop.changed.connect(self._changed)
        self.use_screen()
        self._read()

    def stop(self) -> None:
        """Show nothing more."""
        if self._line is not None:
            self._line[1].stop()
            self._line = None
        if self.customer is not None:
            self.customer.close()
            self.customer = None

    def use_screen(self) -> None:
        """Show the second window on the screen that is chosen now, or on none."""
        if self.customer is not None:
            self.customer.close()
            self.customer = None
        screen = chosen_screen(self._window.machine)
        if screen is None or (screen is self._window.screen() and len(QGuiApplication.screens()) > 1):
            return
        self.customer = CustomerWindow(str(self._window.machine.value(PICTURE, "")))
        self.customer.setScreen(screen)
        self.customer.setGeometry(screen.geometry())
        self.customer.activated.connect(self._window.activateWindow)
        self.customer.show_frame(self.feed.frame)
        self.customer.show()

    def _read(self) -> None:
        self._window.shop.read(
            printing_query.device, self._station_id, printing.DISPLAY, then=self._use, key="customer display"
        )

    def _use(self, device: DeviceRow | None) -> None:
        if self._line is not None and self._line[0] == device:
            return
        if self._line is not None:
            self._line[1].stop()
            self._line = None
        if device is not None:
            display = LineDisplay(device.url, line_display.of(device.settings))
            self._line = (device, display)
            display.start()
            self._show(self.feed.frame)

    def _show(self, frame: Frame) -> None:
        if self.customer is not None:
            self.customer.show_frame(frame)
        if self._line is not None:
            device, display = self._line
            columns = line_display.of(device.settings).columns
            display.show(customer_display.two_lines(frame, columns))

    def _changed(self, changes: Changes) -> None:
        if printing.DEVICES_TOPIC in changes.topics:
            self._read()
