"""The window: rail, message bar, the screen on show, help, status strip.

A screen (see :mod:`screens`) is imported and built when it is first opened, as ``Class(shop)``.
What a screen may have, and the window then uses: ``on_scan(scan)`` (scans go to the visible screen alone),
``bind_actions(actions)`` (called once), ``came_into_view()`` (each time it is opened), ``may_leave() -> bool`` and
``status_text() -> str`` for the far end of the strip.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from shopstock.core.acting import Acting
from shopstock.core.outcome import ShopError
from shopstock.core.scan import Scan
from shopstock.core.settings import Settings
from shopstock.core.text import _
from shopstock.core.units import StationId
from shopstock.db import clock
from shopstock.ui import messages, scanner_options, sounds, status, theme
from shopstock.ui.actions import Actions, Command
from shopstock.ui.farewell import Farewell, banner_strip
from shopstock.ui.rail import Rail
from shopstock.ui.scanner import Scanner, ScannerOptions
from shopstock.ui.screens import AFTER_MS, SCREENS, RailCounts, Screen, load
from shopstock.ui.shop import Shop
from shopstock.ui.window_panels import WindowPanels
from shopstock.ui.words import role_name

if TYPE_CHECKING:
    from shopstock.ui.customer_display.desk import CustomerDisplays
    from shopstock.ui.help import HelpPanel
    from shopstock.ui.palette import Palette
    from shopstock.ui.print_queue import PrintQueue
    from shopstock.ui.sign_in import SignInScreen
    from shopstock.ui.transfers.reminder import Reminder


SMALLEST = QSize(1024, 768)
#: What a title bar takes of the screen's height.
FRAME = 40


class MainWindow(QMainWindow):
    """The window of one shop."""

    screen_opened = Signal(str)
    closing = Signal()

    def __init__(
        self,
        shop: Shop,
        machine: QSettings,
        *,
        screens: tuple[Screen, ...] = SCREENS,
        title: str = "shopstock",
        banner: str = "",
    ) -> None:
        super().__init__()
        self.shop = shop
        self.machine = machine
        self.actions_ = Actions(machine, self)
        self.panels = WindowPanels(self)
        self._screens = {screen.id: screen for screen in screens}
        self._built: dict[str, QWidget] = {}
        self._current = ""
        self._leaving = False
        self.scanner: Scanner | None = None
        self.customer_displays: CustomerDisplays | None = None
        self.setWindowTitle(title)
        self.setMinimumSize(SMALLEST)
        self._build(banner)
        self._bind()
        self._connect()
        self._restore()
        self._signed_in(shop.acting)
        self.counts = RailCounts(shop, self.rail, screens)
        QTimer.singleShot(AFTER_MS, self, self._remind)

    # -- what it is made of ---------------------------------------------------------------------------------------

    def _build(self, banner: str) -> None:
        canvas = QWidget()
        canvas.setObjectName("canvas")
        self.rail = Rail()
        for screen in self._screens.values():
            self.rail.add(screen.id, _(screen.short or screen.title), screen.icon, screen.digit, _(screen.title))
        self.stack = QStackedWidget()
        self.content = QWidget()
        self._page = QVBoxLayout(self.content)
        self._page.setSpacing(0)
        self._page.addWidget(self.stack, 1)
        self.messages = messages.MessageBar(self.content)
        self.strip = status.StatusStrip()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.content, 1)
        outer = QVBoxLayout(canvas)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if banner:
            outer.addWidget(banner_strip(banner))
        outer.addLayout(middle, 1)
        outer.addWidget(self.strip)
        self.setCentralWidget(canvas)
        self.farewell = Farewell(self.shop, canvas)
        self.farewell.done.connect(self.close_now)

    def _bind(self) -> None:
        bind = self.actions_.bind
        bind("palette", self.panels.open_palette, self)
        bind("help", self.toggle_help, self)
        bind("sign_in", self.ask_sign_in, self)
        bind("queue", self.open_queue, self)
        bind("full_screen", self._toggle_full_screen, self)
        bind("appearance", self._next_appearance, self)
        for screen in self._screens.values():
            id_ = f"screen.{screen.id}"
            self.actions_.add(Command(id_, screen.title, screen.icon, f"Alt+{screen.digit}", screen.permission))
            bind(id_, partial(self.open_screen, screen.id), self)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.open_screen)
        self.strip.person.clicked.connect(self.ask_sign_in)
        self.shop.message.connect(self._refused)
        self.shop.said.connect(self._said)
        self.shop.unsaid.connect(self.messages.drop)
        self.shop.acting_changed.connect(self._signed_in)
        self.shop.database_state.connect(self._database)
        self.messages.shown.connect(lambda _message: self._place_bar())
        self.shop.settings_changed.connect(self._settings_changed)
        self.strip.add_lamps(self.open_queue, self.show_settings)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self._clock.start(10_000)
        self._tick()

    @property
    def sign_in(self) -> SignInScreen:
        """The page that asks who is at the till."""
        return self.panels.sign_in

    @property
    def help(self) -> HelpPanel:
        """The help of the screen on show."""
        return self.panels.help

    @property
    def queue(self) -> PrintQueue:
        """The print queue."""
        return self.panels.queue

    @property
    def palette_(self) -> Palette:
        """What finds commands, screens and things by their words."""
        return self.panels.palette

    @cached_property
    def reminder(self) -> Reminder:
        """What says once a day which transfers are overdue, made some time after the window stands."""
        from shopstock.ui.transfers.reminder import Reminder

        made = Reminder(self.shop, self.machine, self, partial(self.open_screen, "transfers"))
        self.screen_opened.connect(lambda _id: made.ask())
        return made

    def _remind(self) -> None:
        self.reminder.ask()

    # -- screens --------------------------------------------------------------------------------------------------

    @property
    def current_screen(self) -> str:
        """The id of the screen on show; empty while somebody has to sign in."""
        return self._current

    def opened(self, id_: str) -> Any:
        """Return a screen, built when it is first asked for."""
        if id_ not in self._built:
            made: QWidget = load(self._screens[id_].path)(self.shop)
            self._built[id_] = made
            self.stack.addWidget(made)
            if hasattr(made, "bind_actions"):
                made.bind_actions(self.actions_)
        return self._built[id_]

    def allowed_screens(self) -> list[str]:
        """Return the ids of the screens that the signed-in person may open."""
        acting = self.shop.acting
        if acting is None:
            return []
        return [s.id for s in self._screens.values() if s.permission is None or acting.may(s.permission)]

    def open_screen(self, id_: str) -> None:
        """Show a screen, if the person may."""
        if id_ not in self.allowed_screens():
            self.rail.mark(self._current)
            return
        leaving = self._built.get(self._current)
        if leaving is not None and id_ != self._current and hasattr(leaving, "may_leave") and not leaving.may_leave():
            self.rail.mark(self._current)
            return
        made = self.opened(id_)
        if id_ != self._current:
            self.panels.hide_queue()
        self._current = id_
        self.rail.mark(id_)
        self.stack.setCurrentWidget(made)
        self._margins()
        if self.panels.helps:
            self.help.open(id_, self.shop.acting)
        if hasattr(made, "came_into_view"):
            made.came_into_view()
        self.focus_screen()
        self.screen_opened.emit(id_)

    def show_settings(self, section: str) -> None:
        """Open the settings at a section."""
        self.open_screen("settings")
        if self._current == "settings":
            self.opened("settings").show_section(section)

    def on_scan(self, scan: Scan) -> None:
        """Hand a scan to the visible screen; one that takes none says so by its tone."""
        target: Any = self.stack.currentWidget()
        if self.farewell.isVisible():
            return
        if hasattr(target, "on_scan"):
            target.on_scan(scan)
        else:
            sounds.no()

    def focus_screen(self) -> None:
        """Give the keys back to the screen on show."""
        current = self.stack.currentWidget()
        if current is not None and not current.isAncestorOf(QApplication.focusWidget() or self):
            current.setFocus()

    # -- who ------------------------------------------------------------------------------------------------------

    def ask_sign_in(self) -> None:
        """Show the sign-in screen; what is open stays as it is behind it."""
        self.sign_in.prepare(back=self.shop.acting is not None)
        self.stack.setCurrentWidget(self.sign_in)
        self.panels.hide_queue()
        self._current = ""
        self.rail.mark("")
        self._margins()
        self.sign_in.setFocus()

    def _signed_in(self, acting: Acting | None) -> None:
        self.rail.allow(set(self.allowed_screens()))
        if acting is None:
            self.strip.person.set("", "")
            self.ask_sign_in()
            return
        self.strip.person.set(acting.name, role_name(acting.role))
        allowed = self.allowed_screens()
        last = str(self.machine.value("window/screen", ""))
        self.open_screen(last if last in allowed else allowed[0])

    # -- what people see ------------------------------------------------------------------------------------------

    def toggle_help(self) -> None:
        """Open or close the help of the screen on show."""
        if self.panels.helps:
            self.help.close_panel()
        else:
            self.panels.hide_queue()
            self.help.open(self._current or "first_steps", self.shop.acting)
            self._place_bar()

    def open_queue(self) -> None:
        """Open the print queue over the screen on show."""
        if self.shop.acting is not None:
            self.panels.hide_help()
            self.queue.open()
            self._place_bar()

    def _refused(self, error: ShopError, _asked_by: object) -> None:
        self.messages.say("bad", str(error), key="refused")

    def _said(self, message: messages.Message) -> None:
        self.messages.say(
            message.level, message.fact, message.consequence, message.action, message.on_action,
            key=message.key, passing=message.passing,
        )  # fmt: skip

    def _database(self, reachable: bool, sentence: str) -> None:
        if reachable:
            self.strip.set("database", _("saved"), status.READY)
            self.messages.drop("database")
        else:
            self.strip.set("database", _("not reachable"), status.FAULT)
            self.messages.say("bad", _("The shop cannot be reached."), sentence, key="database")

    def _tick(self) -> None:
        current: Any = self.stack.currentWidget()
        said = current.status_text() if hasattr(current, "status_text") else ""
        time = clock.to_local(clock.now()).strftime("%H:%M")
        self.strip.say_right(f"{said} · {time}" if said else time)

    def _settings_changed(self, settings: Settings) -> None:
        sounds.enable(settings.sounds)
        self.setWindowTitle(f"{settings.name} · shopstock")

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _next_appearance(self) -> None:
        modes = ("light", "dark", "contrast")
        self.set_appearance(modes[(modes.index(theme.current().mode) + 1) % len(modes)])

    def use_scanner(self, options: ScannerOptions) -> None:
        """Read the scanner of this computer so from now on."""
        scanner_options.keep(self.machine, options)
        if self.scanner is not None:
            self.scanner.options = options

    def use_station(self, station_id: StationId) -> None:
        """Let this computer be another till from now on; the program opens the shop again as that till."""
        self.machine.setValue("station", int(station_id))
        self.machine.sync()
        self.shop.reopen_asked.emit()

    def set_appearance(self, mode: str) -> None:
        """Change the colours now and for the next start."""
        self.machine.setValue("window/appearance", mode)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, mode)

    # -- measures and state ---------------------------------------------------------------------------------------

    def _margins(self) -> None:
        narrow = self.width() < 1200
        side, top, gap = (theme.S4, theme.S3, theme.S3) if narrow else (theme.S6, theme.S4, theme.S4)
        reserve = self._current in self._screens and self._screens[self._current].reserve
        self._page.setContentsMargins(side, top + (theme.CONTROL + gap if reserve else 0), side, side)
        self._reserved = reserve
        self._place_bar()
        QTimer.singleShot(0, self, self._place_bar)  # again when the screen is laid out

    def _place_bar(self) -> None:
        margins = self._page.contentsMargins()
        top = theme.S3 if self.width() < 1200 else theme.S4
        width = self.content.width() - margins.left() - margins.right()
        place = QRect(margins.left(), top, width, theme.CONTROL)
        screen = self.stack.currentWidget()
        if not self._reserved and screen is not None:
            place = messages.beside_buttons(place, screen, self.content)
        self.messages.setGeometry(place)
        self.messages.setVisible(self._reserved or self.messages.current() is not None)
        self.messages.raise_()
        bottom = self.content.height() - margins.bottom()
        self.panels.place(QRect(margins.left(), top, width, bottom - top))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._margins()

    def _restore(self) -> None:
        geometry = self.machine.value("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            room = self.screen().availableSize()
            self.resize(1280, 800)
            if room.width() >= SMALLEST.width() and (room.width() < 1280 or room.height() < 800 + FRAME):
                self.setWindowState(Qt.WindowState.WindowMaximized)

    def close_now(self) -> None:
        """Close without saying farewell: a backup is taken already, or the program only changes the shop."""
        self._leaving = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        app = QApplication.instance()
        logging_off = isinstance(app, QApplication) and app.isSavingSession()
        if not self._leaving and not logging_off and self.farewell.begin():
            event.ignore()
            return
        self.machine.setValue("window/geometry", self.saveGeometry())
        if self._current:
            self.machine.setValue("window/screen", self._current)
        self.machine.sync()
        self.closing.emit()
        super().closeEvent(event)
