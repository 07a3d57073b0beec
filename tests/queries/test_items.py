"""A code finds its item in one statement, with what is here of it; costs are for those who may see them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopstock.core import code_rules, codes
from shopstock.core.acting import Acting, Role
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.code_rules import Kind, Rule
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import Refused
from shopstock.core.units import ItemId, LocationId, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries import items as catalogue
from shopstock.services import items, receive, settings

HERE = LocationId(1)


def new(db: Db, owner: Acting, name: str, *new_codes: NewCode, **fields: object) -> ItemId:
    made = items.create(db, owner, ItemFields(name, **fields), new_codes)  # type: ignore[arg-type]
    return next(iter(made.items))


def with_check(payload: str) -> str:
    return payload + codes.check_digit(payload)


def test_a_code_finds_everything_the_till_needs(db: Db, owner: Acting) -> None:
    tea = new(db, owner, "Tea", NewCode("036000291452"), sku="T", price=Money(25_000), unit="kg")
    receive.post_opening(db, owner, Head("o", 1), [Goods(tea, Qty(8_000), Money(80_000))])
    for scanned in ("036000291452", "0036000291452", " 00036000291452", "]E00036000291452", "0 36000 29145 2"):
        found = catalogue.by_code(db, scanned, HERE)
        assert found == (
            tea, "T", "Tea", "kg", 25_000, 20_000, 1, 0, 8_000, 8_000, "036000291452", 1_000, None, 0, "",
            codes.NO_TRACE, (),
        )  # fmt: skip
    elsewhere = catalogue.by_code(db, "036000291452", LocationId(2))
    assert elsewhere is not None
    assert elsewhere.on_hand == 0
    assert catalogue.by_code(db, "036000291453", HERE) is None
    assert catalogue.by_code(db, "nothing", HERE) is None
    assert catalogue.by_id(db, tea, HERE) == found._replace(code="")


def test_a_pack_and_a_sku_are_found_too(db: Db, owner: Acting) -> None:
    tea = new(db, owner, "Tea", NewCode("4006381333931"), NewCode("14006381333938", Qty(6_000)), sku="TEA-1")
    pack = catalogue.by_code(db, "14006381333938", HERE)
    assert pack is not None
    assert (pack.id, pack.qty) == (tea, 6_000)
    typed = catalogue.by_code(db, "tea-1", HERE)
    assert typed is not None
    assert (typed.id, typed.qty, typed.code) == (tea, 1_000, "TEA-1")
    rival = new(db, owner, "Rival", NewCode("tea-1"), sku="R")
    assert catalogue.by_code(db, "TEA-1", HERE).id == rival  # type: ignore[union-attr]


def test_it_is_one_statement(db: Db, owner: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    new(db, owner, "Tea", NewCode("4006381333931"))
    rules = catalogue.code_rules_of(db)
    asked: list[str] = []
    really = db._execute
    monkeypatch.setattr(db, "_execute", lambda sql, params: (asked.append(str(sql)), really(sql, params))[1])
    for scanned in ("4006381333931", "2112345012349", "unknown", "425261"):
        asked.clear()
        catalogue.by_code(db, scanned, HERE, rules)
        assert len(asked) == 1


def test_scale_codes_carry_weight_and_price(db: Db, owner: Acting) -> None:
    label = with_check("211234501234")
    cheese = new(db, owner, "Cheese", NewCode(label), sku="C", price=Money(200_000), unit="kg")
    ham = new(db, owner, "Ham", NewCode(with_check("237777700000")), sku="H", asks_price=True)
    rules = catalogue.code_rules_of(db)
    assert rules.rules == code_rules.DEFAULT_RULES
    for grams in (5, 1_234, 99_999):
        found = catalogue.by_code(db, with_check(f"2112345{grams:05d}"), HERE, rules)
        assert found is not None
        assert (found.id, found.embedded, found.amount) == (cheese, Kind.WEIGHT, grams)
    found = catalogue.by_code(db, with_check("237777700449"), HERE, rules)
    assert found is not None
    assert (found.id, found.embedded, found.amount) == (ham, Kind.PRICE, 44_900)
    assert catalogue.by_code(db, with_check("219999900100"), HERE, rules) is None


def test_a_code_registered_whole_goes_before_the_rule(db: Db, owner: Acting) -> None:
    whole = with_check("211234501234")
    piece = new(db, owner, "Sold by the piece", NewCode(whole))
    new(db, owner, "By weight", NewCode(with_check("211234500000")), unit="kg")
    found = catalogue.by_code(db, whole, HERE, catalogue.code_rules_of(db))
    assert found is not None
    assert (found.id, found.embedded) == (piece, None)


def test_six_digits_are_the_shops_own_number_before_a_upc_e(db: Db, owner: Acting) -> None:
    upc = new(db, owner, "By UPC", NewCode("042100005264"))
    assert catalogue.by_code(db, "425261", HERE).id == upc  # type: ignore[union-attr]
    own = new(db, owner, "Own number", NewCode("425261"))
    assert catalogue.by_code(db, "425261", HERE).id == own  # type: ignore[union-attr]


def test_rules_are_edited_in_order(db: Db, owner: Acting) -> None:
    rules = [Rule("Weight", "28.....{NNDDD}", Kind.WEIGHT), Rule("Price", "29.....{NNNDD}", Kind.PRICE)]
    settings.save_code_rules(db, owner, rules)
    assert list(catalogue.code_rules_of(db).rules) == rules
    with pytest.raises(Refused, match="twelve"):
        settings.save_code_rules(db, owner, [Rule("Weight", "28...{NNDDD}", Kind.WEIGHT)])
    assert list(catalogue.code_rules_of(db).rules) == rules


def test_the_card_hides_costs_from_those_without_the_right(db: Db, owner: Acting) -> None:
    tea = new(
        db, owner, "Tea", NewCode("4006381333931"), category="Drinks", supplier="Importer", supplier_cost=Money(10_000)
    )
    receive.post_opening(db, owner, Head("o", 1), [Goods(tea, Qty(2_000), Money(20_000))])
    card = catalogue.card(db, owner, tea)
    assert (card.category, card.supplier, card.supplier_cost, card.value) == ("Drinks", "Importer", 10_000, 20_000)
    assert [(code.code, code.qty) for code in card.codes] == [("4006381333931", 1_000)]
    assert [(level.location_id, level.on_hand, level.available) for level in card.levels] == [(1, 2_000, 2_000)]
    seen = catalogue.card(db, replace(owner, role=Role.CASHIER), tea)
    assert (seen.supplier_cost, seen.value) == (None, None)
    with pytest.raises(Refused):
        catalogue.card(db, owner, ItemId(999))


def test_lists(db: Db, owner: Acting) -> None:
    new(db, owner, "Tea", category="Drinks", supplier="B")
    new(db, owner, "Coffee", category="drinks ", supplier="A")
    assert [(row.name, row.items) for row in catalogue.categories(db)] == [("Drinks", 2)]
    assert [row.name for row in catalogue.suppliers(db)] == ["A", "B"]
    assert [row.rate for row in catalogue.tax_rates(db)] == [20_000, 0]
