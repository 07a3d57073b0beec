"""A row of segments: one of several lists or ways, each with its word and, where it has one, its count."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QWidget

from shopstock.ui import format as fmt
from shopstock.ui import theme

_PAD = 14


class _Segment(QAbstractButton):
    """One segment: a word, and a count behind it."""

    def __init__(self, words: str, bar: Segments) -> None:
        super().__init__(bar)
        self._bar = bar
        self._count: int | None = None
        self.setText(words)
        self.setCheckable(True)
        self.setFixedHeight(theme.CONTROL - 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name()

    def count(self, count: int | None) -> None:
        """Show a count behind the word, or none."""
        if count != self._count:
            self._count = count
            self._name()
            self.updateGeometry()
            self.update()

    def _name(self) -> None:
        self.setAccessibleName(self.text() if self._count is None else f"{self.text()}, {fmt.number(self._count)}")

    def sizeHint(self) -> QSize:
        width = theme.metrics(theme.BODY, theme.SEMIBOLD).horizontalAdvance(self.text())
        if self._count is not None:
            width += theme.S2 + theme.metrics(theme.SMALL, theme.SEMIBOLD).horizontalAdvance(fmt.number(self._count))
        return QSize(width + 2 * _PAD, theme.CONTROL - 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, theme.CONTROL - 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._bar.step(-step if self.isRightToLeft() else step)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        box = self.rect().adjusted(3, 3, -3, -3)
        if self.isChecked():
            painter.setPen(QPen(t.color("accent"), 1) if t.mode == "contrast" else Qt.PenStyle.NoPen)
            painter.setBrush(t.color("accentsoft"))
            painter.drawRoundedRect(box, theme.RADIUS_FILTER, theme.RADIUS_FILTER)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(t.color("accent"), 2))
            painter.drawRoundedRect(box, theme.RADIUS_FILTER, theme.RADIUS_FILTER)
        weight = theme.SEMIBOLD if self.isChecked() else theme.MEDIUM
        figure = "" if self._count is None else fmt.number(self._count)
        behind = theme.S2 + theme.metrics(theme.SMALL, theme.SEMIBOLD).horizontalAdvance(figure) if figure else 0
        metrics = theme.metrics(theme.BODY, weight)
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - theme.S3 - behind)
        wide = metrics.horizontalAdvance(words)
        start = (self.width() - wide - behind) // 2
        line = QRect(start, 0, wide + behind, self.height())
        painter.setFont(theme.font(theme.BODY, weight))
        painter.setPen(t.color("accent" if self.isChecked() else "ink" if self._count != 0 else "ink2"))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(theme.font(theme.SMALL, theme.SEMIBOLD))
        painter.setPen(t.color("accent" if self.isChecked() else "ink2"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
        painter.end()


class Segments(QFrame):
    """The row. ``chosen`` tells the value of the segment that a person picked."""

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(name)
        self.setFixedHeight(theme.CONTROL)
        self._values: list[Hashable] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self._clicked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(1, 1, 1, 1)
        self._row.setSpacing(0)

    def add(self, value: Hashable, words: str, stretch: int = 0) -> None:
        """Add a segment; the first is chosen until another is."""
        segment = _Segment(words, self)
        self._group.addButton(segment, len(self._values))
        self._values.append(value)
        self._row.addWidget(segment, stretch)
        segment.setChecked(len(self._values) == 1)

    def value(self) -> Any:
        """Return the value of the chosen segment."""
        return self._values[self._group.checkedId()]

    def set_value(self, value: Hashable) -> None:
        """Mark a segment without telling anybody."""
        self._group.button(self._values.index(value)).setChecked(True)

    def segment(self, value: Hashable) -> QAbstractButton:
        """Return the button of a value."""
        return self._group.button(self._values.index(value))

    def count(self, value: Hashable, count: int | None) -> None:
        """Show how many there are behind the words of a segment."""
        segment = self.segment(value)
        assert isinstance(segment, _Segment)
        segment.count(count)

    def step(self, by: int) -> None:
        """Choose the segment beside the chosen one, as the arrow keys do."""
        place = max(0, min(self._group.checkedId() + by, len(self._values) - 1))
        button = self._group.button(place)
        button.setFocus()
        if not button.isChecked():
            button.click()

    def _clicked(self, place: int) -> None:
        self.chosen.emit(self._values[place])
