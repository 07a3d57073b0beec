"""The rows of an open sale, and the goods and sold lines that they are made from."""

from __future__ import annotations

from dataclasses import dataclass

from shopstock.core.catalogue import LOTS, SERIALS
from shopstock.core.codes import NO_TRACE, Trace
from shopstock.core.entry import clean
from shopstock.core.returns import Condition, Outcome
from shopstock.core.units import ONE, ZERO_MONEY, ZERO_QTY, DocumentId, ItemId, LineId, Money, Qty

MAX_CODE = 80
NO_ITEM = ItemId(0)


@dataclass(frozen=True, slots=True)
class Goods:
    """What the till knows of an item: ``price`` of one ``unit``, ``tax_rate`` in 1/1,000 of a percent.

    ``asks_price`` items have no price of their own: the till asks for it. Items that are not ``stocked`` (a service, an
    open price) can neither run out nor be allocated. ``tracks`` says what is kept about single goods
    (``catalogue.TRACKS``).
    """

    item_id: ItemId
    sku: str
    name: str
    price: Money
    tax_rate: int = 0
    unit: str = "piece"
    stocked: bool = True
    asks_price: bool = False
    tracks: str = ""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of an earlier sale, and what of it may still come back.

    ``left_qty`` is sold minus returned; ``left_gross``, ``left_tax`` and ``left_discount`` are what those carry,
    ``serials`` the serial numbers that were sold and have not come back.
    """

    line_id: LineId
    document_id: DocumentId
    document_number: str
    goods: Goods
    description: str
    sold_qty: Qty
    left_qty: Qty
    unit_price: Money
    left_gross: Money
    left_tax: Money
    left_discount: Money
    code: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CartLine:
    """One row. ``qty`` is positive; ``comes_back`` tells the direction.

    ``fixed_amount`` is the amount of a price-embedded code, which counts instead of quantity × price. ``most`` and
    ``rest_…`` belong to a line that comes back with its sale: what may come back at the most, and the money it carries.

    ``lot`` and ``expires`` (YYYYMMDD, 0: not said) are what the code on the goods says. ``serials`` are the serial
    numbers given so far, ``no_serial`` how many pieces go without one.

    ``condition``, ``outcome`` and ``reason`` (the key of a cause of purpose "return") are said of goods that come back.
    """

    uid: int
    qty: Qty = ONE
    item_id: ItemId = NO_ITEM
    sku: str = ""
    description: str = ""
    unit: str = "piece"
    unit_price: Money = ZERO_MONEY
    list_price: Money = ZERO_MONEY
    tax_rate: int = 0
    stocked: bool = True
    code: str = ""
    unknown: bool = False
    open_price: bool = False
    alone: bool = False
    fixed_amount: Money | None = None
    discount_percent: int = 0
    discount_amount: Money = ZERO_MONEY
    comes_back: bool = False
    of_line_id: LineId | None = None
    of_document_id: DocumentId | None = None
    of_number: str = ""
    most: Qty = ZERO_QTY
    rest_gross: Money = ZERO_MONEY
    rest_tax: Money = ZERO_MONEY
    rest_discount: Money = ZERO_MONEY
    tracks: str = ""
    lot: str = ""
    expires: int = 0
    serials: tuple[str, ...] = ()
    no_serial: int = 0
    condition: Condition = Condition.AS_NEW
    outcome: Outcome = Outcome.STOCK
    reason: str = ""

    @property
    def serials_wanted(self) -> int:
        """How many serial numbers are still to be asked for."""
        pieces = self.qty // ONE if self.tracks == SERIALS else 0
        return max(0, pieces - len(self.serials) - self.no_serial)

    @property
    def discounted(self) -> bool:
        """Tell whether the line itself carries a discount."""
        return bool(self.discount_percent or self.discount_amount)


@dataclass(frozen=True, slots=True)
class Voided:
    """A line taken off the sale, and where it stood."""

    index: int
    line: CartLine


def row_of(goods: Goods, qty: Qty, code: str, *, alone: bool, trace: Trace = NO_TRACE) -> CartLine:
    """Return the row of so much of an item, with what its code says."""
    by_lots = goods.tracks == LOTS
    return CartLine(
        uid=0, qty=qty, item_id=goods.item_id, sku=goods.sku, description=goods.name, unit=goods.unit,
        unit_price=goods.price, list_price=goods.price, tax_rate=goods.tax_rate, stocked=goods.stocked,
        code=clean(code)[:MAX_CODE], alone=alone, tracks=goods.tracks, lot=trace.lot if by_lots else "",
        expires=trace.expires if by_lots else 0,
        serials=(trace.serial,) if trace.serial and goods.tracks == SERIALS else (),
    )  # fmt: skip
