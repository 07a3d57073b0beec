"""The rows of a write-off, on the page where they are scanned and on the one where they are approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from shopstock.core.text import _
from shopstock.core.write_offs import RowId
from shopstock.queries.write_offs import WriteOffRow
from shopstock.ui import theme
from shopstock.ui.back import words
from shopstock.ui.back.tally import Row, key_of
from shopstock.ui.orders.frame import fit_columns
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.table import Table

_NAME_ROOM = 190


class RowTable(Table):
    """The table. ``evidence`` tells whether there is any: then no row asks for some."""

    def __init__(self, digits: int, *, costs: bool, parent: QWidget | None = None) -> None:
        self.evidence = False
        columns = [
            Column("name", _("Item"), weight=theme.MEDIUM, second="second"),
            Column("cause", _("Cause"), width=156, text=self._cause, chips=self._chips),
            Column("place", _("From"), width=150, token="ink2", text=_place),
            Column("qty", _("Quantity"), "qty", 116, theme.SEMIBOLD, unit="unit"),
        ]
        if costs:
            columns.append(Column("value", _("Worth about"), "money", 112, token="ink2"))
        self.row_rows = RowsModel(columns, key="key", money_decimals=digits)
        self.row_rows.tone_of = _tone
        super().__init__(self.row_rows, _("What is written off"), parent, row_height=theme.ROW_TWO_LINES)
        self.row_rows.setParent(self)

    def _chips(self, row: Row) -> list[Chip]:
        return [Chip(row.cause, "photo", "warn")] if row.needs_evidence and not self.evidence else []

    def _cause(self, row: Row) -> str:
        if row.needs_evidence and not self.evidence:
            return ""  # the chip says it
        return row.cause or (_("unknown code") if row.unknown else _("choose a cause"))

    def show_rows(self, rows: Sequence[Row], turn: str = "") -> None:
        """Show rows; ``turn`` is the one that was just scanned."""
        self.row_rows.set_rows(rows)
        number = self.row_rows.index_of(turn) if turn else -1
        if number >= 0:
            self.select(number)
        elif self.selected_row() is None and rows:
            self.select(len(rows) - 1)

    def flash_key(self, key: str) -> None:
        """Let the row of a key glow."""
        number = self.row_rows.index_of(key)
        if number >= 0:
            self.flash(number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_columns(self, ("place", "value"), _NAME_ROOM, width=self.width())


def read_rows(rows: Sequence[WriteOffRow]) -> list[Row]:
    """Return rows as they were read, for a page that adds nothing to them."""
    return [
        Row(
            key_of(row.id), row.id, row.name, _second(row.sku, row.id), "" if row.unit == "piece" else row.unit,
            row.cause, row.place, row.qty, row.value, row.needs_evidence, row.beyond, False, row.lots, row.sku,
        )
        for row in rows
    ]  # fmt: skip


def _second(sku: str, row: RowId) -> str:
    return " · ".join([sku, _("lot {lot}").format(lot=row.lot)] if row.lot else [sku])


def _place(row: Row) -> str:
    return words.short_place(row.place)


def _tone(row: Any) -> str | None:
    found: str | None = row.tone
    return found
