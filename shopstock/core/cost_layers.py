"""What the cost rules are about: layers, shortfalls, what a line took from which layer, and what an event came to.

Quantities are 1/1,000 units, values 1/10,000 of the currency. The rules are in :mod:`shopstock.core.costing`.
"""

from __future__ import annotations

from typing import NamedTuple


class Layer:
    """What is left of one arrival (FIFO) or of all of them (moving average)."""

    __slots__ = ("id", "qty_in", "qty_left", "source_line", "stored", "value_in", "value_left")

    def __init__(
        self, id: int, source_line: int, qty_in: int = 0, value_in: int = 0, qty_left: int = 0, value_left: int = 0
    ) -> None:
        self.id = id
        self.source_line = source_line
        self.qty_in = qty_in
        self.value_in = value_in
        self.qty_left = qty_left
        self.value_left = value_left
        #: The four figures as the database has them; ``None`` while the row is new.
        self.stored: tuple[int, int, int, int] | None = None


class Shortfall:
    """What a line took beyond the stock, at a provisional value, until goods arrive to settle it.

    ``account`` and ``detail`` name where its cost went, for the difference that is found when it is settled.
    """

    __slots__ = ("account", "detail", "id", "line_id", "qty", "qty_open", "stored", "uncosted", "value", "value_open")

    def __init__(
        self, id: int, line_id: int, qty: int, value: int, qty_open: int, value_open: int, uncosted: int, account: str,
        detail: str,
    ) -> None:  # fmt: skip
        self.id = id
        self.line_id = line_id
        self.qty = qty
        self.value = value
        self.qty_open = qty_open
        self.value_open = value_open
        self.uncosted = uncosted
        self.account = account
        self.detail = detail
        self.stored: tuple[int, int] | None = None


class Part:
    """What one line took from one layer, and how much of that has come back."""

    __slots__ = ("changed", "id", "layer_id", "qty", "returned_qty", "returned_value", "value")

    def __init__(self, id: int, layer_id: int, qty: int, value: int, returned_qty: int, returned_value: int) -> None:
        self.id = id
        self.layer_id = layer_id
        self.qty = qty
        self.value = value
        self.returned_qty = returned_qty
        self.returned_value = returned_value
        self.changed = False


class Taken(NamedTuple):
    """``qty`` and ``value`` taken from one layer."""

    layer: Layer
    qty: int
    value: int


class Settled(NamedTuple):
    """A shortfall, or a part of it, that arriving goods settled: taken from ``layer`` at ``actual``."""

    shortfall: Shortfall
    layer: Layer
    qty: int
    provisional: int
    actual: int


class Issue(NamedTuple):
    """What left: its whole ``cost`` (provisional part included), the parts taken, and what was not there."""

    cost: int
    taken: list[Taken]
    short_qty: int
    short_value: int
    uncosted: bool


class Spread(NamedTuple):
    """How a late cost falls: what its goods still ``held`` carry, what has ``gone``, what a credit could not take."""

    held: int
    gone: int
    capped: int
