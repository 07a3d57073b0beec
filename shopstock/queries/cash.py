"""Read shifts and their figures. What a blind count must not know is not in the rows that a cashier is given."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import papers
from shopstock.core.acting import Acting, Permission
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.papers import CashReport
from shopstock.core.text import _
from shopstock.core.units import Instant, Money, StationId
from shopstock.db.connection import Db


class OpenShift(NamedTuple):
    """The shift that runs at a station. ``counted`` is what was counted so far; what was expected is not here."""

    id: int
    opened_at: Instant
    opened_by: str
    opening_float: Money
    counted: Money | None


class Verdict(NamedTuple):
    """What a count came to, told only once the drawer has been counted; ``over_short`` is negative when short."""

    counted: Money
    expected: Money
    over_short: Money


class ClosedShift(NamedTuple):
    """A shift that was cashed up."""

    id: int
    z_number: int
    opened_at: Instant
    closed_at: Instant
    closed_by: str
    counted: Money
    expected: Money
    over_short: Money


def open_shift(db: Db, station_id: StationId) -> OpenShift | None:
    """Return the shift that runs at a station, or ``None``."""
    row = db.row(
        "SELECT s.id, s.opened_at, p.name, s.opening_float, s.counted FROM shift s JOIN person p ON p.id = s.opened_by"
        " WHERE s.station_id = ? AND s.closed_at IS NULL",
        (station_id,),
    )
    return None if row is None else OpenShift._make(row)


def verdict(db: Db, station_id: StationId) -> Verdict:
    """Tell what the count of the running shift came to; raise ``Refused`` while the drawer is not counted."""
    row = db.row(
        "SELECT counted, expected FROM shift WHERE station_id = ? AND closed_at IS NULL AND counted IS NOT NULL",
        (station_id,),
    )
    if row is None:
        raise Refused(_("Count the drawer first. What should be in it is told afterwards."))
    return Verdict(Money(row[0]), Money(row[1]), Money(row[0] - row[1]))


def closed_shifts(db: Db, acting: Acting, limit: int = 50) -> list[ClosedShift]:
    """Return the cashed-up shifts of this station, the last first; for those who may see reports."""
    if not acting.may(Permission.SEE_REPORTS):
        raise NotAllowed(Permission.SEE_REPORTS, _("Past shifts are shown to those who may see reports."))
    return [
        ClosedShift(id_, z, opened, closed, by, Money(counted), Money(expected), Money(counted - expected))
        for id_, z, opened, closed, by, counted, expected in db.rows(
            "SELECT s.id, s.z_number, s.opened_at, s.closed_at, p.name, s.counted, s.expected FROM shift s"
            " JOIN person p ON p.id = s.closed_by WHERE s.station_id = ? AND s.closed_at IS NOT NULL"
            " ORDER BY s.z_number DESC LIMIT ?",
            (acting.station_id, limit),
        )
    ]


def z_report(db: Db, shift_id: int) -> CashReport:
    """Return the Z report of a closed shift as it was printed; raise ``Refused`` if there is none."""
    text = db.value("SELECT report FROM shift WHERE id = ?", (shift_id,))
    paper = None if text is None else papers.from_json(text)
    if not isinstance(paper, CashReport):
        raise Refused(_("This shift is not cashed up yet, so it has no Z report."))
    return paper


class RateFigures(NamedTuple):
    """What was sold, less what came back, at one rate (1/1,000 of a percent)."""

    rate: int
    net: Money
    tax: Money


class MethodFigures(NamedTuple):
    """What was paid by one method, less what was paid back."""

    name: str
    payments: int
    amount: Money


class CashMoveRow(NamedTuple):
    """Money put in (positive) or taken out (negative) without a sale."""

    at: Instant
    reason: str
    amount: Money
    person: str


class ShiftFigures(NamedTuple):
    """Everything a cash report says of a shift. ``expected`` is what the drawer should hold."""

    sales: Money
    returns: Money
    discounts: Money
    sale_count: int
    return_count: int
    void_count: int
    no_sale_count: int
    methods: tuple[MethodFigures, ...]
    rates: tuple[RateFigures, ...]
    moves: tuple[CashMoveRow, ...]
    expected: Money


#: A line's part in the turnover: sold 1, came back -1, a reversal the other way round, 0 for everything else.
_SIGN = (
    "CASE WHEN l.kind = 'sale' THEN 1 WHEN l.kind = 'customer_return' THEN -1"
    " WHEN l.kind = 'reversal' AND o.kind = 'sale' THEN -1"
    " WHEN l.kind = 'reversal' AND o.kind = 'customer_return' THEN 1 ELSE 0 END"
)


def figures(db: Db, shift_id: int) -> ShiftFigures:
    """Add up a shift from its documents and the log. It is up to the caller who may see it."""
    rates = [
        (rate, sold, back, net, tax, off)
        for rate, sold, back, net, tax, off in db.rows(
            "SELECT x.tax_rate, sum(CASE WHEN x.kind = 'sale' THEN x.gross ELSE 0 END),"
            " sum(CASE WHEN x.kind = 'sale' THEN 0 ELSE -x.sign * x.gross END), sum(x.sign * x.net),"
            " sum(x.sign * x.tax), sum(CASE WHEN x.kind = 'sale' THEN x.discount ELSE 0 END) FROM ("
            f"  SELECT l.kind, l.tax_rate, l.net, l.tax, l.net + l.tax AS gross, l.discount, {_SIGN} AS sign"
            "   FROM document d JOIN document_line l ON l.document_id = d.id"
            "   LEFT JOIN document_line o ON o.id = l.of_line_id AND l.kind = 'reversal'"
            "   WHERE d.shift_id = ?) x WHERE x.sign <> 0 GROUP BY x.tax_rate ORDER BY x.tax_rate DESC",
            (shift_id,),
        )
    ]
    sale_count, return_count = db.rows(
        "SELECT count(DISTINCT CASE WHEN l.kind = ? THEN d.id END), count(DISTINCT CASE WHEN l.kind = ? THEN d.id END)"
        " FROM document d JOIN document_line l ON l.document_id = d.id WHERE d.shift_id = ?",
        (MovementKind.SALE, MovementKind.CUSTOMER_RETURN, shift_id),
    )[0]
    voids, no_sales = _happenings(db, shift_id)
    return ShiftFigures(
        sales=Money(sum(row[1] for row in rates)),
        returns=Money(sum(row[2] for row in rates)),
        discounts=Money(sum(row[5] for row in rates)),
        sale_count=sale_count,
        return_count=return_count,
        void_count=voids,
        no_sale_count=no_sales,
        methods=tuple(
            MethodFigures(name, payments, Money(amount))
            for name, payments, amount in db.rows(
                "SELECT m.name, count(*), sum(y.amount) FROM document d JOIN payment y ON y.document_id = d.id"
                " JOIN payment_method m ON m.id = y.method_id WHERE d.shift_id = ?"
                " GROUP BY m.id, m.name, m.position ORDER BY m.position, m.id",
                (shift_id,),
            )
        ),
        rates=tuple(RateFigures(rate, Money(net), Money(tax)) for rate, _sold, _back, net, tax, _off in rates),
        moves=_moves(db, shift_id),
        expected=expected(db, shift_id),
    )


def expected(db: Db, shift_id: int) -> Money:
    """Return what the drawer should hold: the float and what the shift's documents booked to Cash."""
    held: int = db.value(
        "SELECT s.opening_float + coalesce((SELECT sum(j.amount) FROM document d"
        " JOIN journal_line j ON j.document_id = d.id WHERE d.shift_id = s.id AND j.account = ?), 0)"
        " FROM shift s WHERE s.id = ?",
        (Account.CASH, shift_id),
    )
    return Money(held)


