"""One device of the till: where it is, what it is, and the proof that it works."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes, Refused, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.devices import permission, roles
from shopstock.devices.discovery import Found
from shopstock.devices.permission import Fix
from shopstock.devices.status import Outcome
from shopstock.queries.printing import DeviceRow
from shopstock.services import cash, printing
from shopstock.ui import fields, theme
from shopstock.ui.devices import words
from shopstock.ui.devices.finding import Finding
from shopstock.ui.devices.proof import Proof
from shopstock.ui.devices.setting_form import SettingForm
from shopstock.ui.shop import Shop

_PAPER = (roles.RECEIPT_PRINTER, roles.REPORT_PRINTER)
_PRINTS = (*_PAPER, roles.LABEL_PRINTER)


class Tried(NamedTuple):
    """What became of a test print, and the cure for what kept it."""

    outcome: Outcome
    cure: Fix | None


def try_out(db: Db, acting: Acting, role: str, code: str, chart: bool) -> Tried:
    """Print a test page and find out what keeps it, if anything does."""
    outcome = printing.send_test_page(db, acting, role, code=code, chart=chart)
    device = printing.bound(db, acting, role)
    return Tried(outcome, permission.fix(device.url, outcome.reason) if outcome.reason else None)


class Editor(QWidget):
    """The page of one device. ``left`` is emitted when somebody goes back to the list."""

    left = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._role = roles.RECEIPT_PRINTER
        self._device: DeviceRow | None = None
        self._then_try: tuple[str, bool] | None = None
        self.title = fields.label("", "", theme.TITLE, theme.SEMIBOLD)
        self.back = fields.Button(_("All devices"), icon="chevron-left", on_click=self.left.emit)
        self.finding = Finding(shop)
        self.finding.chosen.connect(self._chosen)
        self.language = QComboBox()
        self.language.setAccessibleName(_("What it is"))
        self.language.currentIndexChanged.connect(lambda _index: self._show_settings({}))
        self.name = QLineEdit()
        self.name.setMaxLength(printing.MOST_NAME)
        self.name.setAccessibleName(_("Name of the device"))
        self.name.setPlaceholderText(_("for example Hand scanner"))
        self.settings = SettingForm()
        self.proof = Proof()
        self.save = fields.Button(_("Save"), icon="device-floppy", on_click=lambda: self._save(None))
        self.test = fields.Button(
            _("Save and print a test page"), fields.PRIMARY, icon="printer", on_click=lambda: self._save(("", False))
        )
        self.chart = fields.Button(_("Print the code pages"), icon="list", on_click=lambda: self._save(("", True)))
        self.chart.setToolTip(_("A table of every page number, to find those of a printer that nobody knows"))
        self.drawer = fields.Button(_("Open the drawer"), icon="cash-register", on_click=self._open_drawer)
        self.measure = fields.Button(_("Measure the labels"), icon="adjustments-horizontal", on_click=self._measure)
        self.measure.setToolTip(_("The printer feeds some labels and learns how long they are"))
        self.remove = fields.Button(_("Remove"), icon="trash", on_click=self._remove)
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.back)
        head.addSpacing(theme.S2)
        head.addWidget(self.title, 1)
        self._form = fields.form()
        fields.form_row(self._form, _("Name"), self.name)
        fields.form_row(self._form, _("What it is"), self.language)
        words.align(self._form)
        first, second = QHBoxLayout(), QHBoxLayout()
        for button in (self.test, self.save):
            first.addWidget(button)
        first.addStretch(1)
        first.addWidget(self.remove)
        for button in (self.chart, self.measure, self.drawer):
            second.addWidget(button)
        second.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addWidget(self.proof)
        layout.addWidget(self.finding)
        layout.addLayout(self._form)
        layout.addWidget(self.settings)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addStretch(1)

    def edit(self, role: str, device: DeviceRow | None) -> None:
        """Show the device of a role, or ask for one."""
        self._role, self._device = role, device
        self.title.setText(words.role_words(role))
        self.proof.clear()
        self.language.blockSignals(True)
        self.language.clear()
        for name in roles.languages(role):
            self.language.addItem(words.language_words(name), name)
        self.language.setCurrentIndex(max(0, self.language.findData(device.language if device is not None else "")))
        self.language.blockSignals(False)
        self.name.setText(device.name if device is not None else "")
        self.name.setReadOnly(role == roles.SCANNER and device is not None)
        self._form.setRowVisible(self.name, role == roles.SCANNER)
        self._form.setRowVisible(self.language, self.language.count() > 1)
        self._show_settings(device.settings if device is not None else {})
        self.finding.begin(role, device.url if device is not None else "")
        self.test.setVisible(role in _PRINTS)
        self.test.setText(_("Save and print a test label") if role == roles.LABEL_PRINTER
                          else _("Save and print a test page"))  # fmt: skip
        self.save.setProperty("kind", fields.QUIET if role in _PRINTS else fields.PRIMARY)
        self.chart.setVisible(role in _PAPER)
        self.measure.setVisible(role == roles.LABEL_PRINTER)
        self.drawer.setVisible(role in (roles.RECEIPT_PRINTER, roles.DRAWER))
        self._offer()

    def on_scan(self, scan: Scan) -> bool:
        """Take the scan of the code that was printed; tell whether one was waited for."""
        return self.proof.takes(scan)

    def _offer(self) -> None:
        there = self._device is not None
        self.remove.setVisible(there)
        for button in (self.measure, self.drawer):
            button.setEnabled(there)

    def _show_settings(self, settings: dict[str, Any]) -> None:
        language = self.language.currentData()
        self.settings.show_language(language, roles.languages(self._role)[language], settings)
        self.chart.setEnabled(language == "escpos")

    def _chosen(self, found: Found) -> None:
        at = self.language.findData(found.language_hint)
        if at >= 0 and at != self.language.currentIndex():
            self.language.setCurrentIndex(at)
        if found.profile_hint and self.language.currentData() == "escpos":
            self.settings.fill({"profile": found.profile_hint})

    def _save(self, then_try: tuple[str, bool] | None) -> None:
        try:
            url = self.finding.url
            settings = self.settings.settings()
        except Refused as error:
            self.proof.say("alert-triangle", _("The device is not saved."), str(error))
            return
        self._then_try = then_try
        self._shop.run(
            printing.set_device, self._role, url, self.language.currentData(), settings,
            name=self.name.text().strip() if self._role == roles.SCANNER else "",
            then=self._saved, failed=self._refused,
        )  # fmt: skip

    def _refused(self, error: ShopError) -> None:
        self.proof.say("alert-triangle", _("The device is not saved."), str(error))

    def _saved(self, _changes: Changes) -> None:
        if self._then_try is None:
            self._shop.say("ok", _("Device saved."), words.role_words(self._role))
            self.left.emit()
            return
        _code, chart = self._then_try
        self.proof.clear()
        self.proof.say("printer", _("Printing…"), "")
        # On a reader: a slow printer must not hold a sale.
        self._shop.read(
            try_out, self._role, "" if chart else self.proof.new_code(), chart,
            then=partial(self._tried, chart), failed=self._refused, busy=self._busy, asked_by=self,
        )  # fmt: skip
        self._shop.read(printing.bound, self._role, then=self._bound, failed=self._refused, asked_by=self)

    def _bound(self, device: DeviceRow) -> None:
        self._device = device
        self._offer()

    def _busy(self, busy: bool) -> None:
        for button in (self.test, self.save, self.chart, self.measure):
            button.setEnabled(not busy)

    def _tried(self, chart: bool, tried: Tried) -> None:
        if chart and not tried.outcome.reason:
            then = _("Find the line that shows the right letters, then set code page and number under More settings.")
            self.proof.say("list", _("The table of code pages is printed."), then)
            return
        self.proof.tried(tried.outcome, tried.cure)

    def _open_drawer(self) -> None:
        self._shop.run(cash.open_drawer, _("Test of the drawer"), then=self._drawer_asked, failed=self._refused)

    def _drawer_asked(self, _changes: Changes) -> None:
        then = _("If it stays shut: try the other pin or a longer pulse under More settings.")
        self.proof.say("cash-register", _("The drawer should be open now."), then)

    def _measure(self) -> None:
        self._shop.read(
            printing.measure_labels, then=self._measured, failed=self._refused, busy=self._busy, asked_by=self
        )

    def _measured(self, outcome: Outcome) -> None:
        if outcome.reason:
            self.proof.say("alert-triangle", _("The labels are not measured."), outcome.reason.words)
        else:
            self.proof.say("circle-check", _("The printer has measured its labels."), _("Print a test label now."))

    def _remove(self) -> None:
        name = self._device.name if self._device is not None else ""
        self._shop.run(printing.remove_device, self._role, name=name, then=self._removed, failed=self._refused)

    def _removed(self, _changes: Changes) -> None:
        self._shop.say("ok", _("Device removed."), words.role_words(self._role))
        self.left.emit()

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
