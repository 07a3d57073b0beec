"""One place that is counted: its name, what was scanned there, and the key that says it is done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal

from shopstock.core import places as place_rules
from shopstock.core.counting import SheetState
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.core.units import Qty
from shopstock.queries.counting import Counted
from shopstock.services import counts
from shopstock.ui import format as fmt
from shopstock.ui import sounds
from shopstock.ui.count import words
from shopstock.ui.count.counting import KEY, Counting
from shopstock.ui.count.sheet_step import SheetStep
from shopstock.ui.receive.page import Page
from shopstock.ui.receive.view import Totals
from shopstock.ui.shop import ELSEWHERE, Shop


class SheetPage(Page):
    """The page of one sheet. ``sheet_asked`` wants another place of the count."""

    sheet_asked = Signal(int)

    def __init__(self, shop: Shop, counted: Counted) -> None:
        super().__init__(shop, place_rules.inside(counted.head.place))
        self.back_key.setAccessibleName(_("Back to the places"))
        self.back_key.setToolTip(_("Back to the places (F4)"))
        self.head_ = counted.head
        self._busy = False
        self._asked_at: tuple[Totals, int] | None = None
        self.counting = Counting(shop, counted, self)
        self.step = SheetStep(shop, self.counting)
        self.column.addWidget(self.step, 1)
        self.counting.read_again.connect(self._show)
        self.counting.sheet_asked.connect(self.sheet_asked)
        self.counting.changed.connect(self._calm)
        self.step.next_asked.connect(self.next)
        self.setFocusProxy(self.step)
        self._show(counted)

    def _show(self, counted: Counted) -> None:
        self.head_ = counted.head
        self.facts.setText(words.sheet_facts(counted.head))
        self._calm()
        if counted.head.state in (SheetState.DONE, SheetState.CANCELLED) and not self._busy:
            self._shop.say("info", _("Somebody finished this place: {state}.").format(state=counted.head.state.words))
            self.left.emit()

    def _calm(self) -> None:
        """Show the key as it stands; what is counted after the first press means that it is not done yet.

        A reading that brings nothing new leaves the key: else the second press could come too late for ever.
        """
        if self._standing() != self._asked_at:
            self._asked_at = None
            self.step.next_key.show_text(self.step.next_words())

    def _standing(self) -> tuple[Totals, int]:
        tally = self.counting.tally
        return tally.totals, len(tally.rows)

    def came_into_view(self) -> None:
        self.counting.read()
        self.step.table.setFocus()

    def changed(self, changes: Changes) -> None:
        if not self._busy and changes.topics & {"counts", ELSEWHERE}:
            self.counting.read_soon()

    def on_scan(self, scan: Scan) -> None:
        if self._busy:
            sounds.no()
        else:
            self.step.on_scan(scan)

    # -- keys ---------------------------------------------------------------------------------------------------------

    def entry_line(self) -> None:
        """F2: type a code, words or a quantity."""
        self.step.entry_line()

    def set_count(self) -> None:
        """F6: type how many of the selected row there are."""
        self.step.questions.set_count()

    def none_here(self) -> None:
        """F7: the selected item does not lie here."""
        self.counting.none_here()

    def escape(self) -> None:
        """Esc closes what is open; then it leaves. Nothing that was scanned is lost."""
        if not self.step.escape():
            self.left.emit()

    def next(self) -> None:
        """F9: this place is counted; of a whole place that is asked twice, because what nobody scanned is none."""
        if self._busy:
            return
        tally, key = self.counting.tally, self.step.next_key
        if tally.open:
            sounds.no()
            self._shop.say(
                "bad",
                ngettext(
                    "{n} item of the list has no figure yet: {names}.", "{n} items of the list have no figure yet: "
                    "{names}.", len(tally.open),
                ).format(n=fmt.number(len(tally.open)), names=words.listed([one.name for one in tally.open])),
                _("Count them, or press F7 where there are none."), key=KEY,
            )  # fmt: skip
            self.step.table.select(self.step.table.count_rows.index_of(f"i{tally.open[0].item_id}"))
        elif self.head_.whole and not key.second():
            self._asked_at = self._standing()
            key.show_text(key.text(), _("Press again: what was not scanned is not here"))
        else:
            self._busy = True
            self.counting.after_written(self._finish)

    def _finish(self) -> None:
        self._shop.run(counts.begin_sheet, self.head_.id, then=self._begun, failed=self._refused, asked_by=self)

    def _begun(self, _changes: Changes) -> None:
        self._shop.run(
            counts.finish_sheet, self.head_.id, then=partial(self._finished, self.counting.tally.totals.counted),
            failed=self._refused, asked_by=self,
        )  # fmt: skip

    def _finished(self, qty: Qty, _changes: Changes) -> None:
        sounds.yes()
        self.left.emit()
        self._shop.say(
            "ok", _("{place} is counted: {qty} in all.").format(place=self.title.text(), qty=fmt.qty(qty)), key=KEY
        )

    def _refused(self, error: ShopError) -> None:
        self._busy = False
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)
        self.counting.read()
