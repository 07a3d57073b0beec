"""The rows of the open sale: goods, goods that come back, and red rows with their actions in the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from shopstock.core.cart import Cart
from shopstock.core.cart_lines import CartLine
from shopstock.core.pricing import Totals
from shopstock.core.returns import Condition, Outcome
from shopstock.core.text import _
from shopstock.core.units import ItemId, Money, Qty
from shopstock.queries.lots import LotHere
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.sell import single_goods
from shopstock.ui.table import EDGE_PAD, RowDelegate, Table

_ACTION_HEIGHT = 44
_LTR = "\N{LEFT-TO-RIGHT MARK}"  # keeps sign and figure in their order where text runs from the right
_NARROW = 700
_COLUMNS = (122, 82, 104)  # quantity, price, amount: at least
_NARROW_COLUMNS = (102, 66, 92)
_HEAD = 30  # with the two hairlines of the card 32: eight rows fit a window of 800
_ANY = QModelIndex | QPersistentModelIndex


NO_LOTS: Mapping[ItemId, Sequence[LotHere]] = {}
#: The name of a row that has no second line stands in the middle.
_NAME_ALONE = Column("name", "", weight=theme.MEDIUM, chips=lambda row: row.chips)


class LineRow(NamedTuple):
    """One row as it is shown; ``amount`` is negative for goods that come back."""

    uid: int
    name: str
    qty: Qty | None
    unit: str
    price: Money | None
    amount: Money | None
    unknown: bool = False
    code: str = ""
    chips: tuple[Chip, ...] = ()
    note: str = ""
    expired: bool = False


def rows_of(
    cart: Cart, totals: Totals, on_hand: Mapping[ItemId, Qty], lots: Mapping[ItemId, Sequence[LotHere]] = NO_LOTS
) -> list[LineRow]:
    """Turn a priced cart into its rows; ``on_hand`` and ``lots`` are what the system says of items that are here."""
    priced = {line.line.uid: line for line in totals.lines}
    leaving: Counter[ItemId] = Counter()
    for line in cart.lines:
        if not line.comes_back:
            leaving[line.item_id] += line.qty
    short = {item_id: qty for item_id, qty in on_hand.items() if leaving[item_id] > qty}
    rows = []
    for line in cart.lines:
        if line.unknown:
            rows.append(LineRow(line.uid, _("Unknown code"), None, "", None, None, True, line.code))
            continue
        found = priced[line.uid]
        chips, note, expired = tuple(_chips(line, short)), "", False
        if line.tracks:
            here = lots.get(line.item_id, ())
            chips = (*single_goods.chips(line, here), *chips)
            note, expired = single_goods.note(line, here), bool(single_goods.expired_on(line, here))
        if line.comes_back:
            where = _("from sale {number}").format(number=line.of_number) if line.of_number else _("without receipt")
            note = " · ".join(part for part in (where, note) if part)
        rows.append(
            LineRow(
                line.uid, line.description, Qty(-line.qty) if line.comes_back else line.qty,
                "" if line.unit == "piece" else line.unit, line.unit_price, Money(found.sign * found.charged),
                False, line.code, chips, note, expired,
            )
        )  # fmt: skip
    return rows


def _chips(line: CartLine, short: Mapping[ItemId, Qty]) -> Iterable[Chip]:
    if line.comes_back:
        yield _back_chip(line)
        if not line.of_number and line.unit_price < line.list_price:
            yield Chip(_("Lowest price"), "tag", "plain")
    if line.discount_percent:
        yield Chip(f"{_LTR}{fmt.MINUS}{fmt.qty(line.discount_percent)} %{_LTR}", "", "accent")
    elif line.discount_amount:
        yield Chip(fmt.money(-line.discount_amount), "", "accent")
    if not line.comes_back and line.unit_price != line.list_price:
        yield Chip(_("Price changed"), "edit", "accent")
    if line.item_id in short and not line.comes_back:
        yield Chip(_("System says {qty}").format(qty=fmt.qty(short[line.item_id])), "circle-minus", "warn")


def _back_chip(line: CartLine) -> Chip:
    """Return what stands for goods that come back: nothing more is said of those that are as new and for sale again."""
    if line.condition == Condition.AS_NEW and line.outcome == Outcome.STOCK:
        return Chip(_("Comes back"), "arrow-back-up", "accent")
    words = f"{line.condition.words}: {line.outcome.words}" if line.stocked else line.condition.words
    return Chip(words, "trash" if line.outcome == Outcome.WRITE_OFF else "arrow-back-up", "warn")


@lru_cache(maxsize=8192)
def _width(kind: str, value: int, decimals: int, size: int, weight: QFont.Weight) -> int:
    """Return how wide a figure is painted; the same figures come again with every row that is added."""
    text = fmt.qty(value) if kind == "qty" else fmt.money(value, decimals)
    return QFontMetrics(theme.font(size, weight)).horizontalAdvance(text)


class _Delegate(RowDelegate):
    """Paints a red row as words and code; its actions are real buttons laid over it."""

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: _ANY, tinted: bool
    ) -> None:
        if not row.unknown:
            column = column if row.note or not column.second else _NAME_ALONE
            super().paint_cell(painter, view, inner, column, row, index, tinted)
            return
        if index.column():
            return
        t = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = inner.adjusted(2, 0, 0, 0)
        spot = QRect(0, 0, 20, 20)
        spot.moveCenter(QPoint(0, inner.center().y()))
        rtl = view.isRightToLeft()
        if rtl:
            spot.moveRight(inner.right())
            inner = inner.adjusted(0, 0, -28, 0)
        else:
            spot.moveLeft(inner.left())
            inner = inner.adjusted(28, 0, 0, 0)
        icons.paint(painter, "alert-triangle", spot, t.bad)
        half = inner.height() // 2
        painter.setPen(t.color("bad"))
        painter.setFont(theme.font(theme.BODY, theme.MEDIUM))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(inner.left(), inner.top() + 4, inner.width(), half - 4), side, row.name)
        small = theme.font(theme.SMALL, theme.MEDIUM)
        painter.setFont(small)
        painter.setPen(t.color("ink"))
        # The first cell is narrow beside the buttons: the code may use what they leave.
        room = max(inner.width(), 60)
        painter.drawText(
            QRect(inner.left(), inner.top() + half + 1, room, half - 6), side,
            QFontMetrics(small).elidedText(row.code, Qt.TextElideMode.ElideMiddle, room),
        )  # fmt: skip


class _RedActions(QWidget):
    """Find, open price, new item: the cures of one red row."""

    pressed = Signal(int, str)

    def __init__(self, uid: int, code: str, may_create: bool, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(theme.S2)
        row.addStretch(1)
        actions = [("find", _("Find")), ("price", _("Open price"))]
        if may_create:
            actions.append(("new", _("New item")))
        for name, text in actions:
            button = QPushButton(text)
            button.setProperty("kind", "bad")
            button.setFixedHeight(_ACTION_HEIGHT)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(_("{action} for unknown code {code}").format(action=text, code=code))
            theme.style_font(button, theme.BODY, theme.MEDIUM)
            button.clicked.connect(lambda _checked=False, n=name: self.pressed.emit(uid, n))
            row.addWidget(button)


class SaleTable(Table):
    """The open sale. ``tapped`` names the row that a finger or the mouse touched; the table takes no focus itself."""

    tapped = Signal(int)
    red_action = Signal(int, str)  # uid, "find" | "price" | "new"

    def __init__(self, decimals: int, parent: QWidget | None = None) -> None:
        columns = (
            replace(_NAME_ALONE, title=_("Item"), second="note"),
            Column("qty", _("Quantity"), "qty", 122, size=theme.TITLE, unit="unit"),
            Column("price", _("Price"), "money", 82, token="ink2"),
            Column("amount", _("Amount"), "money", 104, weight=theme.SEMIBOLD, size=theme.TITLE),
        )
        self.sale_rows = RowsModel(columns, money_decimals=decimals)
        self.sale_rows.tone_of = lambda row: "bad" if row.unknown else "warn" if row.expired else None
        super().__init__(self.sale_rows, _("Open sale"), parent, row_height=theme.ROW_TILL, head_height=_HEAD)
        self.sale_rows.setParent(self)
        self.setItemDelegate(_Delegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.may_create = True
        self._actions: dict[int, _RedActions] = {}
        self._empty = _Empty(self.viewport())
        self.verticalScrollBar().valueChanged.connect(self._place_actions)

    def show_rows(self, rows: list[LineRow], selected: int) -> None:
        """Show the sale and select the row that the next quantity acts on."""
        self.sale_rows.set_rows(rows)
        self._fit_columns(rows)
        number = self.sale_rows.index_of(selected)
        if number >= 0:
            self.select(number)
        else:
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        self._empty.setVisible(not rows)
        wanted = {row.uid: row.code for row in rows if row.unknown}
        for uid in [uid for uid in self._actions if uid not in wanted]:
            self._actions.pop(uid).deleteLater()
        for uid, code in wanted.items():
            if uid not in self._actions:
                actions = _RedActions(uid, code, self.may_create, self.viewport())
                actions.pressed.connect(self.red_action)
                self._actions[uid] = actions
        self._place_actions()

    def flash_line(self, uid: int) -> None:
        """Let the row of a line glow: it was just scanned."""
        number = self.sale_rows.index_of(uid)
        if number >= 0:
            self.flash(number)

    def actions_of(self, uid: int) -> list[QPushButton]:
        """Return the buttons of a red row."""
        return self._actions[uid].findChildren(QPushButton)

    def _fit_columns(self, rows: list[LineRow]) -> None:
        # Figures never elide: a column grows with the longest of them.
        model = self.sale_rows
        narrow = self.viewport().width() < _NARROW
        for number, least in enumerate(_NARROW_COLUMNS if narrow else _COLUMNS, 1):
            column = model.columns[number]
            values = {getattr(row, column.field) for row in rows if not row.unknown}
            decimals = model.money_decimals
            longest = max(
                (_width(column.kind, value, decimals, column.size, column.weight) for value in values), default=0
            )
            extra = {1: 16 + 30, 2: 16, 3: 8 + EDGE_PAD}[number]
            width = max(least, longest + extra)
            if self.columnWidth(number) != width:
                self.setColumnWidth(number, width)

    def _place_actions(self) -> None:
        for uid, actions in self._actions.items():
            number = self.sale_rows.index_of(uid)
            top = self.rowViewportPosition(number)
            width = min(actions.sizeHint().width(), self.viewport().width() - 170)
            left = 0 if self.isRightToLeft() else self.viewport().width() - width
            actions.setGeometry(left, top, width, theme.ROW_TILL - 1)
            actions.setVisible(-theme.ROW_TILL < top < self.viewport().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty.setGeometry(self.viewport().rect())
        self._fit_columns(list(self.sale_rows.rows))
        self._place_actions()
        current = self.currentIndex()
        if current.isValid():
            self.scrollTo(current)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = self.sale_rows.row_at(index.row()) if index.isValid() else None
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.tapped.emit(row.uid)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_actions()
        return super().viewportEvent(event)


class _Empty(QWidget):
    """What stands where the rows will be: what this is, and what to do first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 20, 16, 16)
        column.setSpacing(theme.S1)
        title = QLabel(_("Ready for the next customer"))
        theme.style_font(title, theme.TITLE, theme.SEMIBOLD)
        hint = QLabel(_("Scan the first item, or type a code or words. F1 shows the keys."))
        hint.setProperty("role", "label")
        hint.setWordWrap(True)
        hint.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        theme.style_font(hint, theme.BODY)
        column.addWidget(title)
        column.addWidget(hint)
        column.addStretch(1)
