"""How each paper is laid out: a paper becomes blocks, and every printer language draws the same blocks.

A block says what stands where, never how wide the paper is: a language wraps and aligns by its own columns or points.
``layout(paper)`` is the one entry. Amounts are written from integers with the decimals of the paper's currency, totals
name the currency by its ISO code, because not every printer has every currency sign.
"""

from __future__ import annotations

from dataclasses import dataclass

from shopstock.core import currency as currencies
from shopstock.core.currency import Currency
from shopstock.core.labels import LabelJob
from shopstock.core.outcome import Refused
from shopstock.core.papers import (
    CashReport,
    CommandSheet,
    DrawerPulse,
    Paper,
    ReceiptLine,
    SalesReceipt,
    StoreCreditVoucher,
    TaxLine,
    TestPage,
)
from shopstock.core.text import _
from shopstock.core.units import ONE, Money, format_qty

NORMAL, TALL, LARGE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``size`` is NORMAL, TALL (twice as high) or LARGE (twice as high and wide)."""

    text: str
    centred: bool = False
    bold: bool = False
    size: int = NORMAL


@dataclass(frozen=True, slots=True)
class Pair:
    """Words at the left, which wrap, and a figure at the right, which never does.

    ``tail`` is the narrow column after the figures (the tax letter): ``None`` means the paper has no such column.
    """

    left: str
    right: str
    tail: str | None = None
    indent: int = 0
    bold: bool = False
    size: int = NORMAL


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal length under a head; the first column holds words, the others figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """The columns counted, so that a person sees whether the width is set right."""


@dataclass(frozen=True, slots=True)
class Code128:
    """A bar code with its text below."""

    data: str


@dataclass(frozen=True, slots=True)
class Ean13:
    """An EAN-13 with its digits below."""

    digits: str


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture across the paper, named by its SHA-256."""

    picture: str


