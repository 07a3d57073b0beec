"""The Orders screen: the list of orders, one order, what is low, the suppliers, one supplier."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.queries import purchase
from shopstock.ui import fields, sounds, theme
from shopstock.ui.actions import Actions
from shopstock.ui.orders.list_page import ListPage
from shopstock.ui.orders.low_page import LowPage
from shopstock.ui.orders.order_page import OrderPage
from shopstock.ui.orders.segments import Segments
from shopstock.ui.orders.supplier_page import SupplierPage
from shopstock.ui.orders.suppliers_page import SuppliersPage
from shopstock.ui.shop import ELSEWHERE, Shop

_HEARD = {"orders", "suppliers", ELSEWHERE}


class OrdersScreen(QWidget):
    """The screen. ``on_scan`` puts an item on the open order; an order's number opens it from anywhere here."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.list = ListPage(shop)
        self.order = OrderPage(shop)
        self.low = LowPage(shop)
        self.suppliers = SuppliersPage(shop)
        self.supplier = SupplierPage(shop)
        self._title = fields.title(_("Orders"))
        self._summary = fields.label("", "label")
        self.new = fields.Button(_("New order"), fields.OUTLINE, icon="plus", key="Ctrl+N", on_click=self.new_order)
        self.new_supplier = fields.Button(
            _("New supplier"), fields.OUTLINE, icon="plus", key="Ctrl+Shift+N", on_click=self.begin_supplier
        )
        self.parts = Segments(
            _("Parts of the screen"), (("list", _("Orders")), ("low", _("Low stock")), ("suppliers", _("Suppliers")))
        )
        self.parts.chosen.connect(self.show_part)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(theme.S3)
        head.addWidget(self._title)
        head.addWidget(self._summary, 1)
        head.addWidget(self.parts)
        head.addWidget(self.new)
        head.addWidget(self.new_supplier)
        self._stack = QStackedWidget()
        for page in (self.list, self.order, self.low, self.suppliers, self.supplier):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self._head)
        layout.addWidget(self._stack, 1)
        self._connect()
        self.show_part("list")

    def _connect(self) -> None:
        self.list.opened.connect(self.open_order)
        self.list.new_asked.connect(self.new_order)
        self.list.low_asked.connect(lambda: self.show_part("low"))
        self.order.left.connect(lambda: self.show_part("list"))
        self.order.other_asked.connect(self.open_order)
        self.order.new_item_asked.connect(self._new_item)
        self.low.order_asked.connect(self.open_order)
        self.low.list_asked.connect(lambda: self._show_orders("drafts", ""))
        self.suppliers.opened.connect(self.open_supplier)
        self.suppliers.new_asked.connect(self.begin_supplier)
        self.supplier.left.connect(lambda: self.show_part("suppliers"))
        self.supplier.order_asked.connect(self.new_order)
        self.supplier.orders_asked.connect(lambda name: self._show_orders("all", name))
        for page in self._pages().values():
            page.shown.connect(self._say)
        self._shop.changed.connect(self._changed)

    def _pages(self) -> dict[str, Any]:
        return {"list": self.list, "low": self.low, "suppliers": self.suppliers}

    # -- which page ---------------------------------------------------------------------------------------------------

    def show_part(self, part: str) -> None:
        """Show the list of orders, what is low, or the suppliers."""
        page = self._pages()[part]
        self.order.cells.finish()
        self.parts.choose(part)
        self._stack.setCurrentWidget(page)
        self._head.show()
        self.new.setVisible(part != "suppliers")
        self.new_supplier.setVisible(part == "suppliers")
        self._say()
        if self._shop.acting is not None and self.isVisible():
            page.refresh()
            page.setFocus()

    def _show_orders(self, part: str, words: str) -> None:
        self.list.parts.choose(part)
        self.list.filter.setText(words)
        self.show_part("list")

    def open_order(self, order_id: int) -> None:
        """Show one order."""
        self._one(self.order)
        self.order.open(order_id)

    def new_order(self, supplier: str = "") -> None:
        """Begin an order."""
        self._one(self.order)
        self.order.begin(supplier)

    def open_supplier(self, supplier_id: int) -> None:
        """Show one supplier."""
        self._one(self.supplier)
        self.supplier.open(supplier_id)

    def begin_supplier(self) -> None:
        """Begin a supplier."""
        self._one(self.supplier)
        self.supplier.begin()

    def _new_item(self, code: str) -> None:
        window: Any = self.window()
        window.open_screen("stock")
        window.opened("stock").new_item(code)

    def _one(self, page: QWidget) -> None:
        self._head.hide()
        self._stack.setCurrentWidget(page)

    def _say(self) -> None:
        page: Any = self._stack.currentWidget()
        self._summary.setText(page.summary() if hasattr(page, "summary") else "")

    def came_into_view(self) -> None:
        """Read what is on show."""
        page: Any = self._stack.currentWidget()
        page.refresh()
        if hasattr(page, "take_focus"):
            page.take_focus()
        else:
            page.setFocus()

    def _changed(self, changes: Changes) -> None:
        page: Any = self._stack.currentWidget()
        if page in self._pages().values() and self.isVisible() and (changes.topics & _HEARD or changes.items):
            page.refresh()

    # -- keys and scans -----------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Hand a scan to the order or the supplier on show; elsewhere an order's number opens the order."""
        page = self._stack.currentWidget()
        if page is self.order and self.order.order_id is not None:
            self.order.on_scan(scan)
        elif page is self.supplier:
            self.supplier.on_scan(scan)
        else:
            self._shop.read(
                purchase.by_number, scan.code, then=lambda order_id: self._scanned(scan.code, order_id), asked_by=self
            )

    def _scanned(self, code: str, order_id: int | None) -> None:
        if order_id is not None and not code.isdigit():
            sounds.yes()
            self.open_order(order_id)
        else:
            sounds.no()
            said = _("Open an order first to put goods on it, or begin one with Ctrl+N.")
            self._shop.say("bad", _("{code} is no order.").format(code=code[:40]), said, key="order")

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the screen its deed."""
        order = self.order
        on_order: dict[str, Callable[[], object]] = {
            "orders.price": lambda: order.open_cell("price"),
            "orders.quantity": lambda: order.open_cell("qty"),
            "orders.details": order.toggle_details,
            "orders.approve": order.approve,
            "orders.send": order.send,
            "orders.draft": order.deeds.back_to_draft,
            "orders.cancel": order.deeds.cancel,
            "orders.close": order.deeds.close_rest,
            "orders.remove": order.remove_line,
        }
        for id_, do in on_order.items():
            actions.bind(id_, partial(self._on_order, do), self)
        for id_, do in {
            "orders.entry": self._entry,
            "orders.list": lambda: self.show_part("list"),
            "orders.low_stock": lambda: self.show_part("low"),
            "orders.suppliers": lambda: self.show_part("suppliers"),
            "orders.new": self.new_order,
            "orders.new_supplier": self.begin_supplier,
            "orders.propose": self._propose,
        }.items():
            actions.bind(id_, do, self)

    def _on_order(self, do: Callable[[], object]) -> None:
        """Do what belongs to the order on show; without one the key says what to do."""
        if self._stack.currentWidget() is self.order:
            do()
        else:
            self._shop.say(
                "info", _("No order is open."), _("Open one with Enter, or begin one with Ctrl+N."), key="order"
            )

    def _entry(self) -> None:
        page: Any = self._stack.currentWidget()
        if page is self.order:
            self.order.take_focus()
        elif page is self.supplier:
            self.supplier.take_focus()
        else:
            page.filter.setFocus()

    def _propose(self) -> None:
        if self._stack.currentWidget() is not self.low:
            self.show_part("low")
        self.low.propose()
