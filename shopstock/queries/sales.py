"""Read posted sales: by the number on the receipt, with what may still come back; the latest ones for a reprint."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from shopstock.core import catalogue
from shopstock.core.cart_lines import Goods, SoldLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.units import DocumentId, Instant, ItemId, LineId, Money, Qty, StationId
from shopstock.db.connection import Db
from shopstock.queries import serials


class Sale(NamedTuple):
    """A posted sale. ``lines`` are its sold lines, each with what may still come back (nothing if it was reversed)."""

    document_id: DocumentId
    number: str
    occurred_at: Instant
    person: str
    customer: str
    total: Money
    reversed: bool
    lines: tuple[SoldLine, ...]

    @property
    def returnable(self) -> tuple[SoldLine, ...]:
        """The lines of which something may still come back."""
        return tuple(line for line in self.lines if line.left_qty > 0)


class SaleRow(NamedTuple):
    """One sale or return in a list; ``total`` is what was due, negative when money went back."""

    document_id: DocumentId
    number: str
    kind: str
    occurred_at: Instant
    person: str
    customer: str
    total: Money


def find_document(db: Db, number: str) -> DocumentId | None:
    """Return the document of the number people know it by (``1-10418``), whatever its kind; ``None`` if none has it."""
    prefix, dash, digits = number.strip().rpartition("-")
    if not dash or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    found: DocumentId | None = db.value(
        "SELECT d.id FROM document d JOIN station s ON s.id = d.station_id WHERE s.prefix = ? AND d.number = ?",
        (prefix, int(digits)),
    )
    return found


def by_number(db: Db, text: str) -> Sale | None:
    """Return the sale whose receipt number was scanned or typed; ``None`` if there is no such sale."""
    document_id = find_document(db, text)
    return None if document_id is None else by_id(db, document_id)


def by_id(db: Db, document_id: DocumentId) -> Sale | None:
    """Return a sale; ``None`` if the document is none."""
    row = db.row(
        "SELECT s.prefix, d.number, d.occurred_at, p.name, d.party, d.net + d.tax,"
        " (SELECT count(*) FROM document r WHERE r.reverses_id = d.id)"
        " FROM document d JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id"
        " WHERE d.id = ? AND d.kind = ?",
        (document_id, DocumentKind.SALE),
    )
    if row is None:
        return None
    prefix, number, occurred_at, person, customer, total, reversals = row
    shown = f"{prefix}-{number}"
    lines = sold_lines(db, document_id, shown, reversed_=bool(reversals))
    return Sale(document_id, shown, occurred_at, person, customer, total, bool(reversals), lines)


def sold_lines(db: Db, document_id: DocumentId, number: str, *, reversed_: bool = False) -> tuple[SoldLine, ...]:
    """Return the sold lines of a sale with what may still come back: sold minus returned, in quantity and money."""
    rows = db.rows(
        "SELECT l.id, l.item_id, i.sku, i.name, i.price, l.tax_rate, i.unit, i.stocked, i.asks_price, i.tracks,"
        " l.description, l.qty, l.unit_price, l.net + l.tax, l.tax, l.discount, l.code,"
        " coalesce(r.qty, 0), coalesce(r.gross, 0), coalesce(r.tax, 0), coalesce(r.discount, 0)"
        " FROM document_line l JOIN item i ON i.id = l.item_id LEFT JOIN ("
        "  SELECT b.of_line_id AS line_id, sum(b.qty) AS qty, sum(b.net + b.tax) AS gross, sum(b.tax) AS tax,"
        "   sum(b.discount) AS discount FROM document_line b"
        "  WHERE b.kind = ? AND b.of_line_id IN (SELECT id FROM document_line WHERE document_id = ?)"
        "   AND NOT EXISTS (SELECT 1 FROM document v WHERE v.reverses_id = b.document_id)"
        "  GROUP BY b.of_line_id) r ON r.line_id = l.id"
        " WHERE l.document_id = ? AND l.kind = ? ORDER BY l.line_no",
        (MovementKind.CUSTOMER_RETURN, document_id, document_id, MovementKind.SALE),
    )
    lines = tuple(_sold(row, document_id, number, reversed_) for row in rows)
    if not any(line.goods.tracks == catalogue.SERIALS for line in lines):
        return lines
    out = serials.not_back(db, document_id)
    return tuple(replace(line, serials=out.get(line.line_id, ())) for line in lines)


def _sold(row: tuple[object, ...], document_id: DocumentId, number: str, reversed_: bool) -> SoldLine:
    (line_id, item_id, sku, name, price, rate, unit, stocked, asks, tracks, description, qty, unit_price, gross, tax,
     discount, code, back_qty, back_gross, back_tax, back_discount) = row  # fmt: skip
    item = Goods(
        ItemId(_int(item_id)),
        str(sku),
        str(name),
        Money(_int(price)),
        _int(rate),
        str(unit),
        bool(stocked),
        bool(asks),
        str(tracks),
    )
    left = 0 if reversed_ else 1
    return SoldLine(
        line_id=LineId(_int(line_id)), document_id=document_id, document_number=number, goods=item,
        description=str(description) or str(name), sold_qty=Qty(_int(qty)),
        left_qty=Qty(left * (_int(qty) - _int(back_qty))), unit_price=Money(_int(unit_price)),
        left_gross=Money(left * (_int(gross) - _int(back_gross))), left_tax=Money(left * (_int(tax) - _int(back_tax))),
        left_discount=Money(left * (_int(discount) - _int(back_discount))), code=str(code),
    )  # fmt: skip


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


_TILL_KINDS = (DocumentKind.SALE, DocumentKind.CUSTOMER_RETURN)


def recent(db: Db, station_id: StationId, limit: int = 20) -> list[SaleRow]:
    """Return the latest sales and returns of a station, the last first."""
    return [
        SaleRow(DocumentId(id_), f"{prefix}-{number}", kind, at, person, customer, total)
        for id_, prefix, number, kind, at, person, customer, total in db.rows(
            "SELECT d.id, s.prefix, d.number, d.kind, d.occurred_at, p.name, d.party, d.net + d.tax"
            " FROM document d JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id"
            " WHERE d.station_id = ? AND d.kind IN (?, ?) ORDER BY d.number DESC LIMIT ?",
            (station_id, *_TILL_KINDS, limit),
        )
    ]
