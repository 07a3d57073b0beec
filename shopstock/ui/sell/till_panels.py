"""The till's own business in the same screen: the shift, money in and out, the blind cash-up, X and Z, practice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.queries import cash as reading
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.fields import MoneyEdit, label
from shopstock.ui.sell.panel import Form, Panel, action
from shopstock.ui.sell.till_button import TillButton


class Choice(NamedTuple):
    """One key of the till menu."""

    text: str
    icon: str
    do: Callable[[], object]


class TillMenu(Panel):
    """What a till does beside selling."""

    def __init__(self, choices: Sequence[Choice], shift: reading.OpenShift | None, digits: int) -> None:
        said = _("No shift runs. The first sale opens it with what the last cash-up left.")
        if shift is not None:
            said = _("Shift opened {at} by {name} with {float}.").format(
                at=fmt.instant(shift.opened_at), name=shift.opened_by, float=fmt.money(shift.opening_float, digits)
            )
        super().__init__(_("Till"), said)
        grid = QGridLayout()
        grid.setSpacing(theme.S2)
        self.keys: list[TillButton] = []
        for place, choice in enumerate(choices):
            key = TillButton(choice.text, icon=choice.icon)
            key.clicked.connect(lambda _checked=False, do=choice.do: do())
            self.keys.append(key)
            grid.addWidget(key, place // 3, place % 3)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        holder = QWidget()
        holder.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(holder)
        self.first = self.keys[0] if self.keys else None


class AmountPanel(Panel):
    """Ask for an amount of money and, where it needs one, a reason."""

    def __init__(
        self, heading: str, sentence: str, field: str, button: str, take: Callable[[Money, str], object],
        *, reason: str = "", amount: Money | None = None, digits: int = 2,
    ) -> None:  # fmt: skip
        super().__init__(heading, sentence)
        self._take = take
        form = self.form = Form()
        self.amount = MoneyEdit(field)
        form.add_field(field, self.amount)
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self._needs_reason = bool(reason)
        if reason:
            form.add_field(reason, self.reason)
            self.amount.returnPressed.connect(self.reason.setFocus)
            self.reason.returnPressed.connect(self._apply)
        else:
            self.amount.returnPressed.connect(self._apply)
        self.apply_key = action(button, self._apply, "primary")
        form.add_keys(self.apply_key)
        form.column.addStretch(1)
        self.body.addWidget(form)
        self.first = self.amount
        if amount is not None:
            self.amount.write(amount, digits)

    def _apply(self) -> None:
        amount = self.amount.read()
        if amount is None:
            self.say(_("Type the amount, such as 20 or 17.50."))
            self.amount.setFocus()
        elif self._needs_reason and not self.reason.text().strip():
            self.say(_("Say what it is for: the reason stands on the cash report."))
            self.reason.setFocus()
        else:
            self._take(amount, self.reason.text())


class VerdictPanel(AmountPanel):
    """After the blind count: what was counted, what should be there, and what stays as the next float."""

    def __init__(
        self, told: reading.Verdict, digits: int, close: Callable[[Money], object], again: Callable[[], object]
    ) -> None:
        super().__init__(
            _("Cash up"), "", _("Stays in the drawer as the next float"), _("Close the shift, print Z"),
            lambda amount, _reason: close(amount), amount=Money(0), digits=digits,
        )  # fmt: skip
        if told.over_short:
            word = _("over") if told.over_short > 0 else _("short")
            said = _("Counted {counted}, expected {expected}: {gap} {word}.")
        else:
            word = ""
            said = _("Counted {counted}: exactly what should be there.")
        figures = {"counted": told.counted, "expected": told.expected, "gap": Money(abs(told.over_short))}
        self.say(said.format(word=word, **{name: fmt.money(amount, digits) for name, amount in figures.items()}))
        self.again_key = action(_("Count again"), again, "quiet", "refresh")
        self.form.column.insertWidget(self.form.column.count() - 1, self.again_key)


class ReportPanel(Panel):
    """The X report on the screen; it can be printed, and changes nothing."""

    def __init__(self, heading: str, figures: Sequence[tuple[str, str]], print_it: Callable[[], object]) -> None:
        super().__init__(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.S6)
        grid.setVerticalSpacing(theme.S1)
        rows = (len(figures) + 1) // 2
        for place, (name, value) in enumerate(figures):
            row, column = place % rows, place // rows * 2
            grid.addWidget(label(name, "label", theme.SMALL), row, column)
            grid.addWidget(label(value, "", theme.BODY, theme.SEMIBOLD), row, column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.body.addLayout(grid, 1)
        self.print_key = action(_("Print"), print_it, "outline", "printer")
        self.print_key.setFixedWidth(160)
        self.body.addWidget(self.print_key)
        self.first = self.print_key
