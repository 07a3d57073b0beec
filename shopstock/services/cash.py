"""The drawer: shifts, money put in and taken out, openings without a sale, X and Z reports, the blind cash-up.

A station has one shift at a time. Unless the shop wants the float counted first (a setting), the first sale opens the
shift by itself with what the last cash-up left in the drawer: nobody is asked, nothing is forgotten.

Cashing up is blind: the counted amount is entered first (:func:`count_drawer`), only then does ``queries.cash.verdict``
tell what should have been there; every count is logged. :func:`close_shift` posts what is over or short as a document
of its own and keeps the Z report as it was printed.
"""

from __future__ import annotations

from dataclasses import replace

from shopstock.core import papers
from shopstock.core.acting import Acting, Approval, Permission
from shopstock.core.document import Draft
from shopstock.core.entry import clean
from shopstock.core.movements import Account, DocumentKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.papers import CashMove, CashReport, DrawerPulse, MethodTotal, TaxLine
from shopstock.core.settings import Settings
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, ZERO_MONEY, DocumentId, Instant, Money, format_money
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import cash as reading
from shopstock.queries import settings
from shopstock.services import people, posting, printing, receipts
from shopstock.services.events import Event, log

_SHIFT = frozenset({"shift"})


class ShiftNeeded(Refused):
    """The shop wants the float counted before the first sale: ask for it, then call :func:`open_shift`."""

    def __init__(self) -> None:
        super().__init__(_("Count the float in the drawer first: it opens the shift."))


# --- shifts


def open_shift(db: Db, acting: Acting, opening_float: Money) -> Changes:
    """Open this station's shift with a counted float; raise ``Refused`` if one runs already."""
    _check_amount(opening_float)
    with transaction(db):
        acting = people.allow(db, acting, Permission.CASH_UP, "open shift")
        if _open(db, acting) is not None:
            raise Refused(_("A shift runs at this till already. Cash it up first."))
        _insert_shift(db, acting, opening_float)
    return Changes(topics=_SHIFT)


def ensure_shift(db: Db, acting: Acting, shop: Settings | None = None) -> int:
    """Return this station's shift, opened now if none runs; raise ``ShiftNeeded`` if the shop wants the float counted.

    Runs inside the caller's transaction; ``shop`` are the settings, where the caller has read them.
    """
    found = _open(db, acting)
    if found is not None:
        return found
    if (shop or settings.load(db)).require_shift:
        raise ShiftNeeded
    left = db.value(
        "SELECT closing_float FROM shift WHERE station_id = ? AND closed_at IS NOT NULL ORDER BY z_number DESC LIMIT 1",
        (acting.station_id,),
    )
    return _insert_shift(db, acting, Money(left or 0))


def _open(db: Db, acting: Acting) -> int | None:
    found: int | None = db.value(
        "SELECT id FROM shift WHERE station_id = ? AND closed_at IS NULL", (acting.station_id,)
    )
    return found


def _insert_shift(db: Db, acting: Acting, opening_float: Money) -> int:
    shift_id: int = db.value(
        "INSERT INTO shift (station_id, opened_at, opened_by, opening_float) VALUES (?, ?, ?, ?) RETURNING id",
        (acting.station_id, clock.now(), acting.person_id, opening_float),
    )
    log(db, Event.SHIFT_OPENED, str(shift_id), acting=acting)
    return shift_id


# --- the drawer


def pay_in(
    db: Db, acting: Acting, amount: Money, reason: str, *, key: str, approval: Approval | None = None
) -> Changes:
    """Put money into the drawer without a sale, with a reason; a document. The same ``key`` posts once."""
    return _move_cash(db, _with(acting, approval), DocumentKind.PAID_IN, amount, reason, key)


def pay_out(
    db: Db, acting: Acting, amount: Money, reason: str, *, key: str, approval: Approval | None = None
) -> Changes:
    """Take money out of the drawer, with a reason; a document. The same ``key`` posts once.

    Raises ``NotAllowed`` with the subject to approve for those without the right.
    """
    return _move_cash(db, _with(acting, approval), DocumentKind.PAID_OUT, amount, reason, key)


