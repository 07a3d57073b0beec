"""Where labels go on a sheet: which sheet, the first label that is still on it, and how far this printer is off."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import labels
from shopstock.core.labels import SHEETS, SheetOptions
from shopstock.core.text import _
from shopstock.ui import fields, millimetres, theme
from shopstock.ui import format as fmt
from shopstock.ui.labels.sheet_grid import SheetGrid
from shopstock.ui.stylesheet import restyle

#: The largest offset in 1/10 mm: more is another sheet, not a printer that is off.
MOST = 200


class SheetPanel(QWidget):
    """The sheet in little, its kind, and the offsets. What a person chose stays on this computer, per kind of sheet."""

    changed = Signal()
    calibration_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._machine: QSettings | None = None
        self.grid = SheetGrid()
        self.grid.chosen.connect(lambda _start: self._tell())
        self.box = QComboBox()
        self.box.setAccessibleName(_("Sheet of labels"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for name, sheet in SHEETS.items():
            size = labels.size_text(sheet.width // 100, sheet.height // 100)
            words = _("{name}: {n} of {size} mm").format(name=name, n=sheet.places, size=size)
            self.box.addItem(words, name)
        self.box.view().setMinimumWidth(340)
        self.box.currentIndexChanged.connect(lambda _place: self._sheet_chosen())
        self.right, self.down = QLineEdit(), QLineEdit()
        offsets = QGridLayout()
        offsets.setHorizontalSpacing(theme.S2)
        offsets.setVerticalSpacing(theme.S1)
        for column, (edit, words, name) in enumerate(
            (
                (self.right, _("To the right"), _("Move everything to the right, mm")),
                (self.down, _("Down"), _("Move everything down, mm")),
            )
        ):
            edit.setAccessibleName(name)
            edit.setToolTip(_("Millimetres, −20.0 to 20.0: what the calibration page shows"))
            edit.setMaxLength(6)
            edit.textEdited.connect(lambda _text, edit=edit: self._offset_typed(edit))
            words_label = fields.label(_("{words}, mm").format(words=words), "small", theme.SMALL)
            words_label.setBuddy(edit)
            offsets.addWidget(words_label, 0, column)
            offsets.addWidget(edit, 1, column)
        self.says = fields.label("", "wrap", theme.SMALL)
        self.calibrate = fields.Button(_("Calibration page"), icon="file-text", on_click=self.calibration_asked.emit)
        column_ = QVBoxLayout()
        column_.setSpacing(theme.S2)
        column_.addWidget(self.says)
        column_.addStretch(1)
        column_.addLayout(offsets)
        column_.addWidget(self.calibrate)
        row = QHBoxLayout()
        row.setSpacing(theme.S3)
        row.addWidget(self.grid)
        row.addLayout(column_, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self.box)
        layout.addLayout(row)
        self._count = 0
        self._sheet_chosen()

    def use_machine(self, machine: QSettings) -> None:
        """Show what was chosen on this computer before, and keep it from now on."""
        self._machine = machine
        kept = self.box.findData(str(machine.value("labels/sheet", "")))
        self.box.setCurrentIndex(max(kept, 0))
        self._sheet_chosen()

    def options(self) -> SheetOptions | None:
        """Return where the labels go, or ``None`` while an offset cannot be read."""
        right, down = _offset(self.right.text()), _offset(self.down.text())
        if right is None or down is None:
            return None
        return SheetOptions(self.box.currentData(), self.grid.start(), right, down)

    def set_count(self, count: int) -> None:
        """Say how many labels there are to print."""
        self._count = count
        self._tell()

    def printed(self, count: int) -> None:
        """Go on behind the labels that were printed: the next ones start where these ended."""
        each = SHEETS[self.box.currentData()].places
        self.grid.set_start((self.grid.start() - 1 + count) % each + 1)
        self._tell()

    def _sheet_chosen(self) -> None:
        sheet = SHEETS[self.box.currentData()]
        wide, high = sheet.page
        self.grid.show_sheet(sheet.columns, sheet.rows, (wide / 1000, high / 1000))
        self.box.setToolTip(sheet.label)
        for edit, axis in ((self.right, "x"), (self.down, "y")):
            kept = str(self._machine.value(f"labels/offset/{sheet.name}/{axis}", "0")) if self._machine else "0"
            tenths = int(kept) if kept.lstrip("-").isdigit() else 0
            edit.setText(millimetres.signed_text(max(-MOST, min(tenths, MOST))))
            restyle(edit, state="")
        if self._machine is not None:
            self._machine.setValue("labels/sheet", sheet.name)
        self._tell()

    def _offset_typed(self, edit: QLineEdit) -> None:
        tenths = _offset(edit.text())
        restyle(edit, state="bad" if tenths is None else "")
        if tenths is not None and self._machine is not None:
            axis = "x" if edit is self.right else "y"
            self._machine.setValue(f"labels/offset/{self.box.currentData()}/{axis}", tenths)
        self._tell()

    def _tell(self) -> None:
        sheet = SHEETS[self.box.currentData()]
        self.grid.set_count(self._count)
        sheets = -(-(self.grid.start() - 1 + self._count) // sheet.places)
        self.says.setText(
            _("Starts at label {n} of {all} · sheets: {sheets}").format(
                n=self.grid.start(), all=sheet.places, sheets=fmt.number(max(sheets, 1))
            )
        )
        self.changed.emit()


def _offset(text: str) -> int | None:
    tenths = millimetres.signed(text)
    return None if tenths is None or abs(tenths) > MOST else tenths
