"""What should be looked at: losses by cause, prices that changed, drawers that opened, cash-ups, what was bought."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import kpi
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Instant, Money, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db
from shopstock.queries import causes, report_span, report_write_offs
from shopstock.queries.report_flow import of_percent
from shopstock.queries.report_query import ReportQuery


class Lost(NamedTuple):
    """What was lost for a cause, at cost: written off, or missing in a count (a gain is negative).

    ``rate`` is in percent of the net sales of the same days.
    """

    kind: str
    cause: str
    quantity: Qty
    value: Money
    rate: Qty | None


class Priced(NamedTuple):
    """A price that was changed; ``change`` in percent."""

    at: Instant
    sku: str
    name: str
    old: Money
    new: Money
    change: Qty | None
    person: str


class Opened(NamedTuple):
    """A drawer that was opened without a sale."""

    at: Instant
    station: str
    person: str
    approved_by: str
    reason: str


class CashUp(NamedTuple):
    """A drawer that was cashed up; ``over_short`` is negative when money lacked."""

    z_number: Qty
    station: str
    opened: Instant
    closed: Instant
    person: str
    expected: Money
    counted: Money
    over_short: Money


class Bought(NamedTuple):
    """What a supplier delivered, returns taken off; ``share`` in percent of all."""

    supplier: str
    receipts: Qty
    value: Money
    share: Qty | None


_COUNTED = """
    SELECT l.cause, sum(-m.qty), sum(-m.value)
    FROM document d JOIN document_line l ON l.document_id = d.id
    JOIN stock_movement m ON m.document_id = d.id AND m.line_id = l.id
    LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal'
    WHERE d.occurred_at >= ? AND d.occurred_at < ? AND coalesce(o.kind, l.kind) IN ('count', 'found')
      AND m.kind <> 'price_variance' GROUP BY l.cause ORDER BY l.cause"""


def shrinkage(db: Db, query: ReportQuery) -> list[Lost]:
    """Return what was lost by cause, the most first."""
    span = report_span.of(db, query)
    net: int = db.value("SELECT coalesce(sum(net), 0) FROM day_total WHERE day >= ? AND day <= ?", span)
    written = [
        Lost(_("Written off"), row.cause, row.quantity, row.value, of_percent(kpi.percent(row.value, net)))
        for row in report_write_offs.by_cause(db, query)
        if row.value or row.quantity
    ]
    names = causes.names_of(db, Purpose.WRITE_OFF) | causes.names_of(db, Purpose.COUNT)
    counted = [
        Lost(
            _("Found in counts"), names.get(cause, cause) or _("No cause named"), Qty(qty), Money(value),
            of_percent(kpi.percent(value, net)),
        )
        for cause, qty, value in db.rows(_COUNTED, (query.start, query.end))
        if qty or value
    ]  # fmt: skip
    return sorted(written + counted, key=lambda row: (-row.value, row.kind, row.cause))


def price_changes(db: Db, query: ReportQuery) -> list[Priced]:
    """Return the prices that changed, the latest first."""
    item, only = ("", []) if query.item_id is None else (" AND c.item_id = ?", [int(query.item_id)])
    return [
        Priced(
            Instant(at), sku, name, Money(old), Money(new), of_percent(kpi.percent(new - old, old)), person
        )
        for at, sku, name, old, new, person in db.rows(
            "SELECT c.at, i.sku, i.name, c.old_price, c.new_price, coalesce(p.name, '') FROM price_change c "
            "JOIN item i ON i.id = c.item_id LEFT JOIN person p ON p.id = c.person_id "
            f"WHERE c.at >= ? AND c.at < ?{item} ORDER BY c.at DESC, c.id DESC",
            [int(query.start), int(query.end), *only],
        )
    ]  # fmt: skip


def drawer_openings(db: Db, query: ReportQuery) -> list[Opened]:
    """Return who opened a drawer without a sale, and why; the latest first."""
    return [
        Opened(Instant(at), station, person, approved, reason)
        for at, station, person, approved, reason in db.rows(
            "SELECT e.at, coalesce(s.name, ''), coalesce(p.name, ''), coalesce(a.name, ''), e.detail FROM event_log e "
            "LEFT JOIN station s ON s.id = e.station_id LEFT JOIN person p ON p.id = e.person_id "
            "LEFT JOIN person a ON a.id = e.approved_by WHERE e.kind = 'no_sale' AND e.at >= ? AND e.at < ? "
            "ORDER BY e.at DESC, e.id DESC",
            (query.start, query.end),
        )
    ]


def z_history(db: Db, query: ReportQuery) -> list[CashUp]:
    """Return the cash-ups, the latest first."""
    return [
        CashUp(
            Qty(z * QTY_SCALE), station, Instant(opened), Instant(closed), person, Money(expected), Money(counted),
            Money(counted - expected),
        )
        for z, station, opened, closed, person, expected, counted in db.rows(
            "SELECT s.z_number, t.name, s.opened_at, s.closed_at, p.name, coalesce(s.expected, 0), "
            "coalesce(s.counted, 0) FROM shift s JOIN station t ON t.id = s.station_id "
            "JOIN person p ON p.id = s.closed_by WHERE s.closed_at >= ? AND s.closed_at < ? "
            "ORDER BY s.closed_at DESC, s.id DESC",
            (query.start, query.end),
        )
    ]  # fmt: skip


def purchases(db: Db, query: ReportQuery) -> list[Bought]:
    """Return what was bought from each supplier, the most first."""
    found = db.rows(
        "SELECT d.party, count(DISTINCT CASE WHEN d.kind = 'goods_receipt' THEN d.id END), sum(m.value) "
        "FROM document d LEFT JOIN document r ON r.id = d.reverses_id JOIN stock_movement m ON m.document_id = d.id "
        "WHERE d.occurred_at >= ? AND d.occurred_at < ? "
        "AND coalesce(r.kind, d.kind) IN ('goods_receipt', 'supplier_return') "
        "AND m.kind NOT IN ('cost_adjustment', 'price_variance') GROUP BY d.party",
        (query.start, query.end),
    )
    total = sum(max(0, value) for _party, _times, value in found)
    rows = [
        Bought(party or _("Unknown"), Qty(times * QTY_SCALE), Money(value), of_percent(kpi.percent(value, total)))
        for party, times, value in found
    ]
    return sorted(rows, key=lambda row: (-row.value, row.supplier))
