"""Currencies as data: decimals, cash rounding, the notes and coins people hand over, the sign.

A row of the table below is one currency; adding one is adding a line. Amounts are ``Money`` (1/10,000 of the unit), so
a cent is 100, a Japanese yen 10,000 and a Kuwaiti fils 10. The minor digits are those of ISO 4217, as trade uses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, Money, format_money, parse_money, round_to


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency.

    ``digits``: decimals of a price; ``step``: the smallest amount of a total; ``cash_step``: the smallest amount that
    cash can pay (Swiss francs: 0.05); ``denominations``: notes and coins, largest first; ``symbol``: what stands before
    or after an amount where people read it.
    """

    code: str
    digits: int
    step: Money
    cash_step: Money
    denominations: tuple[Money, ...]
    symbol: str

    def format(self, value: Money) -> str:
        """Write an amount with the currency's decimals, and with more only if it would not be exact otherwise."""
        return format_money(value, self.digits)

    def round(self, value: Money) -> Money:
        """Round to the smallest amount of a total, half away from zero."""
        return round_to(value, self.step)

    def round_cash(self, value: Money) -> Money:
        """Round to the smallest amount that cash can pay, half away from zero."""
        return round_to(value, self.cash_step)


#: code, digits, cash step ("-" = the smallest amount of a total), symbol, notes and coins (largest first)
_TABLE = """
AED 2 0.25 AED  1000 500 200 100 50 20 10 5 1 0.50 0.25
ARS 2 10   $    20000 10000 2000 1000 500 200 100 50 20 10
AUD 2 0.05 $    100 50 20 10 5 2 1 0.50 0.20 0.10 0.05
BGN 2 -    лв   100 50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01
BHD 3 0.005 BD  20 10 5 1 0.500 0.100 0.050 0.025 0.010 0.005
BRL 2 0.05 R$   200 100 50 20 10 5 2 1 0.50 0.25 0.10 0.05
CAD 2 0.05 $    100 50 20 10 5 2 1 0.25 0.10 0.05
CHF 2 0.05 CHF  1000 200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05
CLP 0 10   $    20000 10000 5000 2000 1000 500 100 50 10
CNY 2 0.10 ¥    100 50 20 10 5 1 0.50 0.10
COP 2 50   $    100000 50000 20000 10000 5000 2000 1000 500 200 100 50
CZK 2 1    Kč   5000 2000 1000 500 200 100 50 20 10 5 2 1
DKK 2 0.50 kr   1000 500 200 100 50 20 10 5 2 1 0.50
EGP 2 0.25 E£   200 100 50 20 10 5 1 0.50 0.25
EUR 2 -    €    500 200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01
GBP 2 -    £    50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01
HKD 2 0.10 HK$  1000 500 100 50 20 10 5 2 1 0.50 0.20 0.10
HUF 2 5    Ft   20000 10000 5000 2000 1000 500 200 100 50 20 10 5
IDR 2 100  Rp   100000 50000 20000 10000 5000 2000 1000 500 200 100
ILS 2 0.10 ₪    200 100 50 20 10 5 2 1 0.50 0.10
INR 2 0.50 ₹    500 200 100 50 20 10 5 2 1 0.50
ISK 0 1    kr   10000 5000 2000 1000 500 100 50 10 5 1
JOD 3 0.005 JD  50 20 10 5 1 0.500 0.250 0.100 0.050 0.010 0.005
JPY 0 1    ¥    10000 5000 2000 1000 500 100 50 10 5 1
KES 2 1    KSh  1000 500 200 100 50 40 20 10 5 1
KRW 0 10   ₩    50000 10000 5000 1000 500 100 50 10
KWD 3 0.005 KD  20 10 5 1 0.500 0.250 0.100 0.050 0.020 0.010 0.005
MAD 2 0.05 DH   200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05
MXN 2 0.10 $    1000 500 200 100 50 20 10 5 2 1 0.50 0.20 0.10
MYR 2 0.05 RM   100 50 20 10 5 1 0.50 0.20 0.10 0.05
NGN 2 1    ₦    1000 500 200 100 50 20 10 5 2 1
NOK 2 1    kr   1000 500 200 100 50 20 10 5 1
NZD 2 0.10 $    100 50 20 10 5 2 1 0.50 0.20 0.10
OMR 3 0.005 RO  50 20 10 5 1 0.500 0.100 0.050 0.025 0.010 0.005
PEN 2 0.10 S/   200 100 50 20 10 5 2 1 0.50 0.20 0.10
PHP 2 0.05 ₱    1000 500 200 100 50 20 10 5 1 0.25 0.05
PKR 2 1    Rs   5000 1000 500 100 75 50 20 10 5 2 1
PLN 2 -    zł   500 200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01
RON 2 -    lei  500 200 100 50 20 10 5 1 0.50 0.10 0.05 0.01
RSD 2 1    din  5000 2000 1000 500 200 100 50 20 10 5 2 1
SAR 2 0.05 SR   500 200 100 50 20 10 5 2 1 0.50 0.25 0.10 0.05
SEK 2 1    kr   1000 500 200 100 50 20 10 5 2 1
SGD 2 0.05 $    1000 100 50 10 5 2 1 0.50 0.20 0.10 0.05
THB 2 0.25 ฿    1000 500 100 50 20 10 5 2 1 0.50 0.25
TND 3 0.010 DT  50 20 10 5 2 1 0.500 0.200 0.100 0.050 0.020 0.010
TRY 2 -    ₺    200 100 50 20 10 5 1 0.50 0.25 0.10 0.05 0.01
TWD 2 1    NT$  2000 1000 500 200 100 50 20 10 5 1
UAH 2 0.50 ₴    1000 500 200 100 50 20 10 5 2 1 0.50
USD 2 -    $    100 50 20 10 5 2 1 0.50 0.25 0.10 0.05 0.01
VND 0 200  ₫    500000 200000 100000 50000 20000 10000 5000 2000 1000 500 200
XAF 0 1    FCFA 10000 5000 2000 1000 500 200 100 50 25 10 5 2 1
XOF 0 5    CFA  10000 5000 2000 1000 500 250 200 100 50 25 10 5
ZAR 2 0.10 R    200 100 50 20 10 5 2 1 0.50 0.20 0.10
"""


@cache
def _currencies() -> dict[str, Currency]:
    found = {}
    for line in _TABLE.split("\n"):
        if line:
            code, digits_text, cash, symbol, *amounts = line.split()
            digits = int(digits_text)
            step = Money(MONEY_SCALE // 10**digits)
            found[code] = Currency(
                code=code,
                digits=digits,
                step=step,
                cash_step=step if cash == "-" else parse_money(cash),
                denominations=tuple(parse_money(amount) for amount in amounts),
                symbol=symbol,
            )
    return found


def codes() -> tuple[str, ...]:
    """List the ISO codes of all currencies known, in order of the alphabet."""
    return tuple(_currencies())


def of(code: str) -> Currency:
    """Return the currency of an ISO code, in any case; raise ``Refused`` for one that is not known."""
    found = _currencies().get(code.strip().upper())
    if found is None:
        raise Refused(_("{code} is no currency this program knows. Use one of: {known}.").format(
            code=code[:20], known=", ".join(codes())
        ))  # fmt: skip
    return found
