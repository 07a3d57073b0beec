"""A transfer that never arrives surfaces by itself: one message a day, on whatever screen but the till."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer

from shopstock.core.acting import Permission
from shopstock.core.text import _, ngettext
from shopstock.db import clock
from shopstock.queries import in_transit
from shopstock.queries.transfers import Head
from shopstock.ui import format as fmt
from shopstock.ui.shop import Shop
from shopstock.ui.transfers import words

if TYPE_CHECKING:
    from shopstock.ui.main_window import MainWindow

HOUR_MS = 3_600_000
_SAID = "transfers/reminded"
_KEY = "overdue"


class Reminder(QObject):
    """Looks when somebody signs in and every hour; this computer says it once a day."""

    def __init__(self, shop: Shop, machine: QSettings, window: MainWindow, look: Callable[[], object]) -> None:
        super().__init__(window)
        self._shop, self._machine, self._window, self._look = shop, machine, window, look
        shop.acting_changed.connect(self.ask)
        self._hourly = QTimer(self)
        self._hourly.timeout.connect(self.ask)
        self._hourly.start(HOUR_MS)

    def ask(self, _acting: object = None) -> None:
        """Ask for what is overdue, unless it was said today; the till is left in peace."""
        acting = self._shop.acting
        if self._window.current_screen == "sell":
            self._shop.unsay(_KEY)
            return
        if acting is not None and acting.may(Permission.TRANSFER) and self._today() != self._machine.value(_SAID, ""):
            self._shop.read(
                in_transit.overdue, then=self._say, failed=_ignore, key=("overdue", id(self)), asked_by=self
            )

    def _today(self) -> str:
        return str(clock.day_of(clock.now()))

    def _say(self, late: list[Head]) -> None:
        if not late or self._window.current_screen == "sell":
            return
        self._machine.setValue(_SAID, self._today())
        first = late[0]
        said = ngettext(
            "{number} from {place} is overdue.", "{number} from {place} and {n} more transfers are overdue.", len(late)
        ).format(number=first.number, place=first.from_place, n=fmt.number(len(late) - 1))
        plain = words.days_words(first.days) if first.days is not None else ""
        self._shop.say("warn", said, plain, _("Look"), self._look, key=_KEY)


def _ignore(_error: object) -> None:
    """What cannot be asked now is asked again in an hour."""
