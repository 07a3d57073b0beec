"""The keys of the till: large, hand-painted buttons with an icon, a small second text, a badge and a keycap."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from shopstock.ui import icons, theme

PAD = 14
GAP = 8


class TillButton(QPushButton):
    """One key.

    ``kind`` is ``"primary"`` (the one filled key of a screen), ``"outline"``, ``"quiet"``, ``"bare"`` or ``"chosen"``.
    ``second`` stands at the end in small type, or below the text when ``stacked``. A key that is ``waiting`` stays
    pressable, so that a press can say why it waits. Keys take no focus by a click: it stays in the entry line.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        kind: str = "quiet",
        icon: str = "",
        keycap: str = "",
        size: int = theme.BODY,
        height: int = theme.TILL_KEY,
        stacked: bool = False,
        centered: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self.kind = kind
        self._icon = icon
        self._keycap = keycap
        self._size = size
        self._stacked = stacked
        self._centered = centered
        self._second = ""
        self._badge = ""
        self._waiting = False
        self._height = height
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        theme.watcher().changed.connect(self.update)

    @property
    def waiting(self) -> bool:
        """Tell whether the key waits for something."""
        return self._waiting

    @waiting.setter
    def waiting(self, waits: bool) -> None:
        if waits != self._waiting:
            self._waiting = waits
            self.update()

    def show_text(self, text: str, second: str = "", badge: str = "") -> None:
        """Change what the key says; screen readers hear all of it."""
        if (text, second, badge) == (self.text(), self._second, self._badge):
            return
        self.setText(text)
        self._second, self._badge = second, badge
        self.setAccessibleName(" ".join(part for part in (text, second, badge) if part))
        self.setToolTip("")
        self.update()

    def second(self) -> str:
        """Return the small second text."""
        return self._second

    def badge(self) -> str:
        """Return the text of the badge."""
        return self._badge

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter presses the key that has the focus; the Enter of a scan never gets here.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self._height)

    def sizeHint(self) -> QSize:
        text = QFontMetrics(self._font()).horizontalAdvance(self.text())
        second = QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(self._second)
        width = max(text, second) if self._stacked else text + (second + GAP if second else 0)
        width += 2 * PAD + (28 if self._icon else 0) + self._end_width()
        return QSize(width, self._height)

    def _font(self) -> QFont:
        bold = self.kind == "primary" or self._size > theme.BODY
        return theme.font(self._size, theme.SEMIBOLD if bold else theme.MEDIUM)

    def _end_width(self) -> int:
        metrics = QFontMetrics(theme.font(theme.SMALL, theme.MEDIUM))
        width = 0
        for text in (self._badge, self._keycap):
            if text:
                width += max(24, metrics.horizontalAdvance(text) + 12) + 6
        return width

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        filled = self.kind == "primary" and not self._waiting
        ink, ground = (t.onaccent, t.accent) if filled else (t.ink, t.surface)
        edge = {"primary": t.accent, "outline": t.edge}.get(self.kind, t.line)
        if self.kind == "chosen":
            ink, ground, edge = t.accent, t.accentsoft, t.accent
        if self._waiting:
            ink, ground, edge = t.ink2, t.sunken, t.edge if t.mode == "contrast" else t.line
        if self.isDown():
            ground = t.accentsoft if not filled else t.accent
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        pen = QPen(QColor(edge), 1)
        if self._waiting and t.mode == "contrast":
            pen.setStyle(Qt.PenStyle.DashLine)
        if self.hasFocus():
            pen = QPen(QColor(t.ink if filled else t.accent), 2)
            box.adjust(0.5, 0.5, -0.5, -0.5)
        elif self.underMouse() and not filled and not self._waiting:
            ground = t.sunken
        if self.kind == "bare" and not self.hasFocus():
            pen = QPen(Qt.PenStyle.NoPen)
        painter.setPen(pen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, theme.RADIUS_CARD, theme.RADIUS_CARD)
        inner = self.rect().adjusted(PAD if not self._stacked else 12, 0, -10, 0)
        self._paint_inside(painter, inner, ink, t.onaccent if filled else t.ink2, filled)
        painter.end()

    def _paint_inside(self, painter: QPainter, inner: QRect, ink: str, ink2: str, filled: bool) -> None:
        inner = self._paint_ends(painter, inner, ink2, filled)
        font = self._font()
        metrics = QFontMetrics(font)
        if self._stacked:
            self._paint_stack(painter, inner, font, ink, ink2)
            return
        small = theme.font(theme.SMALL)
        room = inner.width() - (28 if self._icon else 0)
        second = self._second
        second_width = QFontMetrics(small).horizontalAdvance(second)
        if second and metrics.horizontalAdvance(self.text()) + GAP + second_width > room and not self._icon:
            # A long figure and its second text stand one above the other rather than being cut off.
            self._paint_stack(painter, inner, font, ink, ink2)
            return
        text_room = max(24, room - (second_width + GAP if second else 0))
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, text_room)
        if self._centered:
            width = metrics.horizontalAdvance(shown) + (28 if self._icon else 0)
            inner = QRect(inner.center().x() - width // 2, inner.top(), width + 2, inner.height())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self._icon:
            spot = QRect(0, 0, 20, 20)
            spot.moveCenter(QPoint(0, inner.center().y() + 1))
            if rtl:
                spot.moveRight(inner.right())
                inner = inner.adjusted(0, 0, -28, 0)
            else:
                spot.moveLeft(inner.left())
                inner = inner.adjusted(28, 0, 0, 0)
            icons.paint(painter, self._icon, spot, ink)
        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if rtl:
            start, end = end, start
        absolute = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(inner, start | absolute, shown)
        if second:
            painter.setFont(small)
            painter.setPen(QColor(ink2))
            painter.drawText(inner, end | absolute, second)

    def _paint_stack(self, painter: QPainter, inner: QRect, font: QFont, ink: str, ink2: str) -> None:
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        half = inner.height() // 2
        painter.setFont(font)
        painter.setPen(QColor(ink))
        top = QRect(inner.left(), inner.top() + 5, inner.width(), half - 3)
        if not self._second:
            top = inner
        elided = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, top.width())
        painter.drawText(top, side, elided)
        small = theme.font(theme.SMALL)
        painter.setFont(small)
        painter.setPen(QColor(ink2))
        below = QRect(inner.left(), inner.top() + half, inner.width(), half - 4)
        painter.drawText(
            below, side, QFontMetrics(small).elidedText(self._second, Qt.TextElideMode.ElideRight, below.width())
        )

    def _paint_ends(self, painter: QPainter, inner: QRect, ink2: str, filled: bool) -> QRect:
        t = theme.current()
        font = theme.font(theme.SMALL, theme.MEDIUM)
        metrics = QFontMetrics(font)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for text, is_badge in ((self._keycap, False), (self._badge, True)):
            if not text:
                continue
            width = max(24, metrics.horizontalAdvance(text) + 12)
            spot = QRect(0, 0, width, 24 if is_badge else 22)
            spot.moveCenter(QPoint(0, inner.center().y() + 1))
            if rtl:
                spot.moveLeft(inner.left())
                inner = inner.adjusted(width + 6, 0, 0, 0)
            else:
                spot.moveRight(inner.right())
                inner = inner.adjusted(0, 0, -width - 6, 0)
            painter.setFont(font)
            if is_badge:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(t.accent))
                painter.drawRoundedRect(spot, theme.RADIUS_CHIP, theme.RADIUS_CHIP)
                painter.setPen(QColor(t.onaccent))
            else:
                painter.setPen(QPen(QColor(t.onaccent if filled else t.line), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(spot).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
                painter.setPen(QColor(ink2))
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)
        return inner
