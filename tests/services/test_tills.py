"""Several tills on one shop, each a process of its own, doing the same thing at the same moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from shopstock.core import vouchers as voucher_numbers
from shopstock.core.acting import Acting
from shopstock.core.cart_lines import Goods
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import SupplierFields
from shopstock.core.receiving import About, Decision
from shopstock.core.supplier_papers import InvoiceFields, InvoiceLine
from shopstock.core.tender import Tender
from shopstock.core.units import DocumentId, ItemId, LineId, StationId
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.queries import audit, sales, till, vouchers
from shopstock.queries import receiving as deliveries
from shopstock.services import parked, receive, receiving, reverse, sell, supplier_invoices, suppliers
from tests import builders as a
from tests.conftest import acting_as_owner
from tests.till import goods, method, new_cart, pay, qty, second_till, set_setting, sold

ROUNDS = 8

Deed = Callable[[Db, Acting, Any], object]


def recall(db: Db, acting: Acting, parked_id: int) -> object:
    cart = parked.recall(db, acting, parked_id)
    pay(db, acting, cart)
    return "recalled"


def bring_back(db: Db, acting: Acting, document_id: int) -> object:
    sale = sales.by_id(db, DocumentId(document_id))
    assert sale is not None
    if not sale.lines[0].left_qty:
        raise Refused
    return pay(db, acting, new_cart(db).add_return(sale.lines[0], qty("1"))).document


def pay_twice(db: Db, acting: Acting, told: tuple[str, Goods]) -> object:
    key, item = told
    changes = pay(db, acting, replace(new_cart(db).add(item), key=key))
    assert changes.document is not None
    return changes.document.id, changes.existing


def trade(db: Db, acting: Acting, told: tuple[int, list[Goods]]) -> object:
    number, items = told
    order = items if (number + acting.station_id) % 2 else items[::-1]
    cart = new_cart(db)
    for item in order:
        cart = cart.add(item, qty("2"))
    parked.park(db, acting, cart)
    receive.post_goods_receipt(db, acting, a.a_head(f"{acting.station_id} {number}"), [
        a.goods(item.item_id, 1, 3) for item in order[::-1]
    ])  # fmt: skip
    mine = [row.id for row in till.parked_sales(db, acting.location_id) if row.station == f"Till {acting.station_id}"]
    pay(db, acting, parked.recall(db, acting, mine[0]))
    last = sales.recent(db, acting.station_id, 1)[0].document_id
    return bring_back(db, acting, last)


def spend(db: Db, acting: Acting, told: tuple[str, Goods]) -> object:
    """Pay for one piece with a voucher that holds enough for one."""
    number, item = told
    credit = method(db, "Store credit")
    try:
        sell.complete_sale(db, acting, new_cart(db).add(item), [Tender(credit, item.price, number)])
    except Refused as told_so:
        return told_so.sentence()
    return "bought"


def hand_out(db: Db, acting: Acting, item: Goods) -> object:
    """Give store credit for what comes back without a receipt."""
    pay(db, acting, new_cart(db).add_return_without_sale(item), by="Store credit")
    return "handed out"


def bill_or_undo(db: Db, acting: Acting, told: tuple[int, int, int]) -> object:
    """Book the supplier's invoice of a goods receipt at the first till, undo the goods receipt at the second."""
    supplier, document_id, line_id = told
    if acting.station_id == 1:
        day = clock.day_of(clock.now())
        line = InvoiceLine(LineId(line_id), a.qty(10), a.money(50))
        fields = InvoiceFields(f"bill {document_id}", supplier, f"I{document_id}", day, (line,))
        supplier_invoices.post_invoice(db, acting, fields)
        return "billed"
    reverse.reverse(db, acting, a.a_head(f"undo {document_id}"), DocumentId(document_id))
    return "undone"


def _till(orders: Any, barriers: dict[int, Any]) -> None:
    """Stand at a till: do what is ordered, round by round with the others, until told to go home."""
    while (order := orders.recv()) is not None:
        url, station, deed, rounds, tills = order
        answers: list[object] = []
        with open_shop(url) as db:
            acting = replace(acting_as_owner(db), station_id=station)
            for told in rounds:
                barriers[tills].wait(timeout=60)
                try:
                    answers.append(deed(db, acting, told))
                except Refused:
                    answers.append(None)
                except Exception as wrong:
                    answers.append(f"{type(wrong).__name__}: {wrong}")
        orders.send(answers)


AtOnce = Callable[[str, list[StationId], Deed, list[Any]], list[list[object]]]


