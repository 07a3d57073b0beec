"""Settings, Devices: this till's receipt printer and label printer, each with a test page."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.text import _
from shopstock.devices.status import Outcome
from shopstock.queries import printing as printing_query
from shopstock.queries.printing import DeviceRow
from shopstock.services import printing
from shopstock.ui import fields, theme
from shopstock.ui.settings_label_printer import LabelPrinterFields, line_of
from shopstock.ui.shop import Shop


class DevicesPage(QWidget):
    """The addresses of the printers and what belongs to them."""

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
        self._test = fields.Button(
            _("Print a test page"), icon="printer", on_click=partial(self._print_test, printing.RECEIPT_PRINTER)
        )
        self._test_label = fields.Button(
            _("Print a test label"), icon="printer", on_click=partial(self._print_test, printing.LABEL_PRINTER)
        )
        self.labels = LabelPrinterFields()
        form = fields.form()
        fields.form_row(form, _("Receipt printer"), line_of(self._printer, self._test, stretch=True))
        fields.form_row(form, _("Characters in a line"), self._columns)
        self.labels.add_to(form, self._test_label)
        hint = fields.label(
            _("For example tcp://192.168.1.50:9100 on the network; the help pages of the printers have them all."),
            "small",
            theme.SMALL,
        )
        hint.setWordWrap(True)
        ends = QHBoxLayout()
        ends.setSpacing(theme.S2)
        ends.addWidget(fields.Button(_("Save devices"), fields.PRIMARY, on_click=self._save))
        ends.addWidget(fields.Button(_("Print queue"), icon="list", on_click=self._open_queue))
        ends.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addLayout(ends)
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
        self.labels.show_device(by_role.get(printing.LABEL_PRINTER))
        self._test.setEnabled(printer is not None)
        self._test_label.setEnabled(printing.LABEL_PRINTER in by_role)

    def _save(self) -> None:
        settings: dict[str, object] = {}
        columns = self._columns.text().strip()
        if columns:
            if not columns.isdecimal() or len(columns) > 4:
                self._shop.say("bad", _("Characters in a line must be a whole number, for example 48."))
                return
            settings["columns"] = int(columns)
        label_settings = self.labels.settings()
        address = self.labels.address.text().strip()
        if isinstance(label_settings, str):
            if address:
                self._shop.say("bad", label_settings)
                return
            label_settings = {}
        language = self.labels.language.currentData()
        self._bind(printing.LABEL_PRINTER, address, language, label_settings)
        self._bind(printing.RECEIPT_PRINTER, self._printer.text().strip(), "", settings)

    def _bind(self, role: str, url: str, language: str, settings: dict[str, object]) -> None:
        if url:
            self._shop.run(printing.set_device, role, url, language, settings, then=self._saved)
        elif role in self._bound:
            self._shop.run(printing.remove_device, role, then=self._saved)

    def _saved(self, _changes: Changes) -> None:
        self._shop.say("ok", _("Devices saved."))
        self.came_into_view()

    def _print_test(self, role: str) -> None:
        # On a reader: a slow printer must not hold a sale.
        button = self._test_label if role == printing.LABEL_PRINTER else self._test
        self._shop.read(
            printing.send_test_page, role, then=partial(self._tested, role),
            busy=lambda busy: button.setEnabled(not busy), asked_by=self,
        )  # fmt: skip

    def _tested(self, role: str, outcome: Outcome) -> None:
        is_label = role == printing.LABEL_PRINTER
        if outcome.reason:
            fact = _("The test label did not come out.") if is_label else _("The test page did not come out.")
            self._shop.say("warn", fact, outcome.reason.words)
        elif is_label:
            self._shop.say("ok", _("The test label is printed."), _("Its frame should be whole on all four sides."))
        else:
            self._shop.say("ok", _("The test page is printed."), _("Its lines should fill the width of the paper."))

    def _open_queue(self) -> None:
        window = self.window()
        if hasattr(window, "open_queue"):
            window.open_queue()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and printing.DEVICES_TOPIC in changes.topics:
            self.came_into_view()
