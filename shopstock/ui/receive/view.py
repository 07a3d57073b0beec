"""A delivery as the screen shows it: rows, chips, sums, what is to be looked at, and what may be decided, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from shopstock.core.receiving import CHOICES, About, Counted, Decision, DeliveryRow, Ordered, RowState, compare
from shopstock.core.text import _
from shopstock.core.units import ONE, ZERO_QTY, ItemId, Qty
from shopstock.queries.receiving import Delivery
from shopstock.ui import format as fmt
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.rows import Chip


class Totals(NamedTuple):
    """The sums below the table; ``lines`` are those of the orders."""

    counted: Qty = ZERO_QTY
    ordered: Qty = ZERO_QTY
    complete: int = 0
    lines: int = 0
    to_look_at: int = 0


class LookAt(NamedTuple):
    """Something that a person should look at: the row's key, its name, and what is the matter."""

    key: str
    name: str
    words: str


class Asked(NamedTuple):
    """One question about a row: what it is about, the fact, the choices (decision, words, consequence), the answer."""

    about: About
    fact: str
    choices: tuple[tuple[str, str, str], ...]
    chosen: str = ""


def decision(name: str) -> Decision:
    """Return the decision of that name."""
    return Decision(name)


def chip(state: RowState, over: Qty, short: Qty, damaged: Qty, decided: dict[About, Decision]) -> Chip:
    """Return what is said about a row."""
    match state:
        case RowState.COMPLETE:
            return Chip(_("Complete"), "check", "done")
        case RowState.TO_GO:
            return Chip(_("{qty} to go").format(qty=fmt.qty(short)), "arrow-down", "accent")
        case RowState.SHORT:
            words = _("Short by {qty}, cancelled") if decided.get(About.SHORT) is Decision.CANCEL_REST else _(
                "Short by {qty}, back-order"
            )  # fmt: skip
            return Chip(words.format(qty=fmt.qty(short)), "arrow-down", "warn")
        case RowState.OVER:
            return _over(over, decided.get(About.OVER))
        case RowState.NOT_ON_ORDER:
            return _unexpected(decided.get(About.UNEXPECTED))
        case RowState.DAMAGED:
            return Chip(_("{qty} damaged").format(qty=fmt.qty(damaged)), "alert-triangle", "warn")
        case _:
            return Chip(_("Not counted"), "circle-minus")


def _over(over: Qty, decided: Decision | None) -> Chip:
    qty = fmt.qty(over)
    if decided is Decision.ACCEPT:
        return Chip(_("Over by {qty}, accepted").format(qty=qty), "check", "warn")
    if decided is Decision.REFUSE:
        return Chip(_("Over by {qty}, refused").format(qty=qty), "arrow-back-up", "warn")
    return Chip(_("Over by {qty}").format(qty=qty), "alert-triangle", "bad")


def _unexpected(decided: Decision | None) -> Chip:
    if decided is Decision.ACCEPT:
        return Chip(_("Not on order, accepted"), "check", "warn")
    if decided is Decision.REFUSE:
        return Chip(_("Not on order, refused"), "arrow-back-up", "warn")
    return Chip(_("Not on order"), "alert-triangle", "bad")


def fact(about: About, qty: Qty) -> str:
    """Say what a decision is about."""
    words = {
        About.OVER: _("{qty} more than ordered"),
        About.SHORT: _("{qty} less than ordered"),
        About.UNEXPECTED: _("{qty} of it came, and nobody ordered it"),
        About.DAMAGED: _("{qty} damaged"),
    }
    return words[about].format(qty=fmt.qty(qty))


def choices(about: About) -> tuple[tuple[str, str, str], ...]:
    """Return what may be decided: the decision, its words, and what follows."""
    words = {
        (About.OVER, Decision.ACCEPT): (_("Accept over"), _("They are ours, at the price of the order")),
        (About.OVER, Decision.REFUSE): (_("Refuse"), _("They go back with the driver")),
        (About.SHORT, Decision.BACK_ORDER): (_("Keep on back-order"), _("The rest is still expected")),
        (About.SHORT, Decision.CANCEL_REST): (_("Cancel the rest"), _("It will not come any more")),
        (About.UNEXPECTED, Decision.ACCEPT): (_("Accept"), _("A goods receipt without an order")),
        (About.UNEXPECTED, Decision.REFUSE): (_("Refuse"), _("It goes back with the driver")),
        (About.DAMAGED, Decision.SET_ASIDE): (_("Set aside"), _("Ours, but not for sale")),
        (About.DAMAGED, Decision.REFUSE): (_("Refuse"), _("They go back with the driver")),
    }
    return tuple((one.value, *words[about, one]) for one in CHOICES[about])


