"""Settings, Devices: what this till has on its counter, how it is just now, and the way to each."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.devices import roles, transports
from shopstock.devices.status import Reason
from shopstock.jobs.printing import DeviceSeen
from shopstock.queries import printing as printing_query
from shopstock.queries.printing import DeviceRow
from shopstock.services import printing
from shopstock.ui import fields, sounds, theme
from shopstock.ui.devices import words
from shopstock.ui.devices.editor import Editor
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class DeviceEntry(NamedTuple):
    """A role of the till as the table shows it; ``state`` are its words, icon and tone."""

    what: str
    about: str
    state: Chip
    role: str
    device: DeviceRow | None


class DevicesPage(QWidget):
    """The list of the till's devices, or one of them being set up."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._seen: dict[str, Reason | None] = {}
        self._devices: list[DeviceRow] = []
        self._model = RowsModel(
            (
                Column("what", _("Device"), second="about", weight=theme.MEDIUM),
                Column("state", _("State"), "chip", 190, chips=lambda entry: [entry.state]),
            ),
            self,
        )
        self.table = Table(self._model, _("Devices of this till"), row_height=theme.ROW_TWO_LINES)
        self.table.activated.connect(lambda _index: self._open_selected())
        self.table.clicked.connect(lambda _index: self._open_selected())
        self.open = fields.Button(_("Set up"), fields.PRIMARY, icon="edit", on_click=self._open_selected)
        self.add = fields.Button(_("Another scanner"), icon="plus", on_click=self._add_scanner)
        self.queue = fields.Button(_("Print queue"), icon="list", on_click=self._open_queue)
        hint = fields.label(
            _("Everything is found and tried from here. Choose a device to set it up or to see what is wrong with it."),
            "wrap", theme.SMALL,
        )  # fmt: skip
        hint.setWordWrap(True)
        self.editor = Editor(shop)
        self.editor.left.connect(self._back)
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S3)
        column.addWidget(hint)
        column.addWidget(self.table)
        deeds = QHBoxLayout()
        for button in (self.open, self.add, self.queue):
            deeds.addWidget(button)
        deeds.addStretch(1)
        column.addLayout(deeds)
        # Not a stack: one page must not make room for the longer other.
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._list)
        layout.addWidget(self.editor)
        layout.addStretch(1)
        self.editor.hide()
        shop.changed.connect(self._changed)
        shop.device_seen.connect(self._heard)

    def came_into_view(self) -> None:
        """Read the till's devices."""
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(printing_query.devices, acting.station_id, then=self._show, key="settings devices")

    def on_scan(self, scan: Scan) -> None:
        """Take the code of a test page."""
        if self._list.isVisible() or not self.editor.on_scan(scan):
            sounds.no()

    def set_up(self, role: str) -> None:
        """Open the page of a role's device."""
        device = next((device for device in self._devices if device.role == role), None)
        self.editor.edit(role, device)
        self._go(editing=True)

    def entries(self) -> tuple[DeviceEntry, ...]:
        """What the table shows."""
        return tuple(self._model.rows)

    def _go(self, *, editing: bool) -> None:
        self._list.setVisible(not editing)
        self.editor.setVisible(editing)
        (self.editor.finding.address if editing else self.table).setFocus()

    def _back(self) -> None:
        self._go(editing=False)
        self.came_into_view()

    def _show(self, devices: list[DeviceRow]) -> None:
        self._devices = devices
        entries = []
        for role in roles.ROLES:
            bound: list[DeviceRow | None] = [device for device in devices if device.role == role]
            entries += [self._entry(role, device) for device in bound or [None]]
        chosen = self.table.currentIndex().row()
        self._model.set_rows(entries)
        self.table.setFixedHeight(theme.TABLE_HEAD + len(entries) * theme.ROW_TWO_LINES + 4)
        self.table.select(max(chosen, 0))

    def _entry(self, role: str, device: DeviceRow | None) -> DeviceEntry:
        what = words.role_words(role)
        if device is None:
            return DeviceEntry(what, words.role_hint(role), Chip(_("Not set up"), "circle", "outline"), role, None)
        if device.name:
            what = f"{what}: {device.name}"
        about = transports.describe(device.url)
        if role not in self._seen:
            return DeviceEntry(what, about, Chip(_("Set up"), "check", "plain"), role, device)
        reason = self._seen[role]
        good = reason in (None, Reason.NONE)
        icon, tone = ("circle-check", "plain") if good else ("alert-triangle", "bad")
        state = Chip(words.state_words(reason), icon, tone)
        return DeviceEntry(what, about, state, role, device)

    def _open_selected(self) -> None:
        entry = self.table.selected_row()
        if entry is not None:
            self.editor.edit(entry.role, entry.device)
            self._go(editing=True)

    def _add_scanner(self) -> None:
        self.editor.edit(roles.SCANNER, None)
        self._go(editing=True)

    def _open_queue(self) -> None:
        window = self.window()
        if hasattr(window, "open_queue"):
            window.open_queue()

    def _heard(self, seen: DeviceSeen) -> None:
        self._seen[seen.role] = seen.reason
        self._show(self._devices)

    def _changed(self, changes: Changes) -> None:
        if printing.DEVICES_TOPIC in changes.topics:
            self._seen.clear()
            if self._list.isVisible():
                self.came_into_view()
