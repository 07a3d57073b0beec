"""What posting a delivery comes to: which goods go to which order, at what cost, to which place and lot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shopstock.core import receiving as rules
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import RATE_SCALE
from shopstock.core.receiving import Basis, DeliveryRow, PriceAsked, Spreadable, Undecided
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, ZERO_MONEY, Day, ItemId, LocationId, Money, Qty, divide_half_even
from shopstock.db.connection import Db
from shopstock.queries import delivery_lines, places
from shopstock.queries.delivery_lines import Expected, Pile, Price
from shopstock.services import order_lines, set_aside
from shopstock.services.delivery_held import Held


@dataclass(slots=True)
class Line:
    """A line on its way: ``goods`` is what the goods cost, ``charges`` what they carry besides."""

    item_id: ItemId
    qty: Qty
    place: LocationId
    lot: str
    expires: Day | None
    order_id: int | None
    order_line_id: int | None
    arrived: bool
    goods: Money = ZERO_MONEY
    charges: list[Money] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """Everything that a delivery comes to."""

    delivery: Held
    rows: list[DeliveryRow]
    lines: list[Line]
    charge_names: list[str] = field(default_factory=list)
    give_up: list[int] = field(default_factory=list)


def value_of(price: Money, qty: Qty, rate: int) -> Money:
    """Return what so many stock units cost in the shop's money, rounded once."""
    return Money(divide_half_even(price * qty * rate, QTY_SCALE * RATE_SCALE))


def plan(db: Db, delivery: Held) -> Plan:
    """Decide what posting a delivery does; its orders are locked.

    Raises ``Undecided`` while something waits for a decision, ``PriceAsked`` for goods whose price nobody knows.
    """
    for (order_id,) in db.rows(
        "SELECT order_id FROM delivery_order WHERE delivery_id = ? ORDER BY order_id", (delivery.id,)
    ):
        order_lines.held(db, order_id)
    expected = delivery_lines.expected(db, delivery.id)
    piles = delivery_lines.piles(db, delivery.id)
    rows = delivery_lines.compared(db, delivery.id, expected, piles)
    _check_decided(db, delivery, rows)
    by_item: dict[ItemId, list[Expected]] = {}
    for one in expected:
        by_item.setdefault(one.line.item_id, []).append(one)
    prices = _prices(db, delivery, rows, by_item)
    usual = _usual_places(db, delivery, {row.item_id for row in rows} | {pile.item_id for pile in piles})
    counted = _piles(piles, usual)
    lines = [line for row in rows for line in _lines(row, usual, counted, by_item.get(row.item_id, ()), prices)]
    if any(row.set_aside for row in rows):
        aside = set_aside.location(db, delivery.location_id)
        for line in lines:
            if line.place == _ASIDE:
                line.place = aside
    made = Plan(delivery, rows, lines)
    made.give_up = [
        one.line.order_line_id for row in rows if row.rest_cancelled for one in by_item.get(row.item_id, ())
    ]
    _spread_charges(db, made)
    return made


#: Stands for the place of damaged goods until it is known.
_ASIDE = LocationId(-1)


def _check_decided(db: Db, delivery: Held, rows: Sequence[DeliveryRow]) -> None:
    codes = delivery_lines.unknown_codes(db, delivery.id)
    asked = [row.item_id for row in rows if row.to_decide]
    if codes or asked:
        raise Undecided(asked, _names(db, asked), [code for code, _qty in codes])
    if not any(row.counted for row in rows):
        raise Refused(_("Nothing of this delivery was counted. Count it first, or give it up."))


def _prices(
    db: Db, delivery: Held, rows: Sequence[DeliveryRow], by_item: Mapping[ItemId, Sequence[Expected]]
) -> dict[tuple[ItemId, int | None], Price]:
    """Return what one stock unit costs, by item and order line; raise ``PriceAsked`` for what nobody knows."""
    coming = {row.item_id: Qty(row.good_in + row.set_aside) for row in rows if row.good_in + row.set_aside}
    typed = delivery_lines.own_prices(db, delivery.id)
    unordered = {item_id: qty for item_id, qty in coming.items() if item_id not in by_item and item_id not in typed}
    usual = delivery_lines.usual_prices(db, delivery.supplier_id, delivery.currency, delivery.rate, unordered)
    prices: dict[tuple[ItemId, int | None], Price] = {}
    asked: list[ItemId] = []
    for item_id, qty in coming.items():
        lines = by_item.get(item_id, ())
        own = typed.get(item_id)
        if not lines:
            known = Price(own[0], delivery.rate, own[1]) if own is not None else usual.get(item_id)
            if known is None or not known.known:
                asked.append(item_id)
            else:
                prices[item_id, None] = known
            continue
        parts: dict[int | None, rules.Part] = {}
        for one in lines:
            price = Price(one.price, delivery.rate, one.zero_confirmed)
            if own is not None:
                price = Price(own[0], delivery.rate, own[1])
            if not (price.known and price.rate):
                if not parts:
                    parts = {part.order_line_id: part for part in rules.allocate(qty, [each.line for each in lines])}
                part = parts.get(one.line.order_line_id)
                if part is not None and part.qty > part.arrived:
                    asked.append(item_id)
            prices[item_id, one.line.order_line_id] = price
    if asked:
        asked = list(dict.fromkeys(asked))
        raise PriceAsked(asked, _names(db, asked))
    return prices


