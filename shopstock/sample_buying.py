"""How the demo shop buys: suppliers and their terms, a year and a half of vans, then half a year of purchase orders.

Orders go out when something runs low and come in after the supplier's usual days, mostly whole, now and then short,
over, broken or late. Invoices follow. What is open on the last morning is named in :meth:`Buyer.leave_open`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shopstock.core import codes
from shopstock.core.acting import Acting
from shopstock.core.cart_lines import Goods as CartGoods
from shopstock.core.document import Goods, Head
from shopstock.core.purchasing import OrderFields, SupplierFields, SupplierItemFields
from shopstock.core.receiving import About, Basis, Condition, Decision, Undecided
from shopstock.core.supplier_papers import InvoiceCharge, InvoiceFields, InvoiceLine
from shopstock.core.units import ONE, Day, ItemId, Money, Qty, times
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import receiving as deliveries
from shopstock.queries import supplier_invoices as supplier_invoices_query
from shopstock.queries.supplier_invoices import Uninvoiced
from shopstock.sample_goods import SampleItem
from shopstock.services import (
    items,
    order_lines,
    purchase,
    receive,
    receiving,
    receiving_count,
    receiving_post,
    receiving_ship,
    supplier_invoices,
    suppliers,
)
from shopstock.services.receiving_count import CountLine

_CONTENT = re.compile(r"(\d+(?:\.\d+)?) (g|kg|ml|L)$")


class Terms(NamedTuple):
    """What a supplier of the demo shop promises: days, minimum and the day that they really take."""

    lead_days: int
    really: tuple[int, ...]
    minimum: int = 0
    free_from: int = 0


TERMS = {
    "Mill Lane Bakery": Terms(1, (1, 1, 1, 2)),
    "Northfield Dairy": Terms(2, (2, 2, 2, 3), minimum=60),
    "Green Valley Produce": Terms(1, (1, 1, 2)),
    "Harbour Wholesale": Terms(3, (3, 3, 4, 5, 6), minimum=150, free_from=400),
    "Riverside Drinks": Terms(4, (3, 4, 4, 7), minimum=120, free_from=300),
    "Bright & Sons": Terms(5, (5, 6, 6, 9), minimum=80),
    "Noor & Zoon": Terms(9, (8, 9, 12, 14), minimum=100),
    "Corner counter": Terms(1, (1,)),
}
USUAL = Terms(4, (4, 5))
#: Suppliers whose last order has not come when the shop is left.
LATE_AT_THE_END = ("Green Valley Produce", "Northfield Dairy")
#: Suppliers whose next order is a draft already; what is low of the others waits in the list.
DRAFTED_AT_THE_END = ("Bright & Sons", "Riverside Drinks")
#: What stands half counted on the bench: item, ordered, counted.
BENCH_SUPPLIER = "Harbour Wholesale"
ON_THE_BENCH = (
    ("Olive oil 500 ml", 12, 12), ("Oat flakes 500 g", 18, 6), ("Pesto, basil 190 g", 12, 6),
    ("Crisps, paprika 175 g", 24, 6), ("Pizza, margherita", 12, 0), ("Ground coffee 250 g", 18, 0),
)  # fmt: skip
#: What the suppliers of these categories deliver bears a lot and a last day: (shortest, longest) life in days.
SHELF_LIFE = {"Dairy and eggs": (12, 30), "Frozen": (120, 260)}


class Line(NamedTuple):
    """An item of the shop while it is being built: its row, and what the builder thinks of it."""

    goods: CartGoods
    item: SampleItem


def content_of(name: str) -> tuple[Qty | None, str]:
    """Read what one unit holds off the end of a name: 250 g, 1.5 L."""
    found = _CONTENT.search(name)
    if found is None:
        return None, ""
    whole, _dot, part = found.group(1).partition(".")
    return Qty(int(whole) * ONE + int((part + "000")[:3] or 0)), found.group(2).lower()


def weight_of(name: str) -> int | None:
    """Guess what one unit weighs in grams, by what it holds."""
    content, unit = content_of(name)
    if content is None:
        return None
    return content * (1_000 if unit in ("kg", "l") else 1) // ONE


class Buyer:
    """Buys for the demo shop. All chance comes from the builder's generator."""

    def __init__(
        self, db: Db, acting: Acting, rnd: random.Random, lines: Sequence[Line],
        appetite: Callable[[Line, datetime], int], head: Callable[..., Head], first_day: datetime, anchor: datetime,
    ) -> None:  # fmt: skip
        self._db = db
        self._acting = acting
        self._random = rnd
        self._lines = lines
        self._by_id = {line.goods.item_id: line for line in lines}
        self._appetite = appetite
        self._head = head
        self._first_day = first_day
        self._anchor = anchor
        self._orders_since = anchor - timedelta(days=180)
        self._suppliers: dict[str, int] = {}
        self._due: dict[int, datetime] = {}
        self._number = 0
        self._invoiced = first_day.month

    def found(self) -> None:
        """Write down the suppliers and what they sell."""
        for name in sorted({line.item.supplier for line in self._lines}):
            terms = TERMS.get(name, USUAL)
            mail = re.sub(r"[^a-z]+", "-", name.lower()).strip("-")
            there = self._db.value("SELECT id FROM supplier WHERE name = ?", (name,))
            saved = suppliers.save_supplier(
                self._db,
                self._acting,
                there,
                SupplierFields(
                    name, contact="Order desk", email=f"orders@{mail}.example", lead_days=terms.lead_days,
                    customer_number=f"{1000 + len(self._suppliers) * 37}", minimum_order=Money(terms.minimum * 10_000),
                    free_delivery_from=Money(terms.free_from * 10_000),
                ),
            )  # fmt: skip
            self._suppliers[name] = saved.supplier_id
        for number, line in enumerate(self._lines, 1):
            item = line.item
            pack = Qty(ONE if item.unit == "kg" or item.price > 150_000 else 6 * ONE)
            breaks = ((Qty(48 * ONE), Money(item.cost * 96 // 100 // 100 * 100)),) if number % 5 == 0 else ()
            fields = SupplierItemFields(
                line.goods.item_id, f"{item.supplier[:2].upper()}{1000 + number * 3}", item.cost, pack, breaks=breaks
            )
            suppliers.save_supplier_item(self._db, self._acting, self._suppliers[item.supplier], fields)
            self._code_of_pack(line, pack)

    def _code_of_pack(self, line: Line, pack: Qty) -> None:
        """Give a pack of six the code on its carton: the piece's own, with a 1 before it."""
        code = self._db.value("SELECT code FROM item_code WHERE item_id = ? ORDER BY id LIMIT 1", (line.goods.item_id,))
        if pack > ONE and code is not None and len(code) == 13:
            body = f"1{code[:12]}"
            items.add_code(self._db, self._acting, line.goods.item_id, body + codes.check_digit(body), pack)

    # -- a morning --------------------------------------------------------------------------------------------------

    def morning(self, day: datetime) -> None:
        """Take in what the vans bring, and order what runs low."""
        if day.month != self._invoiced:
            self._invoiced = day.month
            self._invoices(day)
        if day < self._orders_since:
            self._vans(day)
            return
        for order_id, at in sorted(self._due.items()):
            if at <= day:
                del self._due[order_id]
                self._take_in(order_id, day)
        if day.weekday() == 0:
            self._give_up_what_never_came(day)
        self._order(day)

    def _on_hand(self) -> dict[int, int]:
        return dict(self._db.rows("SELECT item_id, qty FROM item_pool"))

    def _wanted(self, line: Line, day: datetime, have: int) -> Qty:
        """Return how much of an item to have brought, 0 when there is enough."""
        season = self._appetite(line, day)
        if not season or have > reorder_point(line.item):
            return Qty(0)
        return Qty((max(6, season // 160) // 6 + 1) * 6 * ONE - min(have, 0) // ONE * ONE)

    def _vans(self, day: datetime) -> None:
        """The older time: vans bring what is low, and what came is booked in from the delivery note."""
        on_hand = self._on_hand()
        for supplier in sorted(self._suppliers):
            if self._random.random() < 0.16:
                continue  # the van is late: what sells meanwhile goes below nothing
            goods = []
            for line in self._lines:
                if line.item.supplier == supplier:
                    qty = self._wanted(line, day, on_hand.get(line.goods.item_id, 0))
                    if qty:
                        goods.append(Goods(line.goods.item_id, qty, times(self._price(line.item, day), qty)))
            if not goods:
                continue
            head = self._head(f"{supplier[:4].upper()}-{day:%y%m%d}", supplier)
            done = receive.post_goods_receipt(self._db, self._acting, head, goods)
            if self._random.random() < 0.05 and done.document is not None:
                freight = Money(self._random.randrange(4, 20) * 1_0000)
                receive.post_landed_cost(
                    self._db, self._acting, self._head("Freight", supplier), done.document.id, freight
                )

    def _price(self, item: SampleItem, day: datetime) -> Money:
        """Return the supplier's price of a day, in cents: it rises by some percent a year and wobbles."""
        days = (day - self._first_day).days
        per_mille = 1_000 + days * 45 // 365 + self._random.randrange(-25, 40)
        return Money(item.cost * per_mille // 1_000 // 100 * 100)

    # -- orders -----------------------------------------------------------------------------------------------------

    def _order(self, day: datetime) -> None:
        on_hand = self._on_hand()
        for item_id, open_qty in self._db.rows(
            "SELECT item_id, sum(open_qty) FROM purchase_order_line GROUP BY item_id"
        ):
            on_hand[item_id] = on_hand.get(item_id, 0) + open_qty
        for supplier, supplier_id in sorted(self._suppliers.items()):
            wanted = []
            for line in self._lines:
                if line.item.supplier == supplier:
                    qty = self._wanted(line, day, on_hand.get(line.goods.item_id, 0))
                    if qty:
                        wanted.append((line, qty))
            if not wanted:
                continue
            order_id = purchase.new_order(self._db, self._acting, OrderFields(supplier_id)).order_id
            for line, qty in wanted:
                price = self._price(line.item, day)
                order_lines.set_line(self._db, self._acting, order_id, line.goods.item_id, qty, price)
            purchase.approve(self._db, self._acting, order_id)
            purchase.send(self._db, self._acting, order_id, "e-mail")
            takes = self._random.choice(TERMS.get(supplier, USUAL).really)
            if supplier not in LATE_AT_THE_END or day < self._anchor - timedelta(days=4):
                self._due[order_id] = day + timedelta(days=takes)

    def _take_in(self, order_id: int, day: datetime) -> None:
        delivery_id = self._begin([order_id], day)
        batch = []
        for item_id, ordered, pack in self._open_lines(order_id):
            line = self._by_id[ItemId(item_id)]
            chance = self._random.random()
            came = ordered
            if chance < 0.03 and ordered > pack:
                came -= pack
            elif chance < 0.04:
                came += pack
            elif chance < 0.055 and line.item.unit != "kg":
                batch.append(self._count(line, Qty(ONE), day, Condition.DAMAGED))
                came -= ONE
            batch.append(self._count(line, Qty(came), day))
        receiving_count.count_many(self._db, self._acting, delivery_id, [one for one in batch if one.qty > 0])
        if self._random.random() < 0.08:
            freight = Money(self._random.randrange(4, 20) * 1_0000)
            receiving.set_charge(self._db, self._acting, delivery_id, "Freight", freight, Basis.VALUE)
        self._post(delivery_id)

    def _open_lines(self, order_id: int) -> list[tuple[int, int, int]]:
        return [
            (item_id, qty, pack)
            for item_id, qty, pack in self._db.rows(
                "SELECT item_id, open_qty, pack_qty FROM purchase_order_line WHERE order_id = ? AND open_qty > 0"
                " ORDER BY id",
                (order_id,),
            )
        ]

    def _begin(self, order_ids: Sequence[int], day: datetime) -> int:
        self._number += 1
        note = f"{day:%y%m%d}-{self._number % 100:02d}"
        return receiving.start(self._db, self._acting, f"demo-in-{self._number}", order_ids, reference=note).delivery_id

    def _count(self, line: Line, qty: Qty, day: datetime, condition: Condition = Condition.GOOD) -> CountLine:
        self._number += 1
        lot, expires = "", None
        life = SHELF_LIFE.get(line.item.category)
        if life is not None:
            last = day + timedelta(days=self._random.randrange(*life))
            lot, expires = f"{last:%j}{self._number % 10}", Day(int(f"{last:%Y%m%d}"))
        return CountLine(
            f"demo-scan-{self._number}", line.goods.item_id, qty, condition=condition, lot=lot, expires=expires
        )

    def _post(self, delivery_id: int) -> None:
        """Post a delivery: what is over is kept, what is broken set aside, what is short stays on order."""
        try:
            receiving_post.post(self._db, self._acting, delivery_id)
        except Undecided as error:
            shown = deliveries.delivery(self._db, self._acting, delivery_id)
            usual = {About.OVER: Decision.ACCEPT, About.DAMAGED: Decision.SET_ASIDE, About.UNEXPECTED: Decision.ACCEPT}
            for row in shown.rows:
                for about in row.row.to_decide if row.item_id in error.item_ids else ():
                    choice = usual.get(about, Decision.BACK_ORDER)
                    receiving.decide(self._db, self._acting, delivery_id, row.item_id, about, choice)
            receiving_post.post(self._db, self._acting, delivery_id)

    def _give_up_what_never_came(self, day: datetime) -> None:
        before = clock.to_instant(day - timedelta(days=10))
        for (order_id,) in self._db.rows(
            "SELECT id FROM purchase_order WHERE state = 'partly_received' AND sent_at < ? ORDER BY id", (before,)
        ):
            purchase.close(self._db, self._acting, order_id)

    def _invoices(self, day: datetime) -> None:
        """Match each supplier's invoice of the month before; now and then a price is not the one of the order."""
        by_supplier: dict[int, list[Uninvoiced]] = {}
        for one in supplier_invoices_query.uninvoiced(self._db, self._acting):
            if one.supplier_id is not None:
                by_supplier.setdefault(one.supplier_id, []).append(one)
        charges = supplier_invoices_query.uninvoiced_charges(self._db, self._acting)
        for supplier_id, rows in sorted(by_supplier.items()):
            lines = []
            for one in rows:
                more = one.left_value // 50 if self._random.random() < 0.004 else 0
                lines.append(InvoiceLine(one.line_id, one.left_qty, Money(one.left_value + more)))
            brought = {one.document_id for one in rows}
            freight = tuple(InvoiceCharge(one.charge_id, one.amount) for one in charges if one.document_id in brought)
            self._number += 1
            fields = InvoiceFields(
                f"demo-invoice-{self._number}", supplier_id, f"{supplier_id}{day:%y%m}", Day(int(f"{day:%Y%m%d}")),
                tuple(lines), freight,
            )  # fmt: skip
            supplier_invoices.post_invoice(self._db, self._acting, fields)

    # -- the last morning -------------------------------------------------------------------------------------------

    def leave_open(self, day: datetime) -> None:
        """Leave things as a shop is left at noon: an order due today half counted, drafts, goods on their way."""
        self._leave_half_counted(day)
        today = [order_id for order_id, at in self._due.items() if at.date() <= (day + timedelta(days=3)).date()]
        today.sort(key=lambda order_id: (-len(self._open_lines(order_id)), order_id))
        for order_id in today[:1]:
            lines = self._db.rows(
                "SELECT id, open_qty FROM purchase_order_line WHERE order_id = ? AND open_qty > 0 ORDER BY id LIMIT 2",
                (order_id,),
            )
            self._number += 1
            wanted = [(line_id, Qty(qty)) for line_id, qty in lines]
            receiving_ship.ship(self._db, self._acting, order_id, f"demo-ship-{self._number}", wanted)
        for supplier in DRAFTED_AT_THE_END:
            purchase.propose(self._db, self._acting, self._suppliers[supplier])

    def _leave_half_counted(self, day: datetime) -> None:
        """Leave a delivery on the bench: some lines whole, some begun, and goods that were sold before they came."""
        named = {line.item.name: line for line in self._lines}
        lines = [(named[name], Qty(ordered * ONE), Qty(counted * ONE)) for name, ordered, counted in ON_THE_BENCH]
        known = {line.goods.item_id for line, _ordered, _counted in lines}
        for item_id, qty in sorted(self._on_hand().items()):
            line = self._by_id[ItemId(item_id)]
            if qty < 0 and line.item.supplier == BENCH_SUPPLIER and item_id not in known:
                lines.append((line, Qty(12 * ONE), Qty(12 * ONE)))
        with clock.freeze(day - timedelta(days=3)):
            order_id = purchase.new_order(self._db, self._acting, OrderFields(self._suppliers[BENCH_SUPPLIER])).order_id
            for line, ordered, _counted in lines:
                order_lines.set_line(
                    self._db, self._acting, order_id, line.goods.item_id, ordered, self._price(line.item, day)
                )
            purchase.approve(self._db, self._acting, order_id)
            purchase.send(self._db, self._acting, order_id, "e-mail")
        delivery_id = self._begin([order_id], day)
        batch = [self._count(line, counted, day) for line, _ordered, counted in lines if counted]
        receiving_count.count_many(self._db, self._acting, delivery_id, batch)


def reorder_point(item: SampleItem) -> Qty:
    """Return the figure at which an item is ordered again."""
    return Qty(max(3, item.weekly // 400) * ONE)
