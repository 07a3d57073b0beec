"""Settings, Scanner: how this computer's scanner types, a serial one's address, and what the last scan was.

The way it types belongs to the computer and is kept beside the program; a serial scanner is a device of the till.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import codes
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import StationId
from shopstock.db.connection import Db
from shopstock.queries import printing as printing_query
from shopstock.services import printing
from shopstock.ui import fields, scanner_options, settings_form, sounds, theme
from shopstock.ui.scanner import ScannerOptions
from shopstock.ui.shop import Shop


def serial_address(db: Db, station_id: StationId) -> str:
    """Return the address of the till's serial scanner, empty when it has none."""
    device = printing_query.device(db, station_id, printing.SCANNER)
    return device.url if device is not None else ""


class ScannerPage(QWidget):
    """The options, the serial scanner's address, and the last scan."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._bound = ""
        self.suffix = QComboBox()
        for name, words in (
            ("either", _("Enter or Tab")), ("enter", _("Enter")), ("tab", _("Tab")), ("none", _("nothing: a pause")),
        ):  # fmt: skip
            self.suffix.addItem(words, name)
        self.prefix = QLineEdit()
        self.prefix.setMaxLength(5)
        self.prefix.setFixedWidth(160)
        self.prefix.setPlaceholderText(_("usually none"))
        self.gap = fields.CountEdit(5, scanner_options.SLOWEST_GAP_MS, _("Longest pause between keys, ms"))
        self.shortest = fields.CountEdit(1, 20, _("Shortest code"))
        self.positions = QCheckBox(_("Read digits by the place of their key"))
        self.positions.setToolTip(_("For a scanner that types & or é instead of 1 or 2: another keyboard layout."))
        self.serial = QLineEdit()
        self.serial.setPlaceholderText("serial:///dev/ttyACM0?baud=9600")
        form = fields.form()
        for words, widget in (
            (_("A scan ends with"), self.suffix), (_("A scan begins with"), self.prefix),
            (_("Longest pause between keys, ms"), self.gap), (_("Shortest code"), self.shortest),
        ):  # fmt: skip
            fields.form_row(form, words, widget)
        form.addRow("", self.positions)
        fields.form_row(form, _("Serial scanner"), self.serial)
        hint = fields.label(
            _("Most scanners need none of this. A wireless one may need a pause of 60 to 90 ms; with a beginning set,"
              " only what begins so is a scan."), "small", theme.SMALL,
        )  # fmt: skip
        hint.setWordWrap(True)
        self.save = fields.Button(_("Save scanner"), fields.PRIMARY, icon="device-floppy", on_click=self._save)
        self.last = fields.label(_("Scan anything: what arrived is shown here."), "wrap", theme.BODY, theme.SEMIBOLD)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(settings_form.heading(_("Try it")))
        layout.addWidget(self.last)
        layout.addStretch(1)

    def came_into_view(self) -> None:
        """Show how the scanner is set up."""
        window = self.window()
        if hasattr(window, "machine"):
            options = scanner_options.kept(window.machine)
            named = next(name for name, way in scanner_options.SUFFIXES.items() if way == options.suffixes)
            self.suffix.setCurrentIndex(self.suffix.findData(named))
            self.prefix.setText(options.prefix)
            self.gap.set_value(options.gap_ms)
            self.shortest.set_value(options.min_length)
            self.positions.setChecked(options.key_positions)
        if self._shop.acting is not None:
            self._shop.read(serial_address, self._shop.acting.station_id, then=self._show, key="settings scanner")

    def on_scan(self, scan: Scan) -> None:
        """Show what arrived."""
        sounds.yes()
        way = _("from the serial scanner") if scan.source == "serial" else _("typed by the scanner")
        said = [_("{code}, {count} characters, {way}").format(code=scan.code, count=len(scan.code), way=way)]
        if codes.is_gtin(scan.code):
            said.append(_("Its check digit is right."))
        if scan.aim:
            said.append(_("The scanner calls it {aim}.").format(aim=scan.aim))
        self.last.setText("  ".join(said))

    def _show(self, address: str) -> None:
        self._bound = address
        self.serial.setText(address)

    def _save(self) -> None:
        options = ScannerOptions(
            gap_ms=self.gap.value(),
            min_length=self.shortest.value(),
            prefix=self.prefix.text(),
            suffixes=scanner_options.SUFFIXES[self.suffix.currentData()],
            key_positions=self.positions.isChecked(),
        )
        window = self.window()
        if hasattr(window, "use_scanner"):
            window.use_scanner(options)
        address = self.serial.text().strip()
        if address != self._bound:
            if address:
                self._shop.run(printing.set_device, printing.SCANNER, address, then=self._saved)
            else:
                self._shop.run(printing.remove_device, printing.SCANNER, then=self._saved)
        else:
            self._shop.say("ok", _("Scanner saved."), _("It counts from the next scan."))

    def _saved(self, _changes: Changes) -> None:
        self._shop.say("ok", _("Scanner saved."), _("It counts from the next scan."))
        self.came_into_view()
