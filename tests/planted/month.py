"""A month of ordinary trade in a shop of 400 items, and what really lies on its shelves."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from shopstock.core.acting import Acting
from shopstock.core.document import Draft, DraftLine, Head
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.services import places, posting
from tests import builders as a
from tests.till import person

ITEMS, DAYS = 400, 30
DAY_US = 86_400 * 1_000_000
_KINDS = (
    "tea", "coffee", "soap", "candle", "card", "mug", "pen", "rice", "oil", "jam", "sock", "toy", "lamp", "cable",
)  # fmt: skip
_MAKES = (
    "Alba", "Brio", "Cora", "Dune", "Elba", "Faro", "Gala", "Hugo", "Iris", "Juno", "Kite", "Lido", "Miro", "Nova",
)  # fmt: skip
_SORTS = ("green", "black", "white", "red", "blue", "mild", "strong", "small", "large", "plain", "salted", "sweet")
_PACKS = (6, 8, 10, 12, 20, 24)


@dataclass
class Item:
    """One item: what one costs and sells for, how many come in a pack, how many sell on an average day."""

    id: ItemId
    name: str
    cost: int
    price: int
    pack: int
    a_day: float


@dataclass
class Month:
    """The shop after its month. ``lying`` is what is really there; ``now`` is the last moment of the month."""

    db: Db
    owner: Acting
    floor: LocationId
    back: LocationId
    items: list[Item] = field(default_factory=list)
    lying: Counter[tuple[ItemId, LocationId]] = field(default_factory=Counter)
    receipts: defaultdict[ItemId, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    start: int = 0
    keys: int = 0

    def post(self, kind: DocumentKind, lines: list[DraftLine], at: int, party: str = "") -> None:
        """Post a document as it would have been posted at that time."""
        self.keys += 1
        posting.post(self.db, self.owner, Draft(kind, f"planted {self.keys}", at, tuple(lines), party=party))

    def receive(self, item: Item, pieces: int, at: int, *, really: int | None = None) -> None:
        """Book a goods receipt; what came is as much, unless told otherwise."""
        value = Money(item.cost * pieces)
        line = DraftLine(MovementKind.GOODS_RECEIPT, item.id, Qty(pieces * 1000), self.back, value=value)
        self.post(DocumentKind.GOODS_RECEIPT, [line], at, party="Wholesale")
        self.lying[item.id, self.back] += pieces if really is None else really
        self.receipts[item.id].append((pieces, at))

    def move(self, item: Item, pieces: int, at: int) -> None:
        """Take goods from the back room to the floor, with a transfer."""
        line = DraftLine(MovementKind.TRANSFER, item.id, Qty(pieces * 1000), self.back, to_location_id=self.floor)
        self.post(DocumentKind.TRANSFER, [line], at)
        self.lying[item.id, self.back] -= pieces
        self.lying[item.id, self.floor] += pieces


def make(db: Db, owner: Acting, rng: random.Random) -> Month:
    """Open a shop and trade for a month."""
    person(db, owner, "Ann", owner.role)
    person(db, owner, "Bo", owner.role)
    room = PlaceFields("Back room", Level.ROOM, owner.location_id)
    month = Month(db, owner, owner.location_id, places.add_place(db, owner, room).location_id)
    month.start = clock.now() - DAYS * DAY_US
    with transaction(db):
        _items(month, rng)
        for day in range(DAYS):
            _trade(month, rng, month.start + day * DAY_US)
        _noise(month, rng)
    return month


def _items(month: Month, rng: random.Random) -> None:
    db, at = month.db, month.start
    categories = {
        kind: db.value("INSERT INTO category (name, name_key) VALUES (?, ?) RETURNING id", (kind, kind))
        for kind in _KINDS
    }
    supplier = db.value("INSERT INTO supplier (name, name_key) VALUES ('Wholesale', 'wholesale') RETURNING id")
    lines = []
    for number in range(ITEMS):
        kind, make = _KINDS[number // 4 % len(_KINDS)], _MAKES[number // 56 % len(_MAKES)]
        name = f"{make} {kind} {_SORTS[number % 4 + (number // 28) % 8]} {rng.choice((100, 250, 500))}"
        cost = round(rng.lognormvariate(1.1, 0.9) * 10_000)
        # Sorts of one make cost the same.
        if number % 4 and rng.random() < 0.7:
            cost = month.items[-1].cost
        price, pack = cost * 2 // 100 * 100, rng.choice(_PACKS)
        sku = f"{10_000 + number}"
        id_ = db.value(
            "INSERT INTO item (sku, sku_key, name, name_key, category_id, supplier_id, price, supplier_cost, "
            "created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0) RETURNING id",
            (sku, sku, name, name.casefold(), categories[kind], supplier, price, cost),
        )
        code = f"40{number // 4:05}{number % 4 * 7 + rng.randrange(3):03}"
        db.run(
            "INSERT INTO item_code (item_id, code, key, kind, created_at) VALUES (?, ?, ?, 'other', 0)",
            (id_, code, code),
        )
        if rng.random() < 0.6:  # for the others nobody has said what a pack holds
            db.run(
                "INSERT INTO supplier_item (supplier_id, item_id, price, pack_qty) VALUES (?, ?, ?, ?)",
                (supplier, id_, cost, pack * 1000),
            )
        item = Item(id_, name, cost, price, pack, rng.lognormvariate(-1.2, 1.0))
        month.items.append(item)
        on_floor = rng.randint(3, 30)
        lines.append(
            DraftLine(MovementKind.OPENING, id_, Qty(on_floor * 1000), month.floor, value=Money(cost * on_floor))
        )
        month.lying[id_, month.floor] += on_floor
        if rng.random() < 0.3:
            lines.append(DraftLine(MovementKind.OPENING, id_, Qty(pack * 1000), month.back, value=Money(cost * pack)))
            month.lying[id_, month.back] += pack
    month.post(DocumentKind.OPENING, lines, at)


def _trade(month: Month, rng: random.Random, day: int) -> None:
    """Sell for a day, receive what ran low, bring some of it onto the floor, take some back."""
    for _sale in range(rng.randint(12, 20)):
        lines = []
        for item in rng.choices(month.items, [one.a_day for one in month.items], k=rng.randint(1, 4)):
            pieces = min(rng.choice((1, 1, 1, 2, 3)), month.lying[item.id, month.floor])
            if pieces > 0 and all(line.item_id != item.id for line in lines):
                lines.append(a.a_sale_line(month.owner, item.id, pieces, "5.00"))
                month.lying[item.id, month.floor] -= pieces
        if lines:
            _sale_of(month, lines, day + rng.randrange(9, 18) * 3_600_000_000)
    for item in rng.sample(month.items, 6):
        if month.lying[item.id, month.floor] < 12:
            month.receive(item, item.pack * rng.choice((1, 1, 2, 3)), day + 8 * 3_600_000_000)
    for item in rng.sample(month.items, 8):
        there = month.lying[item.id, month.back]
        if there:
            month.move(item, min(there, rng.randint(2, 12)), day + 19 * 3_600_000_000)
    for item in rng.sample(month.items, 1):
        if month.lying[item.id, month.floor] > 4:
            line = DraftLine(MovementKind.WRITE_OFF, item.id, Qty(1000), month.floor, cause="damage")
            month.post(DocumentKind.WRITE_OFF, [line], day + 18 * 3_600_000_000)
            month.lying[item.id, month.floor] -= 1


def _sale_of(month: Month, lines: list[DraftLine], at: int) -> None:
    month.keys += 1
    posting.post(month.db, month.owner, a.a_sale(month.db, month.owner, lines, Head(f"planted {month.keys}", at)))


def _noise(month: Month, rng: random.Random) -> None:
    """Let one or two pieces be off somewhere that have nothing to do with what is planted."""
    for item in rng.sample(month.items, rng.randint(1, 2)):
        if month.lying[item.id, month.floor] > 2:
            month.lying[item.id, month.floor] += rng.choice((-1, 1))
