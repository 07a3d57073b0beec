"""What every page of this screen shares."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.ui import sounds, theme
from shopstock.ui.actions import Actions
from shopstock.ui.shop import Shop


class Page(QWidget):
    """One page. ``counted`` tells how many things wait on it; ``document_asked`` wants a document on show."""

    counted = Signal(object)  # int, or None for no count
    document_asked = Signal(int)

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.digits = currency.of(shop.settings.currency).digits
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.S3)

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

    def take_actions(self, actions: Actions) -> None:
        """Take the settings of this machine; the commands are bound by the screen."""

    def on_scan(self, scan: Scan) -> None:
        """Take a scan; a page that wants none says so by the low tone."""
        sounds.no()

    def changed(self, changes: Changes) -> None:
        """Look at what changed in the shop."""

    def escape(self) -> bool:
        """Esc: close one thing that is open, and tell whether there was one."""
        return False

    def entry(self) -> None:
        """F2: go where something is typed."""

    def say(self, level: str, fact: str, plain: str = "") -> None:
        """Say something in the message bar; the last word replaces the one before."""
        self._shop.say(level, fact, plain, key="back")
