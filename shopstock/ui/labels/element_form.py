"""What can be said of one thing on a label: where it stands, how large, on which side, and what it says."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import names
from shopstock.core.labels import Align, Element, Part, Symbol, Zone
from shopstock.core.text import _
from shopstock.ui import fields, theme
from shopstock.ui.labels.draft import SIZES, align_words, nearest, size_words
from shopstock.ui.segments import Segments

LABEL_WIDTH = 64


class ElementForm(QWidget):
    """The form of the selected element. ``changed`` tells a field of :class:`Element` and its new value."""

    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zone = Segments(_("Where it stands"))
        for zone in Zone:
            self.zone.add(zone, zone.words.capitalize(), 1)
        self.size_ = Segments(_("Size"))
        for size in SIZES:
            self.size_.add(size, size_words(size), 1)
        self.align = Segments(_("Side"))
        for align in Align:
            self.align.add(align, align_words(align), 1)
        self.symbol = Segments(_("Kind of code"))
        self.symbol.add(Symbol.BARS, _("Bars"), 1)
        self.symbol.add(Symbol.DATAMATRIX, _("DataMatrix"), 1)
        self.bold = QCheckBox(_("Bold"))
        self.digits = QCheckBox(_("Digits"))
        self.digits.setToolTip(_("The code in digits under its bars"))
        self.text = QLineEdit()
        self.text.setMaxLength(names.MAX_NAME)
        self.text.setAccessibleName(_("Text"))
        self.text.setPlaceholderText(_("What it says"))
        self.lines = fields.CountEdit(1, 10, _("Most lines"))
        self.lines.setFixedWidth(64)
        self._lines = fields.label(_("Most lines"), "label")
        for name, segments in (
            ("zone", self.zone),
            ("size", self.size_),
            ("align", self.align),
            ("symbol", self.symbol),
        ):
            segments.chosen.connect(lambda value, name=name: self.changed.emit(name, value))
        self.bold.clicked.connect(lambda on: self.changed.emit("bold", on))
        self.digits.clicked.connect(lambda on: self.changed.emit("digits", on))
        self.text.textEdited.connect(lambda text: self.changed.emit("text", text))
        self.lines.textEdited.connect(lambda _text: self.changed.emit("lines", self.lines.value()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S2)
        self._code = self._row(_("Code"), self.symbol, self.digits)
        self._says = self._row(_("Text"), self.text)
        self._letters = self._row(_("Letters"), self.bold, self._lines, self.lines)
        for row in (
            self._says, self._code, self._letters, self._row(_("Where"), self.zone), self._row(_("Size"), self.size_),
            self._row(_("Side"), self.align),
        ):  # fmt: skip
            layout.addWidget(row)

    def _row(self, words: str, *parts: QWidget) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        name = fields.label(words, "label")
        name.setMinimumWidth(LABEL_WIDTH)
        name.setBuddy(parts[0])
        layout.addWidget(name)
        for number, part in enumerate(parts):
            layout.addWidget(part, 1 if number == 0 else 0)
        return row

    def show_element(self, element: Element, on: bool) -> None:
        """Show an element; one that the label does not show cannot be changed."""
        part = element.part
        code, written = part is Part.BARCODE, part in (Part.NAME, Part.TEXT, Part.SKU)
        self._says.setVisible(part is Part.TEXT)
        self._code.setVisible(code)
        self._letters.setVisible(not code)
        self._lines.setVisible(written)
        self.lines.setVisible(written)
        self.digits.setVisible(element.symbol is Symbol.BARS)
        self.zone.set_value(element.zone)
        self.size_.set_value(nearest(element.size))
        self.align.set_value(element.align)
        self.symbol.set_value(element.symbol)
        self.bold.setChecked(element.bold)
        self.digits.setChecked(element.digits)
        _write(self.text, element.text)
        _write(self.lines, str(element.lines))
        self.setEnabled(on)


def _write(edit: QLineEdit, text: Any) -> None:
    # What is being typed is not written over: the cursor would jump.
    if edit.text() != text and not edit.hasFocus():
        edit.setText(text)
