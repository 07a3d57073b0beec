"""SVG icons (Tabler, MIT) in the colours of the palette, crisp at any scale.

``currentColor`` renders black in Qt, so the colour is written into the SVG text before it is rendered. An icon made by
:func:`icon` draws itself at whatever size and device pixel ratio is asked, in the tokens in force at that moment.
"""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from shopstock import resources
from shopstock.ui import theme


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return resources.path("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))


def paint(painter: QPainter, name: str, rect: QRect | QRectF, color: str) -> None:
    """Draw an icon into ``rect`` in a colour (``#RRGGBB``).

    Drawing the lines of an icon takes as long as the rest of a table's row, so where it falls on whole pixels it is
    drawn once for each size and kept.
    """
    ratio = painter.device().devicePixelRatio()
    if isinstance(rect, QRect) and ratio == 1 and not painter.transform().isScaling():
        painter.drawPixmap(rect.topLeft(), _picture(name, color, rect.width(), rect.height()))
    else:
        _renderer(name, color).render(painter, QRectF(rect))


@lru_cache(maxsize=512)
def _picture(name: str, color: str, width: int, height: int) -> QPixmap:
    picture = QPixmap(width, height)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, color).render(painter, QRectF(0, 0, width, height))
    painter.end()
    return picture


class _Engine(QIconEngine):
    """Draws one icon in the token's colour of the moment."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name, self._token = name, token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "ink2" if mode == QIcon.Mode.Disabled else self._token
        # A wider place than high keeps its rest free between icon and text.
        edge = min(rect.width(), rect.height())
        rtl = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = rect.right() + 1 - edge if rtl else rect.left()
        spot = QRect(left, rect.top() + (rect.height() - edge) // 2, edge, edge)
        paint(painter, self._name, spot, getattr(theme.current(), token))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # The size is in device-independent pixels; the picture has as many as the screen.
        pixels = size * scale
        picture = QPixmap(pixels)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, QRect(QPoint(0, 0), pixels), mode, state)
        painter.end()
        picture.setDevicePixelRatio(scale)
        return picture

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._token)


def icon(name: str, token: str = "ink") -> QIcon:
    """Return an icon by name (a file in ``resources/icons``) in the colour of a token."""
    _source(name)
    return QIcon(_Engine(name, token))


def pixmap(name: str, size: int, token: str = "ink", scale: float = 1.0) -> QPixmap:
    """Return an icon as a picture of ``size`` device-independent pixels, for labels."""
    edge = round(size * scale)
    picture = QPixmap(edge, edge)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter, name, QRectF(0, 0, edge, edge), getattr(theme.current(), token))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def file_in_color(name: str, color: str) -> str:
    """Write an icon in a colour to a file of its own and return its path, for stylesheets, which take only files."""
    folder = Path(tempfile.gettempdir()) / f"shopstock-icons-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{name}-{color.lstrip('#')}.svg"
    target.write_text(_source(name).replace("currentColor", color), encoding="utf-8")
    return target.as_posix()


def _user() -> str:
    import getpass

    return getpass.getuser()
