"""The Receive screen: which page is on show, and where scans and keys go."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes, ShopError
from shopstock.core.scan import Scan
from shopstock.services import receiving
from shopstock.ui.actions import Actions
from shopstock.ui.receive.page import Page, new_key
from shopstock.ui.receive.start_page import StartPage
from shopstock.ui.receive.wizard import Wizard
from shopstock.ui.shop import Shop

#: The pages that the start page leads to: ``module:Class``, built when they are first opened.
PAGES = {
    "ship": "shopstock.ui.receive.ship_page:ShipPage",
    "invoices": "shopstock.ui.receive.invoice_page:InvoicePage",
    "posted_invoices": "shopstock.ui.receive.posted_page:PostedPage",
    "credit": "shopstock.ui.receive.credit_page:CreditPage",
    "late_costs": "shopstock.ui.receive.late_cost_page:LateCostPage",
    "return": "shopstock.ui.receive.supplier_return_page:SupplierReturnPage",
}
_FOLDER = "receive/camera_folder"


class ReceiveScreen(QWidget):
    """The screen. One page is on show; a wizard lives as long as its delivery is on show."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._machine: QSettings | None = None
        self._built: dict[str, Page] = {}
        self._beginning = False
        self._early: list[Scan] = []
        self.wizard: Wizard | None = None
        self.start = StartPage(shop)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.start.resumed.connect(self.open_delivery)
        self.start.order_started.connect(self._start_orders)
        self.start.no_order_started.connect(self._start_without)
        self.start.page_asked.connect(self.open_page)
        self.start.answered.connect(self._hand_over_early)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self.show_start())

    @property
    def page(self) -> Page:
        """The page on show."""
        page: Any = self._stack.currentWidget()
        return page  # type: ignore[no-any-return]

    def came_into_view(self) -> None:
        """Read again what others may have changed."""
        if self._shop.acting is not None:
            self.page.came_into_view()

    def on_scan(self, scan: Scan) -> None:
        """Hand a scan to the page on show; while a delivery is being begun, its first scans wait for it."""
        if self._beginning or (self.page is self.start and self.start.asks):
            self._early.append(scan)
        else:
            self.page.on_scan(scan)

    def _hand_over_early(self) -> None:
        self._beginning = False
        early, self._early = self._early, []
        for scan in early:
            self.on_scan(scan)

    def status_text(self) -> str:
        """Say where this station stands, for the end of the strip."""
        return self.wizard.place_words() if self.wizard is not None and self.page is self.wizard else ""

    def may_leave(self) -> bool:
        """Let the screen go at any time: every count is in the database or on its way."""
        return True

    # -- pages ------------------------------------------------------------------------------------------------------

    def show_start(self) -> None:
        """Go back to the deliveries; a delivery on show is paused."""
        self._shop.unsay("receive")
        wizard, self.wizard = self.wizard, None
        self._stack.setCurrentWidget(self.start)
        if wizard is not None:
            wizard.counting.outbox.when_idle(lambda: self._drop(wizard))
        if self._shop.acting is not None and self.isVisible():
            self.start.came_into_view()

    def _drop(self, wizard: Wizard) -> None:
        self._stack.removeWidget(wizard)
        wizard.deleteLater()

    def open_page(self, name: str) -> None:
        """Open one of :data:`PAGES`."""
        if name not in self._built:
            module, _colon, class_name = PAGES[name].partition(":")
            made: Page = getattr(importlib.import_module(module), class_name)(self._shop)
            made.left.connect(self.show_start)
            made.page_asked.connect(self.open_page)
            self._built[name] = made
            self._stack.addWidget(made)
        page = self._built[name]
        if page.permission is not None and not page.may(page.permission):
            return
        self._shop.unsay("receive")
        self._stack.setCurrentWidget(page)
        page.came_into_view()

    # -- deliveries -------------------------------------------------------------------------------------------------

    def _start_orders(self, order_ids: list[int]) -> None:
        self._begin(order_ids, None, "")

    def _start_without(self, supplier_id: int | None, reference: str) -> None:
        self._begin([], supplier_id, reference)

    def _begin(self, order_ids: list[int], supplier_id: int | None, reference: str) -> None:
        self._beginning = True
        self._shop.run(
            receiving.start, new_key(), order_ids, supplier_id=supplier_id, reference=reference, then=self._started,
            failed=self._not_started, asked_by=self,
        )  # fmt: skip

    def _not_started(self, error: ShopError) -> None:
        self._shop.say("bad", error.sentence(), key="receive")
        self._hand_over_early()

    def _started(self, started: receiving.Started) -> None:
        self._shop.announce(started.changes)
        self.open_delivery(started.delivery_id)
        self._hand_over_early()

    def open_delivery(self, delivery_id: int) -> None:
        """Go on with a delivery."""
        if self.wizard is not None:
            self.show_start()
        wizard = Wizard(self._shop, delivery_id)
        wizard.left.connect(self.show_start)
        if self._machine is not None:
            wizard.use_folder(str(self._machine.value(_FOLDER, "")), self._keep_folder)
        self.wizard = wizard
        self._stack.addWidget(wizard)
        self._stack.setCurrentWidget(wizard)
        wizard.came_into_view()

    def _keep_folder(self, folder: str) -> None:
        if self._machine is not None:
            self._machine.setValue(_FOLDER, folder)

    # -- keys -------------------------------------------------------------------------------------------------------

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the screen its deed."""
        self._machine = actions.machine
        window = self.window()
        closing = getattr(window, "closing", None)
        if closing is not None:
            closing.connect(self._closing)
        deeds: dict[str, Callable[[], object]] = {
            "receive.pause": self.show_start,
            "receive.without_order": self._without_order,
            "receive.ship": partial(self.open_page, "ship"),
            "receive.invoices": partial(self.open_page, "invoices"),
            "receive.late_costs": partial(self.open_page, "late_costs"),
            "receive.return": partial(self.open_page, "return"),
            "receive.next": self._in_wizard("next"),
            "receive.back": self._in_wizard("step_back"),
            "receive.entry": self._in_wizard("entry_line"),
            "receive.decide": self._in_wizard("decide"),
            "receive.place": self._in_wizard("choose_place"),
            "receive.set": self._in_wizard("set_count"),
            "receive.damaged": self._in_wizard("damaged"),
            "receive.lot": self._in_wizard("lot"),
            "receive.label": self._in_wizard("label"),
        }
        for id_, do in deeds.items():
            actions.bind(id_, do, self)

    def _in_wizard(self, name: str) -> Callable[[], object]:
        def do() -> None:
            if self.wizard is not None and self.page is self.wizard:
                getattr(self.wizard, name)()

        return do

    def _without_order(self) -> None:
        if self.page is self.start:
            self.start.begin_without_order()

    def _closing(self) -> None:
        if self.wizard is not None:
            self.wizard.counting.outbox.send_all()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and self._shop.acting is not None:
            self.page.changed(changes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.page.escape()
            return
        super().keyPressEvent(event)
