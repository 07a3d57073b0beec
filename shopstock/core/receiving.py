"""The rules of receiving: what was counted held against what was ordered, and costs spread over what came.

Quantities are in stock units. Nothing here knows prices of items or places; see ``services/receiving``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from shopstock.core.outcome import Refused
from shopstock.core.text import _, ngettext
from shopstock.core.units import ZERO_QTY, Day, ItemId, LocationId, Money, Qty, divide_half_even


class DeliveryState(StrEnum):
    """How far a delivery is. The value is what ``delivery.state`` holds."""

    OPEN = "open"
    POSTED = "posted"
    ABANDONED = "abandoned"


class Step(StrEnum):
    """Where in the wizard a delivery was left."""

    COUNT = "count"
    LABELS = "labels"
    COSTS = "costs"
    POST = "post"


class Condition(StrEnum):
    """How counted goods are."""

    GOOD = "good"
    DAMAGED = "damaged"


class About(StrEnum):
    """What somebody has to decide about."""

    OVER = "over"
    SHORT = "short"
    UNEXPECTED = "unexpected"
    DAMAGED = "damaged"


class Decision(StrEnum):
    """What is done about it."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    BACK_ORDER = "back_order"
    CANCEL_REST = "cancel_rest"
    SET_ASIDE = "set_aside"


class RowState(StrEnum):
    """How a row of a delivery stands."""

    TO_GO = "to_go"
    COMPLETE = "complete"
    OVER = "over"
    SHORT = "short"
    NOT_COUNTED = "not_counted"
    NOT_ON_ORDER = "not_on_order"
    DAMAGED = "damaged"


class Basis(StrEnum):
    """How a cost is spread over goods."""

    VALUE = "value"
    WEIGHT = "weight"
    QUANTITY = "quantity"
    BY_HAND = "by_hand"


#: What may be decided about what; where nobody decides, the first one of SHORT holds and the others ask.
CHOICES: dict[About, tuple[Decision, ...]] = {
    About.OVER: (Decision.ACCEPT, Decision.REFUSE),
    About.SHORT: (Decision.BACK_ORDER, Decision.CANCEL_REST),
    About.UNEXPECTED: (Decision.ACCEPT, Decision.REFUSE),
    About.DAMAGED: (Decision.SET_ASIDE, Decision.REFUSE),
}


class Undecided(Refused):
    """A delivery that cannot be posted yet: ``item_ids`` wait for a decision, ``codes`` belong to no item."""

    def __init__(self, item_ids: Sequence[ItemId], names: Sequence[str], codes: Sequence[str] = ()) -> None:
        if codes:
            sentence = ngettext(
                "The code {code} belongs to no item. Choose its item or drop it.",
                "{n} codes belong to no item, {code} the first. Choose their items or drop them.",
                len(codes),
            ).format(n=len(codes), code=codes[0])
        else:
            sentence = ngettext(
                "Decide what is done about {name}.",
                "Decide what is done about {name} and {more} more.",
                len(names),
            ).format(name=names[0] if names else "", more=len(names) - 1)
        super().__init__(sentence)
        self.item_ids = tuple(item_ids)
        self.codes = tuple(codes)


class PriceAsked(Refused):
    """Goods whose price nobody knows, or is 0 and unconfirmed; ``item_ids`` are the items."""

    def __init__(self, item_ids: Sequence[ItemId], names: Sequence[str]) -> None:
        super().__init__(
            ngettext(
                "Nobody has said what {name} costs. Enter its price, or confirm that it is free.",
                "Nobody has said what {name} and {more} more cost. Enter the prices, or confirm that they are free.",
                len(names),
            ).format(name=names[0] if names else "", more=len(names) - 1)
        )
        self.item_ids = tuple(item_ids)


class Ordered(NamedTuple):
    """What an order line still lets expect: ``qty`` in all, ``shipped`` of it owned already and on its way.

    Lines are handed over with the oldest order first.
    """

    item_id: ItemId
    order_id: int
    order_line_id: int
    qty: Qty
    shipped: Qty = ZERO_QTY


class Counted(NamedTuple):
    """What was counted of an item so far."""

    item_id: ItemId
    good: Qty
    damaged: Qty = ZERO_QTY


