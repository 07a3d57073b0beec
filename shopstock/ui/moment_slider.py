"""The slider into the past: any day since the shop's first document, with the months below it; the right end is now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from PySide6.QtCore import QDate, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from shopstock.core.text import _
from shopstock.core.units import Instant
from shopstock.db import clock
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme

SETTLE_MS = 90
_KNOB = 16
_NAME_ROOM = 56


class _Month(NamedTuple):
    """Where a month begins on the line, and what stands below it; ``year`` marks a January."""

    value: int
    name: str
    year: bool


class _Track(QSlider):
    """The line with a gap and a name at each month's start, painted from the tokens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(_("Show the stock as of a day"))
        self.setFixedHeight(theme.CONTROL)
        self.setPageStep(30)
        self.last_day = clock.to_local(clock.now()).date()
        theme.watcher().changed.connect(self.update)

    def day(self) -> date:
        """Return the day under the knob."""
        return self.last_day - timedelta(days=self.maximum() - self.value())

    def _x(self, value: int) -> int:
        room = self.width() - _KNOB
        where = _KNOB // 2 + (room * value // self.maximum() if self.maximum() else room)
        return self.width() - where if self.isRightToLeft() else where

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = 16
        painter.setPen(QPen(t.color("accent"), 3, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(_KNOB // 2, y, self.width() - _KNOB // 2, y)
        painter.setFont(theme.font(theme.SMALL))
        months = self._months()
        painter.setPen(QPen(t.color("surface"), 2))
        for month in months:
            x = self._x(month.value)
            painter.drawLine(x, y - 3, x, y + 3)
        painter.setPen(t.color("ink2"))
        taken: list[int] = []
        # A year's beginning is named first: without it nobody knows which October is meant.
        for month in sorted(months, key=lambda month: not month.year):
            x = self._x(month.value)
            if 20 < x < self.width() - 20 and all(abs(x - other) >= _NAME_ROOM for other in taken):
                painter.drawText(QRect(x - 30, y + 8, 60, 18), Qt.AlignmentFlag.AlignCenter, month.name)
                taken.append(x)
        painter.setPen(QPen(t.color("accent"), 3))
        painter.setBrush(t.color("accentsoft" if self.hasFocus() else "surface"))
        painter.drawEllipse(self._x(self.value()) - 7, y - 7, 14, 14)

    def _months(self) -> list[_Month]:
        first = self.last_day - timedelta(days=self.maximum())
        found: list[_Month] = []
        day = first.replace(day=1)
        while day <= self.last_day:
            if day >= first:
                name = fmt.locale().toString(QDate(day.year, day.month, 1), "MMM" if day.month > 1 else "yyyy")
                found.append(_Month((day - first).days, name, day.month == 1))
            day = (day + timedelta(days=32)).replace(day=1)
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(True)
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _follow(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self.isRightToLeft():
            x = self.width() - x
        self.setValue(round((x - _KNOB / 2) * self.maximum() / max(1, self.width() - _KNOB)))


class _Live(QLabel):
    """The word "Live" with its disc."""

    def __init__(self) -> None:
        super().__init__(_("Live"))
        self.setFont(theme.font(theme.BODY, theme.MEDIUM))
        self.setIndent(theme.S6)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().color("ok"))
        x = self.width() - 16 if self.isRightToLeft() else 8
        painter.drawEllipse(x, self.height() // 2 - 4, 9, 9)


class MomentSlider(QFrame):
    """The card with the slider. ``moved`` carries the end of the chosen day, or ``None`` for now."""

    moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFixedHeight(theme.CONTROL + 2)
        self._icon = QLabel()
        as_of = QLabel(_("As of"))
        as_of.setProperty("role", "label")
        self._when = QLabel()
        self._when.setFont(theme.font(theme.BODY, theme.SEMIBOLD))
        self._when.setFixedWidth(QFontMetrics(self._when.font()).horizontalAdvance("30 Sept 2026") + 4)
        self._track = _Track()
        self._now = QPushButton(_("Back to now"))
        self._now.setProperty("kind", "link")
        self._live = _Live()
        for end in (self._now, self._live):
            end.setFixedWidth(100)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.S4, 0, theme.S4, 0)
        layout.setSpacing(theme.S2)
        for widget in (self._icon, as_of, self._when):
            layout.addWidget(widget)
        layout.addWidget(self._track, 1)
        layout.addWidget(self._now)
        layout.addWidget(self._live)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(lambda: self.moved.emit(self.moment()))
        self._track.valueChanged.connect(self._changed)
        self._now.clicked.connect(self.go_to_now)
        theme.watcher().changed.connect(self._show_icon)
        self._show_icon()
        self.set_range(None)

    def _show_icon(self) -> None:
        self._icon.setPixmap(icons.pixmap("clock", 20, "ink2", self.devicePixelRatioF()))

    def set_range(self, earliest: Instant | None) -> None:
        """Begin at the day of the first document."""
        today = clock.to_local(clock.now()).date()
        first = clock.to_local(earliest).date() if earliest is not None else today
        at_now = self._track.value() == self._track.maximum()
        self._track.last_day = today
        self._track.setEnabled(first < today)
        self._track.setRange(0, max((today - first).days, 0))
        if at_now:
            self._track.setValue(self._track.maximum())
        self._show()
        self._track.update()

    def go_to_now(self) -> None:
        """Move the knob to the right end: the table is live again."""
        self._track.setValue(self._track.maximum())

    def moment(self) -> Instant | None:
        """Return the last instant of the chosen day, or ``None`` when the knob is at now."""
        if self._track.value() == self._track.maximum():
            return None
        day = self._track.day()
        return Instant(clock.end_of(clock.as_day(clock.to_local(clock.now()).replace(
            year=day.year, month=day.month, day=day.day))) - 1)  # fmt: skip

    def _changed(self) -> None:
        self._show()
        self._settle.start()

    def _show(self) -> None:
        moment = self.moment()
        self._when.setText(_("now") if moment is None else fmt.day(clock.day_of(moment)))
        self._now.setVisible(moment is not None)
        self._live.setVisible(moment is None)
