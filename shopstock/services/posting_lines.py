"""Deciding a document: what each of its lines moves, costs and books, in memory, by the rules of ``core.costing``.

A :class:`Sheet` is one document on its way. It changes pools, layers and shortfalls in memory and collects the rows;
nothing is written here. Every line says what stands against Inventory, so the journal balances by construction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from shopstock.core.cost_layers import Issue, Layer, Part, Settled
from shopstock.core.cycle import Trigger
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import Account, MovementKind
from shopstock.core.units import format_scaled
from shopstock.services.posting_ids import Ids
from shopstock.services.posting_read import PostedLine
from shopstock.services.posting_rows import ItemState, Row, Rows

#: What a draft line says, in the order in which ``document_line`` stores it after its own first five columns.
line_fields: Callable[[DraftLine], tuple[Any, ...]] = attrgetter(
    "kind._value_", "item_id", "qty", "location_id", "to_location_id", "value", "unit_price", "list_price", "discount",
    "net", "tax", "tax_rate", "cause", "of_line_id", "code", "description",
)  # fmt: skip

#: Flags of a posted line.
OVERSOLD, UNCOSTED, NO_SALE = "oversold", "uncosted", "no_sale"
#: The cause on a landed-cost line that says: the supplier's invoice differs from what was received at.
INVOICE_DIFFERENCE = "invoice_difference"

#: What happened longer ago than this (a day, in microseconds) is history that is imported: it asks for no count.
_NEWS = 86_400_000_000

_INVENTORY = (Account.INVENTORY.value, "")
COGS = (Account.COGS.value, "")
VARIANCE = (Account.PRICE_VARIANCE.value, "")
SUPPLIER = (Account.SUPPLIER.value, "")
_SALES = (Account.SALES.value, "")
AGAINST_ARRIVAL = {
    "opening": (Account.OPENING_BALANCE.value, ""),
    "goods_receipt": (Account.GOODS_RECEIVED_NOT_INVOICED.value, ""),
}

# Places in the figures of item_day (see posting_rows.DAY_FIGURES).
QTY, VALUE, SOLD, RETURNED, LINES, NET, TAX, DISCOUNT, COST = range(9)
RECEIVED, RECEIVED_VALUE, LOST, LOST_VALUE = range(9, 13)

AccountKey = tuple[str, str]
_tax_keys: dict[int, AccountKey] = {}


def tax_key(rate: int) -> AccountKey:
    """Return the Tax account of a rate (1/1,000 of a percent)."""
    key = _tax_keys.get(rate)
    if key is None:
        key = _tax_keys[rate] = (Account.TAX.value, format_scaled(rate, 3) + "%")
    return key


@dataclass(slots=True)
class Known:
    """What was looked up for a line that refers to another one."""

    line: PostedLine
    parts: list[Part]
    layer: Layer | None = None
    mark: tuple[int, int, int, int] | None = None
    moved: tuple[int, int] = (0, 0)
    #: For the reversal of a return: the sale's line and its parts.
    sale_parts: list[Part] | None = None
    #: For the reversal of an arrival: (quantity, value, line) of the one before it.
    cost_before: tuple[int, int, int | None] = (0, 0, None)
    #: For the reversal of a goods receipt: what is stored of it as not invoiced.
    uninvoiced: tuple[int, int] = (0, 0)


class Sheet:
    """One document being decided."""

    def __init__(
        self, draft: Draft, document_id: int, posted_at: int, day: int, rows: Rows, states: dict[int, ItemState],
        ids: Ids, layer_by_id: Callable[[ItemState, int], Layer], expected: Callable[[int, int, int, int], int],
    ) -> None:  # fmt: skip
        self.draft = draft
        self.id = document_id
        self.occurred_at: int = draft.occurred_at
        self.posted_at = posted_at
        self.day = day
        self.month = day // 100
        self.rows = rows
        self.states = states
        self.ids = ids
        self.layer_by_id = layer_by_id
        self.expected = expected
        #: What the ledger expected of the line that was counted last.
        self.was_expected: int | None = None
        self.lines: list[Row] = []
        self.movements: list[Row] = []
        self.journal: dict[AccountKey, int] = {}
        self.net = self.tax = self.discount = self.cogs = 0
        #: COGS of true-ups and late costs that this document brought about, for the hour's figures.
        self.late_cogs = 0
        self.sale_lines = 0
        #: Whether this happened just now, so that it may ask for a count.
        self.news = draft.occurred_at > posted_at - _NEWS

    # -- the parts that all lines share -------------------------------------------------------------------------------

    def book(self, key: AccountKey, amount: int) -> None:
        self.journal[key] = self.journal.get(key, 0) + amount

    def figures_of(self, item_id: int) -> list[int]:
        key = (item_id, self.day)
        figures = self.rows.days.get(key)
        if figures is None:
            figures = self.rows.days[key] = [0] * 13
        return figures

    def move(self, line_id: int, item_id: int, location_id: int, kind: str, qty: int, value: int) -> int:
        """Note a movement; return its id."""
        rows = self.rows
        movement_id = self.ids.movement()
        self.movements.append(
            (
                movement_id, self.id, line_id, item_id, location_id, kind, qty, value, self.occurred_at, self.posted_at,
            )
        )  # fmt: skip
        if qty:
            place = (item_id, location_id)
            rows.levels[place] = rows.levels.get(place, 0) + qty
            if qty < 0 and self.news:
                rows.lowered[place] = (self.id, self.posted_at, kind == "sale")
        key = (item_id, location_id, self.month)
        month = rows.months.get(key)
        if month is None:
            rows.months[key] = [qty, value]
        else:
            month[0] += qty
            month[1] += value
        if value:
            self.journal[_INVENTORY] = self.journal.get(_INVENTORY, 0) + value
        return movement_id

    def touch(self, state: ItemState, before: int) -> None:
        """Remember that a pool changed, and when it ran out or was filled again."""
        self.rows.states[state.item_id] = state
        if before > 0 >= state.qty:
            self.rows.spans.append((True, state.item_id, self.occurred_at))
        elif before <= 0 < state.qty:
            self.rows.spans.append((False, state.item_id, self.occurred_at))

    def take_out(
        self, line_id: int, line: DraftLine, qty: int, state: ItemState, issue: Issue, kind: str, against: AccountKey
    ) -> str:
        """Note what an issue moved and took; return the line's flags."""
        item_id = state.item_id
        rows = self.rows
        movement_id = self.move(line_id, item_id, line.location_id, kind, -qty, -issue.cost)
        for layer, part, value in issue.taken:
            rows.consumption.append((self.ids.consumption(), line_id, movement_id, layer.id, part, value))
            rows.layers[layer.id] = (item_id, layer)
        if not issue.short_qty:
            return ""
        short = state.open_shortfall(self.ids.shortfall(), line_id, issue, *against)
        rows.shortfalls[short.id] = (item_id, short)
        rows.count_due.append((item_id, OVERSOLD, self.id, self.posted_at, line.location_id))
        return f"{OVERSOLD} {UNCOSTED}" if issue.uncosted else OVERSOLD

    def settle(self, settled: list[Settled], item_id: int, location_id: int) -> None:
        """Note the true-ups that arriving goods brought about: each its own row, linked to the line that went short."""
        rows = self.rows
        for short, layer, qty, provisional, actual in settled:
            more = actual - provisional
            movement_id = self.move(short.line_id, item_id, location_id, MovementKind.COST_ADJUSTMENT.value, 0, -more)
            rows.consumption.append((self.ids.consumption(), short.line_id, movement_id, layer.id, qty, actual))
            rows.layers[layer.id] = (item_id, layer)
            if short.id not in rows.shortfalls:
                rows.old_shortfalls[short.id] = short
            self.book((short.account, short.detail), more)
            figures = self.figures_of(item_id)
            figures[VALUE] -= more
            if short.account == Account.COGS:
                figures[COST] += more
                self.late_cogs += more
            elif short.account == Account.PRICE_VARIANCE:
                figures[RECEIVED_VALUE] -= more
            else:
                figures[LOST_VALUE] += more

    def take_in(
        self, line_id: int, line: DraftLine, state: ItemState, kind: str, qty: int, value: int, *, priced: bool = False
    ) -> None:
        """Take goods into the pool and note it, with what they settled."""
        before = state.qty
        layer, settled = state.receive(qty, value, line_id, self.ids.layer, priced=priced)
        self.rows.layers[layer.id] = (state.item_id, layer)
        if state.average:
            gone = sum(one.qty for one in settled)
            self.rows.marks.append((line_id, state.item_id, qty, qty - gone, state.survival, state.epoch))
        self.move(line_id, state.item_id, line.location_id, kind, qty, value)
        self.settle(settled, state.item_id, line.location_id)
        self.touch(state, before)

    def put_back(
        self, line_id: int, line: DraftLine, state: ItemState, kind: str, of: PostedLine, parts: list[Part]
    ) -> int:
        """Put goods back at the cost that left; return it."""
        before = state.qty
        shorts = [short for short in state.shortfalls if short.line_id == of.id]
        value, settled = state.put_back(line.qty, shorts, parts, lambda id: self.layer(state, id))
        for short in shorts:
            if short.id not in self.rows.shortfalls:
                self.rows.old_shortfalls[short.id] = short
        self.parts_changed(parts)
        self.move(line_id, state.item_id, line.location_id, kind, line.qty, value)
        self.settle(settled, state.item_id, line.location_id)
        self.touch(state, before)
        return value

    def parts_changed(self, parts: list[Part]) -> None:
        for part in parts:
            if part.changed:
                self.rows.parts[part.id] = part

    def layer(self, state: ItemState, layer_id: int) -> Layer:
        layer = self.layer_by_id(state, layer_id)
        self.rows.layers[layer_id] = (state.item_id, layer)
        return layer

    def revenue(self, line: DraftLine, sign: int, figures: list[int]) -> None:
        """Book the price of a sold (+1) or returned (-1) line."""
        net, tax, discount = sign * line.net, sign * line.tax, sign * line.discount
        if net:
            self.book(_SALES, -net)
        if tax:
            self.book(tax_key(line.tax_rate), -tax)
        self.net += net
        self.tax += tax
        self.discount += discount
        figures[NET] += net
        figures[TAX] += tax
        figures[DISCOUNT] += discount

    # -- one way of moving stock each ---------------------------------------------------------------------------------

    def sale(self, line_id: int, line: DraftLine, known: Known | None) -> str:
        """Sell: out of the oldest layers, against COGS."""
        item_id = line.item_id
        figures = self.figures_of(item_id)
        state = self.states[item_id]
        flags = ""
        if state.stocked:
            before = state.qty
            issue = state.issue(line.qty)
            flags = self.take_out(line_id, line, line.qty, state, issue, "sale", COGS)
            cost = issue.cost
            self.book(COGS, cost)
            figures[QTY] -= line.qty
            figures[VALUE] -= cost
            figures[COST] += cost
            self.cogs += cost
            self.touch(state, before)
            state.sold_at = max(state.sold_at or 0, self.occurred_at)
        figures[SOLD] += line.qty
        figures[LINES] += 1
        self.sale_lines += 1
        self.revenue(line, 1, figures)
        return flags

    def customer_return(self, line_id: int, line: DraftLine, known: Known | None) -> str:
        """Take back at the cost that left; without its sale at current cost."""
        item_id = line.item_id
        figures = self.figures_of(item_id)
        state = self.states[item_id]
        flags = "" if known is not None else NO_SALE
        if state.stocked:
            if known is not None:
                value = self.put_back(line_id, line, state, "customer_return", known.line, known.parts)
            else:
                value, uncosted = state.current(line.qty)
                self.take_in(line_id, line, state, "customer_return", line.qty, value)
                if uncosted:
                    flags = f"{NO_SALE} {UNCOSTED}"
                if self.news:
                    reason = Trigger.RETURN_WITHOUT_SALE.value
                    self.rows.count_due.append((item_id, reason, self.id, self.posted_at, line.location_id))
            self.book(COGS, -value)
            figures[QTY] += line.qty
            figures[VALUE] += value
            figures[COST] -= value
            self.cogs -= value
        figures[RETURNED] += line.qty
        self.revenue(line, -1, figures)
        return flags

    def arrival(self, line_id: int, line: DraftLine, known: Known | None) -> str:
        """Take in a goods receipt or an opening balance at its value."""
        kind = line.kind.value
        value: int = line.value if line.value is not None else 0
        state = self.states[line.item_id]
        self.take_in(line_id, line, state, kind, line.qty, value, priced=True)
        state.received_at = max(state.received_at or 0, self.occurred_at)
        self.book(AGAINST_ARRIVAL[kind], -value)
        if kind == "goods_receipt":
            self.rows.more_uninvoiced(line_id, line.qty, value)
        figures = self.figures_of(line.item_id)
        figures[QTY] += line.qty
        figures[VALUE] += value
        figures[RECEIVED] += line.qty
        figures[RECEIVED_VALUE] += value
        return ""

    def supplier_return(self, line_id: int, line: DraftLine, known: Known | None) -> str:
        """Send back at carrying cost, from its own layer if that still holds it; the credit's gap is price variance."""
        state = self.states[line.item_id]
        before = state.qty
        own = None
        if known is not None:
            own = next((layer for layer in state.layers if layer.source_line == known.line.id), None)
        issue = state.issue_from(own, line.qty)
        flags = self.take_out(line_id, line, line.qty, state, issue, "supplier_return", VARIANCE)
        self.touch(state, before)
        credit: int = line.value if line.value is not None else issue.cost
        self.book(SUPPLIER, credit)
        self.book(VARIANCE, issue.cost - credit)
        figures = self.figures_of(line.item_id)
        figures[QTY] -= line.qty
        figures[VALUE] -= issue.cost
        figures[RECEIVED] -= line.qty
        figures[RECEIVED_VALUE] -= issue.cost
        return flags

    def transfer(self, line_id: int, line: DraftLine, known: Known | None) -> str:
        """Move quantity from place to place; no value moves."""
        assert line.to_location_id is not None
        self.move(line_id, line.item_id, line.location_id, "transfer", -line.qty, 0)
        self.move(line_id, line.item_id, line.to_location_id, "transfer", line.qty, 0)
        return ""

    def write_off(self, line_id: int, line: DraftLine, known: Known | None) -> str:
        """Take out what is lost, against write-offs by cause."""
        return self.lose(line_id, line, "write_off", line.qty, (Account.WRITE_OFFS.value, line.cause))

    def lose(self, line_id: int, line: DraftLine, kind: str, qty: int, against: AccountKey) -> str:
        """Take out what is not there any more, at cost."""
        state = self.states[line.item_id]
        before = state.qty
        issue = state.issue(qty)
        flags = self.take_out(line_id, line, qty, state, issue, kind, against)
        self.touch(state, before)
        self.book(against, issue.cost)
        figures = self.figures_of(line.item_id)
        figures[QTY] -= qty
        figures[VALUE] -= issue.cost
        figures[LOST] += qty
        figures[LOST_VALUE] += issue.cost
        return flags

    def found(self, line_id: int, line: DraftLine, known: Known | None) -> str:
        """Take in what turned up, at the newest cost unless a value is given."""
        return self.find(line_id, line, "found", line.qty)

    def find(self, line_id: int, line: DraftLine, kind: str, qty: int) -> str:
        """Take in what is there after all, at the newest cost unless the line gives a value."""
        state = self.states[line.item_id]
        value, uncosted = (int(line.value), False) if line.value is not None else state.newest(qty)
        self.take_in(line_id, line, state, kind, qty, value)
        self.book((Account.SHRINKAGE.value, line.cause), -value)
        figures = self.figures_of(line.item_id)
        figures[QTY] += qty
        figures[VALUE] += value
        figures[LOST] -= qty
        figures[LOST_VALUE] -= value
        return UNCOSTED if uncosted else ""
