"""Make the sales receipt of a posted document: for the printer, for a reprint years later, for PDF."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import currency, papers
from shopstock.core.acting import Acting, Permission
from shopstock.core.catalogue import SERIALS
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.papers import ReceiptLine, SalesReceipt, StoreCreditVoucher, TaxLine, TenderLine
from shopstock.core.settings import Settings, TaxMode
from shopstock.core.text import _
from shopstock.core.units import ZERO_MONEY, DocumentId, Instant, LineId, Money, Qty, StationId, format_scaled
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import customers, sales, serials, settings, vouchers
from shopstock.queries import printing as print_queue
from shopstock.services import people, printing
from shopstock.services.events import Event, log


class _Buyer(NamedTuple):
    """Whose paper it is: the name, what stands under it on an invoice, and whether it is one."""

    name: str
    lines: tuple[str, ...] = ()
    invoice: bool = False


class _Line(NamedTuple):
    id: LineId
    back: bool
    description: str
    qty: Qty
    unit: str
    unit_price: Money
    discount: Money
    net: Money
    tax: Money
    rate: int
    tracks: str
    note: str

    @property
    def sign(self) -> int:
        return -1 if self.back else 1


def sales_receipt(
    db: Db, document_id: DocumentId, shop: Settings | None = None, *, invoice: bool = False
) -> SalesReceipt:  # fmt: skip
    """Build the receipt of a sale or customer return from what was posted; raise ``Refused`` for other documents.

    It is an invoice (a credit note, when goods only come back) if that is asked for and the customer is on record, and
    always for a customer with a tax number. Names are looked up now: documents carry the customer's number alone.
    """
    row = db.row(
        "SELECT d.kind, s.prefix, d.number, d.occurred_at, p.name, s.name, d.party, d.rounding"
        " FROM document d JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id WHERE d.id = ?",
        (document_id,),
    )
    if row is None or row[0] not in (DocumentKind.SALE, DocumentKind.CUSTOMER_RETURN):
        raise Refused(_("Only a sale or a customer return has a sales receipt."))
    kind, prefix, number, occurred_at, cashier, station, party, rounding = row
    shop = shop or settings.load(db)
    buyer = _buyer(db, document_id, party, invoice)
    on_top = shop.tax_mode == TaxMode.ON_TOP
    lines = _lines(db, document_id)
    numbers = serials.of_document(db, document_id) if any(line.tracks == SERIALS for line in lines) else {}
    letters = tax_letters([line.rate for line in lines])
    taxes = _taxes(lines, letters)
    charged = [Money(line.sign * (line.net if on_top else line.net + line.tax)) for line in lines]
    payments = db.rows(
        "SELECT m.name, y.tendered, y.change, y.reference FROM payment y JOIN payment_method m ON m.id = y.method_id"
        " WHERE y.document_id = ? ORDER BY y.id",
        (document_id,),
    )
    return SalesReceipt(
        number=f"{prefix}-{number}",
        at=local_text(occurred_at),
        currency=shop.currency,
        lines=tuple(
            ReceiptLine(
                description=line.description,
                qty=Qty(line.sign * line.qty),
                unit="" if line.unit == "piece" else line.unit,
                unit_price=line.unit_price,
                discount=ZERO_MONEY if line.back else line.discount,
                amount=amount,
                tax_letter=letters.get(line.rate, ""),
                serials=numbers.get(line.id, ()),
                note=line.note,
            )
            for line, amount in zip(lines, charged, strict=True)
        ),
        total=Money(sum(line.sign * (line.net + line.tax) for line in lines)),
        shop_name=shop.name,
        shop_lines=shop_lines(shop),
        header=_rows_of(shop.receipt_header),
        logo=shop.receipt_logo,
        title=_title(kind == DocumentKind.CUSTOMER_RETURN, buyer),
        cashier=cashier,
        station=station,
        customer=buyer.name,
        subtotal=Money(sum(charged)),
        tax_on_top=on_top,
        taxes=taxes,
        tenders=tuple(TenderLine(name, tendered, reference) for name, tendered, _change, reference in payments),
        change=Money(sum(change for _name, _tendered, change, _reference in payments)),
        rounding=rounding,
        footer=_rows_of(shop.receipt_footer),
        practice=shop.practice,
        customer_lines=buyer.lines,
        credit_lines=_credit_lines(db, document_id, shop),
    )


def voucher_paper(db: Db, number: str, shop: Settings | None = None) -> StoreCreditVoucher:
    """Build the paper of a voucher, with what it holds now; raise ``Refused`` if there is none of that number."""
    shop = shop or settings.load(db)
    voucher = vouchers.by_number(db, number)
    if voucher is None:
        raise Refused(_("There is no voucher {number}. Check the number.").format(number=number[:40]))
    return StoreCreditVoucher(
        voucher.number, local_text(voucher.issued_at), shop.currency, voucher.balance, voucher.document,
        shop_name=shop.name, shop_lines=shop_lines(shop), header=_rows_of(shop.receipt_header),
        cashier=voucher.issued_by, practice=shop.practice, logo=shop.receipt_logo,
    )  # fmt: skip


def print_voucher_again(db: Db, acting: Acting, number: str) -> Changes:
    """Print a voucher that was lost, marked COPY, with what it holds now. Needs the right to reprint."""
    with transaction(db):
        acting = people.allow(db, acting, Permission.REPRINT, f"reprint {number}")
        paper = voucher_paper(db, number)
        voucher = vouchers.by_number(db, number)
        assert voucher is not None
        if not voucher.balance:
            raise Refused(_("Voucher {number} is used up.").format(number=voucher.number))
        copy = 1 + db.value(
            "SELECT coalesce(max(copy_no), 0) FROM print_job WHERE document_id = ? AND kind = 'store_credit'",
            (voucher.document_id,),
        )
        log(db, Event.REPRINT, f"COPY {copy} {voucher.number}", acting=acting, document_id=voucher.document_id)
        printing.enqueue(db, acting, papers.as_copy(paper, copy), document_id=voucher.document_id)
    return Changes(topics=frozenset({printing.TOPIC}))


def print_invoice(db: Db, acting: Acting, document_id: DocumentId) -> Changes:
    """Print a posted sale once more as an invoice to its customer. Needs the right to reprint."""
    with transaction(db):
        acting = people.allow(db, acting, Permission.REPRINT, f"reprint {document_id}")
        if customers.of_document(db, document_id) is None:
            raise Refused(_("An invoice names its customer, and this sale has none on record."))
        paper = sales_receipt(db, document_id, invoice=True)
        copy = 1 + db.value("SELECT coalesce(max(copy_no), 0) FROM print_job WHERE document_id = ?", (document_id,))
        log(db, Event.REPRINT, f"COPY {copy}", acting=acting, document_id=document_id)
        printing.enqueue(db, acting, papers.as_copy(paper, copy), document_id=document_id)
    return Changes(topics=frozenset({printing.TOPIC}))


def print_again(db: Db, acting: Acting, document_id: DocumentId) -> Changes:
    """Print a sale's receipt again, marked COPY; the first one on paper is no copy. Needs the right to reprint."""
    with transaction(db):
        if print_queue.paper_of_document(db, document_id) is not None:
            return printing.reprint(db, acting, document_id)
        acting = people.allow(db, acting, Permission.REPRINT, f"reprint {document_id}")
        printing.enqueue(db, acting, sales_receipt(db, document_id), document_id=document_id)
    return Changes(topics=frozenset({printing.TOPIC}))


