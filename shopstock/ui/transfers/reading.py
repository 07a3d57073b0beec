"""What the pages of Transfers read, each in one go: the start page, what a code is, what words find, the slip."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import places as place_rules
from shopstock.core import transfers as rules
from shopstock.core.acting import Acting, Permission
from shopstock.core.code_rules import Rules
from shopstock.core.outcome import UnknownCode
from shopstock.core.places import Kind
from shopstock.core.purchasing import PageSize
from shopstock.core.transfer_paper import TransferPaper, TransferPaperLine
from shopstock.core.transfers import OPEN_STATES, TransferState
from shopstock.core.units import ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import (
    document_view,
    in_transit,
    items,
    places,
    purchase,
    search,
    settings,
    transfer_lines,
    transfers,
)
from shopstock.queries.in_transit import Attention
from shopstock.queries.places import Place, PlaceStock
from shopstock.queries.search import Hit
from shopstock.queries.transfers import Summary

RECENT = (TransferState.ARRIVED, TransferState.CANCELLED)
_MOST_RECENT = 100
_MOST_PLACES = 6


def waiting(db: Db, acting: Acting) -> int:
    """Count the transfers that wait for somebody in the shop of who is signed in."""
    return in_transit.attention(db, acting).waiting


class Start(NamedTuple):
    """What the start page shows. ``value`` is that of all goods in transit, ``None`` for who may not see costs."""

    open: list[Summary]
    recent: list[Summary]
    places: list[Place]
    here: Place
    attention: Attention
    value: Money | None


def start(db: Db, acting: Acting) -> Start:
    """Return what the start page shows."""
    known = places.tree(db)
    here = next(place for place in places.tree(db, retired=True) if place.id == acting.location_id)
    value = None
    if acting.may(Permission.SEE_COST):
        value = Money(sum(one.value or 0 for one in in_transit.in_transit(db, acting)))
    return Start(
        transfers.transfers(db, acting, OPEN_STATES), transfers.transfers(db, acting, RECENT, limit=_MOST_RECENT),
        [place for place in known if place.kind == Kind.SALE], here, in_transit.attention(db, acting), value,
    )  # fmt: skip


def transfers_named(db: Db, acting: Acting, words: str) -> list[Summary]:
    """Return the transfers that words find, of every state."""
    return transfers.transfers(db, acting, tuple(TransferState), words, limit=_MOST_RECENT)


class Thing(NamedTuple):
    """An item that was scanned, typed or picked: what it is, where it lies and where it belongs in this shop."""

    found: items.Found
    stock: tuple[PlaceStock, ...]
    home: Place | None


class Looked(NamedTuple):
    """What a code stands for: an item, a place, a transfer, or nothing."""

    thing: Thing | None = None
    place: Place | None = None
    transfer_id: int | None = None


def look_up(db: Db, acting: Acting, code: str, shop_place_id: LocationId, code_rules: Rules) -> Looked:
    """Ask what a code is: the label of a place first, then an item, a place's name, the number of a transfer."""
    place = places.by_code(db, code)
    if place is not None and _is_label(place, code):
        return Looked(place=place)
    try:
        found = items.by_code(db, code, shop_place_id, code_rules)
    except UnknownCode:
        found = None
    if found is not None:
        return Looked(thing(db, found, shop_place_id))
    if place is None and code.strip()[:1].upper() == "T" and rules.parse_number(code) is not None:
        return Looked(transfer_id=transfers.by_number(db, code))
    return Looked(place=place)


def _is_label(place: Place, code: str) -> bool:
    try:
        return bool(place.code) and place_rules.code_key(code) == place_rules.code_key(place.code)
    except UnknownCode:
        return False


def thing(db: Db, found: items.Found, shop_place_id: LocationId) -> Thing:
    """Return an item with where it lies, as seen from a place."""
    stock = tuple(places.stock_by_place(db, found.id, shop_place_id))
    home_id = places.home(db, found.id, places.shop_of(db, shop_place_id))
    home = next((place for place in places.tree(db) if place.id == home_id), None) if home_id is not None else None
    return Thing(found, stock, home)


def thing_of(db: Db, acting: Acting, item_id: ItemId, shop_place_id: LocationId) -> Thing | None:
    """Return an item that was picked from a list."""
    found = items.by_id(db, item_id, shop_place_id)
    return None if found is None else thing(db, found, shop_place_id)


def on_hand_below(thing: Thing, place_id: LocationId) -> Qty:
    """Return what the places for sale of the shop of ``place_id`` hold of an item that was looked up from there."""
    shop_id = next((row.shop_id for row in thing.stock if row.location_id == place_id), place_id)
    return Qty(sum(row.on_hand for row in thing.stock if row.shop_id == shop_id and row.kind == Kind.SALE))


def available(db: Db, place_id: LocationId, item_ids: list[ItemId]) -> dict[ItemId, Qty]:
    """Return what a place and those below it have of items."""
    return transfer_lines.on_hand(db, place_id, item_ids)


class Hits(NamedTuple):
    """What words find: places, and items."""

    places: list[Place]
    items: list[Hit]


def find(db: Db, text: str, shop_place_id: LocationId) -> Hits:
    """Search for places and items by words."""
    words = text.casefold().split()
    hit = [
        place
        for place in places.saleable(db, places.shop_of(db, shop_place_id))
        if words and all(word in f"{place.path} {place.code}".casefold() for word in words)
    ]
    return Hits(hit[:_MOST_PLACES], search.find_or_nearest(db, text, shop_place_id))


def slip(db: Db, acting: Acting, transfer_id: int) -> TransferPaper:
    """Return the slip that goes with a transfer."""
    found = transfers.transfer(db, acting, transfer_id)
    head, shop = found.head, settings.load(db)
    taken: dict[ItemId, list[str]] = {}
    for posted in found.documents:
        if posted.stage is rules.Stage.DISPATCH and not posted.reversed:
            for line in document_view.document(db, acting, posted.document.id).lines:
                taken.setdefault(line.item_id, []).append(place_rules.inside(line.place))
    lines: list[TransferPaperLine] = []
    for row in found.rows:
        packed = row.figures.dispatched or row.figures.counted
        if packed or row.figures.requested:
            places_of = ", ".join(dict.fromkeys(taken.get(row.item_id, ())))
            lines.append(
                TransferPaperLine(len(lines) + 1, row.sku, row.name, row.unit, row.figures.requested, packed, places_of)
            )
    on_its_way = head.state in rules.ON_THE_WAY
    return TransferPaper(
        head.number, "" if on_its_way else head.state.words,
        "" if head.dispatched_at is None else clock.to_local(head.dispatched_at).strftime("%Y-%m-%d %H:%M"),
        head.dispatched_by, head.from_place, head.to_place, tuple(lines), shop.name,
        tuple(line for line in shop.address.splitlines() if line.strip()),
        "" if head.expected_day is None else _day_text(head.expected_day), head.requested_by, head.note,
    )  # fmt: skip


def _day_text(day: int) -> str:
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def page_size(db: Db) -> PageSize:
    """Return the sheet that the shop prints on."""
    return purchase.page_size(db)
