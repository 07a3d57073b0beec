"""What lies over the window when it closes: the closing backup is saved while the person sees why it takes a moment.

Also the strip that says that this is not the real shop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from shopstock.core.outcome import ShopError
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.ui import fields, theme
from shopstock.ui.shop import Shop


class Farewell(QFrame):
    """Covers ``host`` while :attr:`work` is done on the writer line. ``done`` tells that the window may close."""

    done = Signal()

    def __init__(self, shop: Shop, host: QWidget) -> None:
        super().__init__(host)
        self._shop, self._host = shop, host
        #: What is done before the window closes, called as ``work(db)``; ``None``: it closes at once.
        self.work: Callable[[Db], Any] | None = None
        self.setObjectName("canvas")
        self.setAutoFillBackground(True)
        self._said = fields.title("")
        self._more = fields.label("", "wrap")
        self._more.setMinimumWidth(480)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(_("Saving a backup"))
        self.close_now = fields.Button(_("Close without it"), fields.OUTLINE, on_click=self._end)
        self.stay = fields.Button(_("Stay"), fields.OUTLINE, on_click=self._stay)
        buttons = QHBoxLayout()
        buttons.addWidget(self.close_now)
        buttons.addWidget(self.stay)
        buttons.addStretch(1)
        box = QFrame()
        box.setProperty("role", "card")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(theme.S6, theme.S6, theme.S6, theme.S6)
        inside.setSpacing(theme.S4)
        for part in (self._said, self._more, self._bar):
            inside.addWidget(part)
        inside.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(box, 0, Qt.AlignmentFlag.AlignCenter)
        host.installEventFilter(self)
        self.hide()

    def begin(self) -> bool:
        """Begin what is due before closing; tell whether there is anything to wait for."""
        if self.work is None:
            return False
        if not self.isVisible():
            self._said.setText(_("Saving a backup…"))
            self._more.setText(_("The program closes by itself when it is kept. An open sale stays as it is."))
            self._bar.show()
            self.stay.hide()
            self.setGeometry(self._host.rect())
            self.show()
            self.raise_()
            self.setFocus()
            self._shop.run(self.work, then=lambda _result: QTimer.singleShot(0, self, self._end), failed=self._failed)
        return True

    def _failed(self, error: ShopError) -> None:
        self._said.setText(_("No backup was saved."))
        self._more.setText(str(error))
        self._bar.hide()
        self.stay.show()
        self.close_now.setFocus()

    def _stay(self) -> None:
        self.hide()

    def _end(self) -> None:
        self.done.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.rect())
        return False


def banner_strip(text: str) -> QLabel:
    """Return a strip that nobody can miss: practice mode, the demo shop."""
    strip = QLabel(text)
    strip.setProperty("role", "chip-warn")
    strip.setAlignment(Qt.AlignmentFlag.AlignCenter)
    strip.setFixedHeight(32)
    theme.style_font(strip, theme.BODY, theme.SEMIBOLD)
    return strip