@pytest.fixture(scope="module")
def at_once() -> Iterator[AtOnce]:
    """Do each round's deed at all tills at the same moment; the answers come by round."""
    context = multiprocessing.get_context("spawn")
    barriers = {tills: context.Barrier(tills) for tills in (2, 4)}
    people = [context.Pipe() for _person in range(4)]
    processes = [context.Process(target=_till, args=(inner, barriers)) for _outer, inner in people]
    for process in processes:
        process.start()

    def run(url: str, stations: list[StationId], deed: Deed, rounds: list[Any]) -> list[list[object]]:
        asked = people[: len(stations)]
        for (outer, _inner), station in zip(asked, stations, strict=True):
            outer.send((url, station, deed, rounds, len(stations)))
        by_till = []
        for outer, _inner in asked:
            assert outer.poll(120), "a till does not answer"
            by_till.append(outer.recv())
        return [list(answers) for answers in zip(*by_till, strict=True)]

    yield run
    for outer, _inner in people:
        outer.send(None)
    for process in processes:
        process.join(timeout=60)
        assert process.exitcode == 0


def _two_tills(db: Db) -> tuple[Acting, list[StationId]]:
    owner = acting_as_owner(db)
    set_setting(db, "print_receipts", False)
    return owner, [owner.station_id, second_till(db, owner).station_id]


def _proved(url: str) -> Db:
    db = open_shop(url)
    assert audit.discrepancies(db) == []
    return db


