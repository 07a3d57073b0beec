"""Price check: what a code costs and what the system says of it; adds nothing to the sale."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from shopstock.core.code_rules import Kind
from shopstock.core.outcome import ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId
from shopstock.db.connection import Db
from shopstock.queries import items, places, search
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.fields import label
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import Panel
from shopstock.ui.shop import Shop


class PricePanel(Panel):
    """Takes scans and typed lines while it is open, and shows price and stock here."""

    def __init__(self, shop: Shop, sale: OpenSale, digits: int, parent: QWidget | None = None) -> None:
        super().__init__(_("Price check"), _("Scan or type what to look at. Nothing is added."), parent)
        self.prompt = _("Scan or type what to check")
        self._shop = shop
        self._sale = sale
        self._digits = digits
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.S6)
        grid.setVerticalSpacing(theme.S1)
        self.facts: dict[str, QWidget] = {}
        for column, (name, words) in enumerate(
            (("price", _("Price")), ("on_hand", _("On hand")), ("available", _("Available")), ("sku", _("SKU")))
        ):
            grid.addWidget(label(words, "label", theme.SMALL), 0, column)
            fact = label("", "", theme.TITLE, theme.SEMIBOLD)
            fact.setAccessibleName(words)
            self.facts[name] = fact
            grid.addWidget(fact, 1, column)
        grid.setColumnStretch(3, 1)
        self.where = label("", "wrap")
        self.where.setAccessibleName(_("Where it is"))
        grid.addWidget(self.where, 2, 0, 1, 4)
        grid.setRowStretch(3, 1)
        holder = QWidget()
        holder.setLayout(grid)
        holder.hide()
        self._grid = holder
        self.body.addWidget(holder, 1, Qt.AlignmentFlag.AlignTop)

    def take_scan(self, scan: Scan) -> bool:
        self.take_line(scan.code)
        return True

    def take_line(self, text: str) -> None:
        self._shop.read(
            items.by_code, text, self._sale.acting.location_id, self._sale.rules,
            then=lambda found: self.show_item(found) if found is not None else self._search(text),
            failed=self._failed, key="price check", asked_by=self,
        )  # fmt: skip

    def choose(self, item_id: ItemId) -> None:
        """Look at an item picked from the list."""
        self._shop.read(
            items.by_id, item_id, self._sale.acting.location_id, then=self.show_item, key="price check", asked_by=self
        )

    def show_item(self, found: items.Found | None) -> None:
        """Show an item's price and stock."""
        if found is None:
            return
        self.title.setText(found.name)
        price = found.amount if found.embedded == Kind.PRICE else found.price
        each = "" if found.unit == "piece" else f" / {found.unit}"
        texts = {
            "price": _("asked at the till") if found.asks_price else fmt.money(price, self._digits) + each,
            "on_hand": fmt.qty(found.on_hand) if found.stocked else fmt.EMPTY,
            "available": fmt.qty(found.available) if found.stocked else fmt.EMPTY,
            "sku": found.sku,
        }
        for name, text in texts.items():
            self.facts[name].setText(text)  # type: ignore[attr-defined]
        self.where.setText("")
        if found.stocked:
            self._shop.read(
                _where, found.id, self._sale.acting.location_id, then=self._show_where, key="price check where",
                asked_by=self,
            )  # fmt: skip
        self._grid.show()
        self.say(_("Nothing was added. Esc goes back to the sale."))

    def _show_where(self, words: str) -> None:
        self.where.setText(words)
        self.where.setVisible(bool(words))

    def _search(self, text: str) -> None:
        self._shop.read(
            search.find, text, self._sale.acting.location_id, 1,
            then=lambda hits: self.choose(hits[0].id) if hits else self._unknown(text), key="price check",
            asked_by=self,
        )  # fmt: skip

    def _unknown(self, text: str) -> None:
        self._grid.hide()
        self.title.setText(_("Price check"))
        self.say(_("No item has the code {code}.").format(code=text[:40]))

    def _failed(self, error: ShopError) -> None:
        self._grid.hide()
        self.say(error.sentence())


def _where(db: Db, item_id: ItemId, location_id: LocationId) -> str:
    """Say where an item lies; nothing in a shop of one place, where the figure on hand says it."""
    return places.where_words(places.stock_by_place(db, item_id, location_id)) if len(places.listed(db)) > 1 else ""
