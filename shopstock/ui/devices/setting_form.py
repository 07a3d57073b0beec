"""The settings of one device: a form built from what its language names, the seldom ones behind a button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.devices.roles import Language
from shopstock.ui import fields, millimetres, theme
from shopstock.ui.devices import words

_SHORT = 180


class SettingForm(QWidget):
    """The fields of a language. What is left as it is usually is not kept, so that a better usual one counts later."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = ""
        self._spoken: Language | None = None
        self._kept: dict[str, Any] = {}
        self._fields: dict[str, QWidget] = {}
        self._seldom: list[QWidget] = []
        self._form = QWidget()
        self.more = fields.Button(_("More settings"), icon="adjustments-horizontal", on_click=self._toggle)
        self._shows_more = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.S3)
        self._layout.addWidget(self._form)
        self._layout.addWidget(self.more)

    def show_language(self, name: str, spoken: Language, settings: Mapping[str, Any]) -> None:
        """Ask for the settings of a language; ``settings`` are those the device has."""
        self._language, self._spoken, self._kept = name, spoken, dict(settings)
        self._fields = {}
        self._seldom = []
        form = fields.form()
        for setting, kind in spoken.settings.items():
            self._add(form, setting, kind)
        fresh = QWidget()
        fresh.setLayout(form)
        words.align(form)
        self._layout.replaceWidget(self._form, fresh)
        self._form.hide()
        self._form.deleteLater()
        self._form = fresh
        self.more.setVisible(bool(self._seldom))
        self._show_seldom(any(setting in words.SELDOM for setting in settings))
        self.fill(settings)

    def fill(self, settings: Mapping[str, Any]) -> None:
        """Show these settings, what they leave open as it usually is."""
        usual = self._usual(settings)
        for name, field in self._fields.items():
            value = settings.get(name, usual.get(name))
            with QSignalBlocker(field):
                if isinstance(field, QComboBox):
                    field.setCurrentIndex(max(0, field.findData(value)))
                elif isinstance(field, QCheckBox):
                    field.setChecked(bool(value))
                elif isinstance(field, QLineEdit):
                    text = self._written(name, settings[name]) if name in settings else ""
                    field.setText(text)
                    field.setPlaceholderText(self._written(name, usual.get(name)))

    def settings(self) -> dict[str, Any]:
        """Return what differs from the usual; raise ``Refused`` for what cannot be read or makes no sense."""
        found: dict[str, Any] = {}
        for name, field in self._fields.items():
            if isinstance(field, QComboBox):
                value = field.currentData()
            elif isinstance(field, QCheckBox):
                value = field.isChecked()
            elif isinstance(field, QLineEdit):
                value = self._read(name, field.text().strip())
            else:
                continue
            if value is not None and value != "":
                found[name] = value
        usual = self._usual({name: found[name] for name in ("profile",) if name in found})
        kept = {name: value for name, value in found.items() if value != usual.get(name) or name in ("profile", "size")}
        if self._spoken is not None:
            self._spoken.check(kept)
        return kept

    def field(self, name: str) -> Any:
        """Return the field of a setting."""
        return self._fields[name]

    def _add(self, form: QFormLayout, setting: str, kind: type) -> None:
        field: QWidget
        label = words.setting_words(setting)
        choices = words.choices(self._language, setting)
        if kind is bool:
            field = QCheckBox(label)
            form.addRow("", field)
        else:
            if choices:
                field = QComboBox()
                field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                field.setMinimumWidth(_SHORT)
                for value, said in choices:
                    field.addItem(said, value)
                if setting == "profile":
                    field.currentIndexChanged.connect(lambda _index: self._profile_chosen())
            else:
                field = QLineEdit()
                field.setMaxLength(200)
                if kind is int:
                    field.setFixedWidth(_SHORT)
            fields.form_row(form, label, field)
        field.setAccessibleName(label)
        field.setToolTip(words.setting_hint(setting))
        self._fields[setting] = field
        if setting in words.SELDOM:
            self._seldom.append(field)

    def _usual(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        if self._spoken is None:
            return {}
        try:
            made = self._spoken.check({name: settings[name] for name in ("profile",) if name in settings})
        except Refused:
            return {}
        if not is_dataclass(made):
            return {}
        usual = {spec.name: getattr(made, spec.name) for spec in dataclass_fields(made)}
        if "size" in self._fields:
            usual["size"] = "50x25"
        if "profile" in self._fields:
            usual["profile"] = usual.get("name")
            usual["codepage"] = ""
        return usual

    def _profile_chosen(self) -> None:
        chosen = {"profile": self._fields["profile"].currentData()}  # type: ignore[attr-defined]
        kept = {name: value for name, value in self._kept.items() if name != "profile"}
        self.fill(kept | chosen)

    def _written(self, name: str, value: Any) -> str:
        if value is None or (isinstance(value, int) and value < 0 and name not in words.MILLIMETRES):
            return ""
        if name in words.MILLIMETRES:
            return f"{value / 10:g}"
        return "" if isinstance(value, tuple) else str(value)

    def _read(self, name: str, text: str) -> Any:
        if not text:
            return None
        assert self._spoken is not None
        if name in words.MILLIMETRES:
            length = millimetres.signed(text)
            if length is None:
                raise Refused(_("“{text}” is no length in millimetres. Write it like 2 or 2.5.").format(text=text[:20]))
            return length
        if self._spoken.settings[name] is int:
            if not (text.isascii() and text.isdecimal()) or len(text) > 6:
                raise Refused(_("{setting} is a whole number.").format(setting=words.setting_words(name)))
            return int(text)
        return text

    def _toggle(self) -> None:
        self._show_seldom(not self._shows_more)

    def _show_seldom(self, shown: bool) -> None:
        self._shows_more = shown
        self.more.setText(_("Fewer settings") if shown else _("More settings"))
        form = self._form.layout()
        for widget in self._seldom:
            if isinstance(form, QFormLayout):
                form.setRowVisible(widget, shown)
