"""What a typed line means on the Labels screen: items to choose from while somebody types, and how many labels."""

from __future__ import annotations

from shopstock.core.labels import MAX_COPIES
from shopstock.core.outcome import ShopError
from shopstock.core.text import _
from shopstock.core.units import ONE, Qty
from shopstock.ui import format as fmt
from shopstock.ui.sell.finder import Finder


class ItemFinder(Finder):
    """Lists items for what is typed; among places the words filter the list that is on show."""

    of_places = False

    def _ask(self) -> None:
        if not self.of_places:
            super()._ask()


def whole(qty: Qty) -> int:
    """Return how many labels a typed quantity means; raise ``ShopError`` for parts of one and for too many."""
    if qty % ONE or not 1 <= qty // ONE <= MAX_COPIES:
        raise ShopError(_("Labels come in whole numbers, 1 to {n}.").format(n=fmt.number(MAX_COPIES)))
    return qty // ONE