def _move_cash(db: Db, acting: Acting, kind: DocumentKind, amount: Money, reason: str, key: str) -> Changes:
    _check_amount(amount)
    words = clean(reason)[:200]
    if not amount:
        raise Refused(_("Type the amount first."))
    if not words:
        raise Refused(_("Say what the money is for: the reason stands on the cash report."))
    signed = Money(amount if kind == DocumentKind.PAID_IN else -amount)
    with transaction(db):
        posting.hold(db, acting)
        posted = db.row("SELECT occurred_at, shift_id FROM document WHERE idempotency_key = ?", (key,))
        approval = None
        if posted is None:
            approval = people.authorise(acting, Permission.CASH_IN_OUT, f"{key} {kind} {format_money(amount)} {words}")
            posted = (clock.now(), ensure_shift(db, acting))
        draft = Draft(
            kind=kind,
            key=key,
            occurred_at=Instant(posted[0]),
            amounts=((Account.CASH, _cash_name(db), signed), (Account.PAID_IN_OUT, words, Money(-signed))),
            note=words,
            shift_id=posted[1],
        )
        changes = posting.post(db, replace(acting, approval=approval), draft)
        if changes.existing or changes.document is None:
            return changes
        if approval is not None:
            people.use_approval(db, acting, approval, changes.document.id)
        pulse(db, acting, words, changes.document.id)
    return replace(changes, topics=_SHIFT | {printing.TOPIC})


def open_drawer(db: Db, acting: Acting, reason: str, *, approval: Approval | None = None) -> Changes:
    """Open the drawer without a sale: the reason is asked, logged and counted on the Z report; by role."""
    words = clean(reason)[:200]
    if not words:
        raise Refused(_("Say why the drawer is opened: the reason is kept."))
    with transaction(db):
        acting = people.allow(db, _with(acting, approval), Permission.OPEN_DRAWER, f"open drawer {words}")
        ensure_shift(db, acting)
        log(db, Event.NO_SALE, words, acting=acting)
        pulse(db, acting, words)
    return Changes(topics=_SHIFT | {printing.TOPIC})


def pulse(
    db: Db, acting: Acting, reason: str, document_id: DocumentId | None = None, shop: Settings | None = None
) -> None:
    """Queue the opening of the drawer, in the caller's transaction; never in practice: there is real money in it."""
    if not (shop or settings.load(db)).practice:
        printing.enqueue(db, acting, DrawerPulse(reason=reason), document_id=document_id)


# --- cashing up


def count_drawer(db: Db, acting: Acting, counted: Money) -> Changes:
    """Enter what was counted in the drawer, before anything is told; may be repeated, each count is logged."""
    _check_amount(counted)
    with transaction(db):
        acting = people.allow(db, acting, Permission.CASH_UP, "count drawer")
        shift_id = _running(db, acting)
        db.run(
            "UPDATE shift SET counted = ?, expected = ? WHERE id = ?",
            (counted, reading.expected(db, shift_id), shift_id),
        )
        log(db, Event.SHIFT_COUNTED, format_money(counted), acting=acting)
    return Changes(topics=_SHIFT)


def close_shift(db: Db, acting: Acting, *, leave: Money = ZERO_MONEY) -> Changes:
    """Cash the counted shift up: post what is over or short, number and print the Z report, close the shift.

    ``leave`` is what stays in the drawer as the float of the next shift. Raises ``Refused`` if the drawer was not
    counted, or if money moved since it was.
    """
    _check_amount(leave)
    with transaction(db):
        acting = people.allow(db, acting, Permission.CASH_UP, "close shift")
        shift_id = _running(db, acting)
        told = reading.verdict(db, acting.station_id)
        if reading.expected(db, shift_id) != told.expected:
            raise Refused(_("Money moved since the drawer was counted. Count it again."))
        if leave > told.counted:
            raise Refused(_("More cannot stay in the drawer than was counted."))
        draft = Draft(
            kind=DocumentKind.CASH_UP,
            key=f"cash-up {shift_id}",
            occurred_at=clock.now(),
            amounts=(
                (Account.CASH, _cash_name(db), told.over_short),
                (Account.CASH_OVER_SHORT, "", Money(-told.over_short)),
            ),
            note=_("Shift {number}").format(number=shift_id),
            shift_id=shift_id,
        )
        report = _report(db, acting, shift_id, told)
        changes = posting.post(db, acting, draft)
        assert changes.document is not None
        z_number = db.value(
            "UPDATE station SET last_z = last_z + 1 WHERE id = ? RETURNING last_z", (acting.station_id,)
        )
        prefix, head = db.rows("SELECT prefix, head_hash FROM station WHERE id = ?", (acting.station_id,))[0]
        report = replace(
            report, number=f"Z{prefix}-{z_number}", final=True, shift_number=z_number,
            closed=receipts.local_text(clock.now()), chain_head=head,
        )  # fmt: skip
        db.run(
            "UPDATE shift SET closed_at = ?, closed_by = ?, closing_float = ?, z_number = ?, report = ? WHERE id = ?",
            (clock.now(), acting.person_id, leave, z_number, papers.to_json(report), shift_id),
        )
        log(db, Event.SHIFT_CLOSED, str(shift_id), acting=acting, document_id=changes.document.id)
        printing.enqueue(db, acting, report, printing.REPORT_PRINTER, document_id=changes.document.id)
    return replace(changes, topics=_SHIFT | {printing.TOPIC, "shift_closed"})


