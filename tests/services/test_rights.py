"""Who may do what: nothing is done for somebody without the right, and an approval stands for one act, once."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import replace

import pytest

import shopstock.services
from shopstock.core import acting as rights
from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Acting, Permission, Role
from shopstock.core.catalogue import ItemFields
from shopstock.core.customers import CustomerFields
from shopstock.core.document import Draft
from shopstock.core.labels import Element, LabelTemplate, Part, Reason, SheetOptions, Wanted
from shopstock.core.movements import Account, DocumentKind
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.places import Level, PlaceFields
from shopstock.core.purchasing import OrderFields, SupplierFields, SupplierItemFields
from shopstock.core.receiving import About, Decision, Step
from shopstock.core.supplier_papers import CreditFields, InvoiceFields
from shopstock.core.transfers import Settle, Stage, TransferFields
from shopstock.core.units import Day, DocumentId, ItemId, LocationId, Qty, StationId
from shopstock.core.write_offs import RowId
from shopstock.db.connection import Db
from shopstock.queries import till
from shopstock.services import (
    adjust,
    cash,
    causes,
    count,
    count_actions,
    count_again,
    count_close,
    count_entries,
    count_files,
    count_post,
    counts,
    customers,
    cycle_plan,
    exchange_history,
    exchange_items,
    exchange_orders,
    exchange_suppliers,
    items,
    labels,
    landed_cost,
    logo,
    order_lines,
    ordering,
    parked,
    people,
    place_series,
    places,
    practice,
    printing,
    purchase,
    ranking,
    receipts,
    receive,
    receiving,
    return_,
    reverse,
    sell,
    set_aside_goods,
    settings,
    supplier_invoices,
    suppliers,
    transfer,
    transfers,
    weighing,
    write_off_evidence,
    write_off_scans,
    write_offs,
)
from tests import builders as a
from tests.till import PIN, goods, money, new_cart, pay, person, set_setting, sold

Deed = Callable[[Db, Acting, int], object]


LABEL = LabelTemplate("Small", (Element(Part.NAME),), 500, 250)


def _some(item: int) -> list[a.Goods]:
    return [a.goods(item, 1, 1, cause="why")]


def _here(who: Acting) -> TransferFields:
    return TransferFields(who.location_id, who.location_id)


#: What needs a right, by module and function, done with an item that was sold in document 2.
DEEDS: dict[str, Deed] = {
    "adjust.found": lambda db, who, item: adjust.found(db, who, a.a_head("k"), _some(item)),
    "causes.save": lambda db, who, item: causes.save(db, who, "write_off", None, "Flood"),
    "causes.retire": lambda db, who, item: causes.retire(db, who, "write_off", "sample"),
    "write_offs.start": lambda db, who, item: write_offs.start(db, who, "w"),
    "write_offs.set_note": lambda db, who, item: write_offs.set_note(db, who, 1, "n"),
    "write_offs.discard": lambda db, who, item: write_offs.discard(db, who, 1),
    "write_offs.post": lambda db, who, item: write_offs.post(db, who, 1),
    "write_offs.send": lambda db, who, item: write_offs.send(db, who, 1),
    "write_offs.take_back": lambda db, who, item: write_offs.take_back(db, who, 1),
    "write_offs.approve": lambda db, who, item: write_offs.approve(db, who, 1),
    "write_offs.reject": lambda db, who, item: write_offs.reject(db, who, 1, "no"),
    "write_off_scans.scan": lambda db, who, item: write_off_scans.scan(db, who, 1, []),
    "write_off_scans.set_cause": lambda db, who, item: write_off_scans.set_cause(db, who, 1, [], "damage"),
    "write_off_scans.set_lot": lambda db, who, item: write_off_scans.set_lot(db, who, 1, _row(item), "L"),
    "write_off_scans.remove_row": lambda db, who, item: write_off_scans.remove_row(db, who, 1, _row(item)),
    "write_off_evidence.attach": lambda db, who, item: write_off_evidence.attach(db, who, 1, __file__),
    "write_off_evidence.detach": lambda db, who, item: write_off_evidence.detach(db, who, 1, 1),
    "adjust.write_off": lambda db, who, item: adjust.write_off(db, who, a.a_head("k"), _some(item)),
    "cash.close_shift": lambda db, who, item: cash.close_shift(db, who),
    "cash.count_drawer": lambda db, who, item: cash.count_drawer(db, who, money("1")),
    "cash.open_drawer": lambda db, who, item: cash.open_drawer(db, who, "look"),
    "cash.open_shift": lambda db, who, item: cash.open_shift(db, who, money("1")),
    "cash.pay_in": lambda db, who, item: cash.pay_in(db, who, money("1"), "why", key="k"),
    "cash.pay_out": lambda db, who, item: cash.pay_out(db, who, money("1"), "why", key="k"),
    "cash.print_x_report": lambda db, who, item: cash.print_x_report(db, who),
    "cash.x_report": lambda db, who, item: cash.x_report(db, who),
    "count.post_count": lambda db, who, item: count.post_count(db, who, a.a_head("k"), _some(item)),
    "exchange_history.import_history": lambda db, who, item: exchange_history.import_history(db, who, "none.csv"),
    "exchange_items.import_items": lambda db, who, item: exchange_items.import_items(db, who, "none.csv"),
    "exchange_orders.import_orders": lambda db, who, item: exchange_orders.import_orders(db, who, "none.csv"),
    "exchange_suppliers.import_suppliers": lambda db, who, item: exchange_suppliers.import_suppliers(
        db, who, "none.csv"
    ),
    "items.add_code": lambda db, who, item: items.add_code(db, who, item, "4006381333931"),
    "items.assign_quick_key": lambda db, who, item: items.assign_quick_key(db, who, item, 1),
    "items.create": lambda db, who, item: items.create(db, who, ItemFields(name="New")),
    "items.dismiss_unknown": lambda db, who, item: items.dismiss_unknown(db, who, 1),
    "items.generate_code": items.generate_code,
    "items.restore": items.restore,
    "items.retire": items.retire,
    "items.retire_code": lambda db, who, item: items.retire_code(db, who, 1),
    "items.set_price": lambda db, who, item: items.set_price(db, who, item, money("1")),
    "items.settle_unknown": lambda db, who, item: items.settle_unknown(db, who, 1, item),
    "items.update": lambda db, who, item: items.update(db, who, item, ItemFields(name="Other", sku="TEA")),
    "labels.give_code": lambda db, who, item: labels.give_code(db, who, ItemId(item), another=True),
    "labels.make_job": lambda db, who, item: labels.make_job(db, who, [Wanted(ItemId(item))], LABEL),
    "count_close.close": lambda db, who, item: count_close.close(db, who, 1),
    "count_entries.enter": lambda db, who, item: count_entries.enter(db, who, 1, []),
    "count_entries.match": lambda db, who, item: count_entries.match(db, who, 1, "404", None),
    "count_files.take": lambda db, who, item: count_files.take(db, who, 1, "none.txt"),
    "count_post.approve": lambda db, who, item: count_post.approve(db, who, [1]),
    "count_post.explain": lambda db, who, item: count_post.explain(db, who, 1, "theft"),
    "count_post.post": lambda db, who, item: count_post.post(db, who, 1),
    "count_post.set_cost": lambda db, who, item: count_post.set_cost(db, who, 1, money("1")),
    "counts.assign": lambda db, who, item: counts.assign(db, who, 1, None),
    "counts.begin_sheet": lambda db, who, item: counts.begin_sheet(db, who, 1),
    "counts.cancel": lambda db, who, item: counts.cancel(db, who, 1),
    "count_actions.add": lambda db, who, item: count_actions.add(db, who, 1, "Look", who.person_id, Day(20_270_101)),
    "count_actions.finish": lambda db, who, item: count_actions.finish(db, who, 1, "Done"),
    "count_again.recount": lambda db, who, item: count_again.recount(db, who, [1]),
    "counts.reopen_sheet": lambda db, who, item: counts.reopen_sheet(db, who, 1),
    "counts.finish_sheet": lambda db, who, item: counts.finish_sheet(db, who, 1),
    "counts.new_count": lambda db, who, item: counts.new_count(db, who, counts.CountFields(who.location_id)),
    "cycle_plan.make_list": lambda db, who, item: cycle_plan.make_list(db, who, who.location_id),
    "customers.erase": lambda db, who, item: customers.erase(db, who, 1),
    "customers.save": lambda db, who, item: customers.save(db, who, None, CustomerFields("New")),
    "labels.mark_done": lambda db, who, item: labels.mark_done(db, who, [ItemId(item)], Reason.PRICE),
    "labels.queue": lambda db, who, item: labels.queue(db, who, [Wanted(ItemId(item))], LABEL),
    "labels.remove_template": lambda db, who, item: labels.remove_template(db, who, 1),
    "labels.save_template": lambda db, who, item: labels.save_template(db, who, LABEL),
    "labels.sheets": lambda db, who, item: labels.sheets(db, who, [Wanted(ItemId(item))], LABEL, SheetOptions()),
    "landed_cost.post": lambda db, who, item: landed_cost.post(db, who, a.a_head("k"), [DocumentId(1)], money("1")),
    "order_lines.add": lambda db, who, item: order_lines.add(db, who, 1, ItemId(item)),
    "order_lines.remove_line": lambda db, who, item: order_lines.remove_line(db, who, 1, ItemId(item)),
    "order_lines.set_line": lambda db, who, item: order_lines.set_line(db, who, 1, ItemId(item), a.qty(1)),
    "parked.drop": lambda db, who, item: parked.drop(db, who, 1),
    "parked.park": lambda db, who, item: parked.park(db, who, new_cart(db).add_unknown("1")),
    "parked.recall": lambda db, who, item: parked.recall(db, who, 1),
    "people.add_person": lambda db, who, item: people.add_person(db, who, "New", Role.OWNER),
    "people.edit_person": lambda db, who, item: people.edit_person(db, who, 1, name="New", role=Role.OWNER),
    "people.retire_person": lambda db, who, item: people.retire_person(db, who, 1),
    "people.set_badge": lambda db, who, item: people.set_badge(db, who, who.person_id, "BADGE-123"),
    "people.set_pin": lambda db, who, item: people.set_pin(db, who, 1, "1357"),
    "place_series.add_places": lambda db, who, item: place_series.add_places(
        db, who, PlaceFields("", Level.SHOP), ("Cellar", "Attic")
    ),
    "places.add_place": lambda db, who, item: places.add_place(db, who, PlaceFields("Cellar", Level.SHOP)),
    "places.change_place": lambda db, who, item: places.change_place(
        db, who, LocationId(1), PlaceFields("Cellar", Level.SHOP)
    ),
    "places.forget_home": lambda db, who, item: places.forget_home(db, who, ItemId(item), LocationId(1)),
    "places.retire_place": lambda db, who, item: places.retire_place(db, who, LocationId(1)),
    "places.set_home": lambda db, who, item: places.set_home(db, who, ItemId(item), LocationId(1)),
    "practice.start": lambda db, who, item: practice.start(db, who),
    "printing.remove_device": lambda db, who, item: printing.remove_device(db, who, "receipt-printer"),
    "printing.reprint": lambda db, who, item: printing.reprint(db, who, 2),
    "printing.set_device": lambda db, who, item: printing.set_device(db, who, "receipt-printer", "tcp://127.0.0.1:1"),
    "purchase.approve": lambda db, who, item: purchase.approve(db, who, 1),
    "purchase.back_to_draft": lambda db, who, item: purchase.back_to_draft(db, who, 1),
    "purchase.cancel": lambda db, who, item: purchase.cancel(db, who, 1),
    "purchase.change_order": lambda db, who, item: purchase.change_order(db, who, 1, OrderFields(1)),
    "purchase.close": lambda db, who, item: purchase.close(db, who, 1),
    "purchase.new_order": lambda db, who, item: purchase.new_order(db, who, OrderFields(1)),
    "purchase.propose": lambda db, who, item: purchase.propose(db, who),
    "purchase.send": lambda db, who, item: purchase.send(db, who, 1),
    "receipts.print_again": lambda db, who, item: receipts.print_again(db, who, 2),
    "receipts.print_last_again": lambda db, who, item: receipts.print_last_again(db, who),
    "receive.post_goods_receipt": lambda db, who, item: receive.post_goods_receipt(db, who, a.a_head("k"), _some(item)),
    "receive.post_landed_cost": lambda db, who, item: receive.post_landed_cost(db, who, a.a_head("k"), 1, money("1")),
    "receive.post_opening": lambda db, who, item: receive.post_opening(db, who, a.a_head("k"), _some(item)),
    "receiving.abandon": lambda db, who, item: receiving.abandon(db, who, 1),
    "receiving.add_order": lambda db, who, item: receiving.add_order(db, who, 1, 1),
    "receiving.decide": lambda db, who, item: receiving.decide(db, who, 1, ItemId(item), About.OVER, Decision.ACCEPT),
    "receiving.remove_charge": lambda db, who, item: receiving.remove_charge(db, who, 1, 1),
    "receiving.remove_order": lambda db, who, item: receiving.remove_order(db, who, 1, 1),
    "receiving.set_charge": lambda db, who, item: receiving.set_charge(db, who, 1, "Freight", money("1")),
    "receiving.set_note": lambda db, who, item: receiving.set_note(db, who, 1, "N 1"),
    "receiving.set_price": lambda db, who, item: receiving.set_price(db, who, 1, ItemId(item), money("1")),
    "receiving.set_rate": lambda db, who, item: receiving.set_rate(db, who, 1, 900_000),
    "receiving.set_step": lambda db, who, item: receiving.set_step(db, who, 1, Step.POST),
    "receiving.start": lambda db, who, item: receiving.start(db, who, "k", []),
    "receiving_count.attach_photo": lambda db, who, item: receiving.attach_photo(db, who, 1, "k", "none.jpg"),
    "receiving_count.count": lambda db, who, item: receiving.count(db, who, 1, "k", ItemId(item), a.qty(1)),
    "receiving_count.count_many": lambda db, who, item: receiving.count_many(db, who, 1, []),
    "receiving_post.post": lambda db, who, item: receiving.post(db, who, 1),
    "receiving_ship.ship": lambda db, who, item: receiving.ship(db, who, 1, "k", [(1, a.qty(1))]),
    "return_.post_customer_return": lambda db, who, item: return_.post_customer_return(
        db, who, Draft(DocumentKind.CUSTOMER_RETURN, "k", 1)
    ),
    "return_.post_supplier_return": lambda db, who, item: return_.post_supplier_return(
        db, who, a.a_head("k"), _some(item)
    ),
    "ordering.choose_service": lambda db, who, item: ordering.choose_service(db, who, 900),
    "ordering.skip": lambda db, who, item: ordering.skip(db, who, ItemId(item), 3, "why"),
    "ordering.resume": lambda db, who, item: ordering.resume(db, who, ItemId(item)),
    "ranking.pin": lambda db, who, item: ranking.pin(db, who, ItemId(item), AbcClass.A),
    "reverse.reverse": lambda db, who, item: reverse.reverse(db, who, a.a_head("k"), 2),
    "receipts.print_invoice": lambda db, who, item: receipts.print_invoice(db, who, DocumentId(1)),
    "receipts.print_voucher_again": lambda db, who, item: receipts.print_voucher_again(db, who, "V-000001-0000"),
    "sell.complete_sale": lambda db, who, item: pay(
        db, who, new_cart(db).add(till.goods(db, ItemId(item), who.location_id))
    ),
    "sell.open_price_goods": lambda db, who, item: sell.open_price_goods(db, who),
    "weighing.weigh": lambda db, who, item: weighing.weigh(db, who),
    "logo.choose": lambda db, who, item: logo.choose(db, who, "none.png"),
    "logo.remove": lambda db, who, item: logo.remove(db, who),
    "settings.add_payment_method": lambda db, who, item: settings.add_payment_method(db, who, "Shells"),
    "settings.add_station": lambda db, who, item: settings.add_station(db, who, "Till 9", who.location_id),
    "settings.add_tax_rate": lambda db, who, item: settings.add_tax_rate(db, who, "Half", 500),
    "settings.edit_payment_method": lambda db, who, item: settings.edit_payment_method(
        db, who, 1, name="Coins", account=Account.CASH, opens_drawer=True
    ),
    "settings.move_station": lambda db, who, item: settings.move_station(db, who, StationId(1), LocationId(1)),
    "settings.rename_station": lambda db, who, item: settings.rename_station(db, who, 1, "Other"),
    "settings.retire_payment_method": lambda db, who, item: settings.retire_payment_method(db, who, 1),
    "settings.retire_tax_rate": lambda db, who, item: settings.retire_tax_rate(db, who, 1),
    "settings.save": lambda db, who, item: settings.save(db, who, {"name": "Other"}),
    "settings.save_code_rules": lambda db, who, item: settings.save_code_rules(db, who, []),
    "set_aside_goods.put": lambda db, who, item: set_aside_goods.put(db, who, a.a_head("k"), _some(item)),
    "set_aside_goods.to_supplier": lambda db, who, item: set_aside_goods.to_supplier(
        db, who, a.a_head("k"), [set_aside_goods.SetAside(ItemId(item), Qty(1_000), who.location_id)]
    ),
    "set_aside_goods.back": lambda db, who, item: set_aside_goods.back(
        db, who, a.a_head("k"), [set_aside_goods.SetAside(ItemId(item), Qty(1_000), who.location_id)]
    ),
    "supplier_invoices.post_credit_note": lambda db, who, item: supplier_invoices.post_credit_note(
        db, who, CreditFields("k", 1, "C 1", Day(20260302), DocumentId(2), money("1"))
    ),
    "supplier_invoices.post_invoice": lambda db, who, item: supplier_invoices.post_invoice(
        db, who, InvoiceFields("k", 1, "I 1", Day(20260302))
    ),
    "suppliers.prefer": lambda db, who, item: suppliers.prefer(db, who, 1, ItemId(item)),
    "suppliers.remove_supplier_item": lambda db, who, item: suppliers.remove_supplier_item(db, who, 1, ItemId(item)),
    "suppliers.retire_supplier": lambda db, who, item: suppliers.retire_supplier(db, who, 1),
    "suppliers.save_supplier": lambda db, who, item: suppliers.save_supplier(db, who, None, SupplierFields("New")),
    "suppliers.save_supplier_item": lambda db, who, item: suppliers.save_supplier_item(
        db, who, 1, SupplierItemFields(ItemId(item))
    ),
    "transfer.arrive": lambda db, who, item: transfer.arrive(
        db, who, a.a_head("k"), [a.goods(item, 1, of=1)], who.location_id, 1
    ),
    "transfer.dispatch": lambda db, who, item: transfer.dispatch(db, who, a.a_head("k"), _some(item)),
    "transfer.put_away": lambda db, who, item: transfer.put_away(
        db, who, a.a_head("k"), _some(item), transfer.transit_location(db)
    ),
    "transfer.transfer": lambda db, who, item: transfer.transfer(
        db, who, a.a_head("k"), _some(item), transfer.transit_location(db)
    ),
    "transfers.cancel": lambda db, who, item: transfers.cancel(db, who, 1),
    "transfers.change": lambda db, who, item: transfers.change(db, who, 1, _here(who)),
    "transfers.remove_line": lambda db, who, item: transfers.remove_line(db, who, 1, ItemId(item)),
    "transfers.request": lambda db, who, item: transfers.request(db, who, _here(who), [(ItemId(item), a.qty(1))]),
    "transfers.send_now": lambda db, who, item: transfers.send_now(db, who, _here(who)),
    "transfers.set_line": lambda db, who, item: transfers.set_line(db, who, 1, ItemId(item), a.qty(1)),
    "transfers_post.arrive": lambda db, who, item: transfers.arrive(db, who, 1, complete=True),
    "transfers_post.dispatch": lambda db, who, item: transfers.dispatch(db, who, 1),
    "transfers_post.settle_short": lambda db, who, item: transfers.settle_short(
        db, who, 1, ItemId(item), a.qty(1), Settle.LOST, "theft"
    ),
    "transfers_scan.scan": lambda db, who, item: transfers.scan(db, who, 1, Stage.DISPATCH, []),
    "transfers_scan.scan_rest": lambda db, who, item: transfers.scan_rest(db, who, 1, Stage.DISPATCH, "k"),
}

#: What takes ``acting`` and asks for no right of its own.
FREE = {
    # parts of services: they run inside a transaction that was allowed
    "attachments.store", "cash.ensure_shift", "cash.pulse", "count_again.ask", "count_clues.write",
    "count_held.step",
    "counts.for_others", "events.log", "permitted.post",
    "posting.hold", "posting.post", "pick.places_for", "write_off_limit.check", "write_off_limit.hold_used",
    "sell_draft.places", "vouchers.note_posted", "vouchers.note_reversed",
    "order_lines.held_for_change", "order_lines.write_line", "printing.enqueue",
    # the approvals themselves
    "people.allow", "people.approve", "people.approve_by_badge", "people.authorise", "people.use_approval",
    # what stands at the till before anything is sold, and papers that wait for whoever stands at the printer
    "items.record_unknown", "parked.drop_open_sale", "parked.load_open_sale", "parked.save_open_sale", "sell.needs",
    "printing.cancel", "printing.make_test_page", "printing.redirect", "printing.retry", "printing.send_test_page",
    "printing.bound", "printing.measure_labels",
    "printing.settle",
}  # fmt: skip


def _row(item: int) -> RowId:
    return RowId(ItemId(item), "damage", LocationId(1), "", Day(0))


def _functions() -> set[str]:
    found = set()
    for info in pkgutil.iter_modules(shopstock.services.__path__):
        module = importlib.import_module(f"shopstock.services.{info.name}")
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_") and function.__annotations__.get("return") != "Draft":
                if "acting" in inspect.signature(function).parameters:
                    found.add(f"{info.name}.{name}")
    return found


def test_every_service_is_on_the_list() -> None:
    assert _functions() == DEEDS.keys() | FREE


def _contents(db: Db) -> dict[str, list[tuple[object, ...]]]:
    tables = [name for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: db.rows(f"SELECT * FROM {name}") for name in tables if not name.startswith("item_search")}


def _is_refused(db: Db, who: Acting, deed: Deed, item: int) -> bool:
    try:
        deed(db, who, item)
    except NotAllowed:
        return True
    return False


def test_nothing_is_done_for_somebody_without_a_right(
    sqlite_db: Db, owner: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = sqlite_db
    tea = goods(db, owner, code="4006381333931")
    sold(db, owner, tea)
    parked.park(db, owner, new_cart(db).add(tea))
    items.record_unknown(db, owner, "404404")
    nobody = person(db, owner, "Ann", Role.STOCKROOM)
    monkeypatch.setitem(rights.ROLES, Role.STOCKROOM, frozenset())
    before = _contents(db)
    for name, deed in DEEDS.items():
        assert _is_refused(db, nobody, deed, tea.item_id), name
        # An approval of the same right for another act opens nothing either.
        for permission in Permission:
            other = rights.Approval(1, owner.person_id, permission, "something else")
            assert _is_refused(db, replace(nobody, approval=other), deed, tea.item_id), (name, permission)
        assert _contents(db) == before, name


def _approved(db: Db, who: Acting, owner: Acting, wanted: NotAllowed) -> Acting:
    yes = people.approve(db, who, wanted.permission, wanted.subject, owner.person_id, PIN)
    return replace(who, approval=yes)


#: Acts that a second person may allow, done twice under different keys.
APPROVABLE: dict[str, Callable[[Db, Acting, int, str], object]] = {
    "write off": lambda db, who, item, key: adjust.write_off(db, who, a.a_head(key), _some(item)),
    "find": lambda db, who, item, key: adjust.found(db, who, a.a_head(key), _some(item)),
    "count": lambda db, who, item, key: count.post_count(db, who, a.a_head(key), _some(item)),
    "receive": lambda db, who, item, key: receive.post_goods_receipt(db, who, a.a_head(key), _some(item)),
    "late cost": lambda db, who, item, key: receive.post_landed_cost(db, who, a.a_head(key), 2, money("1")),
    "send back": lambda db, who, item, key: return_.post_supplier_return(db, who, a.a_head(key), _some(item)),
    "move": lambda db, who, item, key: transfer.dispatch(db, who, a.a_head(key), _some(item)),
    "reverse": lambda db, who, item, key: reverse.reverse(db, who, a.a_head(key), 3),
    "pay out": lambda db, who, item, key: cash.pay_out(db, who, money("1"), "why", key=key),
}


@pytest.mark.parametrize("name", list(APPROVABLE))
def test_an_approval_is_used_up_by_the_document_it_allowed(db: Db, owner: Acting, name: str) -> None:
    do = APPROVABLE[name]
    set_setting(db, "print_receipts", False)
    tea = goods(db, owner)
    receive.post_goods_receipt(db, owner, a.a_head(), _some(tea.item_id))
    sold(db, owner, tea)
    cashier = person(db, owner, "Ann", Role.CASHIER)
    with pytest.raises(NotAllowed) as asked:
        do(db, cashier, tea.item_id, "one")
    assert asked.value.subject
    cashier = _approved(db, cashier, owner, asked.value)
    changes = do(db, cashier, tea.item_id, "one")
    posted = db.row("SELECT id, by_id, approved_by, self_approved FROM document ORDER BY id DESC LIMIT 1")
    assert posted is not None
    assert posted[1:] == (cashier.person_id, owner.person_id, 0)
    used = db.rows("SELECT document_id, used_at IS NOT NULL FROM approval")
    assert [(document, bool(at)) for document, at in used] == [(posted[0], True)]
    documents = db.value("SELECT COUNT(*) FROM document")
    assert changes is not None
    with pytest.raises(NotAllowed):
        do(db, cashier, tea.item_id, "two")
    for other in APPROVABLE.values():
        with pytest.raises((NotAllowed, Refused)):
            other(db, cashier, tea.item_id, "three")
    assert db.value("SELECT COUNT(*) FROM document") == documents


def test_an_approval_that_is_not_needed_is_not_noted(db: Db, owner: Acting) -> None:
    item = a.an_item(db)
    person(db, owner, "Ann", Role.CASHIER)
    stray = rights.Approval(1, owner.person_id, Permission.RECEIVE, "one")
    receive.post_goods_receipt(db, replace(owner, alone=False, approval=stray), a.a_head("one"), _some(item))
    assert db.rows("SELECT approved_by, self_approved FROM document") == [(None, 0)]


def test_a_shop_of_one_person_is_never_asked(db: Db, owner: Acting) -> None:
    """Its records say "self"."""
    item = a.an_item(db)
    adjust.write_off(db, owner, a.a_head(), _some(item))
    assert db.rows("SELECT approved_by, self_approved FROM document") == [(None, 1)]
    assert db.value("SELECT COUNT(*) FROM approval") == 0


def test_only_what_came_back_is_written_off_with_it(db: Db, owner: Acting) -> None:
    tea, mug = goods(db, owner), goods(db, owner, "MUG")
    line = a.replace_kind(a.a_sale_line(owner, tea.item_id, 1))
    paid = [a.a_payment(db, -line.gross)]
    for extra in (
        return_.damaged(replace(line, item_id=mug.item_id), "torn"),
        return_.damaged(replace(line, qty=a.qty(2)), "torn"),
    ):
        with pytest.raises(Refused, match="came back"):
            return_.post_customer_return(db, owner, return_.customer_return_draft(a.a_head(), [line, extra], paid))
