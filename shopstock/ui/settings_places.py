"""Settings, Places and tills: where stock lies, which tills there are, and which of them this computer is."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.places import Kind
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.queries import settings as settings_query
from shopstock.queries.places import Place
from shopstock.queries.settings import Station
from shopstock.services import settings as settings_service
from shopstock.ui import fields, settings_form, theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.settings_place_tree import PlaceTree
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table

_HEARD = {"settings", "places", ELSEWHERE}


class PlacesPage(QWidget):
    """The tree of places, and below it the tills."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.tree = PlaceTree(shop)
        self.tills = TillsPart(shop)
        self.tree.shown.connect(self.tills.offer_places)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S6)
        layout.addWidget(self.tree)
        layout.addWidget(self.tills)
        layout.addStretch(1)
        shop.changed.connect(self._changed)

    def came_into_view(self) -> None:
        """Read places and tills."""
        self.tree.refresh()
        acting = self._shop.acting
        self.tills.setVisible(acting is not None and acting.may(Permission.EDIT_SETTINGS))
        self.tills.refresh()

    def on_scan(self, scan: Scan) -> None:
        """Find the place of a scanned label, or take its code for the chosen place."""
        self.tree.on_scan(scan)

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and (changes.topics & _HEARD or changes.items):
            self.came_into_view()


class TillsPart(QWidget):
    """The list of tills and desks, and where each stands."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        self._build_stations(layout)

    def _build_stations(self, layout: QVBoxLayout) -> None:
        self._stations = RowsModel(
            (
                Column("name", _("Till or desk"), chips=self._here_chip),
                Column("location", _("Stands in"), width=160),
                Column("prefix", _("Numbers begin with"), width=150),
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
        self.stands_in.setMinimumWidth(120)
        self.stands_in.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.stands_in.setAccessibleName(_("Where the till stands"))
        self.rename_station = fields.Button(_("Rename"), on_click=self._rename_station)
        self.move_station = fields.Button(_("Move there"), on_click=self._move_station)
        self.add_station = fields.Button(_("Add as new there"), icon="plus", on_click=self._add_station)
        editing, adding, using = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        editing.addWidget(self.station_name, 1)
        editing.addWidget(self.rename_station)
        adding.addWidget(fields.label(_("Stands in"), "label"))
        adding.addWidget(self.stands_in, 1)
        adding.addWidget(self.move_station)
        adding.addWidget(self.add_station)
        using.addWidget(self.use)
        using.addStretch(1)
        hint = fields.label(
            _("Each till numbers its documents by itself and has its own drawer, devices and open sale."), "small",
            theme.SMALL,
        )  # fmt: skip
        hint.setWordWrap(True)
        for part in (settings_form.heading(_("Tills and desks")), hint, self.stations):
            layout.addWidget(part)
        for line in (editing, adding, using):
            layout.addLayout(line)

    def refresh(self) -> None:
        """Read the tills."""
        self._shop.read(settings_query.stations, then=self._show, key=("tills", id(self)))

    def offer_places(self, places: list[Place]) -> None:
        """Offer the places where a till can stand."""
        chosen = self.stands_in.currentData()
        self.stands_in.clear()
        for place in places:
            if place.kind == Kind.SALE:
                self.stands_in.addItem(place.path, place.id)
        self.stands_in.setCurrentIndex(max(0, self.stands_in.findData(chosen)))

    def _show(self, stations: list[Station]) -> None:
        self._stations.set_rows(stations)
        if self.stations.selected_row() is None:
            self.stations.select(0)
        self._fill_station()

    def _here_chip(self, station: Station) -> list[Chip]:
        return [Chip(_("this computer"), "device-desktop", "accent")] if self._is_here(station) else []

    def _is_here(self, station: Station) -> bool:
        return self._shop.acting is not None and self._shop.acting.station_id == station.id

    def _fill_station(self) -> None:
        station = self.stations.selected_row()
        if station is not None:
            self.station_name.setText(station.name)
            self.use.setEnabled(not self._is_here(station))
            self.stands_in.setCurrentIndex(max(0, self.stands_in.findData(station.location_id)))

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

    def _move_station(self) -> None:
        station = self.stations.selected_row()
        if station is None:
            return
        place = LocationId(int(self.stands_in.currentData()))
        here = self._is_here(station)
        self._shop.run(
            settings_service.move_station, station.id, place, then=lambda _changes: self._moved(station.id, here)
        )

    def _moved(self, station_id: int, here: bool) -> None:
        self._saved(None)
        window = self.window()
        if here and hasattr(window, "use_station"):
            window.use_station(station_id)  # who is signed in sells from the new place at once

    def _saved(self, _changes: object) -> None:
        self._shop.say("ok", _("Saved."))
