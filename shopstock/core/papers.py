"""What a printer is handed: papers as plain data, and their JSON form.

A paper says everything that will be read on it, so that it can be printed, sent to another printer, or reprinted years
later without asking the database. Dates and times are local text, tax rates are text (``20%``), amounts are ``Money``,
quantities ``Qty``. The print queue stores :func:`to_json` in the transaction of the sale; bytes are made when it is
sent, for whichever printer takes it. How a paper is laid out is told in :mod:`shopstock.core.paper_layout`.

To add a paper: a frozen dataclass here, its kind in ``KINDS``, its layout in ``paper_layout``.
"""

from __future__ import annotations

import json
import types
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from shopstock.core.labels import LabelJob
from shopstock.core.outcome import BadFile
from shopstock.core.text import _
from shopstock.core.units import ONE, ZERO_MONEY, Money, Qty


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a sales receipt.

    ``amount`` is what is charged for the line after ``discount`` (both as the prices are labelled: with tax when tax is
    inside the price, without when it comes on top). A returned line has a negative ``qty`` and ``amount``, and its
    ``note`` says of which sale it is a return.
    """

    description: str
    qty: Qty = ONE
    unit: str = ""
    unit_price: Money = ZERO_MONEY
    discount: Money = ZERO_MONEY
    amount: Money = ZERO_MONEY
    tax_letter: str = ""
    discount_text: str = ""
    serials: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One rate of the tax table: ``net + tax == gross``."""

    letter: str
    rate: str
    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class TenderLine:
    """What was handed over by one method; ``amount`` is the sum tendered (a refund is negative)."""

    method: str
    amount: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SalesReceipt:
    """The paper that a customer takes away.

    ``subtotal`` is the sum of the lines, ``total`` what was due before cash ``rounding``; they differ by the tax when
    ``tax_on_top``. ``copy`` is 0 for the original and counts reprints. ``practice`` marks a paper of practice mode.
    ``customer_lines`` are the customer's address and tax number on an invoice, ``credit_lines`` say what store credit
    was taken and what is left.
    ``logo`` names the picture above the shop's name by its SHA-256.
    """

    number: str
    at: str
    currency: str
    lines: tuple[ReceiptLine, ...]
    total: Money
    shop_name: str = ""
    shop_lines: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    title: str = ""
    cashier: str = ""
    station: str = ""
    customer: str = ""
    subtotal: Money = ZERO_MONEY
    tax_on_top: bool = False
    taxes: tuple[TaxLine, ...] = ()
    tenders: tuple[TenderLine, ...] = ()
    change: Money = ZERO_MONEY
    rounding: Money = ZERO_MONEY
    footer: tuple[str, ...] = ()
    copy: int = 0
    practice: bool = False
    customer_lines: tuple[str, ...] = ()
    credit_lines: tuple[str, ...] = ()
    logo: str = ""


@dataclass(frozen=True, slots=True)
class StoreCreditVoucher:
    """What a customer gets instead of money: ``amount`` is what it holds, its ``number`` is its bar code.

    ``document`` is what it was handed out with. ``copy``, ``practice`` and ``logo`` are as on a sales receipt.
    """

    number: str
    at: str
    currency: str
    amount: Money
    document: str
    shop_name: str = ""
    shop_lines: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    cashier: str = ""
    copy: int = 0
    practice: bool = False
    logo: str = ""


@dataclass(frozen=True, slots=True)
class MethodTotal:
    """What one method of payment took: ``amount`` net of refunds, ``count`` payments."""

    method: str
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class CashMove:
    """Money put into the drawer (positive) or taken out of it (negative) without a sale."""

    at: str
    reason: str
    amount: Money
    by: str = ""


