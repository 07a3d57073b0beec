"""The slim rail of screens: icon, word and digit; ``Alt`` and the digit open them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QLabel, QVBoxLayout, QWidget

from shopstock.core.text import _, ngettext
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme


class RailButton(QAbstractButton):
    """One entry of the rail. ``name`` is the whole name of a screen whose word is short for it."""

    def __init__(self, text: str, icon: str, digit: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._digit = icon, digit
        self._name = name or text
        self._count = 0
        self.setText(text)
        self.setCheckable(True)
        self.setFixedSize(theme.RAIL, theme.RAIL_ENTRY)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.count(0)
        self.setToolTip(_("{screen} (Alt+{digit})").format(screen=self._name, digit=digit))

    def count(self, count: int) -> None:
        """Show how many things wait on the screen; 0 shows nothing."""
        self._count = count
        waiting = ngettext("{n} waiting", "{n} waiting", count).format(n=fmt.number(count))
        self.setAccessibleName(f"{self._name}, {waiting}" if count else self._name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.RAIL, theme.RAIL_ENTRY)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(8, 2, self.width() - 16, self.height() - 4)
        ink = t.ink2
        if self.isChecked():
            ink = t.accent
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.color("accentsoft"))
            painter.drawRoundedRect(box, theme.RADIUS_CARD, theme.RADIUS_CARD)
            painter.setBrush(t.color("accent"))
            bar_at = self.width() - 4 if self.isRightToLeft() else 0
            painter.drawRoundedRect(QRectF(bar_at, self.height() / 2 - 18, 4, 36), 1.5, 1.5)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.color("sunken"))
            painter.drawRoundedRect(box, theme.RADIUS_CARD, theme.RADIUS_CARD)
        middle = self.width() // 2
        icons.paint(painter, self._icon, QRect(middle - 10, 11, 20, 20), ink)
        painter.setPen(ink)
        painter.setFont(theme.font(theme.SMALL, theme.MEDIUM))
        digit_at = QRect(10, 6, 16, 18) if self.isRightToLeft() else QRect(self.width() - 26, 6, 16, 18)
        painter.drawText(digit_at, Qt.AlignmentFlag.AlignCenter, self._digit)
        self._paint_count(painter)
        painter.setPen(ink)
        font = theme.font(theme.SMALL, theme.SEMIBOLD if self.isChecked() else theme.MEDIUM)
        painter.setFont(font)
        room = QRect(8, 34, self.width() - 16, 20)
        text = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(t.color("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS_CARD, theme.RADIUS_CARD)
        painter.end()

    def _paint_count(self, painter: QPainter) -> None:
        if not self._count:
            return
        t = theme.current()
        shown = fmt.number(self._count) if self._count < 100 else _("99+")
        metrics = theme.metrics(theme.SMALL, theme.SEMIBOLD)
        width = max(20, metrics.horizontalAdvance(shown) + 10)
        left = self.width() - 11 - width if self.isRightToLeft() else 11
        spot = QRectF(left, 8, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.color("accent"))
        painter.drawRoundedRect(spot, theme.RADIUS_CHIP, theme.RADIUS_CHIP)
        painter.setPen(t.color("onaccent"))
        painter.setFont(theme.font(theme.SMALL, theme.SEMIBOLD))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, shown)


class Rail(QFrame):
    """The rail. ``chosen`` tells the id of the screen that was asked for."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(theme.RAIL + 1)
        self.setAccessibleName(_("Screens"))
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, theme.S3, 0, theme.S4)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)
        hint = QLabel(_("Alt + key"))
        hint.setProperty("role", "small")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.style_font(hint, theme.SMALL)
        self._layout.addWidget(hint)
        theme.watcher().changed.connect(self.update)

    def add(self, id_: str, text: str, icon: str, digit: str, name: str = "") -> None:
        """Add an entry; ``name`` is the whole name where ``text`` is short for it."""
        button = RailButton(text, icon, digit, name, self)
        button.clicked.connect(lambda _checked=False: self.chosen.emit(id_))
        self._group.addButton(button)
        self._buttons[id_] = button
        self._layout.insertWidget(len(self._buttons) - 1, button)

    def mark(self, id_: str) -> None:
        """Show which screen is open; an unknown id marks none."""
        if id_ in self._buttons:
            self._buttons[id_].setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def count(self, id_: str, count: int) -> None:
        """Show how many things wait on a screen."""
        self._buttons[id_].count(count)

    def button(self, id_: str) -> RailButton:
        """Return the entry of a screen."""
        return self._buttons[id_]

    def allow(self, ids: set[str]) -> None:
        """Show only these entries: the rest is not this person's."""
        for id_, button in self._buttons.items():
            button.setVisible(id_ in ids)