def x_report(db: Db, acting: Acting) -> CashReport:
    """Look into the running shift, at any time, changing nothing.

    It tells what the drawer should hold, so it is for those who may see reports: a blind count stays blind.
    """
    with transaction(db):
        acting = people.allow(db, acting, Permission.SEE_REPORTS, "x report")
        return _report(db, acting, _running(db, acting), None)


def print_x_report(db: Db, acting: Acting) -> Changes:
    """Print the X report."""
    with transaction(db):
        printing.enqueue(db, acting, x_report(db, acting), printing.REPORT_PRINTER)
    return Changes(topics=frozenset({printing.TOPIC}))


def _report(db: Db, acting: Acting, shift_id: int, told: reading.Verdict | None) -> CashReport:
    shop = settings.load(db)
    figures = reading.figures(db, shift_id)
    station, last_z, head, opened_at, opening_float = db.rows(
        "SELECT t.name, t.last_z, t.head_hash, s.opened_at, s.opening_float FROM shift s"
        " JOIN station t ON t.id = s.station_id WHERE s.id = ?",
        (shift_id,),
    )[0]
    letters = receipts.tax_letters([row.rate for row in figures.rates])
    return CashReport(
        number="",
        at=receipts.local_text(clock.now()),
        currency=shop.currency,
        final=False,
        shift_number=last_z + 1,
        opened=receipts.local_text(opened_at),
        shop_name=shop.name,
        shop_lines=receipts.shop_lines(shop),
        station=station,
        cashier=acting.name,
        opening_float=opening_float,
        gross_sales=figures.sales,
        returns=figures.returns,
        discounts=figures.discounts,
        methods=tuple(MethodTotal(row.name, row.payments, row.amount) for row in figures.methods),
        taxes=tuple(
            TaxLine(letters[row.rate], receipts.rate_text(row.rate), row.net, row.tax, Money(row.net + row.tax))
            for row in figures.rates
            if row.rate in letters
        ),
        moves=tuple(
            CashMove(receipts.local_text(row.at)[-5:], row.reason, row.amount, row.person) for row in figures.moves
        ),
        expected=figures.expected,
        counted=told.counted if told else None,
        over_short=told.over_short if told else None,
        sale_count=figures.sale_count,
        return_count=figures.return_count,
        void_count=figures.void_count,
        no_sale_count=figures.no_sale_count,
        grand_total=Money(_grand_total_before(db, acting) + figures.sales),
        chain_head=head,
        practice=shop.practice,
    )


def _grand_total_before(db: Db, acting: Acting) -> Money:
    """Return the grand total of the last Z report: it only grows, so nothing before it has to be added up again."""
    text = db.value(
        "SELECT report FROM shift WHERE station_id = ? AND report IS NOT NULL ORDER BY z_number DESC LIMIT 1",
        (acting.station_id,),
    )
    paper = None if text is None else papers.from_json(text)
    return paper.grand_total if isinstance(paper, CashReport) else ZERO_MONEY


def _running(db: Db, acting: Acting) -> int:
    shift_id = _open(db, acting)
    if shift_id is None:
        raise Refused(_("No shift runs at this till: there is nothing to cash up yet."))
    return shift_id


def _cash_name(db: Db) -> str:
    """Return the detail under which Cash is booked: the name of the first way to pay in cash, as sales book it."""
    name: str | None = db.value(
        "SELECT name FROM payment_method WHERE account = ? ORDER BY position, id LIMIT 1", (Account.CASH,)
    )
    return name or ""


def _with(acting: Acting, approval: Approval | None) -> Acting:
    return acting if approval is None else replace(acting, approval=approval)


def _check_amount(amount: Money) -> None:
    if not 0 <= amount <= MAX_MONEY:
        raise Refused(_("Type an amount of 0 or more."))
