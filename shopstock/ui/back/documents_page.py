"""Every posted document: found by its number, scanned or typed, by kind, words and period; one of them in full."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core.movements import DocumentKind
from shopstock.core.outcome import Changes, DocumentRef, NotAllowed, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Money
from shopstock.queries import document_view, documents
from shopstock.queries.document_view import Document
from shopstock.queries.documents import Cursor, DocumentRow, DocumentSearch, FoundDocument
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.approve import ApprovalPanel
from shopstock.ui.back import periods
from shopstock.ui.back.document_panel import DocumentPanel
from shopstock.ui.back.document_words import kind_name
from shopstock.ui.back.page import Page
from shopstock.ui.movement_words import document_words
from shopstock.ui.orders.frame import EmptyPage, FilterField, card, fit_columns
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class _Row(NamedTuple):
    id: DocumentId
    title: str
    second: str
    when: str
    by: str
    amount: Money | None
    reversed: bool


class DocumentsPage(Page):
    """The search, and the panel beside it."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self._more: Cursor | None = None
        self._found: list[DocumentRow] = []
        self.filter = FilterField(_("Find documents"), _("a number, a name, a note or an item; or scan the paper"))
        self.filter.changed.connect(lambda _words: self.refresh())
        self.filter.left.connect(self._into_table)
        self.kind = QComboBox()
        self.kind.setAccessibleName(_("Kind of document"))
        self.kind.setMinimumHeight(theme.CONTROL)
        self.kind.addItem(_("All kinds"), "")
        for kind in DocumentKind:
            self.kind.addItem(kind_name(kind), kind.value)
        self.kind.currentIndexChanged.connect(lambda _place: self.refresh())
        self.period = periods.box(self.refresh, 4)
        line = QHBoxLayout()
        line.setSpacing(theme.S3)
        line.addWidget(self.filter, 1)
        line.addWidget(self.kind)
        line.addWidget(self.period)
        self._rows = RowsModel(
            (
                Column("title", _("Document"), weight=theme.MEDIUM, second="second", chips=_chips),
                Column("when", _("When"), width=146, token="ink2"),
                Column("by", _("By"), width=120, token="ink2"),
                Column("amount", _("Amount"), "money", 112, theme.SEMIBOLD),
            ),
            money_decimals=self.digits,
        )
        self.table = Table(self._rows, _("Documents"), row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self.table)
        self.table.opened.connect(self._open_row)
        self.table.clicked.connect(lambda index: self._open_row(self._rows.row_at(index.row())))
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._follow())
        self.more_key = fields.Button(_("Show earlier ones"), icon="chevron-down", on_click=self._read_more)
        self.approval = ApprovalPanel(shop)
        self._empty = EmptyPage(_("No document is found."), _("Clear the words with Esc, or choose a longer period."))
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        column.addWidget(card(self.table), 1)
        column.addWidget(self.more_key)
        body = QWidget()
        self._stack = QStackedLayout(body)
        for part in (listed, self._empty, self.approval):
            self._stack.addWidget(part)
        self.panel = DocumentPanel(shop, self.digits, self.close_panel)
        self.panel.other_asked.connect(self.open_document)
        self.panel.reversing.reversed_.connect(self._reversed)
        self.panel.reversing.approval_asked.connect(self._ask_approval)
        self.approval.ended.connect(lambda _approved: self._show_list())
        self.panel.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addWidget(body, 1)
        row.addWidget(self.panel)
        self.column.addLayout(line)
        self.column.addLayout(row, 1)
        self.setFocusProxy(self.table)

    # -- the list -----------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        self.refresh()

    def changed(self, changes: Changes) -> None:
        if changes.document is not None or "elsewhere" in changes.topics:
            self.refresh()

    def _search(self) -> DocumentSearch:
        since, until = periods.days(self.period)
        kind = str(self.kind.currentData())
        return DocumentSearch((DocumentKind(kind),) if kind else (), self.filter.text().strip(), since, until)

    def refresh(self) -> None:
        """Search from the latest on."""
        self._shop.read(
            documents.search, self._search(), then=self._show, key=("documents", id(self)), asked_by=self
        )  # fmt: skip
        if self.panel.isVisible() and self.panel.document is not None:
            self._read(self.panel.document.id)

    def _read_more(self) -> None:
        if self._more is not None:
            self._shop.read(
                documents.search, self._search(), then=self._add, after=self._more, key=("documents", id(self)),
                asked_by=self,
            )  # fmt: skip

    def _show(self, page: documents.Page) -> None:
        self._found = []
        self._add(page)

    def _add(self, page: documents.Page) -> None:
        self._found += page.rows
        self._more = page.more
        self._rows.set_rows(_row(one) for one in self._found)
        self.more_key.setVisible(page.more is not None)
        self._show_list()
        if self._found and self.table.selected_row() is None:
            self.table.select(0)

    def _show_list(self) -> None:
        self._stack.setCurrentIndex(0 if self._found or self._more is not None else 1)
        self._fit()

    def _into_table(self) -> None:
        self.table.setFocus()
        self._open_row(self.table.selected_row())

    # -- one document -------------------------------------------------------------------------------------------------

    def _open_row(self, row: _Row | None) -> None:
        if row is not None:
            self.open_document(row.id)

    def _follow(self) -> None:
        row: _Row | None = self.table.selected_row()
        if row is not None and self.panel.isVisible() and self.table.hasFocus():
            self._read(row.id)

    def open_document(self, document_id: int) -> None:
        """Show one document in full."""
        self._read(DocumentId(document_id))
        place = self._rows.index_of(document_id)
        if place >= 0:
            self.table.select(place)

    def _read(self, document_id: DocumentId) -> None:
        self._shop.read(
            document_view.document, document_id, then=self._show_document, failed=self._not_found,
            key=("document", id(self)), asked_by=self,
        )  # fmt: skip

    def _not_found(self, error: ShopError) -> None:
        self.say("bad", error.sentence())

    def _show_document(self, document: Document) -> None:
        self.panel.show_document(document)
        self.panel.show()
        self._fit()

    def close_panel(self) -> None:
        """Put the document away."""
        self.panel.hide()
        self._fit()
        self.table.setFocus()

    def _ask_approval(self, error: NotAllowed) -> None:
        self._stack.setCurrentWidget(self.approval)
        self.approval.ask(error, self.panel.reversing.reverse)

    def _reversed(self, ref: DocumentRef | None) -> None:
        if ref is not None:
            self.say("ok", _("Reversed by {number}.").format(number=ref.number), _("Both documents name the other."))
        self.refresh()

    # -- scans and keys -----------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Open the document whose number was scanned; while somebody has to approve, take a badge."""
        if self.approval.isVisible():
            self.approval.on_scan(scan)
            return
        self._shop.read(
            documents.numbered, scan.code, then=lambda found: self._scanned(scan.code, found), asked_by=self
        )

    def _scanned(self, code: str, found: list[FoundDocument]) -> None:
        if found and "-" in code:
            sounds.yes()
            self.open_document(found[0].id)
        else:
            sounds.no()
            self.filter.setText(code)
            self.say("warn", _("{code} is the number of no document.").format(code=code[:40]))

    def entry(self) -> None:
        self.filter.setFocus()
        self.filter.selectAll()

    def escape(self) -> bool:
        if self.approval.isVisible():
            self.approval.cancel()
        elif self.panel.reversing.asks:
            self.panel.reversing.leave()
        elif self.panel.isVisible():
            self.close_panel()
        elif self.filter.text():
            self.filter.setText("")
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - (self.panel.width() + theme.S4 if self.panel.isVisible() else 0)
        fit_columns(self.table, ("by", "when"), 240, width=room)


def _row(one: DocumentRow) -> _Row:
    second = one.party or one.note or ", ".join(one.goods) or one.reference
    amount = one.total if one.total is not None else one.value
    return _Row(
        one.id, document_words(one.kind, one.number), second, fmt.instant(one.occurred_at), one.by, amount, one.reversed
    )  # fmt: skip


def _chips(row: _Row) -> list[Chip]:
    return [Chip(_("reversed"), "arrow-back-up", "warn")] if row.reversed else []
