"""Settings, Places and tills: where stock lies, which tills there are, and which of them this computer is."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.places import Level, PlaceFields
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.queries import places as places_query
from shopstock.queries import settings as settings_query
from shopstock.queries.places import Place
from shopstock.queries.settings import Station
from shopstock.services import places as places_service
from shopstock.services import settings as settings_service
from shopstock.ui import fields, settings_form, theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table


def read_all(db: Db) -> tuple[list[Place], list[Station]]:
    """Return the places and the tills."""
    return places_query.saleable(db), settings_query.stations(db)


class PlacesPage(QWidget):
    """The list of places and the list of tills."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        self._build_stations(layout)
        layout.addSpacing(theme.S3)
        self._build_places(layout)
        layout.addStretch(1)
        shop.changed.connect(self._changed)

    def _build_stations(self, layout: QVBoxLayout) -> None:
        self._stations = RowsModel(
            (
                Column("name", _("Till or desk"), chips=self._here_chip),
                Column("location", _("Stands in"), width=200),
                Column("prefix", _("Numbers begin with"), width=160),
            ),
            self,
        )
        self.stations = Table(self._stations, _("Tills and desks"))
        self.stations.setMinimumHeight(172)
        self.stations.selectionModel().currentRowChanged.connect(lambda _now, _before: self._fill_station())
        self.use = fields.Button(_("This computer is this till"), fields.OUTLINE, icon="check", on_click=self._use)
        self.station_name = QLineEdit()
        self.station_name.setMaxLength(80)
        self.station_name.setAccessibleName(_("Name of the till"))
        self.stands_in = QComboBox()
        self.stands_in.setMinimumWidth(200)
        self.stands_in.setAccessibleName(_("Where a new till stands"))
        self.rename_station = fields.Button(_("Rename"), on_click=self._rename_station)
        self.add_station = fields.Button(_("Add as new, in"), icon="plus", on_click=self._add_station)
        editing, adding = QHBoxLayout(), QHBoxLayout()
        editing.addWidget(self.station_name, 1)
        editing.addWidget(self.rename_station)
        adding.addWidget(self.use)
        adding.addStretch(1)
        adding.addWidget(self.add_station)
        adding.addWidget(self.stands_in)
        hint = fields.label(
            _("Each till numbers its documents by itself and has its own drawer, devices and open sale."), "small",
            theme.SMALL,
        )  # fmt: skip
        hint.setWordWrap(True)
        for part in (settings_form.heading(_("Tills and desks")), hint, self.stations):
            layout.addWidget(part)
        layout.addLayout(editing)
        layout.addLayout(adding)

    def _build_places(self, layout: QVBoxLayout) -> None:
        self._places = RowsModel((Column("name", _("Place")),), self)
        self.places = Table(self._places, _("Places"))
        self.places.setMinimumHeight(136)
        self.places.selectionModel().currentRowChanged.connect(lambda _now, _before: self._fill_place())
        self.place_name = QLineEdit()
        self.place_name.setMaxLength(80)
        self.place_name.setAccessibleName(_("Name of the place"))
        self.rename_place = fields.Button(_("Rename"), on_click=self._rename_place)
        self.add_place = fields.Button(_("Add as new"), icon="plus", on_click=self._add_place)
        row = QHBoxLayout()
        row.addWidget(self.place_name, 1)
        row.addWidget(self.rename_place)
        row.addWidget(self.add_place)
        layout.addWidget(settings_form.heading(_("Places that hold stock")))
        layout.addWidget(self.places)
        layout.addLayout(row)

    def came_into_view(self) -> None:
        """Read places and tills."""
        self._shop.read(read_all, then=self._show, key="settings places")

    def _show(self, everything: tuple[list[Place], list[Station]]) -> None:
        places, stations = everything
        chosen = self.stands_in.currentData()
        self.stands_in.clear()
        for place in places:
            self.stands_in.addItem(place.name, place.id)
        self.stands_in.setCurrentIndex(max(0, self.stands_in.findData(chosen)))
        self._places.set_rows(places)
        self._stations.set_rows(stations)
        for table in (self.stations, self.places):
            if table.selected_row() is None:
                table.select(0)
        self._fill_station()
        self._fill_place()

    def _here_chip(self, station: Station) -> list[Chip]:
        return [Chip(_("this computer"), "device-desktop", "accent")] if self._is_here(station) else []

    def _is_here(self, station: Station) -> bool:
        return self._shop.acting is not None and self._shop.acting.station_id == station.id

    def _fill_station(self) -> None:
        station = self.stations.selected_row()
        if station is not None:
            self.station_name.setText(station.name)
            self.use.setEnabled(not self._is_here(station))

    def _fill_place(self) -> None:
        place = self.places.selected_row()
        if place is not None:
            self.place_name.setText(place.name)

    def _use(self) -> None:
        station = self.stations.selected_row()
        window = self.window()
        if station is not None and hasattr(window, "use_station"):
            window.use_station(station.id)

    def _rename_station(self) -> None:
        station = self.stations.selected_row()
        if station is not None:
            self._shop.run(settings_service.rename_station, station.id, self.station_name.text(), then=self._saved)

    def _add_station(self) -> None:
        place = LocationId(int(self.stands_in.currentData()))
        self._shop.run(settings_service.add_station, self.station_name.text(), place, then=self._saved)

    def _rename_place(self) -> None:
        place = self.places.selected_row()
        if place is not None:
            renamed = PlaceFields(self.place_name.text(), place.level, place.parent_id, place.code, place.kind)
            self._shop.run(places_service.change_place, place.id, renamed, then=self._saved)

    def _add_place(self) -> None:
        self._shop.run(places_service.add_place, PlaceFields(self.place_name.text(), Level.SHOP), then=self._added)

    def _added(self, added: places_service.Added) -> None:
        self._shop.announce(added.changes)
        self._saved(added)

    def _saved(self, _saved: object) -> None:
        self._shop.say("ok", _("Saved."))

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.topics & {"settings", ELSEWHERE}:
            self.came_into_view()