class Line(NamedTuple):
    """One item of a delivery as it was read; ``ordered`` is ``None`` for what is on no order.

    ``pack`` is what one pack of it holds; ``decided`` are the answers so far.
    """

    item_id: ItemId
    sku: str
    name: str
    code: str
    pack: Qty
    ordered: Qty | None
    good: Qty
    damaged: Qty
    decided: tuple[tuple[About, Decision], ...] = ()


def compared(line: Line, good: Qty = ZERO_QTY, damaged: Qty = ZERO_QTY) -> DeliveryRow | None:
    """Hold a line, with what was counted since it was read, against its order; ``None`` when nothing is left of it."""
    ordered = [] if line.ordered is None else [Ordered(line.item_id, 0, 0, line.ordered)]
    counted = [Counted(line.item_id, Qty(line.good + good), Qty(line.damaged + damaged))]
    said = {(line.item_id, about): decision for about, decision in line.decided}
    return next(iter(compare(ordered, counted, said)), None)


def key_of(item_id: ItemId) -> str:
    """Return the key of an item's row."""
    return f"i{item_id}"


def row_of(line: Line, held: DeliveryRow) -> CountRow:
    """Write one row of the table."""
    pack = _("pack of {qty}").format(qty=fmt.qty(line.pack)) if line.pack > ONE else _("single")
    asks = bool(held.to_decide)
    over = Qty(max(0, held.difference))
    said = chip(held.state, over, Qty(max(0, held.short)), held.damaged, dict(held.decided))
    if held.state is RowState.TO_GO and held.damaged:
        said = Chip(_("{qty} damaged").format(qty=fmt.qty(held.damaged)), "alert-triangle", "warn")
    tone = "bad" if asks and held.state in (RowState.OVER, RowState.NOT_ON_ORDER) else None
    if asks and tone is None:
        said = Chip(said.text, said.icon, "bad")
    return CountRow(
        key_of(line.item_id), line.item_id, line.name, f"{line.sku} · {pack}", held.counted, line.ordered, said, tone,
        asks,
    )  # fmt: skip


def unknown_row(code: str, qty: Qty) -> CountRow:
    """Write the red row of a code that nobody knows."""
    return CountRow(
        f"u{code}", None, _("Unknown code"), f"{code} · {fmt.qty(qty)} ×" if qty != ONE else code, qty, None,
        Chip(_("Unknown"), "alert-triangle", "bad"), "bad", True, code,
    )  # fmt: skip


def look_at(line: Line, held: DeliveryRow) -> LookAt | None:
    """Say what is to be looked at about a row, or ``None``."""
    if not held.to_decide:
        return None
    words = {
        About.OVER: _("{qty} over").format(qty=fmt.qty(max(0, held.difference))),
        About.UNEXPECTED: _("not on order"),
        About.DAMAGED: _("{qty} damaged").format(qty=fmt.qty(held.damaged)),
        About.SHORT: _("{qty} short").format(qty=fmt.qty(held.short)),
    }
    return LookAt(key_of(line.item_id), line.name, words[held.to_decide[0]])


def asked(held: DeliveryRow) -> list[Asked]:
    """Return what may be decided about a row: what is open first, then what was answered and may be changed."""
    decided = dict(held.decided)
    amounts = {
        About.OVER: held.difference, About.SHORT: held.short, About.UNEXPECTED: held.counted,
        About.DAMAGED: held.damaged,
    }  # fmt: skip
    order = [*held.to_decide, *(about for about in decided if about not in held.to_decide)]
    if held.short and About.SHORT not in order and (held.counted or not held.to_decide):
        order.append(About.SHORT)
    return [
        Asked(about, fact(about, Qty(amounts[about])), choices(about), decided[about].value if about in decided else "")
        for about in order
    ]


def lines_of(delivery: Delivery, before: Mapping[ItemId, Line]) -> list[Line]:
    """Return the lines of a delivery; a pack that was learned from a scan stays known."""
    lines = []
    for one in delivery.rows:
        learned = before[one.item_id].pack if one.item_id in before else ONE
        ordered = one.row.ordered if one.orders else None
        lines.append(
            Line(
                one.item_id, one.sku, one.name, one.code, max(one.pack_qty, learned), ordered, one.row.good,
                one.row.damaged, one.row.decided,
            )
        )  # fmt: skip
    return lines
