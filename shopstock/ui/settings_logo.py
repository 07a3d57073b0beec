"""Settings, Receipt: the picture at the top of the receipt."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _
from shopstock.queries import settings as settings_query
from shopstock.services import logo
from shopstock.ui import fields, files, theme
from shopstock.ui.shop import Shop

_PAPER = "background: #ffffff; border: 1px solid #d0d0d0; border-radius: 6px; padding: 12px;"


class LogoPage(QWidget):
    """The logo as it stands on white paper, and the buttons to choose or remove it."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.picture = QLabel()
        self.picture.setAccessibleName(_("Logo on the receipt"))
        # Paper is white in the dark theme too.
        self.picture.setStyleSheet(_PAPER)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose = fields.Button(_("Choose a logo"), icon="photo", on_click=self._ask)
        self.remove = fields.Button(_("Remove the logo"), icon="trash", on_click=self._remove)
        hint = fields.label(
            _("Printed above the shop's name. Black on white with clear lines comes out best."), "small", theme.SMALL
        )
        hint.setWordWrap(True)
        deeds = QHBoxLayout()
        deeds.addWidget(self.choose)
        deeds.addWidget(self.remove)
        deeds.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(fields.label(_("Logo"), "", theme.TITLE, theme.SEMIBOLD))
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(hint)
        layout.addLayout(deeds)

    def came_into_view(self) -> None:
        """Read the logo."""
        self._shop.read(settings_query.logo, then=self._show, key="settings logo")

    def use(self, path: str) -> None:
        """Print this file as the logo from now on."""
        self._shop.run(logo.choose, path, then=self._done, failed=self._failed)

    def _ask(self) -> None:
        files.ask_open(self, _("Choose a logo"), self.use)

    def _remove(self) -> None:
        self._shop.run(logo.remove, then=self._done)

    def _done(self, _changes: Changes) -> None:
        self._shop.say("ok", _("The logo is changed."), _("It is on the next receipt."))
        self.came_into_view()

    def _failed(self, error: ShopError) -> None:
        self._shop.say("bad", _("The logo stays as it is."), str(error))

    def _show(self, content: bytes) -> None:
        shown = QPixmap()
        if content:
            shown.loadFromData(content)
        self.picture.setPixmap(shown)
        self.picture.setVisible(bool(content))
        self.remove.setVisible(bool(content))
