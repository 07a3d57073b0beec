"""Questions of the order that is open: asked in their place, one after the other, answered by Enter or Esc.

Nothing waits for an answer but what it is about: scans go on, and their questions stand in line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.ui import fields, sounds, theme


@dataclass(frozen=True, slots=True)
class Question:
    """A fact, what it means, and what "yes" is called here. With ``price`` the answer is an amount."""

    fact: str
    meaning: str
    yes: str
    on_yes: Callable[[], object] = lambda: None
    price: Callable[[Money], object] | None = None


class Questions(QFrame):
    """The strip. It shows the oldest question that has no answer yet, and hides when there is none."""

    def __init__(self, give_back: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Question] = deque()
        self._give_back = give_back
        self.setProperty("role", "message-warn")
        self._fact = fields.label("", "warn", theme.BODY, theme.SEMIBOLD)
        self._meaning = fields.label("", "wrap")
        self._fact.setWordWrap(True)
        self.price = fields.MoneyEdit(_("Price"))
        self.price.setFixedWidth(132)
        self.yes = fields.Button("", fields.OUTLINE, key="Enter", on_click=self._say_yes)
        self.no = fields.Button(_("Leave it"), key="Esc", on_click=self._say_no)
        self._more = fields.label("", "small", theme.SMALL)
        row = QHBoxLayout()
        row.setSpacing(theme.S2)
        row.addWidget(self.price)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.S4, theme.S2, theme.S2, theme.S2)
        grid.setHorizontalSpacing(theme.S4)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._fact, 0, 0)
        grid.addWidget(self._meaning, 1, 0)
        grid.addWidget(self._more, 2, 0)
        grid.addLayout(row, 0, 1, 3, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(0, 1)
        self.hide()

    @property
    def waiting(self) -> int:
        """How many questions have no answer yet."""
        return len(self._waiting)

    def ask(self, question: Question) -> None:
        """Put a question at the end of the line."""
        sounds.no()
        self._waiting.append(question)
        if len(self._waiting) == 1:
            self._show()
        else:
            self._count()

    def forget(self) -> None:
        """Drop every question: another order is open."""
        self._waiting.clear()
        self.hide()

    def take_focus(self) -> None:
        """Put the keys where the answer is given."""
        (self.yes if self.price.isHidden() else self.price).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._say_no()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._say_yes()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        one = self._waiting[0]
        self._fact.setText(one.fact)
        self._meaning.setText(one.meaning)
        self.yes.setText(one.yes)
        self.yes.setAccessibleName(one.yes)
        self.yes.set_key("Enter")
        self.price.setText("")
        self.price.setVisible(one.price is not None)
        self._count()
        self.show()
        self.take_focus()

    def _count(self) -> None:
        rest = len(self._waiting) - 1
        self._more.setText(_("{n} more to answer").format(n=rest) if rest else "")
        self._more.setVisible(bool(rest))

    def _say_yes(self) -> None:
        if not self._waiting:
            return
        one = self._waiting[0]
        if one.price is not None and self.price.text().strip():
            amount = self.price.read()
            if amount is None or amount < 0:
                self.price.setFocus()
                self.price.selectAll()
                return
            self._done()
            one.price(amount)
        else:
            self._done()
            one.on_yes()

    def _say_no(self) -> None:
        if self._waiting:
            self._done()

    def _done(self) -> None:
        self._waiting.popleft()
        if self._waiting:
            self._show()
        else:
            self.hide()
            self._give_back()
