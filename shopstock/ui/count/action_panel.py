"""Decide what is done so that a variance does not come back: what, by whom, until when; and say that it was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from PySide6.QtWidgets import QComboBox, QLineEdit

from shopstock.core.text import _
from shopstock.core.units import Day, PersonId
from shopstock.db import clock
from shopstock.queries.people import Person
from shopstock.ui import theme
from shopstock.ui.fields import label
from shopstock.ui.receive.panels import SidePanel, read_day, written_day
from shopstock.ui.sell.panel import Form, action

_DAYS = 14


class ActionPanel(SidePanel):
    """A corrective action."""

    def __init__(
        self, item: str, people: Sequence[Person], me: PersonId, take: Callable[[str, PersonId, Day], object]
    ) -> None:  # fmt: skip
        super().__init__(item, _("What is done so that it does not happen again?"))
        self._take = take
        form = Form(pad=False)
        self.action = QLineEdit()
        self.action.setMaxLength(200)
        self.action.setPlaceholderText(_("such as: put the two teas on different shelves"))
        form.add_field(_("Action"), self.action)
        form.column.addWidget(label(_("By whom"), "label", theme.SMALL))
        self.owner = QComboBox()
        self.owner.setFixedHeight(theme.CONTROL)
        self.owner.setAccessibleName(_("By whom"))
        for one in people:
            self.owner.addItem(one.name, one.id)
        self.owner.setCurrentIndex(max(0, self.owner.findData(me)))
        form.column.addWidget(self.owner)
        due = clock.as_day(clock.to_local(clock.now()) + timedelta(days=_DAYS))
        self.day = QLineEdit(written_day(due))
        self.day.setMaxLength(10)
        form.add_field(_("Until"), self.day)
        self.keep_key = action(_("Write it down"), self._keep)
        form.add_keys(self.keep_key)
        self.action.returnPressed.connect(self._keep)
        self.day.returnPressed.connect(self._keep)
        self.add(form)
        self.parts.addStretch(1)
        self.first = self.action

    def _keep(self) -> None:
        day = read_day(self.day.text())
        if not self.action.text().strip():
            self.say(_("Say what is to be done."))
            self.action.setFocus()
        elif not day:
            self.say(_("Type the day as 2027-03-31."))
            self.day.setFocus()
        else:
            self._take(self.action.text(), self.owner.currentData(), day)


class OutcomePanel(SidePanel):
    """Say that an action was done, and what came of it."""

    def __init__(self, what: str, take: Callable[[str], object]) -> None:
        super().__init__(what, _("Done? Say what came of it."))
        form = Form(pad=False)
        self.outcome = QLineEdit()
        self.outcome.setMaxLength(200)
        form.add_field(_("Outcome"), self.outcome)
        self.keep_key = action(_("It is done"), lambda: take(self.outcome.text()))
        form.add_keys(self.keep_key)
        self.outcome.returnPressed.connect(lambda: take(self.outcome.text()))
        self.add(form)
        self.parts.addStretch(1)
        self.first = self.outcome
