"""Open the shop and build everything around it: the only module that knows every part."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

import shopstock.ui.quick_start  # noqa: F401 - before the rest, and used below
from shopstock import resources
from shopstock.core.acting import Acting
from shopstock.core.outcome import ShopError
from shopstock.core.text import _
from shopstock.core.units import Instant, StationId
from shopstock.db import clock
from shopstock.db.connection import Db, is_postgresql, open_shop
from shopstock.queries import people as people_query
from shopstock.queries import settings as settings_query
from shopstock.services import people
from shopstock.ui import crash, quick_start, scanner_options, sounds, theme
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.jobs.daily import DailyWork
    from shopstock.ui.customer_display.desk import CustomerDisplays
    from shopstock.ui.device_desk import DeviceDesk
    from shopstock.ui.first_run import FirstRun, NewShop

#: The window is there and takes scans before printing, a serial scanner and the day's work begin beside it.
BACKGROUND_AFTER_MS = 150
#: So often it waits for a window that is still reading: a long report does not keep the printer.
MOST_LOOKS = 10
#: By then the window is built and painted.
STARTED_AFTER_MS = 1_000


def machine_settings() -> QSettings:
    """Return the settings of this computer: window, appearance, keys, which till it is."""
    folder = Path(platformdirs.user_config_dir("shopstock", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def application() -> QApplication:
    """Return the application, made and dressed when there is none yet."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("shopstock")
    app.setDesktopFileName("shopstock")
    return app


def who_starts(db: Db, as_name: str | None, station_id: StationId | None) -> Acting | None:
    """Return who is signed in at the start: a named person, the only one without a PIN, or nobody yet."""
    if as_name:
        return people.acting_for_name(db, as_name, station_id)
    known = people_query.people(db)
    if len(known) == 1 and not known[0].has_pin:
        return people.acting_for_owner(db, station_id)
    return None


def till_of(db: Db, machine: QSettings) -> StationId | None:
    """Return which of the shop's tills this computer is; ``None`` when it was never told or the shop has no such till.

    The computer keeps one answer for every shop it opens: the till of one shop may be missing in the next.
    """
    kept = str(machine.value("station", ""))
    if not (kept.isascii() and kept.isdigit()) or len(kept) > 18:
        return None
    known = db.value("SELECT id FROM station WHERE id = ?", (int(kept),))
    return None if known is None else StationId(known)


def build(
    url: str,
    *,
    as_name: str | None = None,
    machine: QSettings | None = None,
    banner: str = "",
    inline: bool = False,
    devices: bool = True,
    backs_up: bool = True,
) -> MainWindow:
    """Open a shop and return its window, not yet shown; ``backs_up`` saves a backup when it closes, if settings say so.

    Raises ``ShopError`` when the shop cannot be opened.
    """
    app = application()
    machine = machine if machine is not None else machine_settings()
    theme.apply(app, str(machine.value("window/appearance", "system")))
    theme.set_motion(str(machine.value("window/still", "false")).lower() not in ("true", "1"))
    db = open_shop(url)
    try:
        settings = settings_query.load(db)
        station = till_of(db, machine)
        acting = who_starts(db, as_name, station)
        at_station = acting.station_id if acting is not None else people.acting_for_owner(db, station).station_id
    except BaseException:
        db.close()
        raise
    sounds.enable(settings.sounds)
    if settings.practice:
        banner = _("Practice mode: a copy of the shop. Nothing here is a real sale.")
    if inline:
        db.close()
    shop = Shop(url, inline=inline, acting=acting, opened=None if inline else db)
    shop.settings = settings
    window = MainWindow(shop, machine, title=f"{settings.name} · shopstock", banner=banner)
    window.panels.station_id = at_station
    scanner = Scanner(scanner_options.kept(machine), parent=window)
    scanner.install(app)
    window.scanner = scanner
    scanner.scanned.connect(window.on_scan)
    background: Background | None = None
    if devices:
        background = Background(window, scanner, at_station, daily=not inline)
        QTimer.singleShot(BACKGROUND_AFTER_MS, background, background.start)
    if devices and backs_up and not settings.practice:
        window.farewell.work = _closing_backup
    window.closing.connect(lambda: _close(shop, scanner, background))
    return window


