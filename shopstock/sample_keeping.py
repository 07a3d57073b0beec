"""How the demo shop keeps its goods: places and bins, a second shop, regular customers, what comes back and goes bad.

Everything goes through the services, as in :mod:`shopstock.sample`. The older year only throws away what is past its
day; store credit, transfers to the second shop and conditions of what comes back begin in the last months. What is open
on the last morning is named in :meth:`Keeper.leave_open`.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw

from shopstock.core import pricing
from shopstock.core.acting import Acting
from shopstock.core.cart import Cart
from shopstock.core.cart_lines import SoldLine
from shopstock.core.customers import CustomerFields
from shopstock.core.document import Goods, Head
from shopstock.core.movements import Account
from shopstock.core.places import Level, PlaceFields
from shopstock.core.returns import Condition, Outcome
from shopstock.core.tender import Method, Tender
from shopstock.core.transfers import ScanLine, Settle, Stage, TransferFields
from shopstock.core.units import ONE, Day, ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import sales
from shopstock.sample_buying import Line
from shopstock.services import (
    customers,
    places,
    sell,
    transfer,
    transfers,
    transfers_post,
    transfers_scan,
    write_off_evidence,
    write_off_scans,
)
from shopstock.services import settings as settings_service
from shopstock.services import write_offs as write_off_services

#: The till stands here; its stock is what the shop sells from first.
SHOP, SECOND_SHOP = "Harbour Street", "Market Hall"
CELLAR, COLD_WALL = "Cellar", "Cold wall"
BINS = tuple(f"C-{number:02}" for number in range(1, 7))
#: What belongs behind glass doors, and what stands in bins in the cellar until the shelf is empty.
COLD = ("Dairy and eggs", "Frozen")
HEAVY = ("Drinks", "Pantry", "Household")
CUSTOMERS = (
    CustomerFields("Ada Ferry", card="CARD-1001", phone="555 0101", note="Rye bread on Fridays"),
    CustomerFields("Café Lantern", card="CARD-1002", email="kitchen@lantern.example", tax_number="EL 310 772 004",
                   address="3 Quay Lane\nPort Ellery"),
    CustomerFields("Bo Lindqvist", card="CARD-1003"),
    CustomerFields("Guesthouse Tide", email="desk@tide.example", tax_number="EL 118 290 551",
                   address="40 Harbour Street\nPort Ellery"),
    CustomerFields("Nadia Osei", card="CARD-1005", phone="555 0177"),
)  # fmt: skip
#: Since so many days before the last: conditions and store credit; transfers to the second shop.
RETURNS_SINCE, TRANSFERS_SINCE = timedelta(days=150), timedelta(days=110)
_CONDITIONS = (
    (Condition.AS_NEW, None, "changed_mind"), (Condition.AS_NEW, None, "wrong_item"),
    (Condition.OPENED, None, "changed_mind"), (Condition.DAMAGED, None, "defective"),
    (Condition.DAMAGED, Outcome.SUPPLIER, "defective"), (Condition.EXPIRED, None, "expired"),
)  # fmt: skip


class Keeper:
    """Keeps the goods of the demo shop. All chance comes from the builder's generator."""

    def __init__(
        self, db: Db, acting: Acting, rnd: random.Random, lines: Sequence[Line], head: Callable[..., Head],
        anchor: datetime,
    ) -> None:  # fmt: skip
        self._db = db
        self._acting = acting
        self._random = rnd
        self._lines = lines
        self._head = head
        self._anchor = anchor
        self._number = 0
        self._customers: list[tuple[int, str]] = []
        self._vouchers: list[str] = []
        self._market = acting
        self._bins: dict[str, LocationId] = {}
        self.cellar = LocationId(0)

    # -- founding ---------------------------------------------------------------------------------------------------

    def found(self) -> None:
        """Lay out the shop: the cellar with its bins, the cold wall, the second shop with its till; known customers."""
        db, acting = self._db, self._acting
        here = acting.location_id
        self.cellar = places.add_place(db, acting, PlaceFields(CELLAR, Level.ROOM, here)).location_id
        for name in BINS:
            fields = PlaceFields(name, Level.BIN, self.cellar)
            self._bins[name] = places.add_place(db, acting, fields).location_id
        cold = places.add_place(db, acting, PlaceFields(COLD_WALL, Level.ZONE, here)).location_id
        market = places.add_place(db, acting, PlaceFields(SECOND_SHOP, Level.SHOP)).location_id
        settings_service.add_station(db, acting, "Market till", market)
        station = db.value("SELECT id FROM station WHERE location_id = ?", (market,))
        self._market = replace(acting, station_id=station, location_id=market)
        for line in self._lines:
            if line.item.category in COLD:
                places.set_home(db, acting, line.goods.item_id, cold)
        for who in CUSTOMERS:
            saved = customers.save(db, acting, None, who)
            self._customers.append((saved.customer_id, who.name))

    # -- sales and what comes back of them --------------------------------------------------------------------------

    def known(self, cart: Cart) -> Cart:
        """Put a customer on one sale in twelve."""
        if self._random.random() < 0.08:
            customer_id, name = self._random.choice(self._customers)
            return cart.for_customer(name, customer_id)
        return cart

    def bring_back(self, cart: Cart, sold: SoldLine, day: datetime) -> Cart:
        """Take a piece of a sold line back, in the condition that chance has for it."""
        cart = cart.add_return(sold, sold.left_qty if sold.left_qty < ONE else ONE)
        if day < self._anchor - RETURNS_SINCE:
            return cart
        condition, outcome, reason = self._random.choice(_CONDITIONS)
        return cart.set_condition(cart.lines[-1].uid, condition, outcome, reason)

    def returned_alone(self, day: datetime, sale_ids: Sequence[int], methods: dict[str, Method]) -> None:
        """Somebody brings one thing back and takes nothing with them, now and then for store credit."""
        if day < self._anchor - RETURNS_SINCE or self._random.random() > 0.12:
            return
        sale = sales.by_id(self._db, self._random.choice(list(sale_ids)[-200:]))  # type: ignore[arg-type]
        if sale is None or not sale.returnable:
            return
        cart = self._cart()
        cart = self.bring_back(cart, self._random.choice(sale.returnable), day)
        due = pricing.price(cart).total
        method = methods["Store credit"] if self._random.random() < 0.5 else methods["Cash"]
        done = sell.complete_sale(self._db, self._acting, cart, [Tender(method, due)] if due else [])
        if done.document is not None and method.account == Account.STORE_CREDIT and due:
            self._vouchers.append(
                self._db.value("SELECT number FROM voucher WHERE document_id = ?", (done.document.id,))
            )

    def tenders(self, due: Money, methods: dict[str, Method]) -> list[Tender]:
        """Pay with a voucher that is about, as far as it goes, and the rest in cash; empty when nobody has one."""
        if due <= 0 or not self._vouchers or self._random.random() > 0.02:
            return []
        number = self._vouchers.pop(0)
        left = self._db.value("SELECT balance FROM voucher WHERE number = ?", (number,))
        taken = Money(min(left, due))
        credit = [Tender(methods["Store credit"], taken, number)]
        return credit if taken == due else [*credit, Tender(methods["Cash"], Money(due - taken))]

    def _cart(self) -> Cart:
        self._number += 1
        return Cart(key=f"demo-back-{self._number}", currency="EUR")

    # -- places -----------------------------------------------------------------------------------------------------

    def to_the_bins(self, day: datetime) -> None:
        """Carry heavy goods down to a bin of the cellar, and what is there up again."""
        shop = self._acting.location_id
        bin_id = self._random.choice(list(self._bins.values()))
        if day.isocalendar().week % 2:
            there = self._on_hand(shop, HEAVY)
            some = self._random.sample(there, min(4, len(there)))
            goods = [Goods(item, Qty(have // 2 // ONE * ONE), location_id=shop) for item, have in some]
            to = bin_id
        else:
            goods = [Goods(item, have, location_id=bin_id) for item, have in self._on_hand(bin_id)[:4]]
            to = shop
        goods = [one for one in goods if one.qty > 0]
        if goods:
            transfer.put_away(self._db, self._acting, self._head(), goods, to)

    def _on_hand(self, location_id: LocationId, categories: Sequence[str] = ()) -> list[tuple[ItemId, Qty]]:
        named = {line.goods.item_id: line.item.category for line in self._lines}
        return [
            (ItemId(item), Qty(have))
            for item, have in self._db.rows(
                "SELECT item_id, on_hand FROM stock_level WHERE location_id = ? AND on_hand >= ? ORDER BY item_id",
                (location_id, 2 * ONE),
            )
            if not categories or named[item] in categories
        ]

    # -- the second shop --------------------------------------------------------------------------------------------

    def supply_the_market(self, day: datetime) -> None:
        """Every other week the second shop asks for goods; they go the same day and come the next."""
        if day < self._anchor - TRANSFERS_SINCE or day.isocalendar().week % 2:
            return
        number = self._request(5)
        if number:
            self._dispatch(number)
            with clock.freeze(clock.to_local(clock.now()) + timedelta(hours=3)):
                self._arrive(number)

    def _request(self, most: int) -> int:
        there = self._on_hand(self._acting.location_id, HEAVY)
        some = self._random.sample(there, min(most, len(there)))
        lines = [(item, Qty(max(ONE, have // 3 // ONE * ONE))) for item, have in some]
        if not lines:
            return 0
        fields = TransferFields(self._acting.location_id, self._market.location_id)
        return transfers.request(self._db, self._market, fields, lines).transfer_id

    def _dispatch(self, transfer_id: int) -> None:
        transfers_scan.scan_rest(self._db, self._acting, transfer_id, Stage.DISPATCH, f"demo-pack-{transfer_id}")
        transfers_post.dispatch(self._db, self._acting, transfer_id)

    def _arrive(self, transfer_id: int) -> None:
        """Unpack: now and then a piece is missing."""
        db, market = self._db, self._market
        rows = db.rows(
            "SELECT item_id, dispatched_qty FROM transfer_line WHERE transfer_id = ? AND dispatched_qty > 0 ORDER BY 1",
            (transfer_id,),
        )
        short = ItemId(rows[0][0]) if self._random.random() < 0.25 and rows[0][1] > ONE else None
        lines = [
            ScanLine(f"demo-unpack-{transfer_id}-{item}", ItemId(item), Qty(qty - (ONE if item == short else 0)))
            for item, qty in rows
        ]
        transfers_scan.scan(db, market, transfer_id, Stage.ARRIVE, lines)
        transfers_post.arrive(db, market, transfer_id, complete=True)
        if short is not None:
            transfers_post.settle_short(db, market, transfer_id, short, ONE, Settle.LOST, "theft")

    # -- what goes bad ----------------------------------------------------------------------------------------------

    def throw_away(self, goods: Sequence[tuple[ItemId, Qty]], cause: str) -> None:
        """Write goods off where the till stands."""
        number = self._begin_write_off()
        self._scan_write_off(number, goods, cause)
        write_off_services.post(self._db, self._acting, number)

    def _begin_write_off(self) -> int:
        self._number += 1
        return write_off_services.start(self._db, self._acting, f"demo-write-off-{self._number}").write_off_id

    def _scan_write_off(self, number: int, goods: Sequence[tuple[ItemId, Qty]], cause: str) -> None:
        lines = [
            write_off_scans.WriteOffLine(f"demo-write-off-{number}-{place}-{cause}", item, qty, cause)
            for place, (item, qty) in enumerate(goods)
        ]
        write_off_scans.scan(self._db, self._acting, number, lines)

    # -- the last morning -------------------------------------------------------------------------------------------

    def leave_open(self) -> None:
        """Leave a transfer of every kind, a write-off that waits and one half scanned, goods set aside."""
        now = clock.to_local(clock.now())
        with clock.freeze(now - timedelta(days=11)):
            late = self._request(3)
            self._dispatch(late)
        with clock.freeze(now - timedelta(hours=20)):
            self._dispatch(self._request(4))
        transfers.request(
            self._db, self._market,
            TransferFields(self._acting.location_id, self._market.location_id, "For the weekend", _tomorrow(now)),
            [(item, Qty(6 * ONE)) for item, _have in self._on_hand(self._acting.location_id, HEAVY)[:5]],
        )  # fmt: skip
        there = self._on_hand(self._acting.location_id, HEAVY)
        waiting = self._begin_write_off()
        self._scan_write_off(waiting, [(there[1][0], ONE), (there[2][0], Qty(2 * ONE))], "damage")
        with tempfile.TemporaryDirectory(prefix="shopstock-sample-") as folder:
            photo = Path(folder) / "broken-crate.jpg"
            _draw_broken_crate(photo)
            write_off_evidence.attach(self._db, self._acting, waiting, photo)
        write_off_services.send(self._db, self._acting, waiting)
        self._scan_write_off(self._begin_write_off(), [(there[0][0], ONE), (there[4][0], ONE)], "own_use")


def _tomorrow(now: datetime) -> Day:
    return clock.as_day(now + timedelta(days=1))


def _draw_broken_crate(path: Path) -> None:
    """Draw what stands for a photo: a crate with a broken board and a puddle."""
    picture = Image.new("RGB", (1200, 900), (214, 208, 198))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 620, 1200, 900), fill=(171, 160, 146))
    draw.ellipse((330, 700, 1010, 850), fill=(122, 84, 58))
    for row in range(4):
        top = 300 + row * 105
        gap = 70 if row == 1 else 0
        draw.polygon(
            ((260, top), (900 - gap * 3, top + gap), (900 - gap * 3, top + 70 + gap), (260, top + 70)),
            fill=(188 - row * 8, 140 - row * 6, 88), outline=(110, 78, 44),
        )  # fmt: skip
    for left in (280, 860):
        draw.rectangle((left, 270, left + 40, 730), fill=(150, 108, 64), outline=(96, 66, 36))
    picture.save(path, "JPEG", quality=80)
