"""What the posting door keeps for every document: keys, numbers, refusals, many documents in one book, many tills."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.units import Instant, Money
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import audit
from shopstock.services import adjust, count, posting, receive, return_, reverse, transfer
from tests import builders as a
from tests.conftest import FrozenClock


def test_the_same_key_posts_once(db: Db, owner: Acting) -> None:
    item = a.an_item(db)
    draft = a.a_sale(db, owner, [a.a_sale_line(owner, item, 2)])
    first = posting.post(db, owner, draft)
    again = posting.post(db, owner, draft)
    assert (again.existing, again.document) == (True, first.document)
    assert db.value("SELECT COUNT(*) FROM document") == 1
    with pytest.raises(Refused, match="other content"):
        posting.post(db, owner, replace(draft, note="something else"))


def test_numbers_have_no_gap_when_a_document_is_refused(db: Db, owner: Acting) -> None:
    item = a.an_item(db)
    good = [a.a_sale(db, owner, [a.a_sale_line(owner, item, 1)]) for _ in range(3)]
    bad = replace(a.a_sale(db, owner, [a.a_sale_line(owner, item, 1)]), occurred_at=Instant(clock.now() + 10**9))
    with transaction(db):
        book = posting.Book(db, owner)
        book.post(good[0])
        with pytest.raises(Refused, match="future"):
            book.post(bad)
        book.post(good[1])
        book.flush()
        assert book.post(good[1]).existing
        assert book.post(good[2]).document.number == "1-3"
        book.flush()
    assert db.rows("SELECT number FROM document ORDER BY id") == [(1,), (2,), (3,)]


def test_a_failed_transaction_leaves_nothing(db: Db, owner: Acting) -> None:
    item = a.an_item(db)
    with pytest.raises(ValueError, match="inside"), transaction(db):  # noqa: PT012 - the post comes first
        posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, 1)]))
        raise ValueError("inside")
    assert db.value("SELECT COUNT(*) FROM stock_movement") == 0
    assert db.value("SELECT last_number FROM station WHERE id = ?", (owner.station_id,)) == 0


def test_one_book_posts_what_single_documents_would(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    """Pools, layers, summaries: the same rows, whether flushed once or after every document."""
    items = [a.an_item(db) for _ in range(4)]
    start = clock.now()
    events = [
        lambda head: receive.goods_receipt_draft(owner, head, [a.goods(items[0], 5, 2), a.goods(items[1], 3, 3)]),
        lambda head: a.a_sale(db, owner, [a.a_sale_line(owner, items[0], 7), a.a_sale_line(owner, items[2], 1)], head),
        lambda head: receive.goods_receipt_draft(owner, head, [a.goods(items[0], 5, 4), a.goods(items[2], 3, 3)]),
        lambda head: adjust.write_off_draft(owner, head, [a.goods(items[1], 1, cause="wet")]),
        lambda head: count.count_draft(owner, head, [a.goods(items[0], 4), a.goods(items[3], 2)]),
    ]

    def one_by_one() -> None:
        for number, event in enumerate(events):
            posting.post(db, owner, event(a.a_head(f"one-{number}", Instant(start - 10**9 + number))))

    def in_one_book() -> None:
        with transaction(db):
            book = posting.Book(db, owner)
            for number, event in enumerate(events):
                book.post(event(a.a_head(f"book-{number}", Instant(start - 10**9 + number))))
            assert book.pending
            book.flush()

    pictures = []
    for work in (one_by_one, in_one_book):
        try:
            with transaction(db):
                work()
                tables = (
                    "stock_movement",
                    "item_pool",
                    "cost_layer",
                    "shortfall",
                    "item_day",
                    "item_month",
                    "sales_hour",
                )
                pictures.append({table: _figures(db, table) for table in tables})
                assert audit.discrepancies(db) == []
                raise LookupError
        except LookupError:
            pass
    assert pictures[0] == pictures[1]


def _figures(db: Db, table: str) -> list[tuple[object, ...]]:
    columns = {
        "stock_movement": "item_id, kind, qty, value", "cost_layer": "item_id, qty_in, value_in, qty_left, value_left",
        "item_pool": "item_id, qty, value, survival, epoch", "shortfall": "item_id, qty, value, qty_open, value_open",
        "item_day": "item_id, qty, value, cogs", "item_month": "item_id, month, closing_qty, closing_value",
        "sales_hour": "day, hour, sales, lines, net, cogs",
    }[table]  # fmt: skip
    return sorted(db.rows(f"SELECT {columns} FROM {table}"))


def test_backdated_documents(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    """An earlier day is told by the summaries, but not before a count, and not inside closed books."""
    item = a.an_item(db)
    now = clock.now()
    day = 86_400_000_000
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, 10, 2)])
    receive.post_goods_receipt(db, owner, a.a_head(at=Instant(now - 70 * day)), [a.goods(item, 5, 3)])
    months = db.rows("SELECT month, qty, closing_qty FROM item_month WHERE item_id = ? ORDER BY month", (item,))
    assert months == [(202512, 5_000, 5_000), (202603, 10_000, 15_000)]
    count.post_count(db, owner, a.a_head(at=Instant(now - 40 * day)), [a.goods(item, 4)])
    assert db.value("SELECT expected FROM document_line WHERE kind = 'count'") == 5_000
    with pytest.raises(Refused, match="counted"):
        receive.post_goods_receipt(db, owner, a.a_head(at=Instant(now - 50 * day)), [a.goods(item, 1, 2)])
    receive.post_goods_receipt(db, owner, a.a_head(at=Instant(now - 30 * day)), [a.goods(item, 1, 2)])
    db.run("UPDATE setting SET value = '20260228' WHERE key = 'closed_until'")
    with pytest.raises(Refused, match="closed"):
        receive.post_goods_receipt(db, owner, a.a_head(at=Instant(now - 10 * day)), [a.goods(item, 1, 2)])


@pytest.mark.parametrize("pieces", ["0", "-1", "1000001"])
def test_quantities_that_cannot_be(db: Db, owner: Acting, pieces: str) -> None:
    item = a.an_item(db)
    with pytest.raises(Refused, match="quantity"):
        receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, pieces, value=Money(1))])


def test_an_item_without_stock_sells_and_moves_nothing(db: Db, owner: Acting) -> None:
    item = a.an_item(db, stocked=0)
    sold = posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, 2)]))
    assert sold.document is not None
    assert db.value("SELECT COUNT(*) FROM stock_movement") == 0
    line = db.value("SELECT id FROM document_line WHERE document_id = ?", (sold.document.id,))
    back = return_.line_of_sale(db, line, a.qty(1), owner.location_id)
    draft = return_.customer_return_draft(a.a_head(), [back], [a.a_payment(db, Money(-back.gross))])
    return_.post_customer_return(db, owner, draft)
    assert db.rows("SELECT sold_qty, returned_qty, net FROM item_day") == [(2_000, 1_000, 41_667)]
    with pytest.raises(Refused, match="no stock"):
        receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, 1, 1)])


def test_a_returned_line_brings_back_what_was_paid(db: Db, owner: Acting) -> None:
    """Thirds of a price: the last piece takes the remainder."""
    item = a.an_item(db)
    sold = posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, 3, "0.3333")]))
    assert sold.document is not None
    line_id, net, tax = db.rows("SELECT id, net, tax FROM document_line WHERE document_id = ?", (sold.document.id,))[0]
    back = []
    for _ in range(3):
        line = return_.line_of_sale(db, line_id, a.qty(1), owner.location_id)
        back.append((line.net, line.tax))
        draft = return_.customer_return_draft(a.a_head(), [line], [a.a_payment(db, Money(-line.gross))])
        return_.post_customer_return(db, owner, draft)
    assert (sum(net for net, _ in back), sum(tax for _, tax in back)) == (net, tax)


def test_rights_are_checked(db: Db, owner: Acting) -> None:
    cashier = replace(owner, role=Role.CASHIER)
    item = a.an_item(db)
    for event in (
        lambda: receive.post_goods_receipt(db, cashier, a.a_head(), [a.goods(item, 1, 1)]),
        lambda: adjust.write_off(db, cashier, a.a_head(), [a.goods(item, 1, cause="x")]),
        lambda: count.post_count(db, cashier, a.a_head(), [a.goods(item, 1)]),
        lambda: transfer.dispatch(db, cashier, a.a_head(), [a.goods(item, 1)]),
        lambda: reverse.reverse(db, cashier, a.a_head(), 1),
    ):
        with pytest.raises(NotAllowed):
            event()


def test_stock_runs_out_and_comes_back(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    item = a.an_item(db)
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, 1, 1)])
    frozen_clock.advance(timedelta(hours=1))
    empty = clock.now()
    posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, item, 1)]))
    frozen_clock.advance(timedelta(hours=2))
    full = clock.now()
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, 1, 1)])
    assert db.rows("SELECT started_at, ended_at FROM stockout_span") == [(empty, full)]


def test_an_hour_is_the_shops_own(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    """Summer time: half past ten on the shop's clock is hour 10, whatever UTC says."""
    frozen_clock.move_to(datetime(2026, 7, 1, 10, 30))
    posting.post(db, owner, a.a_sale(db, owner, [a.a_sale_line(owner, a.an_item(db), 1)]))
    assert db.rows("SELECT day, hour FROM sales_hour") == [(20260701, 10)]
