"""What a scanned or typed code stands for: asked of a reader while the queue of the till waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from shopstock.core.outcome import ShopError
from shopstock.core.units import ONE, ItemId, Qty
from shopstock.queries import items, search, till
from shopstock.ui.sell.notice import Notice
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.ui.sell.open_sale import OpenSale


class LookUps(QObject):
    """Asks, and hands the answer to the sale. Whatever goes wrong, a scan becomes at least a red row."""

    def __init__(self, shop: Shop, sale: OpenSale) -> None:
        super().__init__(sale)
        self._shop = shop
        self._sale = sale

    def code(self, code: str, qty: Qty, *, typed: bool) -> None:
        """Look a code up: a row, a red row, a paper handed over, or words to search for."""
        ticket, busy = self._sale.steps.hold(lambda: self._sale.add_red(code, qty))

        def found(answer: items.Found | None) -> None:
            if not self._sale.steps.holds(ticket):
                return
            if answer is not None:
                self._sale.take(answer, qty)
            elif not self._sale.take_serial(code):
                self._unknown(code, qty, typed=typed)
                return
            self._sale.steps.release(ticket)

        def failed(error: ShopError) -> None:
            if self._sale.steps.holds(ticket):
                self._sale.add_red(code, qty)
                self._sale.noticed.emit(Notice("bad", error.sentence()))
                self._sale.steps.release(ticket)

        self._shop.read(
            items.by_code, code, self._sale.acting.location_id, self._sale.rules, then=found, failed=failed, busy=busy,
            asked_by=self,
        )  # fmt: skip

    def _unknown(self, code: str, qty: Qty, *, typed: bool) -> None:
        """A code of no item: a receipt, a voucher, a customer's card, words that were typed, or a red row."""
        from shopstock.ui.sell import papers

        ticket, busy = self._sale.steps.hold(lambda: self._sale.add_red(code, qty))

        def is_paper(paper: papers.Paper | None) -> None:
            if not self._sale.steps.holds(ticket):
                return
            if paper is not None:
                self._sale.paper_scanned.emit(paper)
            elif typed and not code.isdigit():
                if qty != ONE:
                    self._sale.set_times(qty)
                self.words(code)
                return
            else:
                self._sale.add_red(code, qty)
            self._sale.steps.release(ticket)

        self._shop.read(
            papers.paper_of, code, then=is_paper, failed=lambda _error: is_paper(None), busy=busy, asked_by=self
        )

    def words(self, text: str) -> None:
        """Search for typed words."""
        ticket, busy = self._sale.steps.hold()

        def found(hits: list[search.Hit]) -> None:
            if self._sale.steps.holds(ticket):
                if not hits and " " not in text and any(character.isdigit() for character in text):
                    self._sale.add_red(text, self._sale.take_times())
                else:
                    self._sale.looked_up.emit(text, hits)
                self._sale.steps.release(ticket)

        place = self._sale.acting.location_id
        self._shop.read(search.find_or_nearest, text, place, then=found, busy=busy, asked_by=self)

    def by_id(self, item_id: ItemId, red_uid: int) -> None:
        """Add an item that was picked, or settle a red row with it."""
        ticket, busy = self._sale.steps.hold()

        def found(answer: items.Found | None) -> None:
            if self._sale.steps.holds(ticket):
                if answer is not None and red_uid:
                    self._sale.resolve(red_uid, till.goods_of(answer), answer.on_hand)
                elif answer is not None:
                    self._sale.take(answer, self._sale.take_times())
                self._sale.steps.release(ticket)

        self._shop.read(items.by_id, item_id, self._sale.acting.location_id, then=found, busy=busy, asked_by=self)
