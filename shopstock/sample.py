"""Build ``sample.db``, the demo shop: two years of trade of an invented neighbourhood shop, the older year thinner.

    python -m shopstock.sample [FILE]

Everything is done by calling the services a real shop calls, day after day with the clock standing still, from a fixed
seed: people buy by season and hour, goods arrive at changing costs and sometimes late, some come back, go bad, are
counted, moved to the cellar. The last day is half over. :data:`ANCHOR` is the moment at which the shop was left; the
demo goes on from there, whatever today's date is.
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shopstock import sample_goods
from shopstock.core import currency, pricing, tender
from shopstock.core.acting import Acting
from shopstock.core.cart import Cart
from shopstock.core.cart_lines import Goods as CartGoods
from shopstock.core.catalogue import ItemFields
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import Changes
from shopstock.core.settings import Costing, TaxMode
from shopstock.core.tender import Method, Tender
from shopstock.core.units import ONE, ItemId, Money, Qty, share, times
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.queries import sales, settings, till
from shopstock.sample_buying import SHELF_LIFE, Buyer, Line, content_of, reorder_point, weight_of
from shopstock.sample_goods import SampleItem
from shopstock.sample_keeping import SHOP, Keeper
from shopstock.services import (
    cash,
    count,
    founding,
    items,
    parked,
    ranking,
    receive,
    return_,
    sell,
)
from shopstock.services import settings as settings_service

SEED = 20_241_118
FIRST_DAY = datetime(2024, 11, 18, tzinfo=UTC)
ANCHOR = datetime(2026, 11, 21, 11, 42, tzinfo=UTC)
#: Sales on an ordinary day, in the thin older year and in the newer one.
SALES_A_DAY = (6, 24)
REDUCED_RATE, FULL_RATE = 9_000, 21_000
FLOAT = Money(150 * 10_000)
WEEKDAY_LOAD = (9, 8, 9, 10, 12, 15, 0)  # Monday to Sunday; closed on Sundays
HOURS = (8, 9, 9, 10, 10, 10, 11, 11, 12, 12, 13, 14, 15, 15, 16, 16, 16, 17, 17, 17, 18)
PROMOTED = ("Olive oil 500 ml", "Ground coffee 250 g", "Chocolate, milk 100 g", "Lager 500 ml")
SERIAL_NUMBERED = ("Radio alarm clock", "Kettle 1.7 L")
#: Goods that stand in the shop without a code until somebody gives them one.
WITHOUT_CODE = ("Bunch of flowers", "Apple cake, slice", "Lantern, small")
SHORT_LIVED = ("Bread and bakery", "Fruit and vegetables", "Dairy and eggs")


class Builder:
    """Trades for two years. All chance comes from one seeded generator."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._random = random.Random(SEED)
        self._acting: Acting
        self._buyer: Buyer
        self._keeper: Keeper
        self._lines: list[Line] = []
        self._methods: dict[str, Method] = {}
        self._number = 0
        self._old_sales: list[int] = []
        self._euro = currency.of("EUR")
        self._until = ANCHOR

    def build(self, until: datetime = ANCHOR) -> None:
        """Found the shop and trade up to the morning of ``until``."""
        self._until = until
        with clock.freeze(FIRST_DAY + timedelta(hours=7)):
            self._found()
            self._stock_up()
        day = FIRST_DAY
        while day.date() <= until.date():
            self._trade(day)
            day += timedelta(days=1)
        with clock.freeze(until):
            self._leave_things_open()
            ranking.refresh(self._db)

    # -- founding ---------------------------------------------------------------------------------------------------

    def _found(self) -> None:
        db = self._db
        self._acting = founding.found_shop(
            db, name="Corner & Co.", currency="EUR", costing=Costing.FIFO, tax_mode=TaxMode.INSIDE,
            tax_rate=FULL_RATE, place=SHOP,
        )  # fmt: skip
        settings_service.save(
            db,
            self._acting,
            {
                "address": "12 Harbour Street\nPort Ellery",
                "tax_number": "EL 204 118 337",
                "receipt_footer": "Thank you. Goods may be returned\nwithin 14 days with this receipt.",
                "print_receipts": False,
            },
        )
        settings_service.add_tax_rate(db, self._acting, "9 %", REDUCED_RATE)
        reduced = db.value("SELECT id FROM tax_rate WHERE rate = ?", (REDUCED_RATE,))
        full = settings.load(db).default_tax_rate_id
        self._methods = {method.name: method for method in till.methods(db)}
        for item in sample_goods.items():
            content, content_unit = content_of(item.name) if item.unit == "piece" else (None, "")
            tracks = "lot" if item.category in SHELF_LIFE else "serial" if item.name in SERIAL_NUMBERED else ""
            rate = reduced if item.tax == sample_goods.REDUCED else full
            fields = ItemFields(
                name=item.name, category=item.category, supplier=item.supplier, tax_rate_id=rate, unit=item.unit,
                price=item.price, supplier_cost=item.cost, reorder_point=reorder_point(item),
                order_up_to=Qty(reorder_point(item) * 3), tracks=tracks, weight=weight_of(item.name), content=content,
                content_unit=content_unit,
            )  # fmt: skip
            item_id = next(iter(items.create(db, self._acting, fields).items))
            if item.name not in WITHOUT_CODE:
                items.generate_code(db, self._acting, item_id)
            self._lines.append(Line(self._goods_of(item_id, item, rate == reduced), item))
        for number, name in enumerate(("Coffee to go", "Bunch of flowers", "Stamps, letter", "Newspaper"), 1):
            items.assign_quick_key(db, self._acting, self._named(name).goods.item_id, number)
        self._buyer = Buyer(
            db, self._acting, self._random, self._lines, self._appetite, self._head, FIRST_DAY, ANCHOR
        )  # fmt: skip
        self._buyer.found()
        self._keeper = Keeper(db, self._acting, self._random, self._lines, self._head, ANCHOR)
        self._keeper.found()

    def _goods_of(self, item_id: ItemId, item: SampleItem, reduced: bool) -> CartGoods:
        sku: str = self._db.value("SELECT sku FROM item WHERE id = ?", (item_id,))
        rate = REDUCED_RATE if reduced else FULL_RATE
        return CartGoods(item_id, sku, item.name, item.price, rate, item.unit)

    def _named(self, name: str) -> Line:
        return next(line for line in self._lines if line.item.name == name)

    def _stock_up(self) -> None:
        goods = [
            Goods(line.goods.item_id, qty, times(line.item.cost, qty))
            for line in self._lines
            for qty in [Qty(max(6, line.item.weekly // 150) * ONE)]
        ]
        receive.post_opening(self._db, self._acting, self._head("First count"), goods)

    def _head(self, reference: str = "", party: str = "", note: str = "") -> Head:
        self._number += 1
        return Head(f"demo-{self._number}", clock.now(), reference, party, note)

    # -- a day ------------------------------------------------------------------------------------------------------

    def _trade(self, day: datetime) -> None:
        if not WEEKDAY_LOAD[day.weekday()]:
            return
        today = day.date() == self._until.date()
        with clock.freeze(day + timedelta(hours=7, minutes=50)):
            cash.open_shift(self._db, self._acting, FLOAT)
        if day.weekday() in (0, 2, 4):
            with clock.freeze(day + timedelta(hours=7, minutes=55)):
                self._buyer.morning(day)
        for at in self._moments(day):
            if at < self._until:
                with clock.freeze(at):
                    self._sell(day)
        if today:
            return
        with clock.freeze(day + timedelta(hours=18, minutes=50)):
            self._evening(day)
        with clock.freeze(day + timedelta(hours=19)):
            self._cash_up()

    def _moments(self, day: datetime) -> list[datetime]:
        newer = day >= ANCHOR - timedelta(days=365)
        load = SALES_A_DAY[newer] * WEEKDAY_LOAD[day.weekday()] / 10.5
        if day.month == 12 and day.day < 24:
            load *= 1.4
        number = max(1, round(self._random.gauss(load, load / 5)))
        found = [
            day + timedelta(hours=self._random.choice(HOURS), seconds=self._random.randrange(3_600))
            for _sale in range(number)
        ]
        return sorted(found)

    def _sell(self, day: datetime) -> None:
        rnd = self._random
        self._number += 1
        cart = Cart(key=f"demo-{self._number}", currency="EUR")
        # A few sell a lot and many a little, as in every shop.
        weights = [self._appetite(line, day) ** 1.5 for line in self._lines]
        promotion = PROMOTED[day.timetuple().tm_yday // 7 % len(PROMOTED)]
        for line in rnd.choices(self._lines, weights, k=min(8, 1 + int(rnd.expovariate(0.45)))):
            if line.item.unit == "kg":
                cart = cart.add(line.goods, Qty(rnd.randrange(180, 1_400, 2)), alone=True)
            else:
                cart = cart.add(line.goods, Qty(rnd.choice((1, 1, 1, 1, 2, 2, 3)) * ONE))
            if line.item.name == promotion and day.isocalendar().week % 3 == 0:
                cart = cart.discount(cart.lines[-1].uid, percent=10_000)
        if self._old_sales and rnd.random() < 0.012:
            cart = self._bring_back(cart, day)
        self._pay(self._keeper.known(cart))

    def _appetite(self, line: Line, day: datetime) -> int:
        month, weekly = day.month, line.item.weekly
        match line.item.season:
            case "summer":
                return weekly * (2 if month in (5, 6, 7, 8) else 1) // (1 if month in range(4, 10) else 3)
            case "winter":
                return weekly * (2 if month in (11, 12, 1) else 1) // (1 if month in (10, 11, 12, 1, 2, 3) else 3)
            case "advent":
                return weekly if month == 12 and day.day < 27 else weekly // 2 if month == 11 else 0
            case "easter":
                return weekly if month in (3, 4) else 0
            case "dead":
                return weekly // 60 if day < FIRST_DAY + timedelta(days=200) else 0
        return weekly

    def _bring_back(self, cart: Cart, day: datetime) -> Cart:
        sale = sales.by_id(self._db, self._random.choice(self._old_sales[-150:]))  # type: ignore[arg-type]
        if sale is not None and sale.returnable:
            return self._keeper.bring_back(cart, self._random.choice(sale.returnable), day)
        return cart

    def _pay(self, cart: Cart) -> Changes:
        due = pricing.price(cart).total
        tenders = self._keeper.tenders(due, self._methods) or self._tenders(due)
        done = sell.complete_sale(self._db, self._acting, cart, tenders)
        if done.document is not None:
            self._old_sales.append(done.document.id)
        return done

    def _sell_out(self, name: str, more: Qty) -> None:
        """Sell all there is of an item, and ``more`` of it that came this morning and is not booked in yet."""
        goods = self._named(name).goods
        have = self._db.value("SELECT qty FROM item_pool WHERE item_id = ?", (goods.item_id,))
        self._number += 1
        cart = Cart(key=f"demo-{self._number}", currency="EUR").add(goods, Qty(max(have, 0) + more))
        self._pay(cart)

    def _tenders(self, due: Money) -> list[Tender]:
        if due > 0 and self._random.random() >= 0.42:
            return [Tender(self._methods["Card"], due)]
        amount = self._random.choice((due, *tender.suggestions(due, self._euro))) if due > 0 else due
        return [Tender(self._methods["Cash"], amount)] if due else []

    # -- goods come and go ------------------------------------------------------------------------------------------

    def _evening(self, day: datetime) -> None:
        rnd = self._random
        if day.weekday() == 5:
            self._throw_away(SHORT_LIVED, "expiry")
        if rnd.random() < 0.05:
            self._throw_away(tuple(sorted({line.item.category for line in self._lines})), "own_use", 1)
        if day.day in (1, 2) or rnd.random() < 0.02:
            self._count(day)
        if day.weekday() == 1:
            self._keeper.to_the_bins(day)
            self._keeper.supply_the_market(day)
        if self._old_sales:
            self._keeper.returned_alone(day, self._old_sales, self._methods)
        if rnd.random() < 0.01:
            self._send_back()

    def _some(self, categories: tuple[str, ...], most: int) -> list[tuple[Line, Qty]]:
        on_hand: dict[int, int] = dict(
            self._db.rows("SELECT item_id, on_hand FROM stock_level WHERE location_id = ?", (self._acting.location_id,))
        )
        there = [
            (line, Qty(on_hand[line.goods.item_id]))
            for line in self._lines
            if line.item.category in categories and on_hand.get(line.goods.item_id, 0) >= 2 * ONE
        ]
        return self._random.sample(there, min(most, len(there)))

    def _throw_away(self, categories: tuple[str, ...], cause: str, most: int = 3) -> None:
        some = self._some(categories, self._random.randrange(1, most + 1))
        if some:
            self._keeper.throw_away([(line.goods.item_id, ONE) for line, _have in some], cause)

    def _count(self, day: datetime) -> None:
        categories = sorted({line.item.category for line in self._lines})
        category = categories[(day.year * 12 + day.month) % len(categories)]
        counted = []
        for line, have in self._some((category,), 14):
            wrong = self._random.choice((0, 0, 0, 0, 0, 0, 0, -1, -1, 1, -2))
            counted.append(Goods(line.goods.item_id, Qty(max(0, have + wrong * ONE))))
        if counted:
            count.post_count(self._db, self._acting, self._head(note=f"Cycle count: {category}"), counted)

    def _send_back(self) -> None:
        row = self._db.row(
            "SELECT l.id, l.item_id, l.value, l.qty FROM document_line l JOIN document d ON d.id = l.document_id "
            "JOIN stock_level s ON s.item_id = l.item_id AND s.location_id = l.location_id "
            "WHERE d.kind = 'goods_receipt' AND s.on_hand > 3000 ORDER BY l.id DESC LIMIT 1"
        )
        if row is not None:
            line_id, item_id, value, qty = row
            goods = [Goods(item_id, ONE, share(value, ONE, qty), of_line_id=line_id)]
            return_.post_supplier_return(self._db, self._acting, self._head("Credit note"), goods)

    # -- money ------------------------------------------------------------------------------------------------------

    def _cash_up(self) -> None:
        expected = cash.x_report(self._db, self._acting).expected
        wrong = self._random.choice((0, 0, 0, 0, 0, 0, -5, 10, -20)) * 100
        counted = Money(max(0, (expected or 0) + wrong))
        cash.count_drawer(self._db, self._acting, counted)
        cash.close_shift(self._db, self._acting, leave=min(FLOAT, counted))

    def _leave_things_open(self) -> None:
        """The morning of the anchor: parked sales, codes nobody knows, new prices, goods half counted."""
        self._sell_out("Pesto, basil 190 g", Qty(2 * ONE))
        self._buyer.leave_open(self._until)
        self._keeper.leave_open()
        for name in ("Butter, salted 250 g", "Butter, unsalted 250 g", "Ground coffee 250 g", "Olive oil 500 ml"):
            line = self._named(name)
            items.set_price(self._db, self._acting, line.goods.item_id, Money(line.item.price + 2_000))
        for label, names in (("Mrs. Ferry", ("Rye bread, sliced 500 g", "Whole milk 1 L")), ("", ("Lantern, small",))):
            self._number += 1
            cart = Cart(key=f"demo-{self._number}", currency="EUR")
            for name in names:
                cart = cart.add(self._named(name).goods, Qty(2 * ONE))
            parked.park(self._db, self._acting, cart, label)
        for code in ("4006381333931", "9780306406157", "5000112637922"):
            items.record_unknown(self._db, self._acting, code)
        settings_service.save(self._db, self._acting, {"print_receipts": True})


def build(path: Path) -> None:
    """Write the demo shop to ``path``, replacing what is there."""
    work = path.with_suffix(".building")
    for stale in (work, *work.parent.glob(work.name + "-*")):
        stale.unlink(missing_ok=True)
    with open_shop(str(work), create=True) as db:
        db.run("PRAGMA synchronous = off")  # a half-built demo shop is thrown away, not rescued
        Builder(db).build()
        with transaction(db):
            db.run("INSERT INTO setting (key, value) VALUES ('demo_anchor', ?)", (str(clock.to_instant(ANCHOR)),))
        db.run("PRAGMA journal_mode = delete")
        db.run("VACUUM")
    work.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Build the demo shop where the arguments say, or at the top of the checkout."""
    os.environ["TZ"] = "UTC"  # the same days and hours wherever it is built
    getattr(time, "tzset", bool)()
    rest = sys.argv[1:] if arguments is None else arguments
    target = Path(rest[0]) if rest else Path(__file__).resolve().parents[1] / "sample.db"
    build(target)
    sys.stdout.write(f"{target}: {target.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
