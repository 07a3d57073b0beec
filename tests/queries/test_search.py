"""Words in any order find items on both databases; nothing that is typed can break the search."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.units import ItemId, Money
from shopstock.db.connection import Db
from shopstock.queries import search
from shopstock.services import items

GOODS = [
    ("Earl Grey tea 250 g", "TEA-1", "4006381333931"),
    ("Green tea, loose", "TEA-2", "0036000291452"),
    ("Crème fraîche", "DAI-7", ""),
    ("Cappuccino cup 6 oz", "CUP-6", ""),
    ("Привет чай", "RU-1", ""),
    ("شاي أخضر", "AR-1", ""),
    ("🍵 Matcha 抹茶", "MA-1", ""),
    ('100% "pure" honey_jar', "HON", ""),
    ("Cup", "C1", ""),
]


@pytest.fixture
def shop(db: Db, owner: Acting) -> Db:
    for name, sku, code in GOODS:
        items.create(db, owner, ItemFields(name, sku, Money(10_000)), [NewCode(code)] if code else [])
    return db


def found(db: Db, text: str) -> list[str]:
    return [hit.sku for hit in search.find(db, text, 1)]


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("tea", ["TEA-1", "TEA-2"]),
        ("grey earl", ["TEA-1"]),
        ("EARL g", ["TEA-1"]),
        ("creme", ["DAI-7"]),
        ("CRÈME FRAICHE", ["DAI-7"]),
        ("fraî", ["DAI-7"]),
        ("333931", ["TEA-1"]),
        ("036000291452", ["TEA-2"]),
        ("tea 2914", ["TEA-2"]),
        ("tea-2", ["TEA-2"]),
        ("чай", ["RU-1"]),
        ("شاي", ["AR-1"]),
        ("matcha 🍵", ["MA-1"]),
        ("抹", []),
        ("抹茶 matcha", ["MA-1"]),
        ("100% honey_", ["HON"]),
        ("h_n", []),
        ("%%%", []),
        ('"pure"', ["HON"]),
        ("cup", ["C1", "CUP-6"]),
        ("c", ["CUP-6", "DAI-7", "C1"]),
        ("te", ["TEA-1", "TEA-2"]),
        ("", []),
        ("   ", []),
        ("nothing like this", []),
    ],
)
def test_words_find_items(shop: Db, text: str, skus: list[str]) -> None:
    assert sorted(found(shop, text)) == sorted(skus)


def test_the_best_comes_first(shop: Db, owner: Acting) -> None:
    items.create(shop, owner, ItemFields("Maker of teacups", "cup"))
    items.create(shop, owner, ItemFields("Big teacup", "B-1"))
    assert found(shop, "cup") == ["cup", "C1", "CUP-6", "B-1"]


@pytest.mark.parametrize("typo", ["capuccino", "cappucino", "cpapuccino", "capuchino", "cappuccinno"])
def test_nearest_forgives_a_slip(shop: Db, typo: str) -> None:
    assert search.find(shop, typo, 1) == []
    assert [hit.sku for hit in search.nearest(shop, typo, 1)] == ["CUP-6"]


def test_nearest_has_nothing_for_nonsense(shop: Db) -> None:
    assert search.nearest(shop, "zzzzqqqq", 1) == []
    assert search.nearest(shop, "a", 1) == []


def test_the_index_follows_the_item(shop: Db, owner: Acting) -> None:
    item_id = ItemId(shop.value("SELECT id FROM item WHERE sku = 'TEA-1'"))
    items.update(shop, owner, item_id, ItemFields("Lady Blue", "TEA-1"))
    assert found(shop, "earl") == []
    assert found(shop, "blue lady") == ["TEA-1"]
    assert found(shop, "3339") == ["TEA-1"]
    items.retire(shop, owner, item_id)
    assert found(shop, "blue") == []
    assert found(shop, "la") == []
    items.restore(shop, owner, item_id)
    assert found(shop, "blue 33393") == ["TEA-1"]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.one_of(st.sampled_from("\"*()^-+:.%_\\'{}~ ANDORNEAT\x00\n\t\x1d"), st.characters()), max_size=40)
)
def test_anything_may_be_typed(shop: Db, text: str) -> None:
    search.find(shop, text, 1)
    search.nearest(shop, text, 1)
    assert found(shop, "grey") == ["TEA-1"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=st.text(st.sampled_from("\"*()^-+:.%_\\'xyz"), min_size=3, max_size=8))
def test_every_character_means_itself(shop: Db, owner: Acting, word: str) -> None:
    if found(shop, word) == []:
        items.create(shop, owner, ItemFields(f"thing {word} end"))
    assert any(word in hit.name for hit in search.find(shop, word, 1, limit=200))