class Background(QObject):
    """What goes on beside the window: the devices of the till, and with ``daily`` the work of each day."""

    def __init__(self, window: MainWindow, scanner: Scanner, station_id: StationId, *, daily: bool) -> None:
        super().__init__(window)
        self._window, self._scanner, self._station_id, self._daily = window, scanner, station_id, daily
        self._desk: DeviceDesk | None = None
        self._displays: CustomerDisplays | None = None
        self._day_work: DailyWork | None = None
        self._stopped = False
        self._looks = 0

    def start(self) -> None:
        """Start it when the window has what it asked for, or asks for long; never when it closed before."""
        if self._stopped:
            return
        self._looks += 1
        if not self._window.shop.idle and self._looks < MOST_LOOKS:
            QTimer.singleShot(BACKGROUND_AFTER_MS, self, self.start)
            return
        from shopstock.jobs.daily import DailyWork
        from shopstock.ui import qt_printer
        from shopstock.ui.customer_display.desk import CustomerDisplays
        from shopstock.ui.device_desk import DeviceDesk

        qt_printer.install()
        self._desk = DeviceDesk(self._window, self._scanner, self._station_id)
        self._desk.start()
        self._displays = self._window.customer_displays = CustomerDisplays(self._window, self._station_id)
        self._displays.start()
        if self._daily:
            self._day_work = DailyWork(self._window.shop.url, self._window.shop.announce)
            self._day_work.start()

    def stop(self) -> None:
        """Stop it; the paper at hand is finished."""
        self._stopped = True
        if self._day_work is not None:
            self._day_work.stop()
        if self._displays is not None:
            self._displays.stop()
        if self._desk is not None:
            self._desk.stop()


def _close(shop: Shop, scanner: Scanner, background: Background | None) -> None:
    scanner.remove()
    if background is not None:
        background.stop()
    shop.close()


def _closing_backup(db: Db) -> None:
    chosen = settings_query.load(db)
    if chosen.backup_daily:
        from shopstock.jobs import backups

        backups.run_now(db, backups.folder_for(db.url, chosen.backup_folder), clock.now())


def go_on_where_it_was_left(url: str) -> None:
    """Let the clock go on from the demo shop's last morning, so that its day and its figures fit together."""
    with open_shop(url) as db:
        anchor = db.value("SELECT value FROM setting WHERE key = 'demo_anchor'")
    if anchor is not None:
        clock.go_on_from(Instant(int(anchor)))


