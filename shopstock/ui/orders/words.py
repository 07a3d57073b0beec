"""How orders are said on the screen: their state, when they are due, how much has come, what a supplier takes."""

from __future__ import annotations

from datetime import date

from shopstock.core.purchasing import EXPECTED_STATES, OrderState
from shopstock.core.text import _, ngettext
from shopstock.core.units import ONE, Day, Qty
from shopstock.db import clock
from shopstock.queries.purchase import OrderRow
from shopstock.queries.suppliers import LeadTime
from shopstock.ui import format as fmt
from shopstock.ui.rows import Chip

_CHIPS = {
    OrderState.DRAFT: ("edit", "outline"),
    OrderState.APPROVED: ("check", "accent"),
    OrderState.SENT: ("send", "plain"),
    OrderState.PARTLY_RECEIVED: ("truck", "accent"),
    OrderState.RECEIVED: ("circle-check", "plain"),
    OrderState.CLOSED: ("archive", "outline"),
    OrderState.CANCELLED: ("x", "outline"),
}


def state_chip(state: OrderState) -> Chip:
    """Return the chip of a state."""
    icon, tone = _CHIPS[state]
    return Chip(state.words, icon, tone)


def days_to(day: Day) -> int:
    """Return how many days lie between today and a day; negative when it is past."""
    return (_date(day) - _date(clock.day_of(clock.now()))).days


def due_chip(row: OrderRow) -> Chip | None:
    """Return when an order is due as a chip, where it is due; ``None`` for a day that is only a date."""
    if row.state not in EXPECTED_STATES or row.expected_day is None:
        return None
    days = days_to(row.expected_day)
    if days > 0:
        return None
    if days == 0:
        return Chip(_("due today"), "clock", "warn")
    return Chip(ngettext("{n} day late", "{n} days late", -days).format(n=-days), "alert-triangle", "bad")


def state_words(row: OrderRow) -> tuple[str, str]:
    """Say how an order stands, due day included, and the role of the label that says it."""
    state, due = state_chip(row.state), due_chip(row)
    if due is not None:
        return f"{state.text}, {due.text}", f"chip-{due.tone}"
    return state.text, "chip" if state.tone == "accent" else "label"


def facts(row: OrderRow) -> str:
    """Say in one line to whom an order went, when, and for when."""
    parts = [row.supplier]
    if row.sent_at is not None:
        parts.append(_("sent {when}").format(when=fmt.instant(row.sent_at)))
    if row.expected_day is not None and due_chip(row) is None:
        parts.append(_("expected {day}").format(day=fmt.day(row.expected_day)))
    return " · ".join((*parts, row.reference) if row.reference else parts)


def received_percent(row: OrderRow) -> int | None:
    """Return how much of an order has come, in whole percent; ``None`` before it was sent. 100 is all of it."""
    if row.sent_at is None or row.qty <= 0 or row.state is OrderState.CANCELLED:
        return None
    return min(100, row.received_qty * 100 // row.qty)


def packs_words(qty: Qty, pack: Qty) -> str:
    """Say a quantity in packs: ``4 × 6``; empty where the pack is one."""
    if pack == ONE:
        return ""
    whole, rest = divmod(qty, pack)
    words = f"{fmt.number(whole)} × {fmt.qty(pack)}"
    return f"{words} + {fmt.qty(rest)}" if rest else words


def lead_words(lead: LeadTime) -> str:
    """Say how long a supplier really takes: ``6.2 days ± 1.4, from 8 orders``."""
    if lead.mean_days is None:
        return _("not measured yet")
    mean = _tenths(lead.mean_days)
    if lead.sd_days is None:
        return _("{mean} days, from one order").format(mean=mean)
    return ngettext("{mean} days ± {spread}, from {n} order", "{mean} days ± {spread}, from {n} orders",
                    lead.orders).format(mean=mean, spread=_tenths(lead.sd_days), n=fmt.number(lead.orders))  # fmt: skip


def _tenths(days: int) -> str:
    return fmt.qty(Qty(days * 100))


def _date(day: Day) -> date:
    return date(day // 10_000, day // 100 % 100, day % 100)
