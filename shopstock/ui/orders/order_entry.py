"""The entry line of an order: scans and typed lines in the order they were made, each an addition or a red message.

A look-up and the addition it leads to hold the queue, so that two scans never overtake each other and none is lost.
What has to be asked stands in :mod:`shopstock.ui.orders.questions` meanwhile; the scans behind it go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from shopstock.core.entry import EntryKind
from shopstock.core.outcome import ShopError
from shopstock.core.text import _
from shopstock.core.units import ONE, ItemId, Qty
from shopstock.queries.search import Hit
from shopstock.services import purchase
from shopstock.ui import format as fmt
from shopstock.ui import sounds
from shopstock.ui.orders import reading
from shopstock.ui.orders.questions import Question, Questions
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.finder import PAUSE_MS, words_of
from shopstock.ui.sell.results import Results
from shopstock.ui.sell.steps import Steps
from shopstock.ui.shop import Shop


class OrderEntry(QObject):
    """Takes scans and typed lines for one order at a time; signals say what came of them."""

    added = Signal(int)  # item id
    order_scanned = Signal(int)  # order id
    unknown = Signal(str)  # a scanned code that means nothing
    set_asked = Signal(object)  # Qty: the selected line
    step_asked = Signal(int)  # one pack more or less of the selected line

    def __init__(self, shop: Shop, entry: EntryLine, results: Results, questions: Questions, parent: QObject) -> None:
        super().__init__(parent)
        self._shop, self._entry, self._results, self._questions = shop, entry, results, questions
        self._order_id: int | None = None
        self._supplier_id: int | None = None
        self._supplier = ""
        self._takes = ""
        self.times: Qty | None = None
        self.steps = Steps(self)
        self.steps.start()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._search)
        entry.typed.connect(lambda _text: self._pause.start())
        entry.chip_pressed.connect(lambda: self.set_times(None))
        line = entry.line
        line.entered.connect(self._entered)
        line.escaped.connect(self._escaped)
        line.moved.connect(self._moved)
        line.stepped.connect(self.step_asked)
        results.chosen.connect(lambda item_id: self._chosen(ItemId(item_id)))

    @property
    def idle(self) -> bool:
        """Tell whether everything scanned and typed so far was carried out."""
        return self.steps.idle

    def use(self, order_id: int | None, supplier_id: int | None, supplier: str, refusal: str) -> None:
        """Work for an order; ``refusal`` says why it takes no lines, empty when it does."""
        if order_id != self._order_id:
            self.set_times(None)
            self._questions.forget()
        self._order_id, self._supplier_id, self._supplier, self._takes = order_id, supplier_id, supplier, refusal

    def set_times(self, times: Qty | None) -> None:
        """Let the next item count so many times."""
        self.times = times
        self._entry.show_times(fmt.qty(times) if times is not None else "")

    # -- scans and lines --------------------------------------------------------------------------------------------

    def scan(self, code: str) -> None:
        """Take a scan, after those before it."""
        self.steps.then_do(lambda: self._scanned(code))

    def _scanned(self, code: str) -> None:
        ticket, busy = self.steps.hold()

        def found(meant: reading.Meant) -> None:
            if meant.order_id is not None:
                self.order_scanned.emit(meant.order_id)
            elif self._takes:
                self._refuse(self._takes)
            elif meant.item is None:
                self.unknown.emit(code)
            else:
                self._consider(meant.item, self._take_times(), ticket)
                return
            self.steps.release(ticket)

        def failed(error: ShopError) -> None:
            self._refuse(str(error))
            self.steps.release(ticket)

        self._shop.read(reading.meant, code, self._supplier_id, then=found, failed=failed, busy=busy, asked_by=self)

    def _entered(self, text: str) -> None:
        if self._results.isVisible() and self._results.picked and self._results.text == words_of(text):
            self._results.take()
        elif text.strip():
            self.steps.then_do(lambda: self._typed(text))

    def _typed(self, text: str) -> None:
        ticket, busy = self.steps.hold()

        def understood(said: reading.Typed) -> None:
            kind = said.entry.kind
            qty = said.entry.qty if said.entry.multiplied else self.times
            if kind is EntryKind.TIMES:
                self.set_times(said.entry.qty)
            elif kind is EntryKind.SET_QTY:
                self.set_asked.emit(said.entry.qty)
            elif said.meant.order_id is not None:
                self.order_scanned.emit(said.meant.order_id)
            elif self._takes:
                self._refuse(self._takes)
            elif said.meant.item is not None:
                self._clear()
                self.set_times(None)
                self._consider(said.meant.item, qty, ticket)
                return
            else:
                self._offer(text, said, qty)
                self.steps.release(ticket)
                return
            self._clear()
            self.steps.release(ticket)

        def failed(error: ShopError) -> None:
            self._refuse(str(error))
            self.steps.release(ticket)

        self._shop.read(
            reading.typed, text, self._supplier_id, then=understood, failed=failed, busy=busy, asked_by=self
        )

    def _offer(self, text: str, said: reading.Typed, qty: Qty | None) -> None:
        """Show what the words found; Enter on a list that is on show already takes its first."""
        shown = self._results.isVisible() and self._results.text == words_of(text)
        if said.entry.multiplied:
            self.set_times(qty)
        if (shown or len(said.hits) == 1) and said.hits:
            self._show(words_of(text), said.hits)
            self._results.take()
        else:
            self._show(words_of(text), said.hits)
            if not said.hits:
                sounds.no()

    def _chosen(self, item_id: ItemId) -> None:
        if self._supplier_id is None:
            return
        supplier_id = self._supplier_id
        qty = self._take_times()
        self._clear()
        self.steps.then_do(lambda: self._by_id(item_id, supplier_id, qty))

    def _by_id(self, item_id: ItemId, supplier_id: int, qty: Qty | None) -> None:
        ticket, busy = self.steps.hold()

        def found(item: reading.Offered | None) -> None:
            if item is None:
                self.steps.release(ticket)
            else:
                self._consider(item, qty, ticket)

        self._shop.read(reading.offered, item_id, supplier_id, then=found, busy=busy, asked_by=self)

    # -- adding -----------------------------------------------------------------------------------------------------

    def _consider(self, item: reading.Offered, times: Qty | None, ticket: Any) -> None:
        """Add an item, or ask first when another supplier sells it."""
        qty: Qty | None = None
        if times is not None:
            qty = Qty(times * max(item.code_qty, ONE) // ONE)
        elif item.code_qty > (item.theirs.pack_qty if item.theirs is not None else ONE):
            qty = item.code_qty
        if item.theirs is None and item.other:
            self._questions.ask(
                Question(
                    _("{item} comes from {other}.").format(item=item.name, other=item.other),
                    _("{supplier} is not known to sell it.").format(supplier=self._supplier),
                    _("Order it here"), lambda: self.steps.then_do(lambda: self._add(item, qty)),
                )
            )  # fmt: skip
            self.steps.release(ticket)
        else:
            self._add(item, qty)

    def _add(self, item: reading.Offered, qty: Qty | None) -> None:
        ticket, busy = self.steps.hold()
        if self._order_id is None:
            self.steps.release(ticket)
            return

        def done(_saved: object) -> None:
            sounds.yes()
            self.added.emit(item.item_id)
            self.steps.release(ticket)

        def failed(error: ShopError) -> None:
            self._refuse(str(error))
            self.steps.release(ticket)

        self._shop.run(
            purchase.add, self._order_id, item.item_id, qty, then=done, failed=failed, busy=busy, asked_by=self
        )

    def _refuse(self, sentence: str) -> None:
        sounds.no()
        self._shop.say("bad", sentence, key="order")

    def _take_times(self) -> Qty | None:
        times = self.times
        self.set_times(None)
        return times

    # -- searching --------------------------------------------------------------------------------------------------

    def _search(self) -> None:
        text = words_of(self._entry.line.text())
        if not text or self._takes:
            self._hide()
            return
        self._shop.read(
            reading.found_items, text, self._supplier_id, then=lambda hits: self._found(text, hits),
            failed=lambda _error: None, key=("order search", id(self)), asked_by=self,
        )  # fmt: skip

    def _found(self, text: str, hits: Sequence[Hit]) -> None:
        if words_of(self._entry.line.text()) == text and (hits or not text.isdigit()):
            self._show(text, hits)

    def _show(self, text: str, hits: Sequence[Hit]) -> None:
        self._results.show_hits(text, hits)

    def _hide(self) -> None:
        self._pause.stop()
        self._shop.forget(("order search", id(self)))
        self._results.hide()

    def _clear(self) -> None:
        self._entry.set_text("")
        self._hide()

    def _escaped(self) -> None:
        if self._results.isVisible() or self._entry.line.text():
            self._clear()
        else:
            self.set_times(None)

    def _moved(self, by: int) -> None:
        if self._results.isVisible():
            self._results.go(by)
