"""What is known about one variance, and what a person says about it: evidence, root cause, action, approval."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import places as place_rules
from shopstock.core.acting import Acting
from shopstock.core.counting import LineState, Step
from shopstock.core.text import _
from shopstock.core.units import Qty
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db
from shopstock.queries import causes, count_line_view, line_evidence, people
from shopstock.queries.causes import Cause
from shopstock.queries.count_line_view import LineView
from shopstock.queries.line_evidence import Row, What
from shopstock.queries.people import Person
from shopstock.ui import fields, movement_words, theme
from shopstock.ui import format as fmt
from shopstock.ui.fields import MoneyEdit
from shopstock.ui.receive.page import heading, sentence
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.sell.totals import hairline

_MOST_ROWS = 8


class About(NamedTuple):
    """A line with what speaks about it, the causes to choose from and the people who may act on it."""

    line: LineView
    evidence: list[Row]
    causes: list[Cause]
    people: list[Person]


def about(db: Db, acting: Acting, line_id: int) -> About:
    """Return all that the card shows of a line."""
    line = count_line_view.line(db, acting, line_id)
    told = line_evidence.rows(db, acting, line_id) if line.variance else []
    return About(line, told, causes.causes(db, Purpose.COUNT), people.people(db))


class LineCard(QWidget):
    """The card. It asks for deeds by its signals and does none itself."""

    explained = Signal(str, str)  # cause, note
    approve_asked = Signal()
    again_asked = Signal()
    action_asked = Signal()
    cost_given = Signal(int)
    document_asked = Signal(int)
    action_done = Signal(int)

    def __init__(self, digits: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digits = digits
        self.about: About | None = None
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._page = QWidget()
        self._frame.addWidget(self._page)
        self.show_nothing()

    def _begin(self) -> None:
        """Begin anew: what stood here goes as a whole."""
        before = self._page
        self._page = QWidget()
        self._page.setObjectName("page")
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.S2)
        self._frame.replaceWidget(before, self._page)
        before.hide()
        before.deleteLater()

    def show_nothing(self) -> None:
        """Say what to do while no line is chosen."""
        self.about = None
        self._begin()
        self._column.addWidget(sentence(_("Choose a line to see what speaks about it.")))
        self._column.addStretch(1)

    def show_line(self, about: About) -> None:
        """Show a line."""
        before, self.about = self.about, about
        typed = self.note.text() if before is not None and before.line.id == about.line.id else about.line.cause_note
        self._begin()
        self._show_figures(about.line)
        if about.line.variance and about.line.state is not LineState.RECOUNT:
            self._show_clues(about)
            self._show_cause(about, typed)
        if about.line.state is LineState.READY and about.line.unit_cost_given is None:
            self._show_cost(about.line)
        self._show_actions(about)
        self._show_evidence(about)
        self._show_entries(about.line)
        self._show_steps(about)
        self._column.addStretch(1)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self._column.addWidget(sentence(text))

    def _show_figures(self, line: LineView) -> None:
        name = fields.label(line.name, "", theme.TITLE, theme.MEDIUM)
        name.setWordWrap(True)
        self._column.addWidget(name)
        self._column.addWidget(
            fields.label(f"{line.sku} · {place_rules.inside(line.place)} · {line.abc}", "small", theme.SMALL)
        )
        figure = fields.label(fmt.qty(line.variance), "", theme.TITLE_REPORTS, theme.SEMIBOLD)
        figure.setAccessibleName(_("Variance {qty}").format(qty=fmt.qty(line.variance)))
        row = QHBoxLayout()
        row.addWidget(figure)
        words = [_("{counted} counted, {expected} expected").format(
            counted=fmt.qty(line.counted), expected=fmt.qty(line.expected)
        )]  # fmt: skip
        if line.low != line.high:
            words.append(_("between {low} and {high}: it was sold from meanwhile").format(
                low=fmt.qty(line.low), high=fmt.qty(line.high)
            ))  # fmt: skip
        if line.value:
            words.append(_("worth {money}").format(money=fmt.money(line.value, self._digits)))
        if line.expected > 0 and line.variance:
            share = f"{abs(line.variance) * 1000 // line.expected / 10:.1f}"
            words.append(_("{share} % of the book, {allowed} % allowed").format(
                share=share, allowed=f"{line.tolerance / 10:.1f}"
            ))  # fmt: skip
        row.addWidget(sentence("\n".join(words)), 1)
        self._column.addLayout(row)

    def _show_clues(self, about: About) -> None:
        if not about.line.clues:
            return
        self._column.addWidget(hairline())
        self._column.addWidget(heading(_("What probably happened")))
        for clue in about.line.clues[:3]:
            chosen = clue.cause == about.line.cause
            key = TillButton(clue.name, kind="chosen" if chosen else "outline", height=theme.CONTROL)
            key.show_text(clue.name, fmt.number(clue.rank))
            key.setEnabled(about.line.state is not LineState.POSTED)
            key.clicked.connect(partial(self._choose, clue.cause))
            self._column.addWidget(key)
            self._say(clue.words)

    def _show_cause(self, about: About, typed: str) -> None:
        line = about.line
        self._column.addWidget(heading(_("Root cause")))
        self.box = QComboBox()
        self.box.setAccessibleName(_("Root cause"))
        self.box.setFixedHeight(theme.CONTROL)
        self.box.addItem(_("Choose what happened"), "")
        for cause in about.causes:
            self.box.addItem(cause.name, cause.key)
        self.box.setCurrentIndex(max(0, self.box.findData(line.cause or line.suggested)))
        self.note = QLineEdit(typed)
        self.note.setMaxLength(200)
        self.note.setFixedHeight(theme.CONTROL)
        self.note.setAccessibleName(_("What else is known"))
        self.note.setPlaceholderText(_("What else is known"))
        self.note.returnPressed.connect(self._explain)
        self.explain_key = TillButton(_("This is why"), kind="outline", icon="check", height=theme.CONTROL)
        self.explain_key.clicked.connect(lambda _checked=False: self._explain())
        self.again_key = TillButton(_("Count it again"), icon="refresh", height=theme.CONTROL, keycap="F8")
        self.again_key.clicked.connect(lambda _checked=False: self.again_asked.emit())
        for part in (self.box, self.note, self.explain_key, self.again_key):
            self._column.addWidget(part)
        for widget in (self.box, self.note, self.explain_key, self.again_key):
            widget.setEnabled(line.state is not LineState.POSTED)
        if line.state is LineState.APPROVE:
            self.approve_key = TillButton(_("Approve"), kind="outline", icon="lock", height=theme.CONTROL, keycap="F7")
            self.approve_key.clicked.connect(lambda _checked=False: self.approve_asked.emit())
            self._column.addWidget(self.approve_key)

    def _choose(self, cause: str, _checked: bool = False) -> None:
        self.explained.emit(cause, self.note.text())

    def _explain(self) -> None:
        cause = self.box.currentData()
        if cause:
            self.explained.emit(cause, self.note.text())
        else:
            self.box.setFocus()

    def _show_cost(self, line: LineView) -> None:
        field = MoneyEdit(_("What one costs, if nobody knows"))
        field.setPlaceholderText(_("What one costs, if nobody knows"))
        field.returnPressed.connect(lambda: self._give_cost(field))
        self._column.addWidget(field)

    def _give_cost(self, field: MoneyEdit) -> None:
        cost = field.read()
        if cost is not None and cost >= 0:
            self.cost_given.emit(cost)

    def _show_actions(self, about: About) -> None:
        if not about.line.variance:
            return
        for one in about.line.actions:
            words = _("{action}: {owner}, by {day}").format(
                action=one.action, owner=one.owner, day=fmt.day(one.due_day)
            )  # fmt: skip
            key = TillButton(words, kind="bare", icon="circle-check" if one.done_at else "circle", height=theme.CONTROL)
            key.setEnabled(one.done_at is None)
            key.setToolTip(one.outcome or _("Press when it is done"))
            key.clicked.connect(partial(self._action_done, one.id))
            self._column.addWidget(key)
        self.action_key = TillButton(_("So that it does not happen again"), kind="bare", icon="plus", height=44)
        self.action_key.clicked.connect(lambda _checked=False: self.action_asked.emit())
        self._column.addWidget(self.action_key)

    def _action_done(self, action_id: int, _checked: bool = False) -> None:
        self.action_done.emit(action_id)

    def _show_evidence(self, about: About) -> None:
        if not about.evidence:
            return
        self._column.addWidget(hairline())
        self._column.addWidget(heading(_("Evidence")))
        for row in about.evidence[:_MOST_ROWS]:
            words = _evidence_words(row)
            key = TillButton(words, kind="bare", icon=_ICONS.get(row.what, "file-text"), height=theme.CONTROL)
            key.show_text(words, fmt.qty(row.qty))
            key.setToolTip(" · ".join(part for part in (words, row.place, fmt.instant(row.at)) if part))
            key.setEnabled(row.document_id is not None)
            if row.document_id is not None:
                key.clicked.connect(partial(self._open_document, row.document_id))
            self._column.addWidget(key)

    def _open_document(self, document_id: int, _checked: bool = False) -> None:
        self.document_asked.emit(document_id)

    def _show_entries(self, line: LineView) -> None:
        self._column.addWidget(hairline())
        self._column.addWidget(heading(_("Who counted")))
        sums: dict[tuple[int, str, str], int] = {}
        for entry in line.entries:
            of = (entry.round, entry.person, entry.device)
            sums[of] = sums.get(of, 0) + entry.qty
        for (round_, person, device), qty in sums.items():
            self._say(_("Look {n}: {qty} by {person}, {device}").format(
                n=fmt.number(round_), qty=fmt.qty(Qty(qty)), person=person, device=_device(device)
            ))  # fmt: skip
        if not sums:
            self._say(_("Nobody entered it: none was found by {person}.").format(person=line.counted_by))

    def _show_steps(self, about: About) -> None:
        names = {cause.key: cause.name for cause in about.causes}
        for step in about.line.steps:
            words = _STEP_WORDS.get(step.step)
            if words is not None:
                self._say(
                    _("{at}: {person} {did}").format(
                        at=fmt.instant(step.at), person=step.person,
                        did=_(words).format(detail=names.get(step.detail, step.detail)),
                    )
                )  # fmt: skip


_ICONS = {What.ELSEWHERE: "map-pin", What.OPPOSITE: "arrows-exchange-2", What.SOLD: "shopping-cart"}


def _evidence_words(row: Row) -> str:
    match row.what:
        case What.DOCUMENT:
            return movement_words.document_words(row.kind, row.number)
        case What.SOLD:
            return _("Sold since it was counted")
        case What.PARKED:
            return _("Parked sale {name}").format(name=row.name)
        case What.ON_ITS_WAY:
            return _("{number} is on its way to {place}").format(number=row.number, place=place_rules.inside(row.place))
        case What.BEING_RECEIVED:
            return _("Being received: {name} {number}").format(name=row.name, number=row.number)
        case What.ELSEWHERE:
            return _("Also at {place}").format(place=place_rules.inside(row.place))
    return _("{item} is off the other way").format(item=row.name)


def _device(device: str) -> str:
    return {"scanner": _("by scanner"), "typed": _("typed")}.get(device, device)


_STEP_WORDS = {
    Step.CAUSE: "said: {detail}",
    Step.APPROVAL: "approved it",
    Step.RECOUNT: "had it counted again",
    Step.ACTION: "decided: {detail}",
    Step.ACTION_DONE: "did it: {detail}",
}