class Program:
    """What the program shows: the first-run page or a window; it changes from one to the other."""

    def __init__(self, app: QApplication, reporter: crash.CrashReporter) -> None:
        self._app = app
        self._reporter = reporter
        self.window: MainWindow | FirstRun | None = None
        self._left: tuple[str, str] | None = None
        self._demo: Path | None = None

    def open(self, url: str, as_name: str | None = None, banner: str = "") -> None:
        """Show the window of a shop in the place of what is shown."""
        window = build(url, as_name=as_name, banner=banner, backs_up=self._demo is None)
        window.shop.crashed.connect(self._reporter.report)
        window.shop.restore_asked.connect(lambda path: self._restore(window, path, banner))
        window.shop.practice_asked.connect(lambda path: self._practise(window, path, banner))
        window.shop.reopen_asked.connect(lambda: self._open_again(window, banner))
        before, self.window = self.window, window
        window.show()
        if isinstance(before, MainWindow):
            before.close_now()
        elif before is not None:
            before.close()

    def first_run(self, url: str) -> None:
        """Show the page of the first start; a new shop is made at ``url``."""
        from shopstock.ui.first_run import FirstRun

        page = FirstRun()
        page.demo_chosen.connect(lambda: self._try(page, self.open_demo))
        page.file_chosen.connect(lambda path: self._try(page, lambda: self.open(path)))
        page.new_chosen.connect(lambda new: self._try(page, lambda: self._found(url, new)))
        self.window = page
        page.show()

    def open_demo(self) -> None:
        """Show the window on a private copy of the demo shop."""
        from shopstock.db import backup

        folder = Path(platformdirs.user_cache_dir("shopstock", appauthor=False)) / f"demo-{os.getpid()}"
        folder.mkdir(parents=True, exist_ok=True)
        self._demo = folder
        copy = folder / "demo.db"
        backup.restore(resources.sample_db(), str(copy))
        go_on_where_it_was_left(str(copy))
        self.open(str(copy), banner=_("Demo shop: look around and try everything; nothing is kept."))

    def clear_up(self) -> None:
        """Remove the demo shop's copy: nothing of it is kept."""
        if self._demo is not None:
            shutil.rmtree(self._demo, ignore_errors=True)

    def _open_again(self, window: MainWindow, banner: str) -> None:
        """Open the shop once more, for settings that count from the start; the person stays signed in."""
        acting = window.shop.acting
        self.open(window.shop.url, acting.name if acting is not None else None, banner)

    def _found(self, url: str, new: NewShop) -> None:
        from shopstock.services import founding

        if not is_postgresql(url):
            Path(url).parent.mkdir(parents=True, exist_ok=True)
        with open_shop(url, create=True) as db:
            founding.found_shop(
                db, name=new.name, currency=new.currency, costing=new.costing, tax_mode=new.tax_mode,
                tax_rate=new.tax_rate,
            )  # fmt: skip
        self.open(url)

    def _try(self, page: FirstRun, work: Callable[[], None]) -> None:
        try:
            work()
        except ShopError as error:
            page.say(str(error))

    def _restore(self, window: MainWindow, path: str, banner: str) -> None:
        from shopstock.db import backup

        url = window.shop.url
        window.close_now()
        try:
            kept = backup.restore(path, url)
        except ShopError as error:
            self.open(url, banner=banner)
            self._say("bad", _("Nothing was restored."), str(error))
            return
        self.open(url, banner=banner)
        self._say("ok", _("The backup is restored."), _("What was here is kept at {path}.").format(path=kept))

    def _practise(self, window: MainWindow, path: str, banner: str) -> None:
        """Open a practice shop in the window's place, or the shop behind it; the person stays signed in."""
        acting = window.shop.acting
        name = acting.name if acting is not None else None
        if path:
            self._left = (window.shop.url, banner)
            self.open(path, name)
        elif self._left is not None:
            (url, banner), self._left = self._left, None
            self.open(url, name, banner)
            from shopstock.services import practice

            practice.end(window.shop.url)

    def _say(self, level: str, fact: str, consequence: str) -> None:
        if isinstance(self.window, MainWindow):
            self.window.shop.say(level, fact, consequence)


def default_shop() -> str:
    """Return where the shop lies when nobody says otherwise: ``SHOPSTOCK_DB``, else the user's data folder."""
    named = os.environ.get("SHOPSTOCK_DB")
    return named or str(Path(platformdirs.user_data_dir("shopstock", appauthor=False)) / "shop.db")


def main(url: str | None = None, *, as_name: str | None = None, demo: bool = False) -> int:
    """Show the program until it is closed and return its exit code."""
    quick_start.collect_later()
    app = application()
    crash.start_log()
    theme.apply(app, str(machine_settings().value("window/appearance", "system")))
    theme.follow_system(app)
    reporter = crash.CrashReporter(app)
    program = Program(app, reporter)
    reporter.install(lambda: program.window)
    where = url or default_shop()
    try:
        try:
            if demo:
                program.open_demo()
            elif is_postgresql(where) or Path(where).exists():
                program.open(where, as_name)
            else:
                program.first_run(where)
        except ShopError as error:
            sys.stderr.write(f"{error}\n")
            program.first_run(where)
            if program.window is not None and not isinstance(program.window, MainWindow):
                program.window.say(str(error))
        QTimer.singleShot(STARTED_AFTER_MS, app, quick_start.collect_from_now)
        return app.exec()
    finally:
        gc.enable()
        reporter.remove()
        program.clear_up()
