"""Where an item is: every place that holds some of it, and the place in each shop where it belongs."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from shopstock.core import places as rules
from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes
from shopstock.core.places import Kind
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId
from shopstock.db.connection import Db
from shopstock.queries import places
from shopstock.queries.places import PlaceStock
from shopstock.services import places as places_service
from shopstock.ui import fields, icons, theme
from shopstock.ui import format as fmt
from shopstock.ui.shop import ELSEWHERE, Shop


class ShopHome(NamedTuple):
    """A shop, the place in it where an item belongs (``None``: nowhere in particular), and where else it might."""

    shop_id: LocationId
    shop: str
    home_id: LocationId | None
    offered: tuple[tuple[LocationId, str], ...]


class Where(NamedTuple):
    """Where an item lies and belongs; without homes in a shop of one place."""

    rows: list[PlaceStock]
    homes: list[ShopHome]


def read(db: Db, acting: Acting, item_id: ItemId) -> Where:
    """Return where an item lies, from where somebody acts, and where it belongs."""
    rows = places.stock_by_place(db, item_id, acting.location_id)
    saleable = places.saleable(db)
    chosen = {home.shop_id: home.location_id for home in places.homes(db, item_id)}
    homes = []
    for shop in (place for place in saleable if place.depth == 0):
        offered = tuple((one.id, rules.inside(one.path)) for one in saleable if one.shop_id == shop.id)
        if len(offered) > 1 or shop.id in chosen:
            homes.append(ShopHome(shop.id, shop.name, chosen.get(shop.id), offered))
    return Where(rows, homes)


class WherePart(QWidget):
    """The part of the item card. It reads itself again when the item moves, whatever is typed in the form below it."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._item_id: ItemId | None = None
        self._unit, self._may_change = "", False
        self._boxes: dict[LocationId, QComboBox] = {}
        self._title = fields.label(_("Where it is"), "label", theme.BODY, theme.MEDIUM)
        self._rows = QGridLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setVerticalSpacing(theme.S1)
        self._rows.setHorizontalSpacing(theme.S2)
        self._rows.setColumnStretch(1, 1)
        self._homes = QVBoxLayout()
        self._homes.setSpacing(theme.S1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S2)
        layout.addWidget(self._title)
        layout.addLayout(self._rows)
        layout.addLayout(self._homes)
        shop.changed.connect(self._changed)

    def show_where(self, item_id: ItemId, where: Where, unit: str, *, may_change: bool) -> None:
        """Show the places of an item; its homes can be changed by who may."""
        self._item_id, self._unit, self._may_change = item_id, unit, may_change
        self._show(where)

    def _show(self, where: Where) -> None:
        clear(self._rows)
        clear(self._homes)
        self._boxes = {}
        own_shop = next((row.shop_id for row in where.rows if row.here), LocationId(0))
        for number, row in enumerate(where.rows):
            if row.is_home and where.homes:
                self._rows.addWidget(_home_mark(), number, 0)
            self._rows.addWidget(_place(row, own_shop), number, 1)
            figure = fields.label(f"{fmt.qty(row.on_hand)} {self._unit}".strip(), "", theme.BODY, theme.SEMIBOLD)
            self._rows.addWidget(figure, number, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        if self._may_change:
            for home in where.homes:
                self._offer(home, alone=len(where.homes) == 1)

    def _offer(self, home: ShopHome, *, alone: bool) -> None:
        words = _("Belongs in") if alone else _("In {shop} it belongs in").format(shop=home.shop)
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setAccessibleName(_("Where it belongs in {shop}").format(shop=home.shop))
        box.addItem(_("no place in particular"), 0)
        for place_id, name in home.offered:
            box.addItem(name, place_id)
        box.setCurrentIndex(max(0, box.findData(home.home_id or 0)))
        box.activated.connect(partial(self._chosen, home))
        said = fields.label(words, "label", theme.SMALL)
        said.setBuddy(box)
        self._homes.addWidget(said)
        self._homes.addWidget(box)
        self._boxes[home.shop_id] = box

    def box_of(self, shop_id: LocationId) -> QComboBox | None:
        """Return the box of a shop, where there is one."""
        return self._boxes.get(shop_id)

    def _chosen(self, home: ShopHome, at: int) -> None:
        chosen = LocationId(int(self._boxes[home.shop_id].itemData(at)))
        if self._item_id is None or chosen == (home.home_id or 0):
            return
        # The answer is told to everybody, so to this part too.
        if chosen:
            self._shop.run(places_service.set_home, self._item_id, chosen, asked_by=self)
        else:
            self._shop.run(places_service.forget_home, self._item_id, home.shop_id, asked_by=self)

    def _changed(self, changes: Changes) -> None:
        if self._item_id is None or not self.isVisible():
            return
        if self._item_id in changes.items or changes.topics & {"places", ELSEWHERE}:
            self._shop.read(read, self._item_id, then=self._show, key=("where", id(self)))


def clear(layout: QGridLayout | QVBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def place_words(row: PlaceStock, own_shop: LocationId) -> str:
    """Name a place to who stands in a shop, with what its goods are kept for where they are not for sale."""
    name = rules.inside(row.path) if row.shop_id == own_shop else row.path
    if row.kind == Kind.SET_ASIDE and row.name.casefold() != rules.kind_name(row.kind).casefold():
        return _("{place} (set aside)").format(place=name)
    return name


def _place(row: PlaceStock, own_shop: LocationId) -> QLabel:
    label = fields.label(place_words(row, own_shop), "wrap")
    if row.kind != Kind.SALE:
        label.setProperty("role", "label")
        label.setToolTip(rules.kind_name(row.kind))
    return label


def _home_mark() -> QLabel:
    mark = QLabel()
    mark.setPixmap(icons.pixmap("home", 18, "accent", mark.devicePixelRatioF()))
    mark.setAccessibleName(_("It belongs here"))
    mark.setToolTip(mark.accessibleName())
    mark.setFixedSize(18, 22)
    return mark
