"""Settings: the tree of places, with shops at the top, and in them rooms, zones and bins.

A shop of one place sees that place and how to add more, nothing else.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import place_names
from shopstock.core import places as rules
from shopstock.core.acting import Permission
from shopstock.core.outcome import Refused, ShopError
from shopstock.core.places import Kind, Level, PlaceFields, level_name
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.queries import places as places_query
from shopstock.queries.places import Place
from shopstock.services import place_series, places
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.segments import Segments
from shopstock.ui.settings_place_form import PlaceForm, branch
from shopstock.ui.settings_place_table import PlaceTable
from shopstock.ui.shop import Shop

_KEY = "places"
_HINT = {Level.SHOP: "Market hall", Level.ROOM: "Back room", Level.ZONE: "Cold shelf", Level.BIN: "B-01 .. B-24"}


def read_tree(db: Db) -> list[Place]:
    """Return every place, retired ones too."""
    return places_query.tree(db, retired=True)


class PlaceTree(QWidget):
    """The tree, the fields of the place that is chosen, and the line that adds places below it."""

    shown = Signal(object)  # list[Place]: the active ones

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._all: list[Place] = []
        self._show_next: LocationId | None = None
        self.hint = fields.label("", "wrap", theme.SMALL)
        self.table = PlaceTable()
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._chosen())
        self.retired = QCheckBox(_("Show retired places"))
        self.retired.toggled.connect(lambda _on: self._show())
        self.form = PlaceForm()
        self.form.save_asked.connect(self._save)
        self.form.labels_asked.connect(self._print)
        self.form.retire_asked.connect(self._retire)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self.hint)
        layout.addWidget(self.table)
        layout.addWidget(self.retired, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.form)
        layout.addLayout(self._build_adding())

    def _build_adding(self) -> QVBoxLayout:
        self.adding = fields.label("", "", theme.BODY, theme.SEMIBOLD)
        self.levels = Segments(_("What to add"))
        for level in Level:
            self.levels.add(level, level_name(level), 1)
        self.levels.chosen.connect(lambda _level: self._say_adding())
        self.names = QLineEdit()
        self.names.setMaxLength(80)
        self.names.setAccessibleName(_("Name of the new place"))
        self.names.returnPressed.connect(self._add)
        self.names.textChanged.connect(lambda _text: self._say_adding())
        self.add = fields.Button(_("Add"), fields.OUTLINE, icon="plus", on_click=self._add)
        self.preview = fields.label("", "small", theme.SMALL)
        self.preview.setMinimumHeight(20)
        line = QHBoxLayout()
        line.setSpacing(theme.S2)
        line.addWidget(self.levels, 3)
        line.addWidget(self.names, 4)
        line.addWidget(self.add)
        column = QVBoxLayout()
        column.setSpacing(theme.S2)
        column.addSpacing(theme.S2)
        column.addWidget(self.adding)
        column.addLayout(line)
        column.addWidget(self.preview)
        return column

    # -- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the tree."""
        self._shop.read(read_tree, then=self._seen, key=("places", id(self)))

    def _seen(self, tree: list[Place]) -> None:
        self._all = tree
        self._show()

    def _show(self) -> None:
        active = [place for place in self._all if place.active]
        self.retired.setVisible(len(active) < len(self._all))
        self.table.show_places(self._all if self.retired.isChecked() else active)
        if self._show_next is not None:
            self.table.choose(self._show_next)
            self._show_next = None
        if len(active) == 1:
            self.hint.setText(
                _("{name} is where all goods lie. Add a back room or bins when you need them.").format(
                    name=active[0].name
                )
            )
        else:
            self.hint.setText(_("Scan a label to find its place. Goods can lie in any of them."))
        self._chosen()
        self.shown.emit(active)

    def selected(self) -> Place | None:
        """Return the chosen place."""
        place: Place | None = self.table.selected_row()
        return place

    def _chosen(self) -> None:
        place = self.selected()
        self.form.show_place(place, self._all, may_print=self._may(Permission.PRINT_LABELS))
        fitting = self._levels_here()
        for level in Level:
            self.levels.segment(level).setVisible(level in fitting)
        if self.levels.value() not in fitting or (place is not None and place.id != self._offered_for):
            self._offered_for = None if place is None else place.id
            self.levels.set_value(self._usual_level(place, fitting))
        self._say_adding()

    _offered_for: int | None = None

    def _levels_here(self) -> tuple[Level, ...]:
        """Return what can be added with the chosen place: what may lie in it, and always another shop."""
        place = self.selected()
        below = rules.levels_below(place.level) if place is not None and place.active else ()
        return (Level.SHOP, *below)

    def _usual_level(self, place: Place | None, fitting: tuple[Level, ...]) -> Level:
        """Return the next level down, or the one of what lies there already."""
        if place is not None:
            there = next((one.level for one in self._all if one.active and one.parent_id == place.id), None)
            if there in fitting:
                return there
        return fitting[1] if len(fitting) > 1 else Level.SHOP

    def _say_adding(self) -> None:
        place, level = self.selected(), self.levels.value()
        if level is Level.SHOP or place is None:
            self.adding.setText(_("Add another shop"))
        else:
            self.adding.setText(_("Add in {place}").format(place=place.name))
        self.names.setPlaceholderText(
            _("name, or B-01 .. B-24 for many") if level is Level.BIN else _("such as {name}").format(name=_HINT[level])
        )
        self.add.setEnabled(bool(self.names.text().strip()))
        try:
            made = place_names.series(self.names.text())
        except Refused as error:
            self.preview.setText(str(error))
            return
        if len(made) > 1:
            words = ngettext("{n} place: {names}", "{n} places: {names}", len(made))
            shown = [*made[:3], "…", made[-1]] if len(made) > 4 else list(made)
            self.preview.setText(words.format(n=fmt.number(len(made)), names=", ".join(shown)))
        else:
            self.preview.setText("")

    def _may(self, permission: Permission) -> bool:
        return self._shop.acting is not None and self._shop.acting.may(permission)

    # -- doing --------------------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Find the place of a label; a code that no place has is taken for the one that is chosen."""

        def answered(found: Place | None) -> None:
            if found is not None:
                sounds.yes()
                self._shop.unsay(_KEY)
                self.table.choose(found.id)
                self.table.flash(self.table.currentIndex().row())
                return
            place = self.selected()
            if place is None:
                sounds.no()
                return
            sounds.yes()
            self.form.take_code(scan.code)
            self._shop.say(
                "info", _("{code} will be the code of {place}.").format(code=scan.code[:40], place=place.name),
                _("Press “Save place” to keep it."), key=_KEY,
            )  # fmt: skip

        self._shop.read(places_query.by_code, scan.code, then=answered, asked_by=self)

    def _add(self) -> None:
        place, level = self.selected(), self.levels.value()
        if not self.names.text().strip():
            return
        try:
            made = place_names.series(self.names.text())
        except Refused as error:
            self._shop.say("bad", str(error), key=_KEY)
            return
        parent = None if level is Level.SHOP or place is None else place.id
        kind = Kind.SALE if parent is None or place is None else place.kind
        self._shop.run(
            place_series.add_places, PlaceFields(made[0], level, parent, kind=kind), made,
            then=lambda added: self._added(added, made, level), failed=self._refused,
        )  # fmt: skip

    def _added(self, added: place_series.AddedPlaces, made: tuple[str, ...], level: Level) -> None:
        self.names.setText("")
        # Whoever adds a room goes on in it; bins are added to the same room one after the other.
        if len(made) == 1 and level is not Level.BIN:
            self._show_next = added.location_ids[0]
        self._shop.announce(added.changes)
        words = ngettext("{name} is added.", "{n} places are added.", len(made))
        self._shop.say("ok", words.format(name=made[0], n=fmt.number(len(made))), key=_KEY)
        self.refresh()
        self.names.setFocus()

    def _save(self, typed: PlaceFields) -> None:
        place = self.selected()
        if place is None:
            return
        if place.active:
            self._shop.run(
                places.change_place, place.id, typed, then=lambda _changes: self._saved(), failed=self._refused
            )
        else:
            self._shop.run(places.add_place, typed, then=self._brought_back, failed=self._refused)

    def _refused(self, error: ShopError) -> None:
        self._shop.say("bad", str(error), key=_KEY)

    def _saved(self) -> None:
        self._shop.say("ok", _("Saved."), key=_KEY)
        self.form.show_place(None, self._all, may_print=False)
        self.refresh()

    def _brought_back(self, added: places.Added) -> None:
        self._show_next = added.location_id
        self._shop.announce(added.changes)
        self._saved()

    def _retire(self) -> None:
        place = self.selected()
        if place is not None:
            self._shop.run(
                places.retire_place, place.id, then=lambda gone: self._retired(place.name, gone), failed=self._refused
            )

    def _retired(self, name: str, gone: places.Retired) -> None:
        said = ngettext("{name} is retired.", "{name} and all that lay in it are retired: {n} places.", gone.places)
        homes = ngettext("{n} item belongs nowhere now.", "{n} items belong nowhere now.", gone.homes)
        self._shop.announce(gone.changes)
        self._shop.say(
            "ok", said.format(name=name, n=fmt.number(gone.places)),
            homes.format(n=fmt.number(gone.homes)) if gone.homes else "", key=_KEY,
        )  # fmt: skip
        self.refresh()

    def _print(self, all_below: bool) -> None:
        place = self.selected()
        if place is None:
            return
        wanted = [one.id for one in branch(self._all, place) if one.active]
        window: Any = self.window()
        window.open_screen("labels")
        if window.current_screen == "labels":
            window.opened("labels").show_places(wanted if all_below else wanted[:1])
