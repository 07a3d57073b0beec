"""The put-away at the top of the start page: from, items, to, and the line where one types instead of scanning."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core import places as place_rules
from shopstock.core.places import Kind
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId
from shopstock.queries.places import Place
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.finder import PAUSE_MS, words_of
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table
from shopstock.ui.transfers import reading, words
from shopstock.ui.transfers.hit_list import HitList
from shopstock.ui.transfers.put_away import PutAway
from shopstock.ui.transfers.reading import Hits

_SLOT = 64
_HEAD = 36


class CarryTable(Table):
    """The goods in hand. Del takes a row away."""

    dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.carried = RowsModel(
            (
                Column("name", _("In hand"), weight=theme.MEDIUM, second="second"),
                Column("qty", _("Quantity"), "qty", 96, theme.SEMIBOLD, theme.TITLE),
                Column("from_words", _("From"), width=168),
                Column("chip", _("Belongs at"), "chip", 200, chips=lambda row: (row.chip,)),
            ),
            key="key",
        )
        self.carried.tone_of = lambda row: "bad" if row.too_many else None
        super().__init__(self.carried, _("Goods in hand"), parent, row_height=theme.ROW_TWO_LINES, head_height=_HEAD)
        self.carried.setParent(self)


class PutAwayCard(QWidget):
    """The slots, the entry line and what it finds. ``source_asked`` and ``target_asked`` want a place chosen."""

    source_asked = Signal()
    target_asked = Signal()

    def __init__(self, shop: Shop, deed: PutAway, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop, self.deed = shop, deed
        self.entry = EntryLine()
        self.source = TillButton(stacked=True, icon="", height=_SLOT)
        self.goods = TillButton(stacked=True, height=_SLOT)
        self.target = TillButton(stacked=True, height=_SLOT)
        self.source.clicked.connect(lambda _checked=False: self.source_asked.emit())
        self.goods.clicked.connect(lambda _checked=False: self.entry.line.setFocus())
        self.target.clicked.connect(lambda _checked=False: self.target_asked.emit())
        slots = QHBoxLayout()
        slots.setSpacing(theme.S2)
        for slot in (self.source, self.goods, self.target):
            slots.addWidget(slot, 1)
        self.entry.setFixedHeight(theme.CONTROL + 2)
        self.hits = HitList()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        column.addLayout(slots)
        column.addWidget(self.entry)
        column.addWidget(self.hits)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.setFocusProxy(self.entry)
        self._connect()
        self.show_deed()

    def _connect(self) -> None:
        line, deed = self.entry.line, self.deed
        line.entered.connect(self._entered)
        line.stepped.connect(deed.step)
        line.moved.connect(lambda by: self.hits.go(by) if self.hits.isVisible() else None)
        line.escaped.connect(self.escape)
        self.entry.typed.connect(lambda _text: self._pause.start())
        self.entry.chip_pressed.connect(lambda: deed.set_times(None))
        self.hits.place_chosen.connect(self._place_chosen)
        self.hits.item_chosen.connect(self._item_chosen)
        deed.changed.connect(self.show_deed)
        deed.times_changed.connect(lambda qty: self.entry.show_times(fmt.qty(qty) if qty is not None else ""))
        deed.looked_up.connect(self._looked_up)
        deed.line_refused.connect(self._give_back)

    # -- showing ----------------------------------------------------------------------------------------------------

    def show_deed(self) -> None:
        """Show what is in hand, where it comes from and where it goes."""
        deed = self.deed
        named = place_rules.inside(deed.source.path) if deed.source is not None else ""
        guessed = list(dict.fromkeys(row.source.name for row in deed.rows if row.guessed))
        if named:
            self.source.show_text(named, _("1 · From"))
        elif guessed:
            self.source.show_text(words.listed(guessed, 1), _("1 · From, by the book. F5 changes it"))
        else:
            self.source.show_text(_("Scan a place"), _("1 · From"))
        if deed.rows:
            said = words.goods([(row.qty, row.name) for row in deed.rows])
            self.goods.show_text(said, _("2 · Items in hand"))
        else:
            self.goods.show_text(_("Scan an item"), _("2 · Items"))
        home = deed.home_words()
        scan = _("Scan the place") if deed.rows else _("Then the place")
        self.target.show_text(scan, _("3 · To. Enter: {home}").format(home=home) if home else _("3 · To"))
        turn = self.target if deed.rows else self.goods if deed.source is not None else self.source
        for slot in (self.source, self.goods, self.target):
            kind = "chosen" if slot is turn else "quiet"
            if slot.kind != kind:
                slot.kind = kind
                slot.update()
        self.entry.show_task(
            _("Scan, or type the place where it goes") if deed.rows
            else _("Scan, or type a place, a code or words"),
            _("Esc puts all back") if deed.rows else _("Esc forgets the place") if deed.source is not None else " ",
        )  # fmt: skip

    def count_words(self) -> str:
        """Say how many rows are in hand."""
        count = len(self.deed.rows)
        return ngettext("{n} item in hand", "{n} items in hand", count).format(n=fmt.number(count))

    # -- typing -----------------------------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Go on with a text that was typed elsewhere on the page."""
        self.entry.type(text)

    def ask_quantity(self) -> None:
        """Let the next figure set how many are in hand."""
        self.entry.line.setFocus()
        self.entry.set_text("*")

    def _entered(self, text: str) -> None:
        if self.hits.isVisible() and (self.hits.picked or not text.strip()) and self.hits.take():
            return
        self._close_hits()
        self.entry.set_text("")
        self.deed.type(text)

    def _search(self) -> None:
        text = words_of(self.entry.line.text())
        if not text:
            self._close_hits()
            return
        self._shop.read(
            reading.find, text, self.deed.here, then=partial(self._found, text), failed=lambda _error: None,
            key=("put-away search", id(self)), asked_by=self,
        )  # fmt: skip

    def _found(self, text: str, hits: Hits) -> None:
        if words_of(self.entry.line.text()) == text and (hits.places or hits.items or not text.isdigit()):
            self.hits.show_hits(hits)

    def _looked_up(self, text: str, hits: Hits) -> None:
        self._give_back(text)
        self.hits.show_hits(hits)
        # Enter was pressed already: the next one takes what stands first.
        self.hits.picked = True

    def _give_back(self, text: str) -> None:
        self.entry.line.setFocus()
        if not self.entry.line.text():
            self.entry.set_text(text)
            self.entry.line.selectAll()

    def _close_hits(self) -> None:
        self._pause.stop()
        self._shop.forget(("put-away search", id(self)))
        self.hits.hide()

    def _times_typed(self) -> None:
        """Keep a ``3*`` that stands before the words which found what was picked."""
        before, star, _after = self.entry.line.text().partition("*")
        self.entry.set_text("")
        self._close_hits()
        if star and before.strip():
            self.deed.type(f"{before}*")

    def _item_chosen(self, item_id: int) -> None:
        self._times_typed()
        self.deed.choose_item(ItemId(item_id))

    def _place_chosen(self, place: Place) -> None:
        self._times_typed()
        self.deed.choose_place(place)

    def escape(self) -> bool:
        """Esc closes one thing: what was typed, a waiting ``3 ×``, then what is in hand; tell whether there was one."""
        deed = self.deed
        if self.entry.line.text() or self.hits.isVisible():
            self.entry.set_text("")
            self._close_hits()
        elif deed.times is not None:
            deed.set_times(None)
        elif deed.rows or deed.source is not None:
            deed.clear()
        else:
            return False
        return True


def targets(known: Sequence[Place], here: Place) -> list[Place]:
    """Return the places of the shop that goods are put away in."""
    return [place for place in known if place.shop_id == here.shop_id and place.kind == Kind.SALE]


class TypeAnywhere(QObject):
    """Sends what is typed on a table on to the entry line: nobody has to ask for it first."""

    typed = Signal(str)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            text = event.text()
            if text.strip() and text.isprintable():
                self.typed.emit(text)
                return True
        return super().eventFilter(watched, event)
