"""The status strip: who is signed in and how the devices are, each a shape and a word, a click opens the cure.

Disc ready, triangle look, square fault, ring absent, arc at work: never colour alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QWidget

from shopstock.core.text import _
from shopstock.ui import icons, theme

READY, LOOK, FAULT, ABSENT, WORK = "ready", "look", "fault", "absent", "work"


@dataclass(slots=True)
class _Lamp:
    label: str
    short: str
    word: str
    state: str


class StatusButton(QAbstractButton):
    """One lamp: shape, label, word."""

    def __init__(self, label: str, short: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lamp = _Lamp(label, short, "", ABSENT)
        self._compact = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set("", ABSENT)

    def set(self, word: str, state: str) -> None:
        """Show a word and a state."""
        self._lamp.word, self._lamp.state = word, state
        self.setAccessibleName(f"{self._lamp.label}: {word}")
        self.setToolTip(f"{self._lamp.label}: {word}")
        self.updateGeometry()
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Use the short label."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        small = QFontMetrics(theme.font(theme.SMALL))
        bold = QFontMetrics(theme.font(theme.SMALL, theme.MEDIUM))
        width = 16 + small.horizontalAdvance(self._label()) + 5 + bold.horizontalAdvance(self._lamp.word) + 8
        return QSize(width, theme.STRIP - 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(28, theme.STRIP - 4)

    def _label(self) -> str:
        return self._lamp.short if self._compact else self._lamp.label

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        rtl = self.isRightToLeft()
        middle = self.height() / 2
        spot = QRectF(self.width() - 14 if rtl else 4, middle - 5, 10, 10)
        paint_dot(painter, spot, self._lamp.state)
        small = theme.font(theme.SMALL)
        bold = theme.font(theme.SMALL, theme.MEDIUM)
        first = QFontMetrics(small).horizontalAdvance(self._label())
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        area = QRectF(self.rect()).adjusted(0 if rtl else 20, 0, -20 if rtl else 0, 0)
        painter.setFont(small)
        painter.setPen(t.color("ink2"))
        painter.drawText(area, side, self._label())
        rest = area.adjusted(0, 0, -first - 5, 0) if rtl else area.adjusted(first + 5, 0, 0, 0)
        painter.setFont(bold)
        painter.setPen(t.color({LOOK: "warn", FAULT: "bad"}.get(self._lamp.state, "ink")))
        word = QFontMetrics(bold).elidedText(self._lamp.word, Qt.TextElideMode.ElideRight, int(rest.width()))
        painter.drawText(rest, side, word)
        if self.hasFocus():
            painter.setPen(QPen(t.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 7, -1, -7), 4, 4)
        painter.end()


def paint_dot(painter: QPainter, spot: QRectF, state: str) -> None:
    """Paint the shape of a state."""
    t = theme.current()
    color = QColor({READY: t.ok, LOOK: t.warn, FAULT: t.bad, ABSENT: t.ink2, WORK: t.accent}[state])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if state == READY:
        painter.drawEllipse(spot.adjusted(0.5, 0.5, -0.5, -0.5))
    elif state == LOOK:
        peak = QPointF(spot.center().x(), spot.top() - 0.5)
        painter.drawPolygon(QPolygonF([peak, spot.bottomRight() + QPointF(1, 0), spot.bottomLeft() + QPointF(-1, 0)]))
    elif state == FAULT:
        painter.drawRect(spot.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 2 if state == WORK else 1.5))
        ring = spot.adjusted(1, 1, -1, -1)
        if state == WORK:
            painter.drawArc(ring, 0, 270 * 16)
        else:
            painter.drawEllipse(ring)


class StatusStrip(QFrame):
    """The strip at the foot of the window. ``lamp(...)`` adds one, ``set(...)`` changes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setFixedHeight(theme.STRIP)
        self._lamps: dict[str, StatusButton] = {}
        self.person = PersonButton(self)
        self._right = QLabel()
        self._right.setProperty("role", "small")
        theme.style_font(self._right, theme.SMALL)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(theme.S3, 0, theme.S4, 0)
        self._layout.setSpacing(theme.S3)
        self._layout.addWidget(self.person)
        self._layout.addStretch(1)
        self._layout.addWidget(self._right)
        theme.watcher().changed.connect(self.update)

    def lamp(self, name: str, label: str, on_click: Callable[[], object], *, short: str = "") -> StatusButton:
        """Add a lamp; a click calls ``on_click``, which leads to the cure."""
        button = StatusButton(label, short or label, self)
        button.clicked.connect(lambda _checked=False: on_click())
        self._lamps[name] = button
        self._layout.insertWidget(len(self._lamps), button)
        return button

    def add_lamps(self, open_queue: Callable[[], object], show_settings: Callable[[str], object]) -> None:
        """Add the lamps of a till, as they are before anything is known; each leads to its cure."""
        self.lamp("scanner", _("Scanner"), lambda: show_settings("scanner"))
        self.lamp("printer", _("Receipt printer"), open_queue, short=_("Receipts"))
        self.lamp("label_printer", _("Label printer"), open_queue, short=_("Labels"))
        self.lamp("drawer", _("Drawer"), lambda: show_settings("devices"))
        self.lamp("database", _("Database"), lambda: show_settings("backup"))
        self.lamp("jobs", _("Jobs"), open_queue)
        self.set("scanner", _("ready"), READY)
        self.set("printer", _("not here"), ABSENT)
        self.set("label_printer", _("not here"), ABSENT)
        self.set("drawer", _("not here"), ABSENT)
        self.set("database", _("saved"), READY)
        self.set("jobs", _("none"), READY)

    def set(self, name: str, word: str, state: str) -> None:
        """Show a word and a state (``ready``, ``look``, ``fault``, ``absent``, ``work``) on a lamp."""
        lamp = self._lamps.get(name)
        if lamp is not None:
            lamp.set(word, state)
            self._fit()

    def say_right(self, text: str) -> None:
        """Write what stands at the far end: station, sale, time."""
        self._right.setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for button in self._lamps.values():
            button.set_compact(False)
        self._right.show()
        wanted = self._wanted()
        if wanted > self.width():
            for button in self._lamps.values():
                button.set_compact(True)
            wanted = self._wanted()
        self._right.setVisible(wanted <= self.width() and bool(self._right.text()))

    def _wanted(self) -> int:
        widths = [button.sizeHint().width() + theme.S3 for button in self._lamps.values()]
        return sum(widths) + self.person.sizeHint().width() + self._right.sizeHint().width() + 3 * theme.S4


