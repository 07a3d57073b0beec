"""The last step: what booking in does, how a transfer ended, and what became of goods that did not arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.core.transfers import ON_THE_WAY, TransferState
from shopstock.core.units import ItemId, Qty
from shopstock.queries.causes import Cause
from shopstock.queries.transfers import Transfer
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.fields import QtyEdit
from shopstock.ui.movement_words import document_words
from shopstock.ui.receive.page import card, table_card
from shopstock.ui.receive.panels import SidePanel
from shopstock.ui.receive.post_page import Said, Sentences
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.sell.panel import Form
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.table import Table
from shopstock.ui.transfers import words
from shopstock.ui.transfers.tally import Tally


class ShortRow(NamedTuple):
    """Goods that did not arrive."""

    item_id: ItemId
    name: str
    sku: str
    qty: Qty


class ShortPanel(SidePanel):
    """What became of goods that did not arrive: still coming, came back, or lost for a cause."""

    def __init__(
        self, row: ShortRow, causes: Sequence[Cause], take: Callable[[Qty, str, str], object], *, may_lose: bool
    ) -> None:
        super().__init__(row.name, _("{qty} did not arrive.").format(qty=fmt.qty(row.qty)))
        self._row, self._take = row, take
        form = Form(pad=False)
        self.qty = QtyEdit(_("How many"))
        form.add_field(_("How many"), self.qty)
        self.qty.write(row.qty)
        self.add(form)
        self.cause = QComboBox()
        self.cause.setAccessibleName(_("Cause"))
        for one in causes:
            self.cause.addItem(one.name, one.key)
        choices = [
            ("coming", _("Still coming"), _("They stay on their way")),
            ("came_back", _("They came back"), _("Back to where they were taken from")),
            ("lost", _("They are lost"), _("Written off at cost, for the cause above")),
        ]
        self.keys: dict[str, TillButton] = {}
        for how, text, plain in choices:
            if how == "lost":
                if not may_lose or not causes:
                    continue
                self.parts.addSpacing(theme.S3)
                self.add(fields.label(_("Cause"), "label", theme.SMALL), self.cause)
            key = TillButton(text, stacked=True, height=60)
            key.show_text(text, plain)
            key.clicked.connect(partial(self._chosen, how))
            self.keys[how] = key
            self.add(key)
        self.parts.addStretch(1)
        self.first = self.keys["coming"]

    def _chosen(self, how: str, _checked: bool = False) -> None:
        qty = self.qty.read()
        if qty is None or not 0 < qty <= self._row.qty:
            self.say(_("Type how many, 1 to {most}.").format(most=fmt.qty(self._row.qty)))
            self.qty.setFocus()
            return
        self._take(Qty(qty), how, str(self.cause.currentData()) if how == "lost" else "")


class EndStep(QWidget):
    """The step. ``book_asked`` books in what is counted (true: that is all); ``settle_asked`` names a short row."""

    book_asked = Signal(bool)
    settle_asked = Signal(object)  # ShortRow
    done_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame, column = card(padding=theme.S6, spacing=theme.S4)
        self._title = fields.label("", "", theme.TITLE, theme.MEDIUM)
        self._title.setWordWrap(True)
        self.sentences = Sentences(_("What arrived"))
        self._short = RowsModel(
            (
                Column("name", _("Did not arrive"), weight=theme.MEDIUM, second="sku"),
                Column("qty", _("Short"), "qty", 120, theme.SEMIBOLD, theme.TITLE),
            )
        )
        self.short = Table(self._short, _("Goods that did not arrive"), row_height=theme.ROW_TWO_LINES)
        self._short.setParent(self.short)
        self.short.opened.connect(self.settle_asked)
        self.short.clicked.connect(lambda index: self.settle_asked.emit(self._short.row_at(index.row())))
        self._short_card = table_card(self.short)
        self._wait = fields.label("", "bad")
        self._wait.setWordWrap(True)
        self.rest_key = TillButton(
            _("Arrived, the rest is still on its way"), kind="outline", icon="truck", height=theme.MAIN_ACTION
        )
        self.main_key = TillButton(
            "", kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True, keycap="F9"
        )
        self.main_key.setMinimumWidth(240)
        self.rest_key.clicked.connect(lambda _checked=False: self.book_asked.emit(False))
        self.main_key.clicked.connect(lambda _checked=False: self.press())
        foot = QHBoxLayout()
        foot.setSpacing(theme.S3)
        foot.addWidget(self._wait, 1)
        foot.addWidget(self.rest_key)
        foot.addWidget(self.main_key)
        column.addWidget(self._title)
        column.addWidget(self.sentences, 1)
        column.addWidget(self._short_card, 1)
        column.addLayout(foot)
        self.side, self._side_column = card(padding=0)
        self.side.setFixedWidth(344)
        self.side.hide()
        self.panel: SidePanel | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S4)
        layout.addWidget(frame, 1)
        layout.addWidget(self.side)
        self.setFocusProxy(self.main_key)
        self._books = False

    def press(self) -> None:
        """F9: book in as all there is, or go back to the list."""
        if self._books:
            self.book_asked.emit(True)
        else:
            self.done_asked.emit()

    def show_counted(self, transfer: Transfer, tally: Tally) -> None:
        """Say what booking in does."""
        self._books = bool(tally.counted())
        self._short_card.setVisible(False)
        if not self._books:
            self.show_ended(transfer)
            return
        missing = missing_of(tally)
        self._title.setText(_("This is booked in at {place}").format(place=transfer.head.to_place))
        self.sentences.say(before(transfer, tally))
        unknown = [row.code for row in tally.rows if row.unknown]
        wait = _("{code} is no item. Find it or skip it first.").format(code=unknown[0]) if unknown else ""
        self._wait.setText(wait)
        self.main_key.waiting = bool(wait)
        self.main_key.show_text(_("That is all") if missing else _("Book in"))
        self.rest_key.setVisible(bool(missing))

    def show_ended(self, transfer: Transfer) -> None:
        """Say how a transfer stands, and ask about what is short."""
        self._books = False
        head = transfer.head
        short = short_of(transfer) if head.state in ON_THE_WAY and head.unpacked else []
        if short:
            title = _("Some of {number} did not arrive").format(number=head.number)
        elif head.state is TransferState.ARRIVED:
            title = _("{number} has arrived").format(number=head.number)
        elif head.state is TransferState.CANCELLED:
            title = _("{number} is cancelled").format(number=head.number)
        else:
            title = _("{number} is on its way").format(number=head.number)
        self._title.setText(title)
        self.sentences.say(after(transfer))
        self._short.set_rows(short)
        self._short_card.setVisible(bool(short))
        if short and self.short.selected_row() is None:
            self.short.select(0)
        self._wait.setText(_("F3, or Enter on a line, says what became of it.") if short else "")
        self.rest_key.hide()
        self.main_key.waiting = False
        self.main_key.show_text(_("Back to the list"))

    # -- the panel --------------------------------------------------------------------------------------------------

    def first_short(self) -> ShortRow | None:
        """Return the selected short row, or the first."""
        if self._short_card.isHidden():
            return None
        row: ShortRow | None = self.short.selected_row() or self._short.row_at(0)
        return row

    def open_panel(self, panel: SidePanel) -> None:
        """Ask at the side."""
        self.close_panel()
        self.panel = panel
        panel.setProperty("role", "bare")
        panel.closed.connect(self.close_panel)
        self._side_column.addWidget(panel)
        self.side.show()
        (panel.first if panel.first is not None else panel).setFocus()

    def close_panel(self) -> bool:
        """Close the question; tell whether there was one."""
        panel, self.panel = self.panel, None
        self.side.hide()
        if panel is not None:
            self._side_column.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
            self.main_key.setFocus()
        return panel is not None


def short_of(transfer: Transfer) -> list[ShortRow]:
    """Return what is short of a transfer that was unpacked."""
    return [
        ShortRow(row.item_id, row.name, row.sku, row.figures.in_transit)
        for row in transfer.rows
        if row.figures.in_transit > 0
    ]


def missing_of(tally: Tally) -> list[tuple[Qty, str]]:
    """Return what was sent and is neither booked nor counted."""
    rows = [
        (Qty((line.wanted or 0) - line.booked - tally.held(line.item_id).all), line.name)
        for line in tally.lines.values()
    ]
    return [(qty, name) for qty, name in rows if qty > 0]


def before(transfer: Transfer, tally: Tally) -> list[Said]:
    """Say what booking in does."""
    said: list[Said] = []
    good: list[str] = []
    damaged: list[str] = []
    over: list[str] = []
    unasked: list[str] = []
    for line, held in tally.counted():
        if held.good:
            good.append(words.pieces(held.good, line.name))
        if held.damaged:
            damaged.append(words.pieces(held.damaged, line.name))
        beyond = line.booked + held.all - (line.wanted or 0)
        if beyond > 0:
            (over if line.wanted is not None else unasked).append(words.pieces(Qty(beyond), line.name))
    missing = [words.pieces(*one) for one in missing_of(tally)]
    sender = transfer.head.from_place
    for names, fact, plain, icon, tone in (
        (good, _("For sale: {names}"), _("Each at its home place, or where it was put by scan."), "check", "ok"),
        (damaged, _("Set aside as damaged: {names}"), _("Ours, but not for sale."), "archive", "warn"),
        (over, _("More than was sent: {names}"), _("Booked from {place}."), "plus", "warn"),
        (unasked, _("Not on the slip: {names}"), _("Booked from {place}."), "plus", "warn"),
        (missing, _("Not here: {names}"), _("“That is all” asks what became of them."),
         "circle-minus", "warn"),
    ):  # fmt: skip
        if names:
            said.append(Said(fact.format(names=words.listed(names, 6)), plain.format(place=sender), icon, tone))
    return said


def after(transfer: Transfer) -> list[Said]:
    """Say what became of every piece, and which documents say so."""
    said: list[Said] = []
    for field, fact, icon, tone in (
        ("arrived", _("Arrived: {names}"), "check", "ok"),
        ("damaged", _("Set aside as damaged: {names}"), "archive", "warn"),
        ("over", _("More than was sent: {names}"), "plus", "warn"),
        ("came_back", _("Came back: {names}"), "arrow-back-up", "warn"), ("lost", _("Lost: {names}"), "trash", "bad"),
        ("in_transit", _("On the way: {names}"), "truck", "warn"),
    ):  # fmt: skip
        found = [words.pieces(qty, row.name) for row in transfer.rows if (qty := getattr(row.figures, field)) > 0]
        if found:
            said.append(Said(fact.format(names=words.listed(found, 6)), "", icon, tone))
    for posted in transfer.documents:
        reversed_ = _("reversed") if posted.reversed else ""
        text = document_words(posted.document.kind, posted.document.number)
        said.append(Said(text, " · ".join(part for part in (fmt.instant(posted.at), reversed_) if part), "file-text"))
    return said
