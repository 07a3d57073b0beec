"""The lines of an order as a table: what, how many packs, how many, at which price, and what is here of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter

from shopstock.core.purchasing import UNSENT_STATES, OrderState
from shopstock.core.text import _
from shopstock.core.units import Money, Qty
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme
from shopstock.ui.orders import words
from shopstock.ui.orders.reading import LineRow, OrderView
from shopstock.ui.rows import Column
from shopstock.ui.table import RowDelegate, Table

#: Columns that go first when there is little room.
DISPENSABLE = ("on_order", "on_hand", "packs", "value")
NAME_ROOM = 190
#: What is asked before an order is sent, and what afterwards.
_BEFORE, _AFTER = ("on_hand", "on_order"), ("received_qty", "open_qty")


def columns() -> list[Column]:
    """Return every column; :func:`hidden` says which do not belong to a state."""
    return [
        Column("name", _("Item"), second="about"),
        Column("packs", _("Packs"), "number", 96, token="ink2", text=_packs),
        Column("qty", _("Quantity"), "qty", 106, theme.SEMIBOLD, unit="unit"),
        Column("price", _("Price"), "money", 84),
        Column("value", _("Amount"), "money", 96),
        Column("on_hand", _("On hand"), "qty", 76, token="ink2"),
        Column("on_order", _("On order"), "qty", 90, token="ink2"),
        Column("received_qty", _("Received"), "qty", 84),
        Column("open_qty", _("To come"), "qty", 80, theme.MEDIUM),
    ]


def hidden(state: OrderState, *, costs: bool) -> set[str]:
    """Return the columns that a state has no use for, or that a person may not see."""
    gone = set(_AFTER if state in UNSENT_STATES else _BEFORE)
    return gone if costs else gone | {"price", "value"}


def _packs(row: LineRow) -> str:
    return words.packs_words(row.qty, row.pack_qty) or fmt.EMPTY


def hint(row: LineRow) -> tuple[str, str]:
    """Return what somebody should look at in a line, and its tone; empty when all is well."""
    if not row.active:
        return _("retired: take it off"), "bad"
    if row.price == 0 and not row.zero_confirmed:
        return _("no price yet"), "warn"
    if row.qty < row.minimum_qty:
        return _("{n} more reach their minimum of {minimum}").format(
            n=fmt.qty(Qty(row.minimum_qty - row.qty)), minimum=fmt.qty(row.minimum_qty)
        ), "warn"
    if row.odd:
        return _("{n} more fill the pack of {pack}").format(
            n=fmt.qty(Qty(row.pack_qty - row.odd)), pack=fmt.qty(row.pack_qty)
        ), "warn"
    return "", ""


class LinesDelegate(RowDelegate):
    """Puts a line's hint where its code stands, with a sign."""

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: Any, tinted: bool
    ) -> None:
        said, tone = hint(row) if column.field == "name" else ("", "")
        if not said or view.property("plain"):
            super().paint_cell(painter, view, inner, column, row, index, tinted)
            return
        t = theme.current()
        elide = Qt.TextElideMode.ElideRight
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        above = QRect(inner.left(), inner.top() + 6, inner.width(), inner.height() // 2 - 4)
        below = QRect(inner.left(), inner.center().y() + 1, inner.width(), inner.height() // 2 - 6)
        weight = theme.MEDIUM if tinted else theme.REGULAR
        painter.setFont(theme.font(theme.BODY, weight))
        painter.setPen(t.color("ink"))
        painter.drawText(above, side, theme.metrics(theme.BODY, weight).elidedText(row.name, elide, above.width()))
        spot = QRect(0, 0, 16, 16)
        spot.moveCenter(QPoint(0, below.center().y()))
        text = below
        if view.isRightToLeft():
            spot.moveRight(below.right())
            text = below.adjusted(0, 0, -20, 0)
        else:
            spot.moveLeft(below.left())
            text = below.adjusted(20, 0, 0, 0)
        icons.paint(painter, "alert-triangle", spot, getattr(t, tone))
        painter.setFont(theme.font(theme.SMALL, theme.MEDIUM))
        painter.setPen(t.color(tone))
        shown = theme.metrics(theme.SMALL, theme.MEDIUM).elidedText(said, elide, text.width())
        painter.drawText(text, side, shown)


def reach_words(view: OrderView, chosen: LineRow | None, decimals: int) -> list[tuple[str, bool]]:
    """Say what is missing to the supplier's minimum and to free delivery, and whether it has to be reached.

    In money, and in packs of the line that is chosen. Nothing while the order is not in the supplier's currency.
    """
    supplier, total = view.supplier, view.total
    if total is None or view.order.row.currency != view.supplier_currency or not view.lines:
        return []
    told = []
    for goal, short, enough, needed in (
        (supplier.minimum_order, _("{missing} to the minimum of {goal}"), "", True),
        (supplier.free_delivery_from, _("{missing} to free delivery from {goal}"),
         _("delivery is free from {goal}"), False),
    ):  # fmt: skip
        if goal <= 0:
            continue
        if total >= goal:
            if enough:
                told.append((enough.format(goal=fmt.money(goal, decimals)), False))
            continue
        missing = Money(goal - total)
        said = short.format(missing=fmt.money(missing, decimals), goal=fmt.money(goal, decimals))
        told.append((said + _in_packs(missing, chosen or view.lines[0]), needed))
    return told


def _in_packs(missing: Money, row: LineRow) -> str:
    pack_value = (row.price or 0) * row.pack_qty
    if pack_value <= 0:
        return ""
    packs = -(-missing * 1000 // pack_value)
    if row.pack_qty == 1000:
        return _(": {n} of {item}").format(n=fmt.number(packs), item=row.name)
    return _(": {n} packs of {item}").format(n=fmt.number(packs), item=row.name)
