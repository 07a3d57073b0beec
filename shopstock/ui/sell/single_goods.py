"""What a row of the till says of the very goods: which lot goes first, what has expired, which serial numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shopstock.core import catalogue
from shopstock.core.cart_lines import CartLine
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.queries import lots
from shopstock.ui import format as fmt
from shopstock.ui.lot_words import lot_words
from shopstock.ui.rows import Chip


def expired_on(line: CartLine, here: Sequence[lots.LotHere]) -> int:
    """Return the day on which the goods of a row that are sold expired; 0 when they have not."""
    if line.tracks != catalogue.LOTS or line.comes_back:
        return 0
    return lots.expired_on(line.lot, line.expires, here, clock.day_of(clock.now()))


def note(line: CartLine, here: Sequence[lots.LotHere]) -> str:
    """Return the small second line of a row: its lot, or the lot to take first; its serial numbers."""
    if line.tracks == catalogue.SERIALS:
        return ", ".join(line.serials)
    if line.lot or line.expires:
        return lot_words(line.lot, line.expires)
    if line.tracks != catalogue.LOTS or line.comes_back or expired_on(line, here):
        return ""
    first = lots.to_take_first(here, clock.day_of(clock.now()))
    if first is None:
        return ""
    return _("Take first: {lot}").format(lot=lot_words(first.code, first.expires))


def chips(line: CartLine, here: Sequence[lots.LotHere]) -> Iterator[Chip]:
    """Yield what warns or asks."""
    day = expired_on(line, here)
    if day:
        yield Chip(_("Expired on {day}").format(day=fmt.day(day)), "alert-triangle", "bad")
    if line.serials_wanted:
        yield Chip(_("Serial number?"), "barcode", "warn")
