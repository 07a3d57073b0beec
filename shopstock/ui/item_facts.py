"""What the item card says of an item that nobody fills in: its lots, what is held and on order, what it is worth."""

from __future__ import annotations

from collections.abc import Sequence

from shopstock.core import catalogue
from shopstock.core.text import _
from shopstock.queries import items, lots
from shopstock.ui import format as fmt
from shopstock.ui.lot_words import lot_words

#: More lots than these are in the expiry report.
_MOST_LOTS = 8


def facts(card: items.Card, held_lots: Sequence[lots.LotLevel], decimals: int) -> list[tuple[str, str]]:
    """Return words and figures: what is on hand lot by lot, what is held, on order, the worth."""
    rows = [(lot_words(lot.code, lot.expires), fmt.qty(lot.on_hand)) for lot in held_lots[:_MOST_LOTS]]
    held = sum(level.allocated for level in card.levels)
    if held:
        rows.append((_("Held by parked sales"), fmt.qty(held)))
    if card.on_order:
        rows.append((_("On order"), fmt.qty(card.on_order)))
    if card.value is not None:
        rows.append((_("Worth"), fmt.money(card.value, decimals)))
    return rows


def tracks_words() -> tuple[tuple[str, str], ...]:
    """Return what may be kept about single goods, with its words."""
    return (
        (catalogue.NOTHING, _("Nothing")),
        (catalogue.LOTS, _("Lots and expiry")),
        (catalogue.SERIALS, _("Serial numbers")),
    )
