"""The steps of the wizard in one bar: what is done, where we are, what comes."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from shopstock.core.text import _
from shopstock.ui import icons, theme

_CIRCLE = 26
_GAP = 10


class _Step(QPushButton):
    """One step: a circle with its number or a tick, and its name."""

    def __init__(self, number: int, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.number = number
        self.state = "to_come"
        self.setProperty("kind", "bare")
        self.setFixedHeight(theme.CONTROL - 2)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        theme.style_font(self, theme.BODY, theme.MEDIUM)
        theme.watcher().changed.connect(self.update)

    def show_state(self, state: str) -> None:
        """Show ``done``, ``here`` or ``to_come``; screen readers hear it."""
        self.state = state
        said = {"done": _("done"), "here": _("you are here")}.get(state, _("to come"))
        self.setAccessibleName(f"{self.number}. {self.text()}: {said}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_CIRCLE + _GAP + theme.metrics(theme.BODY, theme.SEMIBOLD).horizontalAdvance(self.text()) + 16, 42)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - _CIRCLE - 4 if rtl else 4
        circle = QRect(left, (self.height() - _CIRCLE) // 2, _CIRCLE, _CIRCLE)
        here, done = self.state == "here", self.state == "done"
        painter.setPen(QPen(t.color("accent" if here or done else "edge"), 1.5))
        painter.setBrush(t.color("accent" if here else "accentsoft" if done else "surface"))
        painter.drawEllipse(QRectF(circle).adjusted(0.75, 0.75, -0.75, -0.75))
        if done:
            icons.paint(painter, "check", circle.adjusted(5, 5, -5, -5), t.accent)
        else:
            painter.setPen(t.color("onaccent" if here else "ink2"))
            painter.setFont(theme.font(theme.SMALL, theme.SEMIBOLD))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self.number))
        painter.setFont(theme.font(theme.BODY, theme.SEMIBOLD if here else theme.MEDIUM))
        painter.setPen(t.color("ink" if here or done else "ink2"))
        words = self.rect().adjusted(0, 0, -(_CIRCLE + _GAP + 4), 0) if rtl else self.rect()
        if not rtl:
            words = words.adjusted(_CIRCLE + _GAP + 4, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(t.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS_CARD, theme.RADIUS_CARD)
        painter.end()


class _Link(QWidget):
    """The line between two steps."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.walked = False
        self.setMinimumWidth(theme.S3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(theme.current().color("ink2" if self.walked else "line"), 1))
        middle = self.height() // 2
        painter.drawLine(0, middle, self.width(), middle)
        painter.end()


class StepBar(QFrame):
    """The bar. ``chosen`` tells which step somebody wants to go to."""

    chosen = Signal(int)

    def __init__(self, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFixedHeight(theme.CONTROL + 2)
        self.setAccessibleName(_("Steps"))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, theme.S4, 0)
        row.setSpacing(theme.S2)
        self.steps: list[_Step] = []
        self._links: list[_Link] = []
        for number, name in enumerate(names):
            if number:
                link = _Link(self)
                self._links.append(link)
                row.addWidget(link, 1)
            step = _Step(number + 1, name, self)
            step.clicked.connect(lambda _checked=False, n=number: self.chosen.emit(n))
            self.steps.append(step)
            row.addWidget(step)
        row.addStretch(1)

    def show_step(self, current: int) -> None:
        """Show where we are, counted from 0; what lies before is done."""
        for number, step in enumerate(self.steps):
            step.show_state("done" if number < current else "here" if number == current else "to_come")
        for number, link in enumerate(self._links):
            link.walked = number < current
            link.update()
