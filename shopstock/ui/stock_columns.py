"""The columns of the stock table and how they are painted: state and class as chips, days of cover as a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from shopstock.core.abc_classes import AbcClass
from shopstock.core.text import _
from shopstock.queries import stock
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.rows import Chip, Column
from shopstock.ui.table import RowDelegate, Table

FULL_COVER_DAYS = 60
#: What lies at the places that the filter asks for; on show only while it does, beside the name.
HERE = "here"


def _state_chip(row: stock.StockRow) -> Sequence[Chip]:
    return {
        stock.State.OVERSOLD: (Chip(_("Oversold"), "minus", "bad"),),
        stock.State.OUT: (Chip(_("Out"), "circle-minus", "bad"),),
        stock.State.LOW: (Chip(_("Low"), "arrow-down", "warn"),),
        stock.State.DUSTY: (Chip(_("Dusty"), "clock", "outline"),),
        stock.State.IN_STOCK: (Chip(_("In stock"), "check", "plain"),),
    }[row.state]


def _abc_chip(row: stock.StockRow) -> Sequence[Chip]:
    return (Chip(row.abc, "", "accent" if row.abc == AbcClass.A else "outline"),)


def _signed_or_dash(field: str) -> Any:
    return lambda row: fmt.qty(getattr(row, field)) if getattr(row, field) else fmt.EMPTY


def columns() -> list[Column]:
    """Return the columns of the stock table, each figure with what it explains."""
    return [
        Column("name", _("Item"), weight=theme.REGULAR, sortable=True),
        Column("on_hand", _("On hand"), "qty", 84, theme.SEMIBOLD, explains=True, sortable=True),
        Column("available", _("Available"), "qty", 84, token="ink2", explains=True, sortable=True),
        Column(
            "in_transit", _("In transit"), "qty", 84, token="ink2", explains=True, sortable=True,
            text=_signed_or_dash("in_transit"),
        ),
        Column(
            "on_order", _("On order"), "qty", 84, token="ink2", sortable=True, text=_signed_or_dash("on_order"),
        ),
        Column("value", _("Value"), "money", 92, explains=True, sortable=True),
        Column("last_sold_at", _("Last sold"), "instant", 128, size=theme.SMALL, token="ink2", sortable=True),
        Column("cover_days", _("Days of cover"), "number", 110, sortable=True),
        Column("abc", _("ABC"), "chip", 52, chips=_abc_chip, sortable=True),
        Column("state", _("State"), "chip", 116, chips=_state_chip),
        Column(HERE, _("Here"), "qty", 76, theme.SEMIBOLD, token="accent"),
    ]  # fmt: skip


class StockDelegate(RowDelegate):
    """Adds the cover bar: full at 60 days, the tick is the lead time, warn left of it."""

    def __init__(self, table: Table, lead_time_days: int) -> None:
        super().__init__(table)
        self._lead = lead_time_days

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: Any, tinted: bool
    ) -> None:
        if column.field != "cover_days":
            if column.field in ("on_hand", "available") and getattr(row, column.field) < 0:
                column = replace(column, token="bad")
            super().paint_cell(painter, view, inner, column, row, index, tinted)
            return
        t = theme.current()
        bar = QRect(inner.right() - 40, inner.center().y() - 2, 40, 4)
        figure = inner.adjusted(0, 0, -48, 0)
        painter.setFont(theme.font(theme.BODY))
        painter.setPen(t.color("ink"))
        text = fmt.EMPTY if row.cover_days is None else fmt.number(row.cover_days) if row.cover_days < 1_000 else "999+"
        painter.drawText(figure, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.fillRect(bar, t.color("line"))
        if row.cover_days is None and row.state != stock.State.DUSTY:
            return
        days = FULL_COVER_DAYS if row.cover_days is None else row.cover_days
        token = "ink2" if row.state == stock.State.DUSTY else "warn" if days < self._lead else "accent"
        painter.fillRect(QRect(bar.left(), bar.top(), min(days, FULL_COVER_DAYS) * 40 // 60, 4), t.color(token))
        tick = bar.left() + min(self._lead, FULL_COVER_DAYS) * 40 // 60
        painter.fillRect(QRect(tick, bar.top() - 4, 1, 12), t.color("edge"))
