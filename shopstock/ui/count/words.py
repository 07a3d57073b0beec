"""How counting is said: rounds, states as chips, how far a place is."""

from __future__ import annotations

from collections.abc import Sequence

from shopstock.core.counting import CountKind, CountState, LineState, SheetState
from shopstock.core.text import _, ngettext
from shopstock.queries.counting import Sheet
from shopstock.queries.counts import CountRow, SheetProgress
from shopstock.ui import format as fmt
from shopstock.ui.rows import Chip


def round_words(round_: int) -> str:
    """Say which look it is; nothing for the first."""
    return {1: "", 2: _("second count, by somebody else"), 3: _("third look")}.get(
        round_, _("look {n}").format(n=fmt.number(round_))
    )


def listed(names: Sequence[str], most: int = 3) -> str:
    """Say several names, the first few of many."""
    more = len(names) - most
    shown = ", ".join(names[:most])
    return shown if more <= 0 else _("{names} and {n} more").format(names=shown, n=fmt.number(more))


def items_words(number: int) -> str:
    """Say so many items."""
    return ngettext("{n} item", "{n} items", number).format(n=fmt.number(number))


def places_words(number: int) -> str:
    """Say so many places."""
    return ngettext("{n} place", "{n} places", number).format(n=fmt.number(number))


def sheet_facts(sheet: Sheet) -> str:
    """Say what is counted at a place, and for whom."""
    what = items_words(sheet.items) if sheet.items else _("everything that lies here")
    parts = [sheet.number, sheet.kind.words, what, round_words(sheet.round)]
    if sheet.assigned or sheet.team:
        parts.append(_("for {name}").format(name=sheet.assigned or sheet.team))
    return " · ".join(part for part in parts if part)


def sheet_chip(sheet: Sheet) -> Chip:
    """Say how far a place is, for who counts."""
    if sheet.barred:
        return Chip(_("for somebody else"), "users", "plain")
    if sheet.state is SheetState.COUNTING:
        if sheet.items:
            done = _("{done} of {all}").format(done=fmt.number(sheet.counted), all=fmt.number(sheet.items))
            return Chip(done, "loader-2", "accent")
        return Chip(_("being counted"), "loader-2", "accent")
    return Chip(_("not begun"), "circle")


def progress_chip(sheet: SheetProgress) -> Chip:
    """Say how far a place is, for who watches the count."""
    if sheet.state is SheetState.DONE:
        return Chip(_("done"), "check", "ok")
    if sheet.state is SheetState.COUNTING:
        return Chip(_("being counted"), "loader-2", "accent")
    return Chip(_("not begun"), "alert-triangle", "warn")


def state_chip(state: CountState) -> Chip:
    """Say how far a count is."""
    icon, tone = {
        CountState.OPEN: ("loader-2", "accent"),
        CountState.RECONCILING: ("search", "warn"),
        CountState.POSTED: ("check", "ok"),
        CountState.CANCELLED: ("x", "plain"),
    }[state]
    return Chip(state.words, icon, tone)


def line_chip(state: LineState, cause: str) -> Chip:
    """Say what a line of a closed count waits for; a line that waits for nothing names its cause."""
    if state is LineState.EXPLAIN:
        return Chip(_("why?"), "help", "bad")
    if state is LineState.APPROVE:
        return Chip(cause or state.words, "lock", "warn")
    if state is LineState.RECOUNT:
        return Chip(_("counted again"), "refresh", "accent")
    return Chip(cause or _("within tolerance"), "check", "ok" if state is LineState.POSTED else "plain")


def count_name(row: CountRow) -> str:
    """Say what a count is called: its own name, else what kind it is."""
    return row.name or CountKind(row.kind).words