def _usual_places(db: Db, delivery: Held, item_ids: Iterable[ItemId]) -> dict[ItemId, LocationId]:
    """Return where goods are put when nobody says it: where each item belongs in that shop, else where they came."""
    found = dict.fromkeys(item_ids, delivery.location_id)
    return found | places.homes_of(db, list(found), places.shop_of(db, delivery.location_id))


def _piles(
    piles: Iterable[Pile], usual: Mapping[ItemId, LocationId]
) -> dict[tuple[ItemId, str], list[rules.Pile]]:  # fmt: skip
    """Return the piles of each item and condition, corrections taken off; no place said is the ``usual`` one."""
    found: dict[tuple[ItemId, str], list[tuple[rules.PileKey, int]]] = {}
    for pile in piles:
        key = (pile.lot, pile.expires, usual[pile.item_id] if pile.location_id is None else pile.location_id)
        found.setdefault((pile.item_id, pile.condition), []).append((key, pile.qty))
    return {key: rules.net_piles(listed) for key, listed in found.items()}


def _lines(
    row: DeliveryRow, usual: Mapping[ItemId, LocationId], counted: Mapping[tuple[ItemId, str], list[rules.Pile]],
    expected: Sequence[Expected], prices: Mapping[tuple[ItemId, int | None], Price],
) -> list[Line]:  # fmt: skip
    """Return the lines that a row of the delivery comes to, each order's share at that order's price."""
    piled = counted.get((row.item_id, "good"), ())
    if len(piled) == 1 and len(expected) <= 1 and not row.set_aside and 0 < row.good_in <= piled[0][1]:
        order = expected[0].line if expected else None
        if order is None or not order.shipped:  # as most goods come: one pile, of one order or none
            (lot, expires, place), _qty = piled[0]
            order_id, order_line_id = (None, None) if order is None else (order.order_id, order.order_line_id)
            price = prices[row.item_id, order_line_id]
            line = Line(
                row.item_id, row.good_in, usual[row.item_id] if place is None else place, lot, expires, order_id,
                order_line_id, False,
            )  # fmt: skip
            line.goods = value_of(price.price, row.good_in, price.rate)
            return [line]
    good = rules.take(list(piled), row.good_in)
    aside = rules.take(list(counted.get((row.item_id, "damaged"), ())), row.set_aside)
    piles: list[rules.Pile] = [*good, *(((lot, expires, _ASIDE), qty) for (lot, expires, _place), qty in aside)]
    lines: list[Line] = []
    for part in rules.allocate(Qty(row.good_in + row.set_aside), [one.line for one in expected]):
        for arrived, qty in ((True, part.arrived), (False, Qty(part.qty - part.arrived))):
            if not qty:
                continue
            made = [
                Line(
                    row.item_id, taken, usual[row.item_id] if place is None else place, lot, expires, part.order_id,
                    part.order_line_id, arrived,
                )
                for (lot, expires, place), taken in rules.take(piles, qty)
            ]  # fmt: skip
            if made and not arrived:
                price = prices[row.item_id, part.order_line_id]
                whole = value_of(price.price, qty, price.rate)
                for line, value in zip(made, rules.spread(whole, [one.qty for one in made]), strict=True):
                    line.goods = value
            lines += made
    return lines


def _spread_charges(db: Db, made: Plan) -> None:
    """Spread each charge over the items that are booked in, and an item's part over its lines by quantity."""
    charges = db.rows(
        "SELECT name, amount, basis, shares FROM delivery_charge WHERE delivery_id = ? ORDER BY id", (made.delivery.id,)
    )
    lines = [line for line in made.lines if not line.arrived]
    if not charges:
        return
    if not lines:
        raise Refused(_("These goods are the shop's already. Book the cost of bringing them as a late cost."))
    by_item: dict[ItemId, list[Line]] = {}
    for line in lines:
        by_item.setdefault(line.item_id, []).append(line)
    cards = _cards(db, list(by_item))
    goods = [
        Spreadable(
            item_id, cards[item_id][0], Qty(sum(line.qty for line in listed)),
            Money(sum(line.goods for line in listed)), cards[item_id][1],
        )
        for item_id, listed in by_item.items()
    ]  # fmt: skip
    for name, amount, basis, shares in charges:
        by_hand = {int(item_id): Money(part) for item_id, part in json.loads(shares or "{}").items()}
        made.charge_names.append(name)
        for one, part in zip(goods, rules.spread_cost(Money(amount), goods, Basis(basis), by_hand), strict=True):
            own = by_item[ItemId(one.key)]
            for line, piece in zip(own, rules.spread(part, [line.qty for line in own]), strict=True):
                line.charges.append(piece)


def _cards(db: Db, item_ids: Sequence[ItemId]) -> dict[int, tuple[str, int | None]]:
    """Return name and weight of items."""
    found: dict[int, tuple[str, int | None]] = {}
    for start in range(0, len(item_ids), 500):
        few = item_ids[start : start + 500]
        for item_id, name, weight in db.rows(
            f"SELECT id, name, weight FROM item WHERE id IN ({', '.join('?' * len(few))})", few
        ):
            found[item_id] = (name, weight)
    return found


def _names(db: Db, item_ids: Sequence[ItemId]) -> list[str]:
    cards = _cards(db, item_ids)
    return [cards[item_id][0] for item_id in item_ids]
