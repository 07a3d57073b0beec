"""One posted document beside the list: who, what, when, where, why, with its lines, money, evidence and kin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from shopstock.core.acting import Permission
from shopstock.core.movements import DocumentKind
from shopstock.core.outcome import ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.queries.document_view import Document, DocumentLine, Link
from shopstock.services import printing
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.back import document_words as said
from shopstock.ui.back.evidence_view import EvidenceView
from shopstock.ui.back.reverse_panel import ReversePanel
from shopstock.ui.movement_words import document_words
from shopstock.ui.orders.frame import SidePanel, empty
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

_MOST_LINES = 5


class _Row(NamedTuple):
    id: int
    name: str
    second: str
    qty: int
    amount: Money | None


class DocumentPanel(SidePanel):
    """The panel. ``other_asked`` wants another document on show."""

    other_asked = Signal(int)

    def __init__(self, shop: Shop, digits: int, on_close: Callable[[], object]) -> None:
        super().__init__("", _("Close the document"), on_close, 400)
        self._shop = shop
        self._digits = digits
        self.document: Document | None = None
        self.facts = fields.label("", "wrap")
        self.note = fields.label("", "wrap", theme.BODY, theme.MEDIUM)
        self._links = QVBoxLayout()
        self._links.setSpacing(theme.S1)
        self._rows = RowsModel(
            (
                Column("name", _("Lines"), weight=theme.MEDIUM, second="second"),
                Column("qty", _("Quantity"), "qty", 84),
                Column("amount", _("Amount"), "money", 96, theme.SEMIBOLD),
            ),
            money_decimals=digits,
        )
        self.lines = Table(self._rows, _("Lines of the document"), row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self.lines)
        self.sums = fields.label("", "wrap")
        self.evidence = EvidenceView(shop, 220)
        self.reversing = ReversePanel(shop)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.note)
        self.body.addLayout(self._links)
        for part in (self._framed(self.lines), self.sums, self.evidence, self.reversing):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.print_key = fields.Button(_("Print again"), icon="printer", on_click=self._print)
        self.moves_key = fields.Button(_("Movements"), icon="list", on_click=self._movements)
        self.foot.addWidget(self.print_key)
        self.foot.addWidget(self.moves_key)
        self.foot.addStretch(1)
        self.reversing.return_asked.connect(self._as_return)

    def _framed(self, table: QWidget) -> QFrame:
        self._lines_card = QFrame()
        self._lines_card.setProperty("role", "card")
        column = QVBoxLayout(self._lines_card)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(table)
        return self._lines_card

    def _may(self, permission: Permission) -> bool:
        return self._shop.acting is not None and self._shop.acting.may(permission)

    def show_document(self, document: Document) -> None:
        """Show a document."""
        self.document = document
        self.title.setText(document_words(document.kind, document.number))
        self.facts.setText("\n".join(said.facts(document)))
        self.note.setText(f"“{document.note}”" if document.note else "")
        self.note.setVisible(bool(document.note))
        self._show_links(document)
        self._rows.set_rows(_row(line) for line in document.lines)
        count = len(document.lines)
        height = theme.TABLE_HEAD + theme.ROW_TWO_LINES * max(1, min(count, _MOST_LINES)) + 6
        self._lines_card.setFixedHeight(height)
        self._lines_card.setVisible(bool(count))
        self.sums.setText("\n".join(said.sums(document, self._digits)))
        self.sums.setVisible(bool(self.sums.text()))
        self.evidence.setVisible(bool(document.attachments))
        self.evidence.show_evidence(document.attachments)
        self.reversing.show_document(document)
        paper = document.kind in (DocumentKind.SALE, DocumentKind.CUSTOMER_RETURN)
        self.print_key.setVisible(paper and self._may(Permission.REPRINT))
        self.moves_key.setVisible(self._may(Permission.SEE_STOCK) and bool(count))

    def _show_links(self, document: Document) -> None:
        empty(self._links)
        kin: list[tuple[str, Link]] = []
        for words, link in (
            (_("Reversed by {document}, {when}, {name}: {why}"), document.reversed_by),
            (_("Reverses {document}, {when}, {name}"), document.reverses), (_("Of {document}, {when}"), document.of),
        ):  # fmt: skip
            if link is not None:
                kin.append((words, link))
        kin += [(_("Followed by {document}, {when}"), link) for link in document.later]
        for words, link in kin:
            text = words.format(
                document=document_words(link.document.kind, link.document.number),
                when=fmt.instant(link.occurred_at), name=link.by, why=link.note or fmt.EMPTY,
            )  # fmt: skip
            key = QPushButton(theme.metrics(theme.BODY).elidedText(text, said.ELIDE, 340))
            key.setProperty("kind", "link")
            key.setAccessibleName(text)
            key.setToolTip(text)
            key.clicked.connect(partial(self._other, link.document.id))
            self._links.addWidget(key)

    def _other(self, document_id: int, _checked: bool = False) -> None:
        self.other_asked.emit(document_id)

    # -- deeds ------------------------------------------------------------------------------------------------------

    def _print(self) -> None:
        if self.document is not None:
            self._shop.run(
                printing.reprint, self.document.id, then=self._printed, failed=self._not_printed, asked_by=self
            )  # fmt: skip

    def _printed(self, _changes: object) -> None:
        self._shop.say("ok", _("The copy goes to the printer."), key="back")

    def _not_printed(self, error: ShopError) -> None:
        self._shop.say("bad", error.sentence(), key="back")

    def _movements(self) -> None:
        window: Any = self.window()
        if self.document is not None:
            window.open_screen("stock")
            if window.current_screen == "stock":
                window.opened("stock").open_document(self.document.id)

    def _as_return(self, number: str) -> None:
        window: Any = self.window()
        window.open_screen("sell")
        if window.current_screen == "sell":
            window.opened("sell").on_scan(Scan(number))


def _row(line: DocumentLine) -> _Row:
    return _Row(line.line_id, line.name, said.line_facts(line), line.qty, said.line_amount(line))
