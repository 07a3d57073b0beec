"""How a transfer is said: its state as a chip, its way, how long it is on its way, sums of goods."""

from __future__ import annotations

from collections.abc import Sequence

from shopstock.core import places
from shopstock.core.text import _, ngettext
from shopstock.core.transfers import TransferState
from shopstock.core.units import LocationId, Qty
from shopstock.queries.transfers import Head, Summary
from shopstock.ui import format as fmt
from shopstock.ui.rows import Chip

_TONES = {
    TransferState.REQUESTED: ("clock", "accent"),
    TransferState.DISPATCHED: ("truck", "accent"),
    TransferState.PARTLY_ARRIVED: ("truck", "warn"),
    TransferState.ARRIVED: ("check", "plain"),
    TransferState.CANCELLED: ("x", "plain"),
}


def state_chip(head: Head, shop_id: LocationId) -> Chip:
    """Say how far a transfer is, as seen from a shop."""
    icon, tone = _TONES[head.state]
    if head.overdue:
        return Chip(_("overdue"), "alert-triangle", "bad")
    if head.state is TransferState.REQUESTED and head.from_shop_id == shop_id:
        return Chip(_("to pack"), icon, "accent")
    if head.state is TransferState.REQUESTED:
        return Chip(_("asked for"), icon, "plain")
    if head.state is TransferState.DISPATCHED:
        return Chip(_("on its way"), icon, tone)
    if head.state is TransferState.PARTLY_ARRIVED:
        return Chip(_("short") if head.unpacked else _("partly arrived"), icon, tone)
    return Chip(head.state.words.lower(), icon, tone)


def way(head: Head) -> str:
    """Say from where to where."""
    return _("{from_place} → {to_place}").format(from_place=head.from_place, to_place=head.to_place)


def when(head: Head) -> str:
    """Say what happened last and how long ago."""
    if head.days is not None:
        return days_words(head.days)
    at = head.ended_at or head.dispatched_at or head.requested_at
    return fmt.instant(at)


def days_words(days: int) -> str:
    """Say for how long goods have been on their way."""
    if not days:
        return _("sent today")
    return ngettext("{n} day on its way", "{n} days on its way", days).format(n=fmt.number(days))


def facts(head: Head) -> str:
    """Say from where to where, who asked, and by when it is wanted."""
    parts = [way(head)]
    if head.state is TransferState.REQUESTED and head.requested_by:
        parts.append(_("asked for by {name}").format(name=head.requested_by))
    if head.days is not None:
        parts.append(days_words(head.days))
    if head.expected_day and head.ended_at is None:
        parts.append(_("wanted {day}").format(day=fmt.day(head.expected_day)))
    if head.ended_at is not None:
        parts.append(fmt.instant(head.ended_at))
    return " · ".join(parts)


def goods_of(summary: Summary) -> str:
    """Say how much of how many items a transfer is."""
    qty = summary.dispatched or summary.requested or summary.counted
    items = ngettext("{n} item", "{n} items", summary.items).format(n=fmt.number(summary.items))
    return _("{items}, {qty} in all").format(items=items, qty=fmt.qty(qty)) if qty else items


def second(summary: Summary) -> str:
    """Say in the small line what else there is to say of a transfer."""
    head = summary.head
    parts = [goods_of(summary)]
    if summary.counted:
        parts.append(_("{qty} counted").format(qty=fmt.qty(summary.counted)))
    if head.expected_day and head.ended_at is None:
        parts.append(_("wanted {day}").format(day=fmt.day(head.expected_day)))
    if head.note:
        parts.append(head.note)
    return " · ".join(parts)


def inside(path: str) -> str:
    """Say a place as people say it who are in its shop."""
    return places.inside(path)


def pieces(qty: Qty, name: str) -> str:
    """Say so much of an item."""
    return _("{qty} × {name}").format(qty=fmt.qty(qty), name=name)


def goods(lines: Sequence[tuple[Qty, str]]) -> str:
    """Say what several lines of goods are: one by its name, more by their number."""
    if len(lines) == 1:
        return pieces(*lines[0])
    items = ngettext("{n} item", "{n} items", len(lines)).format(n=fmt.number(len(lines)))
    return _("{items}, {qty} in all").format(items=items, qty=fmt.qty(Qty(sum(qty for qty, _name in lines))))


def listed(names: Sequence[str], most: int = 3) -> str:
    """Say several names, the first few of many."""
    more = len(names) - most
    shown = ", ".join(names[:most])
    return shown if more <= 0 else _("{names} and {n} more").format(names=shown, n=fmt.number(more))
