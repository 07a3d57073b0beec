"""Where a write-off begins: those to go on with, and what has expired and is still on hand."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core.acting import Acting
from shopstock.core.text import _, ngettext
from shopstock.core.units import Day, Instant, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries import write_offs
from shopstock.queries.write_offs import WriteOffSummary
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.back import look_ups, words
from shopstock.ui.back.look_ups import Expired
from shopstock.ui.orders.frame import fit_columns
from shopstock.ui.receive.page import heading, sentence, table_card
from shopstock.ui.receive.start_page import TickDelegate
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class Lists(NamedTuple):
    """What the panel shows."""

    open: list[WriteOffSummary]
    expired: list[Expired]


class _Open(NamedTuple):
    id: int
    title: str
    second: str
    lines: int
    value: Money | None
    started_at: Instant


class _Expired(NamedTuple):
    key: str
    name: str
    second: str
    expires: Day
    place: str
    qty: Qty
    ticked: bool


def read(db: Db, acting: Acting) -> Lists:
    """Return the write-offs that were begun, and what has expired."""
    return Lists(write_offs.open_write_offs(db, acting), look_ups.expired(db, acting))


class StartPanel(QWidget):
    """The panel. ``resumed`` tells which write-off to go on with, ``asked`` which expired lots to write off."""

    resumed = Signal(int)
    asked = Signal(list)  # of Expired

    def __init__(self, shop: Shop, digits: int, *, costs: bool) -> None:
        super().__init__()
        self._shop = shop
        self._lots: dict[str, Expired] = {}
        self._ticks: set[str] = set()
        columns = [
            Column("title", _("Write-off"), weight=theme.MEDIUM, second="second"),
            Column("lines", _("Rows"), "number", 72, token="ink2"),
            Column("started_at", _("Begun"), "instant", 150, token="ink2"),
        ]
        if costs:
            columns.insert(2, Column("value", _("Worth about"), "money", 112))
        self._open = RowsModel(columns, money_decimals=digits)
        self.open = Table(self._open, _("Write-offs to go on with"), row_height=theme.ROW_TWO_LINES)
        self._open.setParent(self.open)
        self.open.opened.connect(self._resume)
        self.open.clicked.connect(lambda index: self._resume(self._open.row_at(index.row())))
        self._expired = RowsModel(
            (
                Column("ticked", "", width=52, text=lambda row: _("ticked") if row.ticked else ""),
                Column("name", _("Expired and still on hand"), weight=theme.MEDIUM, second="second"),
                Column("expires", _("Good until"), width=150, chips=_past, text=lambda _row: ""),
                Column("place", _("Where"), width=170, token="ink2", text=_where),
                Column("qty", _("On hand"), "qty", 104, theme.SEMIBOLD),
            ),
            key="key",
        )
        self.expired = Table(self._expired, _("Expired and still on hand"), row_height=theme.ROW_TWO_LINES)
        self._expired.setParent(self.expired)
        self.expired.setItemDelegate(TickDelegate(self.expired))
        self.expired.clicked.connect(lambda index: self._tick(self._expired.row_at(index.row())))
        self.expired.opened.connect(self._tick)
        self.expired.installEventFilter(self)
        self.all_key = fields.Button(_("Tick all"), icon="check", on_click=self._tick_all)
        self.expired_key = fields.Button("", fields.OUTLINE, icon="trash", on_click=self._ask)
        foot = QHBoxLayout()
        foot.setSpacing(theme.S2)
        foot.addWidget(self.all_key)
        foot.addStretch(1)
        foot.addWidget(self.expired_key)
        self._open_title, self._open_card = heading(_("Go on with")), table_card(self.open)
        self._expired_card = table_card(self.expired)
        self._foot: QWidget = QWidget()
        self._foot.setLayout(foot)
        foot.setContentsMargins(0, 0, 0, 0)
        self._title = fields.label("", "title", theme.TITLE, theme.SEMIBOLD)
        self._first = sentence()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.S2, 0, 0)
        column.setSpacing(theme.S3)
        for part in (self._title, self._first):
            column.addWidget(part)
        column.addWidget(self._open_title)
        column.addWidget(self._open_card)
        column.addWidget(self._expired_card, 1)
        column.addWidget(self._foot)
        column.addStretch(0)
        self._column = column
        self.show_lists(Lists([], []))

    def show_cause(self, cause: str) -> None:
        """Say what to do first; ``cause`` is what was chosen."""
        self._title.setText(
            _("Scan what is written off: {cause}.").format(cause=cause) if cause
            else _("Choose why, then scan what is written off.")
        )  # fmt: skip
        self._first.setText(
            _("Each scan is one, a pack is all that is in it; 3* and a scan are three. F2 types a code or words.")
        )

    def refresh(self) -> None:
        """Read the lists."""
        self._shop.read(read, then=self.show_lists, key=("write-off start", id(self)), asked_by=self)

    def show_lists(self, lists: Lists) -> None:
        """Show what there is; a list of nothing is not there."""
        self._open.set_rows(_open_row(one) for one in lists.open)
        self._lots = {one.key: one for one in lists.expired}
        self._ticks &= set(self._lots)
        for part in (self._open_title, self._open_card):
            part.setVisible(bool(lists.open))
        most = 2 if lists.expired else 5
        self._open_card.setFixedHeight(6 + theme.TABLE_HEAD + theme.ROW_TWO_LINES * max(1, min(len(lists.open), most)))
        self._expired_card.setVisible(bool(lists.expired))
        self._foot.setVisible(bool(lists.expired))
        self._column.setStretch(self._column.count() - 1, 0 if lists.expired else 1)
        self._show_expired()

    def _show_expired(self) -> None:
        self._expired.set_rows(
            _Expired(one.key, one.name, _second(one), one.lot.expires, one.place, one.lot.on_hand, key in self._ticks)
            for key, one in self._lots.items()
        )
        count = len(self._ticks)
        deed = ngettext("Write off the ticked one", "Write off the {n} ticked", count).format(n=fmt.number(count))
        self.expired_key.setText(deed if count else _("Tick what is written off"))
        self.expired_key.setAccessibleName(self.expired_key.text())
        self.expired_key.setEnabled(bool(count))
        self.all_key.setText(_("Tick none") if self._lots and count == len(self._lots) else _("Tick all"))
        self.all_key.setAccessibleName(self.all_key.text())

    def _tick(self, row: _Expired | None) -> None:
        if row is not None:
            self._ticks ^= {row.key}
            self._show_expired()

    def _tick_all(self) -> None:
        self._ticks = set() if len(self._ticks) == len(self._lots) else set(self._lots)
        self._show_expired()

    def _ask(self) -> None:
        ticked = [one for key, one in self._lots.items() if key in self._ticks]
        self._ticks.clear()
        if ticked:
            self.asked.emit(ticked)

    def _resume(self, row: _Open | None) -> None:
        if row is not None:
            self.resumed.emit(row.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if watched is self.expired and pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            self._tick(self.expired.selected_row())
            return True
        if watched is self.expired and event.type() == QEvent.Type.Resize:
            fit_columns(self.expired, ("place",), 240, width=self.expired.width())
        return super().eventFilter(watched, event)


def _open_row(one: WriteOffSummary) -> _Open:
    title = ", ".join(one.items) or _("nothing scanned yet")
    second = " · ".join(part for part in (one.number, ", ".join(one.causes), one.started_by) if part)
    return _Open(one.id, title, second, one.lines, one.value, one.started_at)


def _second(one: Expired) -> str:
    return f"{one.sku} · " + _("lot {lot}").format(lot=one.lot.code) if one.lot.code else one.sku


def _where(row: _Expired) -> str:
    return words.short_place(row.place)


def _past(row: _Expired) -> list[Chip]:
    return [Chip(fmt.day(row.expires), "alert-triangle", "warn")]
