"""The card of the last scan: the item, how much of it is written off in the largest figure, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.back import words
from shopstock.ui.back.scanning import Last
from shopstock.ui.back.tally import Row
from shopstock.ui.fields import label
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.stylesheet import restyle

_FIGURE = 72


class LastCard(QWidget):
    """The card. Its signals act on the row on show."""

    less = Signal()
    more = Signal()
    set_asked = Signal()
    cause_asked = Signal()
    lot_asked = Signal()
    off_asked = Signal()
    find_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = label("", "small", theme.SMALL)
        self._time = label("", "small", theme.SMALL)
        self._name = label("", "", theme.TITLE, theme.MEDIUM)
        self._name.setWordWrap(True)
        self._second = label("", "small", theme.SMALL)
        self._second.setWordWrap(True)
        self._figure = QLabel()
        self._figure.setFixedHeight(_FIGURE)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        theme.style_font(self._figure, theme.TOTAL, theme.SEMIBOLD)
        self._chip = label("", "chip-ok", theme.SMALL, theme.MEDIUM)
        self._chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._chip.setMaximumWidth(190)
        self._cause = label("", "label", theme.BODY)
        self._facts = label("", "small", theme.SMALL)
        self._facts.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._time)
        beside = QVBoxLayout()
        beside.setSpacing(theme.S1)
        beside.addStretch(1)
        beside.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addWidget(self._cause)
        beside.addStretch(1)
        figures = QHBoxLayout()
        figures.setSpacing(theme.S4)
        figures.addWidget(self._figure)
        figures.addLayout(beside, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S1)
        column.addLayout(head)
        for part in (self._name, self._second):
            column.addWidget(part)
        column.addLayout(figures)
        column.addWidget(self._facts)
        column.addSpacing(theme.S2)
        column.addLayout(self._keys())
        column.addStretch(1)
        self.show_row(None, None)

    def _keys(self) -> QVBoxLayout:
        def made(text: str, icon: str = "") -> TillButton:
            return TillButton(text, icon=icon, height=theme.CONTROL, centered=True)

        self.less_key, self.more_key = made(_("1 less"), "minus"), made(_("1 more"), "plus")
        self.set_key, self.cause_key = made(_("Set")), made(_("Cause"))
        self.lot_key, self.off_key, self.find_key = made(_("Lot")), made(_("Take off")), made(_("Find"), "search")
        for key, signal in (
            (self.less_key, self.less), (self.more_key, self.more), (self.set_key, self.set_asked),
            (self.cause_key, self.cause_asked), (self.lot_key, self.lot_asked), (self.off_key, self.off_asked),
            (self.find_key, self.find_asked),
        ):  # fmt: skip
            key.clicked.connect(signal)
        rows = QVBoxLayout()
        rows.setSpacing(theme.S2)
        for keys in (
            (self.less_key, self.more_key, self.set_key), (self.find_key, self.cause_key, self.lot_key, self.off_key),
        ):  # fmt: skip
            row = QHBoxLayout()
            row.setSpacing(theme.S1)
            for key in keys:
                row.addWidget(key)
            rows.addLayout(row)
        return rows

    def show_row(self, row: Row | None, last: Last | None) -> None:
        """Show a row, with its scan where that was the last one."""
        mine = last if row is not None and last is not None and last.key == row.key else None
        self._title.setText(_("Last scan") if mine is not None or row is None else _("Selected"))
        self._time.setText(mine.at if mine is not None else "")
        unknown = row is not None and row.unknown
        for part in (self._second, self._figure, self._cause, self._facts):
            part.setVisible(row is not None)
        for key in (self.less_key, self.more_key, self.set_key, self.off_key):
            key.setVisible(row is not None)
        self.cause_key.setVisible(row is not None and not unknown)
        self.lot_key.setVisible(row is not None and row.tracks_lots)
        self.find_key.setVisible(unknown)
        self._chip.setVisible(mine is not None and bool(mine.words))
        if row is None:
            self._name.setText(_("Scan the next item."))
            return
        self._name.setText(row.name)
        self._second.setText(row.second)
        self._figure.setText(fmt.qty(row.qty))
        self._figure.setAccessibleName(_("{qty} written off").format(qty=fmt.qty(row.qty)))
        self._cause.setText(_("Find its item, or take it off.") if unknown else row.cause or _("no cause yet"))
        self._cause.setWordWrap(True)
        facts = [words.short_place(row.place)] if row.place else []
        if row.beyond:
            facts.append(_("{qty} more than the system knows there").format(qty=fmt.qty(row.beyond)))
        self._facts.setText(" · ".join(facts))
        if mine is not None and mine.words:
            self._chip.setText(mine.words)
            if self._chip.property("role") != f"chip-{mine.tone}":
                restyle(self._chip, role=f"chip-{mine.tone}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room, size = max(64, self.width() - 150), theme.TOTAL
        while size > theme.TITLE and theme.metrics(size, theme.SEMIBOLD).horizontalAdvance(self._figure.text()) > room:
            size -= 4
        if self._figure.font().pixelSize() != size:
            theme.style_font(self._figure, size, theme.SEMIBOLD)
