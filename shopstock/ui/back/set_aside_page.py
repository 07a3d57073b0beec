"""Goods that are set aside: since when and why, and what becomes of them."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core.acting import Permission
from shopstock.core.document import Head
from shopstock.core.outcome import Changes
from shopstock.core.returns import Condition
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import Money, Qty
from shopstock.db import clock
from shopstock.queries import items, set_aside
from shopstock.queries.set_aside import SetAsideRow
from shopstock.queries.set_aside import Wanted as WantedOutcome
from shopstock.services import set_aside_goods
from shopstock.services.set_aside_goods import SetAside
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.back import words
from shopstock.ui.back.aside_forms import PutForm, SupplierForm
from shopstock.ui.back.page import Page
from shopstock.ui.back.write_off_page import Wanted
from shopstock.ui.orders.frame import EmptyPage, card, fit_columns
from shopstock.ui.receive.page import new_key
from shopstock.ui.receive.start_page import TickDelegate
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

#: The cause that a condition of returned goods suggests.
_CAUSES = {Condition.DAMAGED.value: "damage", Condition.EXPIRED.value: "expiry"}


class _Row(NamedTuple):
    key: str
    name: str
    second: str
    since: str
    why: str
    place: str
    qty: Qty
    unit: str
    value: Money | None
    ticked: bool
    wanted: WantedOutcome
    supplier: str


class SetAsidePage(Page):
    """The list. What is ticked (or selected) goes back to sale, is written off, or goes to the supplier."""

    write_off_asked = Signal(list)  # of write_off_page.Wanted

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self._by_key: dict[str, SetAsideRow] = {}
        self._ticks: set[str] = set()
        columns = [
            Column("ticked", "", width=52, text=lambda row: _("ticked") if row.ticked else ""),
            Column("name", _("Item"), weight=theme.MEDIUM, second="second", chips=_chips),
            Column("why", _("Why"), width=170),
            Column("since", _("Since"), width=150, token="ink2"),
            Column("place", _("Where"), width=150, token="ink2"),
            Column("qty", _("Quantity"), "qty", 112, theme.SEMIBOLD, unit="unit"),
        ]
        if self.sees_cost:
            columns.append(Column("value", _("Worth about"), "money", 112, token="ink2"))
        self._rows = RowsModel(columns, key="key", money_decimals=self.digits)
        self.table = Table(self._rows, _("Goods set aside"), row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self.table)
        self.table.setItemDelegate(TickDelegate(self.table))
        self.table.installEventFilter(self)
        self.table.clicked.connect(lambda index: self._tick(self._rows.row_at(index.row())))
        self.table.opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._tell())
        self.said = fields.label("", "label")
        self.sale_key = fields.Button(_("Back to sale"), fields.OUTLINE, icon="check", on_click=self.to_sale)
        self.off_key = fields.Button(_("Write it off"), icon="trash", on_click=self.write_off)
        self.supplier_key = fields.Button(_("To the supplier"), icon="truck", on_click=self.to_supplier)
        self.document_key = fields.Button(_("Its document"), icon="file-text", on_click=self._document)
        self.put_key = fields.Button(_("Set goods aside"), icon="archive", on_click=self.put_aside)
        foot = QHBoxLayout()
        foot.setSpacing(theme.S2)
        foot.addWidget(self.put_key)
        foot.addStretch(1)
        for key in (self.document_key, self.supplier_key, self.off_key, self.sale_key):
            foot.addWidget(key)
        self.first_key = fields.Button(_("Set goods aside"), fields.OUTLINE, icon="archive", on_click=self.put_aside)
        self.put_form = PutForm(shop)
        self.supplier_form = SupplierForm(shop, self.digits, sees_cost=self.sees_cost)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S3)
        column.addWidget(card(self.table), 1)
        column.addWidget(self.said)
        column.addLayout(foot)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(listed)
        self._stack.addWidget(
            EmptyPage(
                _("Nothing is set aside."),
                _("What comes in damaged, or comes back opened, lies here: on hand, and not for sale, until somebody"
                  " decides."),
                self.first_key,
            )
        )  # fmt: skip
        for form in (self.put_form, self.supplier_form):
            self._stack.addWidget(form)
            form.left.connect(self._leave)
            form.done.connect(self._done)
        self.column.addWidget(body, 1)
        self.setFocusProxy(self.table)

    def came_into_view(self) -> None:
        self.refresh()

    def changed(self, changes: Changes) -> None:
        if changes.items or changes.document is not None or "elsewhere" in changes.topics:
            self.refresh()

    def refresh(self) -> None:
        """Read the list."""
        self._shop.read(set_aside.rows, then=self._show, key=("set aside", id(self)), asked_by=self)

    def _show(self, rows: list[SetAsideRow]) -> None:
        self._by_key = {_key(row): row for row in rows}
        self._ticks &= set(self._by_key)
        self._fill()
        if rows and self.table.selected_row() is None:
            self.table.select(0)
        if self._form is None:
            self._stack.setCurrentIndex(0 if rows else 1)
        self._fit()

    @property
    def _form(self) -> PutForm | SupplierForm | None:
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, PutForm | SupplierForm) else None

    def _leave(self) -> None:
        self._stack.setCurrentIndex(0 if self._by_key else 1)
        self.setFocus()

    def _done(self, changes: Changes) -> None:
        form = self._form
        self._ticks.clear()
        self._leave()
        number = changes.document.number if changes.document is not None else ""
        if form is self.supplier_form:
            self.say("ok", _("Supplier return {number} is posted.").format(number=number))
        else:
            self.say("ok", _("Set aside."), _("The goods are on hand, and not for sale."))

    def _fill(self) -> None:
        self._rows.set_rows(_row(row, key in self._ticks) for key, row in self._by_key.items())
        self._tell()

    def chosen(self) -> list[SetAsideRow]:
        """Return what is ticked, else what is selected."""
        if self._ticks:
            return [row for key, row in self._by_key.items() if key in self._ticks]
        row: _Row | None = self.table.selected_row()
        return [self._by_key[row.key]] if row is not None and row.key in self._by_key else []

    def _tell(self) -> None:
        chosen = self.chosen()
        value = sum(row.value or 0 for row in chosen) if self.sees_cost else None
        said = ngettext("one row", "{n} rows", len(chosen)).format(n=fmt.number(len(chosen)))
        if value:
            said += " · " + _("worth about {amount}").format(amount=fmt.money(value, self.digits))
        self.said.setText(said if chosen else _("Tick what is decided about, or scan it."))
        self.sale_key.setEnabled(bool(chosen) and self.may(Permission.TRANSFER))
        self.off_key.setEnabled(bool(chosen))
        self.supplier_key.setVisible(self.may(Permission.SUPPLIER_RETURN))
        self.put_key.setVisible(self.may(Permission.TRANSFER))
        self.first_key.setVisible(self.may(Permission.TRANSFER))
        self.supplier_key.setEnabled(bool(chosen))
        self.document_key.setEnabled(len(chosen) == 1 and chosen[0].document is not None)

    def _tick(self, row: _Row | None) -> None:
        if row is not None:
            self._ticks ^= {row.key}
            self._fill()

    # -- deeds --------------------------------------------------------------------------------------------------------

    def to_sale(self) -> None:
        """Put the chosen goods back where they are sold from."""
        chosen = self.chosen()
        if chosen:
            goods = [SetAside(row.item_id, row.qty, row.location_id) for row in chosen]
            head = Head(new_key(), clock.now(), note=_("Back to sale"))
            self._shop.run(set_aside_goods.back, head, goods, then=self._back, asked_by=self)

    def _back(self, _changes: Changes) -> None:
        self._ticks.clear()
        self.say("ok", _("Back to sale."), _("The goods are available again."))

    def write_off(self) -> None:
        """Begin a write-off with the chosen goods."""
        chosen = self.chosen()
        self._ticks.clear()
        if chosen:
            self.write_off_asked.emit([
                Wanted(row.item_id, row.sku, row.name, row.unit, row.qty, row.location_id,
                       _CAUSES.get(row.condition, ""))
                for row in chosen
            ])  # fmt: skip

    def put_aside(self) -> None:
        """Scan sound goods that are to be set aside."""
        self.put_form.begin()
        self._stack.setCurrentWidget(self.put_form)
        self.put_form.why.setFocus()

    def to_supplier(self) -> None:
        """Send what was chosen back to its supplier; of several suppliers, the goods of the first."""
        chosen = self.chosen()
        first = next((row for row in chosen if row.supplier), None)
        if first is None:
            if chosen:
                self.say("warn", _("No supplier is known for these goods."), _("Choose one on the item's card."))
            return
        mine = [row for row in chosen if row.supplier_id == first.supplier_id]
        self.supplier_form.begin(first.supplier, mine)
        self._stack.setCurrentWidget(self.supplier_form)
        self.supplier_form.number.setFocus()
        others = sorted({row.supplier or _("nobody") for row in chosen} - {first.supplier})
        if others:
            self.say(
                "info", _("One return for each supplier: {supplier} first.").format(supplier=first.supplier),
                _("What is from {others} waits in the list.").format(others=", ".join(others)),
            )  # fmt: skip

    def _document(self) -> None:
        chosen = self.chosen()
        if chosen and chosen[0].document is not None:
            self.document_asked.emit(chosen[0].document.id)

    def _open(self, row: _Row | None) -> None:
        if row is not None:
            self._tick(row)

    # -- scans and keys -----------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Tick what was scanned, or hand it to the form that is open."""
        if self._form is not None:
            self._form.on_scan(scan)
            return
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(items.by_code, scan.code, acting.location_id, then=self._scanned, asked_by=self)

    def _scanned(self, found: items.Found | None) -> None:
        keys = [key for key, row in self._by_key.items() if found is not None and row.item_id == found.id]
        wanted = next((key for key in keys if key not in self._ticks), keys[0] if keys else "")
        if not wanted:
            sounds.no()
            self.say("warn", _("That is not among what is set aside."))
            return
        sounds.yes()
        self._ticks.add(wanted)
        self._fill()
        place = self._rows.index_of(wanted)
        self.table.select(place)
        self.table.flash(place)

    def escape(self) -> bool:
        if self._form is not None:
            self._leave()
            return True
        if self._ticks:
            self._ticks.clear()
            self._fill()
            return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            self._tick(self.table.selected_row())
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit_columns(self.table, ("place", "value"), 240, width=self.width())


def _key(row: SetAsideRow) -> str:
    return f"{row.item_id}|{row.location_id}|{row.document.id if row.document else 0}|{row.line_id or 0}"


def _row(row: SetAsideRow, ticked: bool) -> _Row:
    since = fmt.EMPTY
    if row.since is not None:
        days = ngettext("one day", "{n} days", row.days).format(n=fmt.number(row.days))
        since = f"{fmt.day(clock.day_of(row.since))} · {days}" if row.days else fmt.instant(row.since)
    why = row.why or (Condition(row.condition).words if row.condition else fmt.EMPTY)
    second = " · ".join(part for part in (row.sku, row.document.number if row.document else "", row.supplier) if part)
    unit = "" if row.unit == "piece" else row.unit
    return _Row(
        _key(row), row.name, second, since, why, words.short_place(row.place), row.qty, unit,
        row.value, ticked, row.wanted, row.supplier
    )  # fmt: skip


def _chips(row: _Row) -> list[Chip]:
    return [Chip(_("to the supplier"), "truck", "accent")] if row.wanted == WantedOutcome.SUPPLIER else []