class PersonButton(QAbstractButton):
    """Who is signed in; a click opens the sign-in screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set("", "")

    def set(self, name: str, role: str) -> None:
        """Show a name and a role; an empty name means nobody."""
        text = (_("{name}, {role}").format(name=name, role=role) if role else name) if name else _("Nobody signed in")
        self.setText(text)
        self.setAccessibleName(_("Signed in: {name}").format(name=text))
        self.setToolTip(_("Sign in or out"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(theme.font(theme.SMALL, theme.SEMIBOLD)).horizontalAdvance(self.text())
        return QSize(width + 46, theme.STRIP - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        rtl = self.isRightToLeft()
        icon_at = self.width() - 22 if rtl else 4
        icons.paint(painter, "user", QRectF(icon_at, self.height() / 2 - 9, 18, 18), t.ink2)
        painter.setFont(theme.font(theme.SMALL, theme.SEMIBOLD))
        painter.setPen(t.color("ink"))
        area = self.rect().adjusted(12 if rtl else 30, 0, -30 if rtl else -12, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        edge = 0 if rtl else self.width() - 1
        painter.fillRect(edge, 12, 1, self.height() - 24, t.color("line"))
        if self.hasFocus():
            painter.setPen(QPen(t.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 7, -5, -7), 4, 4)
        painter.end()
