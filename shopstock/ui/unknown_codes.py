"""The back room's list of codes that were scanned and belong to nothing.

Each is given to an item, made into a new one, or dismissed.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.text import _, ngettext
from shopstock.core.units import ONE
from shopstock.db.connection import Db
from shopstock.queries import items as items_query
from shopstock.queries import search
from shopstock.services import items
from shopstock.ui import fields, icons, theme
from shopstock.ui import format as fmt
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table

WIDTH = 400
TYPING_PAUSE_MS = 120
#: Topics of changes after which other codes may wait.
HEARD = {"unknown_codes", "catalogue", ELSEWHERE}


class UnknownEntry(NamedTuple):
    """A code as the list shows it."""

    id: int
    code: str
    about: str


class HitEntry(NamedTuple):
    """An item that the code may be given to."""

    id: int
    name: str
    sku: str


def read(db: Db) -> list[UnknownEntry]:
    """Return the codes that wait, the most often scanned first, with how often, when last and by whom."""
    entries = []
    for row in items_query.unknown_codes(db):
        times = ngettext("once", "{n} times", row.times).format(n=fmt.number(row.times))
        about = " · ".join(part for part in (times, fmt.instant(row.last_at), row.person) if part)
        entries.append(UnknownEntry(row.id, row.code, about))
    return entries


class UnknownCodes(QFrame):
    """The panel. ``counted`` tells how many codes wait, ``new_item_asked`` carries a code to make an item of."""

    closed = Signal()
    counted = Signal(int)
    new_item_asked = Signal(str)

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        close = QPushButton()
        close.setIcon(icons.icon("x", "ink2"))
        close.setProperty("kind", "bare")
        close.setFixedSize(theme.CONTROL, theme.CONTROL)
        close.setAccessibleName(_("Close the unknown codes"))
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(fields.title(_("Unknown codes")), 1)
        head.addWidget(close)
        self._model = RowsModel((Column("code", _("Scanned, but belongs to nothing"), second="about"),), self)
        self.table = Table(self._model, _("Unknown codes"), row_height=theme.ROW_TWO_LINES)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._offer())
        self._empty = fields.label(
            _("Every code that was scanned is known. A code that nobody knows appears here when the till meets it."),
            "wrap",
        )
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.line = QLineEdit()
        self.line.setAccessibleName(_("Find the item that the code belongs to"))
        self.line.setPlaceholderText(_("Which item is it? Name or SKU"))
        self.line.textChanged.connect(lambda _text: self._pause.start())
        self.line.returnPressed.connect(self._give)
        self.pack = fields.QtyEdit(_("One scan stands for"))
        self.pack.setFont(theme.font(theme.BODY))
        self.pack.setFixedWidth(84)
        self.pack.setText("1")
        self.pack.setToolTip(_("How many one scan stands for: 1, or what a pack holds"))
        self._hits = RowsModel((Column("name", _("Item"), second="sku"),), self)
        self.hits = Table(self._hits, _("Items that match"), row_height=theme.ROW_TWO_LINES)
        self.hits.setFixedHeight(theme.TABLE_HEAD + 3 * theme.ROW_TWO_LINES)
        self.hits.hide()
        self.hits.opened.connect(lambda _row: self._give())
        self.give = fields.Button(_("Give it to this item"), fields.OUTLINE, icon="check", on_click=self._give)
        self.make = fields.Button(_("New item"), icon="plus", on_click=self._make)
        self.dismiss = fields.Button(_("Dismiss"), icon="trash", on_click=self._dismiss)
        asking, deeds = QHBoxLayout(), QHBoxLayout()
        asking.addWidget(self.line, 1)
        asking.addWidget(fields.label("×", "label"))
        asking.addWidget(self.pack)
        for button in (self.make, self.dismiss):
            deeds.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S4, theme.S3, theme.S3, theme.S4)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)
        layout.addLayout(asking)
        layout.addWidget(self.hits)
        layout.addWidget(self.give)
        layout.addLayout(deeds)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self._offer())
        self.hide()

    def refresh(self) -> None:
        """Read the codes that wait."""
        self._shop.read(read, then=self._show, key=("unknown codes", id(self)))

    def _show(self, entries: list[UnknownEntry]) -> None:
        self._model.set_rows(entries)
        if self.table.selected_row() is None:
            self.table.select(0)
        self._offer()
        self.counted.emit(len(entries))

    def _offer(self) -> None:
        there = self.table.selected_row() is not None
        may = self._shop.acting is not None and self._shop.acting.may(Permission.NEW_ITEM)
        self._empty.setVisible(not there)
        self.table.setVisible(there)
        for widget in (self.line, self.pack, self.hits, self.give, self.make, self.dismiss):
            widget.setEnabled(there and may)
        self.give.setEnabled(there and may and self.hits.selected_row() is not None)

    def _search(self) -> None:
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(
                search.find_or_nearest, self.line.text(), acting.location_id, 8, then=self._found,
                key=("unknown search", id(self)),
            )  # fmt: skip

    def _found(self, hits: list[search.Hit]) -> None:
        self._hits.set_rows(HitEntry(hit.id, hit.name, hit.sku) for hit in hits)
        self.hits.setVisible(bool(hits))
        self.hits.select(0)
        self._offer()

    def _give(self) -> None:
        if self._pause.isActive():
            # Enter came before the pause in the typing was over: what is listed is of an earlier word.
            self._pause.stop()
            self._search()
            return
        entry, hit, pack = self.table.selected_row(), self.hits.selected_row(), self.pack.read()
        if entry is None or hit is None:
            return
        if pack is None:
            self._shop.say("bad", _("One scan has to stand for a quantity."), _("Write 1, or what a pack holds."))
            return
        said = _("{code} is {item} now.").format(code=entry.code, item=hit.name)
        self._shop.run(items.settle_unknown, entry.id, hit.id, pack or ONE, then=lambda _changes: self._settled(said))

    def _make(self) -> None:
        entry = self.table.selected_row()
        if entry is not None:
            self.new_item_asked.emit(entry.code)

    def _dismiss(self) -> None:
        entry = self.table.selected_row()
        if entry is not None:
            said = _("{code} is off the list.").format(code=entry.code)
            self._shop.run(items.dismiss_unknown, entry.id, then=lambda _changes: self._settled(said))

    def _settled(self, said: str) -> None:
        self._shop.say("ok", said)
        self.line.setText("")
        self.pack.setText("1")
        self._found([])

    def _changed(self, changes: Changes) -> None:
        if changes.topics & HEARD:
            self.refresh()
