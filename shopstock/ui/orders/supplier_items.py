"""What a supplier sells the shop: a table, and the fields of the chosen item under it."""

from __future__ import annotations

import re
from typing import NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.acting import Acting
from shopstock.core.entry import parse_amount, parse_quantity
from shopstock.core.outcome import Changes, Refused, ShopError
from shopstock.core.purchasing import SupplierItemFields
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ONE, ZERO_QTY, ItemId, Money, Qty, format_money, format_qty
from shopstock.db.connection import Db
from shopstock.queries import items, suppliers
from shopstock.queries.search import Hit
from shopstock.queries.suppliers import SupplierItem
from shopstock.services import suppliers as supplier_services
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.orders import frame, reading
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.sell.results import Results
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

DISPENSABLE = ("breaks", "minimum_qty")
NAME_ROOM = 170
_BREAK = re.compile(r"\s*(?P<qty>[^=:]+?)\s*[=:]\s*(?P<price>[^=:]+?)\s*")


class Written(NamedTuple):
    """How a supplier sells an item, as a person wrote it."""

    code: str
    price: str
    pack: str
    minimum: str
    lead: str
    breaks: str


def save(db: Db, acting: Acting, supplier_id: int, item_id: ItemId, typed: Written) -> Changes:
    """Keep how a supplier sells an item; raise ``Refused`` for what cannot be read."""
    lead = typed.lead.strip()
    if lead and not (lead.isascii() and lead.isdigit()):
        raise Refused(_("The lead time is a whole number of days."))
    return supplier_services.save_supplier_item(
        db, acting, supplier_id,
        SupplierItemFields(
            item_id, typed.code, parse_amount(typed.price) if typed.price.strip() else None,
            parse_quantity(typed.pack) if typed.pack.strip() else ONE,
            parse_quantity(typed.minimum) if typed.minimum.strip() not in ("", "0") else ZERO_QTY,
            int(lead) if lead else None, breaks_typed(typed.breaks),
        ),
    )  # fmt: skip


def breaks_typed(text: str) -> tuple[tuple[Qty, Money], ...]:
    """Read price breaks written as ``24 = 1.10; 48 = 1.02``; raise ``Refused`` for anything else."""
    found = []
    for part in filter(str.strip, text.split(";")):
        match = _BREAK.fullmatch(part)
        if match is None:
            raise Refused(
                _("“{text}” is no price break. Write them as 24 = 1.10; 48 = 1.02.").format(text=part.strip()[:40])
            )
        found.append((parse_quantity(match["qty"]), parse_amount(match["price"])))
    return tuple(found)


def breaks_written(breaks: tuple[tuple[Qty, Money], ...]) -> str:
    """Write price breaks as :func:`breaks_typed` reads them."""
    return "; ".join(f"{format_qty(qty)} = {format_money(price)}" for qty, price in breaks)


def by_code(db: Db, acting: Acting, supplier_id: int, code: str) -> items.Found | None:
    """Return the item of a scanned code, the supplier's own codes included; ``None`` when there is none."""
    found = items.by_code(db, code, acting.location_id, items.code_rules_of(db))
    if found is None:
        item_id = suppliers.item_by_code(db, supplier_id, code)
        found = items.by_id(db, item_id, acting.location_id) if item_id is not None else None
    return found


