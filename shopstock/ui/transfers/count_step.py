"""The steps Pack and Arrive: what is scanned against what was asked for or sent, and the last scan large."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSizePolicy

from shopstock.core import places as place_rules
from shopstock.core.text import _
from shopstock.core.transfers import Stage
from shopstock.core.units import Qty
from shopstock.queries import places
from shopstock.queries.places import Place
from shopstock.services import transfers as service
from shopstock.ui import theme
from shopstock.ui.receive.count_page import CountPage
from shopstock.ui.receive.count_table import CountTable
from shopstock.ui.receive.last_scan import LastScanCard
from shopstock.ui.receive.page import new_key
from shopstock.ui.receive.panels import SetPanel
from shopstock.ui.receive.totals_bar import TotalsBar
from shopstock.ui.scanning.scan_card import CardWords, ScanCard
from shopstock.ui.segments import Segments
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop
from shopstock.ui.transfers.counting import Counting
from shopstock.ui.transfers.place_panel import PlacePanel

if TYPE_CHECKING:
    from shopstock.ui.receive.count_table import CountRow


class CountStep(CountPage):
    """The step. What is asked is asked by :class:`StepQuestions`; nothing here waits for a decision."""

    counting: Counting

    def __init__(self, shop: Shop, counting: Counting) -> None:
        self._packing = counting.stage is Stage.DISPATCH
        super().__init__(shop, counting)
        self.table.may_create = False
        self.entry.show_task("")
        self.last.damaged_key.setVisible(False)
        self.last.label_key.setVisible(False)
        self.all_key = TillButton(
            _("All of it") if self._packing else _("All is here"), centered=True, height=theme.CONTROL
        )
        self.all_key.clicked.connect(lambda _checked=False: self.questions.all_of_it())
        self.switch = Segments(_("Condition of what is scanned"))
        self.switch.add(False, _("Good"), 1)
        self.switch.add(True, _("Damaged"), 1)
        self.switch.chosen.connect(counting.set_damaged)
        column = self.last.layout()
        assert column is not None
        column.addWidget(self.all_key)
        column.addWidget(self.switch)
        self.switch.setVisible(not self._packing)
        # What is to be looked at scrolls; the figure of the last scan is never cut.
        self._list.setMinimumHeight(theme.CONTROL)
        self._list.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def make_table(self) -> CountTable:
        if self._packing:
            return CountTable(name=_("Goods to pack"), counted=_("Packed"), ordered=_("Asked"))
        return CountTable(name=_("Goods that arrive"), counted=_("Arrived"), ordered=_("Sent"))

    def make_totals(self) -> TotalsBar:
        if self._packing:
            return TotalsBar(counted=_("packed"), ordered=_("asked for"))
        return TotalsBar(counted=_("arrived"), ordered=_("sent"))

    def make_card(self) -> LastScanCard:
        if self._packing:
            return ScanCard(
                CardWords(
                    _("of {qty} asked for"), _("not asked for"), _("{qty} to go"), _("{qty} more than asked for"),
                    _("All that was asked for is packed"), _("Scan the first item that goes."),
                    _("Scan the next item."),
                )
            )  # fmt: skip
        return ScanCard(
            CardWords(
                _("of {qty} sent"), _("not on the slip"), _("{qty} to go"), _("{qty} more than sent"),
                _("All that was sent is here"), _("Scan the first item that arrived."), _("Scan the next item."),
            )
        )  # fmt: skip

    def make_questions(self) -> Any:
        return StepQuestions(self._shop, self)

    def next_words(self) -> str:
        return _("Next: send") if self._packing else _("Next: book in")

    def show_all(self) -> None:
        super().show_all()
        if hasattr(self, "switch") and self.switch.value() != self.counting.damaged:
            self.switch.set_value(self.counting.damaged)

    def turn_condition(self) -> None:
        """F7: count what is scanned next as damaged, or as good again."""
        if not self._packing:
            self.counting.set_damaged(not self.counting.damaged)


class StepQuestions(QObject):
    """What the step asks: how many, from where or where to, what a code is, and whether all is there."""

    def __init__(self, shop: Shop, page: CountStep) -> None:
        super().__init__(page)
        self._shop, self._page = shop, page
        self._counting: Counting = page.counting
        self._packing = page.counting.stage is Stage.DISPATCH

    def _row(self) -> CountRow | None:
        row: CountRow | None = self._page.table.selected_row()
        return row if row is not None and not row.unknown else None

    def set_count(self) -> None:
        """F6: set how many are counted."""
        row = self._row()
        if row is None:
            return

        def take(qty: Qty) -> None:
            self._counting.set_qty(row.key, qty)
            self._page.close_panel()

        self._page.open_panel(SetPanel(row.name, row.counted, take))

    def damaged(self) -> None:
        """Switch between good and damaged."""
        self._page.turn_condition()

    def lot(self, _key: str) -> None:
        """Ask nothing: the book knows the lots of what it holds."""

    def decide(self, row: CountRow) -> None:
        """Ask nothing before all is posted; set the count instead."""
        self.set_count()

    def cure(self, key: str, how: str) -> None:
        """Find or skip an unknown code."""
        if how == "skip":
            self._counting.skip(key)
        else:
            self._page.find_for(key, key[1:])

    def label(self) -> None:
        """Print nothing: labels belong to receiving."""

    def all_of_it(self) -> None:
        """Count all that is missing as if it had been scanned; asked twice, because nobody looked."""
        key = self._page.all_key
        if key.second():
            key.show_text(_("All of it") if self._packing else _("All is here"))
            self._counting.after_written(partial(self._count_rest, new_key()))
        else:
            key.show_text(key.text(), _("Press again"))

    def _count_rest(self, key: str) -> None:
        self._shop.run(
            service.scan_rest, self._counting.transfer_id, self._counting.stage, key,
            then=lambda _changes: self._counting.read(), asked_by=self,
        )  # fmt: skip

    def place(self) -> None:
        """F5: say where goods are taken from, or where they are put."""
        self._shop.read(places.saleable, self._counting.shop_id, then=self._ask_place, asked_by=self)

    def _ask_place(self, known: list[Place]) -> None:
        now = self._counting.place
        title = _("Taken from") if self._packing else _("Where they go")
        plain = _("Scan a place's label, type its name, or choose. It holds for what is scanned next.")
        every = _("Where the book has them") if self._packing else _("Each to its home place")
        self._page.open_panel(
            PlacePanel(
                title, plain, known, self._take_place, now.id if now is not None else None, every=every,
                take_every=lambda: self._take_place(None),
            )
        )  # fmt: skip

    def _take_place(self, place: Place | None) -> None:
        self._page.close_panel()
        self._counting.use_place(place)


def place_words(counting: Counting) -> str:
    """Say where what is scanned next comes from, or where it goes."""
    packing = counting.stage is Stage.DISPATCH
    if counting.place is None:
        return _("From: by the book") if packing else _("To: home places")
    name = place_rules.inside(counting.place.path)
    return (_("From: {place}") if packing else _("To: {place}")).format(place=name)
