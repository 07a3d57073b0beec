"""Receive deliveries: counted by scan, compared with their orders, posted as a whole or not at all."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from PIL import Image

from shopstock.core.acting import Acting, Permission, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.purchasing import OrderFields, OrderState, SupplierFields, SupplierItemFields
from shopstock.core.receiving import About, Basis, Condition, Decision, PriceAsked, RowState, Step, Undecided
from shopstock.core.units import Day, ItemId, Money, Qty
from shopstock.db.connection import Db, open_shop
from shopstock.queries import attachments, lots, purchase, reports, stock
from shopstock.queries import receiving as query
from shopstock.queries.report_query import ReportQuery
from shopstock.services import purchase as buying
from shopstock.services import receive, receiving, reverse, suppliers
from tests import builders as a

_key = count(1)


def a_supplier(db: Db, owner: Acting, name: str = "Noor & Zoon", **fields: object) -> int:
    return suppliers.save_supplier(db, owner, None, SupplierFields(name=name, **fields)).supplier_id  # type: ignore[arg-type]


def an_order(
    db: Db, owner: Acting, supplier: int, lines: list[tuple[ItemId, object, object]], rate: int | None = None
) -> int:
    """Send an order of (item, pieces, price)."""
    order = buying.new_order(db, owner, OrderFields(supplier, rate=rate)).order_id
    for item, pieces, price in lines:
        buying.set_line(db, owner, order, item, a.qty(pieces), a.money(price))  # type: ignore[arg-type]
    buying.approve(db, owner, order)
    buying.send(db, owner, order, "on paper")
    return order


def begin(db: Db, owner: Acting, *orders: int, supplier: int | None = None) -> int:
    return receiving.start(db, owner, f"delivery-{next(_key)}", orders, supplier_id=supplier).delivery_id


def scan(db: Db, acting: Acting, delivery: int, item: ItemId, pieces: object = 1, **told: object) -> str:
    key = f"scan-{next(_key)}"
    receiving.count(db, acting, delivery, key, item, a.qty(pieces), **told)  # type: ignore[arg-type]
    return key


def row_of(db: Db, owner: Acting, delivery: int, item: ItemId) -> query.DeliveryLine:
    return next(row for row in query.delivery(db, owner, delivery).rows if row.item_id == item)


def pool(db: Db, item: ItemId) -> tuple[int, int]:
    return db.rows("SELECT qty, value FROM item_pool WHERE item_id = ?", (item,))[0]


def balance(db: Db, account: str) -> int:
    return int(db.value("SELECT COALESCE(SUM(amount), 0) FROM journal_line WHERE account = ?", (account,)))


def test_a_delivery_becomes_the_goods_receipt_of_its_order(db: Db, owner: Acting) -> None:
    supplier = a_supplier(db, owner)
    chai, mint = a.an_item(db, "CHAI"), a.an_item(db, "MINT")
    order = an_order(db, owner, supplier, [(chai, 24, "1.50"), (mint, 2, 3)])
    delivery = begin(db, owner, order)
    for _six in range(4):
        scan(db, owner, delivery, chai, 6)
    assert row_of(db, owner, delivery, mint).row.state == RowState.NOT_COUNTED
    scan(db, owner, delivery, mint, 2)
    seen = query.delivery(db, owner, delivery)
    assert (seen.progress.counted, seen.progress.ordered, seen.progress.complete) == (26_000, 26_000, 2)
    posted = receiving.post(db, owner, delivery)
    assert [ref.kind for ref in posted.documents] == ["goods_receipt"]
    assert pool(db, chai) == (24_000, 360_000)
    assert pool(db, mint) == (2_000, 60_000)
    assert balance(db, "goods_received_not_invoiced") == -420_000
    assert purchase.order(db, owner, order).row.state == OrderState.RECEIVED
    assert not query.open_deliveries(db)
    assert not query.expected_orders(db)
    assert set(posted.without_code) == {chai, mint}
    assert db.rows("SELECT item_id, reason, copies FROM label_due ORDER BY item_id") == [
        (chai, "received", 24), (mint, "received", 2),
    ]  # fmt: skip


def test_posting_twice_posts_once(db: Db, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI")
    order = an_order(db, owner, a_supplier(db, owner), [(chai, 5, 2)])
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, chai, 5)
    first = receiving.post(db, owner, delivery)
    again = receiving.post(db, owner, delivery)
    assert again.changes.existing
    assert again.documents == first.documents
    assert pool(db, chai) == (5_000, 100_000)
    with pytest.raises(Refused, match="posted meanwhile"):
        scan(db, owner, delivery, chai)
    with pytest.raises(Refused, match="Reverse"):
        receiving.abandon(db, owner, delivery)


def test_beginning_twice_begins_once_and_an_order_is_received_in_one_place(db: Db, owner: Acting) -> None:
    order = an_order(db, owner, a_supplier(db, owner), [(a.an_item(db), 5, 2)])
    first = receiving.start(db, owner, "one", [order])
    assert receiving.start(db, owner, "one", [order]).delivery_id == first.delivery_id
    assert receiving.start(db, owner, "two", [order]).delivery_id == first.delivery_id
    assert query.expected_orders(db)[0].delivery_id == first.delivery_id
    receiving.abandon(db, owner, first.delivery_id)
    assert receiving.start(db, owner, "three", [order]).delivery_id != first.delivery_id


def test_a_scan_counts_once_under_its_key(db: Db, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI")
    delivery = begin(db, owner)
    lines = [receiving.CountLine(f"k{n}", chai, a.qty(1)) for n in range(20)]
    receiving.count_many(db, owner, delivery, [*lines, lines[3]])
    assert receiving.count_many(db, owner, delivery, lines[5:]).existing
    assert row_of(db, owner, delivery, chai).row.good == 20_000
    other = begin(db, owner)
    with pytest.raises(Refused, match="another delivery"):
        receiving.count_many(db, owner, other, lines[:1])


def test_a_batch_with_a_scan_of_nothing_writes_nothing(db: Db, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI")
    delivery = begin(db, owner)
    with pytest.raises(Refused, match="counts 0"):
        receiving.count_many(
            db, owner, delivery, [receiving.CountLine("a", chai, a.qty(1)), receiving.CountLine("b", chai, Qty(0))]
        )
    with pytest.raises(Refused, match="keeps no stock"):
        receiving.count_many(
            db, owner, delivery,
            [receiving.CountLine("a", chai, a.qty(1)), receiving.CountLine("b", a.an_item(db, stocked=0), a.qty(1))],
        )  # fmt: skip
    scan(db, owner, delivery, chai, 3)
    with pytest.raises(Refused, match="Less of it"):
        scan(db, owner, delivery, chai, -4)
    assert query.delivery(db, owner, delivery).progress.counted == 3_000


def test_killed_in_the_middle_it_goes_on_where_it_was(db: Db, db_url: str, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI")
    order = an_order(db, owner, a_supplier(db, owner), [(chai, 5, 2)])
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, chai, 3)
    receiving.set_step(db, owner, delivery, Step.LABELS)
    with open_shop(db_url) as other:  # another station, as after a crash
        (found,) = query.open_deliveries(other)
        assert (found.id, found.step, found.counted, found.ordered) == (delivery, Step.LABELS, 3_000, 5_000)
        scan(other, owner, delivery, chai, 2)
        last = query.changes_since(other, delivery)
        assert [one.qty for one in last] == [3_000, 2_000]
        assert query.changes_since(other, delivery, last[0].id) == last[1:]
        receiving.post(other, owner, delivery)
    assert pool(db, chai) == (5_000, 100_000)


def test_a_price_of_nothing_asks_until_it_is_confirmed(db: Db, owner: Acting) -> None:
    gift, new = a.an_item(db, "GIFT"), a.an_item(db, "NEW")
    delivery = begin(db, owner)
    for item in (gift, new):
        scan(db, owner, delivery, item, 2)
        receiving.decide(db, owner, delivery, item, About.UNEXPECTED, Decision.ACCEPT)
    with pytest.raises(PriceAsked) as asked:
        receiving.post(db, owner, delivery)
    assert set(asked.value.item_ids) == {gift, new}
    receiving.set_price(db, owner, delivery, gift, Money(0))
    receiving.set_price(db, owner, delivery, new, a.money("1.25"))
    with pytest.raises(PriceAsked) as asked:
        receiving.post(db, owner, delivery)
    assert asked.value.item_ids == (gift,)
    assert row_of(db, owner, delivery, gift).price_asked
    assert not row_of(db, owner, delivery, new).price_asked
    receiving.set_price(db, owner, delivery, gift, Money(0), zero_confirmed=True)
    receiving.post(db, owner, delivery)
    assert pool(db, gift) == (2_000, 0)
    assert pool(db, new) == (2_000, 25_000)


def test_goods_without_an_order_cost_what_the_supplier_asks(db: Db, owner: Acting) -> None:
    supplier = a_supplier(db, owner)
    item, card = a.an_item(db, "OFFER", supplier_cost=a.money(9)), a.an_item(db, "CARD", supplier_cost=a.money(3))
    suppliers.save_supplier_item(
        db, owner, supplier, SupplierItemFields(item, price=a.money(4), breaks=((a.qty(10), a.money(2)),))
    )
    delivery = begin(db, owner, supplier=supplier)
    for one in (item, card):
        scan(db, owner, delivery, one, 10)
        receiving.decide(db, owner, delivery, one, About.UNEXPECTED, Decision.ACCEPT)
    receiving.post(db, owner, delivery)
    assert pool(db, item) == (10_000, 200_000)
    assert pool(db, card) == (10_000, 300_000)


def test_a_foreign_order_is_booked_at_its_rate_and_a_changed_price_at_it_too(db: Db, owner: Acting) -> None:
    supplier = a_supplier(db, owner, currency="EUR")
    one, two = a.an_item(db, "ONE"), a.an_item(db, "TWO")
    order = an_order(db, owner, supplier, [(one, 3, "1.99"), (two, 1, 10)], rate=857_300)
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, one, 1, location_id=a.a_location(db, "Cellar"))
    scan(db, owner, delivery, one, 2)
    scan(db, owner, delivery, two, 1)
    receiving.set_price(db, owner, delivery, two, a.money(11))
    receiving.post(db, owner, delivery)
    assert pool(db, one) == (3_000, 51_181)  # 5.97 at 0.8573 is 5.118081
    assert pool(db, two) == (1_000, 94_303)


def test_the_rate_of_a_delivery_is_that_of_the_day_it_came(db: Db, owner: Acting) -> None:
    supplier = a_supplier(db, owner, currency="EUR")
    item = a.an_item(db, "ONE")
    delivery = begin(db, owner, an_order(db, owner, supplier, [(item, 2, 10)], rate=857_300))
    scan(db, owner, delivery, item, 2)
    receiving.set_rate(db, owner, delivery, 900_000)
    assert query.delivery(db, owner, delivery).rate == 900_000
    for rate in (0, -1, 1_000_000_000_001):
        with pytest.raises(Refused):
            receiving.set_rate(db, owner, delivery, rate)
    receiving.post(db, owner, delivery)
    assert pool(db, item) == (2_000, 180_000)
    with pytest.raises(Refused, match="posted"):
        receiving.set_rate(db, owner, delivery, 1_000_000)
    own = begin(db, owner, an_order(db, owner, a_supplier(db, owner, "Near"), [(item, 1, 1)]))
    with pytest.raises(Refused, match="own money"):
        receiving.set_rate(db, owner, own, 900_000)


def test_lots_and_places_reach_the_ledger_and_corrections_are_taken_off(db: Db, owner: Acting) -> None:
    milk = a.an_item(db, "MILK", tracks="lot")
    cellar = a.a_location(db, "Cellar")
    order = an_order(db, owner, a_supplier(db, owner), [(milk, 10, 1)])
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, milk, 6, lot="L1", expires=Day(20260401))
    scan(db, owner, delivery, milk, 5, lot="L2", expires=Day(20260501), location_id=cellar)
    scan(db, owner, delivery, milk, -1)
    receiving.post(db, owner, delivery)
    assert [(one.code, one.location_id, one.on_hand) for one in lots.lots_of(db, milk)] == [
        ("L1", owner.location_id, 6_000), ("L2", cellar, 4_000),
    ]  # fmt: skip


def test_lots_of_goods_that_were_on_their_way_arrive_with_them(db: Db, owner: Acting) -> None:
    milk = a.an_item(db, "MILK", tracks="lot")
    order = an_order(db, owner, a_supplier(db, owner), [(milk, 4, 1)])
    (line,) = purchase.order(db, owner, order).lines
    receiving.ship(db, owner, order, "on the way", [(line.id, a.qty(4))])
    assert receiving.ship(db, owner, order, "on the way", [(line.id, a.qty(4))]).existing
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, milk, 4, lot="L1", expires=Day(20260401))
    posted = receiving.post(db, owner, delivery)
    assert [ref.kind for ref in posted.documents] == ["transfer"]
    assert [(one.code, one.on_hand) for one in lots.lots_of(db, milk)] == [("L1", 4_000)]
    assert pool(db, milk) == (4_000, 40_000)


def test_an_item_since_retired_is_received_like_any_other(db: Db, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI")
    order = an_order(db, owner, a_supplier(db, owner), [(chai, 2, 2)])
    db.run("UPDATE item SET active = 0 WHERE id = ?", (chai,))
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, chai, 2)
    assert row_of(db, owner, delivery, chai).active == 0
    receiving.post(db, owner, delivery)
    assert pool(db, chai) == (2_000, 40_000)


def test_a_code_of_no_item_waits_until_it_is_settled(db: Db, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI", supplier_cost=a.money(1))
    delivery = begin(db, owner)
    receiving.count(db, owner, delivery, "u1", None, a.qty(2), code="4006381333931")
    assert query.delivery(db, owner, delivery).unknown == (("4006381333931", 2_000),)
    with pytest.raises(Undecided, match="4006381333931"):
        receiving.post(db, owner, delivery)
    receiving.count(db, owner, delivery, "u2", None, a.qty(-2), code="4006381333931")
    scan(db, owner, delivery, chai, 2, code="4006381333931")
    receiving.decide(db, owner, delivery, chai, About.UNEXPECTED, Decision.ACCEPT)
    receiving.post(db, owner, delivery)
    assert pool(db, chai) == (2_000, 20_000)


def test_nothing_counted_cannot_be_posted(db: Db, owner: Acting) -> None:
    order = an_order(db, owner, a_supplier(db, owner), [(a.an_item(db), 2, 2)])
    with pytest.raises(Refused, match="Nothing of this delivery"):
        receiving.post(db, owner, begin(db, owner, order))


def test_charges_are_spread_by_weight_and_by_hand_to_the_last_unit(db: Db, owner: Acting) -> None:
    heavy, light = a.an_item(db, "HEAVY", weight=2_000), a.an_item(db, "LIGHT", weight=500)
    order = an_order(db, owner, a_supplier(db, owner), [(heavy, 1, 1), (light, 1, 1)])
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, heavy)
    scan(db, owner, delivery, light)
    receiving.set_charge(db, owner, delivery, "Freight", a.money("0.0007"), Basis.WEIGHT)
    with pytest.raises(Refused, match="add up"):
        receiving.set_charge(db, owner, delivery, "Duty", a.money(3), Basis.BY_HAND, {heavy: a.money(2)})
    receiving.set_charge(db, owner, delivery, "Duty", a.money(3), Basis.BY_HAND, {heavy: a.money(1), light: a.money(2)})
    receiving.post(db, owner, delivery)
    assert (pool(db, heavy)[1], pool(db, light)[1]) == (20_006, 30_001)
    assert db.rows("SELECT name, amount FROM receipt_charge ORDER BY id") == [("Freight", 7), ("Duty", 30_000)]


def test_a_reversed_goods_receipt_puts_the_goods_back_on_order(db: Db, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI")
    order = an_order(db, owner, a_supplier(db, owner), [(chai, 5, 2)])
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, chai, 5)
    (ref,) = receiving.post(db, owner, delivery).documents
    reverse.reverse(db, owner, a.a_head(), ref.id)
    (line,) = purchase.order(db, owner, order).lines
    assert (line.received_qty, line.open_qty) == (0, 5_000)
    again = begin(db, owner, order)
    scan(db, owner, again, chai, 5)
    receiving.post(db, owner, again)
    assert pool(db, chai) == (5_000, 100_000)


def test_what_goods_cost_is_not_told_to_the_stockroom(db: Db, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI")
    order = an_order(db, owner, a_supplier(db, owner), [(chai, 5, 2)])
    delivery = begin(db, owner, order)
    stockroom = replace(owner, role=Role.STOCKROOM)
    assert not stockroom.may(Permission.SEE_COST)
    receiving.set_charge(db, owner, delivery, "Freight", a.money(1))
    scan(db, stockroom, delivery, chai, 5)
    seen = query.delivery(db, stockroom, delivery)
    assert seen.rows[0].price is None
    assert not seen.rows[0].price_asked
    assert not seen.charges
    receiving.post(db, stockroom, delivery)
    with pytest.raises(NotAllowed):
        receiving.start(db, replace(owner, role=Role.CASHIER), "till", [])


# --- photos


def a_photo(path: Path, size: tuple[int, int] = (3000, 1500), mode: str = "RGB", kind: str = "JPEG") -> Path:
    Image.new(mode, size, 128 if mode == "L" else (200, 30, 30, 90)[: len(mode)]).save(path, kind)
    return path


def test_a_photo_of_damage_is_scaled_down_and_kept_once(db: Db, owner: Acting, tmp_path: Path) -> None:
    cup = a.an_item(db, "CUP", supplier_cost=a.money(1))
    delivery = begin(db, owner)
    keys = [scan(db, owner, delivery, cup, 1, condition=Condition.DAMAGED, note="cracked") for _two in range(2)]
    for key in keys:
        receiving.attach_photo(db, owner, delivery, key, a_photo(tmp_path / "photo.jpg"))
    (photo,) = {row.attachment_id for row in query.changes_since(db, delivery)}
    kept = attachments.attachment(db, photo)  # type: ignore[arg-type]
    assert kept is not None
    with Image.open(io.BytesIO(kept.content)) as image:
        assert (image.format, image.size) == ("JPEG", (2000, 1000))
    assert row_of(db, owner, delivery, cup).photos == (photo, photo)
    receiving.attach_photo(db, owner, delivery, keys[0], a_photo(tmp_path / "clear.png", (20, 20), "RGBA", "PNG"))
    assert db.value("SELECT COUNT(*) FROM attachment") == 2


def test_what_is_no_photo_is_refused(db: Db, owner: Acting, tmp_path: Path) -> None:
    cup = a.an_item(db, "CUP")
    delivery = begin(db, owner)
    key = scan(db, owner, delivery, cup)
    text = tmp_path / "notes.jpg"
    text.write_text("not a photo")
    cut = a_photo(tmp_path / "cut.jpg")
    cut.write_bytes(cut.read_bytes()[:2000])
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(25_000_001)
    for place, why in ((text, "no photo"), (cut, "no photo"), (large, "25 MB"), (tmp_path / "gone.jpg", "read")):
        with pytest.raises(Refused, match=why):
            receiving.attach_photo(db, owner, delivery, key, place)
    if db.engine == "sqlite":
        with pytest.raises(Refused, match="no photo"):
            receiving.attach_photo(db, owner, delivery, key, db.url)
    assert not db.value("SELECT COUNT(*) FROM attachment")


# --- set aside, available


def test_goods_set_aside_are_on_hand_and_not_available(db: Db, owner: Acting) -> None:
    cup = a.an_item(db, "CUP")
    order = an_order(db, owner, a_supplier(db, owner), [(cup, 3, 2)])
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, cup, 1)
    scan(db, owner, delivery, cup, 2, condition=Condition.DAMAGED)
    receiving.decide(db, owner, delivery, cup, About.DAMAGED, Decision.SET_ASIDE)
    receiving.post(db, owner, delivery)
    row = stock.page(db, [cup], stock.StockFilter())[0]
    assert (row.on_hand, row.available) == (3_000, 1_000)
    kinds = db.rows(
        "SELECT p.kind, l.on_hand FROM stock_level l JOIN location p ON p.id = l.location_id ORDER BY p.kind"
    )
    assert kinds == [("set_aside", 2_000), ("shop", 1_000)]


# --- how much it asks of the database


def test_posting_a_long_delivery_asks_no_question_for_each_line(sqlite_db: Db, owner: Acting) -> None:
    supplier = a_supplier(sqlite_db, owner)

    def asked(lines: int) -> int:
        items = [a.an_item(sqlite_db) for _line in range(lines)]
        order = an_order(sqlite_db, owner, supplier, [(item, 1, 1) for item in items])
        delivery = begin(sqlite_db, owner, order)
        receiving.count_many(
            sqlite_db, owner, delivery,
            [receiving.CountLine(f"long-{next(_key)}", item, a.qty(1)) for item in items],
        )  # fmt: skip
        questions = 0

        def trace(_cursor: object, sql: str, _bindings: object) -> bool:
            nonlocal questions
            questions += sql.lstrip().upper().startswith(("SELECT", "WITH"))
            return True

        sqlite_db.raw.exec_trace = trace
        receiving.post(sqlite_db, owner, delivery)
        sqlite_db.raw.exec_trace = None
        return questions

    assert asked(400) <= asked(40) + 5


def test_late_receipts_are_reported_and_uninvoiced(db: Db, owner: Acting) -> None:
    chai = a.an_item(db, "CHAI")
    order = an_order(db, owner, a_supplier(db, owner), [(chai, 5, 2)])
    delivery = begin(db, owner, order)
    scan(db, owner, delivery, chai, 5)
    receiving.set_charge(db, owner, delivery, "Freight", a.money(1))
    receiving.post(db, owner, delivery)
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(chai, 1, 3)])
    received = reports.run(db, owner, reports.named("goods-receipts"), ReportQuery())
    assert received.total["quantity"] == 6_000
    assert received.total["value"] == 140_000
    open_ = reports.run(db, owner, reports.named("uninvoiced"), ReportQuery())
    assert open_.total["value"] == 140_000 == -balance(db, "goods_received_not_invoiced")
    assert [row[4:6] for row in open_.rows] == [("CHAI", "Chai"), ("CHAI", "Chai"), ("", "Freight")]
