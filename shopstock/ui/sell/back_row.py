"""One row that comes back: its condition, what becomes of it, why the customer brought it, how many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core.cart_lines import CartLine
from shopstock.core.returns import Condition, Outcome, outcomes_for
from shopstock.core.text import _
from shopstock.core.units import ONE
from shopstock.queries.causes import Cause
from shopstock.ui import theme
from shopstock.ui.fields import label
from shopstock.ui.sell.condition_keys import ConditionKeys
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.panel import action
from shopstock.ui.sell.till_button import TillButton

_WORDS = 66
_REASONS = 3


class BackRow(QWidget):
    """The page for one row. It changes the sale itself; ``done`` goes back, ``quantity`` asks for a typed one."""

    done = Signal()
    quantity = Signal(int)  # uid

    def __init__(self, sale: OpenSale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sale = sale
        self.uid = 0
        self._causes: Sequence[Cause] = ()
        self.outcome_keys: dict[Outcome, TillButton] = {}
        self.reason_keys: dict[str, TillButton] = {}
        self.conditions = ConditionKeys()
        self.conditions.chosen.connect(lambda name: self._condition(Condition(name)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        column.addLayout(self._labelled(_("Condition"), self.conditions))
        outcomes = QWidget()
        row = QHBoxLayout(outcomes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S2)
        for outcome in Outcome:
            key = TillButton(_key_words(outcome), centered=True, size=theme.SMALL)
            key.clicked.connect(lambda _checked=False, one=outcome: self._outcome(one))
            self.outcome_keys[outcome] = key
            row.addWidget(key, 1)
        self._outcomes = outcomes
        column.addLayout(self._labelled(_("What happens"), outcomes))
        reasons = QWidget()
        self._grid = QGridLayout(reasons)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.S2)
        column.addLayout(self._labelled(_("Why"), reasons))
        deeds = QHBoxLayout()
        deeds.setSpacing(theme.S2)
        self.less_key = action(_("One less"), lambda: self._step(-1), icon="minus")
        self.more_key = action(_("One more"), lambda: self._step(1), icon="plus")
        self.quantity_key = action(_("Quantity"), lambda: self.quantity.emit(self.uid), icon="edit")
        self.split_key = action(_("One is different"), self._split)
        self.done_key = action(_("Done"), self.done.emit, "primary", "check")
        for key in (self.less_key, self.more_key, self.quantity_key, self.split_key, self.done_key):
            deeds.addWidget(key)
        column.addLayout(deeds)

    def _labelled(self, text: str, keys: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.S2)
        words = label(text, "label", theme.SMALL)
        words.setFixedWidth(_WORDS)
        words.setWordWrap(True)
        row.addWidget(words)
        row.addWidget(keys, 1)
        return row

    def show_causes(self, causes: Sequence[Cause]) -> None:
        """Offer these reasons."""
        self._causes = causes
        for old in self.reason_keys.values():
            self._grid.removeWidget(old)
            old.deleteLater()
        self.reason_keys = {}
        for place, cause in enumerate(causes):
            key = TillButton(cause.name, centered=True, height=theme.CONTROL)
            key.clicked.connect(lambda _checked=False, one=cause.key: self._reason(one))
            self.reason_keys[cause.key] = key
            self._grid.addWidget(key, place // _REASONS, place % _REASONS)
        line = self._line()
        if line is not None:
            self.show_line(line)

    def name_of(self, key: str) -> str:
        """Return what people read for a reason."""
        return next((cause.name for cause in self._causes if cause.key == key), "")

    def show_line(self, line: CartLine) -> None:
        """Show a row."""
        self.uid = line.uid
        self.conditions.show_line(line)
        possible = outcomes_for(line.condition) if line.stocked else ()
        self._outcomes.setEnabled(line.stocked)
        for outcome, key in self.outcome_keys.items():
            key.setVisible(line.stocked and outcome in possible)
            _choose(key, outcome == line.outcome, outcome.words)
        for name, key in self.reason_keys.items():
            _choose(key, name == line.reason)
        pieces = line.unit == "piece"
        self.less_key.setVisible(pieces)
        self.more_key.setVisible(pieces)
        self.quantity_key.setVisible(not pieces)
        self.split_key.setVisible(pieces and line.qty > ONE)

    def _line(self) -> CartLine | None:
        return next((line for line in self._sale.cart.lines if line.uid == self.uid and line.comes_back), None)

    def _change(self, condition: Condition | None, outcome: Outcome | None, reason: str | None) -> None:
        uid, sale = self.uid, self._sale

        def act() -> None:
            line = next((one for one in sale.cart.lines if one.uid == uid), None)
            if line is None:
                return
            how, then = condition or line.condition, outcome if condition is None else None
            if condition is None and outcome is None:
                then = line.outcome
            why = line.reason if reason is None else "" if reason == line.reason else reason
            sale.change(lambda: sale.cart.set_condition(uid, how, then, why))

        sale.then_do(act)

    def _condition(self, condition: Condition) -> None:
        self._change(condition, None, None)

    def _outcome(self, outcome: Outcome) -> None:
        self._change(None, outcome, None)

    def _reason(self, key: str) -> None:
        self._change(None, None, key)

    def _step(self, by: int) -> None:
        uid, sale = self.uid, self._sale
        sale.then_do(lambda: sale.change(lambda: sale.cart.step(uid, by)))

    def _split(self) -> None:
        uid, sale = self.uid, self._sale
        sale.then_do(lambda: sale.change(lambda: sale.cart.split(uid, ONE)))


def _key_words(outcome: Outcome) -> str:
    # The outcome in full is too long for a key among four.
    return _("To supplier") if outcome == Outcome.SUPPLIER else outcome.words


def _choose(key: TillButton, chosen: bool, name: str = "") -> None:
    key.kind = "chosen" if chosen else "quiet"
    key.setAccessibleName(", ".join((name or key.text(), _("chosen"))) if chosen else name or key.text())
    key.update()
