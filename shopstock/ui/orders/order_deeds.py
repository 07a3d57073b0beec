"""What can be done with an order and its lines; what needs a second look is asked in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from shopstock.core.outcome import ShopError
from shopstock.core.purchasing import OrderSaved, OrderState, ZeroPrice
from shopstock.core.text import _
from shopstock.core.units import ItemId, Money, Qty
from shopstock.services import purchase
from shopstock.ui import sounds
from shopstock.ui.orders.questions import Question, Questions
from shopstock.ui.orders.reading import LineRow, OrderView
from shopstock.ui.shop import Shop


class OrderDeeds(QObject):
    """Does it, for the order in ``view``. A deed that its state has no place for does nothing."""

    def __init__(self, shop: Shop, questions: Questions, parent: QObject) -> None:
        super().__init__(parent)
        self._shop, self._questions = shop, questions
        self.view: OrderView | None = None

    def _refused(self, error: ShopError) -> None:
        sounds.no()
        self._shop.say("bad", str(error), key="order")

    # -- lines --------------------------------------------------------------------------------------------------------

    def set_line(self, row: LineRow, qty: Qty, price: Money | None = None, *, sure: bool = False) -> None:
        """Order so much of a line's item, at another price where one is given; nothing of it takes the line off."""
        if self.view is None:
            return
        if qty == 0:
            self.remove(row.item_id)
            return

        def failed(error: ShopError) -> None:
            if isinstance(error, ZeroPrice):
                self._questions.ask(
                    Question(
                        _("Is {item} free?").format(item=row.name), _("Its price would be 0."), _("It is free"),
                        lambda: self.set_line(row, qty, price, sure=True),
                    )
                )  # fmt: skip
            else:
                self._refused(error)

        self._shop.run(
            purchase.set_line, self.view.order.row.id, row.item_id, qty, price, zero_confirmed=sure, failed=failed,
            asked_by=self,
        )  # fmt: skip

    def ask_price(self, row: LineRow) -> None:
        """Ask what an item costs whose price nobody knows."""
        self._questions.ask(
            Question(
                _("{item} has no price.").format(item=row.name),
                _("Type what one costs, or press Enter alone if it is free."), _("Take it"),
                lambda: self.set_line(row, row.qty, Money(0), sure=True),
                lambda price: self.set_line(row, row.qty, price, sure=not price),
            )
        )  # fmt: skip

    def remove(self, item_id: ItemId) -> None:
        """Take an item off the order."""
        if self.view is not None:
            self._shop.run(purchase.remove_line, self.view.order.row.id, item_id, failed=self._refused, asked_by=self)

    # -- the order as a whole -----------------------------------------------------------------------------------------

    def approve(self) -> None:
        """Approve the draft."""
        if self._state() is OrderState.DRAFT and self.view is not None:
            self._approve(self.view.order.row.id, sure=False)

    def _approve(self, order_id: int, *, sure: bool) -> None:
        def failed(error: ShopError) -> None:
            if isinstance(error, ZeroPrice):
                self._questions.ask(
                    Question(
                        _("Some lines cost nothing."), str(error), _("They are free: approve"),
                        partial(self._approve, order_id, sure=True),
                    )
                )  # fmt: skip
            else:
                self._refused(error)

        done = self._done(_("{number} is approved."), _("Send it with F10."))
        self._shop.run(purchase.approve, order_id, zero_confirmed=sure, then=done, failed=failed, asked_by=self)

    def back_to_draft(self) -> None:
        """Let the order be changed again."""
        if self._state() in (OrderState.APPROVED, OrderState.SENT):
            self._act(purchase.back_to_draft, _("{number} is a draft again."))

    def cancel(self) -> None:
        """Ask, then cancel the order."""
        if self._state() in (OrderState.DRAFT, OrderState.APPROVED, OrderState.SENT):
            self._ask_end(
                _("Cancel {number}?"), _("It stays in the list as cancelled; nothing of it is expected any more."),
                _("Cancel the order"), partial(self._act, purchase.cancel, _("{number} is cancelled.")),
            )  # fmt: skip

    def close_rest(self) -> None:
        """Ask, then give up what has not come."""
        if self._state() in (OrderState.SENT, OrderState.PARTLY_RECEIVED):
            self._ask_end(
                _("Close the rest of {number}?"), _("What has not come is given up and no longer on order."),
                _("Close the rest"), partial(self._act, purchase.close, _("{number} is closed.")),
            )  # fmt: skip

    def _state(self) -> OrderState | None:
        return self.view.order.row.state if self.view is not None else None

    def _ask_end(self, fact: str, meaning: str, yes: str, do: Callable[[], object]) -> None:
        assert self.view is not None
        self._questions.ask(Question(fact.format(number=self.view.order.row.number), meaning, yes, do))

    def _act(self, service: Callable[..., OrderSaved], fact: str) -> None:
        if self.view is not None:
            self._shop.run(
                service, self.view.order.row.id, then=self._done(fact, ""), failed=self._refused, asked_by=self
            )

    def _done(self, fact: str, rest: str) -> Callable[[OrderSaved], object]:
        number = self.view.order.row.number if self.view is not None else ""
        return lambda _saved: self._shop.say("ok", fact.format(number=number), rest)
