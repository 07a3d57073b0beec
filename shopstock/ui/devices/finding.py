"""Where a device may be: what was found on this computer and, when asked for, on the network, and a typed address."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.devices import discovery, roles, transports
from shopstock.devices.discovery import Found
from shopstock.ui import fields, qt_printer, theme
from shopstock.ui.devices import words
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

#: What kind of thing the device of a role may be, where it is not a printer.
_KINDS = {
    roles.SCANNER: (discovery.SERIAL, discovery.KEYBOARD),
    roles.DISPLAY: (discovery.SERIAL, discovery.USB_PRINTER),
    roles.SCALE: (discovery.SERIAL,),
}


class FoundRow(NamedTuple):
    """A device that was found, as the table shows it."""

    title: str
    about: str
    found: Found


def look(_db: Db, role: str, network: bool) -> list[Found]:
    """Return what may be the device of a role: on this computer, and on the network when that is asked for."""
    kinds = _KINDS.get(role, discovery.EVERYTHING)
    found = discovery.discover(kinds, network=network)
    if role in (roles.RECEIPT_PRINTER, roles.REPORT_PRINTER, roles.LABEL_PRINTER):
        language = "label-page" if role == roles.LABEL_PRINTER else "page"
        found += [
            Found("printer", name, transports.Address("printer", name).url, language_hint=language,
                  note=_("through the driver of this computer"))
            for name in qt_printer.names()
        ]  # fmt: skip
    return found


class Finding(QWidget):
    """The table of what was found, and the address. ``chosen`` carries what somebody picked."""

    chosen = Signal(object)  # Found

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._role = ""
        self._model = RowsModel((Column("title", _("Found"), second="about"),), self)
        self.table = Table(self._model, _("Devices that were found"), row_height=theme.ROW_TWO_LINES)
        self.table.setFixedHeight(theme.TABLE_HEAD + theme.ROW_TWO_LINES + 4)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._picked())
        self.address = QLineEdit()
        self.address.setMaxLength(255)
        self.address.setAccessibleName(_("Address of the device"))
        self.again = fields.Button(_("Look again"), icon="refresh", on_click=lambda: self.look(False))
        self.network = fields.Button(_("Look in the network"), icon="search", on_click=lambda: self.look(True))
        self.network.setToolTip(_("Asks every address of the shop's own network for a printer; takes some seconds"))
        self._hint = fields.label("", "wrap", theme.SMALL)
        self._hint.setWordWrap(True)
        deeds = QHBoxLayout()
        deeds.setSpacing(theme.S2)
        deeds.addWidget(self.again)
        deeds.addWidget(self.network)
        deeds.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self.table)
        layout.addLayout(deeds)
        layout.addWidget(self._hint)
        form = fields.form()
        fields.form_row(form, _("Address"), self.address)
        words.align(form)
        layout.addLayout(form)

    def begin(self, role: str, url: str) -> None:
        """Look for devices of a role; ``url`` is where the one of the till is."""
        self._role = role
        self.address.setText(url)
        by_net = role in (roles.RECEIPT_PRINTER, roles.REPORT_PRINTER, roles.LABEL_PRINTER)
        self.network.setVisible(by_net)
        self.address.setPlaceholderText(
            "tcp://192.168.1.50:9100" if by_net else "serial:///dev/ttyUSB0?baud=9600"
        )  # fmt: skip
        self._model.set_rows([])
        self.look(False)

    def look(self, network: bool) -> None:
        """Look for devices; with ``network`` in the shop's own network too."""
        self._hint.setText(_("Looking in the network…") if network else _("Looking…"))
        self._shop.read(look, self._role, network, then=self._show, busy=self._busy, asked_by=self, key="devices found")

    @property
    def url(self) -> str:
        """The address as it is stored; raises ``Refused`` for one that cannot be read."""
        text = self.address.text().strip()
        if not text:
            raise Refused(_("Choose what was found, or type the address of the device."))
        return transports.parse_url(text).url

    def rows(self) -> list[Found]:
        """What was found."""
        return [row.found for row in self._model.rows]

    def _busy(self, busy: bool) -> None:
        self.again.setEnabled(not busy)
        self.network.setEnabled(not busy)

    def _show(self, found: list[Found]) -> None:
        rows = []
        for one in found:
            about = " · ".join(part for part in (one.problem, one.note, one.url) if part)
            rows.append(FoundRow(one.title, about, one))
        self._model.set_rows(rows)
        self.table.setFixedHeight(theme.TABLE_HEAD + min(max(len(rows), 1), 4) * theme.ROW_TWO_LINES + 4)
        self._hint.setText(
            _("Choose one, or type an address.") if rows
            else _("Nothing was found. Is it switched on and plugged in? An address can be typed.")
        )  # fmt: skip

    def _picked(self) -> None:
        row = self.table.selected_row()
        if row is not None and row.found.url:
            self.address.setText(row.found.url)
            self.chosen.emit(row.found)
