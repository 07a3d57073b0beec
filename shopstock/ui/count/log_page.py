"""What counts found: the variance log, narrowed by whatever is asked, and the corrective actions that are not done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from shopstock.core import places as place_rules
from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _, ngettext
from shopstock.core.units import Instant, Money, Qty
from shopstock.db import clock
from shopstock.queries import variance_log
from shopstock.queries.report_query import FIRST
from shopstock.queries.variance_log import Choices, LogFilter, OpenAction, Variance
from shopstock.services import count_actions
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.count.action_panel import OutcomePanel
from shopstock.ui.count.counting import KEY
from shopstock.ui.count.panel_side import Side
from shopstock.ui.receive.page import NARROW, Page, heading, narrow_side, sentence, table_card
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.segments import Segments
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

LOG, ACTIONS = "log", "actions"


class _LogRow(NamedTuple):
    place_in_log: int
    number: str
    name: str
    second: str
    day: int
    variance: Qty
    value: Money | None
    cause: str
    by: str


class _ActionRow(NamedTuple):
    id: int
    action: str
    second: str
    owner: str
    chip: Chip


class LogPage(Page):
    """The page. ``count_asked`` tells the number of a count that somebody wants to see."""

    count_asked = Signal(str)

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, _("What counts found"))
        self.back_key.setAccessibleName(_("Back to the counts"))
        self.back_key.setToolTip(_("Back to the counts (Esc)"))
        self.parts = Segments(_("Log or actions"))
        self.parts.add(LOG, _("Variances"))
        self.parts.add(ACTIONS, _("Actions to do"))
        self.parts.chosen.connect(lambda _part: self._turn())
        money = (Column("value", _("Value"), "money", 104),) if self.sees_cost else ()
        self.rows = RowsModel(
            (
                Column("name", _("Item"), weight=theme.MEDIUM, second="second"),
                Column("day", _("Day"), "day", 92, token="ink2"),
                Column("variance", _("Variance"), "qty", 92, theme.SEMIBOLD),
                *money,
                Column("cause", _("Root cause"), width=150),
                Column("by", _("Counted by"), width=110, token="ink2"),
            ),
            money_decimals=self.digits,
        )
        self.table = Table(self.rows, _("Variance log"), row_height=theme.ROW_TWO_LINES)
        self.rows.setParent(self.table)
        self.table.opened.connect(lambda row: self.count_asked.emit(row.number))
        self.action_rows = RowsModel(
            (
                Column("action", _("Action"), weight=theme.MEDIUM, second="second"),
                Column("owner", _("By whom"), width=120),
                Column("chip", _("Until"), "chip", 150, chips=lambda row: (row.chip,)),
            )
        )
        self.to_do = Table(self.action_rows, _("Corrective actions"), row_height=theme.ROW_TWO_LINES)
        self.action_rows.setParent(self.to_do)
        self.to_do.opened.connect(self._ask_outcome)
        self.to_do.clicked.connect(lambda index: self._ask_outcome(self.action_rows.row_at(index.row())))
        self._tables = QStackedWidget()
        for table in (self.table, self.to_do):
            self._tables.addWidget(table_card(table))
        self.side = Side(self.to_do)
        self._build_side()
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        left.addWidget(self.parts)
        left.addWidget(self._tables, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side.card)
        self.column.addLayout(row, 1)
        self.setFocusProxy(self._tables)

    def _build_side(self) -> None:
        self._filters = QWidget()
        grid = QGridLayout(self._filters)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.S1)
        grid.addWidget(heading(_("Narrow down")), 0, 0)
        self.boxes: dict[str, QComboBox] = {}
        for number, (key, words) in enumerate((
            ("period", _("Posted")), ("cause", _("Root cause")), ("person", _("Counted by")), ("place", _("Place")),
            ("supplier", _("Supplier")), ("abc", _("Class")),
        )):  # fmt: skip
            box = QComboBox()
            box.setAccessibleName(words)
            box.setFixedHeight(theme.CONTROL)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            box.currentIndexChanged.connect(lambda _place: self._read_log())
            grid.addWidget(fields.label(words, "label", theme.SMALL), 2 * number + 1, 0)
            grid.addWidget(box, 2 * number + 2, 0)
            self.boxes[key] = box
        periods = ((0, _("Any time")), (30, _("Last 30 days")), (90, _("Last 90 days")), (365, _("Last 365 days")))
        _fill(self.boxes["period"], periods)
        _fill(self.boxes["abc"], [("", _("Every class")), *((one.value, one.value) for one in AbcClass)])
        self._sum = fields.label("", "", theme.TITLE, theme.MEDIUM)
        self._sum.setWordWrap(True)
        self._plain = sentence("")
        self.side.facts.addWidget(self._filters)
        self.side.facts.addWidget(self._sum)
        self.side.facts.addWidget(self._plain)
        self.side.facts.addStretch(1)

    # -- reading ------------------------------------------------------------------------------------------------------

    def show_part(self, part: str) -> None:
        """Show the log, or the actions; who may not post counts sees their own actions alone."""
        self.parts.set_value(part)

    def came_into_view(self) -> None:
        posts = self.may(Permission.POST_COUNT)
        self.parts.setVisible(posts)
        if not posts:
            self.parts.set_value(ACTIONS)
        else:
            self._shop.read(variance_log.choices, then=self._show_choices, key=("log-choices", id(self)), asked_by=self)
        self._turn()

    def changed(self, changes: Changes) -> None:
        self._read()

    def _turn(self) -> None:
        at_log = self.parts.value() == LOG
        self.side.close()
        self._tables.setCurrentIndex(0 if at_log else 1)
        self._filters.setVisible(at_log)
        (self.table if at_log else self.to_do).setFocus()
        self._read()

    def _read(self) -> None:
        if self.may(Permission.POST_COUNT):
            self._read_log()
        self._shop.read(variance_log.open_actions, then=self._show_actions, key=("actions", id(self)), asked_by=self)

    def _show_choices(self, known: Choices) -> None:
        for key, every, rows in (
            ("cause", _("Every cause"), known.causes), ("person", _("Everybody"), known.people),
            ("supplier", _("Every supplier"), known.suppliers),
            ("place", _("Every place"), [(id_, place_rules.inside(path)) for id_, path in known.places]),
        ):  # fmt: skip
            _fill(self.boxes[key], [("", every), *rows])

    def asked(self) -> LogFilter:
        """Return what of the log is asked for."""
        told = {key: box.currentData() or None for key, box in self.boxes.items()}
        days = told["period"]
        since = clock.to_instant(clock.to_local(clock.now()) - timedelta(days=days)) if days else FIRST
        return LogFilter(
            since=Instant(since), causes=(told["cause"],) if told["cause"] else (), person_id=told["person"],
            location_id=told["place"], supplier_id=told["supplier"], abc=told["abc"],
        )  # fmt: skip

    def _read_log(self) -> None:
        self._shop.read(variance_log.log, self.asked(), then=self._show_log, key=("log", id(self)), asked_by=self)

    def _show_log(self, found: list[Variance]) -> None:
        self.rows.set_rows(
            _LogRow(
                number, one.number, one.name, f"{one.sku} · {place_rules.inside(one.place)} · {one.abc} · {one.number}",
                one.day, one.variance, one.value, one.cause, one.counted_by,
            )
            for number, one in enumerate(found)
        )  # fmt: skip
        if found and self.table.selected_row() is None:
            self.table.select(0)
        said = ngettext("{n} variance", "{n} variances", len(found)).format(n=fmt.number(len(found)))
        if self.sees_cost:
            net = Money(sum(one.value or 0 for one in found))
            said = _("{said}, {money} in all").format(said=said, money=fmt.money(net, self.digits))
        self.parts.count(LOG, len(found))
        if self.parts.value() == LOG:
            self._sum.setText(said)
            self._plain.setText(
                _("Enter opens the count.") if found else _("Nothing was off that is asked for. Ask for more.")
            )

    def _show_actions(self, found: list[OpenAction]) -> None:
        self.action_rows.set_rows(
            _ActionRow(
                one.id, one.action, f"{one.sku} · {one.name}" if one.sku else one.name, one.owner,
                Chip(fmt.day(one.due), "alert-triangle", "bad") if one.late else Chip(fmt.day(one.due), "clock"),
            )
            for one in found
        )  # fmt: skip
        if found and self.to_do.selected_row() is None:
            self.to_do.select(0)
        self.parts.count(ACTIONS, len(found))
        if self.parts.value() == ACTIONS:
            late = sum(one.late for one in found)
            self._sum.setText(
                ngettext("{n} action to do, {late} late", "{n} actions to do, {late} late", len(found)).format(
                    n=fmt.number(len(found)), late=fmt.number(late)
                )
            )
            self._plain.setText(_("Enter says that one is done.") if found else _("Nothing is to be done."))

    # -- deeds --------------------------------------------------------------------------------------------------------

    def _ask_outcome(self, row: Any) -> None:
        if row is not None:
            self.side.ask(OutcomePanel(row.action, partial(self._finish, row.id)))

    def _finish(self, action_id: int, outcome: str) -> None:
        self.side.close()
        self._shop.run(
            count_actions.finish, action_id, outcome, then=self._did, failed=self._refused, asked_by=self
        )  # fmt: skip

    def _did(self, _changes: Changes) -> None:
        sounds.yes()

    def _refused(self, error: ShopError) -> None:
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)

    def escape(self) -> None:
        if not self.side.close():
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        narrow_side(self.side.card, narrow)
        last = self.rows.columnCount() - 1
        self.table.setColumnHidden(last, narrow)
        self.table.setColumnHidden(1, narrow)


def _fill(box: QComboBox, rows: Sequence[tuple[Any, str]]) -> None:
    """Offer these rows; what was chosen stays chosen, and nobody is told."""
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for key, words in rows:
        box.addItem(words, key)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)
