"""Evidence as pictures: small ones to press, and one as large as there is room for. Other files are named."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from shopstock.core.text import _
from shopstock.ui import icons, theme

THUMB = 76


def read_image(source: bytes | str, most: QSize) -> QImage:
    """Read a picture from a file or from its content, no larger than ``most``; a null image for what is none."""
    if isinstance(source, str):
        reader = QImageReader(source)
        return _read(reader, most)
    buffer = QBuffer()
    buffer.setData(QByteArray(source))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return _read(QImageReader(buffer), most)


def _read(reader: QImageReader, most: QSize) -> QImage:
    reader.setAutoTransform(True)
    whole = reader.size()
    if whole.isValid() and (whole.width() > most.width() or whole.height() > most.height()):
        # A picture that lies on its side is turned after it is scaled.
        room = max(most.width(), most.height())
        reader.setScaledSize(whole.scaled(QSize(room, room), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class Thumb(QAbstractButton):
    """One small picture. With ``cure`` a sign at its corner says what a press does: ``plus`` takes it, ``x`` drops."""

    def __init__(self, name: str, image: QImage | None, words: str, sign: str = "") -> None:
        super().__init__()
        self._image, self._sign, self._file = image, sign, name
        self.setFixedSize(THUMB, THUMB)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(words)
        self.setToolTip(words)

    def show_image(self, image: QImage) -> None:
        """Show the picture, once it is read."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        shape = QPainterPath()
        shape.addRoundedRect(box, theme.RADIUS_FILTER, theme.RADIUS_FILTER)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), t.color("sunken"))
        if self._image is not None and not self._image.isNull():
            size = QSize(self._image.size()).scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            spot = QRect(0, 0, size.width(), size.height())
            spot.moveCenter(self.rect().center())
            painter.drawImage(spot, self._image)
        else:
            self._paint_file(painter)
        painter.setClipping(False)
        ring = "accent" if self.hasFocus() or self.isChecked() else "line"
        painter.setPen(QPen(t.color(ring), 2 if ring == "accent" else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, theme.RADIUS_FILTER, theme.RADIUS_FILTER)
        if self._sign:
            corner = QRect(self.width() - 27, 5, 22, 22)
            painter.setPen(QPen(t.color("line"), 1))
            painter.setBrush(t.color("surface"))
            painter.drawRoundedRect(corner, theme.RADIUS_CHIP, theme.RADIUS_CHIP)
            icons.paint(painter, self._sign, corner.adjusted(3, 3, -3, -3), t.ink)
        painter.end()

    def _paint_file(self, painter: QPainter) -> None:
        t = theme.current()
        icons.paint(painter, "file-text", QRect(THUMB // 2 - 12, 14, 24, 24), t.ink2)
        metrics = theme.metrics(theme.SMALL)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(t.color("ink2"))
        shown = metrics.elidedText(self._file, Qt.TextElideMode.ElideMiddle, THUMB - 12)
        painter.drawText(QRect(6, 44, THUMB - 12, 22), Qt.AlignmentFlag.AlignCenter, shown)


class LargePicture(QWidget):
    """One picture, as large as there is room for; a file that is no photo is named. ``pressed`` tells of a click."""

    pressed = Signal()

    def __init__(self, least: int = 160) -> None:
        super().__init__()
        self.setMinimumHeight(least)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image = QImage()
        self._words = ""
        self._icon = "photo"

    def show_picture(self, image: QImage, name: str) -> None:
        """Show a picture (null: the file's name in its place)."""
        self._image, self._words = image, name
        self._icon = "file-text"
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def show_none(self, words: str) -> None:
        """Say why there is none."""
        self._image, self._words = QImage(), words
        self._icon = "photo"
        self.setAccessibleName(words)
        self.setToolTip("")
        self.update()

    @property
    def shows_picture(self) -> bool:
        """Tell whether a photo is on show."""
        return not self._image.isNull()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), theme.RADIUS_CARD, theme.RADIUS_CARD)
        painter.fillPath(shape, t.color("sunken"))
        if not self._image.isNull():
            size = QSize(self._image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            spot = QRect(0, 0, size.width(), size.height())
            spot.moveCenter(self.rect().center())
            painter.setClipPath(shape)
            painter.drawImage(spot, self._image)
            painter.end()
            return
        middle = self.rect().center()
        icons.paint(painter, self._icon, QRect(middle.x() - 12, middle.y() - 30, 24, 24), t.ink2)
        painter.setFont(theme.font(theme.BODY))
        painter.setPen(t.color("ink2"))
        room = QRect(16, middle.y(), self.width() - 32, 48)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        painter.drawText(room, flags, self._words)
        painter.end()


def thumb(name: str, image: QImage | None, words: str, sign: str, on_click: Callable[[], object]) -> Thumb:
    """Return a small picture that does something when it is pressed."""
    made = Thumb(name, image, words, sign)
    made.clicked.connect(lambda _checked=False: on_click())
    return made


def no_photo(name: str) -> str:
    """Say that a file of this name has no picture."""
    return _("{name}: a file, no photo").format(name=name)
