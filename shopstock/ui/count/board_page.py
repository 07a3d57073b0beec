"""A count that goes on: every place and how far it is, what nobody counted, what lies elsewhere, unknown codes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from shopstock.core import places as place_rules
from shopstock.core.counting import CountState, SheetState
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ItemId, PersonId
from shopstock.queries import counts as query
from shopstock.queries import people
from shopstock.queries.counts import Progress, SheetProgress, UnknownScan
from shopstock.queries.people import Person
from shopstock.services import count_close, count_entries, counts
from shopstock.services.count_close import Closed
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.count import words
from shopstock.ui.count.board_panels import AssignPanel, MatchPanel
from shopstock.ui.count.counting import KEY
from shopstock.ui.count.panel_side import Side
from shopstock.ui.orders.frame import empty
from shopstock.ui.receive.last_scan import Progress as Bar
from shopstock.ui.receive.page import NARROW, Page, heading, narrow_side, sentence, table_card
from shopstock.ui.receive.step_bar import StepBar
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

_MOST = 12


class BoardPage(Page):
    """The page. ``sheet_asked`` wants to count a place, ``count_asked`` wants the count shown anew in its state."""

    sheet_asked = Signal(int)
    count_asked = Signal(int)
    papers_asked = Signal(int, str)
    place_scanned = Signal(object)  # core.scan.Scan

    def __init__(self, shop: Shop, progress: Progress) -> None:
        super().__init__(shop, "")
        self.back_key.setAccessibleName(_("Back to the counts"))
        self.back_key.setToolTip(_("Back to the counts (F4)"))
        self.progress = progress
        self._busy = False
        self.bar = StepBar((_("Count"), _("Explain"), _("Post")))
        self.bar.show_step(0)
        for step in self.bar.steps[1:]:
            step.setEnabled(False)
        self.rows = RowsModel(
            (
                Column("place", _("Place"), weight=theme.MEDIUM, text=_place),
                Column("round", _("Look"), width=180, token="ink2", text=lambda row: words.round_words(row.round)),
                Column("state", _("State"), "chip", 150, chips=lambda row: (words.progress_chip(row),)),
                Column("counted", _("Figures"), "number", 90, text=_figures),
                Column("counters", _("By"), width=150, token="ink2", text=lambda row: row.counters or row.assigned),
            )
        )
        self.table = Table(self.rows, _("Places of the count"))
        self.rows.setParent(self.table)
        self.table.opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_keys())
        self.side = Side(self.table)
        self._build_side()
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addWidget(table_card(self.table), 1)
        row.addWidget(self.side.card)
        self.column.addWidget(self.bar)
        self.column.addLayout(row, 1)
        self.setFocusProxy(self.table)
        self._show(progress)

    def _build_side(self) -> None:
        self._done = fields.label("", "", theme.TITLE, theme.MEDIUM)
        self._done.setWordWrap(True)
        self._progress = Bar()
        self.count_key = TillButton(_("Count here"), kind="outline", icon="barcode", height=theme.CONTROL)
        self.assign_key = TillButton(_("Who counts here"), icon="user", height=theme.CONTROL, keycap="F6")
        self.again_key = TillButton(_("Open it again"), icon="refresh", height=theme.CONTROL)
        self.count_key.clicked.connect(lambda _checked=False: self._open(self.table.selected_row()))
        self.assign_key.clicked.connect(lambda _checked=False: self.assign())
        self.again_key.clicked.connect(lambda _checked=False: self._reopen())
        self.paper_key = TillButton(
            _("Sheets on paper"), kind="bare", icon="printer", height=theme.CONTROL, keycap="Ctrl+R"
        )
        self.paper_key.clicked.connect(lambda _checked=False: self.print_sheets())
        self.cancel_key = TillButton(_("Give the count up"), kind="bare", icon="x", height=theme.CONTROL)
        self.cancel_key.clicked.connect(lambda _checked=False: self._cancel())
        self._facts = QVBoxLayout()
        self._facts.setSpacing(theme.S1)
        self.close_key = TillButton(_("Compare with the book"), kind="primary", height=theme.MAIN_ACTION, keycap="F9")
        self.close_key.clicked.connect(lambda _checked=False: self.next())
        self.side.facts.addWidget(self._done)
        self.side.facts.addWidget(self._progress)
        for key in (self.count_key, self.assign_key, self.again_key):
            self.side.facts.addWidget(key)
        self.side.facts.addLayout(self._facts)
        self.side.facts.addStretch(1)
        self.side.facts.addWidget(self.paper_key)
        self.side.facts.addWidget(self.cancel_key)
        self.side.foot.addWidget(self.close_key)

    # -- reading ------------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        self._read()
        self.table.setFocus()

    def changed(self, changes: Changes) -> None:
        if not self._busy:
            self._read()

    def _read(self) -> None:
        self._shop.read(query.progress, self.progress.head.id, then=self._show, key=("board", id(self)), asked_by=self)

    def _show(self, progress: Progress) -> None:
        self.progress = progress
        head = progress.head
        if head.state != CountState.OPEN:
            if not self._busy:
                self.count_asked.emit(head.id)
            return
        self.title.setText(f"{head.number} {words.count_name(head)}")
        parts = [head.shop, fmt.day(head.day), progress.note]
        if progress.opening:
            parts.insert(0, _("first count: its figures become the opening balance"))
        self.facts.setText(" · ".join(part for part in parts if part))
        self.rows.set_rows(progress.sheets)
        if self.table.selected_row() is None:
            self.table.select(0)
        done = sum(one.state is SheetState.DONE for one in progress.sheets)
        self._done.setText(
            _("{done} of {all} places are counted").format(done=fmt.number(done), all=fmt.number(len(progress.sheets)))
        )
        self._progress.show_progress(done, len(progress.sheets), len(progress.sheets))
        self.close_key.waiting = done < len(progress.sheets) or bool(progress.unknown)
        self._show_facts()
        self._show_keys()

    def _show_facts(self) -> None:
        empty(self._facts)
        progress = self.progress
        if progress.unknown:
            self._facts.addWidget(heading(_("Nobody knows these codes")))
            for one in progress.unknown[:_MOST]:
                key = TillButton(one.code, kind="bare", icon="help", height=theme.CONTROL)
                key.show_text(one.code, _("{n} × · find it").format(n=fmt.qty(one.times)))
                key.clicked.connect(partial(self._match, one))
                self._facts.addWidget(key)
        if progress.never:
            self._facts.addWidget(heading(_("Nobody has begun here")))
            names = [place_rules.inside(one.place) for one in progress.never]
            self._facts.addWidget(sentence(words.listed(names, _MOST)))
        if progress.misplaced:
            self._facts.addWidget(heading(_("Found where it does not belong")))
            for found in progress.misplaced[:_MOST]:
                said = _("{qty} × {item}: {place}, belongs to {home}").format(
                    qty=fmt.qty(found.qty), item=found.name, place=place_rules.inside(found.place),
                    home=place_rules.inside(found.home),
                )  # fmt: skip
                self._facts.addWidget(sentence(said))

    def _show_keys(self) -> None:
        row: SheetProgress | None = self.table.selected_row()
        done = row is not None and row.state is SheetState.DONE
        self.count_key.setVisible(not done)
        self.assign_key.setVisible(not done)
        self.again_key.setVisible(done)
        for key in (self.count_key, self.assign_key, self.again_key):
            key.setEnabled(row is not None)

    # -- deeds --------------------------------------------------------------------------------------------------------

    def _open(self, row: SheetProgress | None) -> None:
        if row is not None and row.state is not SheetState.DONE:
            self.sheet_asked.emit(row.id)

    def set_count(self) -> None:
        """F6: say who counts the selected place."""
        self.assign()

    def assign(self) -> None:
        """Say who counts the selected place."""
        row: SheetProgress | None = self.table.selected_row()
        if row is not None and row.state is not SheetState.DONE:
            self._shop.read(people.people, then=partial(self._ask_who, row), asked_by=self)

    def _ask_who(self, row: SheetProgress, known: list[Person]) -> None:
        def take(person: PersonId | None, team: str) -> None:
            self.side.close()
            self._run(counts.assign, row.id, person, team)

        self.side.ask(AssignPanel(row, known, take))

    def _reopen(self) -> None:
        row: SheetProgress | None = self.table.selected_row()
        if row is not None:
            self._run(counts.reopen_sheet, row.id)

    def _match(self, unknown: UnknownScan, _checked: bool = False) -> None:
        def take(item_id: ItemId | None) -> None:
            self.side.close()
            self._run(count_entries.match, self.progress.head.id, unknown.code, item_id)

        self.side.ask(MatchPanel(self._shop, unknown, take))

    def print_sheets(self) -> None:
        """Ctrl+R: the sheets on paper, with barcodes and nothing of what is expected."""
        self.papers_asked.emit(self.progress.head.id, self.progress.head.number)

    def _cancel(self) -> None:
        if self.cancel_key.second():
            self._run(counts.cancel, self.progress.head.id)
        else:
            self.cancel_key.show_text(self.cancel_key.text(), _("Press again: nothing is posted"))

    def _run(self, service: Callable[..., Changes], *args: object) -> None:
        self._shop.run(service, *args, failed=self._refused, asked_by=self)

    def next(self) -> None:
        """F9: compare what was counted with the book."""
        if self._busy:
            return
        self._busy = True
        self._shop.run(count_close.close, self.progress.head.id, then=self._closed, failed=self._refused, asked_by=self)

    def _closed(self, closed: Closed) -> None:
        self._busy = False
        self._shop.announce(closed.changes)
        sounds.yes()
        if closed.recounts:
            self._shop.say(
                "info", _("{places}: to be counted again, by somebody else.").format(
                    places=words.places_words(closed.recounts)
                ), _("They see neither figure. Compare again when they are done."), key=KEY,
            )  # fmt: skip
        self._read()

    def _refused(self, error: ShopError) -> None:
        self._busy = False
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)

    def on_scan(self, scan: Scan) -> None:
        if not self.side.take_scan(scan):
            self.place_scanned.emit(scan)

    def escape(self) -> None:
        if not self.side.close():
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        narrow_side(self.side.card, narrow)
        self.table.setColumnHidden(4, narrow)
        self.table.setColumnHidden(1, narrow)


def _place(row: SheetProgress) -> str:
    return place_rules.inside(row.place)


def _figures(row: SheetProgress) -> str:
    if row.items:
        return _("{done} of {all}").format(done=fmt.number(row.counted), all=fmt.number(row.items))
    return fmt.number(row.counted)
