"""What every page of the Receive screen shares: a title with its facts, keys at the end, and Esc that goes back."""

from __future__ import annotations

import uuid

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.ui import fields, sounds, theme
from shopstock.ui.elided import Elided
from shopstock.ui.shop import Shop

#: A page of less than so many pixels is narrow.
NARROW = 1_000


class Page(QWidget):
    """One page. ``left`` asks to go back to the start page, ``page_asked`` for another page."""

    left = Signal()
    page_asked = Signal(str)
    #: Tells that this page may be opened by who has the right.
    permission: Permission | None = None

    def __init__(self, shop: Shop, title: str, parent: QWidget | None = None, *, back: bool = True) -> None:
        super().__init__(parent)
        self._shop = shop
        self.digits = currency.of(shop.settings.currency).digits
        self.title = fields.title(title)
        self.title.setMinimumHeight(theme.CONTROL)
        self.facts = Elided()
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.S3)
        if back:
            self.back_key = fields.Button("", fields.BARE, icon="chevron-left", on_click=self.left.emit)
            self.back_key.setAccessibleName(_("Back to the deliveries"))
            self.back_key.setToolTip(_("Back to the deliveries (Esc)"))
            self.back_key.setFixedWidth(theme.CONTROL)
            self.head.addWidget(self.back_key)
        self.head.addWidget(self.title)
        self.head.addWidget(self.facts, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.S4)
        self.column.addLayout(self.head)

    def may(self, permission: Permission) -> bool:
        """Tell whether the signed-in person's role carries a right."""
        acting = self._shop.acting
        return acting is not None and acting.may(permission)

    @property
    def sees_cost(self) -> bool:
        """Tell whether the signed-in person may see what goods cost."""
        return self.may(Permission.SEE_COST)

    def came_into_view(self) -> None:
        """Read what others may have changed."""

    def on_scan(self, scan: Scan) -> None:
        """Take a scan; a page that wants none says so by the low tone."""
        sounds.no()

    def changed(self, changes: Changes) -> None:
        """Look at what changed in the shop."""

    def escape(self) -> None:
        """Esc: go back."""
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
            return
        super().keyPressEvent(event)


def narrow_side(side: QFrame, narrow: bool) -> None:
    """Give the card beside a table its width, and less padding where the window is narrow."""
    edge = theme.S4 if narrow else theme.S6
    side.setFixedWidth(312 if narrow else 368)
    layout = side.layout()
    if layout is not None:
        layout.setContentsMargins(edge, edge, edge, edge)


def new_key() -> str:
    """Return a new idempotency key: what is sent twice under it counts once."""
    return uuid.uuid4().hex


def card(*, padding: int = theme.S4, spacing: int = theme.S3) -> tuple[QFrame, QVBoxLayout]:
    """Return a card and its column."""
    frame = QFrame()
    frame.setProperty("role", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(padding, padding, padding, padding)
    column.setSpacing(spacing)
    return frame, column


def table_card(table: QWidget) -> QFrame:
    """Return a card around a table."""
    frame, column = card(padding=1, spacing=0)
    column.addWidget(table)
    return frame


def heading(text: str) -> QLabel:
    """Return the heading of a part of a page."""
    return fields.label(text, "", theme.BODY, theme.SEMIBOLD)


def sentence(text: str = "") -> QLabel:
    """Return a quiet sentence that wraps."""
    made = fields.label(text, "label")
    made.setWordWrap(True)
    return made
