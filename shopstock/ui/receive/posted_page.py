"""Posted invoices and credit notes of suppliers, and undoing one, with the reason."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from shopstock.core.acting import Permission
from shopstock.core.document import Head
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.queries import supplier_invoices as query
from shopstock.queries.supplier_invoices import InvoiceRow
from shopstock.services import reverse
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.page import Page, card, new_key, sentence, table_card
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class PostedPage(Page):
    """The list, the newest first. Who may reverse documents may undo the selected one."""

    permission = Permission.MATCH_INVOICE

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Posted supplier invoices"), parent)
        self._key = new_key()
        self._rows = RowsModel(
            (
                Column("supplier", _("Supplier"), weight=theme.MEDIUM, second="document", chips=_state),
                Column("number", _("Number"), width=128),
                Column("day", _("Day"), "day", 116, token="ink2"),
                Column("net", _("Net"), "money", 104, theme.SEMIBOLD),
                Column("tax", _("Tax"), "money", 92, token="ink2"),
                Column("disputed", _("Disputed"), "money", 96),
            ),
            key="id", money_decimals=self.digits,
        )  # fmt: skip
        self.invoices = Table(self._rows, _("Posted supplier invoices"), row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self.invoices)
        self.invoices.selectionModel().currentRowChanged.connect(lambda _now, _before: self._tell())
        self.column.addWidget(table_card(self.invoices), 1)
        frame, column = card(padding=theme.S3)
        self._said = sentence()
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self.reason.setMinimumWidth(240)
        self.reason.setPlaceholderText(_("Why it is undone"))
        self.reason.setAccessibleName(_("Why it is undone"))
        self.reason.textChanged.connect(lambda _text: self._tell())
        self.reverse_key = fields.Button(_("Reverse"), fields.OUTLINE, icon="arrow-back-up", on_click=self._reverse)
        row = QHBoxLayout()
        row.addWidget(self._said, 1)
        row.addWidget(self.reason)
        row.addWidget(self.reverse_key)
        column.addLayout(row)
        self.column.addWidget(frame)
        for part in (self.reason, self.reverse_key):
            part.setVisible(self.may(Permission.REVERSE))
        self._tell()

    def came_into_view(self) -> None:
        self._read()
        self.invoices.setFocus()

    def changed(self, changes: Changes) -> None:
        self._read()

    def escape(self) -> None:
        self.page_asked.emit("invoices")

    def _read(self) -> None:
        self._shop.read(query.invoices, then=self._show, key=("posted-invoices", id(self)), asked_by=self)

    def _show(self, rows: list[InvoiceRow]) -> None:
        self._rows.set_rows(rows)
        if rows and self.invoices.selected_row() is None:
            self.invoices.select(0)
        self._tell()

    def _tell(self) -> None:
        row: InvoiceRow | None = self.invoices.selected_row()
        if row is None:
            said = _("No invoice of a supplier is posted yet.") if not self._rows.rows else _("Choose an invoice.")
        elif row.reversed:
            said = _("{number} was reversed: it counts no more.").format(number=row.number)
        elif row.due_day is not None:
            said = _("{number} is due {day}.").format(number=row.number, day=fmt.day(row.due_day))
        else:
            said = _("{number} is posted as {document}.").format(number=row.number, document=row.document)
        self._said.setText(said)
        self.reverse_key.setEnabled(row is not None and not row.reversed and bool(self.reason.text().strip()))

    def _reverse(self) -> None:
        row: InvoiceRow | None = self.invoices.selected_row()
        if row is not None:
            head = Head(self._key, clock.now(), note=self.reason.text().strip())
            self._shop.run(
                reverse.reverse, head, row.document_id, then=self._reversed, failed=self._refused, asked_by=self
            )  # fmt: skip

    def _refused(self, error: ShopError) -> None:
        self._key = new_key()
        self._shop.say("bad", error.sentence(), key="receive")

    def _reversed(self, changes: Changes) -> None:
        self._key = new_key()
        self.reason.setText("")
        number = changes.document.number if changes.document is not None else ""
        self._shop.say(
            "ok", _("Reversed by {number}.").format(number=number), _("Its lines can be invoiced again."), key="receive"
        )
        self.invoices.setFocus()
        self._read()


def _state(row: InvoiceRow) -> list[Chip]:
    chips = [Chip(_("credit note"), "arrow-back-up")] if row.kind == "credit" else []
    if row.reversed:
        chips.append(Chip(_("reversed"), "arrow-back-up", "warn"))
    return chips