@dataclass(frozen=True, slots=True)
class PageChart:
    """Letters of each code page that a printer is set up with, so that a person sees whether they are right.

    With ``numbers`` a few letters under every page number there may be.
    """

    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Pulse:
    """The kick that opens the drawer."""

    pin: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the paper."""


Block = Text | Pair | Table | Rule | Gap | Ruler | Code128 | Ean13 | Logo | PageChart | Pulse | Cut


def layout(paper: Paper) -> tuple[Block, ...]:
    """Lay a paper out as blocks, from top to bottom."""
    match paper:
        case SalesReceipt():
            return tuple(_sales_receipt(paper))
        case StoreCreditVoucher():
            return tuple(_store_credit(paper))
        case CashReport():
            return tuple(_cash_report(paper))
        case DrawerPulse():
            return (Pulse(paper.pin),)
        case TestPage():
            return tuple(_test_page(paper))
        case CommandSheet():
            return tuple(_command_sheet(paper))
        case LabelJob():
            raise Refused(_("Labels go to a label printer or onto sheets, not onto this paper."))


def _marks(copy: int, practice: bool) -> list[Block]:
    marks: list[Block] = []
    if practice:
        marks.append(Text(_("PRACTICE - not a sale"), centred=True, bold=True, size=TALL))
    if copy:
        marks.append(Text(_("COPY {number}").format(number=copy), centred=True, bold=True, size=TALL))
    return marks


def _logo(picture: str) -> list[Block]:
    return [Logo(picture)] if picture else []


def _shop(name: str, lines: tuple[str, ...]) -> list[Block]:
    blocks: list[Block] = [Text(name, centred=True, bold=True, size=LARGE)] if name else []
    return blocks + [Text(line, centred=True) for line in lines]


def _sales_receipt(paper: SalesReceipt) -> list[Block]:
    money = currencies.of(paper.currency)
    tail = "" if any(line.tax_letter for line in paper.lines) else None
    marks = _marks(paper.copy, paper.practice)
    out: list[Block] = [*marks, *_logo(paper.logo), *_shop(paper.shop_name, paper.shop_lines)]
    out += [Text(line, centred=True) for line in paper.header]
    if out:
        out.append(Gap())
    if paper.title:
        out.append(Text(paper.title, centred=True, bold=True))
    out.append(Pair(paper.number, paper.at))
    if paper.cashier or paper.station:
        served = _("Served by {name}").format(name=paper.cashier) if paper.cashier else ""
        out.append(Pair(served, paper.station))
    if paper.customer:
        out.append(Text(_("Customer: {name}").format(name=paper.customer)))
        out += [Text(line) for line in paper.customer_lines]
    out.append(Rule())
    for line in paper.lines:
        out += _receipt_line(line, money, tail)
    out.append(Rule())
    if paper.tax_on_top:
        out.append(Pair(_("Subtotal"), money.format(paper.subtotal), tail))
        for tax in paper.taxes:
            words = _("Tax {rate} on {net}").format(rate=tax.rate, net=money.format(tax.net))
            out.append(Pair(words, money.format(tax.tax), None if tail is None else tax.letter))
    total = _("Total {currency}").format(currency=money.code)
    out.append(Pair(total, money.format(paper.total), tail, bold=True, size=TALL))
    if paper.rounding:
        out.append(Pair(_("Rounding"), money.format(paper.rounding), tail))
        out.append(Pair(_("To pay"), money.format(Money(paper.total + paper.rounding)), tail, bold=True))
    for tender in paper.tenders:
        words = f"{tender.method} {tender.reference}".rstrip()
        out.append(Pair(words, money.format(tender.amount), tail))
    if paper.change:
        out.append(Pair(_("Change"), money.format(paper.change), tail, bold=True))
    out += [Text(line) for line in paper.credit_lines]
    if paper.taxes and not paper.tax_on_top:
        out += [Gap(), _tax_table(paper.taxes, money)]
    if paper.footer:
        out += [Gap(), *(Text(line, centred=True) for line in paper.footer)]
    out += [Gap(), Code128(paper.number), *marks[:1], Cut()] if paper.number else [*marks[:1], Cut()]
    return out


def _receipt_line(line: ReceiptLine, money: Currency, tail: str | None) -> list[Block]:
    letter = None if tail is None else line.tax_letter
    out: list[Block] = [Pair(line.description, money.format(Money(line.amount + line.discount)), letter)]
    if line.qty != ONE or line.unit:
        many = f"{format_qty(line.qty)} {line.unit}".rstrip()
        out.append(Text(f"  {many} × {money.format(line.unit_price)}"))
    out += [Text("  " + _("Serial number {number}").format(number=number)) for number in line.serials]
    if line.note:
        out.append(Text(f"  {line.note}"))
    if line.discount:
        words = line.discount_text or _("Discount")
        out.append(Pair(words, money.format(Money(-line.discount)), tail, indent=2))
    return out


def _store_credit(paper: StoreCreditVoucher) -> list[Block]:
    money = currencies.of(paper.currency)
    marks = _marks(paper.copy, paper.practice)
    out: list[Block] = [*marks, *_logo(paper.logo), *_shop(paper.shop_name, paper.shop_lines)]
    out += [Text(line, centred=True) for line in paper.header]
    out += [Gap(), Text(_("Store credit"), centred=True, bold=True, size=LARGE)]
    out.append(Text(f"{money.code} {money.format(paper.amount)}", centred=True, bold=True, size=LARGE))
    out += [Gap(), Code128(paper.number), Gap(), Pair(_("Handed out with {number}").format(number=paper.document), "")]
    out.append(Pair(_("Served by {name}").format(name=paper.cashier) if paper.cashier else "", paper.at))
    out.append(Text(_("Good for purchases here, at once or bit by bit. Keep it like cash.")))
    return [*out, *marks[:1], Cut()]


def _tax_table(taxes: tuple[TaxLine, ...], money: Currency) -> Table:
    rows = tuple(
        (f"{tax.letter} {tax.rate}".strip(), money.format(tax.net), money.format(tax.tax), money.format(tax.gross))
        for tax in taxes
    )
    return Table((_("Tax"), _("Net"), _("Tax"), _("Gross")), rows)


def _cash_report(paper: CashReport) -> list[Block]:
    money = currencies.of(paper.currency)
    title = _("Z report") if paper.final else _("X report")
    marks = _marks(paper.copy, paper.practice)
    out: list[Block] = [*marks, *_shop(paper.shop_name, paper.shop_lines), Gap()]
    out += [Text(title, centred=True, bold=True, size=LARGE), Pair(paper.number, paper.at)]
    out.append(Pair(paper.cashier, paper.station))
    out.append(Pair(_("Shift"), str(paper.shift_number)))
    out.append(Pair(_("Opened"), paper.opened))
    if paper.closed:
        out.append(Pair(_("Closed"), paper.closed))
    out.append(Rule())
    net = Money(paper.gross_sales - paper.returns)
    out.append(Pair(_("Sales"), money.format(paper.gross_sales)))
    out.append(Pair(_("Customer returns"), money.format(Money(-paper.returns))))
    out.append(Pair(_("Total {currency}").format(currency=money.code), money.format(net), bold=True, size=TALL))
    if paper.discounts:
        out.append(Pair(_("Discounts given"), money.format(paper.discounts)))
    if paper.methods:
        rows = tuple((entry.method, str(entry.count), money.format(entry.amount)) for entry in paper.methods)
        out += [Rule(), Table((_("Paid by"), _("Number"), _("Amount")), rows)]
    if paper.taxes:
        out += [Rule(), _tax_table(paper.taxes, money)]
    out += [Rule(), Text(_("Cash in the drawer"), bold=True)]
    out.append(Pair(_("Opening float"), money.format(paper.opening_float)))
    for move in paper.moves:
        kind = _("Paid in") if move.amount >= 0 else _("Paid out")
        out.append(Pair(f"{kind} {move.at} {move.by}".rstrip(), money.format(move.amount)))
        if move.reason:
            out.append(Text(f"  {move.reason}"))
    for words, amount in ((_("Expected"), paper.expected), (_("Counted"), paper.counted)):
        if amount is not None:
            out.append(Pair(words, money.format(amount)))
    if paper.over_short is not None:
        words = _("Short") if paper.over_short < 0 else _("Over") if paper.over_short > 0 else _("Over or short")
        out.append(Pair(words, money.format(paper.over_short), bold=True))
    out.append(Rule())
    for words, count in (
        (_("Sales made"), paper.sale_count),
        (_("Returns taken"), paper.return_count),
        (_("Lines voided"), paper.void_count),
        (_("Drawer opened without a sale"), paper.no_sale_count),
    ):
        out.append(Pair(words, str(count)))
    out.append(Pair(_("Grand total"), money.format(paper.grand_total), bold=True))
    if paper.chain_head:
        out += [Gap(), Text(_("Seal of the last document")), Text(paper.chain_head)]
    if paper.number:
        out += [Gap(), Code128(paper.number)]
    return [*out, *marks[:1], Cut()]


def _test_page(paper: TestPage) -> list[Block]:
    out: list[Block] = [*_shop(paper.shop_name, ()), Text(_("Test page"), centred=True, bold=True, size=TALL)]
    out += [Pair(paper.role, paper.at), Text(paper.device), *(Text(line) for line in paper.settings), Rule()]
    if paper.chart:
        hint = _("Look for a line that shows the letter of its column. Set that code page and the number of the line.")
        return [*out, Text(hint), Gap(), PageChart(numbers=True), Cut()]
    out += [Text(_("The figures must fill the paper exactly, on one line:")), Ruler()]
    out += [Text(_("These must look like letters:")), Text("€ £ ä é ñ ç ø ł ő š Ж Ω"), Text("茶 · שלום · سلام")]
    out += [Pair(_("Figures at the edge"), "-1234.56", "A"), Pair(_("Total"), "9999.99", "", bold=True, size=TALL)]
    out += [Text(_("Code pages, by number:")), PageChart(), Gap(), Ean13("4006381333931")]
    return [*out, Gap(), Text(_("Scan this:"), centred=True), Code128(paper.code), Cut()]


def _command_sheet(paper: CommandSheet) -> list[Block]:
    out: list[Block] = [*_shop(paper.shop_name, ())]
    if paper.title:
        out.append(Text(paper.title, centred=True, bold=True))
    for command in paper.commands:
        out += [Gap(), Text(command.label, centred=True, bold=True), Code128(command.code)]
    return [*out, Cut()]
