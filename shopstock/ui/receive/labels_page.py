"""The Labels step: goods without a code get one, and labels for what came, on the label printer or on sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core import labels
from shopstock.core.acting import Acting, Permission
from shopstock.core.labels import LabelTemplate, SheetOptions, Wanted
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _, ngettext
from shopstock.core.units import ONE, Day, ItemId, Qty
from shopstock.db.connection import Db
from shopstock.queries import label_items
from shopstock.queries import labels as label_rows
from shopstock.services import labels as label_service
from shopstock.ui import fields, files, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.figures import FigureColumn, FiguresTable
from shopstock.ui.receive.page import card, heading, sentence, table_card
from shopstock.ui.rows import Chip, Column
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop

_MOST = 1_000


class Came(NamedTuple):
    """What came of an item, and the lot that its labels name when it came in one lot only."""

    item_id: ItemId
    qty: Qty
    lot: str = ""
    expires: Day | None = None


class LabelRow(NamedTuple):
    """One item that came. ``copies`` is in thousandths, as every figure that is typed."""

    item_id: ItemId
    name: str
    sku: str
    code: str
    came: Qty
    copies: Qty
    lot: str
    expires: Day | None


class _Read(NamedTuple):
    items: list[label_items.LabelItem]
    templates: list[label_rows.TemplateRow]


def _read(db: Db, item_ids: Sequence[ItemId]) -> _Read:
    return _Read(label_items.picked(db, item_ids), label_rows.templates(db))


def give_codes(db: Db, acting: Acting, item_ids: Sequence[ItemId]) -> Changes:
    """Give each of these items a code of the shop's own."""
    for item_id in item_ids:
        label_service.give_code(db, acting, item_id)
    return Changes(items=frozenset(item_ids), topics=frozenset(("catalogue", "labels")))


