"""The catalogue is kept: nothing empty, nothing twice, every price change logged, every right asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shopstock.core import codes
from shopstock.core.acting import Acting, Approval, Permission, Role
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.codes import BadCode
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import NotAllowed, Refused, UnknownCode
from shopstock.core.units import ItemId, LocationId, Money, PersonId, Qty
from shopstock.db.connection import Db
from shopstock.queries import items as catalogue
from shopstock.services import items, receive
from tests.conftest import FrozenClock

HERE = LocationId(1)
EAN = "4006381333931"


def new(db: Db, acting: Acting, name: str = "Tea", *new_codes: NewCode, **fields: object) -> ItemId:
    made = items.create(db, acting, ItemFields(name, **fields), new_codes)  # type: ignore[arg-type]
    return next(iter(made.items))


def test_an_item_without_sku_gets_the_next_number(db: Db, owner: Acting) -> None:
    new(db, owner, "A", sku="10002")
    assert [catalogue.card(db, owner, new(db, owner, name)).sku for name in ("B", "C")] == ["10003", "10004"]


@pytest.mark.parametrize("name", ["🍵 Tea", "شاي أخضر", "抹茶", "x" * 300, "O'Neil; DROP TABLE item; --", '"%_\\'])
def test_any_name_is_kept_as_it_is(db: Db, owner: Acting, name: str) -> None:
    item = new(db, owner, name, NewCode(EAN), sku=name[:80])
    assert catalogue.by_code(db, EAN, HERE).name == name  # type: ignore[union-attr]
    assert catalogue.id_of_sku(db, name[:80]) == item


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (ItemFields(""), "needs a name"),
        (ItemFields("\x00\x1f"), "needs a name"),
        (ItemFields("x" * 301), "300 are the most"),
        (ItemFields("Tea", "x" * 81), "80 are the most"),
        (ItemFields("Tea", price=Money(-10_000)), "between 0"),
        (ItemFields("Tea", price=Money(10**15)), "between 0"),
        (ItemFields("Tea", supplier_cost=Money(-1)), "between 0"),
        (ItemFields("Tea", unit="furlong"), "furlong"),
        (ItemFields("Tea", reorder_point=Qty(-1)), "between 0"),
        (ItemFields("Tea", tax_rate_id=99), "tax rate"),
        (ItemFields("Tea", "taken"), "Coffee"),
        (ItemFields("Tea", "TAKEN"), "Coffee"),
    ],
)
def test_what_cannot_be_an_item_is_refused_in_words(db: Db, owner: Acting, fields: ItemFields, says: str) -> None:
    new(db, owner, "Coffee", sku="taken")
    with pytest.raises(Refused, match=says):
        items.create(db, owner, fields)
    assert db.value("SELECT count(*) FROM item") == 1
    assert db.value("SELECT count(*) FROM item_search") == 1


def test_a_code_belongs_to_one_item(db: Db, owner: Acting) -> None:
    tea = new(db, owner, "Tea", NewCode("0036000291452"), sku="T")
    coffee = new(db, owner, "Coffee")
    for same in ("0036000291452", "036000291452", "00036000291452"):
        with pytest.raises(items.CodeTaken, match="T, Tea") as taken:
            items.add_code(db, owner, coffee, same)
        assert taken.value.item_id == tea
    with pytest.raises(items.CodeTaken):
        new(db, owner, "Cocoa", NewCode("036000291452"))
    assert db.value("SELECT count(*) FROM item") == 2
    items.retire_code(db, owner, catalogue.codes_of(db, tea)[0].id)
    items.add_code(db, owner, coffee, "036000291452")
    assert catalogue.by_code(db, "0036000291452", HERE).id == coffee  # type: ignore[union-attr]
    assert [code.code for code in catalogue.codes_of(db, tea, retired=True)] == ["0036000291452"]


def test_the_same_code_again_sets_its_pack(db: Db, owner: Acting) -> None:
    tea = new(db, owner, "Tea", NewCode(EAN))
    items.add_code(db, owner, tea, EAN, Qty(6_000))
    assert [(code.code, code.qty) for code in catalogue.codes_of(db, tea)] == [(EAN, 6_000)]
    for wrong in (0, -1_000, 10**15):
        with pytest.raises(Refused, match="pack"):
            items.add_code(db, owner, tea, EAN, Qty(wrong))


@pytest.mark.parametrize("code", ["", "x" * 501, "a\x00b", "\x1b[31m"])
def test_what_cannot_be_a_code_is_refused(db: Db, owner: Acting, code: str) -> None:
    with pytest.raises(BadCode):
        new(db, owner, "Tea", NewCode(code))
    with pytest.raises(UnknownCode):
        items.record_unknown(db, owner, code)
    assert db.value("SELECT count(*) FROM item") == 0


def test_codes_of_the_shop_follow_each_other(db: Db, owner: Acting) -> None:
    new(db, owner, "In the way", NewCode(codes.in_store(2)))
    made = []
    for name in ("A", "B", "C"):
        item = new(db, owner, name)
        items.generate_code(db, owner, item)
        made.append(catalogue.codes_of(db, item)[0])
    assert [code.code for code in made] == [codes.in_store(number) for number in (1, 3, 4)]
    assert {code.kind for code in made} == {"internal"}
    items.retire_code(db, owner, made[-1].id)
    items.generate_code(db, owner, item)
    assert catalogue.codes_of(db, item)[0].code == codes.in_store(5)


def test_a_price_change_is_logged(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    tea = new(db, owner, "Tea", price=Money(10_000))
    frozen_clock.advance(timedelta(days=1))
    items.set_price(db, owner, tea, Money(12_000))
    items.set_price(db, owner, tea, Money(12_000))
    items.update(db, owner, tea, ItemFields("Tea", price=Money(13_000)))
    changes = catalogue.price_history(db, tea)
    assert [(change.old_price, change.new_price) for change in changes] == [(12_000, 13_000), (10_000, 12_000)]
    assert changes[0].person == owner.name


def test_an_update_replaces_what_is_said(db: Db, owner: Acting) -> None:
    tea = new(db, owner, "Tea", NewCode(EAN), sku="T", category="Drinks", supplier="A", reorder_point=Qty(5_000))
    new(db, owner, "Coffee", sku="C")
    items.update(db, owner, tea, ItemFields("Green tea", "T2", Money(5), supplier_cost=Money(3), unit="kg"))
    card = catalogue.card(db, owner, tea)
    assert (card.name, card.sku, card.price, card.category, card.reorder_point) == ("Green tea", "T2", 5, "", None)
    assert (card.supplier_cost, card.unit, [code.code for code in card.codes]) == (3, "kg", [EAN])
    with pytest.raises(Refused, match="Coffee"):
        items.update(db, owner, tea, ItemFields("Green tea", "c"))
    manager = replace(owner, role=Role.INVENTORY_MANAGER)
    items.update(db, manager, tea, ItemFields("Green tea", "T2", unit="kg", supplier_cost=Money(3)))
    receive.post_opening(db, owner, Head("o", 1), [Goods(tea, Qty(2_000), Money(20_000))])
    with pytest.raises(Refused, match="traded"):
        items.update(db, owner, tea, ItemFields("Green tea", "T2", unit="piece"))


def test_goods_on_hand_cannot_be_retired(db: Db, owner: Acting) -> None:
    tea = new(db, owner, "Tea", NewCode(EAN))
    items.assign_quick_key(db, owner, tea, 3)
    receive.post_opening(db, owner, Head("o", 1), [Goods(tea, Qty(2_000), Money(20_000))])
    with pytest.raises(Refused, match="on hand"):
        items.retire(db, owner, tea)
    coffee = new(db, owner, "Coffee", NewCode("036000291452"), sku="C")
    items.retire(db, owner, coffee)
    assert catalogue.by_code(db, "036000291452", HERE) is None
    assert catalogue.by_code(db, "C", HERE) is None
    items.add_code(db, owner, tea, "036000291452")
    items.restore(db, owner, coffee)
    assert catalogue.by_code(db, "C", HERE).id == coffee  # type: ignore[union-attr]
    assert catalogue.codes_of(db, coffee) == []


def test_a_quick_key_moves(db: Db, owner: Acting) -> None:
    tea, coffee = new(db, owner, "Tea"), new(db, owner, "Coffee")
    items.assign_quick_key(db, owner, tea, 1)
    changes = items.assign_quick_key(db, owner, coffee, 1)
    assert changes.items == {tea, coffee}
    assert [(key.key, key.item_id) for key in catalogue.quick_keys(db)] == [(1, coffee)]
    items.assign_quick_key(db, owner, coffee, None)
    assert catalogue.quick_keys(db) == []
    with pytest.raises(Refused, match="99"):
        items.assign_quick_key(db, owner, tea, 0)


def test_unknown_codes_are_counted_and_settled(db: Db, owner: Acting) -> None:
    for code in (EAN, EAN, "036000291452", "XYZ", "tear"):
        items.record_unknown(db, owner, code)
    assert next((row.code, row.times) for row in catalogue.unknown_codes(db)) == (EAN, 2)
    tea = new(db, owner, "Tea", NewCode("0036000291452"))
    assert {row.code for row in catalogue.unknown_codes(db)} == {EAN, "XYZ", "tear"}
    ids = {row.code: row.id for row in catalogue.unknown_codes(db)}
    items.settle_unknown(db, owner, ids[EAN], tea, Qty(6_000))
    items.dismiss_unknown(db, owner, ids["tear"])
    assert [row.code for row in catalogue.unknown_codes(db)] == ["XYZ"]
    assert catalogue.by_code(db, EAN, HERE).qty == 6_000  # type: ignore[union-attr]
    label = "211234501234" + codes.check_digit("211234501234")
    items.record_unknown(db, owner, label)
    label_id = next(row.id for row in catalogue.unknown_codes(db) if row.code == label)
    items.settle_unknown(db, owner, label_id, new(db, owner, "Cheese", unit="kg"))
    items.record_unknown(db, owner, "tear")
    assert {row.code for row in catalogue.unknown_codes(db)} == {"XYZ", "tear"}


def test_rights_are_asked(db: Db, owner: Acting) -> None:
    tea = new(db, owner, "Tea", NewCode(EAN))
    cashier = replace(owner, role=Role.CASHIER)
    acts = [
        lambda who: items.create(db, who, ItemFields("Coffee")),
        lambda who: items.update(db, who, tea, ItemFields("Tea")),
        lambda who: items.set_price(db, who, tea, Money(1)),
        lambda who: items.retire(db, who, tea),
        lambda who: items.restore(db, who, tea),
        lambda who: items.add_code(db, who, tea, "1"),
        lambda who: items.generate_code(db, who, tea),
        lambda who: items.retire_code(db, who, 1),
        lambda who: items.assign_quick_key(db, who, tea, 1),
        lambda who: items.dismiss_unknown(db, who, 1),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act(cashier)
    assert db.value("SELECT count(*) FROM item") == 1
    items.record_unknown(db, cashier, "XYZ")
    approval = Approval(1, PersonId(1), Permission.NEW_ITEM, "new item Coffee")
    db.run(
        "INSERT INTO approval (id, requester_id, approver_id, permission, subject, at) VALUES (1, 1, 1, ?, ?, 0)",
        (approval.permission, approval.subject),
    )
    approved = replace(cashier, approval=approval)
    with pytest.raises(NotAllowed):
        items.create(db, approved, ItemFields("Caviar"))
    items.create(db, approved, ItemFields("Coffee"))
    with pytest.raises(NotAllowed, match="used already"):
        items.create(db, approved, ItemFields("Coffee"))
