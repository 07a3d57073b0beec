"""The goods in hand while somebody puts them away: how much of what, from where, and where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopstock.core import places as place_rules
from shopstock.core.document import Goods
from shopstock.core.places import Kind
from shopstock.core.text import _
from shopstock.core.units import NO_DAY, Day, ItemId, LocationId, Qty
from shopstock.queries.places import Place, PlaceStock
from shopstock.ui import format as fmt
from shopstock.ui.rows import Chip
from shopstock.ui.transfers.reading import Thing


class Spot(NamedTuple):
    """A place as a row names it: its id, how people say it, and what lies there of the item."""

    id: LocationId
    name: str
    on_hand: Qty


class Carried(NamedTuple):
    """One row of goods in hand. ``guessed`` tells that nobody said where they come from."""

    key: str
    item_id: ItemId
    name: str
    sku: str
    code: str
    qty: Qty
    source: Spot
    guessed: bool
    spots: tuple[Spot, ...]
    home: Place | None
    lot: str = ""
    expires: Day = NO_DAY

    @property
    def too_many(self) -> bool:
        """Tell whether more is in hand than lies where it comes from."""
        return self.qty > self.source.on_hand

    @property
    def from_words(self) -> str:
        """Say where it comes from."""
        return self.source.name

    @property
    def second(self) -> str:
        """Say what else there is to say of the row."""
        return f"{self.sku} · {_('Lot {lot}').format(lot=self.lot)}" if self.lot else self.sku

    @property
    def target(self) -> Place | None:
        """Return the home place, where the goods are not there already."""
        return self.home if self.home is not None and self.home.id != self.source.id else None

    @property
    def chip(self) -> Chip:
        """Say what is the matter, or where it belongs."""
        if self.too_many:
            words = _("only {qty} there") if self.source.on_hand > 0 else _("none there")
            return Chip(words.format(qty=fmt.qty(self.source.on_hand)), "alert-triangle", "bad")
        if self.target is not None:
            return Chip(place_rules.inside(self.target.path), "building-store", "accent")
        return Chip(_("at home there") if self.home is not None else _("no home place"), "building-store", "plain")

    def goods(self) -> Goods:
        """Return the row as a service takes it."""
        return Goods(self.item_id, self.qty, location_id=self.source.id, lot=self.lot, expires=self.expires)


def spots_of(stock: Sequence[PlaceStock], shop_id: LocationId) -> tuple[Spot, ...]:
    """Return the places of a shop where an item lies for sale, as :func:`guess` prefers them."""
    rows = [row for row in stock if row.kind == Kind.SALE and row.shop_id == shop_id and row.on_hand > 0]
    # Goods are put away from where they wait to where they belong: what is at home already is the last guess.
    rows.sort(key=lambda row: (row.is_home, -row.here, -row.on_hand))
    return tuple(Spot(row.location_id, place_rules.inside(row.path), row.on_hand) for row in rows)


def guess(spots: Sequence[Spot], qty: Qty) -> Spot | None:
    """Return where goods come from when nobody said: the first place that holds enough, else that holds most."""
    for spot in spots:
        if spot.on_hand >= qty:
            return spot
    return max(spots, key=lambda spot: spot.on_hand, default=None)


def at(place: Place, stock: Sequence[PlaceStock]) -> Spot:
    """Return a place with what lies there."""
    on_hand = next((row.on_hand for row in stock if row.location_id == place.id), Qty(0))
    return Spot(place.id, place_rules.inside(place.path), on_hand)


def carried(thing: Thing, qty: Qty, code: str, source: Spot, guessed: bool, spots: tuple[Spot, ...]) -> Carried:
    """Take goods into the hand."""
    found, trace = thing.found, thing.found.trace
    return Carried(
        f"{found.id}/{source.id}/{trace.lot}/{trace.expires}", found.id, found.name, found.sku, code or found.code,
        qty, source, guessed, spots, thing.home, trace.lot, trace.expires or NO_DAY,
    )  # fmt: skip
