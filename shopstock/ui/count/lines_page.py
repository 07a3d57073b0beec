"""A closed count: every variance with what speaks about it, its root cause, its approval; then it is posted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from shopstock.core import places as place_rules
from shopstock.core.acting import Acting
from shopstock.core.counting import CountState, LineState
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import Day, ItemId, Money, PersonId, Qty
from shopstock.db.connection import Db
from shopstock.queries import count_lines, counts
from shopstock.queries.count_lines import LineRow
from shopstock.queries.counts import CountRow
from shopstock.services import count_actions, count_again, count_post
from shopstock.ui import format as fmt
from shopstock.ui import sounds, theme
from shopstock.ui.count import line_card, words
from shopstock.ui.count.action_panel import ActionPanel, OutcomePanel
from shopstock.ui.count.counting import KEY
from shopstock.ui.count.line_card import About, LineCard
from shopstock.ui.count.panel_side import Side
from shopstock.ui.receive.page import NARROW, Page, narrow_side, table_card
from shopstock.ui.receive.step_bar import StepBar
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.segments import Segments
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

OPEN, READY, ALL = "open", "ready", "all"
_WAITING = (LineState.EXPLAIN, LineState.APPROVE, LineState.RECOUNT)


class Lines(NamedTuple):
    """A closed count with its lines."""

    head: CountRow
    lines: list[LineRow]


def read(db: Db, acting: Acting, count_id: int) -> Lines:
    """Return a closed count."""
    return Lines(counts.progress(db, acting, count_id).head, count_lines.lines(db, acting, count_id))


class _Row(NamedTuple):
    id: int
    item_id: ItemId
    name: str
    second: str
    expected: Qty
    counted: Qty
    variance: Qty
    value: Money | None
    chip: Chip


class LinesPage(Page):
    """The page. ``count_asked`` wants the count shown anew in its state."""

    count_asked = Signal(int)
    document_asked = Signal(int)

    def __init__(self, shop: Shop, lines: Lines) -> None:
        super().__init__(shop, "")
        self.back_key.setAccessibleName(_("Back to the counts"))
        self.back_key.setToolTip(_("Back to the counts (F4)"))
        self.head_ = lines.head
        self._lines: dict[int, LineRow] = {}
        self._busy = False
        self.bar = StepBar((_("Count"), _("Explain"), _("Post")))
        for step in self.bar.steps:
            step.setEnabled(False)
        self.parts = Segments(_("Which lines"))
        for part, text in ((OPEN, _("To explain")), (READY, _("Ready")), (ALL, _("All lines"))):
            self.parts.add(part, text)
        self.parts.chosen.connect(lambda _part: self._fill())
        money = (Column("value", _("Value"), "money", 110),) if self.sees_cost else ()
        self.rows = RowsModel(
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="second"),
                Column("expected", _("Expected"), "qty", 92, token="ink2"),
                Column("counted", _("Counted"), "qty", 92),
                Column("variance", _("Variance"), "qty", 96, theme.SEMIBOLD, theme.TITLE),
                *money,
                Column("chip", _("State"), "chip", 168, chips=lambda row: (row.chip,)),
            ),
            money_decimals=self.digits,
        )
        self.table = Table(self.rows, _("Lines of the count"), row_height=theme.ROW_TWO_LINES)
        self.rows.setParent(self.table)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._read_line())
        self.side = Side(self.table)
        self.card = LineCard(self.digits)
        self.side.facts.addWidget(self.card)
        self.post_key = TillButton(
            _("Post the count"), kind="primary", height=theme.MAIN_ACTION, stacked=True, keycap="F9"
        )
        self.post_key.clicked.connect(lambda _checked=False: self.next())
        self.side.foot.addWidget(self.post_key)
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        left.addWidget(self.parts)
        left.addWidget(table_card(self.table), 1)
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side.card)
        self.column.addWidget(self.bar)
        self.column.addLayout(row, 1)
        self.setFocusProxy(self.table)
        self._connect()
        self._show(lines)
        if not any(one.state in _WAITING for one in lines.lines):
            self.parts.set_value(ALL)
            self._fill()

    def _connect(self) -> None:
        card = self.card
        card.explained.connect(self.explain)
        card.approve_asked.connect(self.approve)
        card.again_asked.connect(self.count_again)
        card.action_asked.connect(self._ask_action)
        card.action_done.connect(self._ask_outcome)
        card.cost_given.connect(self._give_cost)
        card.document_asked.connect(self.document_asked)

    # -- reading ------------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        self._read()
        self.table.setFocus()

    def changed(self, changes: Changes) -> None:
        if not self._busy:
            self._read()

    def _read(self) -> None:
        self._shop.read(read, self.head_.id, then=self._show, key=("count-lines", id(self)), asked_by=self)

    def _show(self, lines: Lines) -> None:
        head = self.head_ = lines.head
        if head.state == CountState.OPEN:
            if not self._busy:
                self.count_asked.emit(head.id)
            return
        self._lines = {one.id: one for one in lines.lines}
        self.title.setText(f"{head.number} {words.count_name(head)}")
        waiting = [one for one in lines.lines if one.state in _WAITING]
        off = [one for one in lines.lines if one.variance]
        parts = [
            head.shop, fmt.day(head.day),
            ngettext("{n} line", "{n} lines", len(lines.lines)).format(n=fmt.number(len(lines.lines))),
            ngettext("{n} off", "{n} off", len(off)).format(n=fmt.number(len(off))),
        ]  # fmt: skip
        if self.sees_cost:
            net = Money(sum(one.value or 0 for one in off))
            parts.append(_("{money} in all").format(money=fmt.money(net, self.digits)))
        self.facts.setText(" · ".join(parts))
        self.bar.show_step(1 if waiting else 2)
        posted = head.state != CountState.RECONCILING
        self.post_key.setVisible(not posted)
        self.post_key.waiting = bool(waiting)
        self.post_key.show_text(
            _("Post the count"),
            ngettext("{n} line waits", "{n} lines wait", len(waiting)).format(n=fmt.number(len(waiting)))
            if waiting
            else "",
        )
        self.parts.count(OPEN, len(waiting))
        self._fill()

    def _fill(self) -> None:
        part = self.parts.value()
        chosen = [
            one
            for one in self._lines.values()
            if part == ALL or (one.state in _WAITING if part == OPEN else one.state not in _WAITING and one.variance)
        ]
        self.rows.set_rows(
            _Row(
                one.id, one.item_id, one.name, f"{one.sku} · {place_rules.inside(one.place)} · {one.abc}", one.expected,
                one.counted, one.variance, one.value, words.line_chip(one.state, one.cause),
            )
            for one in chosen
        )  # fmt: skip
        if chosen and self.table.selected_row() is None:
            self.table.select(0)
        self._read_line()

    def _read_line(self) -> None:
        row = self.table.selected_row()
        if row is None:
            self.card.show_nothing()
        else:
            self._shop.read(
                line_card.about, row.id, then=self._show_line, failed=lambda _error: None, key=("count-line", id(self)),
                asked_by=self,
            )  # fmt: skip

    def _show_line(self, told: About) -> None:
        self.card.show_line(told)

    # -- deeds --------------------------------------------------------------------------------------------------------

    def _line(self) -> LineRow | None:
        row = self.table.selected_row()
        return None if row is None else self._lines.get(row.id)

    def _run(self, service: Callable[..., Changes], *args: object) -> None:
        self._shop.run(service, *args, then=self._did, failed=self._refused, asked_by=self)

    def _did(self, _changes: Changes) -> None:
        sounds.yes()

    def explain(self, cause: str, note: str) -> None:
        """Give the selected line its root cause."""
        line = self._line()
        if line is not None:
            self._run(count_post.explain, line.id, cause, note)

    def approve(self) -> None:
        """F7: approve the selected line, or all that wait for approval when it does not."""
        line = self._line()
        if line is not None and line.state is LineState.APPROVE:
            self._run(count_post.approve, [line.id])

    def none_here(self) -> None:
        """F7: approve."""
        self.approve()

    def count_again(self) -> None:
        """F8: have the selected line counted again, by somebody else."""
        line = self._line()
        if line is not None and line.state is not LineState.POSTED:
            self._run(count_again.recount, [line.id])

    def _ask_action(self) -> None:
        told, acting = self.card.about, self._shop.acting
        if told is None or acting is None:
            return

        def take(action: str, owner: PersonId, day: Day) -> None:
            self.side.close()
            self._run(count_actions.add, told.line.id, action, owner, day)

        self.side.ask(ActionPanel(told.line.name, told.people, acting.person_id, take))

    def _ask_outcome(self, action_id: int) -> None:
        told = self.card.about
        one = next((one for one in told.line.actions if one.id == action_id), None) if told is not None else None
        if one is None:
            return

        def take(outcome: str) -> None:
            self.side.close()
            self._run(count_actions.finish, action_id, outcome)

        self.side.ask(OutcomePanel(one.action, take))

    def _give_cost(self, cost: int) -> None:
        line = self._line()
        if line is not None:
            self._run(count_post.set_cost, line.id, Money(cost))

    def next(self) -> None:
        """F9: post the count."""
        waiting = [one for one in self._lines.values() if one.state in _WAITING]
        if waiting:
            sounds.no()
            self._shop.say(
                "bad", _("{item} still waits: {what}.").format(item=waiting[0].name, what=waiting[0].state.words),
                key=KEY,
            )  # fmt: skip
            self.parts.set_value(OPEN)
            self._fill()
        elif not self._busy and self.head_.state == CountState.RECONCILING:
            self._busy = True
            self._shop.run(count_post.post, self.head_.id, then=self._posted, failed=self._refused, asked_by=self)

    def _posted(self, changes: Changes) -> None:
        self._busy = False
        sounds.yes()
        number = changes.document.number if changes.document is not None else ""
        said = _("{count} is posted.").format(count=self.head_.number)
        if changes.document is not None:
            self._shop.say(
                "ok", said, _("The ledger says what was counted."), number,
                partial(self.document_asked.emit, changes.document.id), key=KEY,
            )  # fmt: skip
        else:
            self._shop.say("ok", said, _("Nothing was off: nothing moved."), key=KEY)
        self.parts.set_value(ALL)
        self._read()

    def _refused(self, error: ShopError) -> None:
        self._busy = False
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)

    def on_scan(self, scan: Scan) -> None:
        """Go to the line of the item that was scanned."""
        if not self.side.take_scan(scan):
            self._shop.read(count_lines.by_code, self.head_.id, scan.code, then=self._go_to, asked_by=self)

    def _go_to(self, line_id: int | None) -> None:
        number = self.rows.index_of(line_id)
        (sounds.yes if number >= 0 else sounds.no)()
        self.table.select(number)

    def escape(self) -> None:
        if not self.side.close():
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        narrow_side(self.side.card, narrow)
        for column in (1, 2):
            self.table.setColumnHidden(column, narrow)
        self.table.setColumnWidth(self.rows.columnCount() - 1, 112 if narrow else 168)
