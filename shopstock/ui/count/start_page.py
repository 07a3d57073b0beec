"""Where counting begins: the places that wait to be counted, the counts that go on, and those that are over."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core import places as place_rules
from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import CountState
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.queries import counting, counts
from shopstock.queries.counting import Sheet
from shopstock.queries.counts import CountRow
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.count import words
from shopstock.ui.count.log_page import ACTIONS, LOG
from shopstock.ui.receive.last_scan import Progress
from shopstock.ui.receive.page import NARROW, Page, card, heading, narrow_side, sentence, table_card
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.segments import Segments
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.sell.totals import hairline
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

TO_COUNT, GOING, OVER = "to_count", "going", "over"
_MOST_OVER = 200


class Start(NamedTuple):
    """What the page shows. ``listed`` and ``done``: items of today's list, and how many of them have a figure."""

    sheets: list[Sheet]
    going: list[CountRow]
    over: list[CountRow]
    listed: int
    done: int


def start(db: Db, acting: Acting) -> Start:
    """Return what the page shows; counts only to who may post them."""
    sheets = counting.to_count(db, acting)
    going: list[CountRow] = []
    over: list[CountRow] = []
    if acting.may(Permission.POST_COUNT):
        going = counts.counts(db, (CountState.OPEN, CountState.RECONCILING))
        over = counts.counts(db, (CountState.POSTED, CountState.CANCELLED))[:_MOST_OVER]
    today = counting.today(db, acting)
    return Start(sheets, going, over, *today)


class _Row(NamedTuple):
    """One row of the list: a place to count, or a count."""

    id: int
    name: str
    second: str
    chip: Chip
    when: str
    is_sheet: bool


