"""Settings, Devices: this till's receipt printer, and a test page."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.text import _
from shopstock.devices.status import Outcome
from shopstock.queries import printing as printing_query
from shopstock.queries.printing import DeviceRow
from shopstock.services import printing
from shopstock.ui import fields, theme
from shopstock.ui.shop import Shop


class DevicesPage(QWidget):
    """The address of the receipt printer and what belongs to it."""

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
        form = fields.form()
        fields.form_row(form, _("Receipt printer"), self._printer)
        fields.form_row(form, _("Characters in a line"), self._columns)
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
        buttons.addWidget(fields.Button(_("Print queue"), icon="list", on_click=self._open_queue))
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S4)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addLayout(buttons)
        layout.addStretch(1)
        shop.changed.connect(self._changed)

    def came_into_view(self) -> None:
        """Read the till's devices."""
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(printing_query.devices, acting.station_id, then=self._show, key="settings devices")

    def _show(self, devices: list[DeviceRow]) -> None:
        by_role = {device.role: device for device in devices}
        self._bound = set(by_role)
        printer = by_role.get(printing.RECEIPT_PRINTER)
        self._printer.setText(printer.url if printer is not None else "")
        self._columns.setText(str(printer.settings.get("columns", "")) if printer is not None else "")
        self._test.setEnabled(printer is not None)

    def _save(self) -> None:
        settings: dict[str, object] = {}
        columns = self._columns.text().strip()
        if columns:
            if not columns.isdecimal() or len(columns) > 4:
                self._shop.say("bad", _("Characters in a line must be a whole number, for example 48."))
                return
            settings["columns"] = int(columns)
        self._bind(printing.RECEIPT_PRINTER, self._printer.text().strip(), settings)

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

    def _open_queue(self) -> None:
        window = self.window()
        if hasattr(window, "open_queue"):
            window.open_queue()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and printing.DEVICES_TOPIC in changes.topics:
            self.came_into_view()
