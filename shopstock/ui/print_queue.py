"""The print queue, beside the screen on show: what waits, what came out, and what only a person can say.

The lamp of the receipt printer and the action of its message open it. Nothing here undoes a sale: a paper is printed
again, sent to another printer, confirmed or dropped; its document stands.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.text import _
from shopstock.core.units import StationId
from shopstock.db.connection import Db
from shopstock.devices.status import State
from shopstock.formats import receipt_pdf
from shopstock.queries import printing as printing_query
from shopstock.queries.printing import DeviceRow, QueueRow
from shopstock.services import printing
from shopstock.ui import fields, files, icons, theme
from shopstock.ui import format as fmt
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table

WIDTH = 560
_WAITING = (State.UNKNOWN, State.SENDING, State.QUEUED)
_AGAIN = (State.QUEUED, State.FAILED, State.EXPIRED, State.CANCELLED)
LABELS = "label_job"
_CHIPS = {
    State.QUEUED: ("clock", "warn"),
    State.SENDING: ("printer", "accent"),
    State.CONFIRMED: ("check", "plain"),
    State.SENT_UNCONFIRMED: ("check", "outline"),
    State.FAILED: ("alert-triangle", "bad"),
    State.UNKNOWN: ("help", "bad"),
    State.EXPIRED: ("clock", "outline"),
    State.CANCELLED: ("x", "outline"),
}


class QueueEntry(NamedTuple):
    """A paper as the table shows it."""

    id: int
    paper: str
    about: str
    row: QueueRow


def paper_words(kind: str) -> str:
    """Say what a paper is."""
    return {
        "sales_receipt": _("Sales receipt"),
        "store_credit": _("Store credit"),
        "cash_report": _("Cash report"),
        "test_page": _("Test page"),
        "command_sheet": _("Sheet of command codes"),
        LABELS: _("Labels"),
    }.get(kind, kind)


def read_all(db: Db, station_id: StationId) -> tuple[list[QueueRow], list[DeviceRow]]:
    """Return a station's papers, those that need somebody first, and every printer of the shop."""
    papers = [row for row in printing_query.queue(db, station_id, limit=100) if row.kind != "drawer_pulse"]
    rows = sorted(papers, key=lambda row: _WAITING.index(row.state) if row.state in _WAITING else len(_WAITING))
    kinds = (printing.RECEIPT_PRINTER, printing.LABEL_PRINTER)
    return rows, [device for device in printing_query.devices(db) if device.role in kinds]


def write_pdf(db: Db, job_id: int, path: str) -> str:
    """Write a paper as a PDF file and return its path."""
    paper = printing_query.paper(db, job_id)
    return files.write(path, receipt_pdf.write(paper, printing_query.pictures(db, paper)))


def _entry(row: QueueRow) -> QueueEntry:
    words = paper_words(row.kind)
    if row.number:
        words = _("{paper} {number}").format(paper=words, number=row.number)
    if row.copy_no:
        words = _("{paper}, COPY {n}").format(paper=words, n=row.copy_no)
    about = " · ".join(part for part in (fmt.instant(row.created_at), row.person) if part)
    return QueueEntry(row.id, words, about, row)


def _chip(entry: QueueEntry) -> list[Chip]:
    icon, tone = _CHIPS[entry.row.state]
    return [Chip(entry.row.state.words, icon, tone)]


