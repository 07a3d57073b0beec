"""Prove levels and summaries: each is what the movements and lines add up to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from shopstock.db.connection import Db
from shopstock.queries.audit_streams import BASE, IS_COGS, MOVEMENT_LINES, SIGN, Finding, Row, compare

_LEVELS = (
    "SELECT item_id, location_id, SUM(qty), 0 FROM stock_movement GROUP BY item_id, location_id "
    "ORDER BY item_id, location_id"
)
_ALLOCATED = (
    "SELECT item_id, location_id, 0, SUM(qty) FROM allocation GROUP BY item_id, location_id "
    "ORDER BY item_id, location_id"
)
_IN = "('goods_receipt', 'opening', 'supplier_return')"
_LOST = "('write_off', 'found', 'count')"


def _sum(value: str, condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN {value} ELSE 0 END)"


def _sums(names: tuple[str, ...]) -> str:
    return ", ".join(f"SUM({name})" for name in names)


#: What a movement is about: true-ups and what is gone of a late cost go by their own rules.
_PLAIN = "m.kind NOT IN ('cost_adjustment', 'price_variance')"
_MOVED_BY_DAY = (
    "SELECT m.item_id, d.day, SUM(m.qty), SUM(m.value), 0, 0, 0, 0, 0, 0, "
    f"-{_sum('m.value', IS_COGS)}, {_sum('m.qty', f'{_PLAIN} AND {BASE} IN {_IN}')}, "
    + _sum(
        "m.value",
        f"({_PLAIN} AND ({BASE} IN {_IN} OR {BASE} = 'landed_cost')) "
        f"OR (m.kind = 'cost_adjustment' AND {BASE} = 'supplier_return')",
    )
    + f", -{_sum('m.qty', f'{_PLAIN} AND {BASE} IN {_LOST}')}, "
    f"-{_sum('m.value', f'm.kind <> {chr(39)}price_variance{chr(39)} AND {BASE} IN {_LOST}')} "
    f"FROM {MOVEMENT_LINES} JOIN document d ON d.id = m.document_id "
    "GROUP BY m.item_id, d.day ORDER BY m.item_id, d.day"
)
_SOLD = f"{BASE} = 'sale'"
_BACK = f"{BASE} = 'customer_return'"
_REVENUE = f"(CASE WHEN {_SOLD} THEN {SIGN} WHEN {_BACK} THEN -({SIGN}) ELSE 0 END)"
_LINES_BY_DAY = (
    f"SELECT l.item_id, d.day, 0, 0, {_sum(f'({SIGN}) * l.qty', _SOLD)}, {_sum(f'({SIGN}) * l.qty', _BACK)}, "
    f"{_sum(SIGN, _SOLD)}, SUM({_REVENUE} * l.net), SUM({_REVENUE} * l.tax), SUM({_REVENUE} * l.discount), "
    "0, 0, 0, 0, 0 FROM document_line l LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal' "
    "JOIN document d ON d.id = l.document_id WHERE l.kind IN ('sale', 'customer_return', 'reversal') "
    "GROUP BY l.item_id, d.day ORDER BY l.item_id, d.day"
)
_DAY = (
    "qty", "value", "sold_qty", "returned_qty", "lines", "net", "tax", "discount", "cogs", "received_qty",
    "received_value", "lost_qty", "lost_value",
)  # fmt: skip
_TOTAL = ("value", "net", "tax", "discount", "cogs", "received_value", "lost_value")
_MONTHS = (
    "SELECT m.item_id, m.location_id, d.day / 100, SUM(m.qty), SUM(m.value) FROM stock_movement m "
    "JOIN document d ON d.id = m.document_id GROUP BY m.item_id, m.location_id, d.day / 100 "
    "ORDER BY m.item_id, m.location_id, d.day / 100"
)
_HOUR_OF = "((d.occurred_at / 1000000 + d.utc_offset * 60) % 86400) / 3600"
_HOUR_KEY = f"d.day, {_HOUR_OF}, d.station_id"
_HOUR = ("sales", "returns", "lines", "net", "tax", "discount", "cogs")
_KIND = "CASE WHEN d.reverses_id IS NULL THEN d.kind ELSE r.kind END"
_DOCUMENT_SIGN = "CASE WHEN d.reverses_id IS NULL THEN 1 ELSE -1 END"
_DOCUMENTS_BY_HOUR = (
    f"SELECT {_HOUR_KEY}, {_sum(_DOCUMENT_SIGN, f'{_KIND} = {chr(39)}sale{chr(39)}')}, "
    f"{_sum(_DOCUMENT_SIGN, f'{_KIND} = {chr(39)}customer_return{chr(39)}')}, 0, SUM(d.net), SUM(d.tax), "
    "SUM(d.discount), 0 FROM document d LEFT JOIN document r ON r.id = d.reverses_id "
    f"GROUP BY {_HOUR_KEY} ORDER BY {_HOUR_KEY}"
)
_LINES_BY_HOUR = (
    f"SELECT {_HOUR_KEY}, 0, 0, {_sum(SIGN, _SOLD)}, 0, 0, 0, 0 FROM document_line l "
    "LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal' JOIN document d ON d.id = l.document_id "
    f"GROUP BY {_HOUR_KEY} ORDER BY {_HOUR_KEY}"
)
_COGS_BY_HOUR = (
    f"SELECT {_HOUR_KEY}, 0, 0, 0, 0, 0, 0, -{_sum('m.value', IS_COGS)} FROM {MOVEMENT_LINES} "
    f"JOIN document d ON d.id = m.document_id GROUP BY {_HOUR_KEY} ORDER BY {_HOUR_KEY}"
)


def check(db: Db) -> Iterator[Finding]:
    """Compare stock_level, item_day, item_month and sales_hour with the movements."""
    yield from compare(
        "stock_level", ("item_id", "location_id"), ("on_hand", "allocated"),
        db.stream("SELECT item_id, location_id, on_hand, allocated FROM stock_level ORDER BY item_id, location_id"),
        [db.stream(_LEVELS), db.stream(_ALLOCATED)],
    )  # fmt: skip
    yield from compare(
        "item_day", ("item_id", "day"), _DAY,
        db.stream(f"SELECT item_id, day, {', '.join(_DAY)} FROM item_day ORDER BY item_id, day"),
        [db.stream(_MOVED_BY_DAY), db.stream(_LINES_BY_DAY)],
    )  # fmt: skip
    yield from compare(
        "day_total", ("day",), _TOTAL,
        db.stream(f"SELECT day, {_sums(_TOTAL)} FROM day_total GROUP BY day ORDER BY day"),
        [db.stream(f"SELECT day, {_sums(_TOTAL)} FROM item_day GROUP BY day ORDER BY day")],
    )  # fmt: skip
    figures = ("qty", "value", "closing_qty", "closing_value")
    yield from compare(
        "item_month", ("item_id", "location_id", "month"), figures,
        db.stream(
            f"SELECT item_id, location_id, month, {', '.join(figures)} FROM item_month "
            "ORDER BY item_id, location_id, month"
        ),
        [_with_closing(db.stream(_MONTHS))],
    )  # fmt: skip
    yield from compare(
        "sales_hour", ("day", "hour", "station_id"), _HOUR,
        db.stream(
            f"SELECT day, hour, station_id, {', '.join(_HOUR)} FROM sales_hour ORDER BY day, hour, station_id"
        ),
        [db.stream(_DOCUMENTS_BY_HOUR), db.stream(_LINES_BY_HOUR), db.stream(_COGS_BY_HOUR)],
    )  # fmt: skip


def _with_closing(months: Iterator[Row]) -> Iterator[Row]:
    for _place, rows in groupby(months, key=lambda row: row[:2]):
        closing_qty = closing_value = 0
        for row in rows:
            closing_qty += row[3]
            closing_value += row[4]
            yield (*row, closing_qty, closing_value)
