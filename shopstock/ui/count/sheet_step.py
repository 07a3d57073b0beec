"""What is scanned at one place: the table, the last scan large, and what a person may say about a row. Blind."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSizePolicy

from shopstock.core import places as place_rules
from shopstock.core.text import _
from shopstock.core.units import Qty
from shopstock.queries import counting as query
from shopstock.ui import theme
from shopstock.ui.count.counting import Counting
from shopstock.ui.receive.count_page import CountPage
from shopstock.ui.receive.count_table import CountRow, CountTable
from shopstock.ui.receive.last_scan import LastScanCard
from shopstock.ui.receive.panels import SetPanel
from shopstock.ui.receive.totals_bar import TotalsBar
from shopstock.ui.scanning.scan_card import CardWords, ScanCard
from shopstock.ui.sell.finder import Finder
from shopstock.ui.sell.results import Results
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop


class SheetStep(CountPage):
    """The step. What is asked is asked by :class:`SheetQuestions`; nothing here knows what is expected."""

    counting: Counting

    def __init__(self, shop: Shop, counting: Counting) -> None:
        super().__init__(shop, counting)
        self.table.may_create = False
        self.entry.show_task("")
        self.last.damaged_key.setVisible(False)
        self.last.label_key.setVisible(False)
        self.none_key = TillButton(_("None here"), centered=True, keycap="F7", height=theme.CONTROL)
        self.none_key.clicked.connect(lambda _checked=False: counting.none_here())
        column = self.last.layout()
        assert column is not None
        column.addWidget(self.none_key)
        self._list.setMinimumHeight(theme.CONTROL)
        self._list.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def make_table(self) -> CountTable:
        return CountTable(name=_("What is counted here"), counted=_("Counted"), ordered=None)

    def make_totals(self) -> TotalsBar:
        # A message may cover the title: which place is counted is said here, too.
        place = place_rules.inside(self.counting.head.place)
        return TotalsBar(counted=_("counted at {place}").format(place=place), ordered=None)

    def make_card(self) -> LastScanCard:
        words = CardWords("", _("counted here"), "", "", "", _("Scan what lies here."), _("Scan the next item."))
        return ScanCard(words)

    def make_results(self) -> Results:
        return Results(2, with_stock=False)

    def make_questions(self) -> Any:
        return SheetQuestions(self)

    def make_finder(self) -> Finder:
        return Finder(self._shop, self.entry, self.results, self, query.find)

    def next_words(self) -> str:
        return _("This place is counted")


class SheetQuestions(QObject):
    """What the step asks: how many there are, and what a code is."""

    def __init__(self, page: SheetStep) -> None:
        super().__init__(page)
        self._page = page
        self._counting: Counting = page.counting

    def _row(self) -> CountRow | None:
        row: CountRow | None = self._page.table.selected_row()
        return row if row is not None and not row.unknown else None

    def set_count(self) -> None:
        """F6: type how many there are."""
        row = self._row()
        if row is None:
            return

        def take(qty: Qty) -> None:
            self._page.close_panel()
            self._counting.set_qty(row.key, qty)

        self._page.open_panel(SetPanel(row.name, row.counted, take))

    def cure(self, key: str, how: str) -> None:
        """Find or skip an unknown code."""
        if how == "skip":
            self._counting.skip(key)
        else:
            self._page.find_for(key, key[1:])

    def decide(self, row: CountRow) -> None:
        """Enter on a row sets its count."""
        self.set_count()

    def lot(self, _key: str) -> None:
        """Ask nothing: lots are not counted apart."""

    def damaged(self) -> None:
        """Ask nothing: what is damaged is written off."""

    def label(self) -> None:
        """Print nothing."""
