"""Settings, Devices: this till's receipt printer and serial scanner, a test page, and the print queue."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.text import _
from shopstock.core.units import StationId
from shopstock.db.connection import Db
from shopstock.devices.status import Outcome
from shopstock.queries import printing as printing_query
from shopstock.queries.printing import DeviceRow, QueueRow
from shopstock.services import printing
from shopstock.ui import fields, settings_form, theme
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


def read_all(db: Db, station_id: StationId) -> tuple[list[DeviceRow], list[QueueRow]]:
    """Return the station's devices and the papers that wait or failed."""
    return printing_query.devices(db, station_id), printing_query.needing_attention(db, station_id)


class DevicesPage(QWidget):
    """One address for each device, and what waits to be printed."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._bound: set[str] = set()
        self._printer = QLineEdit()
        self._printer.setPlaceholderText("tcp://192.168.1.50:9100")
        self._printer.setAccessibleName(_("Address of the receipt printer"))
        self._columns = QLineEdit()
        self._columns.setPlaceholderText("48")
        self._columns.setMaximumWidth(120)
        self._columns.setAccessibleName(_("Characters in a line"))
        self._scanner = QLineEdit()
        self._scanner.setPlaceholderText(_("empty for a scanner that types"))
        self._scanner.setAccessibleName(_("Address of the serial scanner"))
        form = fields.form()
        fields.form_row(form, _("Receipt printer"), self._printer)
        fields.form_row(form, _("Characters in a line"), self._columns)
        fields.form_row(form, _("Serial scanner"), self._scanner)
        hint = fields.label(
            _("For example tcp://192.168.1.50:9100 on the network; the help page of the receipt printer has them all."),
            "small",
            theme.SMALL,
        )
        hint.setWordWrap(True)
        buttons = QHBoxLayout()
        self._test = fields.Button(_("Print a test page"), fields.OUTLINE, icon="printer", on_click=self._print_test)
        buttons.addWidget(fields.Button(_("Save devices"), fields.PRIMARY, on_click=self._save))
        buttons.addWidget(self._test)
        buttons.addStretch(1)
        self._queue = RowsModel(
            (
                Column("kind", _("Paper")),
                Column("created_at", _("Since"), "instant", width=140),
                Column("state", _("State"), width=260, text=_state_words),
            ),
            self,
        )
        self._table = Table(self._queue, _("Papers that wait"))
        self._table.setMinimumHeight(180)
        again = fields.Button(_("Print again"), icon="refresh", on_click=self._again)
        drop = fields.Button(_("Drop"), icon="trash", on_click=self._drop)
        below = QHBoxLayout()
        below.addWidget(again)
        below.addWidget(drop)
        below.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S4)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addLayout(buttons)
        layout.addWidget(settings_form.heading(_("Papers that wait")))
        layout.addWidget(self._table, 1)
        layout.addLayout(below)
        shop.changed.connect(self._changed)

    def came_into_view(self) -> None:
        """Read devices and queue."""
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(read_all, acting.station_id, then=self._show, key="settings devices")

    def _show(self, everything: tuple[list[DeviceRow], list[QueueRow]]) -> None:
        devices, queue = everything
        by_role = {device.role: device for device in devices}
        self._bound = set(by_role)
        printer, scanner = by_role.get(printing.RECEIPT_PRINTER), by_role.get(printing.SCANNER)
        self._printer.setText(printer.url if printer is not None else "")
        self._columns.setText(str(printer.settings.get("columns", "")) if printer is not None else "")
        self._scanner.setText(scanner.url if scanner is not None else "")
        self._test.setEnabled(printer is not None)
        self._queue.set_rows(queue)

    def _save(self) -> None:
        settings: dict[str, object] = {}
        if self._columns.text().strip():
            if not self._columns.text().strip().isdigit():
                self._shop.say("bad", _("Characters in a line must be a whole number, for example 48."))
                return
            settings["columns"] = int(self._columns.text())
        self._bind(printing.RECEIPT_PRINTER, self._printer.text().strip(), settings)
        self._bind(printing.SCANNER, self._scanner.text().strip(), {})

    def _bind(self, role: str, url: str, settings: dict[str, object]) -> None:
        if url:
            self._shop.run(printing.set_device, role, url, settings=settings, then=self._saved)
        elif role in self._bound:
            self._shop.run(printing.remove_device, role, then=self._saved)

    def _saved(self, _changes: Changes) -> None:
        self._shop.say("ok", _("Devices saved."))
        self.came_into_view()

    def _print_test(self) -> None:
        # On a reader: a slow printer must not hold a sale.
        self._shop.read(printing.send_test_page, then=self._tested, busy=lambda busy: self._test.setEnabled(not busy))

    def _tested(self, outcome: Outcome) -> None:
        if outcome.reason:
            self._shop.say("warn", _("The test page did not come out."), outcome.reason.words)
        else:
            self._shop.say("ok", _("The test page is printed."), _("Its lines should fill the width of the paper."))

    def _again(self) -> None:
        row = self._table.selected_row()
        if row is not None:
            self._shop.run(printing.retry, row.id, then=lambda _changes: self.came_into_view())

    def _drop(self) -> None:
        row = self._table.selected_row()
        if row is not None:
            self._shop.run(printing.cancel, row.id, then=lambda _changes: self.came_into_view())

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.topics & {"print_queue", "devices"}:
            self.came_into_view()


def _state_words(row: QueueRow) -> str:
    words = row.state.words
    return f"{words}: {row.reason.words}" if row.reason else words
