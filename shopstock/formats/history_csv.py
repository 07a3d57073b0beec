"""Read a history file: every row checked for its form, none for what the shop knows.

The header names ``at,event,reference,sku,quantity,unit_cost,unit_price,location,to_location,cause,of,party,amount`` in
any order; columns that would be empty may be missing. A row comes back as a :class:`HistoryRow` with its figures as
integers, or as a :class:`BadRow` with the reason. Texts repeat a million times in such a file, so what each one means
is remembered: reading a row is little more than a few look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, TypeVar

from shopstock.core import names
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, ONE, Instant, Money, Qty, value_at
from shopstock.formats import csv_reading

COLUMNS = (
    "at", "event", "reference", "sku", "quantity", "unit_cost", "unit_price", "location", "to_location", "cause", "of",
    "party", "amount",
)  # fmt: skip
REQUIRED = ("at", "event")
MAX_TEXT = 300
_REMEMBERED = 50_000

T = TypeVar("T")


class HistoryRow(NamedTuple):
    """A row that is right in itself.

    ``cost`` is the whole line's (unit cost × quantity, rounded once), ``gross`` the whole line's price, ``price`` that
    of one unit; each is ``None`` where the file says nothing.
    """

    line: int
    at: Instant
    event: str
    reference: str
    sku: str
    qty: Qty
    cost: Money | None
    price: Money | None
    gross: Money | None
    location: str
    to_location: str
    cause: str
    of: str
    party: str
    amount: Money


class BadRow(NamedTuple):
    """A row that cannot be taken; ``event`` and ``reference`` name the document that falls with it."""

    line: int
    event: str
    reference: str
    reason: str


class Event(NamedTuple):
    """What an event must have beside ``at``; ``zero`` allows a quantity of 0 (nothing was found in a count)."""

    needs: tuple[str, ...]
    zero: bool = False


_GOODS = ("sku", "quantity")
EVENTS: dict[str, Event] = {
    "opening": Event((*_GOODS, "unit_cost")),
    "goods_receipt": Event((*_GOODS, "unit_cost")),
    "sale": Event(_GOODS),
    "customer_return": Event(_GOODS),
    "supplier_return": Event(_GOODS),
    "transfer": Event((*_GOODS, "location", "to_location")),
    "put_away": Event((*_GOODS, "location", "to_location")),
    "dispatch": Event((*_GOODS, "location")),
    "arrive": Event((*_GOODS, "to_location", "of")),
    "write_off": Event((*_GOODS, "cause")),
    "found": Event((*_GOODS, "cause")),
    "set_aside": Event(_GOODS),
    "count": Event(_GOODS, zero=True),
    "landed_cost": Event(("amount", "of")),
    "reversal": Event(("of", "cause"), zero=True),
}


class _Wrong(ValueError):
    """What is wrong with a cell, as the sentence to show."""


def read(path: Path, to_instant: Callable[[datetime], Instant], now: Instant) -> Iterator[HistoryRow | BadRow]:
    """Yield every row of a file in its order; ``to_instant`` turns local times, nothing may be after ``now``.

    Raises ``BadFile`` when the file cannot be used at all: no text, no such header, damaged in the middle.
    """
    with csv_reading.open_table(path) as table:
        columns = csv_reading.columns_of(table.header, COLUMNS, REQUIRED)
        reader = _Reader(columns, table.delimiter, to_instant, now)
        for line, cells in table.rows:
            if cells:
                yield reader.row(line, cells)
            else:
                yield BadRow(line, "", "", _("a quotation mark is out of place; quote the whole cell, or none of it"))


class _Reader:
    """What the texts of one file mean, remembered."""

    def __init__(
        self, columns: Sequence[str], delimiter: str, to_instant: Callable[[datetime], Instant], now: Instant
    ) -> None:
        self._width = len(columns)
        # A column that the file does not have is read from one empty cell past the end.
        self._cells = itemgetter(*(columns.index(name) if name in columns else self._width for name in COLUMNS))
        self._delimiter = delimiter
        self._to_instant = to_instant
        self._now = now
        self._times: dict[str, Instant] = {}
        self._qtys: dict[str, Qty] = {}
        self._amounts: dict[str, Decimal] = {}
        self._texts: dict[str, str] = {}
        self._skus: dict[str, str] = {}
        self._prices: dict[tuple[str, str], tuple[Money, Money]] = {}

    def row(self, line: int, cells: list[str]) -> HistoryRow | BadRow:
        if len(cells) > self._width and any(cells[self._width :]):
            return BadRow(line, "", "", _("there are {found} cells; the header has {wanted}").format(
                found=len(cells), wanted=self._width
            ))  # fmt: skip
        cells = list(map(str.strip, cells))
        cells += [""] * (self._width + 1 - len(cells))
        (
            at, event, reference, sku, quantity, unit_cost, unit_price, location, to_location, cause, of, party, amount,
        ) = self._cells(cells)  # fmt: skip
        rule = EVENTS.get(event)
        if rule is None:
            event = event.casefold()
            rule = EVENTS.get(event)
        if rule is None:
            return BadRow(line, "", "", _("“{event}” is no event; use one of {events}").format(
                event=event[:40], events=", ".join(EVENTS)
            ))  # fmt: skip
        try:
            if rule.needs is not _GOODS or not sku or not quantity:
                _require(rule, dict(zip(COLUMNS, self._cells(cells), strict=True)))
            qty = self._qtys.get(quantity)
            if qty is None:
                qty = self._remember(self._qtys, quantity, self._qty) if quantity else Qty(0)
            if qty == 0 and not rule.zero and event != "landed_cost":
                raise _Wrong(_("the quantity is 0"))
            price, gross = self._priced(unit_price, quantity, qty) if unit_price else (None, None)
            text = self._text
            return HistoryRow(
                line,
                self._times.get(at) or self._remember(self._times, at, self._at),
                event,
                text(reference) if reference else "",
                (self._skus.get(sku) or self._remember(self._skus, sku, _sku)) if sku else "",
                qty,
                self._value(unit_cost, qty, "unit_cost") if unit_cost else None,
                price,
                gross,
                text(location) if location else "",
                text(to_location) if to_location else "",
                text(cause) if cause else "",
                text(of) if of else "",
                text(party) if party else "",
                self._value(amount, ONE, "amount") if amount else Money(0),
            )
        except _Wrong as wrong:
            return BadRow(line, event, reference[:MAX_TEXT], str(wrong))

    def _remember(self, known: dict[str, T], text: str, read: Callable[[str], T]) -> T:
        found = known.get(text)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[text] = read(text)
        return found

    def _at(self, text: str) -> Instant:
        cleaned = text.strip()
        try:
            at = self._to_instant(datetime.fromisoformat(cleaned))
        except (ValueError, OverflowError) as error:
            raise _Wrong(_("“{text}” is no time; write it like 2026-03-02T17:30").format(text=text[:40])) from error
        if at > self._now:
            raise _Wrong(_("{text} is in the future").format(text=cleaned))
        return at

    def _qty(self, text: str) -> Qty:
        try:
            return csv_reading.qty(text.strip(), self._delimiter)
        except Refused as refused:
            raise _Wrong(_("quantity: {reason}").format(reason=_clause(refused))) from refused

    def _amount(self, text: str, name: str) -> Decimal:
        found = self._amounts.get(text)
        if found is None:
            try:
                found = csv_reading.decimal(text.strip(), self._delimiter)
            except Refused as refused:
                raise _Wrong(_("{column}: {reason}").format(column=name, reason=_clause(refused))) from refused
            if len(self._amounts) >= _REMEMBERED:
                self._amounts.clear()
            self._amounts[text] = found
        return found

    def _priced(self, unit_price: str, quantity: str, qty: Qty) -> tuple[Money, Money]:
        """Return the price of one and of all, remembered by both texts."""
        key = (unit_price, quantity)
        found = self._prices.get(key)
        if found is None:
            if len(self._prices) >= _REMEMBERED:
                self._prices.clear()
            whole = self._value(unit_price, qty, "unit_price")
            found = self._prices[key] = self._value(unit_price, ONE, "unit_price"), whole
        return found

    def _value(self, unit: str, qty: Qty, name: str) -> Money:
        value = value_at(self._amount(unit, name), qty)
        if value > MAX_MONEY:
            raise _Wrong(_("{column} × quantity is over 1,000,000,000").format(column=name))
        return value

    def _text(self, text: str) -> str:
        found = self._texts.get(text)
        return self._remember(self._texts, text, _text) if found is None else found


def _require(rule: Event, given: dict[str, str]) -> None:
    for name in rule.needs:
        if not given[name]:
            raise _Wrong(_("the column “{name}” is empty").format(name=name))


def _text(text: str) -> str:
    cleaned = names.clean(text)
    if len(cleaned) > MAX_TEXT:
        raise _Wrong(_("“{start}…” has more than {most} characters").format(start=cleaned[:20], most=MAX_TEXT))
    return cleaned


def _sku(text: str) -> str:
    try:
        return names.sku(text)
    except Refused as refused:
        raise _Wrong(_clause(refused)) from refused


def _clause(refused: Refused) -> str:
    return str(refused).removesuffix(".")