@dataclass(frozen=True, slots=True)
class CashReport:
    """The X report (a look into the running shift) or, when ``final``, the Z report that closes it.

    ``expected`` and ``over_short`` are ``None`` where the count is still blind, ``counted`` before the count.
    ``grand_total`` never goes back: all sales of the station ever. ``chain_head`` is the hash of its last document.
    """

    number: str
    at: str
    currency: str
    final: bool
    shift_number: int
    opened: str
    closed: str = ""
    shop_name: str = ""
    shop_lines: tuple[str, ...] = ()
    station: str = ""
    cashier: str = ""
    opening_float: Money = ZERO_MONEY
    gross_sales: Money = ZERO_MONEY
    returns: Money = ZERO_MONEY
    discounts: Money = ZERO_MONEY
    methods: tuple[MethodTotal, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    moves: tuple[CashMove, ...] = ()
    expected: Money | None = None
    counted: Money | None = None
    over_short: Money | None = None
    sale_count: int = 0
    return_count: int = 0
    void_count: int = 0
    no_sale_count: int = 0
    grand_total: Money = ZERO_MONEY
    chain_head: str = ""
    copy: int = 0
    practice: bool = False


@dataclass(frozen=True, slots=True)
class DrawerPulse:
    """Open the cash drawer that hangs on the receipt printer: ``pin`` 0 (pin 2, usual) or 1 (pin 5)."""

    reason: str
    pin: int = 0


@dataclass(frozen=True, slots=True)
class TestPage:
    """The page that shows whether a device is set up right: its name, columns, letters and bar codes.

    ``code`` is what its bar code says, of this very page alone: who scans it proves printer and scanner in one go. With
    ``chart`` it is the table of all page numbers instead, for a printer whose numbers nobody knows.
    """

    __test__ = False  # the name begins with Test, but it is no test case

    shop_name: str
    role: str
    device: str
    at: str
    settings: tuple[str, ...] = ()
    code: str = "TEST-123"
    chart: bool = False


@dataclass(frozen=True, slots=True)
class SheetCommand:
    """One command code on the sheet."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class CommandSheet:
    """The printed sheet of command codes that lie beside a till worked by scanner alone."""

    shop_name: str
    commands: tuple[SheetCommand, ...]
    title: str = ""


Paper = SalesReceipt | StoreCreditVoucher | CashReport | DrawerPulse | TestPage | CommandSheet | LabelJob

#: The tag that names each paper in its JSON form and in ``print_job.kind``.
KINDS: dict[str, type[Paper]] = {
    "sales_receipt": SalesReceipt,
    "store_credit": StoreCreditVoucher,
    "cash_report": CashReport,
    "drawer_pulse": DrawerPulse,
    "test_page": TestPage,
    "command_sheet": CommandSheet,
    "label_job": LabelJob,
}
_KIND_OF: dict[type[Paper], str] = {paper: kind for kind, paper in KINDS.items()}


def kind_of(paper: Paper) -> str:
    """Return the tag of a paper."""
    return _KIND_OF[type(paper)]


def pictures_of(paper: Paper) -> tuple[str, ...]:
    """Return the SHA-256 of each picture that is printed on a paper."""
    if isinstance(paper, SalesReceipt | StoreCreditVoucher) and paper.logo:
        return (paper.logo,)
    return ()


def as_copy(paper: Paper, copy: int) -> Paper:
    """Return the paper marked as its ``copy``-th reprint; papers that carry no such mark come back as they are."""
    return replace(paper, copy=copy) if isinstance(paper, SalesReceipt | StoreCreditVoucher | CashReport) else paper


def to_json(paper: Paper) -> str:
    """Write a paper as compact JSON with its ``kind``; fields that hold their default are left out."""
    return json.dumps({"kind": kind_of(paper), **_pack(paper)}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Paper:
    """Read a paper back; fields unknown to this version are ignored. Raise ``BadFile`` for anything else."""
    try:
        data = json.loads(text)
        return _unpack(KINDS[data["kind"]], data)  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(_("This print job cannot be read; print the paper again from its document.")) from error


@cache
def _defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    return tuple((spec.name, spec.default) for spec in fields(cls))


def _pack(part: Any) -> dict[str, Any]:
    # Runs in every sale's transaction, so it looks at each field once and asks the dataclass nothing twice.
    packed = {}
    for name, default in _defaults(type(part)):  # type: ignore[arg-type]
        value = getattr(part, name)
        if value != default:
            if type(value) is tuple:
                value = [entry if type(entry) is str else _pack(entry) for entry in value]
            packed[name] = value
    return packed


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _unpack(wanted: Any, value: Any) -> Any:
    if is_dataclass(wanted) and isinstance(wanted, type):
        hints = _hints(wanted)
        return wanted(**{f.name: _unpack(hints[f.name], value[f.name]) for f in fields(wanted) if f.name in value})
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise TypeError(value)
        return tuple(_unpack(get_args(wanted)[0], entry) for entry in value)
    if isinstance(wanted, types.UnionType) or get_origin(wanted) is not None:
        if value is None:
            return None
        wanted = next(choice for choice in get_args(wanted) if choice is not type(None))
    plain = getattr(wanted, "__supertype__", wanted)
    if type(value) is not plain:
        raise TypeError(value)
    return value
