"""What the palette finds: commands and screens at once; items, documents and reports by the words typed.

Nothing is listed that a person may not do, or that would do nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from shopstock.core import currency
from shopstock.core.acting import Acting, Permission
from shopstock.core.purchasing import OrderState
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.queries import documents, purchase, reports, search, serials, suppliers
from shopstock.queries.purchase import OrderRow
from shopstock.queries.suppliers import SupplierRow
from shopstock.ui import document_links
from shopstock.ui import format as fmt
from shopstock.ui.actions import Command
from shopstock.ui.movement_words import document_words
from shopstock.ui.palette import LIMIT_EACH, Deliver, Entry, Provider, matches

if TYPE_CHECKING:
    from shopstock.ui.main_window import MainWindow


class Finder:
    """Finds things for the palette of one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._shop = window.shop

    def providers(self) -> tuple[Provider, ...]:
        """Return what is asked with every word typed."""
        return self._items, self._orders, self._documents, self._serials, self._reports

    def commands(self) -> list[Entry]:
        """Return every command and screen that the signed-in person may use now."""
        window = self._window
        entries = []
        for command in window.actions_.allowed(self._shop.acting):
            if command.id == "palette" or not self._works(command):
                continue
            kind = _("screen") if command.id.startswith("screen.") else _("command")
            key = window.actions_.keycap(command.id)
            entries.append(Entry(command.label, kind, partial(self._do, command), command.icon, key=key))
        return entries

    def _works(self, command: Command) -> bool:
        if command.screen:
            return command.screen in self._window.allowed_screens()
        if command.id.startswith("screen."):
            return command.id.removeprefix("screen.") in self._window.allowed_screens()
        return self._window.actions_.bound(command.id) is not None

    def _do(self, command: Command) -> None:
        if command.screen and command.screen != self._window.current_screen:
            self._window.open_screen(command.screen)
        self._window.actions_.run(command.id)

    def _may(self, permission: Permission) -> bool:
        return self._shop.acting is not None and self._shop.acting.may(permission)

    def _items(self, words: str, deliver: Deliver) -> None:
        acting = self._shop.acting
        if acting is not None and acting.may(Permission.SEE_STOCK):
            self._shop.read(
                search.find, words, acting.location_id, LIMIT_EACH,
                then=lambda hits: deliver(self._item_entries(hits)), key="palette items",
            )  # fmt: skip

    def _item_entries(self, hits: Iterable[search.Hit]) -> list[Entry]:
        digits = currency.of(self._shop.settings.currency).digits
        return [
            Entry(hit.name, _("item"), partial(self._open_item, hit.id), "box",
                  note=f"{hit.sku} · {fmt.money(hit.price, digits)}")
            for hit in hits
        ]  # fmt: skip

    def _orders(self, words: str, deliver: Deliver) -> None:
        if self._may(Permission.ORDER):
            self._shop.read(
                _orders_and_suppliers, words, then=lambda found: deliver(self._order_entries(*found)),
                key="palette orders",
            )  # fmt: skip

    def _order_entries(self, orders: list[OrderRow], known: list[SupplierRow]) -> list[Entry]:
        return [
            *(Entry(_("Order {number}").format(number=one.number), _("order"), partial(self._open_order, one.id),
                    "file-text", note=f"{one.supplier} · {one.state.words}") for one in orders),
            *(Entry(one.name, _("supplier"), partial(self._open_supplier, one.id), "truck") for one in known),
        ]  # fmt: skip

    def _documents(self, words: str, deliver: Deliver) -> None:
        if self._may(Permission.SEE_STOCK) and any(letter.isdigit() for letter in words):
            self._shop.read(
                documents.numbered, words, LIMIT_EACH,
                then=lambda found: deliver(self._document_entries(found)), key="palette documents",
            )  # fmt: skip

    def _document_entries(self, found: Iterable[documents.FoundDocument]) -> list[Entry]:
        return [
            Entry(document_words(one.kind, one.number), _("document"), partial(self._open_document, one.id),
                  "file-text", note=f"{fmt.instant(one.occurred_at)} · {one.by}")
            for one in found
        ]  # fmt: skip

    def _serials(self, words: str, deliver: Deliver) -> None:
        if self._may(Permission.SEE_STOCK) and any(letter.isdigit() for letter in words):
            self._shop.read(
                serials.find, words, LIMIT_EACH,
                then=lambda found: deliver(self._serial_entries(found)), key="palette serials",
            )  # fmt: skip

    def _serial_entries(self, found: Iterable[serials.SerialRow]) -> list[Entry]:
        return [
            Entry(f"{one.number} · {one.name}", _("serial number"), partial(self._open_document, one.document_id),
                  "barcode", note=f"{one.document} · {fmt.instant(one.at)} · {one.person}")
            for one in found
        ]  # fmt: skip

    def _reports(self, words: str, deliver: Deliver) -> None:
        if self._may(Permission.SEE_REPORTS):
            deliver(
                Entry(_(report.title), _("report"), partial(self._open_report, name), "chart-bar")
                for name, report in reports.REPORTS.items()
                if matches(f"{_(report.title)} {name}", words)
            )

    def _open_item(self, item_id: Any) -> None:
        self._window.open_screen("stock")
        self._window.opened("stock").open_item(item_id)

    def _open_order(self, order_id: int) -> None:
        self._window.open_screen("orders")
        self._window.opened("orders").open_order(order_id)

    def _open_supplier(self, supplier_id: int) -> None:
        self._window.open_screen("orders")
        self._window.opened("orders").open_supplier(supplier_id)

    def _open_document(self, document_id: Any) -> None:
        document_links.open_document(self._window, document_id)

    def _open_report(self, name: str) -> None:
        self._window.open_screen("reports")
        self._window.opened("reports").open_report(name)


def _orders_and_suppliers(db: Db, acting: Acting, words: str) -> tuple[list[OrderRow], list[SupplierRow]]:
    """Return the orders and the suppliers that words find, the newest orders first."""
    half = LIMIT_EACH // 2
    orders = purchase.orders(db, acting, tuple(OrderState), words=words, limit=half)
    return orders, suppliers.suppliers(db, acting, words)[:half]
