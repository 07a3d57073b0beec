"""Papers that the tests of printers and of PDF share."""

from __future__ import annotations

from shopstock.core import commands
from shopstock.core.papers import (
    CashMove,
    CashReport,
    CommandSheet,
    MethodTotal,
    ReceiptLine,
    SalesReceipt,
    SheetCommand,
    StoreCreditVoucher,
    TaxLine,
    TenderLine,
    TestPage,
)
from shopstock.core.units import ONE, Money, Qty, parse_money

m = parse_money

TAXES = (TaxLine("A", "20%", m("17.75"), m("3.55"), m("21.30")), TaxLine("B", "0%", m("6.10"), m("0"), m("6.10")))
RECEIPT = SalesReceipt(
    number="1-10418",
    at="23 Nov 2026 16:48",
    currency="GBP",
    shop_name="Corner & Kettle",
    shop_lines=("12 High Street, Norwich", "VAT GB 123 4567 89"),
    header=("Open every day 8 to 20",),
    cashier="Ana",
    station="Till 1",
    lines=(
        ReceiptLine("Assam loose leaf 125 g", ONE, "", m("4.95"), Money(0), m("4.95"), "A"),
        ReceiptLine("Café crème, ground", Qty(2000), "", m("6.50"), m("1.30"), m("11.70"), "A", "Discount 10%"),
        ReceiptLine("Cheddar, farmhouse", Qty(345), "kg", m("13.50"), Money(0), m("4.66"), "B"),
        ReceiptLine("Teapot, stoneware, with a lid and a very long name", ONE, "", m("9.60"), Money(0), m("9.60"), "A"),
        ReceiptLine("Assam loose leaf 125 g (returned)", Qty(-1000), "", m("4.95"), Money(0), m("-4.95"), "A"),
        ReceiptLine("Rye bread", ONE, "", m("1.44"), Money(0), m("1.44"), "B"),
    ),
    subtotal=m("27.40"),
    total=m("27.40"),
    taxes=TAXES,
    tenders=(TenderLine("Cash", m("30")),),
    change=m("2.60"),
    footer=("Thank you!", "Goods may be returned within 30 days", "with this receipt."),
)
ON_TOP = SalesReceipt(
    number="2-77",
    at="2026-11-23 09:05",
    currency="USD",
    shop_name="Depot",
    lines=(ReceiptLine("Widget", Qty(3000), "", m("0.0045"), Money(0), m("0.01")),),
    subtotal=m("0.01"),
    total=m("0.01"),
    tax_on_top=True,
    taxes=(TaxLine("", "8.25%", m("0.01"), m("0"), m("0.01")),),
    tenders=(TenderLine("Card", m("0.01"), "4242"),),
    copy=2,
    practice=True,
)
SWISS = SalesReceipt(
    number="3-1",
    at="2026-11-23 09:05",
    currency="CHF",
    lines=(ReceiptLine("Öpfelsaft", ONE, "", m("12.32"), Money(0), m("12.32")),),
    subtotal=m("12.32"),
    total=m("12.32"),
    rounding=m("-0.02"),
    tenders=(TenderLine("Bar", m("20")),),
    change=m("7.70"),
)
SERIALS = SalesReceipt(
    number="1-7",
    at="2026-11-23 09:05",
    currency="GBP",
    lines=(
        ReceiptLine("Phone", Qty(2000), "", m("99"), m("8"), m("190"), serials=("SN-0001", "SN-0002")),
        ReceiptLine("Phone (returned)", Qty(-1000), "", m("99"), Money(0), m("-99"), serials=("SN-0000",)),
    ),
    subtotal=m("91"),
    total=m("91"),
    tenders=(TenderLine("Card", m("91")),),
)
REPORT = CashReport(
    number="1-10500",
    at="23 Nov 2026 20:04",
    currency="GBP",
    final=True,
    shift_number=7,
    opened="23 Nov 2026 07:55",
    closed="23 Nov 2026 20:03",
    shop_name="Corner & Kettle",
    station="Till 1",
    cashier="Ana",
    opening_float=m("100"),
    gross_sales=m("1284.35"),
    returns=m("14.20"),
    discounts=m("31.05"),
    methods=(MethodTotal("Cash", 61, m("402.15")), MethodTotal("Card", 88, m("868.00"))),
    taxes=TAXES,
    moves=(CashMove("09:12", "Milk from the shop next door", m("-3.60"), "Bo"), CashMove("11:00", "Change", m("50"))),
    expected=m("548.55"),
    counted=m("548.05"),
    over_short=m("-0.50"),
    sale_count=149,
    return_count=3,
    void_count=7,
    no_sale_count=2,
    grand_total=m("184220.75"),
    chain_head="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)
SHEET = CommandSheet(
    "Corner & Kettle",
    tuple(SheetCommand(command.code, command.label) for command in commands.COMMANDS),
    "Commands of the till",
)
TEST_PAGE = TestPage("Corner & Kettle", "receipt-printer", "tcp://192.0.2.7:9100", "23 Nov 2026", ("48 columns",))
NASTY = SalesReceipt(
    number="1-1",
    at="x",
    currency="EUR",
    shop_name="Лавка 茶 Ćma",
    lines=(
        ReceiptLine("Milk\x1bp\x00\x19\xfa\x10\x14\x01\x00\x01\x1b@ semi", ONE, "", m("1"), Money(0), m("1.00"), "A"),
        ReceiptLine("x" * 500, ONE, "", m("1"), Money(0), m("999999999.9999"), "A"),
        ReceiptLine("word " * 100, Qty(999_999_999), "kg", m("1"), m("5"), m("1.00"), "A"),
        ReceiptLine("Tea 🍵👩‍👩‍👧 emoji", ONE, "", m("1"), Money(0), m("1.00"), "A"),
        ReceiptLine("שלום עולם 3 ק״ג", ONE, "", m("1"), Money(0), m("1.00"), "A"),
        ReceiptLine("شاي أخضر ٥٠٠ غ", ONE, "", m("1"), Money(0), m("1.00"), "A"),
        ReceiptLine("茶葉 とうきょう 서울 Tee", ONE, "", m("1"), Money(0), m("1.00"), "A"),
        ReceiptLine("Žluťoučký kůň Łódź Ωmega Жук", ONE, "", m("1"), Money(0), m("1.00"), "A"),
        ReceiptLine("Cafe\u0301 ﬁne “quoted” – 5 × 3… €", ONE, "", m("1"), Money(0), m("1.00"), "A"),
        ReceiptLine("\ud800 \u2028 \x9b \uffff \U000e0001", ONE, "", m("1"), Money(0), m("1.00"), "A"),
        ReceiptLine("", ONE, "", m("1"), Money(0), m("1.00"), "A"),
    ),
    total=m("9"),
)
VOUCHER = StoreCreditVoucher(
    "V-000123-4821", "2026-11-24 10:12", "GBP", m("25"), "1-10418", "Corner Shop", ("1 High Street",), ("Open daily",),
    "Ana",
)  # fmt: skip
INVOICE = SalesReceipt(
    number="1-10419", at="2026-11-24 10:15", currency="GBP", total=m("-3"), shop_name="Corner Shop",
    shop_lines=("1 High Street", "Tax number GB1"), title="Invoice", cashier="Ana", station="Till 1",
    customer="Bo Berg Trading", customer_lines=("Nørregade 4", "8000 Aarhus", "Tax number DK77665544"),
    lines=(
        ReceiptLine("Green tea", Qty(2 * ONE), unit_price=m("2.50"), amount=m("5"), tax_letter="A"),
        ReceiptLine(
            "Mug", Qty(-ONE), unit_price=m("8"), amount=m("-8"), tax_letter="A", note="Return of 1-10418"
        ),
    ),
    taxes=(TaxLine("A", "20%", m("-2.50"), m("-0.50"), m("-3")),),
    tenders=(TenderLine("Store credit", m("-3"), "V-000124-0001"),),
    credit_lines=("Voucher V-000124-0001 for 3.00",),
)  # fmt: skip

EVERYTHING = {
    "receipt": RECEIPT,
    "on_top": ON_TOP,
    "swiss": SWISS,
    "serials": SERIALS,
    "report": REPORT,
    "voucher": VOUCHER,
    "invoice": INVOICE,
    "sheet": SHEET,
    "test_page": TEST_PAGE,
    "nasty": NASTY,
}
