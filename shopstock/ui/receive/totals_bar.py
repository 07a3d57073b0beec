"""The sums of a delivery, in one bar below its table."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from shopstock.core.text import _
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.view import Totals
from shopstock.ui.stylesheet import restyle


class TotalsBar(QFrame):
    """The sums below the table: the figure large, its word quiet."""

    def __init__(self, parent: QWidget | None = None, *, counted: str = "", ordered: str | None = "") -> None:
        """Name the sums where something else than a delivery is counted; ``None``: no word of what should be."""
        super().__init__(parent)
        self._counted = counted or _("counted")
        self._ordered = "" if ordered is None else ordered or _("ordered")
        self.setProperty("role", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.S4, 0, theme.S2, 0)
        row.setSpacing(theme.S2)
        self._parts: list[tuple[QLabel, QLabel]] = []
        self._totals = Totals()
        for number in range(4):
            figure = fields.label("", "", theme.TITLE, theme.SEMIBOLD)
            words = fields.label("", "label")
            if number:
                row.addSpacing(theme.S4)
            row.addWidget(figure)
            row.addWidget(words)
            self._parts.append((figure, words))
        row.addStretch(1)
        self.type_key = fields.Button(_("Type"), fields.BARE, icon="keyboard", key="F2")
        self.type_key.setFixedHeight(theme.CONTROL - 4)
        row.addWidget(self.type_key)

    def show_totals(self, totals: Totals) -> None:
        """Show the sums."""
        self._totals = totals
        complete = _("{done} of {all}").format(done=fmt.number(totals.complete), all=fmt.number(totals.lines))
        texts = (
            (fmt.qty(totals.counted), self._counted),
            (fmt.qty(totals.ordered), self._ordered),
            (complete, _("lines complete") if self.width() > 700 else _("lines")),
            (fmt.number(totals.to_look_at), _("to look at")),
        )
        for place, ((figure, words), (value, name)) in enumerate(zip(self._parts, texts, strict=True)):
            empty = (False, not totals.lines or not self._ordered, not totals.lines, not totals.to_look_at)[place]
            shown = not empty
            figure.setText(value)
            words.setText(name)
            figure.setVisible(shown)
            words.setVisible(shown)
        bad = self._parts[3][0]
        if bad.property("role") != "bad":
            restyle(bad, role="bad")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The key stays when the room is short; its word goes.
        self.type_key.setText(_("Type") if self.width() > 700 else "")
        self.show_totals(self._totals)