def _moves(db: Db, shift_id: int) -> tuple[CashMoveRow, ...]:
    """Return what moved cash without a payment (paid in, paid out, their reversals), the cash-up itself aside."""
    return tuple(
        CashMoveRow(at, note, Money(amount), person)
        for at, note, amount, person in db.rows(
            "SELECT d.occurred_at, d.note, j.amount, p.name FROM document d JOIN person p ON p.id = d.by_id"
            " JOIN journal_line j ON j.document_id = d.id WHERE d.shift_id = ? AND d.kind <> ? AND j.account = ?"
            " AND NOT EXISTS (SELECT 1 FROM payment y WHERE y.document_id = d.id) ORDER BY d.id",
            (shift_id, DocumentKind.CASH_UP, Account.CASH),
        )
    )


def _happenings(db: Db, shift_id: int) -> tuple[int, int]:
    """Count voids and drawer openings since the cash-up before: by their order in the log, as clocks go back."""
    voids, no_sales = db.rows(
        "SELECT count(CASE WHEN e.kind = 'void' THEN 1 END), count(CASE WHEN e.kind = 'no_sale' THEN 1 END)"
        " FROM event_log o JOIN event_log e ON e.station_id = o.station_id AND e.kind IN ('void', 'no_sale')"
        "  AND e.id > coalesce((SELECT max(b.id) FROM event_log b WHERE b.kind = 'shift_closed' AND b.id < o.id"
        "   AND b.station_id = o.station_id), 0)"
        "  AND e.id < coalesce((SELECT min(c.id) FROM event_log c WHERE c.kind = 'shift_closed' AND c.id > o.id"
        "   AND c.station_id = o.station_id), e.id + 1)"
        " WHERE o.kind = 'shift_opened' AND o.detail = ?",
        (str(shift_id),),
    )[0]
    return voids, no_sales