class StartPage(Page):
    """The page. ``sheet_asked`` and ``count_asked`` tell what somebody wants to see."""

    sheet_asked = Signal(int)
    count_asked = Signal(int)
    place_scanned = Signal(object)  # core.scan.Scan
    new_asked = Signal()
    file_asked = Signal()
    plan_asked = Signal()
    report_asked = Signal(str)
    review_asked = Signal()
    log_asked = Signal(str)

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, _("Count"), back=False)
        self._known = Start([], [], [], 0, 0)
        self._looking = False
        self.parts = Segments(_("Which list"))
        for value, text in ((TO_COUNT, _("To count")), (GOING, _("Counts")), (OVER, _("Past"))):
            self.parts.add(value, text)
        self.parts.chosen.connect(lambda _part: self._fill())
        self.rows = RowsModel(
            (
                Column("name", _("Place or count"), weight=theme.MEDIUM, second="second"),
                Column("chip", _("State"), "chip", 172, chips=lambda row: (row.chip,)),
                Column("when", _("Since"), width=132, token="ink2"),
            )
        )
        self.table = Table(self.rows, _("Places and counts"), row_height=theme.ROW_TWO_LINES)
        self.rows.setParent(self.table)
        self.table.opened.connect(self._open)
        self.table.clicked.connect(lambda index: self._open(self.rows.row_at(index.row())))
        self._none = sentence("")
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setContentsMargins(0, theme.S3, 0, 0)
        column.addWidget(self._none)
        column.addStretch(1)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(table_card(self.table))
        self._stack.addWidget(empty)
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        left.addWidget(self.parts)
        left.addWidget(body, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self._build_side())
        self.column.addLayout(row, 1)
        self.setFocusProxy(self.table)

    def _build_side(self) -> QWidget:
        self.side, column = card(padding=theme.S6, spacing=theme.S2)
        self._today = fields.label("", "", theme.TITLE, theme.MEDIUM)
        self._today.setWordWrap(True)
        self._bar = Progress()
        how = sentence(
            _("Scan the label of a place, then all that lies there, one by one. A pack's code counts its pieces; 12* "
              "and a scan counts twelve.")
        )  # fmt: skip
        self.new_key = TillButton(_("New count"), kind="outline", icon="plus", keycap="Ctrl+N")
        self.file_key = TillButton(_("Enter a file"), kind="outline", icon="folder-open", keycap="Ctrl+O")
        self.plan_key = TillButton(_("Plan of counts"), kind="bare", icon="clock", height=theme.CONTROL)
        self.log_key = TillButton(_("Variance log"), kind="bare", icon="list", height=theme.CONTROL)
        self.accuracy_key = TillButton(_("Accuracy"), kind="bare", icon="percentage", height=theme.CONTROL)
        self.actions_key = TillButton(
            _("Corrective actions"), kind="bare", icon="clipboard-check", height=theme.CONTROL
        )
        self.review_key = TillButton(_("Review of the quarter"), kind="bare", icon="file-export", height=theme.CONTROL)
        for key, signal in (
            (self.new_key, self.new_asked), (self.file_key, self.file_asked), (self.plan_key, self.plan_asked),
        ):  # fmt: skip
            key.clicked.connect(lambda _checked=False, wanted=signal: wanted.emit())
        self.log_key.clicked.connect(lambda _checked=False: self.log_asked.emit(LOG))
        self.accuracy_key.clicked.connect(lambda _checked=False: self.report_asked.emit("accuracy-by"))
        self.actions_key.clicked.connect(lambda _checked=False: self.log_asked.emit(ACTIONS))
        self.review_key.clicked.connect(lambda _checked=False: self.review_asked.emit())
        column.addWidget(heading(_("Today")))
        column.addWidget(self._today)
        column.addWidget(self._bar)
        column.addWidget(how)
        column.addSpacing(theme.S2)
        column.addWidget(hairline())
        for key in (self.new_key, self.file_key):
            column.addWidget(key)
        column.addStretch(1)
        for key in (self.plan_key, self.log_key, self.accuracy_key, self.actions_key, self.review_key):
            column.addWidget(key)
        return self.side

    # -- reading ------------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        may = self.may(Permission.POST_COUNT)
        for key in (self.new_key, self.plan_key, self.log_key):
            key.setVisible(may)
        for key in (self.accuracy_key, self.review_key):
            key.setVisible(may and self.may(Permission.SEE_REPORTS))
        self.parts.setVisible(may)
        if not may:
            self.parts.set_value(TO_COUNT)
        self._read()
        self.table.setFocus()

    def changed(self, changes: Changes) -> None:
        self._read()

    def _read(self) -> None:
        self._shop.read(start, then=self._show, key=("count-start", id(self)), asked_by=self)

    def _show(self, known: Start) -> None:
        self._known = known
        self.parts.count(TO_COUNT, len(known.sheets))
        self.parts.count(GOING, len(known.going))
        if known.listed:
            self._today.setText(
                _("{done} of {all} items counted").format(done=fmt.number(known.done), all=fmt.number(known.listed))
            )
        else:
            self._today.setText(_("No list for today"))
        self._bar.setVisible(bool(known.listed))
        self._bar.show_progress(known.done, known.listed)
        self._fill()

    def _fill(self) -> None:
        rows = self._rows()
        self.rows.set_rows(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        self._none.setText(self._nothing())
        if rows and self.table.selected_row() is None:
            self.table.select(0)

    def _rows(self) -> list[_Row]:
        match self.parts.value():
            case "to_count":
                return [
                    _Row(
                        one.id, place_rules.inside(one.place), words.sheet_facts(one), words.sheet_chip(one), "", True
                    )
                    for one in self._known.sheets
                ]  # fmt: skip
            case "going":
                return [_count_row(one) for one in self._known.going]
        return [_count_row(one) for one in self._known.over]

    def _nothing(self) -> str:
        return {
            TO_COUNT: _("Nothing waits to be counted. Begin a count (Ctrl+N), or switch on the daily list in Plan of "
                        "counts.") if self.may(Permission.POST_COUNT) else _("Nothing waits to be counted."),
            GOING: _("No count is going on. Begin one with Ctrl+N: the first one tells the shop what it has."),
            OVER: _("No count was posted yet."),
        }[self.parts.value()]  # fmt: skip

    # -- opening ------------------------------------------------------------------------------------------------------

    def _open(self, row: _Row | None) -> None:
        if row is None:
            return
        if row.is_sheet:
            self.sheet_asked.emit(row.id)
        else:
            self.count_asked.emit(row.id)

    def on_scan(self, scan: Scan) -> None:
        self.place_scanned.emit(scan)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        narrow_side(self.side, narrow)
        self.table.setColumnHidden(2, narrow)


def _count_row(one: CountRow) -> _Row:
    second = f"{one.number} · {one.shop} · " + _("{done} of {all} places done").format(
        done=fmt.number(one.done), all=fmt.number(one.sheets)
    )
    return _Row(one.id, words.count_name(one), second, words.state_chip(CountState(one.state)), fmt.day(one.day), False)
