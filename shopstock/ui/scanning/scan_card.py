"""The card of the last scan, as putting away, packing and unpacking say it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from shopstock.core.text import _
from shopstock.core.units import Qty
from shopstock.ui import format as fmt
from shopstock.ui.receive.last_scan import LastScan, LastScanCard


class CardWords(NamedTuple):
    """What the card says: ``of`` has ``{qty}``; ``to_go`` and ``over`` have it too, ``unasked`` stands where none is.

    ``first`` invites the first scan, ``following`` the next one.
    """

    of: str
    unasked: str
    to_go: str
    over: str
    complete: str
    first: str
    following: str


class ScanCard(LastScanCard):
    """The card with its own words."""

    def __init__(self, words: CardWords, parent: QWidget | None = None) -> None:
        self._words = words
        super().__init__(parent)

    def invitation(self, unknown: str, begun: bool) -> str:
        if unknown:
            return _("Nobody knows {code}. Find its item, or skip it.").format(code=unknown)
        return self._words.following if begun else self._words.first

    def of_words(self, scan: LastScan) -> str:
        if scan.ordered is None:
            return self._words.unasked
        return self._words.of.format(qty=fmt.qty(scan.ordered))

    def left_words(self, scan: LastScan) -> str:
        left = Qty((scan.ordered or 0) - scan.counted)
        if left < 0:
            return self._words.over.format(qty=fmt.qty(Qty(-left)))
        return self._words.to_go.format(qty=fmt.qty(left)) if left else self._words.complete