def print_last_again(db: Db, acting: Acting) -> Changes:
    """Print the receipt of this station's last sale again."""
    last = sales.recent(db, StationId(acting.station_id), 1)
    if not last:
        raise Refused(_("Nothing was sold at this till yet, so there is no receipt to print again."))
    return print_again(db, acting, last[0].document_id)


def local_text(at: Instant) -> str:
    """Write an instant as local date and time for paper."""
    return clock.to_local(at).strftime("%Y-%m-%d %H:%M")


def shop_lines(shop: Settings) -> tuple[str, ...]:
    """Return what stands under the shop's name on its papers: address and tax number."""
    number = (_("Tax number {number}").format(number=shop.tax_number),) if shop.tax_number.strip() else ()
    return _rows_of(shop.address) + number


def tax_letters(rates: list[int]) -> dict[int, str]:
    """Give each rate its letter, the highest A; none if nothing is taxed."""
    found = sorted(set(rates), reverse=True)
    if not any(found):
        return {}
    return {rate: chr(ord("A") + index) for index, rate in enumerate(found[:26])}


def rate_text(rate: int) -> str:
    """Write a rate (1/1,000 of a percent) for paper: ``20%``."""
    return format_scaled(rate, 3) + "%"


def _rows_of(text: str) -> tuple[str, ...]:
    return tuple(row.strip() for row in text.splitlines() if row.strip())