class DeliveryRow(NamedTuple):
    """One item of a delivery.

    ``difference`` is counted less ordered. ``to_decide`` are open questions, ``decided`` what was said. ``good_in`` is
    booked in, ``set_aside`` is booked in at the place for damaged goods, ``refused`` goes back; ``short`` is what is
    still missing of the order when this is posted.
    """

    item_id: ItemId
    ordered: Qty
    good: Qty
    damaged: Qty
    state: RowState
    to_decide: tuple[About, ...]
    decided: tuple[tuple[About, Decision], ...]
    good_in: Qty
    set_aside: Qty
    refused: Qty
    short: Qty

    @property
    def counted(self) -> Qty:
        """All that was counted, damaged goods too."""
        return Qty(self.good + self.damaged)

    @property
    def difference(self) -> Qty:
        """Counted less ordered."""
        return Qty(self.good + self.damaged - self.ordered)

    @property
    def rest_cancelled(self) -> bool:
        """Tell whether what is short is given up."""
        return self.short > 0 and (About.SHORT, Decision.CANCEL_REST) in self.decided


Decisions = Mapping[tuple[ItemId, About], Decision]


def compare(ordered: Iterable[Ordered], counted: Iterable[Counted], decisions: Decisions) -> list[DeliveryRow]:
    """Hold what was counted against what was ordered: one row an item, ordered ones first, in their order.

    Of what is over, damaged goods go back first when it is refused. Damaged goods that are refused do not count as
    come: the order waits for others.
    """
    wanted: dict[ItemId, int] = {}
    for line in ordered:
        wanted[line.item_id] = wanted.get(line.item_id, 0) + line.qty
    found: dict[ItemId, tuple[int, int]] = {}
    for one in counted:
        good, damaged = found.get(one.item_id, (0, 0))
        found[one.item_id] = good + one.good, damaged + one.damaged
    items = [*wanted, *(item_id for item_id in found if item_id not in wanted)]
    rows = (_row(item_id, wanted.get(item_id), *found.get(item_id, (0, 0)), decisions) for item_id in items)
    return [row for row in rows if row.ordered or row.counted]


def _row(item_id: ItemId, ordered: int | None, good: int, damaged: int, decisions: Decisions) -> DeliveryRow:
    good, damaged = max(0, good), max(0, damaged)
    # Most deliveries come as ordered: nothing was decided, and nothing is looked for.
    said = {about: decisions[item_id, about] for about in About if (item_id, about) in decisions} if decisions else {}
    expected = ordered or 0
    ask: list[About] = []
    unexpected = ordered is None and good + damaged > 0
    in_good, in_damaged = good, damaged
    if unexpected:
        if About.UNEXPECTED not in said:
            ask.append(About.UNEXPECTED)
        if said.get(About.UNEXPECTED) == Decision.REFUSE:
            in_good = in_damaged = 0
    if in_damaged:
        if About.DAMAGED not in said:
            ask.append(About.DAMAGED)
        if said.get(About.DAMAGED) == Decision.REFUSE:
            in_damaged = 0
    over = 0 if unexpected else max(0, in_good + in_damaged - expected)
    if over:
        if About.OVER not in said:
            ask.append(About.OVER)
        if said.get(About.OVER) == Decision.REFUSE:
            from_damaged = min(over, in_damaged)
            in_damaged -= from_damaged
            in_good -= over - from_damaged
    short = max(0, expected - in_good - in_damaged)
    state = _state(ordered, good, damaged, over, short, said)
    relevant: tuple[tuple[About, Decision], ...] = ()
    if said:
        matters = {
            About.UNEXPECTED: unexpected, About.OVER: over > 0, About.SHORT: short > 0, About.DAMAGED: damaged > 0,
        }  # fmt: skip
        relevant = tuple((about, decision) for about, decision in said.items() if matters[about])
    return DeliveryRow(
        item_id, Qty(expected), Qty(good), Qty(damaged), state, tuple(ask), relevant, Qty(in_good), Qty(in_damaged),
        Qty(good + damaged - in_good - in_damaged), Qty(short),
    )  # fmt: skip