class LabelsPage(QWidget):
    """The step. ``next_asked`` goes on to the costs, or to posting for who sees no costs."""

    next_asked = Signal()

    def __init__(self, shop: Shop, next_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._came: dict[ItemId, Came] = {}
        self._copies: dict[ItemId, Qty] = {}
        self._templates: list[label_rows.TemplateRow] = []
        self.table = FiguresTable(
            _("Labels for what came"),
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="sku"),
                Column("code", _("Code"), width=164, chips=_no_code),
                Column("came", _("Counted"), "qty", 80, token="ink2"),
                Column("copies", _("Labels"), "qty", 84, theme.SEMIBOLD),
            ),
            FigureColumn("copies", "qty"),
        )
        self.table.entered.connect(self._set)
        frame, column = card(padding=theme.S6, spacing=theme.S2)
        self.side = frame
        self._without = sentence()
        self.codes_key = TillButton(_("Give codes"), icon="barcode", height=theme.CONTROL)
        self.codes_key.clicked.connect(self._give_codes)
        self.template = QComboBox()
        self.template.setAccessibleName(_("What a label shows"))
        self.print_key = TillButton(_("Print"), kind="outline", icon="printer", height=theme.CONTROL)
        self.print_key.clicked.connect(self.print_labels)
        self.sheet = QComboBox()
        self.sheet.setAccessibleName(_("Sheet"))
        for name, sheet in labels.SHEETS.items():
            self.sheet.addItem(sheet.label, name)
        self.start = fields.CountEdit(1, 200, _("First label on the sheet"))
        self.start.set_value(1)
        self.sheet_key = TillButton(_("Sheet as PDF"), icon="file-export", height=theme.CONTROL)
        self.sheet_key.clicked.connect(self.save_sheet)
        start = QHBoxLayout()
        start.addWidget(fields.label(_("Start at label"), "label"), 1)
        start.addWidget(self.start)
        every = QHBoxLayout()
        every.setSpacing(theme.S2)
        self.none_key = TillButton(_("None"), height=theme.CONTROL, centered=True)
        self.none_key.clicked.connect(lambda: self._all(lambda _row: Qty(0)))
        self.each_key = TillButton(_("1 each"), height=theme.CONTROL, centered=True)
        self.each_key.clicked.connect(lambda: self._all(lambda _row: ONE))
        self.every_key = TillButton(_("All"), height=theme.CONTROL, centered=True)
        self.every_key.clicked.connect(lambda: self._all(_whole))
        for key in (self.none_key, self.each_key, self.every_key):
            every.addWidget(key)
        column.addWidget(heading(_("Goods without a code")))
        column.addWidget(self._without)
        column.addWidget(self.codes_key)
        column.addSpacing(theme.S2)
        column.addWidget(heading(_("How many labels")))
        column.addLayout(every)
        column.addWidget(self.template)
        column.addWidget(self.print_key)
        column.addSpacing(theme.S2)
        column.addWidget(heading(_("On sheets")))
        column.addWidget(self.sheet)
        column.addLayout(start)
        column.addWidget(self.sheet_key)
        column.addStretch(1)
        self.next_key = TillButton(
            next_words, kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True, keycap="F9"
        )
        self.next_key.clicked.connect(self.next_asked)
        column.addWidget(self.next_key)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        left = QVBoxLayout()
        left.addWidget(table_card(self.table))
        row.addLayout(left, 1)
        row.addWidget(frame)
        self.setFocusProxy(self.table)
        self.table.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            row = self.table.selected_row()
            if event.text() in ("+", "-") and row is not None:
                self._set(row, max(0, row.copies + (ONE if event.text() == "+" else -ONE)))
                return True
        return super().eventFilter(watched, event)

    def show_came(self, came: Sequence[Came]) -> None:
        """Show what came; labels that were asked for stay asked for."""
        self._came = {one.item_id: one for one in came}
        self.read()

    def read(self) -> None:
        """Read the codes and the templates again."""
        self._shop.read(_read, list(self._came), then=self._show, key=("receive-labels", id(self)))

    def _show(self, read: _Read) -> None:
        rows = []
        for item in read.items:
            came = self._came.get(item.item_id)
            if came is None:
                continue
            # What has a code on it needs no other; what had none gets one label a piece.
            usual = Qty(0) if item.code else _pieces(came.qty)
            copies = self._copies.setdefault(item.item_id, usual)
            rows.append(
                LabelRow(item.item_id, item.name, item.sku, item.code, came.qty, copies, came.lot, came.expires or None)
            )
        self.table.show_rows(rows)
        if [row.name for row in read.templates] != [row.name for row in self._templates]:
            self._templates = read.templates
            self.template.clear()
            for row in read.templates:
                self.template.addItem(row.name)
                if row.is_default:
                    self.template.setCurrentIndex(self.template.count() - 1)
        self._tell()

    def _set(self, row: LabelRow, figure: int) -> None:
        self._copies[row.item_id] = Qty(min(max(figure, 0), _MOST * ONE) // ONE * ONE)
        self.table.replace_row(row._replace(copies=self._copies[row.item_id]))
        self._tell()

    def _all(self, of: Any) -> None:
        for row in self.table.rows():
            self._copies[row.item_id] = of(row)
        self.table.show_rows([row._replace(copies=self._copies[row.item_id]) for row in self.table.rows()])
        self._tell()

    def without_code(self) -> list[ItemId]:
        """Return the items that have no code yet."""
        return [row.item_id for row in self.table.rows() if not row.code]

    def wanted(self) -> list[Wanted]:
        """Return the labels that are asked for."""
        return [Wanted(row.item_id, row.copies // ONE, row.lot, row.expires) for row in self.table.rows() if row.copies]

    def _tell(self) -> None:
        without = len(self.without_code())
        self._without.setText(
            ngettext(
                "{n} item has none. The shop's own EAN makes it scannable.",
                "{n} items have none. The shop's own EAN makes them scannable.", without,
            ).format(n=fmt.number(without))
            if without
            else _("Everything that came can be scanned.")
        )  # fmt: skip
        may = self._shop.acting is not None and self._shop.acting.may(Permission.NEW_ITEM)
        self.codes_key.setVisible(bool(without) and may)
        self.codes_key.show_text(
            ngettext("Give {n} item a code", "Give {n} items a code", without).format(n=fmt.number(without))
        )
        count = sum(one.copies for one in self.wanted())
        self.print_key.show_text(
            ngettext("Print {n} label", "Print {n} labels", count).format(n=fmt.number(count))
            if count
            else _("Print labels")
        )
        for key in (self.print_key, self.sheet_key):
            key.setEnabled(bool(count))

    # -- doing ------------------------------------------------------------------------------------------------------

    def _give_codes(self) -> None:
        self._shop.run(give_codes, self.without_code(), then=self._coded, asked_by=self)

    def _coded(self, changes: Changes) -> None:
        words = ngettext("{n} item has a code now.", "{n} items have codes now.", len(changes.items))
        self._shop.say("ok", words.format(n=fmt.number(len(changes.items))), _("Print their labels."), key="receive")
        self.read()

    def _chosen_template(self) -> LabelTemplate:
        place = self.template.currentIndex()
        return self._templates[place].template if 0 <= place < len(self._templates) else labels.SHELF

    def print_labels(self) -> None:
        """Send the labels to the label printer, as one job."""
        self._shop.run(
            label_service.queue, self.wanted(), self._chosen_template(), labels.Reason.RECEIVED, then=self._queued,
            failed=self._not_done, asked_by=self,
        )  # fmt: skip

    def print_one(self, wanted: Wanted) -> None:
        """Print the label of one item."""
        self._shop.run(
            label_service.queue, [wanted], self._chosen_template(), labels.Reason.RECEIVED, then=self._queued,
            failed=self._not_done, asked_by=self,
        )  # fmt: skip

    def _not_done(self, error: ShopError) -> None:
        self._shop.say("bad", error.sentence(), key="receive")

    def _queued(self, queued: label_service.Queued) -> None:
        self._shop.announce(queued.changes)
        words = ngettext("{n} label goes to the printer.", "{n} labels go to the printer.", queued.labels)
        self._shop.say("ok", words.format(n=fmt.number(queued.labels)), key="receive")

    def save_sheet(self) -> None:
        """Write the labels on sheets into a PDF file."""
        files.ask_save(self, _("Labels as PDF"), "labels.pdf", self._save)

    def _save(self, path: str) -> None:
        options = SheetOptions(str(self.sheet.currentData()), self.start.value())

        def made(content: bytes) -> None:
            self._shop.run(_write, path, content, then=self._saved, failed=self._not_done, asked_by=self)

        self._shop.run(
            label_service.sheets, self.wanted(), self._chosen_template(), options, then=made,
            failed=self._not_done, asked_by=self,
        )  # fmt: skip

    def _saved(self, path: str) -> None:
        self._shop.say("ok", _("The labels are in {path}.").format(path=path), key="receive")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)


def _write(_db: Db, path: str, content: bytes) -> str:
    return files.write(path, content)


def _pieces(qty: Qty) -> Qty:
    """Return how many labels goods of that quantity get: one a piece, one for what is weighed or measured."""
    return Qty(min(qty, _MOST * ONE)) if qty % ONE == 0 else ONE


def _whole(row: LabelRow) -> Qty:
    return _pieces(row.came)


def _no_code(row: LabelRow) -> list[Chip]:
    return [] if row.code else [Chip(_("no code"), "barcode", "warn")]