def _title(back: bool, buyer: _Buyer) -> str:
    if buyer.invoice:
        return _("Credit note") if back else _("Invoice")
    return _("Customer return") if back else ""


def _buyer(db: Db, document_id: DocumentId, party: str, wanted: bool) -> _Buyer:
    known = customers.of_document(db, document_id)
    if known is None:
        return _Buyer(party)
    number, fields = known
    if not fields.name or not (wanted or fields.tax_number):
        return _Buyer(fields.name or number)
    tax_number = (_("Tax number {number}").format(number=fields.tax_number),) if fields.tax_number else ()
    return _Buyer(fields.name, _rows_of(fields.address) + tax_number, True)


def _credit_lines(db: Db, document_id: DocumentId, shop: Settings) -> tuple[str, ...]:
    """Say what vouchers this document made or spent, and what was left of each then."""
    money = currency.of(shop.currency)
    lines = []
    for number, amount, left in db.rows(
        "SELECT v.number, e.amount, (SELECT sum(b.amount) FROM voucher_entry b WHERE b.voucher_id = v.id"
        " AND b.id <= e.id) FROM voucher_entry e JOIN voucher v ON v.id = e.voucher_id"
        " WHERE e.document_id = ? ORDER BY e.id",
        (document_id,),
    ):
        if amount < 0:
            words = _("Voucher {number}: {amount} taken, {left} left")
        else:
            words = _("Voucher {number} for {amount}")
        lines.append(words.format(
            number=number, amount=money.format(Money(abs(amount))), left=money.format(Money(int(left)))
        ))  # fmt: skip
    return tuple(lines)


def _lines(db: Db, document_id: DocumentId) -> list[_Line]:
    rows = db.rows(
        "SELECT l.id, l.kind, l.description, i.name, l.qty, i.unit, l.unit_price, l.discount, l.net, l.tax,"
        " l.tax_rate, i.tracks, s.prefix, d.number FROM document_line l JOIN item i ON i.id = l.item_id"
        " LEFT JOIN document_line o ON o.id = l.of_line_id LEFT JOIN document d ON d.id = o.document_id"
        " LEFT JOIN station s ON s.id = d.station_id"
        " WHERE l.document_id = ? AND l.kind IN (?, ?) ORDER BY l.line_no",
        (document_id, MovementKind.SALE, MovementKind.CUSTOMER_RETURN),
    )
    return [
        _Line._make(
            (line_id, kind == MovementKind.CUSTOMER_RETURN, description or name, *figures, _note(kind, prefix, number))
        )
        for line_id, kind, description, name, *figures, prefix, number in rows
    ]  # fmt: skip


def _note(kind: str, prefix: str | None, number: int | None) -> str:
    if kind != MovementKind.CUSTOMER_RETURN:
        return ""
    if prefix is None:
        return _("Return without a receipt")
    return _("Return of {number}").format(number=f"{prefix}-{number}")


def _taxes(lines: list[_Line], letters: dict[int, str]) -> tuple[TaxLine, ...]:
    out = []
    for rate, letter in letters.items():
        net = Money(sum(line.sign * line.net for line in lines if line.rate == rate))
        tax = Money(sum(line.sign * line.tax for line in lines if line.rate == rate))
        out.append(TaxLine(letter, rate_text(rate), net, tax, Money(net + tax)))
    return tuple(out)
