"""Settings, Quick keys: which item stands behind /1 to /9 and the further ones."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import catalogue
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId
from shopstock.db.connection import Db
from shopstock.queries import items as items_query
from shopstock.queries import search
from shopstock.queries.items import QuickKey
from shopstock.services import items
from shopstock.ui import fields, settings_form, theme
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table

SHOWN = 30
TYPING_PAUSE_MS = 120


class KeyRow(NamedTuple):
    """One key: an assigned number, or (0) a place that the shop's sales filled."""

    item_id: ItemId
    number: str
    name: str
    assigned: int


class HitRow(NamedTuple):
    """An item that may be put behind a key."""

    id: ItemId
    name: str
    sku: str


def scanned(db: Db, code: str, location_id: LocationId) -> list[search.Hit]:
    """Return the item of a scanned code as the one hit of a search."""
    found = items_query.by_code(db, code, location_id, items_query.code_rules_of(db))
    return search.find(db, found.sku, location_id, 1) if found is not None else []


def _rows(keys: list[QuickKey]) -> list[KeyRow]:
    """Number the keys as the till does: assigned ones keep theirs, the others fill the gaps."""
    taken = {key.key for key in keys if key.key}
    free = (number for number in range(1, len(keys) + len(taken) + 1) if number not in taken)
    rows = [KeyRow(key.item_id, f"/{key.key or next(free)}", key.name, key.key) for key in keys]
    return sorted(rows, key=lambda row: int(row.number[1:]))


class QuickKeysPage(QWidget):
    """The keys as they are, and a search to put an item behind one."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._model = RowsModel(
            (
                Column("number", _("Key"), width=90, weight=theme.SEMIBOLD),
                Column("name", _("Item")),
                Column("assigned", _("Put there by"), width=160, text=_by),
            ),
            self,
        )
        self.table = Table(self._model, _("Quick keys"))
        self.table.setMinimumHeight(260)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._chosen())
        self.free = fields.Button(_("Free this key"), icon="trash", on_click=self._free)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.line = QLineEdit()
        self.line.setAccessibleName(_("Find the item for a quick key"))
        self.line.setPlaceholderText(_("name, SKU or code; or scan it"))
        self.line.textChanged.connect(lambda _text: self._pause.start())
        self.number = fields.CountEdit(1, catalogue.MAX_QUICK_KEY, _("Number of the quick key"))
        self.assign = fields.Button(_("Put it there"), fields.PRIMARY, on_click=self._assign)
        self._hits = RowsModel((Column("name", _("Item"), second="sku"),), self)
        self.hits = Table(self._hits, _("Items that match"), row_height=theme.ROW_TWO_LINES)
        self.hits.setFixedHeight(theme.TABLE_HEAD + 3 * theme.ROW_TWO_LINES)
        self.hits.hide()
        freeing, asking = QHBoxLayout(), QHBoxLayout()
        freeing.addWidget(self.free)
        freeing.addStretch(1)
        asking.addWidget(self.line, 1)
        asking.addWidget(fields.label("/", "label"))
        asking.addWidget(self.number)
        asking.addWidget(self.assign)
        hint = fields.label(
            _("Keys nobody assigned hold goods without a code, sorted by what this shop sells."), "small", theme.SMALL
        )
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(hint)
        layout.addWidget(self.table)
        layout.addLayout(freeing)
        layout.addWidget(settings_form.heading(_("Put an item behind a key")))
        layout.addLayout(asking)
        layout.addWidget(self.hits)
        layout.addStretch(1)
        shop.changed.connect(self._changed)

    def came_into_view(self) -> None:
        """Read the keys."""
        self._shop.read(items_query.quick_keys, SHOWN, then=self._show, key="settings quick keys")

    def on_scan(self, scan: Scan) -> None:
        """Find a scanned item."""
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(scanned, scan.code, acting.location_id, then=self._found, key="settings quick hits")

    def _show(self, keys: list[QuickKey]) -> None:
        self._model.set_rows(_rows(keys))
        if self.table.selected_row() is None:
            self.table.select(0)
        self._chosen()

    def _chosen(self) -> None:
        row = self.table.selected_row()
        self.free.setEnabled(row is not None and bool(row.assigned))
        if row is not None:
            self.number.set_value(int(row.number[1:]))

    def _search(self) -> None:
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(
                search.find_or_nearest, self.line.text(), acting.location_id, 8, then=self._found,
                key="settings quick hits",
            )  # fmt: skip

    def _found(self, hits: list[search.Hit]) -> None:
        self._hits.set_rows(HitRow(hit.id, hit.name, hit.sku) for hit in hits)
        self.hits.setVisible(bool(hits))
        self.hits.select(0)
        self.assign.setEnabled(bool(hits))

    def _assign(self) -> None:
        hit = self.hits.selected_row()
        if hit is None:
            self._shop.say("info", _("Find the item first: type a word of its name, or scan it."))
            return
        self._shop.run(items.assign_quick_key, hit.id, self.number.value(), then=self._saved)

    def _free(self) -> None:
        row = self.table.selected_row()
        if row is not None:
            self._shop.run(items.assign_quick_key, row.item_id, None, then=self._saved)

    def _saved(self, _changes: Changes) -> None:
        self._shop.say("ok", _("Quick keys saved."))

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and changes.topics & {"quick_keys", ELSEWHERE}:
            self.came_into_view()


def _by(row: KeyRow) -> str:
    return _("a person") if row.assigned else _("what sells")
