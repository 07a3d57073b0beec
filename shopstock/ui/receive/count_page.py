"""The Count step: the table, the card of the last scan, what is to be looked at, and one line for what is typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from shopstock.core.acting import Permission
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ItemId, Qty
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.count_table import CountRow, CountTable
from shopstock.ui.receive.last_scan import LastScanCard
from shopstock.ui.receive.page import table_card
from shopstock.ui.receive.questions import Questions
from shopstock.ui.receive.totals_bar import TotalsBar
from shopstock.ui.receive.view import LookAt
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.finder import Finder
from shopstock.ui.sell.panel import Panel
from shopstock.ui.sell.results import Results
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.sell.totals import hairline
from shopstock.ui.shop import Shop

_SIDE, _SIDE_NARROW, _NARROW = 368, 312, 1_000
_MOST_LOOKED_AT = 50


class _LookAtRow(TillButton):
    """One thing to look at; a press opens it."""

    def __init__(self, about: LookAt) -> None:
        super().__init__(about.name, kind="bare", icon="alert-triangle", height=theme.CONTROL)
        self.about = about
        self.show_text(about.name, about.words)

    def _paint_inside(self, painter: QPainter, inner: QRect, ink: str, ink2: str, filled: bool) -> None:
        super()._paint_inside(painter, inner, ink, theme.current().bad, filled)


class CountPage(QWidget):
    """The step. ``next_asked`` goes on to the labels."""

    next_asked = Signal()

    def __init__(self, shop: Shop, counting: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.counting = counting
        self.panel: Panel | None = None
        self.finding = ""
        self._after: Callable[[], object] | None = None
        self._build()
        self.questions = self.make_questions()
        self._connect()
        self.show_all()

    def _build(self) -> None:
        self._paddings: list[QVBoxLayout] = []
        self.table = self.make_table()
        self.table.may_create = self._may(Permission.NEW_ITEM)
        self.entry = EntryLine()
        self.entry.setFixedHeight(theme.CONTROL + 2)
        self.totals = self.make_totals()
        self.foot = QStackedWidget()
        self.foot.setFixedHeight(theme.CONTROL + 2)
        self.foot.addWidget(self.totals)
        self.foot.addWidget(self.entry)
        self.results = self.make_results()
        left = QVBoxLayout()
        left.setSpacing(theme.S4)
        left.addWidget(table_card(self.table), 1)
        left.addWidget(self.results)
        left.addWidget(self.foot)
        self.side = QFrame()
        self.side.setProperty("role", "card")
        self._side_column = QVBoxLayout(self.side)
        self._side_column.setContentsMargins(0, theme.S4, 0, theme.S4)
        self._side_column.setSpacing(theme.S3)
        self.last = self.make_card()
        self._around = self._padded(self.last)
        self._look_at = QVBoxLayout()
        self._look_at.setSpacing(0)
        self._looked: list[_LookAtRow] = []
        inside = QWidget()
        inside.setObjectName("page")
        wrapped = QVBoxLayout(inside)
        wrapped.setContentsMargins(theme.S2, 0, theme.S2, 0)
        wrapped.addLayout(self._look_at)
        wrapped.addStretch(1)
        self._list = QScrollArea()
        self._list.setWidgetResizable(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setWidget(inside)
        self._line = hairline()
        self.next_key = TillButton(
            self.next_words(), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True
        )
        self._wait = fields.label("", "bad", theme.SMALL)
        self._wait.setWordWrap(True)
        self._wait.hide()
        for part, stretch in ((self._around, 0), (self._line, 0), (self._list, 1)):
            self._side_column.addWidget(part, stretch)
        self._side_column.addWidget(self._padded(self._wait))
        self._side_column.addWidget(self._padded(self.next_key))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        self.setFocusProxy(self.table)

    # What is counted elsewhere in the same way (a transfer) makes other parts and says other words.

    def make_table(self) -> CountTable:
        """Return the table."""
        return CountTable()

    def make_totals(self) -> TotalsBar:
        """Return the sums below it."""
        return TotalsBar()

    def make_card(self) -> LastScanCard:
        """Return the card of the last scan."""
        return LastScanCard()

    def make_questions(self) -> Any:
        """Return what the page asks; see :class:`Questions`."""
        return Questions(self._shop, self)

    def make_results(self) -> Results:
        """Return the list of what words find."""
        return Results(2)

    def make_finder(self) -> Finder:
        """Return what looks for items while somebody types."""
        return Finder(self._shop, self.entry, self.results, self)

    def next_words(self) -> str:
        """Say what comes next."""
        return _("Next: labels")

    def _padded(self, widget: QWidget) -> QWidget:
        around = QWidget()
        column = QVBoxLayout(around)
        column.setContentsMargins(theme.S6, 0, theme.S6, 0)
        column.addWidget(widget)
        self._paddings.append(column)
        return around

    def _connect(self) -> None:
        counting, ask = self.counting, self.questions
        self.finder = self.make_finder()
        self.table.installEventFilter(self)
        self.table.row_chosen.connect(self._row_chosen)
        self.table.opened.connect(lambda row: self._row_chosen(row, activated=True))
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_card())
        self.table.cured.connect(ask.cure)
        self.entry.line.entered.connect(self._entered)
        self.entry.line.stepped.connect(counting.step)
        self.entry.line.moved.connect(self._moved)
        self.entry.line.escaped.connect(self.escape)
        self.entry.chip_pressed.connect(lambda: counting.set_times(None))
        self.results.chosen.connect(self._chosen)
        self.totals.type_key.clicked.connect(lambda _checked=False: self.entry_line())
        self.last.less.connect(lambda: counting.step(-1))
        self.last.more.connect(lambda: counting.step(1))
        self.last.set_asked.connect(ask.set_count)
        self.last.damaged.connect(ask.damaged)
        self.last.label_asked.connect(ask.label)
        self.next_key.clicked.connect(self.next_asked)
        counting.changed.connect(self.show_all)
        counting.scanned.connect(self._scanned)
        counting.times_changed.connect(self._times_changed)
        counting.looked_up.connect(self._looked_up)
        counting.line_refused.connect(self._give_line_back)
        counting.lot_asked.connect(ask.lot)

    def _may(self, permission: Permission) -> bool:
        return self._shop.acting is not None and self._shop.acting.may(permission)

    # -- showing ----------------------------------------------------------------------------------------------------

    def show_all(self) -> None:
        """Show the delivery as it stands."""
        counting = self.counting
        self.table.show_rows(counting.tally.rows, counting.take_turn())
        self.totals.show_totals(counting.tally.totals)
        self._show_look_at(counting.tally.look_at[:_MOST_LOOKED_AT])
        self._wait.setText(counting.stuck)
        self._wait.setVisible(bool(counting.stuck))
        self._show_card()

    def _show_card(self) -> None:
        row = self.table.selected_row()
        unknown = row.code if row is not None and row.unknown else ""
        self.last.show_scan(
            self.counting.card_of(row), selected=not self.counting.is_last(row), unknown=unknown,
            begun=bool(self.counting.tally.totals.counted),
        )  # fmt: skip
        self.counting.select(row.key if row is not None else "")

    def _show_look_at(self, wanted: list[LookAt]) -> None:
        if [one.about for one in self._looked] == wanted:
            return
        for widget in self._looked:
            self._look_at.removeWidget(widget)
            widget.deleteLater()
        self._looked = []
        for about in wanted:
            key = _LookAtRow(about)
            key.clicked.connect(partial(self._open_key, about.key))
            self._look_at.addWidget(key)
            self._looked.append(key)

    def _scanned(self, key: str, good: bool) -> None:
        (sounds.yes if good else sounds.no)()
        self.table.flash_key(key)
        if self.panel is not None and not self.panel.prompt:
            return
        self._leave_entry()

    def _open_key(self, key: str) -> None:
        number = self.table.count_rows.index_of(key)
        if number >= 0:
            self.table.select(number)
            self._row_chosen(self.table.count_rows.row_at(number))

    def _row_chosen(self, row: CountRow, *, activated: bool = False) -> None:
        if row.unknown:
            self.questions.cure(row.key, "find")
        elif row.asks or (activated and self.counting.choices_of(row)):
            self.questions.decide(row)

    # -- scans and typed lines --------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Count a scan, unless the panel on show asks for one. It never lands in a field."""
        if self.panel is None or not self.panel.take_scan(scan):
            self.counting.scan(scan)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # What is typed on the table goes on in the entry line: nobody has to ask for it first.
        if watched is self.table and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            text = event.text()
            plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            if event.key() == Qt.Key.Key_Escape:
                self.escape()
                return True
            if plain and text in ("+", "-"):
                self.counting.step(1 if text == "+" else -1)
                return True
            if plain and text.strip() and text.isprintable():
                self.entry_line()
                self.entry.type(text)
                return True
        return super().eventFilter(watched, event)

    def entry_line(self) -> None:
        """F2: show the entry line and go there."""
        self.foot.setCurrentWidget(self.entry)
        self.entry.line.setFocus()

    def _leave_entry(self) -> None:
        """Show the sums again when nothing waits in the entry line."""
        if self.entry.line.text() or self.results.isVisible() or self.counting.times is not None or self.finding:
            return
        had_focus = self.entry.line.hasFocus()
        self.foot.setCurrentWidget(self.totals)
        if had_focus and self.panel is None:
            self.table.setFocus()

    def _entered(self, text: str) -> None:
        if self.results.isVisible() and (self.results.picked or not text.strip()) and self.results.take():
            return
        if not text.strip():
            self._leave_entry()
            return
        self.finder.hide()
        self.entry.set_text("")
        self.counting.type(text)
        self._leave_entry()

    def _give_line_back(self, text: str) -> None:
        self.entry_line()
        if not self.entry.line.text():
            self.entry.set_text(text)
            self.entry.line.selectAll()

    def _looked_up(self, text: str, hits: list[object]) -> None:
        self._give_line_back(text)
        self.finder.show(text, hits)  # type: ignore[arg-type]

    def _chosen(self, item_id: int) -> None:
        before, star, _after = self.entry.line.text().partition("*")
        self.entry.set_text("")
        self.finder.hide()
        if star and before.strip():
            self.counting.type(f"{before}*")
        key, self.finding = self.finding, ""
        self.entry.show_task("")
        self.counting.choose(ItemId(item_id), key)
        self._leave_entry()

    def _moved(self, by: int) -> None:
        if self.results.isVisible():
            self.results.go(by)
        else:
            row = self.table.currentIndex().row() + by
            self.table.select(max(0, min(row, self.table.count_rows.rowCount() - 1)))

    def _times_changed(self, qty: Qty | None) -> None:
        self.entry.show_times(fmt.qty(qty) if qty is not None else "")
        if qty is not None:
            self.foot.setCurrentWidget(self.entry)
        else:
            self._leave_entry()

    def escape(self) -> bool:
        """Esc closes one thing that is open, and tells whether there was one; a count is never lost by it."""
        if self.entry.line.text() or self.results.isVisible():
            self.entry.set_text("")
            self.finder.hide()
        elif self.finding:
            self.finding = ""
            self.entry.show_task("")
        elif self.counting.times is not None:
            self.counting.set_times(None)
        elif self.panel is not None:
            self.close_panel()
            return True
        elif self.foot.currentWidget() is not self.entry:
            return False
        self._leave_entry()
        return True

    # -- panels -----------------------------------------------------------------------------------------------------

    def find_for(self, key: str, code: str) -> None:
        """Look for the item that an unknown code belongs to."""
        self.close_panel()
        self.finding = key
        self.entry_line()
        self.entry.show_task(_("Find the item for {code}").format(code=code))

    def open_panel(self, panel: Panel) -> None:
        """Show a question in the side card in place of the last scan."""
        self._drop_panel()
        self.panel = panel
        panel.setProperty("role", "bare")
        panel.closed.connect(self.close_panel)
        self._around.hide()
        self._line.hide()
        self._list.hide()
        self._side_column.insertWidget(0, panel, 1)
        panel.show()
        (panel.first if panel.first is not None else panel).setFocus()

    def close_panel(self) -> None:
        """Show the last scan again; the keys go to the table."""
        if self.panel is None:
            return
        self._drop_panel()
        for part in (self._around, self._line, self._list):
            part.show()
        self._show_card()
        self.table.setFocus()

    def _drop_panel(self) -> None:
        panel, self.panel = self.panel, None
        if panel is not None:
            self._side_column.removeWidget(panel)
            panel.hide()
            panel.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.side.setFixedWidth(_SIDE_NARROW if narrow else _SIDE)
        edge = theme.S4 if narrow else theme.S6
        for around in self._paddings:
            around.setContentsMargins(edge, 0, edge, 0)
