"""The step Request: from where to where, what is asked for, by when; the same form begins a transfer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.code_rules import NO_RULES, Kind
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.transfers import TransferFields
from shopstock.core.units import MAX_QTY, NO_DAY, ONE, QTY_SCALE, ItemId, LocationId, Qty, parse_qty
from shopstock.queries import search
from shopstock.queries.places import Place
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.figures import FigureColumn, FiguresTable
from shopstock.ui.receive.page import card, sentence, table_card
from shopstock.ui.receive.panels import read_day, written_day
from shopstock.ui.rows import Column
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.finder import Finder
from shopstock.ui.sell.results import Results
from shopstock.ui.sell.steps import Steps
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop
from shopstock.ui.transfers import reading
from shopstock.ui.transfers.reading import Looked, Thing

KEY = "transfers"


class AskedRow(NamedTuple):
    """One item that is asked for; ``there`` is what the sender has of it."""

    item_id: ItemId
    name: str
    sku: str
    there: Qty
    asked: Qty


class RequestStep(QWidget):
    """The form. Who hears ``line_set`` and ``line_removed`` writes them down; a new transfer keeps its lines here."""

    line_set = Signal(object, object)  # ItemId, Qty
    line_removed = Signal(object)  # ItemId
    head_changed = Signal(object)  # TransferFields
    done_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None, *, sending: bool = False) -> None:
        super().__init__(parent)
        self._shop = shop
        self.sending = sending
        self._began = False
        self._shown: TransferFields | None = None
        self.steps = Steps(self)
        self.steps.start()
        self.entry = EntryLine()
        self.entry.setFixedHeight(theme.CONTROL + 2)
        self.results = Results(2)
        self.finder = Finder(shop, self.entry, self.results, self)
        self.lines = FiguresTable(
            _("What is asked for"),
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="sku"),
                Column("there", _("There"), "qty", 112, token="ink2"),
                Column("asked", _("Asked for"), "qty", 128, theme.SEMIBOLD, theme.TITLE),
            ),
            FigureColumn("asked", "qty"),
        )
        self.lines.figure_rows.tone_of = lambda row: "warn" if row.asked > row.there else None
        self.lines.entered.connect(self._set)
        self.lines.installEventFilter(self)
        self._empty = sentence(_("Scan what is needed, or type its name. Each scan asks for one more."))
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        self._table = table_card(self.lines)
        for part in (self.entry, self.results, self._empty):
            left.addWidget(part)
        left.addWidget(self._table, 1)
        self._build_side()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        line = self.entry.line
        line.entered.connect(self._entered)
        line.moved.connect(self._moved)
        line.escaped.connect(self.escape)
        line.stepped.connect(self._step)
        self.results.chosen.connect(self._chosen)
        self.setFocusProxy(self.source if sending else self.entry)
        self.entry.setVisible(not sending)
        self._table.setVisible(not sending)
        if sending:
            self._empty.setText(_("Say from where to where. The next step scans what goes."))
            self._empty.show()
        self.tell()

    def _build_side(self) -> None:
        self.side, column = card(padding=theme.S6, spacing=theme.S2)
        self.source, self.target = QComboBox(), QComboBox()
        self.day, self.note = QLineEdit(), QLineEdit()
        self.day.setMaxLength(10)
        self.day.setPlaceholderText(_("year-month-day"))
        self.note.setMaxLength(200)
        for name, field in (
            (_("From"), self.source), (_("To"), self.target), (_("Wanted by"), self.day), (_("Note"), self.note)
        ):  # fmt: skip
            words = fields.label(name, "label", theme.SMALL)
            words.setBuddy(field)
            field.setAccessibleName(name)
            column.addWidget(words)
            column.addWidget(field)
        self.source.activated.connect(lambda _place: self._head_edited())
        self.target.activated.connect(lambda _place: self._head_edited())
        for edit in (self.day, self.note):
            edit.editingFinished.connect(self._head_edited)
        self.wait = fields.label("", "bad", theme.SMALL)
        self.wait.setWordWrap(True)
        column.addWidget(self.wait)
        column.addStretch(1)
        self.cancel_key = TillButton(_("Cancel the transfer"), icon="trash", height=theme.CONTROL)
        self.cancel_key.clicked.connect(lambda _checked=False: self._cancel())
        self.cancel_key.hide()
        self.done_key = TillButton(
            _("Start packing") if self.sending else _("Ask for them"), kind="primary", size=theme.TITLE,
            height=theme.MAIN_ACTION, centered=True, keycap="F9",
        )  # fmt: skip
        self.done_key.clicked.connect(lambda _checked=False: self.done_asked.emit())
        column.addWidget(self.cancel_key)
        column.addWidget(self.done_key)

    # -- showing ----------------------------------------------------------------------------------------------------

    def show_places(self, known: Sequence[Place], source: LocationId | None, target: LocationId | None) -> None:
        """Offer these places; what somebody chose stays."""
        for box, usual in ((self.source, source), (self.target, target)):
            chosen = box.currentData()
            box.clear()
            for place in known:
                box.addItem(place.path, place.id)
            wanted = chosen if chosen is not None else usual
            box.setCurrentIndex(max(0, box.findData(wanted)))
        self.tell()

    def show_head(self, shown: TransferFields) -> None:
        """Show the head of a transfer that was begun."""
        self._began, self._shown = True, shown
        self.cancel_key.show()
        for box, place in ((self.source, shown.from_id), (self.target, shown.to_id)):
            box.setCurrentIndex(max(0, box.findData(place)))
        if not self.day.hasFocus():
            self.day.setText(written_day(shown.expected_day or NO_DAY))
        if not self.note.hasFocus():
            self.note.setText(shown.note)
        self.done_key.show_text(_("Next: pack"))

    def show_rows(self, rows: Sequence[AskedRow]) -> None:
        """Show what is asked for."""
        self.lines.show_rows(list(rows))
        self.tell()

    def rows(self) -> tuple[AskedRow, ...]:
        """Return what is asked for."""
        return self.lines.rows()

    def tell(self) -> None:
        """Say what the form waits for."""
        rows = self.rows()
        if not self.sending:
            self._empty.setVisible(not rows)
            self._table.setVisible(bool(rows))
        short = sum(1 for row in rows if row.asked > row.there)
        said = ""
        if self.source.currentData() == self.target.currentData():
            said = _("From and to are the same place. Choose another one.")
        elif short:
            said = ngettext(
                "{n} line asks for more than is there.", "{n} lines ask for more than is there.", short
            ).format(n=fmt.number(short))
        self.wait.setText(said)
        self.wait.setVisible(bool(said))
        self.done_key.waiting = not self._began and not self.sending and not rows

    def head(self) -> TransferFields | None:
        """Return the head as it stands; ``None``, and a sentence, for a day that cannot be read."""
        day = read_day(self.day.text())
        if day is None:
            self._shop.say("bad", _("Type the day as 2027-03-31, or leave it empty."), key=KEY)
            self.day.setFocus()
            return None
        return TransferFields(
            LocationId(self.source.currentData()), LocationId(self.target.currentData()), self.note.text().strip(),
            day or None,
        )  # fmt: skip

    def forget(self) -> None:
        """Be empty for the next transfer."""
        self.lines.show_rows([])
        for edit in (self.day, self.note):
            edit.setText("")
        self.tell()

    def _head_edited(self) -> None:
        self.tell()
        if self._began:
            head = self.head()
            if head is not None and head != self._shown:
                self._shown = head
                self.head_changed.emit(head)
        elif not self.sending and self.rows():
            self._read_there()

    def _read_there(self) -> None:
        place = self.source.currentData()
        ids = [row.item_id for row in self.rows()]
        self._shop.read(reading.available, place, ids, then=self._show_there, key=("asked-there", id(self)))

    def _show_there(self, there: dict[ItemId, Qty]) -> None:
        self.lines.show_rows([row._replace(there=there.get(row.item_id, Qty(0))) for row in self.rows()])
        self.tell()

    def _cancel(self) -> None:
        # Twice, in place of a question that covers the screen.
        if self.cancel_key.second():
            self.cancel_asked.emit()
        else:
            self.cancel_key.show_text(self.cancel_key.text(), _("press again"))

    # -- lines ------------------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Ask for one more of what was scanned."""
        if self.sending:
            sounds.no()
            self._shop.say("warn", _("Say first from where to where, then F9."), key=KEY)
            return
        self.steps.then_do(lambda: self._ask(scan.aim + scan.code, ONE))

    def _ask(self, code: str, times: Qty, typed: str = "") -> None:
        ticket, busy = self.steps.hold()
        place = LocationId(self.source.currentData() or 0)

        def then(looked: Looked) -> None:
            if not self.steps.holds(ticket):
                return
            if looked.thing is not None:
                self._take(looked.thing, times)
            elif typed:
                self._search(code, typed)
            else:
                self._refuse(_("Nobody knows {code}.").format(code=code[:40]))
            self.steps.release(ticket)

        self._shop.read(
            reading.look_up, code, place, NO_RULES, then=then, busy=busy, asked_by=self,
            failed=lambda error: self._refuse(error.sentence()),
        )  # fmt: skip

    def _search(self, text: str, typed: str) -> None:
        place = LocationId(self.source.currentData() or 0)
        self.entry.line.setFocus()
        self.entry.set_text(typed)

        def then(hits: list[search.Hit]) -> None:
            self.finder.show(text, hits)
            self.results.picked = True

        self._shop.read(search.find_or_nearest, text, place, then=then, asked_by=self)

    def _refuse(self, fact: str) -> None:
        sounds.no()
        self._shop.say("bad", fact, key=KEY)

    def _take(self, thing: Thing, times: Qty) -> None:
        found = thing.found
        if not found.stocked:
            self._refuse(_("{item} is not kept in stock: it is not sent.").format(item=found.name))
            return
        once = Qty(found.amount) if found.embedded in (Kind.WEIGHT, Kind.COUNT) else found.qty
        before = next((row for row in self.rows() if row.item_id == found.id), None)
        asked = Qty((before.asked if before is not None else 0) + times * once // QTY_SCALE)
        if not 0 < asked <= MAX_QTY:
            self._refuse(_("{qty} of {item} cannot be asked for.").format(qty=fmt.qty(asked), item=found.name))
            return
        place = self.source.currentData()
        there = reading.on_hand_below(thing, place)
        row = AskedRow(found.id, found.name, found.sku, there, asked)
        (sounds.yes if asked <= there else sounds.no)()
        self._put(row)
        self.lines.select_key(found.id)

    def _put(self, row: AskedRow) -> None:
        rows = self.rows()
        if any(one.item_id == row.item_id for one in rows):
            self.lines.replace_row(row)
        else:
            self.lines.show_rows([*rows, row])
        self.tell()
        if self._began:
            self.line_set.emit(row.item_id, row.asked)
        else:
            self._read_there()

    def _set(self, row: AskedRow, figure: int) -> None:
        if figure > 0:
            self._put(row._replace(asked=Qty(figure)))
        else:
            self.remove(row)

    def _step(self, by: int) -> None:
        row = self.lines.selected_row()
        if row is not None:
            self._set(row, row.asked + by * ONE)

    def remove(self, row: AskedRow | None = None) -> None:
        """Ask for an item no more (the selected one unless named)."""
        row = row or self.lines.selected_row()
        if row is not None:
            self.lines.show_rows([one for one in self.rows() if one.item_id != row.item_id])
            self.tell()
            if self._began:
                self.line_removed.emit(row.item_id)

    # -- typing -----------------------------------------------------------------------------------------------------

    def _entered(self, text: str) -> None:
        if self.results.isVisible() and (self.results.picked or not text.strip()) and self.results.take():
            return
        if not text.strip():
            return
        self.finder.hide()
        self.entry.set_text("")
        times, star, code = text.rpartition("*")
        qty = _times(times) if star else ONE
        if qty is None or (star and not code.strip() and times.strip()):
            self._refuse(_("Type 3*CODE to ask for three."))
            self.entry.set_text(text)
            return
        if star and not times.strip():
            self._set_selected(code)
            return
        self.steps.then_do(lambda: self._ask(code.strip(), qty, text))

    def _set_selected(self, text: str) -> None:
        row, qty = self.lines.selected_row(), _times(text)
        if row is not None and qty is not None:
            self._set(row, qty)

    def _chosen(self, item_id: int) -> None:
        place = LocationId(self.source.currentData() or 0)
        times = _times(self.entry.line.text().rpartition("*")[0]) or ONE
        self.entry.set_text("")
        self.finder.hide()

        def then(thing: Thing | None) -> None:
            if thing is not None:
                self._take(thing, times)

        self._shop.read(reading.thing_of, ItemId(item_id), place, then=then, asked_by=self)

    def _moved(self, by: int) -> None:
        if self.results.isVisible():
            self.results.go(by)
        elif self.rows():
            self.lines.select(max(0, min(self.lines.currentIndex().row() + by, len(self.rows()) - 1)))

    def escape(self) -> bool:
        """Esc clears what was typed; tell whether there was anything."""
        if self.entry.line.text() or self.results.isVisible():
            self.entry.set_text("")
            self.finder.hide()
            return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.lines and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Delete:
                self.remove()
                return True
            if event.text().isalpha():
                self.entry.type(event.text())
                return True
        return super().eventFilter(watched, event)


def _times(text: str) -> Qty | None:
    """Read a typed quantity; ``None`` for what is none."""
    try:
        return parse_qty(text.strip())
    except ValueError:
        return None
