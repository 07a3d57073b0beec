"""Read posted sales: by the number on the receipt, with what may still come back; the latest ones for a reprint.

A sale whose receipt is lost is found by what is known of it (:func:`find`); what it was paid with says how money goes
back (:func:`suggest_give_back`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core import catalogue
from shopstock.core.acting import Acting, Permission
from shopstock.core.cart_lines import Goods, SoldLine
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.tender import Method, Tender
from shopstock.core.units import (
    ONE,
    ZERO_MONEY,
    Day,
    DocumentId,
    Instant,
    ItemId,
    LineId,
    Money,
    Qty,
    StationId,
    share,
    times,
)
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import customers, search, serials


class Sale(NamedTuple):
    """A posted sale. ``lines`` are its sold lines, each with what may still come back (nothing if it was reversed).

    ``customer`` is who bought, with the name of a customer that is known.
    """

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
    """One sale or return in a list; ``total`` is what was due, negative when money went back.

    ``goods`` names the first items and ``paid_by`` the methods, in the answers of :func:`find`.
    """

    document_id: DocumentId
    number: str
    kind: str
    occurred_at: Instant
    person: str
    customer: str
    total: Money
    goods: str = ""
    paid_by: str = ""


class SaleSearch(NamedTuple):
    """What is known of a sale whose receipt is lost; everything said has to match.

    ``words`` are a receipt's number, or words of an item or a customer; ``card_digits`` the last ones of the card.
    """

    day: Day | None = None
    words: str = ""
    item_id: ItemId | None = None
    card_digits: str = ""
    customer_id: int | None = None


class OriginalTender(NamedTuple):
    """What a sale was paid with by one method, what went back that way since, and what may still go back."""

    method: Method
    paid: Money
    given_back: Money
    left: Money
    reference: str


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
    prefix, number, occurred_at, person, party, total, reversals = row
    shown = f"{prefix}-{number}"
    lines = sold_lines(db, document_id, shown, reversed_=bool(reversals))
    customer = customers.shown(db, party)
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
    lines = tuple(_sold_line(row, document_id, number, reversed_) for row in rows)
    if not any(line.goods.tracks == catalogue.SERIALS for line in lines):
        return lines
    out = serials.not_back(db, document_id)
    return tuple(replace(line, serials=out.get(line.line_id, ())) for line in lines)


def _sold_line(row: tuple[object, ...], document_id: DocumentId, number: str, reversed_: bool) -> SoldLine:
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
        SaleRow(DocumentId(id_), f"{prefix}-{number}", kind, at, person, customers.shown(db, party), total)
        for id_, prefix, number, kind, at, person, party, total in db.rows(
            "SELECT d.id, s.prefix, d.number, d.kind, d.occurred_at, p.name, d.party, d.net + d.tax"
            " FROM document d JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id"
            " WHERE d.station_id = ? AND d.kind IN (?, ?) ORDER BY d.number DESC LIMIT ?",
            (station_id, *_TILL_KINDS, limit),
        )
    ]


# --- finding a sale whose receipt is lost

#: So many of an item's latest sales are looked through.
_MOST_SALES = 5_000


def find(db: Db, acting: Acting, search_for: SaleSearch, limit: int = 50) -> list[SaleRow]:
    """Return the sales that everything said of them matches, the latest first; reversed ones are left out.

    Nothing said: the latest sales. Needs the right to take goods back.
    """
    acting.require(Permission.RETURN_WITH_SALE)
    where = ["d.kind = ?", "NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id)"]
    values: list[object] = [DocumentKind.SALE]
    if search_for.day is not None:
        where.append("d.occurred_at >= ? AND d.occurred_at < ?")
        values += [clock.start_of(search_for.day), clock.end_of(search_for.day)]
    if search_for.customer_id is not None:
        where.append("d.id IN (SELECT document_id FROM customer_document WHERE customer_id = ?)")
        values.append(search_for.customer_id)
    digits = "".join(character for character in search_for.card_digits if character.isalnum())
    if digits:
        where.append("d.id IN (SELECT document_id FROM payment WHERE reference <> '' AND reference LIKE ?)")
        values.append(f"%{digits}")
    if search_for.item_id is not None:
        condition, more = _sold(db, [search_for.item_id], search_for.day)
        where.append(condition)
        values += more
    if search_for.words.strip():
        condition, more = _about(db, acting, search_for)
        where.append(condition)
        values += more
    rows = db.rows(
        "SELECT d.id, s.prefix, d.number, d.kind, d.occurred_at, p.name, d.party, d.net + d.tax"
        " FROM document d JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id"
        f" WHERE {' AND '.join(where)} ORDER BY d.occurred_at DESC, d.id DESC LIMIT ?",
        (*values, limit),
    )
    return [
        SaleRow(
            DocumentId(id_), f"{prefix}-{number}", kind, at, person, customers.shown(db, party), total,
            _goods_in_words(db, id_), ", ".join(tender.method.name for tender in _payments(db, id_)),
        )
        for id_, prefix, number, kind, at, person, party, total in rows
    ]  # fmt: skip


def _about(db: Db, acting: Acting, search_for: SaleSearch) -> tuple[str, list[object]]:
    """Return the condition that a sale is about what the words say: its number, an item on it, its customer."""
    words = search_for.words.strip()
    numbered = find_document(db, words)
    if numbered is not None:
        return "d.id = ?", [numbered]
    parts: list[str] = ["d.party = ?"]
    values: list[object] = [words]
    found = [hit.id for hit in search.find(db, words, acting.location_id)[:50]]
    if found:
        condition, more = _sold(db, found, search_for.day)
        parts.append(condition)
        values += more
    known = [row.id for row in customers.find(db, words)]
    if known:
        marks = ", ".join("?" * len(known))
        parts.append(f"d.id IN (SELECT document_id FROM customer_document WHERE customer_id IN ({marks}))")
        values += known
    return f"({' OR '.join(parts)})", values


def _sold(db: Db, item_ids: Sequence[int], day: Day | None) -> tuple[str, list[object]]:
    """Return the condition that a sale sold one of some items.

    Items without stock move nothing that could be looked up, so they are found on the sales of a day alone.
    """
    marks = ", ".join("?" * len(item_ids))
    if day is not None:
        return (
            f"EXISTS (SELECT 1 FROM document_line l WHERE l.document_id = d.id AND l.item_id IN ({marks})"
            " AND l.kind = 'sale')",
            list(item_ids),
        )
    return (
        f"d.id IN (SELECT document_id FROM (SELECT document_id FROM stock_movement WHERE item_id IN ({marks})"
        " AND kind = 'sale' ORDER BY occurred_at DESC LIMIT ?) AS latest)",
        [*item_ids, _MOST_SALES],
    )


def _goods_in_words(db: Db, document_id: int) -> str:
    names = [
        str(name)
        for (name,) in db.rows(
            "SELECT description FROM document_line WHERE document_id = ? AND kind = 'sale' ORDER BY line_no LIMIT 3",
            (document_id,),
        )
    ]
    return ", ".join(names[:2]) + (", …" if len(names) > 2 else "")


# --- giving money back


def tenders_of(db: Db, document_id: DocumentId) -> list[OriginalTender]:
    """Return what a sale was paid with, in order, less what went back by the same method since.

    Of a return that takes goods of several sales back, each sale counts its share.
    """
    back = _given_back(db, document_id)
    out = []
    for tender in _payments(db, document_id):
        if tender.amount <= 0:
            continue
        gone = Money(min(tender.amount, back.get(tender.method.id, 0)))
        back[tender.method.id] = Money(back.get(tender.method.id, 0) - gone)
        left = Money(tender.amount - gone)
        out.append(OriginalTender(tender.method, tender.amount, gone, left, tender.reference))
    return out


def suggest_give_back(db: Db, of_documents: Sequence[DocumentId], amount: Money) -> tuple[Tender, ...]:
    """Return how ``amount`` (positive) is best handed back: by the original tenders in their order, the rest in cash.

    The tenders are negative. Store credit is handed out on a new voucher; a method that is offered no more is not used.
    """
    offered = {
        id_: Method(id_, name, Account(account), bool(opens))
        for id_, name, account, opens in db.rows(
            "SELECT id, name, account, opens_drawer FROM payment_method WHERE active = 1 ORDER BY position, id"
        )
    }
    left = int(amount)
    given: dict[tuple[int, str], int] = {}
    for document_id in of_documents:
        for tender in tenders_of(db, document_id):
            part = min(left, tender.left)
            if part <= 0 or tender.method.id not in offered:
                continue
            reference = "" if tender.method.is_store_credit or tender.method.is_cash else tender.reference
            key = (tender.method.id, reference)
            given[key] = given.get(key, 0) + part
            left -= part
    cash = next((method for method in offered.values() if method.is_cash), None)
    if left and cash is not None:
        given[cash.id, ""] = given.get((cash.id, ""), 0) + left
    return tuple(Tender(offered[id_], Money(-part), reference) for (id_, reference), part in given.items())


def _payments(db: Db, document_id: int) -> list[Tender]:
    return [
        Tender(Method(id_, name, Account(account), bool(opens)), amount, reference)
        for id_, name, account, opens, amount, reference in db.rows(
            "SELECT m.id, m.name, m.account, m.opens_drawer, y.amount, y.reference FROM payment y"
            " JOIN payment_method m ON m.id = y.method_id WHERE y.document_id = ? ORDER BY y.id",
            (document_id,),
        )
    ]


def _given_back(db: Db, document_id: DocumentId) -> dict[int, Money]:
    """Return what later returns of a sale's lines gave back, by method."""
    out: dict[int, Money] = {}
    for back_id, of_this, of_all in db.rows(
        "SELECT b.document_id, sum(CASE WHEN o.document_id = ? THEN b.net + b.tax ELSE 0 END), sum(b.net + b.tax)"
        " FROM document_line b LEFT JOIN document_line o ON o.id = b.of_line_id"
        " WHERE b.kind = 'customer_return' AND b.document_id IN (SELECT r.document_id FROM document_line r"
        "  JOIN document_line l ON l.id = r.of_line_id WHERE l.document_id = ? AND r.kind = 'customer_return')"
        " AND NOT EXISTS (SELECT 1 FROM document v WHERE v.reverses_id = b.document_id)"
        " GROUP BY b.document_id ORDER BY b.document_id",
        (document_id, document_id),
    ):
        for tender in _payments(db, back_id):
            if tender.amount < 0 and of_all:
                part = share(Money(-tender.amount), Qty(int(of_this)), Qty(int(of_all)))
                out[tender.method.id] = Money(out.get(tender.method.id, 0) + part)
    return out


#: So many of an item's latest sale lines say what it was sold for lately.
_MOST_LINES = 2_000
LOWEST = (
    "SELECT DISTINCT unit_price, qty, discount FROM (SELECT l.unit_price, l.qty, l.discount FROM stock_movement m"
    " JOIN document_line l ON l.id = m.line_id WHERE m.item_id = ? AND m.occurred_at >= ? AND m.kind = 'sale'"
    " AND l.net > 0 AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = m.document_id)"
    " ORDER BY m.occurred_at DESC, m.id DESC LIMIT ?) AS latest"
)


def lowest_recent_price(db: Db, item_id: ItemId, days: int = 90) -> Money | None:
    """Return the lowest price that one unit was sold for lately, after discounts; ``None`` if none was.

    Looks at the latest 2,000 lines at most, by the index of the item's movements. What was given away does not count.
    """
    since = clock.now() - days * 86_400 * 1_000_000
    paid = [
        share(Money(times(unit_price, qty) - discount), ONE, qty)
        for unit_price, qty, discount in db.rows(LOWEST, (item_id, since, _MOST_LINES))
    ]
    return max(ZERO_MONEY, min(paid)) if paid else None
