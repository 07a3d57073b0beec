"""A label as it will come out: the very dots that go to the printer, never drawn a second time for the screen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from shopstock.core.text import _
from shopstock.ui import theme

MARGIN = 4


class LabelPreview(QWidget):
    """Shows a picture of dots: each dot whole pixels of the screen where there is room, else evenly made smaller."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(96)
        self.clear("")
        theme.watcher().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def show_image(self, image: QImage, words: str) -> None:
        """Show a label; ``words`` say to a screen reader what stands on it."""
        self._image = image
        self._words = ""
        self.setAccessibleName(_("The label as it will come out: {words}").format(words=words))
        self.update()

    def clear(self, words: str) -> None:
        """Show no label, and say why."""
        self._image = None
        self._words = words
        self.setAccessibleName(words or _("No label"))
        self.update()

    def image(self) -> QImage | None:
        """Return the picture on show."""
        return self._image

    def scale(self) -> float:
        """Return how many pixels of the screen one dot takes; whole from one up."""
        if self._image is None:
            return 0.0
        ratio = self.devicePixelRatioF()
        wide = (self.width() - 2 * MARGIN) * ratio / self._image.width()
        high = (self.height() - 2 * MARGIN) * ratio / self._image.height()
        factor = min(wide, high)
        return float(int(factor)) if factor >= 1 else factor

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.color("line"), 1))
        painter.setBrush(t.color("sunken"))
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(ground, theme.RADIUS_CARD, theme.RADIUS_CARD)
        if self._image is None:
            painter.setPen(t.color("ink2"))
            painter.setFont(theme.font(theme.BODY))
            inner = self.rect().adjusted(theme.S4, theme.S2, -theme.S4, -theme.S2)
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
        else:
            self._paint_label(painter, self._image)
        painter.end()

    def _paint_label(self, painter: QPainter, image: QImage) -> None:
        ratio, scale = self.devicePixelRatioF(), self.scale()
        wide, high = image.width() * scale / ratio, image.height() * scale / ratio
        # On whole pixels of the screen, so that every bar is as wide as it is on paper.
        left = int((self.width() - wide) / 2 * ratio) / ratio
        top = int((self.height() - high) / 2 * ratio) / ratio
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        place = QRectF(left, top, wide, high)
        painter.setPen(QPen(theme.current().color("edge"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.drawImage(place, image)
