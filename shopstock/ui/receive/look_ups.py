"""What a scanned or typed code of a delivery stands for: asked of a reader while the queue of the count waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from shopstock.core.code_rules import NO_RULES, Rules
from shopstock.core.outcome import ShopError
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId, Qty
from shopstock.db.connection import Db
from shopstock.queries import items, places, purchase, search
from shopstock.queries.places import Place
from shopstock.services import receiving
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.ui.receive.counting import Counting


class Looked(NamedTuple):
    """What a code stands for: an item, the label or name of a place, the number of an order, or nothing."""

    found: items.Found | None
    place: Place | None = None
    order_id: int | None = None


def look_up(db: Db, code: str, location_id: LocationId, rules: Rules) -> Looked:
    """Ask what a scanned code is."""
    found = items.by_code(db, code, location_id, rules)
    if found is not None:
        return Looked(found)
    order_id = purchase.by_number(db, code) if code.upper().startswith("P-") else None
    return Looked(None, places.named(places.saleable(db), code), order_id)


class LookUps(QObject):
    """Asks, and hands the answer to the count. Whatever goes wrong, a scan becomes at least a red row."""

    def __init__(self, shop: Shop, counting: Counting) -> None:
        super().__init__(counting)
        self._shop = shop
        self._counting = counting
        self.rules: Rules = NO_RULES

    def code(self, code: str, times: Qty, *, typed: bool = False, aim: str = "") -> None:
        """Look a code up; ``aim`` is what the scanner said of its kind."""
        counting = self._counting
        ticket, busy = counting.steps.hold(lambda: counting.add_unknown(code, times))

        def then(looked: Looked) -> None:
            if not counting.steps.holds(ticket):
                return
            if looked.found is not None:
                counting.take(looked.found, times, code)
            elif looked.place is not None:
                counting.use_place(looked.place)
            elif looked.order_id is not None:
                self._came_too(looked.order_id, code.upper())
            elif typed and not any(character.isdigit() for character in code):
                self.words(code)
                return
            else:
                counting.add_unknown(code, times)
            counting.steps.release(ticket)

        def failed(error: ShopError) -> None:
            if counting.steps.holds(ticket):
                counting.add_unknown(code, times)
                counting.say("bad", error.sentence())
                counting.steps.release(ticket)

        self._shop.read(
            look_up, aim + code, counting.here, self.rules, then=then, failed=failed, busy=busy, asked_by=self
        )  # fmt: skip

    def _came_too(self, order_id: int, number: str) -> None:
        """The paper of an order was scanned: it came with this delivery, unless it is in it already."""
        counting = self._counting
        if order_id in counting.tally.orders:
            counting.say("info", _("{number} is in this delivery already.").format(number=number))
            counting.scanned.emit("", True)
            return

        def added(_started: object) -> None:
            counting.say("ok", _("{number} came with this delivery.").format(number=number))
            counting.scanned.emit("", True)
            counting.read()

        self._shop.run(receiving.add_order, counting.delivery_id, order_id, then=added, asked_by=self)

    def words(self, text: str) -> None:
        """Search for typed words."""
        counting = self._counting
        ticket, busy = counting.steps.hold()

        def then(hits: list[search.Hit]) -> None:
            if counting.steps.holds(ticket):
                counting.looked_up.emit(text, hits)
                counting.steps.release(ticket)

        self._shop.read(search.find_or_nearest, text, counting.here, then=then, busy=busy, asked_by=self)

    def by_id(self, item_id: ItemId, take: Callable[[items.Found], object]) -> None:
        """Look up an item that was picked from a list."""
        counting = self._counting
        ticket, busy = counting.steps.hold()

        def then(found: items.Found | None) -> None:
            if counting.steps.holds(ticket):
                if found is not None:
                    take(found)
                counting.steps.release(ticket)

        self._shop.read(items.by_id, item_id, counting.here, then=then, busy=busy, asked_by=self)
