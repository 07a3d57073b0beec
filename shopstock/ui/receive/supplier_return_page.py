"""Return goods to a supplier, against the goods receipt they came with: never more than is left of it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from shopstock.core.acting import Permission
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId, LineId, LocationId, Money, Qty, share
from shopstock.db import clock
from shopstock.queries import goods_receipts, items
from shopstock.queries.goods_receipts import ReceiptRow, ReturnableLine
from shopstock.services import return_
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.figures import FigureColumn, FiguresTable
from shopstock.ui.receive.page import Page, card, new_key, sentence, table_card
from shopstock.ui.receive.receipt_list import ReceiptList
from shopstock.ui.rows import Column
from shopstock.ui.shop import Shop


class _Line(NamedTuple):
    line_id: LineId
    item_id: ItemId
    name: str
    sku: str
    left: Qty
    back: Qty
    credit: Money | None
    value: Money | None
    location_id: LocationId


class SupplierReturnPage(Page):
    """Choose a goods receipt, scan or type what goes back, post it."""

    permission = Permission.SUPPLIER_RETURN

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Return to a supplier"), parent)
        self.facts.setText(_("Choose the goods receipt, then scan what goes back."))
        self._key = new_key()
        self._receipt: ReceiptRow | None = None
        self.receipts = ReceiptList(self.digits)
        self.receipts.chosen.connect(self._chosen)
        columns = [
            Column("name", _("Item"), weight=theme.MEDIUM, second="sku"),
            Column("left", _("May go back"), "qty", 112, token="ink2"),
            Column("back", _("Goes back"), "qty", 120, theme.SEMIBOLD),
        ]
        if self.sees_cost:
            columns.append(Column("credit", _("Credit"), "money", 110, token="ink2"))
        self.lines = FiguresTable(
            _("Lines of the goods receipt"), columns, FigureColumn("back", "qty"), digits=self.digits
        )
        self.lines.entered.connect(self._set)
        body = QHBoxLayout()
        body.setSpacing(theme.S4)
        body.addWidget(table_card(self.receipts), 2)
        body.addWidget(table_card(self.lines), 3)
        self.column.addLayout(body, 1)
        frame, column = card(padding=theme.S3)
        self._said = sentence()
        self.reference = QLineEdit()
        self.reference.setMaxLength(80)
        self.reference.setPlaceholderText(_("Number of the return"))
        self.reference.setAccessibleName(_("Number of the return"))
        self.cause = QLineEdit()
        self.cause.setMaxLength(120)
        self.cause.setPlaceholderText(_("Why it goes back"))
        self.cause.setAccessibleName(_("Why it goes back"))
        self.credit = fields.MoneyEdit(_("Credit in all"))
        self.credit.setFixedWidth(140)
        theme.style_font(self.credit, theme.BODY, theme.SEMIBOLD)
        self.credit.setPlaceholderText(_("Credit in all"))
        self.credit.setToolTip(_("What the supplier gives back for it, if that is not what it cost"))
        self.credit.setVisible(self.sees_cost)
        self.credit.textChanged.connect(lambda _text: self._tell())
        self.post_key = fields.Button(_("It goes back"), fields.PRIMARY, icon="arrow-back-up", on_click=self._post)
        row = QHBoxLayout()
        row.addWidget(self._said, 1)
        for part in (self.reference, self.cause, self.credit, self.post_key):
            row.addWidget(part, 1 if part in (self.reference, self.cause) else 0)
        column.addLayout(row)
        self.column.addWidget(frame)
        self._tell()

    def came_into_view(self) -> None:
        self._read()
        self.receipts.setFocus()

    def changed(self, changes: Changes) -> None:
        self._read()

    def _read(self) -> None:
        self._shop.read(goods_receipts.receipts, then=self._show_receipts, key=("returns", id(self)))

    def _show_receipts(self, rows: list[ReceiptRow]) -> None:
        self.receipts.show_receipts(rows)
        self._tell()

    def _chosen(self, receipt: ReceiptRow) -> None:
        if self._receipt is None or self._receipt.document_id != receipt.document_id:
            self._receipt = receipt
            self.lines.show_rows([])
            self._shop.read(
                goods_receipts.returnable, receipt.document_id, then=self._show_lines, key=("returnable", id(self))
            )

    def _show_lines(self, lines: list[ReturnableLine]) -> None:
        self.lines.show_rows(
            [
                _Line(
                    one.line_id, one.item_id, one.name, one.sku, one.left, Qty(0), None, one.value, one.location_id
                )
                for one in lines
            ]
        )  # fmt: skip
        self._tell()

    def _set(self, row: _Line, figure: int) -> None:
        if figure > row.left:
            sounds.no()
            self._shop.say(
                "warn", _("No more than {qty} of {item} can go back.").format(qty=fmt.qty(row.left), item=row.name),
                key="receive",
            )  # fmt: skip
        back = Qty(max(0, min(figure, row.left)))
        credit = share(row.value, back, row.left) if row.value is not None and back else None
        self.lines.replace_row(row._replace(back=back, credit=credit))
        self._tell()

    def on_scan(self, scan: Scan) -> None:
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(items.by_code, scan.code, acting.location_id, then=self._scanned, asked_by=self)

    def _scanned(self, found: items.Found | None) -> None:
        rows = [row for row in self.lines.rows() if found is not None and row.item_id == found.id]
        row = next((one for one in rows if one.back < one.left), rows[0] if rows else None)
        if row is None or found is None:
            sounds.no()
            self._shop.say("warn", _("That did not come with this goods receipt."), key="receive")
            return
        if row.back + found.qty <= row.left:
            sounds.yes()
        self.lines.select_key(row.line_id)
        self._set(row, row.back + found.qty)

    def _going(self) -> list[_Line]:
        return [row for row in self.lines.rows() if row.back]

    def _tell(self) -> None:
        going = self._going()
        if not self.receipts.count:
            self._said.setText(_("Nothing has been received yet."))
        elif not going:
            self._said.setText(_("Scan what goes back, or type it."))
        else:
            words = ngettext("{n} line goes back", "{n} lines go back", len(going)).format(n=fmt.number(len(going)))
            if self.sees_cost:
                cost = fmt.money(sum(row.credit or 0 for row in going), self.digits)
                words += " · " + _("it cost {amount}").format(amount=cost)
            self._said.setText(words)
        self.post_key.setEnabled(bool(going))

    def _post(self) -> None:
        receipt, going = self._receipt, self._going()
        if receipt is None or not going:
            return
        credits: list[Money | None] = [None] * len(going)
        total = self.credit.read() if self.sees_cost and self.credit.text().strip() else None
        if self.sees_cost and self.credit.text().strip() and total is None:
            self.credit.setFocus()
            return
        if total is not None:
            left, whole = int(total), int(sum(row.credit or 0 for row in going))
            for place, row in enumerate(going):
                last = place == len(going) - 1
                part = left if last or not whole else share(Money(left), Qty(row.credit or 0), Qty(whole))
                credits[place] = Money(part)
                left, whole = left - int(part), whole - int(row.credit or 0)
        head = Head(
            self._key, clock.now(), reference=self.reference.text().strip(), party=receipt.supplier,
            note=self.cause.text().strip(),
        )  # fmt: skip
        goods = [
            Goods(row.item_id, row.back, credit, row.location_id, row.line_id)
            for row, credit in zip(going, credits, strict=True)
        ]
        self._shop.run(return_.post_supplier_return, head, goods, then=self._posted, asked_by=self)

    def _posted(self, changes: Changes) -> None:
        self._key, self._receipt = new_key(), None
        for field in (self.reference, self.cause, self.credit):
            field.setText("")
        self.lines.show_rows([])
        number = changes.document.number if changes.document is not None else ""
        self._shop.say("ok", _("Supplier return {number} is posted.").format(number=number), key="receive")
        self._read()
