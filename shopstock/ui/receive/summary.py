"""A delivery in words: what posting will do, what still waits, what posting did."""

from __future__ import annotations

import json

from shopstock.core.receiving import About, Decision, DeliveryRow
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId, Money
from shopstock.queries.receiving import Delivery
from shopstock.services.receiving import Posted
from shopstock.ui import format as fmt
from shopstock.ui.movement_words import document_words
from shopstock.ui.receive.costs_page import Charge, Priced
from shopstock.ui.receive.counting import Counting
from shopstock.ui.receive.post_page import Said
from shopstock.ui.receive.view import Line

_NAMED = 3


def name_of(delivery: Delivery) -> str:
    """Name a delivery by its orders, else by its supplier or number."""
    if delivery.orders:
        numbers = " + ".join(order.number for order in delivery.orders[:_NAMED])
        more = len(delivery.orders) - _NAMED
        numbers += f" + {more}" if more > 0 else ""
        return ngettext("order {numbers}", "orders {numbers}", len(delivery.orders)).format(numbers=numbers)
    return _("goods without an order")


def priced(delivery: Delivery) -> list[Priced]:
    """Return the lines that came and stay, with what they cost."""
    return [
        Priced(one.item_id, one.name, one.sku, came, one.price, not one.price_asked)
        for one in delivery.rows
        if (came := type(one.row.good_in)(one.row.good_in + one.row.set_aside)) > 0
    ]


def charges(delivery: Delivery) -> list[Charge]:
    """Return the freight and duty of a delivery."""
    return [
        Charge(
            one.id, one.name, one.amount, one.basis,
            tuple((ItemId(int(item)), Money(part)) for item, part in json.loads(one.shares or "{}").items()),
        )
        for one in delivery.charges
    ]  # fmt: skip


def waits(counting: Counting) -> str:
    """Say what has to be settled before posting; empty when nothing has."""
    if not counting.tally.totals.counted:
        return _("Nothing is counted yet.")
    if counting.tally.look_at:
        first = counting.tally.look_at[0]
        return ngettext(
            "{name} waits: {words}. F3 decides.", "{name} waits: {words}, and {n} more. F3 decides.",
            len(counting.tally.look_at),
        ).format(name=first.name, words=first.words, n=fmt.number(len(counting.tally.look_at) - 1))  # fmt: skip
    return ""


def before(delivery: Delivery, counting: Counting, sees_cost: bool, digits: int) -> list[Said]:
    """Say what posting will do."""
    held = counting.tally.pairs()
    ordered = sum(1 for line, row in held if line.ordered is not None and row.good_in)
    free = sum(1 for line, row in held if line.ordered is None and row.good_in)
    said = []
    if ordered:
        receipts = ngettext(
            "One goods receipt, for {numbers}", "{n} goods receipts, for {numbers}", len(delivery.orders)
        )
        said.append(
            Said(
                receipts.format(
                    n=fmt.number(len(delivery.orders)), numbers=", ".join(order.number for order in delivery.orders)
                ),
                ngettext("{n} line", "{n} lines", ordered).format(n=fmt.number(ordered)), "file-text",
            )
        )  # fmt: skip
    if free:
        lines = ngettext("{n} line", "{n} lines", free).format(n=fmt.number(free))
        said.append(Said(_("A goods receipt for what is on no order"), lines, "file-text"))
    said += _groups(held)
    unpriced = [one.name for one in delivery.rows if one.price_asked]
    if unpriced:
        said.append(
            Said(
                _("{names} has no price.").format(names=_listed(unpriced)),
                _("The step Costs asks for it.") if sees_cost else _("Somebody who may see costs has to enter it."),
                "alert-triangle", "bad",
            )
        )  # fmt: skip
    if sees_cost and delivery.charges:
        total = fmt.money(sum(one.amount for one in delivery.charges), digits)
        names = ", ".join(one.name for one in delivery.charges)
        said.append(Said(_("{amount} of {names} become part of what the goods cost").format(
            amount=total, names=names), "", "coins"))  # fmt: skip
    return said


def _groups(held: list[tuple[Line, DeliveryRow]]) -> list[Said]:
    said = []
    back = [(line, row) for line, row in held if row.short and not row.rest_cancelled]
    given_up = [(line, row) for line, row in held if row.rest_cancelled]
    aside = [(line, row) for line, row in held if row.set_aside]
    refused = [(line, row) for line, row in held if row.refused]
    over = [line for line, row in held if (About.OVER, Decision.ACCEPT) in row.decided]
    if back:
        names = _listed([f"{fmt.qty(row.short)} × {line.name}" for line, row in back])
        said.append(Said(_("Stays on back-order: {names}").format(names=names), "", "clock", "warn"))
    if given_up:
        names = _listed([f"{fmt.qty(row.short)} × {line.name}" for line, row in given_up])
        said.append(Said(_("Will not come any more: {names}").format(names=names), "", "x", "warn"))
    if over:
        names = _listed([line.name for line in over])
        said.append(Said(_("More than ordered, accepted: {names}").format(names=names), "", "plus", "warn"))
    if aside:
        names = _listed([f"{fmt.qty(row.set_aside)} × {line.name}" for line, row in aside])
        said.append(
            Said(
                _("Set aside as damaged: {names}").format(names=names), _("Ours, but not for sale."), "archive", "warn"
            )
        )
    if refused:
        names = _listed([f"{fmt.qty(row.refused)} × {line.name}" for line, row in refused])
        said.append(Said(_("Goes back with the driver: {names}").format(names=names), "", "arrow-back-up", "warn"))
    return said


def after(delivery: Delivery, counting: Counting, posted: Posted, sees_cost: bool, digits: int) -> list[Said]:
    """Say what posting did."""
    said = [
        Said(document_words(document.kind, document.number), "", "file-text", "ok") for document in posted.documents
    ]
    for one in posted.settled:
        said.append(Said(*settled_words(fmt.qty(one.qty), one.name, one.more if sees_cost else None, digits), "coins"))
    said += _groups(counting.tally.pairs())
    if posted.without_code:
        count = len(posted.without_code)
        words = ngettext("{n} item has no code yet", "{n} items have no code yet", count)
        said.append(Said(words.format(n=fmt.number(count)), _("They wait in Labels (Alt+9)."), "barcode", "warn"))
    return said


def settled_words(qty: str, name: str, more: Money | None, digits: int) -> tuple[str, str]:
    """Say what was sold before it arrived, and by how much its cost changed."""
    sold = _("{qty} × {name} were sold before they arrived").format(qty=qty, name=name)
    if more is None:
        return sold, ""
    amount = fmt.money(abs(more), digits)
    if not more:
        return sold, _("Their cost stays.")
    return sold, (_("Their cost is now {amount} more.") if more > 0 else _("Their cost is now {amount} less.")).format(
        amount=amount
    )


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return shown if more <= 0 else _("{names} and {n} more").format(names=shown, n=fmt.number(more))
