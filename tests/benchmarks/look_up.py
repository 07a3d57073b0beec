"""Looking a code up and searching for words among 100,000 items."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from shopstock.db.connection import open_shop
from shopstock.queries import items, search
from tests.benchmarks import large_shop, shops
from tests.benchmarks.table import Figure, Timings, microseconds

ROUNDS = 4_000
_BARE = """
SELECT i.id, i.sku, i.name, i.unit, i.price, t.rate, i.stocked, i.asks_price, l.on_hand, l.on_hand - l.allocated,
  c.code, c.qty
FROM item_code c JOIN item i ON i.id = c.item_id LEFT JOIN tax_rate t ON t.id = i.tax_rate_id
LEFT JOIN stock_level l ON l.item_id = i.id AND l.location_id = ?
WHERE c.key = ? AND c.retired_at IS NULL"""
_LIKE = (
    "SELECT i.id, i.sku, i.name, i.unit, i.price, l.on_hand FROM item i "
    "LEFT JOIN stock_level l ON l.item_id = i.id AND l.location_id = ? WHERE i.name LIKE ? OR i.sku LIKE ? LIMIT 50"
)


def measure() -> Iterator[Figure]:
    """Measure look-ups by code and by words."""
    with open_shop(str(shops.shop(shops.LARGE)), query_only=True) as db:
        place = shops.owner(db).location_id
        rules = items.code_rules_of(db)
        numbers = random.Random(3).choices(range(1, shops.LARGE[0] + 1), k=ROUNDS)
        run = db.raw.execute
        ours, bare = Timings(), Timings()
        for turn, number in enumerate(numbers):
            code = large_shop.ean(number)
            ours.of(lambda code=code: items.by_code(db, code, place, rules))
            bare.of(lambda key="0" + code: run(_BARE, (place, key)).fetchone())
            if turn == ROUNDS // 10:
                ours, bare = Timings(), Timings()
        found = items.by_code(db, large_shop.ean(77), place, rules)
        assert found is not None
        assert found.id == run(_BARE, (place, "0" + large_shop.ean(77))).fetchone()[0] == 77
        yield Figure(
            "queries.items.by_code: CPU, median",
            microseconds(ours.cpu_median), f"{microseconds(bare.cpu_median)} SELECT",
            ours.cpu_median / bare.cpu_median, 3,
        )  # fmt: skip
        statements = _statements(db, lambda: items.by_code(db, large_shop.ean(78), place, rules))
        yield Figure("queries.items.by_code: statements", str(statements), "", statements, 1)
        yield _search(db, place, "zebrafinch")
        yield _search(db, place, "qx7")


def _search(db: Any, place: Any, word: str) -> Figure:
    ours, like = Timings(), Timings()
    for _turn in range(60):
        ours.of(lambda: search.find(db, word, place))
        like.of(lambda: db.rows(_LIKE, (place, f"%{word}%", f"%{word}%")))
    assert search.find(db, word, place) == []
    return Figure(
        f"queries.search.find of “{word}”, which is not there: CPU, median", microseconds(ours.cpu_median),
        microseconds(like.cpu_median) + " LIKE", ours.cpu_median / like.cpu_median, 0.1,
    )  # fmt: skip


def _statements(db: Any, work: Any) -> int:
    run: list[str] = []

    def trace(_cursor: object, sql: str, _bindings: object) -> bool:
        run.append(sql)
        return True

    db.raw.exec_trace = trace
    work()
    db.raw.exec_trace = None
    return len(run)
