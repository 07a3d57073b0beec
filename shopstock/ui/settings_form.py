"""The form of the shop's settings, built from ``core.settings.Settings``: one line there is one field here."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from shopstock.core.settings import Costing, Settings, TaxMode
from shopstock.core.text import _
from shopstock.ui import fields, theme

SECTIONS = {"shop": "Shop", "till": "Till", "receipt": "Sales receipt", "stock": "Stock",
            "write_offs": "Write-offs and returns", "counts": "Counts",
            "orders": "Ordering", "targets": "Targets", "backup": "Backups"}  # fmt: skip
_LONG = ("address", "receipt_header", "receipt_footer")


def choice_words(value: StrEnum) -> str:
    """Say a fixed choice in words."""
    return {
        Costing.FIFO: _("First in, first out (FIFO)"),
        Costing.AVERAGE: _("Moving average"),
        TaxMode.INSIDE: _("with tax inside"),
        TaxMode.ON_TOP: _("without tax, which comes on top"),
    }.get(value, str(value))


def typing_in(page: QWidget) -> bool:
    """Tell whether somebody is at a field or a button of a page: what stands there must not be read over."""
    focus = QApplication.focusWidget()
    return focus is not None and page.isAncestorOf(focus) and not isinstance(focus, QAbstractItemView)


class SettingsForm(QWidget):
    """One section's fields. ``edited`` tells the name and the new value of a field that was changed."""

    edited = Signal()

    def __init__(self, section: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.section = section
        self._widgets: dict[str, QWidget] = {}
        self._shown: Settings = Settings()
        self._filling = False
        form = fields.form()
        self.setLayout(form)
        for spec in dataclass_fields(Settings):
            if spec.metadata["section"] != section or spec.name in ("practice", "closed_until", "receipt_logo"):
                continue
            widget = self._widget_for(spec.name, spec.default, spec.metadata)
            self._widgets[spec.name] = widget
            label = _(spec.metadata["label"])
            widget.setAccessibleName(label)
            if spec.metadata["hint"]:
                widget.setToolTip(_(spec.metadata["hint"]))
            if isinstance(widget, QCheckBox):
                widget.setText(label)
                form.addRow("", widget)
            else:
                fields.form_row(form, label, widget)

    def fill(self, settings: Settings, choices: dict[str, list[tuple[Any, str]]] | None = None) -> None:
        """Show the settings; ``choices`` gives what a field that holds an id may be."""
        self._filling = True
        self._shown = settings
        for name, widget in self._widgets.items():
            value = getattr(settings, name)
            if isinstance(widget, QComboBox):
                if choices is not None and name in choices:
                    widget.clear()
                    for id_, words in choices[name]:
                        widget.addItem(words, id_)
                widget.setCurrentIndex(max(0, widget.findData(value)))
            elif isinstance(widget, QCheckBox):
                widget.setChecked(value)
            elif isinstance(widget, QPlainTextEdit):
                widget.setPlainText(value)
            elif isinstance(widget, QLineEdit):
                widget.setText(choice_words(value) if isinstance(value, StrEnum) else str(value))
        self._filling = False

    def is_readable(self) -> bool:
        """Tell whether every figure is a whole number."""
        return all(
            not isinstance(widget, QLineEdit) or not isinstance(getattr(self._shown, name), int)
            or widget.text().strip().isdecimal()
            for name, widget in self._widgets.items()
        )  # fmt: skip

    def changed(self) -> dict[str, Any]:
        """Return what differs from what was shown, by name; ask :meth:`is_readable` first."""
        result: dict[str, Any] = {}
        for name, widget in self._widgets.items():
            if not widget.isEnabled() or (isinstance(widget, QLineEdit) and widget.isReadOnly()):
                continue
            before = getattr(self._shown, name)
            value = _value_of(widget, before)
            if value != before:
                result[name] = value
        return result

    def _widget_for(self, name: str, default: Any, metadata: Any) -> QWidget:
        widget: QWidget
        if name == "default_tax_rate_id":
            widget = QComboBox()
            widget.currentIndexChanged.connect(self._tell)
        elif isinstance(default, bool):
            widget = QCheckBox()
            widget.toggled.connect(self._tell)
        elif name in _LONG:
            widget = QPlainTextEdit()
            widget.setFixedHeight(88)
            widget.setTabChangesFocus(True)
            widget.textChanged.connect(self._tell)
        else:
            widget = QLineEdit()
            widget.setMinimumHeight(theme.CONTROL)
            widget.setReadOnly(bool(metadata["fixed"]))
            widget.textEdited.connect(self._tell)
            if isinstance(default, int):
                widget.setMaximumWidth(160)
        return widget

    def _tell(self) -> None:
        if not self._filling:
            self.edited.emit()


def _value_of(widget: QWidget, before: Any) -> Any:
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QComboBox):
        return widget.currentData()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QLineEdit):
        return int(widget.text()) if isinstance(before, int) else widget.text()
    return before


def section_title(section: str) -> str:
    """Say a section in words."""
    return _(SECTIONS[section])


def heading(text: str) -> QWidget:
    """Return a heading inside a settings page."""
    return fields.label(text, "", theme.TITLE, theme.SEMIBOLD)
