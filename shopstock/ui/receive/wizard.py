"""The wizard of one delivery: Order, Count, Labels, Costs, Post. What is typed and scanned is kept as it happens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from shopstock.core import purchasing
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.receiving import DeliveryState, PriceAsked, Step
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import Day
from shopstock.db import clock
from shopstock.queries import places as places_query
from shopstock.queries import receiving
from shopstock.queries.places import Place
from shopstock.services import receiving as service
from shopstock.ui import fields
from shopstock.ui import format as fmt
from shopstock.ui.receive import summary
from shopstock.ui.receive.costs_page import CostsPage
from shopstock.ui.receive.count_page import CountPage
from shopstock.ui.receive.counting import Counting
from shopstock.ui.receive.labels_page import Came, LabelsPage
from shopstock.ui.receive.order_page import OrderPage
from shopstock.ui.receive.page import NARROW, Page, narrow_side
from shopstock.ui.receive.post_page import PostPage, ResultPage
from shopstock.ui.receive.step_bar import StepBar
from shopstock.ui.receive.view import key_of
from shopstock.ui.shop import Shop

ORDER, COUNT, LABELS, COSTS, POST = range(5)
_STEPS = {Step.COUNT: COUNT, Step.LABELS: LABELS, Step.COSTS: COSTS, Step.POST: POST}
_NAMES = {place: step for step, place in _STEPS.items()}


class Wizard(Page):
    """The wizard. It ends by :attr:`left`: paused, given up or posted."""

    def __init__(self, shop: Shop, delivery_id: int, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Receive"), parent)
        acting = shop.acting
        assert acting is not None, "a delivery is shown only to somebody who is signed in"
        self.delivery_id = delivery_id
        self.delivery: receiving.Delivery | None = None
        self._posting = False
        self._begun = False
        self._where = ORDER
        self._places = 0
        self.counting = Counting(shop, delivery_id, acting.location_id, self)
        self.place_key = fields.Button("", icon="building-store", on_click=self.choose_place)
        self.pause_key = fields.Button(_("Pause"), fields.OUTLINE, icon="player-pause", on_click=self.left.emit)
        self.head.addWidget(self.place_key)
        self.head.addWidget(self.pause_key)
        self.back_key.hide()
        self.bar = StepBar((_("Order"), _("Count"), _("Labels"), _("Costs"), _("Post")))
        self.bar.chosen.connect(self.go)
        self.order = OrderPage(shop, self)
        self.count = CountPage(shop, self.counting)
        self.labels = LabelsPage(shop, _("Next: costs") if self.sees_cost else _("Next: post"))
        self.costs = CostsPage(shop, delivery_id, self.digits)
        self.post = PostPage()
        self.stack = QStackedWidget()
        for page in (self.order, self.count, self.labels, self.costs, self.post):
            self.stack.addWidget(page)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.stack, 1)
        if not self.sees_cost:
            self.bar.steps[COSTS].setEnabled(False)
            self.bar.steps[COSTS].setToolTip(_("Costs are seen by those who may see them."))
        self._connect()
        self._show_step(COUNT)
        shop.read(places_query.saleable, then=self._count_places, asked_by=self)

    def _connect(self) -> None:
        counting = self.counting
        counting.read_again.connect(self._show)
        counting.changed.connect(self._count_changed)
        self.order.next_asked.connect(lambda: self.go(COUNT))
        self.order.abandoned.connect(self._abandon)
        self.order.changed.connect(counting.read)
        self.count.next_asked.connect(lambda: self.go(LABELS))
        self.labels.next_asked.connect(self.next)
        self.costs.changed.connect(counting.read)
        self.costs.next_asked.connect(lambda: self.go(POST))
        self.post.post_asked.connect(self.do_post)

    # -- showing ----------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        self.counting.read()
        self._focus()

    def changed(self, changes: Changes) -> None:
        if not self._posting:
            self.counting.read_soon()

    def _count_places(self, places: list[Place]) -> None:
        self._places = len(places)
        self._count_changed()

    def place_words(self) -> str:
        """Say where goods are put."""
        place = self.counting.place
        return _("Where each belongs") if place is None else place.name

    def _count_changed(self) -> None:
        name = self.place_words()
        self._show_place()
        self.place_key.setText(name)
        self.place_key.setAccessibleName(_("Put-away place: {place}").format(place=name))

    def _show_place(self) -> None:
        self.place_key.setVisible(self._places > 1 and self._where == COUNT and not self._posting)

    def _show(self, delivery: receiving.Delivery) -> None:
        if delivery.state is not DeliveryState.OPEN and not self._posting:
            self._ended(delivery)
            return
        self.delivery = delivery
        self.title.setText(title_of(delivery))
        self.facts.setText(facts_of(delivery))
        self.order.show_delivery(delivery)
        if not self._begun:
            self._begun = True
            place = _STEPS[delivery.step]
            self._show_step(LABELS if place == COSTS and not self.sees_cost else place)
        self.labels.show_came(
            [
                Came(item_id, qty, *self.counting.last_lot(key_of(item_id)))
                for item_id, qty in self.counting.tally.came()
                if qty
            ]
        )
        if self.sees_cost:
            self.costs.show_costs(
                summary.priced(delivery), summary.charges(delivery), delivery.currency, delivery.rate
            )  # fmt: skip
        waits = summary.waits(self.counting)
        self.post.show_summary(summary.before(delivery, self.counting, self.sees_cost, self.digits), waits)

    def _ended(self, delivery: receiving.Delivery) -> None:
        said = (
            _("{title} was posted at another desk.")
            if delivery.state is DeliveryState.POSTED
            else _("{title} was given up at another desk.")
        )
        self.left.emit()
        self._shop.say("info", said.format(title=title_of(delivery)), key="receive")

    # -- steps ------------------------------------------------------------------------------------------------------

    def go(self, place: int) -> None:
        """Go to a step; what was counted stays."""
        if self._posting or (place == COSTS and not self.sees_cost):
            return
        self.count.close_panel()
        self._show_step(place)
        if place in _NAMES:
            self._shop.run(service.set_step, self.delivery_id, _NAMES[place], asked_by=self)
        self.counting.after_written(self.counting.read)
        self._focus()

    def _show_step(self, place: int) -> None:
        self._where = place
        self.bar.show_step(place)
        self.stack.setCurrentIndex(place)
        self._show_place()

    def _focus(self) -> None:
        page = self.stack.currentWidget()
        if page is not None:
            page.setFocus()

    def next(self) -> None:
        """F9: go on; at the last step, post."""
        if self._posting:
            self.left.emit()
        elif self._where == POST:
            self.do_post()
        else:
            following = self._where + 1
            self.go(POST if following == COSTS and not self.sees_cost else following)

    def step_back(self) -> None:
        """F8: go to the step before."""
        if self._where > ORDER and not self._posting:
            before = self._where - 1
            self.go(LABELS if before == COSTS and not self.sees_cost else before)

    def escape(self) -> None:
        """Esc closes what is open on the step; it never leaves the delivery and never loses a count."""
        if self._posting:
            self.left.emit()
        elif self._where == COUNT:
            self.count.escape()
        else:
            self.step_back()

    def on_scan(self, scan: Scan) -> None:
        """Count a scan at whatever step: goods that are found late are counted as well."""
        if self._posting:
            super().on_scan(scan)
            return
        if self._where != COUNT:
            self.go(COUNT)
        self.count.on_scan(scan)

    # -- keys of the count ------------------------------------------------------------------------------------------

    def _counts(self, do: Callable[[], object]) -> None:
        if self._where == COUNT and not self._posting:
            do()

    def entry_line(self) -> None:
        """F2: type a code, words or a quantity."""
        self._counts(self.count.entry_line)

    def decide(self) -> None:
        """F3: decide about the selected row, or the first that waits."""
        self._counts(self.count.questions.decide_selected)

    def choose_place(self) -> None:
        """F5: choose where counted goods are put."""
        self._counts(self.count.questions.place)

    def set_count(self) -> None:
        """F6: set the count of the selected row."""
        self._counts(self.count.questions.set_count)

    def damaged(self) -> None:
        """F7: set goods aside as damaged."""
        self._counts(self.count.questions.damaged)

    def lot(self) -> None:
        """F10: name the lot of the selected row."""
        self._counts(self.count.questions.lot_selected)

    def label(self) -> None:
        """Print one label of the selected row."""
        self._counts(self.count.questions.label)

    def use_folder(self, folder: str, keep: Callable[[str], object]) -> None:
        """Look for photos of damage in a folder."""
        self.count.questions.use_folder(folder, keep)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for side in (self.order.side, self.labels.side, self.costs.side):
            narrow_side(side, self.width() < NARROW)

    # -- ending -----------------------------------------------------------------------------------------------------

    def do_post(self) -> None:
        """Post the delivery once every scan is kept and nothing waits."""
        waits = summary.waits(self.counting)
        if waits:
            self._shop.say("bad", waits, key="receive")
            return
        self.counting.after_written(self._post_now)

    def _post_now(self) -> None:
        if not self._posting:
            self._posting = True
            self._shop.run(
                service.post, self.delivery_id, then=self._posted, failed=self._not_posted, asked_by=self
            )  # fmt: skip

    def _not_posted(self, error: ShopError) -> None:
        self._posting = False
        self._shop.say("bad", error.sentence(), key="receive")
        if isinstance(error, PriceAsked) and self.sees_cost:
            self.go(COSTS)
        self.counting.read()

    def _posted(self, posted: service.Posted) -> None:
        self._shop.unsay("receive")
        self._shop.announce(posted.changes)
        delivery = self.delivery
        assert delivery is not None
        said = summary.after(delivery, self.counting, posted, self.sees_cost, self.digits)
        result = ResultPage(_("Posted: {title}").format(title=summary.name_of(delivery)), said)
        result.done.connect(self.left)
        self.stack.addWidget(result)
        self.stack.setCurrentWidget(result)
        self.bar.show_step(POST + 1)
        self.pause_key.hide()
        self.place_key.hide()
        result.setFocus()

    def _abandon(self) -> None:
        self._shop.run(service.abandon, self.delivery_id, then=self._abandoned, asked_by=self)

    def _abandoned(self, _changes: Changes) -> None:
        self._posting = True
        self.left.emit()
        self._shop.say("ok", _("The delivery is given up. Nothing was booked in."), key="receive")


def title_of(delivery: receiving.Delivery) -> str:
    """Say what is received."""
    return _("Receive {what}").format(what=summary.name_of(delivery))


def facts_of(delivery: receiving.Delivery) -> str:
    """Say by whom it was sent, when, and when it is due."""
    parts = [delivery.supplier] if delivery.supplier else []
    sent = [order.sent_at for order in delivery.orders if order.sent_at is not None]
    if sent:
        parts.append(_("sent {day}").format(day=fmt.day(clock.day_of(min(sent)))))
    due = [order.expected_day for order in delivery.orders if order.expected_day]
    if due:
        parts.append(due_words(min(due)))
    if delivery.reference:
        parts.append(delivery.reference)
    if delivery.rate != purchasing.RATE_SCALE:
        parts.append(delivery.currency)
    return " · ".join(parts)


def due_words(day: Day) -> str:
    """Say when something is due, from today."""
    today = clock.day_of(clock.now())
    if day == today:
        return _("due today")
    return (_("late since {day}") if day < today else _("due {day}")).format(day=fmt.day(day))
