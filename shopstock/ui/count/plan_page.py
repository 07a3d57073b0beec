"""The plan of cycle counts: how often each class is counted, and what that costs a day, told before it is saved."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from shopstock.core import cycle
from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Acting, Permission
from shopstock.core.cycle import Plan
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.queries import cycle_due, places
from shopstock.services import settings
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.count.counting import KEY
from shopstock.ui.receive.page import Page, card, heading, sentence
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop


class Classes(NamedTuple):
    """How many items of each class this shop counts."""

    shop: str
    items: dict[AbcClass, int]


def classes(db: Db, acting: Acting) -> Classes:
    """Return the classes of the shop of who asks. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    shop_id = places.shop_of(db, acting.location_id)
    return Classes(places.place(db, shop_id).name, cycle_due.classes(db, shop_id))


class PlanPage(Page):
    """The page. What is typed shows at once what it costs; nothing counts until it is saved."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, _("Plan of counts"))
        self.back_key.setAccessibleName(_("Back to the counts"))
        self.back_key.setToolTip(_("Back to the counts (Esc)"))
        self._classes = dict.fromkeys(AbcClass, 0)
        self.on = QCheckBox(_("Make a list of what to count every morning"))
        self.on.toggled.connect(lambda _on: self._tell())
        self.times = {one: fields.CountEdit(0, 365, _("Counts of an {abc} item a year").format(abc=one.value))
                      for one in AbcClass}  # fmt: skip
        self.tolerance = {one: fields.CountEdit(0, 1000, _("Tolerance of {abc} items in 1/1,000").format(abc=one.value))
                          for one in AbcClass}  # fmt: skip
        self.days = fields.CountEdit(1, 7, _("Days a week that the shop counts"))
        self.cap = fields.CountEdit(0, 9_999, _("Most items to count in a day"))
        for field in (*self.times.values(), *self.tolerance.values(), self.days, self.cap):
            field.textChanged.connect(lambda _text: self._tell())
        self._costs: dict[AbcClass, QLabel] = {}
        self._items: dict[AbcClass, QLabel] = {}
        frame, column = card(padding=theme.S6, spacing=theme.S4)
        column.addWidget(self.on)
        column.addLayout(self._grid())
        more = fields.form()
        fields.form_row(more, _("Days a week that the shop counts"), self.days)
        fields.form_row(more, _("Most items a day; 0: as many as it takes"), self.cap)
        column.addLayout(more)
        column.addWidget(
            sentence(
                _("A items carry the first 80 % of the value sold, B the next 15 %, C the rest. An item is listed as "
                  "well when something happened to it: sold at none on hand, below none, come otherwise than "
                  "ordered, brought back without its sale, wrong twice in a row.")
            )
        )  # fmt: skip
        side, beside = card(padding=theme.S6, spacing=theme.S2)
        side.setFixedWidth(312)
        self._a_day = fields.label("", "", theme.LAST_SCAN, theme.SEMIBOLD)
        self._what = sentence()
        self._warning = fields.label("", "bad")
        self._warning.setWordWrap(True)
        self.save_key = TillButton(
            _("Count by this plan"), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True,
            keycap="F9",
        )  # fmt: skip
        self.save_key.clicked.connect(lambda _checked=False: self.next())
        beside.addWidget(heading(_("What it costs")))
        for widget in (self._a_day, self._what, self._warning):
            beside.addWidget(widget)
        beside.addStretch(1)
        beside.addWidget(self.save_key)
        left = QVBoxLayout()
        left.addWidget(frame)
        left.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(side)
        self.column.addLayout(row, 1)
        self.setFocusProxy(self.on)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.S4)
        grid.setVerticalSpacing(theme.S2)
        for column, title in enumerate(
            (_("Class"), _("Items"), _("Counts a year"), _("Tolerance, 1/1,000"), _("A day"))
        ):
            grid.addWidget(fields.label(title, "label", theme.SMALL), 0, column)
        for row, one in enumerate(AbcClass, 1):
            self._items[one] = fields.label("")
            self._costs[one] = fields.label("")
            parts: tuple[QWidget, ...] = (
                fields.label(one.value, "", theme.TITLE, theme.SEMIBOLD), self._items[one], self.times[one],
                self.tolerance[one], self._costs[one],
            )  # fmt: skip
            for column, part in enumerate(parts):
                grid.addWidget(part, row, column)
        grid.setColumnStretch(4, 1)
        return grid

    # -- showing ------------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        shop = self._shop.settings
        self.on.setChecked(shop.cycle_counts)
        for one, times, tolerance in (
            (AbcClass.A, shop.counts_a_year_a, shop.count_tolerance_a),
            (AbcClass.B, shop.counts_a_year_b, shop.count_tolerance_b),
            (AbcClass.C, shop.counts_a_year_c, shop.count_tolerance_c),
        ):
            self.times[one].set_value(times)
            self.tolerance[one].set_value(tolerance)
        self.days.set_value(shop.count_work_days)
        self.cap.set_value(shop.count_daily_cap)
        self._shop.read(classes, then=self._show, key=("count-classes", id(self)), asked_by=self)

    def _show(self, known: Classes) -> None:
        self._classes = known.items
        self.facts.setText(known.shop)
        self._tell()

    def plan(self) -> Plan:
        """Return the plan as it is typed."""
        return Plan(self.days.value(), {one: self.times[one].value() for one in AbcClass}, self.cap.value())

    def _tell(self) -> None:
        plan = self.plan()
        told = cycle.workload(self._classes, plan)
        for one in AbcClass:
            self._items[one].setText(fmt.number(self._classes[one]))
            self._costs[one].setText(f"{told.a_year[one] / plan.days_a_year:.1f}")
        self._a_day.setText(fmt.number(told.a_day))
        self._what.setText(
            _(
                "items a day to count, {year} a year; a list takes at most {cap}. Ten items are about five minutes."
            ).format(year=fmt.number(told.in_a_year), cap=fmt.number(told.cap))
        )
        self._warning.setText(
            _("The most a day is less than the plan asks for: counts fall ever further behind.")
            if told.too_much
            else ""
        )
        self.save_key.show_text(_("Count by this plan") if self.on.isChecked() else _("Save the plan"))

    # -- saving -------------------------------------------------------------------------------------------------------

    def next(self) -> None:
        """F9: count by this plan from now on."""
        changed = {
            "cycle_counts": self.on.isChecked(), "count_work_days": self.days.value(),
            "count_daily_cap": self.cap.value(),
        }  # fmt: skip
        for one in AbcClass:
            changed[f"counts_a_year_{one.value.lower()}"] = self.times[one].value()
            changed[f"count_tolerance_{one.value.lower()}"] = self.tolerance[one].value()
        self._shop.run(settings.save, changed, then=self._saved, failed=self._refused, asked_by=self)

    def _saved(self, _changes: Changes) -> None:
        sounds.yes()
        self.left.emit()
        plain = _("The first list is there tomorrow morning, or today when none was made yet.")
        self._shop.say("ok", _("The plan is saved."), plain if self.on.isChecked() else "", key=KEY)

    def _refused(self, error: ShopError) -> None:
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)
