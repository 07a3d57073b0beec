"""Settings, Devices: the label printer of this till: address, language, resolution, the labels in it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QWidget

from shopstock.core import labels
from shopstock.core.text import _
from shopstock.devices import drivers, label_settings
from shopstock.queries.printing import DeviceRow
from shopstock.ui import fields, millimetres, theme
from shopstock.ui.segments import Segments

_SHORT = 84


class LabelPrinterFields:
    """The fields. :meth:`settings` is what they say, or the sentence that tells what cannot be read."""

    def __init__(self) -> None:
        self.address = QLineEdit()
        self.address.setPlaceholderText("tcp://192.168.1.60:9100")
        self.address.setAccessibleName(_("Address of the label printer"))
        self.language = QComboBox()
        for name, driver in drivers.DRIVERS.items():
            if driver.labels:
                self.language.addItem(driver.label, name)
        self.dpi = Segments(_("Resolution"))
        for dpi in label_settings.RESOLUTIONS:
            self.dpi.add(dpi, _("{dpi} dpi").format(dpi=dpi), 1)
        self.width_, self.height_ = self._short(_("Width of a label, mm")), self._short(_("Height of a label, mm"))
        self.gap = self._short(_("Gap between two labels, mm"))
        self.gap.setToolTip(_("0 for a roll without gaps"))
        self.darkness = self._short(_("Darkness, 0 to 30"), _("as it is"))
        self.speed = self._short(_("Speed, inches a second"), _("as it is"))
        for edit in (self.darkness, self.speed):
            edit.setFixedWidth(104)
            edit.setToolTip(_("Empty leaves what the printer was told before"))
        self.replies = QCheckBox(_("Answers when asked"))
        self.replies.setToolTip(_("It says when it is out of labels and when a label is out"))
        self.packed = QCheckBox(_("Takes packed pictures"))
        self.packed.setToolTip(_("Labels come out quicker; very old printers need it off"))
        self.show_device(None)

    def add_to(self, form: QFormLayout, test: QWidget) -> None:
        """Add the fields to a form, the button of the test label behind the address."""
        fields.form_row(form, _("Label printer"), line_of(self.address, test, stretch=True))
        fields.form_row(form, _("Language"), self.language)
        fields.form_row(form, _("Resolution"), self.dpi)
        times, unit, gap = (fields.label(text, "label") for text in ("×", _("mm"), _("Gap, mm")))
        fields.form_row(form, _("Labels"), line_of(self.width_, times, self.height_, unit, gap, self.gap))
        speed = fields.label(_("Speed"), "label")
        fields.form_row(form, _("Darkness"), line_of(self.darkness, speed, self.speed))
        form.addRow("", line_of(self.replies, self.packed))

    def _short(self, name: str, hint: str = "") -> QLineEdit:
        edit = QLineEdit()
        edit.setAccessibleName(name)
        edit.setPlaceholderText(hint)
        edit.setFixedWidth(_SHORT)
        edit.setMaxLength(5)
        return edit

    def show_device(self, device: DeviceRow | None) -> None:
        """Show how the printer is set up, or what most printers are."""
        made = label_settings.of(device.settings if device is not None else {})
        self.address.setText(device.url if device is not None else "")
        if device is not None:
            self.language.setCurrentIndex(max(0, self.language.findData(device.language)))
        self.dpi.set_value(made.dpi)
        self.width_.setText(millimetres.text(made.width))
        self.height_.setText(millimetres.text(made.height))
        self.gap.setText(millimetres.text(made.gap) or "0")
        self.darkness.setText(str(made.darkness) if made.darkness >= 0 else "")
        self.speed.setText(str(made.speed) if made.speed else "")
        self.replies.setChecked(made.replies)
        self.packed.setChecked(made.compression == "z64")

    def settings(self) -> dict[str, Any] | str:
        """Return the device's settings, or what to correct."""
        wide, high, gap = (millimetres.length(edit.text()) for edit in (self.width_, self.height_, self.gap))
        if not wide or not high:
            return _("Type the width and height of a label in millimetres, for example 50 and 25.")
        if gap is None:
            return _("The gap is a length in millimetres, for example 2.5.")
        figures = {"darkness": self.darkness.text().strip(), "speed": self.speed.text().strip()}
        if not all(not text or (text.isascii() and text.isdecimal()) for text in figures.values()):
            return _("Darkness is 0 to 30 and speed 1 to 14, or empty.")
        size = labels.size_text(wide, high).replace(" × ", "x")
        settings: dict[str, Any] = {"dpi": self.dpi.value(), "size": size, "gap": gap}
        settings |= {name: int(text) for name, text in figures.items() if text}
        if not self.replies.isChecked():
            settings["replies"] = False
        if not self.packed.isChecked():
            settings["compression"] = "hex"
        return settings


def line_of(*parts: QWidget, stretch: bool = False) -> QWidget:
    """Return a row of a form with several parts; the first takes what room there is if it is to ``stretch``."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.S2)
    for number, part in enumerate(parts):
        row.addWidget(part, 1 if stretch and number == 0 else 0)
    if not stretch:
        row.addStretch(1)
    line.setFocusProxy(parts[0])
    line.setAccessibleName(parts[0].accessibleName())
    return line
