"""What the count asks, and what becomes of the answers: decisions, damage, lots, places, unknown codes, one label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.labels import SHELF, Reason, Wanted
from shopstock.core.outcome import Changes
from shopstock.core.text import _
from shopstock.core.units import Day, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries import labels as label_rows
from shopstock.queries import places as places_query
from shopstock.queries.places import Place
from shopstock.services import items as item_services
from shopstock.services import labels as label_service
from shopstock.services import receiving
from shopstock.ui.receive import view
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.receive.panels import DamagedPanel, DecidePanel, LotPanel, PlacePanel, SetPanel, read_photo
from shopstock.ui.sell.ask_panels import NewItemPanel
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.ui.receive.count_page import CountPage


class Questions(QObject):
    """The questions of one count page."""

    def __init__(self, shop: Shop, page: CountPage) -> None:
        super().__init__(page)
        self._shop = shop
        self._page = page
        self._counting = page.counting
        self._folder = ""
        self._keep_folder = _forget

    def use_folder(self, folder: str, keep: object) -> None:
        """Look for photos in a folder; ``keep`` remembers another one on this machine."""
        self._folder = folder
        self._keep_folder = keep  # type: ignore[assignment]

    def _row(self) -> CountRow | None:
        row: CountRow | None = self._page.table.selected_row()
        return row if row is not None and not row.unknown else None

    # -- decisions --------------------------------------------------------------------------------------------------

    def decide_selected(self) -> None:
        """F3: decide about the selected row, or the first that waits."""
        row = self._row()
        waiting = {about.key for about in self._counting.tally.look_at}
        if row is None or row.key not in waiting:
            first = next((one for one in self._counting.tally.rows if one.key in waiting), None)
            if first is not None:
                self._page.table.select(self._page.table.count_rows.index_of(first.key))
                row = first
        if row is None or (not row.unknown and not self._counting.choices_of(row)):
            self._shop.say("ok", _("Nothing waits for a decision."), key="receive")
            return
        if row.unknown:
            self.cure(row.key, "find")
        else:
            self.decide(row)

    def decide(self, row: CountRow) -> None:
        """Ask what to do about a row."""
        asked = self._counting.choices_of(row)
        if not asked:
            return
        about = asked[0]

        def take(decision: str) -> None:
            assert row.item_id is not None
            self._shop.run(
                receiving.decide, self._counting.delivery_id, row.item_id, about.about, view.decision(decision),
                then=self._counting.read_after, asked_by=self,
            )  # fmt: skip
            rest = asked[1:]
            self._page.close_panel()
            if rest and about.chosen == "":
                self._ask_next(row, rest)

        self._page.open_panel(DecidePanel(row.name, about.fact, about.choices, take, about.chosen))

    def _ask_next(self, row: CountRow, rest: list[view.Asked]) -> None:
        about = rest[0]

        def take(decision: str) -> None:
            assert row.item_id is not None
            self._shop.run(
                receiving.decide, self._counting.delivery_id, row.item_id, about.about, view.decision(decision),
                then=self._counting.read_after, asked_by=self,
            )  # fmt: skip
            self._page.close_panel()

        self._page.open_panel(DecidePanel(row.name, about.fact, about.choices, take, about.chosen))

    # -- figures ----------------------------------------------------------------------------------------------------

    def set_count(self) -> None:
        """F6: set how many were counted."""
        row = self._row()
        if row is None:
            return

        def take(qty: Qty) -> None:
            self._counting.set_qty(row.key, qty)
            self._page.close_panel()

        self._page.open_panel(SetPanel(row.name, row.counted, take))

    def damaged(self) -> None:
        """F7: set goods aside as damaged, with a photo."""
        row = self._row()
        if row is None:
            return

        def take(qty: Qty, note: str, photo: str) -> None:
            self._page.close_panel()
            key = self._counting.add_damaged(row.key, qty, note)
            if photo:
                self._counting.after_written(lambda: self._attach(key, photo))

        self._page.open_panel(
            DamagedPanel(row.name, self._counting.good_of(row.key), self._folder, take, self._folder_chosen)
        )

    def _attach(self, scan_key: str, photo: str) -> None:
        self._shop.run(attach, self._counting.delivery_id, scan_key, photo, then=self._attached, asked_by=self)

    def _attached(self, _changes: object) -> None:
        self._shop.say("ok", _("The photo is kept with the damage."), key="receive")

    def _folder_chosen(self, folder: str) -> None:
        self._folder = folder
        self._keep_folder(folder)

    # -- lots -------------------------------------------------------------------------------------------------------

    def lot_selected(self) -> None:
        """F10: write lot and last day of the selected item down."""
        row = self._row()
        if row is not None:
            self.lot(row.key)

    def lot(self, key: str) -> None:
        """Ask lot and last day of what was counted of an item without them."""
        number = self._page.table.count_rows.index_of(key)
        row = self._page.table.count_rows.row_at(number)
        waits = self._counting.without_lot(key)
        if row is None or not waits:
            return

        def take(lot: str, expires: Day) -> None:
            self._counting.name_lot(key, lot, expires)
            self._page.close_panel()
            following = self._counting.next_without_lot()
            if following:
                self.lot(following)

        last = self._counting.last_lot(key)
        self._page.open_panel(LotPanel(row.name, waits, take, *last))

    # -- places -----------------------------------------------------------------------------------------------------

    def place(self) -> None:
        """F5: choose where counted goods are put."""
        self._shop.read(places_query.saleable, then=self._ask_place, asked_by=self)

    def _ask_place(self, places: list[Place]) -> None:
        def take(place: Place | None) -> None:
            self._counting.use_place(place)
            self._page.close_panel()

        self._page.open_panel(PlacePanel(places, self._counting.place, take))

    # -- unknown codes ----------------------------------------------------------------------------------------------

    def cure(self, key: str, how: str) -> None:
        """Find, new item, skip: settle an unknown code."""
        row = next((one for one in self._counting.tally.rows if one.key == key), None)
        if row is None:
            return
        if how == "find":
            self._page.find_for(key, row.code)
        elif how == "skip":
            self._counting.skip(key)
        else:
            self._page.open_panel(
                NewItemPanel(row.code, lambda name, price: self._make_item(key, row.code, name, price))
            )

    def _make_item(self, key: str, code: str, name: str, price: Money) -> None:
        def made(changes: Changes) -> None:
            self._page.close_panel()
            self._counting.choose(next(iter(changes.items)), key)

        self._shop.run(
            item_services.create, ItemFields(name=name, price=price), [NewCode(code)], then=made,
            asked_by=self,
        )  # fmt: skip

    # -- one label --------------------------------------------------------------------------------------------------

    def label(self) -> None:
        """Print one label of the selected item."""
        row = self._row()
        if row is not None and row.item_id is not None:
            self._shop.read(label_rows.template, then=lambda template: self._print(row, template), asked_by=self,
                            failed=lambda _error: self._print(row, SHELF))  # fmt: skip

    def _print(self, row: CountRow, template: object) -> None:
        assert row.item_id is not None
        lot, expires = self._counting.last_lot(row.key)
        self._shop.run(
            label_service.queue, [Wanted(row.item_id, 1, lot, expires or None)], template, Reason.RECEIVED,
            then=lambda queued: self._printed(row.name, queued), asked_by=self,
        )  # fmt: skip

    def _printed(self, name: str, queued: label_service.Queued) -> None:
        self._shop.announce(queued.changes)
        self._shop.say("ok", _("A label of {item} goes to the printer.").format(item=name), key="receive")


def attach(db: Db, acting: object, delivery_id: int, scan_key: str, photo: str) -> Changes:
    """Keep a photo with the scan of a damage; a file that cannot be read says so."""
    read_photo(photo)
    return receiving.attach_photo(db, acting, delivery_id, scan_key, photo)  # type: ignore[arg-type]


def _forget(_folder: str) -> None:
    """Nobody keeps the folder of the camera yet."""
