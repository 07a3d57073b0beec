"""The lines of the Labels screen: what wants a label by list, places, and what a person changed of it while they look.

What a person ticks, counts or adds outlives a fresh look at the shop: another till may put items on a list meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shopstock.core.labels import MAX_COPIES, Reason, Wanted, WantedPlace
from shopstock.core.places import Level, level_name
from shopstock.core.text import _, ngettext
from shopstock.core.units import NO_DAY, ZERO_MONEY, Day, Instant, ItemId, LocationId, Money
from shopstock.db.connection import Db
from shopstock.queries import label_items, labels, places
from shopstock.ui import format as fmt
from shopstock.ui.rows import Chip

__all__ = ["MAX_COPIES", "Line", "Lines", "List", "Pick", "Seen", "chips_of", "list_words", "look", "nothing_on"]

#: The icon of each level of places.
LEVEL_ICONS = {Level.SHOP: "building-store", Level.ROOM: "door", Level.ZONE: "layout-grid", Level.BIN: "archive"}


class List(StrEnum):
    """The lists of the screen: three of what wants a label, what a person picked, and the places."""

    RECEIVED = "received"
    PRICE = "price"
    MISSING = "missing"
    ANY = "any"
    PLACES = "places"

    @property
    def reason(self) -> Reason | None:
        """Why the items of the list want a label; ``None`` for what a person chooses."""
        return None if self in (List.ANY, List.PLACES) else Reason(self.value)


def list_words(name: List) -> str:
    """Say what is on a list."""
    return {
        List.RECEIVED: _("Received"),
        List.PRICE: _("Price changed"),
        List.MISSING: _("No code"),
        List.ANY: _("Any item"),
        List.PLACES: _("Places"),
    }[name]


def nothing_on(name: List) -> str:
    """Say what an empty list means, and what to do."""
    return {
        List.RECEIVED: _("Nothing that was received waits for a label."),
        List.PRICE: _("No price has changed since its label was printed."),
        List.MISSING: _("Everything that is kept in stock has a code."),
        List.ANY: _("Scan an item, or type its name or SKU. 3* before it prints three."),
        List.PLACES: _("No place is called so. Take the words away with Esc."),
    }[name]


def sum_words(name: List, labels_: int, things: int) -> str:
    """Say how many labels of how many items or places of a list will be printed."""
    words = ngettext("{n} label", "{n} labels", labels_).format(n=fmt.number(labels_))
    if name is List.PLACES:
        of = ngettext("{n} place", "{n} places", things)
    else:
        of = ngettext("{n} item", "{n} items", things)
    return _("{labels} · {items}").format(labels=words, items=of.format(n=fmt.number(things)))


class Pick(NamedTuple):
    """What a label is for: an item, with its lot and last day (0: none) where the goods in hand say so, or a place."""

    item_id: ItemId
    lot: str = ""
    expires: Day = NO_DAY
    place_id: LocationId = LocationId(0)

    def wanted(self, copies: int = 1) -> Wanted | WantedPlace:
        """Return what to print of it."""
        if self.place_id:
            return WantedPlace(self.place_id, copies)
        return Wanted(self.item_id, copies, self.lot, self.expires or None)


def pick_place(place_id: LocationId) -> Pick:
    """Return a place as what a label is for."""
    return Pick(ItemId(0), place_id=place_id)


class Line(NamedTuple):
    """One line of a list: an item, whether it is printed, how often. ``due`` tells that it is on the shop's list."""

    key: tuple[List, Pick]
    name: str
    about: str
    sku: str
    code: str
    price: Money
    copies: int
    on: bool
    due: bool
    at: Instant | None
    level: Level | None = None

    @property
    def list(self) -> List:
        """The list it stands on."""
        return self.key[0]

    @property
    def goods(self) -> Pick:
        """Which goods it is about."""
        return self.key[1]

    @property
    def item_id(self) -> ItemId:
        """Its item."""
        return self.goods.item_id

    @property
    def reason(self) -> str:
        """Why it is here, in words; of a place what it is."""
        return list_words(self.list) if self.level is None else level_name(self.level)

    def wanted(self) -> Wanted | WantedPlace:
        """Return what to print of it."""
        return self.goods.wanted(self.copies)

    def matches(self, words: str) -> bool:
        """Tell whether every word stands in what the line says."""
        said = f"{self.name} {self.about}".casefold()
        return all(word in said for word in words.casefold().split())


def chips_of(line: Line) -> Sequence[Chip]:
    """Say why a line is here, or what a place is; goods that no scanner finds are looked at first."""
    if line.level is not None:
        return (Chip(level_name(line.level), LEVEL_ICONS[line.level], "plain"),)
    if not line.code:
        return (Chip(_("No code"), "alert-triangle", "warn"),)
    return {
        List.RECEIVED: (Chip(_("Received"), "truck", "plain"),),
        List.PRICE: (Chip(_("Price changed"), "tag", "plain"),),
        List.MISSING: (Chip(_("New code"), "check", "ok"),),
        List.ANY: (Chip(_("Picked"), "plus", "plain"),),
    }[line.list]


class Row(NamedTuple):
    """One item or place of a list as the shop has it; only a place has a ``level`` and a ``path``."""

    goods: Pick
    sku: str
    name: str
    code: str
    price: Money
    copies: int = 1
    due: bool = False
    old_price: Money | None = None
    at: Instant | None = None
    level: Level | None = None
    path: str = ""


