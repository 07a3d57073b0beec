"""Settings, People: who works here, in which role, by which PIN or badge."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.acting import Role
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import PersonId
from shopstock.queries import people as people_query
from shopstock.queries.people import Person
from shopstock.services import people
from shopstock.ui import fields, sounds, theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table
from shopstock.ui.words import role_name


def _ways_in(person: Person) -> list[Chip]:
    chips = []
    if person.has_pin:
        chips.append(Chip(_("PIN"), "lock", "outline"))
    if person.has_badge:
        chips.append(Chip(_("badge"), "barcode", "outline"))
    return chips or [Chip(_("no PIN"), "circle-minus", "warn")]


class PeoplePage(QWidget):
    """The list of people and the fields of the one that is chosen."""

    done = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._model = RowsModel(
            (
                Column("name", _("Name"), weight=theme.MEDIUM),
                Column("role", _("Role"), width=180, text=lambda row: role_name(row.role)),
                Column("has_pin", _("Signs in by"), "chip", width=200, chips=_ways_in),
            ),
            self,
        )
        self._table = Table(self._model, _("People"))
        self._table.setMinimumHeight(220)
        self._table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._fill())
        self._name = QLineEdit()
        self._name.setMaxLength(80)
        self._name.setAccessibleName(_("Name"))
        self._role = QComboBox()
        self._role.setAccessibleName(_("Role"))
        for role in Role:
            self._role.addItem(role_name(role), role)
        self._pin = QLineEdit()
        self._pin.setEchoMode(QLineEdit.EchoMode.Password)
        self._pin.setMaxLength(12)
        self._pin.setAccessibleName(_("New PIN"))
        self._pin.setPlaceholderText(_("4 to 12 digits; empty leaves it as it is"))
        self._badge = QLineEdit()
        self._badge.setMaxLength(80)
        self._badge.setAccessibleName(_("Badge code"))
        self._badge.setPlaceholderText(_("scan the badge, or type its code; empty leaves it as it is"))
        form = fields.form()
        for words, widget in (
            (_("Name"), self._name), (_("Role"), self._role), (_("New PIN"), self._pin), (_("Badge"), self._badge),
        ):  # fmt: skip
            fields.form_row(form, words, widget)
        self._new = fields.Button(_("Add as new"), fields.OUTLINE, icon="plus", on_click=self._add)
        self._keep = fields.Button(_("Save person"), fields.PRIMARY, on_click=self._edit)
        self._retire = fields.Button(_("Let go"), fields.BAD, icon="logout", on_click=self._let_go)
        buttons = QHBoxLayout()
        buttons.addWidget(self._keep)
        buttons.addWidget(self._new)
        buttons.addStretch(1)
        buttons.addWidget(self._retire)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S4)
        layout.addWidget(self._table, 1)
        layout.addLayout(form)
        layout.addLayout(buttons)
        shop.changed.connect(self._changed)

    def on_scan(self, scan: Scan) -> None:
        """Take a scanned badge for the person whose fields are on show; nothing is written yet."""
        sounds.yes()
        self._badge.setText(scan.code)
        self._shop.say("info", _("Badge scanned."), _("Press “Save person” or “Add as new” to keep it."), key="badge")

    def came_into_view(self) -> None:
        """Read the people."""
        self._shop.read(people_query.people, then=self._show, key="settings people")

    def _show(self, known: list[Person]) -> None:
        self._model.set_rows(known)
        if self._table.selected_row() is None:
            self._table.select(0)
        self._fill()

    def _fill(self) -> None:
        person = self._table.selected_row()
        for widget in (self._keep, self._retire):
            widget.setEnabled(person is not None)
        if person is not None:
            self._name.setText(person.name)
            self._role.setCurrentIndex(self._role.findData(person.role))
        self._pin.setText("")
        self._badge.setText("")

    def _add(self) -> None:
        self._shop.run(
            people.add_person, self._name.text(), Role(self._role.currentData()),
            pin=self._pin.text(), badge=self._badge.text(), then=self._added,
        )  # fmt: skip

    def _edit(self) -> None:
        person = self._table.selected_row()
        if person is None:
            return
        who = PersonId(person.id)
        pin, badge = self._pin.text(), self._badge.text().strip()
        if pin:
            self._shop.run(people.set_pin, who, pin, then=self._pin_set)
        if badge:
            self._shop.run(people.set_badge, who, badge)
        name, role = self._name.text(), Role(self._role.currentData())
        if (name, role) != (person.name, person.role):
            self._shop.run(people.edit_person, who, name=name, role=role, then=self._edited)
        elif badge and not pin:
            self._shop.say("ok", _("Badge saved."))

    def _let_go(self) -> None:
        person = self._table.selected_row()
        if person is not None:
            self._shop.run(people.retire_person, PersonId(person.id), then=self._edited)

    def _added(self, _changes: Changes) -> None:
        self._shop.say("ok", _("{name} added.").format(name=self._name.text().strip()))

    def _pin_set(self, _changes: Changes) -> None:
        self._shop.say("ok", _("PIN saved."), _("It counts from the next sign-in."))

    def _edited(self, _changes: Changes) -> None:
        self._shop.say("ok", _("Saved."))

    def _changed(self, changes: Changes) -> None:
        if "people" in changes.topics and self.isVisible():
            self.came_into_view()