def _state(
    ordered: int | None, good: int, damaged: int, over: int, short: int, said: Mapping[About, Decision]
) -> RowState:
    if ordered is None:
        return RowState.NOT_ON_ORDER
    if over:
        return RowState.OVER
    if damaged:
        return RowState.DAMAGED
    if short and About.SHORT in said:
        return RowState.SHORT
    if short and not good:
        return RowState.NOT_COUNTED
    return RowState.TO_GO if short else RowState.COMPLETE


class Part(NamedTuple):
    """What an order line takes of goods that came: ``qty`` in all, ``arrived`` of it was owned and on its way.

    ``order_id`` and ``order_line_id`` are ``None`` for goods on no order.
    """

    order_id: int | None
    order_line_id: int | None
    qty: Qty
    arrived: Qty = ZERO_QTY


def allocate(qty: Qty, lines: Sequence[Ordered]) -> list[Part]:
    """Give goods of one item to the order lines that wait for them, the oldest first; what is over to the last."""
    if not lines:
        return [Part(None, None, qty)] if qty else []
    parts = []
    left = int(qty)
    for number, line in enumerate(lines):
        taken = left if number == len(lines) - 1 else min(left, line.qty)
        left -= taken
        if taken:
            parts.append(Part(line.order_id, line.order_line_id, Qty(taken), Qty(min(taken, line.shipped))))
    return parts


#: What tells piles apart: lot, the day on which it expires, place (``None``: the delivery's).
PileKey = tuple[str, Day | None, LocationId | None]
Pile = tuple[PileKey, Qty]


def take(piles: list[Pile], wanted: Qty) -> list[Pile]:
    """Take ``wanted`` from piles (of lots, of places) in their order, and leave in the list what is left of them."""
    taken: list[Pile] = []
    left = int(wanted)
    while left and piles:
        key, qty = piles[0]
        part = min(left, qty)
        taken.append((key, Qty(part)))
        left -= part
        if part == qty:
            del piles[0]
        else:
            piles[0] = key, Qty(qty - part)
    return taken


def net_piles(piles: Iterable[tuple[PileKey, int]]) -> list[Pile]:
    """Add piles of one key up; corrections that went below nothing are taken from the last other piles."""
    sums: dict[PileKey, int] = {}
    for key, qty in piles:
        sums[key] = sums.get(key, 0) + qty
    below = -sum(qty for qty in sums.values() if qty < 0)
    kept = [(key, qty) for key, qty in sums.items() if qty > 0]
    while below and kept:
        key, qty = kept.pop()
        part = min(below, qty)
        below -= part
        if qty > part:
            kept.append((key, qty - part))
    return [(key, Qty(qty)) for key, qty in kept]


def spread(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Split an amount in proportion to weights, so that the parts sum to it; evenly when all weights are 0."""
    shares = list(weights) if any(weights) else [1] * len(weights)
    left, whole = int(amount), sum(shares)
    parts = []
    for weight in shares:
        part = left if weight == whole else divide_half_even(left * weight, whole) if whole else 0
        parts.append(Money(part))
        left -= part
        whole -= weight
    return parts


class Spreadable(NamedTuple):
    """Goods that carry a part of a cost: ``weight`` is that of one stock unit in grams, ``None`` when unknown."""

    key: int
    name: str
    qty: Qty
    value: Money
    weight: int | None = None


def spread_cost(
    amount: Money, goods: Sequence[Spreadable], basis: Basis, shares: Mapping[int, Money] | None = None
) -> list[Money]:
    """Spread a cost over goods; ``shares`` (by their keys) say it by hand and must sum to the amount.

    Raises ``Refused`` for goods without a weight, and for shares that do not add up.
    """
    if basis == Basis.BY_HAND:
        said = [Money((shares or {}).get(one.key, 0)) for one in goods]
        if sum(said) != amount or set(shares or {}) - {one.key for one in goods}:
            raise Refused(_("The parts do not add up to the cost. Check them."))
        return said
    if basis == Basis.QUANTITY:
        return spread(amount, [one.qty for one in goods])
    if basis == Basis.WEIGHT:
        light = [one.name for one in goods if not one.weight]
        if light:
            raise Refused(
                _("{item} has no weight. Enter it on the item's card, or spread the cost another way.").format(
                    item=light[0]
                )
            )
        return spread(amount, [one.qty * (one.weight or 0) for one in goods])
    return spread(amount, [one.value for one in goods])