class Seen(NamedTuple):
    """What one look at the shop brings: the rows of a list, and how many are on each list of the shop."""

    rows: list[Row]
    counts: dict[Reason, int]


def look(db: Db, name: List, picked: Sequence[Pick]) -> Seen:
    """Read one list, or what there is to say about the picked items, and the counts of all lists."""
    reason = name.reason
    if name is List.PLACES:
        rows = [
            Row(pick_place(place.id), "", place.name, place.code, ZERO_MONEY, level=place.level, path=place.path)
            for place in places.tree(db)
        ]
    elif reason is None:
        items = {item.item_id: item for item in label_items.picked(db, [goods.item_id for goods in picked])}
        rows = [Row(goods, *items[goods.item_id][1:]) for goods in picked if goods.item_id in items]
    else:
        rows = [
            Row(
                Pick(due.item_id), due.sku, due.name, due.code, due.price, due.copies, due.id != 0,
                due.old_price if reason is Reason.PRICE else None, due.at,
            )
            for due in labels.due(db, reason)
        ]  # fmt: skip
    return Seen(rows, labels.due_counts(db))


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a person changed of a line; ``None`` leaves what the list says: what wants a label is printed."""

    copies: int | None = None
    on: bool | None = None


class Lines:
    """Every list with what a person changed of it. Lines are made once: a key pressed on one does not make them all."""

    def __init__(self, decimals: int = 2) -> None:
        self._decimals = decimals
        self._lines: dict[List, dict[Pick, Line]] = {name: {} for name in List}
        self._wishes: dict[tuple[List, Pick], _Wish] = {}
        self._picked: dict[Pick, int] = {}

    def picked(self) -> list[Pick]:
        """Return what a person picked, the latest first."""
        return list(reversed(self._picked))

    def take(self, name: List, rows: Iterable[Row]) -> None:
        """Take what a look at the shop brought of a list; wishes about what is gone are forgotten."""
        there = [row for row in rows if name is not List.ANY or row.goods in self._picked]
        self._lines[name] = made = {row.goods: self._line(name, row) for row in there}
        self._wishes = {key: wish for key, wish in self._wishes.items() if key[0] is not name or key[1] in made}

    def lines(self, name: List) -> list[Line]:
        """Return the lines of a list in their order."""
        return list(self._lines[name].values())

    def line(self, name: List, goods: Pick) -> Line | None:
        """Return one line, or ``None`` when it is not on the list."""
        return self._lines[name].get(goods)

    def pick(self, goods: Pick, copies: int) -> int:
        """Put goods on the list of any items, or so many more copies of them; return how many there are now."""
        before = self._picked.pop(goods, 0)
        self._picked[goods] = now = min(before + copies, MAX_COPIES)
        self._wishes.pop((List.ANY, goods), None)
        return now

    def drop(self, gone: Iterable[Pick]) -> None:
        """Take goods off the list of any items."""
        for goods in list(gone):
            self._picked.pop(goods, None)
            self._lines[List.ANY].pop(goods, None)

    def choose_places(self, wanted: Iterable[LocationId], copies: int = 1, *, only: bool = False) -> None:
        """Print so many labels of each of these places; with ``only`` of no others."""
        if only:
            self._wishes = {key: wish for key, wish in self._wishes.items() if key[0] is not List.PLACES}
            self._lines[List.PLACES].clear()
        for place_id in wanted:
            self._wishes[(List.PLACES, pick_place(place_id))] = _Wish(copies, True)

    def set_copies(self, line: Line, copies: int) -> None:
        """Print a line so often; a line that is counted is printed."""
        copies = max(1, min(copies, MAX_COPIES))
        if line.list is List.ANY:
            self._picked[line.goods] = copies
        self._wish(line, copies, True)

    def tick(self, line: Line) -> None:
        """Print a line, or do not."""
        self._wish(line, self._wishes.get(line.key, _Wish()).copies, not line.on)

    def tick_all(self, lines: Iterable[Line], on: bool) -> None:
        """Print every one of these lines, or none."""
        for line in lines:
            if line.on != on:
                self.tick(line)

    def _wish(self, line: Line, copies: int | None, on: bool) -> None:
        self._wishes[line.key] = _Wish(copies, on)
        now = line._replace(on=on) if copies is None else line._replace(on=on, copies=copies)
        if line.goods in self._lines[line.list]:
            self._lines[line.list][line.goods] = now

    def _line(self, name: List, row: Row) -> Line:
        wish = self._wishes.get((name, row.goods), _Wish())
        copies = self._picked.get(row.goods, 1) if name is List.ANY else row.copies
        return Line(
            (name, row.goods), row.name, self._about(row), row.sku, row.code, row.price,
            copies if wish.copies is None else wish.copies,
            name is not List.PLACES if wish.on is None else wish.on, row.due, row.at, row.level,
        )  # fmt: skip

    def _about(self, row: Row) -> str:
        if row.level is not None:
            return f"{row.code} · {row.path}"
        parts = [row.sku, row.code or _("no code")]
        if row.old_price is not None:
            parts.append(_("before {price}").format(price=fmt.money(row.old_price, self._decimals)))
        if row.goods.lot:
            parts.append(_("lot {lot}").format(lot=row.goods.lot))
        if row.goods.expires:
            parts.append(_("until {day}").format(day=fmt.day(row.goods.expires)))
        if row.at is not None:
            parts.append(fmt.instant(row.at))
        return " · ".join(part for part in parts if part)