class SupplierItems(QWidget):
    """The table and the fields; a scan or typed words choose an item, also one that the supplier did not sell yet."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._supplier_id: int | None = None
        self._costs = True
        self._item_id: ItemId | None = None
        self._wanted: ItemId | None = None
        self._model = RowsModel(self._columns(), self, key="item_id")
        self.table = Table(self._model, _("What they sell"), row_height=theme.ROW_TWO_LINES)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._chosen())
        self.table.opened.connect(lambda _row: self.price.setFocus())
        self.finding = frame.FilterField(_("Find an item"), _("scan, or type a name: theirs first, then any item"))
        self.finding.changed.connect(lambda _text: self._search())
        self.finding.left.connect(self._take_hit)
        self.hits = Results(2)
        self.hits.chosen.connect(lambda item_id: self._take(ItemId(item_id)))
        empty = frame.EmptyPage(
            _("Nothing is known of what they sell."),
            _("Scan an item or type its name in the line above, then write their code, price and pack."),
        )
        body = QWidget()
        self._stack = QStackedLayout(body)
        for part in (frame.card(self.table), empty):
            self._stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self.finding)
        layout.addWidget(self.hits)
        layout.addWidget(body, 1)
        layout.addWidget(self._build_fields())

    def _columns(self) -> list[Column]:
        return [
            Column("name", _("Item"), second="sku", chips=_elsewhere),
            Column("code", _("Their code"), width=112, size=theme.SMALL, text=lambda row: row.code or fmt.EMPTY),
            Column("price", _("Price"), "money", 92, theme.SEMIBOLD),
            Column("pack_qty", _("Pack"), "qty", 70),
            Column("minimum_qty", _("Minimum"), "qty", 84, token="ink2",
                   text=lambda row: fmt.qty(row.minimum_qty) if row.minimum_qty else fmt.EMPTY),
            Column("breaks", _("Price breaks"), width=176, size=theme.SMALL, token="ink2",
                   text=lambda row: breaks_written(row.breaks) or fmt.EMPTY),
        ]  # fmt: skip

    def _build_fields(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        self._which = fields.label("", "", theme.BODY, theme.SEMIBOLD)
        self.code, self.price, self.pack, self.minimum = (QLineEdit() for _n in range(4))
        self.lead, self.breaks = QLineEdit(), QLineEdit()
        self.lead.setPlaceholderText(_("usual"))
        self.breaks.setPlaceholderText(_("24 = 1.10; 48 = 1.02"))
        self._wrong = fields.label("", "bad", theme.SMALL)
        self._wrong.setWordWrap(True)
        self._wrong.hide()
        self.keep = fields.Button(_("Save item"), fields.OUTLINE, icon="device-floppy", on_click=self.save)
        self.own = fields.Button(_("Order it here"), icon="star", on_click=self._prefer)
        self.own.setToolTip(_("Make this the supplier that the item is ordered from"))
        self.drop = fields.Button(_("Take off"), icon="trash", on_click=self._remove)
        grid = QGridLayout(card)
        grid.setContentsMargins(theme.S4, theme.S3, theme.S4, theme.S3)
        grid.setHorizontalSpacing(theme.S3)
        grid.setVerticalSpacing(theme.S2)
        grid.addWidget(self._which, 0, 0, 1, 6)
        for place, (words, line) in enumerate(
            (
                (_("Their code"), self.code), (_("Price"), self.price), (_("Pack"), self.pack),
                (_("Minimum"), self.minimum), (_("Lead days"), self.lead),
            )
        ):  # fmt: skip
            grid.addLayout(frame.over(words, line), 1, place)
            line.returnPressed.connect(self.save)
        grid.addLayout(frame.over(_("Price breaks"), self.breaks), 2, 0, 1, 2)
        self.breaks.returnPressed.connect(self.save)
        deeds = QHBoxLayout()
        deeds.setSpacing(theme.S2)
        deeds.addStretch(1)
        for button in (self.drop, self.own, self.keep):
            deeds.addWidget(button)
        grid.addLayout(deeds, 2, 2, 1, 3, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(self._wrong, 3, 0, 1, 5)
        for column, stretch in enumerate((3, 2, 2, 2, 2)):
            grid.setColumnStretch(column, stretch)
        self._fields = card
        return card

    # -- showing ------------------------------------------------------------------------------------------------------

    def use(self, supplier_id: int, money: str, *, costs: bool) -> None:
        """Show what a supplier sells, in their currency."""
        decimals = currency.of(money).digits
        self._model.money_decimals = self.hits.rows.money_decimals = decimals
        self._costs = costs
        if supplier_id != self._supplier_id:
            self._supplier_id, self._item_id = supplier_id, None
            self.finding.setText("")
            self._model.set_rows(())
            self._fill(None)
            self.refresh()

    def refresh(self) -> None:
        """Read what they sell."""
        if self._supplier_id is not None:
            self._shop.read(suppliers.items_of, self._supplier_id, then=self._show, key=("supplier items", id(self)))

    def _show(self, rows: list[SupplierItem]) -> None:
        self._model.set_rows(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        place = self._model.index_of(self._wanted) if self._wanted is not None else -1
        if place >= 0:
            self._wanted = None
            self.table.select(place)
        elif rows and self.table.selected_row() is None and self._item_id is None:
            self.table.select(0)
        chosen = self.table.selected_row()
        if chosen is not None and chosen.item_id == self._item_id and not self._edited():
            self._fill(chosen)
        self._fit()

    def _chosen(self) -> None:
        row = self.table.selected_row()
        if row is not None:
            self._fill(row)

    def _fill(self, row: SupplierItem | None) -> None:
        """Show the fields of an item that the supplier sells."""
        self._item_id = row.item_id if row is not None else None
        self._which.setText(f"{row.name} · {row.sku}" if row is not None else "")
        self._before = _written(row)
        self._put(self._before)
        self.own.setVisible(row is not None and not row.preferred)
        self.drop.setVisible(row is not None)
        self._wrong.hide()
        self._fields.setVisible(row is not None)

    def _fill_new(self, item_id: ItemId, name: str, sku: str) -> None:
        """Show empty fields for an item that the supplier did not sell yet."""
        self.table.clearSelection()
        self._item_id, self._before = item_id, _written(None)
        self._which.setText(_("New with them: {name} · {sku}").format(name=name, sku=sku))
        self._put(self._before)
        self._wrong.hide()
        self.own.hide()
        self.drop.hide()
        self._fields.show()
        self.code.setFocus()

    def _put(self, written: Written) -> None:
        for line, text in zip(self._lines(), written, strict=True):
            line.setText(text)
            line.setCursorPosition(0)
        self.price.setEnabled(self._costs)
        self.breaks.setEnabled(self._costs)

    def _lines(self) -> tuple[QLineEdit, ...]:
        return self.code, self.price, self.pack, self.minimum, self.lead, self.breaks

    def _edited(self) -> bool:
        return Written(*(line.text() for line in self._lines())) != self._before

    # -- finding ------------------------------------------------------------------------------------------------------

    def _search(self) -> None:
        words = self.finding.text().strip()
        if len(words) < 2 or self._supplier_id is None:
            self.hits.hide()
            return
        self._shop.read(
            reading.found_items, words, self._supplier_id, then=lambda hits: self._found(words, hits),
            key=("supplier search", id(self)), asked_by=self,
        )  # fmt: skip

    def _found(self, words: str, hits: list[Hit]) -> None:
        if self.finding.text().strip() == words:
            self.hits.show_hits(words, hits)

    def _take_hit(self) -> None:
        if not self.hits.isVisible() or not self.hits.take():
            self._search()

    def _take(self, item_id: ItemId) -> None:
        self.finding.setText("")
        self.hits.hide()
        place = self._model.index_of(item_id)
        if place >= 0:
            self.table.select(place)
            self.price.setFocus()
            return
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(items.by_id, item_id, acting.location_id, then=self._begin, asked_by=self)

    def on_scan(self, scan: Scan) -> None:
        """Choose the item of a scanned code."""
        if self._supplier_id is not None:
            self._shop.read(
                by_code, self._supplier_id, scan.code, then=lambda found: self._scanned(scan.code, found), asked_by=self
            )

    def _scanned(self, code: str, found: items.Found | None) -> None:
        if found is None:
            sounds.no()
            self._shop.say("bad", _("No item has the code {code}.").format(code=code),
                           _("Find it by its name, or make the item in Stock first."), key="order")  # fmt: skip
            return
        sounds.yes()
        self._take(found.id)

    def _begin(self, found: items.Found | None) -> None:
        if found is not None:
            self._fill_new(found.id, found.name, found.sku)

    # -- keeping ------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep the fields of the chosen item."""
        if self._supplier_id is None or self._item_id is None:
            return
        typed = Written(*(line.text() for line in self._lines()))
        self._wanted = self._item_id
        self._shop.run(save, self._supplier_id, self._item_id, typed, then=self._saved, failed=self._refused)

    def _saved(self, _changes: Changes) -> None:
        self._before = Written(*(line.text() for line in self._lines()))
        self._wrong.hide()
        self._shop.say("ok", _("Saved."), self._which.text())
        self.refresh()
        self.finding.setFocus()

    def _refused(self, error: ShopError) -> None:
        self._wanted = None
        self._wrong.setText(str(error))
        self._wrong.show()

    def _prefer(self) -> None:
        if self._supplier_id is not None and self._item_id is not None:
            self._shop.run(supplier_services.prefer, self._supplier_id, self._item_id, failed=self._refused)

    def _remove(self) -> None:
        if self._supplier_id is not None and self._item_id is not None:
            gone, self._item_id = self._item_id, None
            self._shop.run(supplier_services.remove_supplier_item, self._supplier_id, gone, then=self._removed)

    def _removed(self, _changes: Changes) -> None:
        self._fill(None)
        self.refresh()

    def take_focus(self) -> None:
        """Put the keys into the line that finds items."""
        self.finding.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        hidden = () if self._costs else ("price", "breaks")
        frame.fit_columns(self.table, DISPENSABLE, NAME_ROOM, hidden, width=self.width())


def _elsewhere(row: SupplierItem) -> tuple[Chip, ...]:
    return () if row.preferred else (Chip(_("ordered elsewhere"), "", "outline"),)


def _written(row: SupplierItem | None) -> Written:
    if row is None:
        return Written("", "", "1", "", "", "")
    return Written(
        row.code, "" if row.price is None else format_money(row.price), format_qty(row.pack_qty),
        format_qty(row.minimum_qty) if row.minimum_qty else "", "" if row.lead_days is None else str(row.lead_days),
        breaks_written(row.breaks),
    )  # fmt: skip
