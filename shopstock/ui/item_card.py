"""The item card: everything about one item beside the table, and the form to change it or to make a new one."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from shopstock.core import catalogue, currency
from shopstock.core.acting import Acting, Permission
from shopstock.core.catalogue import ItemFields
from shopstock.core.outcome import Changes
from shopstock.core.text import _
from shopstock.core.units import ONE, ZERO_MONEY, ItemId, Qty
from shopstock.db.connection import Db
from shopstock.queries import items as catalogue_rows
from shopstock.queries import lots
from shopstock.services import items
from shopstock.ui import fields, icons, item_facts, item_where, theme
from shopstock.ui import format as fmt
from shopstock.ui.shop import Shop

WIDTH = 360


class _Lists(NamedTuple):
    """The card, and what its boxes offer."""

    card: catalogue_rows.Card | None
    categories: list[str]
    suppliers: list[str]
    tax_rates: list[catalogue_rows.TaxRate]
    lots: list[lots.LotLevel]
    where: item_where.Where | None


def _read(db: Db, acting: Acting, item_id: ItemId | None) -> _Lists:
    return _Lists(
        catalogue_rows.card(db, acting, item_id) if item_id is not None else None,
        [row.name for row in catalogue_rows.categories(db)],
        [row.name for row in catalogue_rows.suppliers(db)],
        catalogue_rows.tax_rates(db),
        lots.lots_of(db, item_id) if item_id is not None else [],
        item_where.read(db, acting, item_id) if item_id is not None else None,
    )


class ItemCard(QFrame):
    """The panel. ``closed`` asks to put it away."""

    closed = Signal()
    label_asked = Signal(object)  # ItemId

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._item_id: ItemId | None = None
        self._decimals = currency.of(shop.settings.currency).digits
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        self._title = fields.title("")
        self._title.setWordWrap(True)
        close = QPushButton()
        close.setIcon(icons.icon("x", "ink2"))
        close.setProperty("kind", "bare")
        close.setFixedSize(theme.CONTROL, theme.CONTROL)
        close.setAccessibleName(_("Close the item card"))
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        page = QWidget()
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.S2, 0)
        column.setSpacing(theme.S3)
        self._where = item_where.WherePart(shop)
        self._facts = QGridLayout()
        column.addWidget(self._where)
        column.addLayout(self._facts)
        column.addLayout(self._build_form())
        column.addLayout(self._build_codes())
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        self._save = fields.Button(_("Save"), fields.PRIMARY, icon="device-floppy", on_click=self._store)
        self._retire = fields.Button(_("Retire"), fields.QUIET, on_click=self._retire_item)
        actions = QHBoxLayout()
        actions.addWidget(self._save, 1)
        actions.addWidget(self._retire)
        self._why = fields.label("", "small", theme.SMALL)
        self._why.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S4, theme.S3, theme.S3, theme.S4)
        layout.setSpacing(theme.S2)
        layout.addLayout(head)
        layout.addWidget(area, 1)
        layout.addWidget(self._why)
        layout.addLayout(actions)

    def _build_form(self) -> QFormLayout:
        self._name, self._sku = QLineEdit(), QLineEdit()
        self._price, self._cost = fields.MoneyEdit(_("Price")), fields.MoneyEdit(_("Supplier's price"))
        self._reorder, self._up_to = fields.QtyEdit(_("Reorder point")), fields.QtyEdit(_("Order up to"))
        self._weight, self._content = fields.QtyEdit(_("Weight in grams")), fields.QtyEdit(_("Content"))
        self._figures = (self._price, self._cost, self._reorder, self._up_to, self._weight, self._content)
        for figure in self._figures:
            figure.setFont(theme.font(theme.BODY, theme.MEDIUM))
        self._tracks, self._content_unit = QComboBox(), QComboBox()
        for tracks, words in item_facts.tracks_words():
            self._tracks.addItem(words, tracks)
        self._content_unit.addItems(["", *catalogue.UNITS])
        self._category, self._supplier, self._unit, self._tax = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        for box in (self._category, self._supplier):
            box.setEditable(True)
        self._unit.addItems(list(catalogue.UNITS))
        self._stocked = QCheckBox(_("Keeps stock"))
        self._asks = QCheckBox(_("Asks for the price at the till"))
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setVerticalSpacing(theme.S2)
        rows: list[tuple[str, QWidget]] = [
            (_("Name"), self._name), (_("SKU"), self._sku), (_("Price"), self._price), (_("Cost"), self._cost),
            (_("Category"), self._category), (_("Supplier"), self._supplier), (_("Unit"), self._unit),
            (_("Tax"), self._tax), (_("Reorder at"), self._reorder), (_("Order up to"), self._up_to),
            (_("Track"), self._tracks), (_("Weight, g"), self._weight), (_("Content"), self._content),
            (_("Content in"), self._content_unit),
        ]  # fmt: skip
        for text, widget in rows:
            name = fields.label(text, "label")
            name.setBuddy(widget)
            name.setMinimumHeight(theme.CONTROL)
            widget.setAccessibleName(text)
            widget.setMinimumWidth(120)
            form.addRow(name, widget)
        form.addRow(self._stocked)
        form.addRow(self._asks)
        self._form = form
        return form

    def _build_codes(self) -> QVBoxLayout:
        self._codes_title = fields.label(_("Codes"), "label", theme.BODY, theme.MEDIUM)
        self._codes = QVBoxLayout()
        self._codes.setSpacing(theme.S1)
        self._new_code = QLineEdit()
        self._new_code.setAccessibleName(_("New code"))
        self._new_code.setPlaceholderText(_("Scan or type a code"))
        self._pack = fields.QtyEdit(_("Pack quantity"))
        self._pack.setFont(theme.font(theme.BODY))
        self._pack.setFixedWidth(76)
        self._pack.setText("1")
        self._add = fields.Button(_("Add"), fields.OUTLINE, on_click=self._add_code)
        self._make = fields.Button(_("Make a code"), fields.QUIET, icon="barcode", on_click=self._make_code)
        self._label = fields.Button(_("Print label"), fields.QUIET, icon="tag", on_click=self._ask_label)
        self._new_code.returnPressed.connect(self._add_code)
        line = QHBoxLayout()
        line.addWidget(self._new_code, 1)
        line.addWidget(self._pack)
        line.addWidget(self._add)
        column = QVBoxLayout()
        column.setSpacing(theme.S2)
        column.addWidget(self._codes_title)
        column.addLayout(self._codes)
        column.addLayout(line)
        column.addWidget(self._make)
        column.addWidget(self._label)
        return column

    # -- showing ----------------------------------------------------------------------------------------------------

    def show_item(self, item_id: ItemId) -> None:
        """Show one item."""
        self._item_id = item_id
        self._shop.read(_read, item_id, then=self._fill, key=("card", id(self)))

    def new_item(self, code: str = "") -> None:
        """Show the empty form for a new item; ``code`` is added to it when it is saved."""
        self._item_id = None
        self._new_code.setText(code)
        self._shop.read(_read, None, then=self._fill, key=("card", id(self)))

    def accepts_scan(self) -> bool:
        """Tell whether the person is in the field for a new code, so that a scan belongs there."""
        return self._new_code.hasFocus()

    def take_code(self, code: str) -> None:
        """Put a scanned code into the field for a new code."""
        self._new_code.setText(code)

    def _fill(self, lists: _Lists) -> None:
        card = lists.card
        self._title.setText(card.name if card is not None else _("New item"))
        for box, names in ((self._category, lists.categories), (self._supplier, lists.suppliers)):
            box.clear()
            box.addItems(["", *names])
        self._tax.clear()
        for rate in lists.tax_rates:
            self._tax.addItem(rate.name, rate.id)
        self._name.setText(card.name if card else "")
        self._sku.setText(card.sku if card else "")
        self._sku.setPlaceholderText(_("next free number"))
        self._category.setCurrentText(card.category if card else "")
        self._supplier.setCurrentText(card.supplier if card else "")
        self._unit.setCurrentText(card.unit if card else catalogue.PIECE)
        usual = self._shop.settings.default_tax_rate_id
        tax_rate = card.tax_rate_id if card is not None and card.tax_rate_id is not None else usual
        self._tax.setCurrentIndex(max(0, self._tax.findData(tax_rate)))
        self._stocked.setChecked(bool(card.stocked) if card else True)
        self._asks.setChecked(bool(card.asks_price) if card else False)
        for amount, money in ((self._price, card.price if card else None), (self._cost, card and card.supplier_cost)):
            if money is None:
                amount.setText("")
            else:
                amount.write(money, self._decimals)
        grams = None if card is None or card.weight is None else Qty(card.weight * ONE)
        for figure, qty in (
            (self._reorder, card and card.reorder_point), (self._up_to, card and card.order_up_to),
            (self._weight, grams), (self._content, card and card.content),
        ):  # fmt: skip
            if qty is None:
                figure.setText("")
            else:
                figure.write(qty)
        self._tracks.setCurrentIndex(max(0, self._tracks.findData(card.tracks if card else catalogue.NOTHING)))
        self._content_unit.setCurrentText(card.content_unit if card else "")
        for edit in self._figures:
            edit.deselect()
        self._show_where(card, lists.where)
        self._show_facts(card, lists.lots)
        self._show_codes(card)
        self._apply_rights(card)
        if card is None:
            self._name.setFocus()

    def _show_where(self, card: catalogue_rows.Card | None, where: item_where.Where | None) -> None:
        self._where.setVisible(card is not None and where is not None and bool(card.stocked))
        if card is not None and where is not None:
            unit = card.unit if card.unit != catalogue.PIECE else ""
            self._where.show_where(card.id, where, unit, may_change=self._may(Permission.EDIT_PLACES))

    def _show_facts(self, card: catalogue_rows.Card | None, held: list[lots.LotLevel]) -> None:
        item_where.clear(self._facts)
        rows = item_facts.facts(card, held, self._decimals) if card is not None else []
        for number, (text, figure) in enumerate(rows):
            self._facts.addWidget(fields.label(text, "label"), number, 0)
            amount = fields.label(figure, "", theme.BODY, theme.SEMIBOLD)
            self._facts.addWidget(amount, number, 1, Qt.AlignmentFlag.AlignRight)

    def _show_codes(self, card: catalogue_rows.Card | None) -> None:
        item_where.clear(self._codes)
        for code in card.codes if card is not None else ():
            line = QHBoxLayout()
            text = code.code if code.qty == 1000 else f"{code.code}  × {fmt.qty(code.qty)}"
            line.addWidget(fields.label(text), 1)
            remove = QPushButton()
            remove.setIcon(icons.icon("trash", "ink2"))
            remove.setProperty("kind", "bare")
            remove.setFixedSize(theme.CONTROL, theme.CONTROL)
            remove.setAccessibleName(_("Take the code {code} off this item").format(code=code.code))
            remove.setToolTip(remove.accessibleName())
            remove.setEnabled(self._may(Permission.EDIT_ITEMS))
            remove.clicked.connect(partial(self._remove_code, code.id))
            line.addWidget(remove)
            holder = QWidget()
            holder.setLayout(line)
            line.setContentsMargins(0, 0, 0, 0)
            self._codes.addWidget(holder)

    def _apply_rights(self, card: catalogue_rows.Card | None) -> None:
        may = self._may(Permission.NEW_ITEM if card is None else Permission.EDIT_ITEMS)
        self._save.setEnabled(may)
        self._save.setText(_("Create item") if card is None else _("Save"))
        self._retire.setVisible(card is not None and may)
        for widget in (self._new_code, self._pack):
            widget.setEnabled(self._may(Permission.NEW_ITEM))
        self._add.setVisible(card is not None and self._may(Permission.NEW_ITEM))
        self._make.setVisible(card is not None and self._may(Permission.NEW_ITEM))
        self._label.setVisible(card is not None and self._may(Permission.PRINT_LABELS))
        self._form.setRowVisible(self._cost, self._may(Permission.SEE_COST))
        self._why.setText("" if may else _("You may look, but not change this. Someone with the right may."))
        self._why.setVisible(not may)

    def _may(self, permission: Permission) -> bool:
        return self._shop.acting is not None and self._shop.acting.may(permission)

    # -- changing ---------------------------------------------------------------------------------------------------

    def _typed(self) -> ItemFields | None:
        """Read the form; say what cannot be read and return ``None``."""
        for edit, text in (
            (self._price, _("The price is no amount. Type a number, such as 1.50.")),
            (self._cost, _("The cost is no amount. Type a number, such as 1.50.")),
            (self._reorder, _("The reorder point is no quantity. Type a number, such as 3 or 0.25.")),
            (self._up_to, _("“Order up to” is no quantity. Type a number, such as 3 or 0.25.")),
            (self._weight, _("The weight is no number. Type whole grams, such as 250.")),
            (self._content, _("The content is no quantity. Type a number, such as 0.75.")),
        ):
            typed = edit.read()
            if edit.text().strip() and (typed is None or (edit is self._weight and typed % ONE)):
                self._complain(edit, text)
                return None
        self._why.hide()
        return ItemFields(
            name=self._name.text(),
            sku=self._sku.text(),
            price=self._price.read() or ZERO_MONEY,
            category=self._category.currentText(),
            supplier=self._supplier.currentText(),
            tax_rate_id=self._tax.currentData(),
            unit=self._unit.currentText(),
            stocked=self._stocked.isChecked(),
            asks_price=self._asks.isChecked(),
            supplier_cost=self._cost.read(),
            reorder_point=self._reorder.read(),
            order_up_to=self._up_to.read(),
            tracks=self._tracks.currentData(),
            weight=None if (grams := self._weight.read()) is None else grams // ONE,
            content=self._content.read(),
            content_unit=self._content_unit.currentText(),
        )

    def _store(self) -> None:
        typed = self._typed()
        if typed is None:
            return
        if self._item_id is not None:
            self._shop.run(items.update, self._item_id, typed, then=self._saved)
            return
        code, pack = self._new_code.text().strip(), self._pack_typed()
        if code and pack is None:
            return
        codes = (catalogue.NewCode(code, pack),) if code and pack is not None else ()
        self._shop.run(items.create, typed, codes, then=self._created)

    def _created(self, changes: Changes) -> None:
        self._new_code.setText("")
        self.show_item(next(iter(changes.items)))

    def _saved(self, _changes: Any) -> None:
        if self._item_id is not None:
            self.show_item(self._item_id)

    def _add_code(self) -> None:
        code = self._new_code.text().strip()
        pack = self._pack_typed() if code else None
        if self._item_id is not None and pack is not None:
            self._shop.run(items.add_code, self._item_id, code, pack, then=self._added)

    def _pack_typed(self) -> Qty | None:
        """Return how many the code stands for; say what to type instead when it cannot be read."""
        pack = self._pack.read() if self._pack.text().strip() else ONE
        if pack is None:
            self._complain(self._pack, _("The pack quantity is no quantity. Type a number, such as 6."))
        return pack

    def _complain(self, edit: QWidget, sentence: str) -> None:
        self._why.setText(sentence)
        self._why.show()
        edit.setFocus()

    def _added(self, _changes: Changes) -> None:
        self._new_code.setText("")
        self._pack.setText("1")
        self._saved(_changes)

    def _make_code(self) -> None:
        if self._item_id is not None:
            self._shop.run(items.generate_code, self._item_id, then=self._saved)

    def _ask_label(self) -> None:
        if self._item_id is not None:
            self.label_asked.emit(self._item_id)

    def _remove_code(self, code_id: int) -> None:
        self._shop.run(items.retire_code, code_id, then=self._saved)

    def _retire_item(self) -> None:
        if self._item_id is not None:
            self._shop.run(items.retire, self._item_id, then=lambda _changes: self.closed.emit())
