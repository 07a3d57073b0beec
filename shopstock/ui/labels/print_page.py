"""The page with the lists: what wants a label, any other item by scan or search, and beside it how labels come out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core import currency
from shopstock.core.entry import Entry, EntryKind, parse_entry
from shopstock.core.labels import MAX_COPIES
from shopstock.core.outcome import ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId, LocationId
from shopstock.queries import search
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.labels import work
from shopstock.ui.labels.item_finder import ItemFinder, whole
from shopstock.ui.labels.line_table import REASON, LineTable
from shopstock.ui.labels.lines import Line, Lines, List, Pick, Seen, list_words, look, nothing_on, pick_place, sum_words
from shopstock.ui.labels.output import OutputPanel
from shopstock.ui.segments import Segments
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.results import Results
from shopstock.ui.shop import Shop

NARROW = 1040
_KEY = "labels"


class PrintPage(QWidget):
    """The page. ``chosen`` tells that another line is selected, ``counted`` that other labels are to be printed."""

    chosen = Signal()
    counted = Signal()
    codes_asked = Signal(object)  # list[ItemId]
    done_asked = Signal()

    def __init__(self, shop: Shop, output: OutputPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        digits = currency.of(shop.settings.currency).digits
        self.lines = Lines(digits)
        self.list = List.RECEIVED
        self.output = output
        self._looked = False
        self._times: int | None = None
        self._show_next: Pick | None = None
        self.segments = Segments(_("What wants a label"))
        for name in List:
            self.segments.add(name, list_words(name), 1)
        self.segments.chosen.connect(self.open_list)
        self.entry = EntryLine()
        self.results = Results(digits)
        self.finder = ItemFinder(shop, self.entry, self.results, self)
        self.table = LineTable(digits)
        self._empty = fields.label("", "wrap")
        self._empty.setContentsMargins(theme.S4, theme.S4, theme.S4, theme.S4)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.table, 1)
        inside.addWidget(self._empty, 1)
        self.summary = fields.label("", "", theme.BODY, theme.SEMIBOLD)
        self.code = fields.Button(_("Give a code"), icon="barcode", on_click=self.give_code)
        self.all_codes = fields.Button(_("Give all a code"), icon="barcode", on_click=self.give_all)
        self.done = fields.Button(_("Done"), icon="check", key="F8", on_click=self.done_asked.emit)
        self.done.setToolTip(_("These labels are on the goods: take the ticked lines off the list (F8)"))
        foot = QHBoxLayout()
        foot.setSpacing(theme.S2)
        foot.addStrut(theme.CONTROL)
        foot.addWidget(self.summary)
        foot.addStretch(1)
        foot.addWidget(self.code)
        foot.addWidget(self.all_codes)
        foot.addWidget(self.done)
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        for widget in (self.segments, self.entry, self.results):
            left.addWidget(widget)
        left.addWidget(card, 1)
        left.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(output)
        self._connect()

    def _connect(self) -> None:
        self.entry.line.entered.connect(self._entered)
        self.entry.typed.connect(lambda _text: self._show() if self.list is List.PLACES else None)
        self.entry.line.stepped.connect(self._step)
        self.entry.line.moved.connect(self._moved)
        self.entry.line.escaped.connect(self.escape)
        self.entry.chip_pressed.connect(lambda: self._wait_for(None))
        self.results.chosen.connect(self._found_by_hand)
        table = self.table
        table.copies_set.connect(lambda line, copies: self._change(lambda: self.lines.set_copies(line, copies)))
        table.ticked.connect(lambda line: self._change(lambda: self.lines.tick(line)))
        table.all_ticked.connect(lambda on: self._change(lambda: self.lines.tick_all(table.lines.rows, on)))
        table.removed.connect(self._remove)
        table.typed.connect(self.entry.type)
        table.left.connect(self.entry.line.setFocus)
        table.selectionModel().currentRowChanged.connect(lambda _now, _before: self.chosen.emit())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self.output.set_narrow(narrow)
        self.summary.setVisible(not narrow)
        self.table.setColumnHidden(REASON, narrow)

    # -- reading ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the list on show and all counts."""
        name = self.list
        self._shop.read(
            look, name, self.lines.picked(), then=lambda seen: self._seen(name, seen), key=("labels", id(self))
        )

    def _seen(self, name: List, seen: Seen) -> None:
        for reason, count in seen.counts.items():
            self.segments.count(List(reason.value), count)
        self.segments.count(List.ANY, len(self.lines.picked()))
        self.lines.take(name, seen.rows)
        if not self._looked:
            self._looked = True
            waiting = next((List(reason.value) for reason in _FIRST if seen.counts[reason]), List.ANY)
            if waiting is not name and not self.lines.picked():
                self.open_list(waiting)
                return
        if name is self.list:
            self._show()

    def open_list(self, name: List) -> None:
        """Show another list."""
        self.list = name
        self.segments.set_value(name)
        self.finder.of_places = name is List.PLACES
        self.finder.hide()
        self.output.show_kind(name is List.PLACES)
        self._show()
        self.refresh()

    def next_list(self) -> None:
        """Show the next list, after the last the first."""
        names = tuple(List)
        self.open_list(names[(names.index(self.list) + 1) % len(names)])

    def _show(self) -> None:
        every = lines = self.lines.lines(self.list)
        if self.list is List.PLACES:
            lines = [line for line in every if line.matches(self.entry.line.text())]
        self.table.show_lines(lines, of_places=self.list is List.PLACES)
        if not lines and self.table.hasFocus():
            self.entry.line.setFocus()
        self.table.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        self._empty.setText(nothing_on(self.list))
        if self._show_next is not None:
            self._point_at(self._show_next)
        codeless = [line for line in lines if not line.code]
        self.code.setVisible(bool(codeless))
        self.all_codes.setVisible(len(codeless) > 1)
        words = ngettext("Give {n} a code", "Give all {n} a code", len(codeless)).format(n=fmt.number(len(codeless)))
        self.all_codes.setText(words)
        self.all_codes.setAccessibleName(words)
        self.done.setVisible(bool(lines) and self.list is not List.PLACES)
        self._sum_up(every)

    def _sum_up(self, lines: list[Line]) -> None:
        printed = [line for line in lines if line.on]
        count = sum(line.copies for line in printed)
        self.summary.setText(sum_words(self.list, count, len(printed)) if lines else "")
        self.done.setEnabled(bool(printed))
        self.output.show_count(count)
        self.counted.emit()
        self.chosen.emit()

    def _point_at(self, goods: Pick) -> None:
        place = self.table.lines.index_of((self.list, goods))
        if place >= 0:
            self._show_next = None
            self.table.select(place)
            self.table.flash(place)

    # -- what is on the list ------------------------------------------------------------------------------------------

    def printed(self) -> list[Line]:
        """Return the ticked lines of the list on show."""
        return [line for line in self.lines.lines(self.list) if line.on]

    def selected(self) -> Line | None:
        """Return the selected line."""
        line: Line | None = self.table.selected_row()
        return line

    def add(self, goods: Pick, copies: int = 1) -> None:
        """Put goods on the list of any items and show them there."""
        now = self.lines.pick(goods, copies)
        self._show_next = goods
        if now == MAX_COPIES:
            self._say("warn", _("{n} copies of one label are the most.").format(n=fmt.number(MAX_COPIES)))
        self.open_list(List.ANY)

    def choose_places(self, place_ids: list[LocationId]) -> None:
        """Show the places with these ticked and no others, as the tree of places asks for it."""
        self.entry.set_text("")
        self.lines.choose_places(place_ids, only=True)
        if place_ids:
            self._show_next = pick_place(place_ids[0])
        self.open_list(List.PLACES)
        self.entry.line.setFocus()

    def _change(self, do: object) -> None:
        assert callable(do)
        do()
        self._show()

    def _step(self, by: int) -> None:
        line = self.selected()
        if line is not None:
            self._change(lambda: self.lines.set_copies(line, line.copies + by))

    def _remove(self, line: Line) -> None:
        if line.list is List.ANY:
            self.lines.drop((line.goods,))
            self.segments.count(List.ANY, len(self.lines.picked()))
        elif line.on:
            self.lines.tick(line)
        self._show()

    def give_code(self) -> None:
        """Ask for a code of the shop's own for the selected goods."""
        line = self.selected()
        if line is not None and not line.code:
            self.codes_asked.emit([line.item_id])
        elif line is not None:
            self._say("info", _("{item} has a code already: {code}.").format(item=line.name, code=line.code))

    def give_all(self) -> None:
        """Ask for a code for all goods of the list that have none."""
        wanted = dict.fromkeys(line.item_id for line in self.lines.lines(self.list) if not line.code)
        if wanted:
            self.codes_asked.emit(list(wanted))

    # -- scans and typed lines ----------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Add what was scanned, as often as was typed before a star."""
        waiting, star, rest = self.entry.line.text().partition("*")
        if star and waiting.strip() and not rest.strip():
            self._entered(f"{waiting}*")
        copies = self._times or 1
        self._wait_for(None)
        self._look_up(scan.code, copies, words=False)

    def _look_up(self, code: str, copies: int, *, words: bool) -> None:
        def answered(found: work.Scanned | None) -> None:
            if found is not None:
                sounds.yes()
                self._take(found.goods, copies)
            elif words:
                self._search(code, copies)
            else:
                sounds.no()
                self._say("warn", _("No item and no place has the code {code}.").format(code=code))

        self._shop.read(work.scanned, code, self.list is List.PLACES, then=answered, asked_by=self)

    def _take(self, goods: Pick, copies: int) -> None:
        """Add goods or tick a place; what stands on the list on show is shown there, for it is printed already."""
        self._shop.unsay(_KEY)
        if goods.place_id and self.list is not List.PLACES:
            self.lines.choose_places((goods.place_id,), copies)
            self._show_next = goods
            self.open_list(List.PLACES)
            return
        line = self.lines.line(self.list, goods)
        if line is None or self.list is List.ANY:
            self.add(goods, copies)
            return
        if not line.on or copies > 1:
            self.lines.set_copies(line, copies if copies > 1 else line.copies)
        self._show_next = goods
        self._show()

    def _entered(self, text: str) -> None:
        if self.results.isVisible() and (self.results.picked or not text.strip()) and self.results.take():
            return
        try:
            entry = parse_entry(text)
            copies = whole(entry.qty)
        except ShopError as error:
            sounds.no()
            self._say("bad", str(error))
            return
        first = self.results.first()
        self.finder.hide()
        self.entry.set_text("")
        self._carry_out(entry, copies, text, first)

    def _carry_out(self, entry: Entry, copies: int, text: str, first: int) -> None:
        line = self.selected()
        if entry.kind is EntryKind.TIMES:
            self._wait_for(copies)
        elif entry.kind is EntryKind.SET_QTY and line is not None:
            self._change(lambda: self.lines.set_copies(line, copies))
        elif entry.kind in (EntryKind.CODE, EntryKind.WORDS):
            times = copies if entry.multiplied else self._times or 1
            if first:
                # Enter on words whose answer stands in the list on show means the best of them.
                self._wait_for(None)
                self._look_up_first(entry, times, first)
            else:
                self._wait_for(None)
                self._look_up(entry.text, times, words=True)
        elif entry.kind is EntryKind.PAY:
            self.table.setFocus()
        else:
            sounds.no()
            self._say("bad", _("“{text}” means nothing here.").format(text=text.strip()[:40]),
                      _("Type a code or words; 3* before a scan prints three."))  # fmt: skip

    def _look_up_first(self, entry: Entry, copies: int, first: int) -> None:
        def answered(found: work.Scanned | None) -> None:
            sounds.yes()
            self._take(found.goods if found is not None else Pick(ItemId(first)), copies)

        self._shop.read(work.scanned, entry.text, then=answered, asked_by=self)

    def _search(self, text: str, copies: int) -> None:
        acting = self._shop.acting
        if acting is None:
            return
        if self.list is List.PLACES:
            self._find_place(text, copies)
            return

        def answered(hits: list[search.Hit]) -> None:
            if not hits:
                sounds.no()
                self._say("warn", _("Nothing is called {words}.").format(words=text[:40]))
            else:
                self.entry.set_text(f"{copies}*{text}" if copies > 1 else text)
                self.entry.line.setFocus()
                self.finder.show(text, hits)

        self._shop.read(search.find_or_nearest, text, acting.location_id, 8, then=answered, asked_by=self)

    def _find_place(self, text: str, copies: int) -> None:
        named = [line for line in self.lines.lines(self.list) if line.matches(text)]
        if len(named) == 1:
            self._take(named[0].goods, copies)
            return
        sounds.no()
        self._say("warn", _("No place, or more than one, is called {words}.").format(words=text[:40]))
        self._show()

    def _found_by_hand(self, item_id: int) -> None:
        before, star, _rest = self.entry.line.text().partition("*")
        copies = self._times or 1
        if star and before.strip().isdecimal():
            copies = max(1, min(int(before), MAX_COPIES))
        self.entry.set_text("")
        self.finder.hide()
        self._wait_for(None)
        self._take(Pick(ItemId(item_id)), copies)

    def _moved(self, by: int) -> None:
        if self.results.isVisible():
            self.results.go(by)
        elif by > 0:
            self.table.setFocus()

    def _wait_for(self, times: int | None) -> None:
        self._times = times
        self.entry.show_times(fmt.number(times) if times is not None else "")

    def escape(self) -> None:
        """Esc: clear what is typed, then the list of hits, then the waiting 3 ×."""
        if self.entry.line.text() or self.results.isVisible():
            self.entry.set_text("")
            self.finder.hide()
            self._show()
        else:
            self._wait_for(None)

    def _say(self, level: str, fact: str, consequence: str = "") -> None:
        self._shop.say(level, fact, consequence, key=_KEY)


_FIRST = tuple(reason for reason in (List.RECEIVED.reason, List.PRICE.reason, List.MISSING.reason) if reason)
