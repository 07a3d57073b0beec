"""Turn the UCI Online Retail sales into a history file, and cost it by the textbook, independently of the program.

The data has sales, cancellations and price-0 lines, but no purchases and no costs. So every item gets a declared
opening stock of about half of what it will sell at 40 % of its usual price, and one goods receipt at 45 % half-way
through the data: some items run out before it comes and are settled then, others have two layers.
"""

from __future__ import annotations

import csv
import lzma
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal, getcontext
from pathlib import Path
from typing import NamedTuple

FILE = "online_retail_2010_2011.csv.xz"
COLUMNS = ("at", "event", "reference", "sku", "quantity", "unit_cost", "unit_price", "cause", "of", "party")
#: Codes of the retailer that are services, fees and vouchers, not stock.
_SERVICES = {"POST", "DOT", "M", "C2", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS"}
_OPENED = "2010-11-30T09:00:00"


class Line(NamedTuple):
    """One line of the retailer's data."""

    invoice: str
    code: str
    description: str
    quantity: int
    at: str
    price: str
    customer: str


def is_stock(code: str) -> bool:
    """Tell whether a code of the data is goods that can lie on a shelf."""
    upper = code.upper()
    return upper not in _SERVICES and not re.match(r"GIFT_0001", upper)


def lines(folder: Path, limit: int | None) -> Iterator[Line]:
    """Yield the lines of goods among the first ``limit`` lines of the data."""
    with lzma.open(folder / FILE, "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if limit is not None and number >= limit:
                return
            if is_stock(row["StockCode"]):
                yield Line(
                    row["InvoiceNo"], row["StockCode"], " ".join(row["Description"].split()), int(row["Quantity"]),
                    row["InvoiceDate"].replace(" ", "T"), row["UnitPrice"], row["CustomerID"],
                )  # fmt: skip


def write_history(folder: Path, target: Path, limit: int | None = None) -> int:
    """Write the history file; return how many rows it has."""
    source = list(lines(folder, limit))
    sold: defaultdict[str, int] = defaultdict(int)
    prices: dict[str, str] = {}
    for line in source:
        if line.quantity > 0 and Decimal(line.price) > 0:
            sold[line.code.upper()] += line.quantity
            prices.setdefault(line.code.upper(), line.price)
    received = source[len(source) // 2].at[:10] + "T07:00:00"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        rows = 0
        for number, code in enumerate(sorted({line.code.upper() for line in source})):
            price = Decimal(prices.get(code, "1"))
            half = sold[code] // 2 + 1
            writer.writerow(
                [_OPENED, "opening", f"OPEN-{number // 500}", code, half, price * Decimal("0.4"), "", "", "", ""]
            )
            writer.writerow(
                [received, "goods_receipt", f"GR-{number // 50}", code, half, price * Decimal("0.45"), "", "", "",
                 f"Supplier {number % 20}"]
            )  # fmt: skip
            rows += 2
        left = _Left()
        for line in source:
            writer.writerow(_row(line, left))
            rows += 1
    return rows


class _Left:
    """What of each customer's purchases has not come back yet, to link cancellations to sales."""

    def __init__(self) -> None:
        self._sold: defaultdict[tuple[str, str], list[list[object]]] = defaultdict(list)

    def sell(self, line: Line) -> None:
        bought = self._sold[line.customer, line.code.upper()]
        if bought and bought[-1][0] == line.invoice:
            bought[-1][1] += line.quantity  # type: ignore[operator]
        else:
            bought.append([line.invoice, line.quantity])

    def cancel(self, line: Line) -> str:
        """Return the latest sale of the same goods to the same customer that still has as many left, or nothing."""
        if line.customer:
            for entry in reversed(self._sold[line.customer, line.code.upper()]):
                if entry[1] >= -line.quantity:  # type: ignore[operator]
                    entry[1] += line.quantity  # type: ignore[operator]
                    return str(entry[0])
        return ""


def _row(line: Line, left: _Left) -> list[object]:
    start: list[object] = [line.at]
    tail = [line.customer]
    if line.invoice.startswith("C"):
        of = left.cancel(line)
        return [*start, "customer_return", line.invoice, line.code, -line.quantity, "", line.price, "", of, *tail]
    if Decimal(line.price) > 0:
        left.sell(line)
        return [*start, "sale", line.invoice, line.code, line.quantity, "", line.price, "", "", *tail]
    cause = line.description or "unknown"
    event = "write_off" if line.quantity < 0 else "found"
    return [*start, event, line.invoice, line.code, abs(line.quantity), "", "", cause, "", *tail]


# --- the same history by the textbook: unit costs in 50 digits, nothing rounded on the way


class Textbook:
    """One item. ``parts`` of a sale line are lists [layer, quantity, unit cost].

    ``slack`` bounds what rounding every movement to 1/10,000 may come to: one for each movement, and more where goods
    are valued at the cost of fewer goods, because their rounding is multiplied.
    """

    def __init__(self, average: bool) -> None:
        self.average = average
        self.layers: list[list[Decimal]] = []  # [quantity left, unit cost], oldest first, for FIFO never removed
        self.oldest = 0
        self.shorts: list[tuple[list[Decimal], list[list[Decimal | int]], bool]] = []
        self.last = Decimal(0)
        self.pool = self.worth = Decimal(0)
        self.cogs = Decimal(0)
        self.slack = Decimal(0)
        self.last_basis = (Decimal(1), Decimal(0))  # quantity and slack behind the last known cost

    @property
    def on_hand(self) -> Decimal:
        return self.pool - sum(short[0][0] for short in self.shorts)

    @property
    def value(self) -> Decimal:
        return self.worth - sum(short[0][0] * short[0][1] for short in self.shorts)

    def _current(self) -> Decimal:
        if self.average:
            return self.worth / self.pool if self.pool else self.last
        while self.oldest < len(self.layers) and not self.layers[self.oldest][0]:
            self.oldest += 1
        return self.layers[self.oldest][1] if self.oldest < len(self.layers) else self.last

    def _know(self, unit: Decimal, quantity: Decimal) -> None:
        self.last, self.last_basis = unit, (quantity, self.slack)

    def _multiply(self, quantity: Decimal) -> None:
        basis, slack = self.last_basis
        if self.average and self.pool:
            basis, slack = self.pool, self.slack
        self.slack += quantity / basis * (1 + slack)

    def _take(self, quantity: Decimal) -> list[list[Decimal | int]]:
        parts: list[list[Decimal | int]] = []
        while quantity and self.pool:
            unit = self._current()
            part = min(quantity, self.pool if self.average else self.layers[self.oldest][0])
            if not self.average:
                self.layers[self.oldest][0] -= part
            self.pool -= part
            self.worth = self.worth - part * unit if self.pool else Decimal(0)
            parts.append([self.oldest, part, unit])
            quantity -= part
        return parts

    def arrive(self, quantity: Decimal, unit: Decimal, *, priced: bool) -> None:
        self.slack += 1
        self.layers.append([quantity, unit])
        self.pool += quantity
        self.worth += quantity * unit
        self._settle()
        if self.average and self.pool:
            self._know(self._current(), self.pool)
        elif priced:
            self._know(unit, quantity)

    def _settle(self) -> None:
        while self.shorts and self.pool:
            short, parts, sold = self.shorts[0]
            for part in self._take(min(short[0], self.pool)):
                short[0] -= part[1]
                parts.append(part)
                if sold:
                    self.cogs += part[1] * (part[2] - short[1])
            if not short[0]:
                self.shorts.pop(0)
            self.slack += 1

    def leave(self, quantity: Decimal, *, sold: bool) -> list[list[Decimal | int]]:
        """Take out; return the parts of the line, to which settlements are added later."""
        self.slack += 1
        parts = self._take(quantity)
        cost = sum((part[1] * part[2] for part in parts), Decimal(0))
        rest = quantity - sum(part[1] for part in parts)
        if rest:
            self._multiply(rest)
            self.shorts.append(([rest, self.last], parts, sold))
            cost += rest * self.last
        if sold:
            self.cogs += cost
        return parts

    def come_back(self, quantity: Decimal, parts: list[list[Decimal | int]]) -> None:
        self.slack += 1
        for entry in [short for short in self.shorts if short[1] is parts]:
            part = min(quantity, entry[0][0])
            entry[0][0] -= part
            self.cogs -= part * entry[0][1]
            quantity -= part
            if not entry[0][0]:
                self.shorts.remove(entry)
        for taken in reversed(parts):
            part = min(quantity, Decimal(taken[1]))
            taken[1] -= part
            self.pool += part
            self.worth += part * taken[2]
            self.cogs -= part * taken[2]
            if not self.average:
                self.layers[int(taken[0])][0] += part
                self.oldest = min(self.oldest, int(taken[0]))
            quantity -= part
        assert not quantity
        self._settle()
        if self.average and self.pool:
            self._know(self._current(), self.pool)

    def come_back_without_sale(self, quantity: Decimal) -> None:
        unit = self._current()
        self._multiply(quantity)
        self.cogs -= quantity * unit
        self.arrive(quantity, unit, priced=False)

    def find(self, quantity: Decimal) -> None:
        self._multiply(quantity)
        self.arrive(quantity, self._current() if self.average else self.last, priced=False)


def textbook(history: Path, average: bool) -> dict[str, Textbook]:
    """Cost a history file, documents in the order of their earliest row; by SKU in capitals."""
    getcontext().prec = 50
    documents: dict[tuple[str, str], list[dict[str, str]]] = {}
    with history.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            documents.setdefault((row["event"], row["reference"]), []).append(row)
    items: defaultdict[str, Textbook] = defaultdict(lambda: Textbook(average))
    sold: defaultdict[tuple[str, str], list[tuple[list[Decimal], list[list[Decimal | int]]]]] = defaultdict(list)
    for (event, reference), rows in sorted(documents.items(), key=lambda entry: min(row["at"] for row in entry[1])):
        for row in rows:
            sku, quantity = row["sku"].upper(), Decimal(row["quantity"])
            item = items[sku]
            if event in ("opening", "goods_receipt"):
                item.arrive(quantity, Decimal(row["unit_cost"]), priced=True)
            elif event == "sale":
                sold[reference, sku].append(([quantity], item.leave(quantity, sold=True)))
            elif event == "write_off":
                item.leave(quantity, sold=False)
            elif event == "found":
                item.find(quantity)
            elif not row["of"]:
                item.come_back_without_sale(quantity)
            else:
                for left, parts in sold[row["of"], sku]:
                    back = min(quantity, left[0])
                    if back:
                        item.come_back(back, parts)
                        left[0] -= back
                        quantity -= back
    return items