class PrintQueue(QFrame):
    """The panel over ``host``. ``closed`` tells that it went away, ``devices_asked`` leads to the printer's address."""

    closed = Signal()
    devices_asked = Signal()

    def __init__(self, shop: Shop, host: QWidget) -> None:
        super().__init__(host)
        self._shop = shop
        self._printers: list[DeviceRow] = []
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        self._model = RowsModel(
            (
                Column("paper", _("Paper"), second="about"),
                Column("row", _("State"), "chip", 168, chips=_chip),
            ),
            self,
        )
        self.table = Table(self._model, _("Print queue"), row_height=theme.ROW_TWO_LINES)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._offer())
        self._why = fields.label("", "wrap")
        self._why.setMinimumHeight(40)
        self.printed = fields.Button(_("Yes, it printed"), fields.OUTLINE, icon="check", on_click=self._settle)
        self.again = fields.Button(_("Print again"), fields.OUTLINE, icon="refresh", on_click=self._retry)
        self.copy = fields.Button(_("Print a COPY"), icon="printer", on_click=self._reprint)
        self.pdf = fields.Button(_("PDF"), icon="download", on_click=self._ask_pdf)
        self.pdf.setToolTip(_("Save this paper as a PDF file"))
        self.drop = fields.Button(_("Drop"), icon="trash", on_click=self._cancel)
        self.where = QComboBox()
        self.where.setAccessibleName(_("Another printer"))
        self.there = fields.Button(_("Send there"), on_click=self._redirect)
        deeds, elsewhere = QHBoxLayout(), QHBoxLayout()
        for button in (self.printed, self.again, self.copy, self.drop, self.pdf):
            deeds.addWidget(button)
        deeds.addStretch(1)
        self._elsewhere = fields.label(_("Or on"), "label")
        elsewhere.addWidget(self._elsewhere)
        elsewhere.addWidget(self.where, 1)
        elsewhere.addWidget(self.there)
        close = QPushButton()
        close.setIcon(icons.icon("x", "ink2"))
        close.setProperty("kind", "bare")
        close.setFixedSize(theme.CONTROL, theme.CONTROL)
        close.setAccessibleName(_("Close the print queue"))
        close.clicked.connect(self.close_panel)
        head = QHBoxLayout()
        head.addWidget(fields.title(_("Print queue")), 1)
        head.addWidget(fields.Button(_("Devices"), icon="printer", on_click=self._devices))
        head.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S4, theme.S3, theme.S3, theme.S4)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._why)
        layout.addLayout(deeds)
        layout.addLayout(elsewhere)
        shop.changed.connect(self._changed)
        self.hide()

    def open(self) -> None:
        """Show the queue of this till."""
        self.show()
        self.raise_()
        self._read()
        self.table.setFocus()

    def close_panel(self) -> None:
        """Hide the panel."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)

    def _read(self) -> None:
        if self._shop.acting is not None:
            self._shop.read(read_all, self._shop.acting.station_id, then=self._show, key="print queue")

    def _show(self, everything: tuple[list[QueueRow], list[DeviceRow]]) -> None:
        rows, self._printers = everything
        self._model.set_rows(_entry(row) for row in rows)
        if self.table.selected_row() is None:
            self.table.select(0)
        self._offer()

    def _offer_printers(self, row: QueueRow | None) -> None:
        """Offer the printers that can print the paper: labels do not come out of a receipt printer."""
        role = printing.LABEL_PRINTER if row is not None and row.kind == LABELS else printing.RECEIPT_PRINTER
        chosen = self.where.currentData()
        self.where.clear()
        for device in self._printers:
            if device.role == role:
                words = _("{station}: {address}").format(station=device.station, address=device.url)
                self.where.addItem(words, device.id)
        self.where.setCurrentIndex(max(0, self.where.findData(chosen)))

    def _offer(self) -> None:
        entry = self.table.selected_row()
        row = entry.row if entry is not None else None
        self._offer_printers(row)
        state = row.state if row is not None else None
        acting = self._shop.acting
        may_copy = acting is not None and acting.may(Permission.REPRINT)
        has_document = row is not None and row.document_id is not None
        self.printed.setVisible(state in (State.UNKNOWN, State.SENT_UNCONFIRMED))
        self.again.setVisible(state in _AGAIN or (state is State.UNKNOWN and not has_document))
        self.copy.setVisible(
            has_document and may_copy and state in (State.UNKNOWN, State.SENT_UNCONFIRMED, State.CONFIRMED)
        )
        self.pdf.setVisible(row is not None)
        labels_under_way = row is not None and row.kind == LABELS and state is State.SENDING
        self.drop.setVisible(state in (State.QUEUED, State.UNKNOWN) or labels_under_way)
        redirect = state in (*_AGAIN, State.UNKNOWN) and self.where.count() > 0
        for widget in (self._elsewhere, self.where, self.there):
            widget.setVisible(redirect)
        self._why.setText(self._words(row))

    def _words(self, row: QueueRow | None) -> str:
        if row is None:
            return _("Nothing was printed at this till yet. Receipts appear here with every sale.")
        said = {
            State.UNKNOWN: _("It is never printed twice by itself: say what you see."),
            State.QUEUED: _("It prints by itself as soon as the printer takes it."),
            State.SENT_UNCONFIRMED: _("Sent; this printer does not say whether it came out."),
            State.EXPIRED: _("It waited too long to be printed by itself. You can still print it."),
        }.get(row.state, "")
        return f"{row.reason.words} {said}".strip()

    def _selected(self) -> int | None:
        entry = self.table.selected_row()
        return entry.id if entry is not None else None

    def _settle(self) -> None:
        self._shop.run(printing.settle, self._selected(), then=self._done)

    def _retry(self) -> None:
        self._shop.run(printing.retry, self._selected(), then=self._done)

    def _reprint(self) -> None:
        entry = self.table.selected_row()
        if entry is None:
            return
        # Of a paper that may have come out, retrying is the reprint: it leaves the queue as the COPY enters it.
        if entry.row.state is State.UNKNOWN:
            self._shop.run(printing.retry, entry.id, then=self._done)
        else:
            self._shop.run(printing.reprint, entry.row.document_id, then=self._done)

    def _cancel(self) -> None:
        self._shop.run(printing.cancel, self._selected(), then=self._done)

    def _redirect(self) -> None:
        self._shop.run(printing.redirect, self._selected(), self.where.currentData(), then=self._done)

    def _ask_pdf(self) -> None:
        entry = self.table.selected_row()
        if entry is not None:
            name = f"{entry.row.number or entry.row.kind}.pdf"
            files.ask_save(self, _("Save the paper as PDF"), name, lambda path: self._write_pdf(entry.id, path))

    def _write_pdf(self, job_id: int, path: str) -> None:
        self._shop.read(write_pdf, job_id, path, then=lambda saved: self._shop.say("ok", _("PDF saved."), saved))

    def _done(self, _changes: Changes) -> None:
        self._read()

    def _devices(self) -> None:
        self.close_panel()
        self.devices_asked.emit()

    def _changed(self, changes: Changes) -> None:
        heard = {printing.TOPIC, printing.DEVICES_TOPIC, "print_job", ELSEWHERE}
        if self.isVisible() and (changes.topics & heard or changes.document is not None):
            self._read()
