"""One write-off being scanned: its rows, the last scan large, its evidence, and the key that posts it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes, NotAllowed, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import Qty
from shopstock.queries.write_offs import WriteOff
from shopstock.services import write_offs as service
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.approve import ApprovalPanel
from shopstock.ui.back import side_panels, words
from shopstock.ui.back.entry_bar import EntryBar
from shopstock.ui.back.evidence_panel import EvidencePanel
from shopstock.ui.back.last_card import LastCard
from shopstock.ui.back.row_questions import RowQuestions
from shopstock.ui.back.row_table import RowTable
from shopstock.ui.back.scanning import Scanning
from shopstock.ui.back.tally import Row
from shopstock.ui.elided import Elided
from shopstock.ui.receive.page import table_card
from shopstock.ui.sell.panel import Panel
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.sell.totals import hairline
from shopstock.ui.shop import Shop

_SIDE, _SIDE_NARROW, _NARROW = 344, 312, 1_000


class WorkPanel(QWidget):
    """The panel. ``posted`` and ``sent`` tell how it ended, ``left`` that it is paused or given up."""

    posted = Signal(object)  # DocumentRef
    sent = Signal(str)  # the number people know it by
    left = Signal()

    def __init__(self, shop: Shop, scanning: Scanning, digits: int, *, costs: bool) -> None:
        super().__init__()
        self._shop = shop
        self._digits = digits
        self._costs = costs
        self._done = False
        self.panel: Panel | None = None
        self.scanning = scanning
        scanning.setParent(self)
        self._build_left()
        self._build_side()
        self.questions = RowQuestions(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        row.addLayout(self._left, 1)
        row.addWidget(self.side)
        self._connect()
        self.setFocusProxy(self.table)
        self.show_all()

    def _build_left(self) -> None:
        self._facts = Elided()
        self.note = QLineEdit()
        self.note.setMaxLength(200)
        self.note.setPlaceholderText(_("Note: what happened"))
        self.note.setAccessibleName(_("Note: what happened"))
        self.pause_key = fields.Button(_("Pause"), icon="player-pause", key="F4", on_click=self.left.emit)
        self.give_up_key = fields.Button("", icon="trash", on_click=self._ask_give_up)
        self.give_up_key.setAccessibleName(_("Give this write-off up"))
        self.give_up_key.setToolTip(_("Give this write-off up"))
        self.give_up_key.setFixedWidth(theme.CONTROL)
        head = QHBoxLayout()
        head.setSpacing(theme.S2)
        head.addWidget(self._facts, 4)
        head.addWidget(self.note, 5)
        head.addWidget(self.pause_key)
        head.addWidget(self.give_up_key)
        self.table = RowTable(self._digits, costs=self._costs)
        self.evidence = EvidencePanel(self._shop)
        self.entry = EntryBar(self._shop, self._digits)
        self.approval = ApprovalPanel(self._shop)
        self._rows = table_card(self.table)
        self._left = QVBoxLayout()
        self._left.setSpacing(theme.S3)
        self._left.addLayout(head)
        for part, stretch in ((self._rows, 1), (self.approval, 1), (self.evidence, 0), (self.entry, 0)):
            self._left.addWidget(part, stretch)

    def _build_side(self) -> None:
        self.side = QFrame()
        self.side.setProperty("role", "card")
        self._side = QVBoxLayout(self.side)
        self._side.setSpacing(theme.S3)
        self.card = LastCard()
        self._value = fields.label("", "label")
        self.wait = fields.label("", "small", theme.SMALL)
        self.wait.setWordWrap(True)
        self.post_key = TillButton(
            _("Write off"), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, keycap="F9"
        )  # fmt: skip
        self.send_key = TillButton(_("Send for approval"), kind="outline", icon="send", height=theme.MAIN_ACTION)
        self.send_key.hide()
        self._side.addWidget(self.card, 1)
        self._side.addWidget(hairline())
        for part in (self._value, self.wait, self.post_key, self.send_key):
            self._side.addWidget(part)

    def _connect(self) -> None:
        scanning, card = self.scanning, self.card
        self.entry.use(scanning)
        self.entry.moved.connect(self._move)
        self.entry.left.connect(self.table.setFocus)
        self.table.installEventFilter(self)
        self.table.opened.connect(lambda _row: self._open_row())
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_card())
        card.less.connect(lambda: scanning.step(-1))
        card.more.connect(lambda: scanning.step(1))
        card.set_asked.connect(self.questions.qty)
        card.cause_asked.connect(self.questions.cause)
        card.lot_asked.connect(self.questions.lot)
        card.off_asked.connect(self.take_off)
        card.find_asked.connect(self._open_row)
        self.evidence.added.connect(self._attach)
        self.evidence.dropped.connect(lambda id_: scanning.keeping.run(service.detach, id_))
        self.note.editingFinished.connect(self._keep_note)
        self.post_key.clicked.connect(lambda _checked=False: self.post())
        self.send_key.clicked.connect(lambda _checked=False: self.send())
        self.approval.ended.connect(self._approval_ended)
        scanning.changed.connect(self.show_all)
        scanning.scanned.connect(self._scanned)
        scanning.ended.connect(self._ended)

    # -- showing ----------------------------------------------------------------------------------------------------

    def show_all(self) -> None:
        """Show the write-off as it stands."""
        tally, read = self.scanning.tally, self.scanning.tally.write_off
        self.table.evidence = bool(tally.evidence)
        self.table.show_rows(tally.rows, self.scanning.take_turn())
        self.table.viewport().update()
        self.evidence.show_attached(read.evidence if read is not None else (), words.evidence_needed(tally.lacking))
        if read is not None:
            self._facts.setText(words.begun(read, self.scanning.place))
            if not self.note.hasFocus() and self.note.text() != read.note:
                self.note.setText(read.note)
        self._show_card()
        self._show_foot()

    def _show_card(self) -> None:
        row: Row | None = self.table.selected_row()
        self.scanning.selected = row.key if row is not None else ""
        self.card.show_row(row, self.scanning.last)

    def _show_foot(self) -> None:
        tally = self.scanning.tally
        value = tally.value
        pieces = Qty(sum(row.qty for row in tally.rows if not row.unknown))
        self._value.setText(
            _("{qty} pieces, worth about {amount}").format(qty=fmt.qty(pieces), amount=fmt.money(value, self._digits))
            if value is not None else _("{qty} pieces").format(qty=fmt.qty(pieces))
        )  # fmt: skip
        waits = self.scanning.keeping.stuck or words.waits_for(tally)
        self.wait.setText(waits or words.asks(tally.write_off))
        self.wait.setVisible(bool(self.wait.text()))
        self.post_key.waiting = bool(waits)
        if not waits:
            self._shop.unsay("back-waits")

    def _scanned(self, key: str, good: bool) -> None:
        (sounds.yes if good else sounds.no)()
        self.table.flash_key(key)

    # -- scans and keys ---------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Take a scan: a badge while somebody has to approve, else goods. It never lands in a field."""
        if self.approval.isVisible():
            self.approval.on_scan(scan)
        elif self.panel is None or not self.panel.take_scan(scan):
            self.scanning.scan(scan)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # What is typed on the table goes on in the entry line: nobody has to ask for it first.
        if watched is self.table and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                return self.escape()
            if event.key() == Qt.Key.Key_Delete:
                self.take_off()
                return True
            if self.entry.take_key(event):
                return True
        return super().eventFilter(watched, event)

    def escape(self) -> bool:
        """Esc closes one thing that is open; a scan is never lost by it."""
        if self.approval.isVisible():
            self.approval.cancel()
        elif self.panel is not None:
            self.close_panel()
        elif not self.entry.escape():
            return False
        return True

    def _move(self, by: int) -> None:
        row = self.table.currentIndex().row() + by
        self.table.select(max(0, min(row, self.table.row_rows.rowCount() - 1)))

    # -- rows -------------------------------------------------------------------------------------------------------

    def row(self) -> Row | None:
        """Return the selected row."""
        row: Row | None = self.table.selected_row()
        return row

    def _open_row(self) -> None:
        row = self.row()
        if row is not None and row.unknown:
            self.entry.find_for(row.code)
        elif row is not None and row.id is not None and not row.id.cause:
            self.questions.cause()
        elif row is not None:
            self.questions.qty()

    def take_off(self) -> None:
        """Del: take the row off."""
        row = self.row()
        if row is None:
            return
        if row.unknown:
            self.scanning.skip(row.code)
        else:
            self.scanning.remove(row)

    def pause(self) -> None:
        """F4: leave it as it is."""
        self.left.emit()

    def choose_file(self) -> None:
        """Ctrl+O: add a photo or a file as evidence."""
        self.evidence.choose()

    # -- panels -----------------------------------------------------------------------------------------------------

    def open_panel(self, panel: Panel) -> None:
        """Show a question in the side card in place of the last scan."""
        self._drop_panel()
        self.panel = panel
        panel.setProperty("role", "bare")
        panel.closed.connect(self.close_panel)
        self.card.hide()
        self._side.insertWidget(0, panel, 1)
        panel.show()
        (panel.first if panel.first is not None else panel).setFocus()

    def close_panel(self) -> None:
        """Show the last scan again; the keys go to the table."""
        if self._drop_panel():
            self.card.show()
            self.table.setFocus()

    def _drop_panel(self) -> bool:
        panel, self.panel = self.panel, None
        if panel is not None:
            self._side.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        return panel is not None

    # -- evidence and note ------------------------------------------------------------------------------------------

    def _attach(self, path: str) -> None:
        def failed(error: ShopError) -> None:
            sounds.no()
            self.evidence.refused(path)
            self.scanning.say("bad", error.sentence())

        self.scanning.keeping.run(service.attach, path, failed=failed)

    def _keep_note(self) -> None:
        read = self.scanning.tally.write_off
        text = self.note.text().strip()
        if not self._done and text != (read.note if read is not None else ""):
            self.scanning.keeping.run(service.set_note, text)

    # -- the end ----------------------------------------------------------------------------------------------------

    def post(self, acting: Acting | None = None) -> None:
        """F9: write off; above the limit somebody is asked on the spot."""
        waits = words.waits_for(self.scanning.tally)
        if waits:
            sounds.no()
            self._shop.say("warn", waits, key="back-waits")
            return
        self._keep_note()
        keeping = self.scanning.keeping
        keeping.after_written(
            lambda: self._shop.run(
                service.post, keeping.write_off_id, then=self._posted, failed=self._refused, acting=acting,
                asked_by=self,
            )
        )  # fmt: skip

    def _refused(self, error: ShopError) -> None:
        sounds.no()
        if isinstance(error, NotAllowed):
            self._rows.hide()
            self.evidence.hide()
            self.entry.hide()
            self.post_key.hide()
            self.send_key.show()
            self.wait.setText(_("Or let it wait for somebody who may approve it:"))
            self.wait.show()
            self.approval.ask(error, self.post)
        else:
            self.scanning.say("bad", error.sentence())

    def _approval_ended(self, _approved: bool) -> None:
        for part in (self._rows, self.evidence, self.entry, self.post_key):
            part.show()
        self.send_key.hide()
        self._show_foot()
        self.table.setFocus()

    def _posted(self, changes: Changes) -> None:
        self._done = True
        sounds.yes()
        self.posted.emit(changes.document)

    def send(self) -> None:
        """Put it into the queue of what waits for approval."""
        keeping = self.scanning.keeping
        keeping.after_written(
            lambda: self._shop.run(
                service.send, keeping.write_off_id, then=self._sent, failed=self._not_sent, asked_by=self
            )
        )  # fmt: skip

    def _not_sent(self, error: ShopError) -> None:
        self.scanning.say("bad", error.sentence())

    def _sent(self, _changes: object) -> None:
        self._done = True
        read = self.scanning.tally.write_off
        self.sent.emit(read.number if read is not None else "")

    def _ended(self, read: WriteOff) -> None:
        if self._done:
            return
        self._done = True
        self.scanning.say("warn", words.ended_elsewhere(read))
        self.left.emit()

    def _ask_give_up(self) -> None:
        read = self.scanning.tally.write_off
        if read is None:
            self.left.emit()
            return
        rows = len(self.scanning.tally.rows)
        self.open_panel(side_panels.GiveUpPanel(read.number, rows, len(read.evidence), self._give_up))

    def _give_up(self) -> None:
        keeping = self.scanning.keeping
        self.close_panel()

        def given_up(_changes: object) -> None:
            self._done = True
            self.left.emit()

        keeping.after_written(
            lambda: self._shop.run(service.discard, keeping.write_off_id, then=given_up, asked_by=self)
        )

    def when_kept(self, then: Callable[[], object]) -> None:
        """Do something when nothing is on its way into the database any more."""
        if self._done or self.scanning.keeping.write_off_id is None:
            then()
        else:
            self.scanning.keeping.after_written(then)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        edge = theme.S4 if narrow else theme.S6
        self.side.setFixedWidth(_SIDE_NARROW if narrow else _SIDE)
        self._side.setContentsMargins(edge, theme.S4, edge, edge)
