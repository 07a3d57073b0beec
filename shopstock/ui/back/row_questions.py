"""The questions about the selected row of a write-off: how many, for which cause, of which lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopstock.core.units import Qty
from shopstock.queries.lots import LotHere
from shopstock.ui.back import side_panels

if TYPE_CHECKING:
    from shopstock.ui.back.work_panel import WorkPanel


class RowQuestions:
    """Asks in the side card of the panel, and hands the answer to its queue of scans."""

    def __init__(self, panel: WorkPanel) -> None:
        self._panel = panel

    def qty(self) -> None:
        """F6: set how many of the row are written off."""
        row, scanning = self._panel.row(), self._panel.scanning
        if row is None:
            return

        def take(qty: Qty) -> None:
            scanning.selected = row.key
            scanning.set_qty(qty)
            self._panel.close_panel()

        self._panel.open_panel(side_panels.QtyPanel(row.name, row.qty, take))

    def cause(self) -> None:
        """F7: give the row another cause."""
        row, scanning = self._panel.row(), self._panel.scanning
        if row is None or row.id is None:
            return
        id_ = row.id

        def take(cause: str) -> None:
            scanning.set_cause([id_], cause)
            self._panel.close_panel()

        self._panel.open_panel(side_panels.CausePanel(row.name, scanning.causes, id_.cause, take))

    def lot(self) -> None:
        """F10: say which lot the row is of."""
        row, scanning = self._panel.row(), self._panel.scanning
        if row is None or row.id is None or not row.tracks_lots:
            return
        id_ = row.id

        def take(lot: LotHere | None) -> None:
            scanning.set_lot(id_, lot)
            self._panel.close_panel()

        self._panel.open_panel(side_panels.LotPanel(row.name, row.lots, take))