def test_one_of_two_recalls_a_parked_sale(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        tea = goods(db, owner, on_hand="100", cost="100")
        for _round in range(ROUNDS):
            parked.park(db, owner, new_cart(db).add(tea))
        waiting = [row.id for row in till.parked_sales(db, owner.location_id)]
    found = at_once(db_url, stations, recall, waiting)
    assert [sorted(answers, key=str) for answers in found] == [[None, "recalled"]] * ROUNDS
    with _proved(db_url) as db:
        assert db.rows("SELECT on_hand, allocated FROM stock_level") == [(100_000 - ROUNDS * 1_000, 0)]


def test_a_sale_comes_back_once_whichever_till_is_asked(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        tea = goods(db, owner, on_hand="100", cost="100")
        bought = [sold(db, owner, tea).document for _round in range(ROUNDS)]
    found = at_once(db_url, stations, bring_back, [one.id for one in bought if one is not None])
    assert [sum(answer is None for answer in answers) for answers in found] == [1] * ROUNDS
    assert not any(isinstance(answer, str) for answers in found for answer in answers), found
    with _proved(db_url) as db:
        assert db.value("SELECT SUM(qty) FROM document_line WHERE kind = 'customer_return'") == ROUNDS * 1_000
        assert db.value("SELECT SUM(amount) FROM payment") == 0


def test_a_voucher_is_spent_once_whichever_till_takes_it(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        tea = goods(db, owner, on_hand="100", cost="100")
        for _round in range(ROUNDS):
            hand_out(db, owner, tea)
        numbers = [one.number for one in vouchers.open_vouchers(db)]
    found = at_once(db_url, stations, spend, [(number, tea) for number in numbers])
    for answers, number in zip(found, numbers, strict=True):
        assert sorted(map(str, answers)) == [f"Voucher {number} is used up.", "bought"]
    with _proved(db_url) as db:
        assert vouchers.outstanding(db) == 0
        assert db.value("SELECT COUNT(*) FROM document WHERE kind = 'sale'") == ROUNDS


def test_vouchers_of_two_tills_have_numbers_of_their_own(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        tea = goods(db, owner, on_hand="100", cost="100")
    found = at_once(db_url, stations, hand_out, [tea] * ROUNDS)
    assert found == [["handed out", "handed out"]] * ROUNDS
    with _proved(db_url) as db:
        counts = sorted(voucher_numbers.count_of(one.number) for one in vouchers.open_vouchers(db))
        assert counts == list(range(1, 2 * ROUNDS + 1))


def test_what_is_paid_back_in_parts_at_two_tills_is_what_was_paid(db_url: str, at_once: AtOnce) -> None:
    """Two pieces for 10.01 come back at once: half a cent is not given away twice."""
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        tea = goods(db, owner, price="10.00", on_hand="100", cost="100")
        bought = []
        for _round in range(ROUNDS):
            cart = new_cart(db).add(tea, qty("2")).discount_sale(amount=a.money("9.99"))
            bought.append(pay(db, owner, cart).document)
    ids = [one.id for one in bought if one is not None]
    at_once(db_url, stations, bring_back, ids)
    with _proved(db_url) as db:
        for document_id in ids:
            while bring_back_or_stop(db, owner, document_id):
                pass
        assert db.value("SELECT SUM(amount) FROM payment") == 0
        assert db.rows("SELECT SUM(net), SUM(tax) FROM document") == [(0, 0)]


def bring_back_or_stop(db: Db, acting: Acting, document_id: int) -> bool:
    try:
        bring_back(db, acting, document_id)
    except Refused:
        return False
    return True


def test_a_goods_receipt_is_invoiced_or_undone_and_never_both(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        supplier = suppliers.save_supplier(db, owner, None, SupplierFields("Mill")).supplier_id
        rounds = []
        for _round in range(ROUNDS):
            made = receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(a.an_item(db), 10, 50)]).document
            assert made is not None
            rounds.append(
                (supplier, made.id, db.value("SELECT id FROM document_line WHERE document_id = ?", (made.id,)))
            )
    found = at_once(db_url, stations, bill_or_undo, rounds)
    assert all(sorted(map(str, answers)) in (["None", "billed"], ["None", "undone"]) for answers in found), found
    with _proved(db_url) as db:
        owed = db.value("SELECT COALESCE(SUM(amount), 0) FROM journal_line WHERE account = 'supplier'")
        assert owed == -500_000 * sum("billed" in answers for answers in found)


def test_the_same_key_at_two_tills_sells_once(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        tea = goods(db, owner, on_hand="100", cost="100")
        for station in stations:  # both shifts run already
            sold(db, replace(owner, station_id=station), tea)
    found = at_once(db_url, stations, pay_twice, [(f"key {number}", tea) for number in range(ROUNDS)])
    sold_once(found)
    with _proved(db_url) as db:
        assert db.value("SELECT COUNT(*) FROM document WHERE kind = 'sale'") == ROUNDS + 2


def test_the_same_key_in_two_windows_of_a_till_sells_once(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, _stations = _two_tills(db)
        tea = goods(db, owner, on_hand="100", cost="100")
        sold(db, owner, tea)
    windows = [owner.station_id, owner.station_id]
    sold_once(at_once(db_url, windows, pay_twice, [(f"key {number}", tea) for number in range(ROUNDS)]))
    _proved(db_url).close()


def sold_once(found: list[list[object]]) -> None:
    for answers in found:
        documents = {answer[0] for answer in answers if isinstance(answer, tuple)}
        assert len(documents) == 1, answers
        assert sorted(answer[1] for answer in answers if isinstance(answer, tuple)) == [False, True], answers


def test_four_tills_trade_with_the_same_goods(db_url: str, at_once: AtOnce) -> None:
    """Parked, received, sold and brought back, in rising and falling order: nothing is lost, nobody waits for ever."""
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        items = [goods(db, owner, f"ITEM{number}", on_hand="5", cost="10") for number in range(4)]
        for number in (3, 4):
            with transaction(db):
                stations.append(
                    db.value(
                        "INSERT INTO station (name, prefix, location_id) VALUES (?, ?, ?) RETURNING id",
                        (f"Till {number}", str(number), owner.location_id),
                    )
                )
    found = at_once(db_url, stations, trade, [(number, items) for number in range(ROUNDS)])
    assert not any(answer is None or isinstance(answer, str) for answers in found for answer in answers), found
    with _proved(db_url) as db:
        levels = dict(db.rows("SELECT item_id, SUM(on_hand) FROM stock_level GROUP BY item_id"))
        assert sum(levels.values()) == 4 * 5_000 + 4 * ROUNDS * (4 * (1_000 - 2_000) + 1_000)
        assert db.value("SELECT SUM(allocated) FROM stock_level") == 0


# --- one delivery, two people


def count_some(db: Db, acting: Acting, told: tuple[int, int, int]) -> object:
    delivery, item, number = told
    own = [receiving.CountLine(f"{acting.station_id} {number} {n}", ItemId(item), qty("1")) for n in range(5)]
    both = receiving.CountLine(f"both {number}", ItemId(item), qty("1"))
    receiving.count_many(db, acting, delivery, [*own, both])
    receiving.count_many(db, acting, delivery, own)  # the answer was lost: sent again
    return "counted"


def post_delivery(db: Db, acting: Acting, delivery: int) -> object:
    posted = receiving.post(db, acting, delivery)
    return posted.changes.existing, [ref.number for ref in posted.documents]


def test_two_people_count_one_delivery_and_both_post_it(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        item = a.an_item(db, supplier_cost=10_000)
        delivery = receiving.start(db, owner, "delivery", []).delivery_id
    at_once(db_url, stations, count_some, [(delivery, item, number) for number in range(ROUNDS)])
    with open_shop(db_url) as db:
        scans = deliveries.changes_since(db, delivery)
        assert (len(scans), sum(scan.qty for scan in scans)) == (ROUNDS * 11, ROUNDS * 11_000)
        assert {scan.station for scan in scans} == {"Till 1", "Till 2"}
        receiving.decide(db, owner, delivery, item, About.UNEXPECTED, Decision.ACCEPT)
    (answers,) = at_once(db_url, stations, post_delivery, [delivery])
    assert sorted(existing for existing, _numbers in answers) == [False, True]
    assert answers[0][1] == answers[1][1]
    with _proved(db_url) as db:
        assert db.rows("SELECT qty, value FROM item_pool") == [(ROUNDS * 11_000, ROUNDS * 110_000)]
