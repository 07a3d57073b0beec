"""The two forms of the page of goods set aside: what is put aside now, and what goes back to its supplier.

Each lies in the place of the list, takes figures in its rows, and says what it posts before it posts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.acting import Acting
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId, LineId, LocationId, Money, Qty, share
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import items
from shopstock.queries.items import Found
from shopstock.queries.set_aside import SetAsideRow
from shopstock.services import set_aside_goods
from shopstock.services.set_aside_goods import SetAside
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.back import look_ups, words
from shopstock.ui.back.look_ups import Looked
from shopstock.ui.orders.frame import EmptyPage, card
from shopstock.ui.receive.figures import FigureColumn, FiguresTable
from shopstock.ui.receive.page import new_key
from shopstock.ui.rows import Column
from shopstock.ui.shop import Shop


class _AsideForm(QWidget):
    """What both forms are: rows with figures above, what is said and done below. ``left`` closes the form."""

    left = Signal()
    done = Signal(object)  # Changes

    def __init__(self, shop: Shop, heading: str, table: FiguresTable, post_key: fields.Button) -> None:
        super().__init__()
        self._shop = shop
        self._key = new_key()
        self.table = table
        self.post_key = post_key
        self.heading = fields.title(heading)
        self.leave_key = fields.Button(_("Back to the list"), key="Esc", on_click=self.left.emit)
        head = QHBoxLayout()
        head.setSpacing(theme.S3)
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.leave_key)
        self.said = fields.label("", "label")
        self.why = QLineEdit()
        self.why.setMaxLength(120)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(theme.S2)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.S3)
        self.column.addLayout(head)
        self.rows_card = card(table)
        self.column.addWidget(self.rows_card, 1)
        self.column.addWidget(self.said)
        self.column.addLayout(self.foot)
        self.why.textChanged.connect(lambda _text: self.tell())
        self.why.returnPressed.connect(self._why_entered)
        self.setFocusProxy(table)

    def say(self, level: str, fact: str, plain: str = "") -> None:
        """Say something in the message bar."""
        self._shop.say(level, fact, plain, key="back")

    def tell(self) -> None:
        """Say what would be posted, and whether it can be."""

    def _why_entered(self) -> None:
        if self.post_key.isEnabled():
            self.post_key.click()

    def posted(self, changes: Changes) -> None:
        """Leave: the next time begins with a key of its own."""
        self._key = new_key()
        self.done.emit(changes)


class _Aside(NamedTuple):
    key: str
    item_id: ItemId
    name: str
    second: str
    qty: Qty
    unit: str
    location_id: LocationId
    place: str


class PutForm(_AsideForm):
    """Scan sound goods, say why, and set them aside from where they lie."""

    def __init__(self, shop: Shop) -> None:
        columns = [
            Column("name", _("Item"), weight=theme.MEDIUM, second="second"),
            Column("place", _("From"), width=220, token="ink2"),
            Column("qty", _("Quantity"), "qty", 130, theme.SEMIBOLD, unit="unit"),
        ]
        table = FiguresTable(_("Goods to set aside"), columns, FigureColumn("qty", "qty"))
        post_key = fields.Button(_("Set aside"), fields.PRIMARY, icon="archive", on_click=self.post)
        super().__init__(shop, _("Set goods aside"), table, post_key)
        self.why.setPlaceholderText(_("Why they are set aside"))
        self.why.setAccessibleName(_("Why they are set aside"))
        self.foot.addWidget(self.why, 1)
        self.foot.addWidget(post_key)
        self._names: dict[LocationId, str] = {}
        self._empty = EmptyPage(
            _("Nothing is scanned yet."), _("Scan what is not to be sold until somebody decides. It stays on hand.")
        )
        self.column.insertWidget(1, self._empty, 1)
        table.entered.connect(self._entered)
        self.tell()

    def begin(self) -> None:
        """Begin with nothing."""
        self._key = new_key()
        self.table.show_rows([])
        self.why.setText("")
        self._shop.read(look_ups.basis, then=self._told, key=("aside basis", id(self)), asked_by=self)
        self.tell()
        self.why.setFocus()

    def _told(self, basis: look_ups.Basis) -> None:
        self._names = {place.id: words.short_place(place.path) for place in basis.places}

    def on_scan(self, scan: Scan) -> None:
        """Add what was scanned."""
        self._shop.read(_look_up, scan.code, then=self._scanned, asked_by=self)

    def _scanned(self, looked: Looked) -> None:
        found, place = looked.found, looked.location_id
        if found is None or place is None:
            sounds.no()
            self.say("warn", _("No item has this code."), _("Scan goods of the shop."))
            return
        sounds.yes()
        key = f"{found.id}|{place}"
        rows: list[_Aside] = list(self.table.rows())
        at = next((number for number, row in enumerate(rows) if row.key == key), len(rows))
        if at == len(rows):
            rows.append(_aside(key, found, place, self._names.get(place, "")))
        else:
            rows[at] = rows[at]._replace(qty=Qty(rows[at].qty + found.qty))
        self.table.show_rows(rows)
        self.table.select_key(key)
        self.tell()

    def _entered(self, row: _Aside, figure: int) -> None:
        if figure > 0:
            self.table.replace_row(row._replace(qty=Qty(figure)))
        else:
            self.table.show_rows([one for one in self.table.rows() if one.key != row.key])
        self.tell()

    def tell(self) -> None:
        rows = self.table.rows()
        self._empty.setVisible(not rows)
        self.rows_card.setVisible(bool(rows))
        said = ngettext("one row", "{n} rows", len(rows)).format(n=fmt.number(len(rows)))
        if not rows:
            said = ""
        elif not self.why.text().strip():
            said += " · " + _("say why they are set aside")
        self.said.setText(said)
        self.post_key.setEnabled(bool(rows) and bool(self.why.text().strip()))

    def post(self) -> None:
        """Set the goods aside."""
        head = Head(self._key, clock.now(), note=self.why.text().strip())
        goods = [Goods(row.item_id, row.qty, location_id=row.location_id) for row in self.table.rows()]
        self._shop.run(set_aside_goods.put, head, goods, then=self.posted, asked_by=self)


def _look_up(db: Db, acting: Acting, code: str) -> Looked:
    return look_ups.look_up(db, acting, code, None, "", items.code_rules_of(db))


def _aside(key: str, found: Found, place: LocationId, where: str) -> _Aside:
    return _Aside(key, found.id, found.name, found.sku, found.qty, _unit(found.unit), place, where)


def _unit(unit: str) -> str:
    return "" if unit == "piece" else unit


class _Going(NamedTuple):
    key: str
    name: str
    second: str
    place: str
    left: Qty
    qty: Qty
    unit: str
    value: Money | None
    row: SetAsideRow


class SupplierForm(_AsideForm):
    """What was chosen in the list goes back to its supplier: how much, under which number, for which credit."""

    def __init__(self, shop: Shop, digits: int, *, sees_cost: bool) -> None:
        columns = [
            Column("name", _("Item"), weight=theme.MEDIUM, second="second"),
            Column("place", _("Where"), width=170, token="ink2"),
            Column("left", _("Set aside"), "qty", 112, token="ink2", unit="unit"),
            Column("qty", _("Goes back"), "qty", 130, theme.SEMIBOLD, unit="unit"),
        ]
        if sees_cost:
            columns.append(Column("value", _("It cost about"), "money", 120, token="ink2"))
        table = FiguresTable(_("Goods for the supplier"), columns, FigureColumn("qty", "qty"), digits=digits)
        post_key = fields.Button(_("It goes back"), fields.PRIMARY, icon="truck", on_click=self.post)
        super().__init__(shop, _("Back to the supplier"), table, post_key)
        self._digits, self._sees_cost, self._supplier = digits, sees_cost, ""
        self.number = QLineEdit()
        self.number.setMaxLength(80)
        self.number.setPlaceholderText(_("Number of the return"))
        self.number.setAccessibleName(_("Number of the return"))
        self.why.setPlaceholderText(_("Why it goes back"))
        self.why.setAccessibleName(_("Why it goes back"))
        self.credit = fields.MoneyEdit(_("Credit in all"))
        self.credit.setPlaceholderText(_("Credit in all"))
        self.credit.setToolTip(_("What the supplier gives back for it, if that is not what it cost"))
        self.credit.setFixedWidth(140)
        theme.style_font(self.credit, theme.BODY)
        for part, stretch in ((self.number, 1), (self.why, 1), (self.credit, 0), (post_key, 0)):
            self.foot.addWidget(part, stretch)
        self.credit.setVisible(sees_cost)
        table.entered.connect(self._entered)

    def begin(self, supplier: str, chosen: Sequence[SetAsideRow]) -> None:
        """Begin with rows of one supplier, all of each."""
        self._key, self._supplier = new_key(), supplier
        self.heading.setText(_("Back to {supplier}").format(supplier=supplier))
        for field in (self.number, self.credit):
            field.setText("")
        self.why.setText(next((row.why for row in chosen if row.why), ""))
        self.table.show_rows([
            _Going(
                f"{row.item_id}|{row.location_id}|{row.line_id}", row.name, row.sku, words.short_place(row.place),
                row.qty, row.qty, _unit(row.unit), row.value, row,
            )
            for row in chosen
        ])  # fmt: skip
        self.tell()
        self.number.setFocus()

    def on_scan(self, scan: Scan) -> None:
        """Find the row of what was scanned."""
        self._shop.read(_look_up, scan.code, then=self._scanned, asked_by=self)

    def _scanned(self, looked: Looked) -> None:
        found = looked.found
        row = next((one for one in self.table.rows() if found is not None and one.row.item_id == found.id), None)
        if row is None:
            sounds.no()
            self.say("warn", _("That is not among what goes back."))
            return
        sounds.yes()
        self.table.select_key(row.key)

    def _entered(self, row: _Going, figure: int) -> None:
        if figure > row.left:
            sounds.no()
            most = fmt.qty(row.left)
            self.say("warn", _("No more than {qty} of {item} is set aside.").format(qty=most, item=row.name))
        qty = Qty(max(0, min(figure, row.left)))
        value = row.row.value
        self.table.replace_row(row._replace(qty=qty, value=None if value is None else share(value, qty, row.left)))
        self.tell()

    def _going(self) -> list[_Going]:
        return [row for row in self.table.rows() if row.qty]

    def tell(self) -> None:
        going = self._going()
        said = ngettext("{n} line goes back", "{n} lines go back", len(going)).format(n=fmt.number(len(going)))
        if self._sees_cost and going:
            cost = fmt.money(sum(row.value or 0 for row in going), self._digits)
            said += " · " + _("it cost about {amount}").format(amount=cost)
        self.said.setText(said)
        self.post_key.setEnabled(bool(going))

    def post(self) -> None:
        """Post one supplier return."""
        going = self._going()
        total = self.credit.read() if self.credit.text().strip() else None
        if self.credit.text().strip() and total is None:
            self.credit.setFocus()
            return
        credits = _credits(total, going)
        goods = [
            SetAside(row.row.item_id, row.qty, row.row.location_id, _receipt_line(row.row), credit)
            for row, credit in zip(going, credits, strict=True)
        ]
        head = Head(
            self._key, clock.now(), reference=self.number.text().strip(), party=self._supplier,
            note=self.why.text().strip(),
        )  # fmt: skip
        self._shop.run(set_aside_goods.to_supplier, head, goods, then=self.posted, asked_by=self)


def _receipt_line(row: SetAsideRow) -> LineId | None:
    """Return the line of the goods receipt that a row came in damaged with."""
    return row.line_id if row.document is not None and row.document.kind == "goods_receipt" else None


def _credits(total: Money | None, going: Sequence[_Going]) -> list[Money | None]:
    """Split a credit over the lines by what they cost, else by their number; the last takes the remainder."""
    if total is None:
        return [None] * len(going)
    weights = [int(row.value or 0) for row in going]
    if not any(weights):
        weights = [1] * len(going)
    parts: list[Money | None] = []
    left, whole = int(total), sum(weights)
    for weight in weights:
        part = share(Money(left), Qty(weight), Qty(whole)) if whole else Money(0)
        parts.append(part)
        left, whole = left - int(part), whole - weight
    return parts
