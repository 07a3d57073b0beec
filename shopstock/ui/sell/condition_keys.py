"""In what condition goods came back: four keys, each saying what becomes of the goods then."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shopstock.core.cart_lines import CartLine
from shopstock.core.returns import Condition, usual_outcome
from shopstock.core.text import _
from shopstock.ui import theme
from shopstock.ui.sell.till_button import TillButton

_MORE = 84


class ConditionKeys(QWidget):
    """Four keys and, where ``more`` is wanted, a fifth one for the rest."""

    chosen = Signal(str)  # Condition
    more = Signal()

    def __init__(self, more: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S2)
        self.keys: dict[Condition, TillButton] = {}
        for condition in Condition:
            key = TillButton(kind="quiet", stacked=True)
            key.clicked.connect(lambda _checked=False, one=condition: self.chosen.emit(one))
            self.keys[condition] = key
            row.addWidget(key, 1)
        self.more_key = TillButton(stacked=True)
        self.more_key.show_text(_("More"), _("and why"))
        self.more_key.setFixedWidth(_MORE)
        self.more_key.clicked.connect(self.more)
        row.addWidget(self.more_key)
        self.more_key.setVisible(more)

    def show_line(self, line: CartLine) -> None:
        """Show the condition of a row that comes back, and what becomes of it."""
        for condition, key in self.keys.items():
            here = condition == line.condition
            outcome = line.outcome if here else usual_outcome(condition)
            key.kind = "chosen" if here else "quiet"
            key.show_text(condition.words, outcome.words if line.stocked else "")
            key.setAccessibleName(f"{key.accessibleName()}, {_('chosen')}" if here else key.accessibleName())
            key.update()
