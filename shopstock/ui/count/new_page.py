"""Begin a full count: which places, which categories, what it is called."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout

from shopstock.core.acting import Acting
from shopstock.core.counting import Scope
from shopstock.core.outcome import ShopError
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.queries import items, places
from shopstock.queries.items import Named
from shopstock.queries.places import Place
from shopstock.services import counts
from shopstock.services.counts import Begun, CountFields
from shopstock.ui import fields, sounds, theme
from shopstock.ui.count import words
from shopstock.ui.count.counting import KEY
from shopstock.ui.count.tick_list import TickList, TickRow
from shopstock.ui.receive.page import NARROW, Page, card, heading, narrow_side, sentence, table_card
from shopstock.ui.segments import Segments
from shopstock.ui.sell.panel import Form
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop

PLACES, CATEGORIES = "places", "categories"


class Choices(NamedTuple):
    """What a count of this shop may take in."""

    here: Place
    places: list[Place]
    categories: list[Named]


def choices(db: Db, acting: Acting) -> Choices:
    """Return the places for sale of the shop of who asks, and all categories."""
    shop_id = places.shop_of(db, acting.location_id)
    return Choices(places.place(db, shop_id), places.saleable(db, shop_id), items.categories(db))


class NewPage(Page):
    """The page. ``begun`` tells the count."""

    begun = Signal(int)

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, _("New count"))
        self.back_key.setAccessibleName(_("Back to the counts"))
        self.back_key.setToolTip(_("Back to the counts (Esc)"))
        self._known: Choices | None = None
        self._busy = False
        self.parts = Segments(_("What is counted"))
        self.parts.add(PLACES, _("Places"))
        self.parts.add(CATEGORIES, _("Categories"))
        self._stack = QStackedWidget()
        self.parts.chosen.connect(lambda part: self._stack.setCurrentIndex(0 if part == PLACES else 1))
        self.places = TickList(_("Places"))
        self.categories = TickList(_("Categories"))
        for table in (self.places, self.categories):
            table.ticked.connect(self._tell)
            self._stack.addWidget(table_card(table))
        self.side, column = card(padding=theme.S6, spacing=theme.S3)
        form = Form(pad=False)
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.name.setPlaceholderText(_("such as: January count"))
        form.add_field(_("Name, if it has one"), self.name)
        self.note = QLineEdit()
        self.note.setMaxLength(200)
        form.add_field(_("Note for who counts"), self.note)
        self._what = fields.label("", "", theme.TITLE, theme.MEDIUM)
        self._what.setWordWrap(True)
        self.begin_key = TillButton(
            _("Begin the count"), kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True,
        )  # fmt: skip
        self.begin_key.clicked.connect(lambda _checked=False: self.begin())
        column.addWidget(heading(_("What will be counted")))
        column.addWidget(self._what)
        column.addWidget(
            sentence(
                _("Each place gets a sheet. The shop stays open: what is sold or received meanwhile is reckoned with. "
                  "Who counts does not see what is expected.")
            )
        )  # fmt: skip
        column.addWidget(form)
        column.addStretch(1)
        column.addWidget(self.begin_key)
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        left.addWidget(self.parts)
        left.addWidget(self._stack, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        self.column.addLayout(row, 1)
        self.setFocusProxy(self.places)

    def came_into_view(self) -> None:
        self._shop.read(choices, then=self._show, key=("count-choices", id(self)), asked_by=self)
        self.places.setFocus()

    def _show(self, known: Choices) -> None:
        self._known = known
        self.facts.setText(known.here.name)
        self.places.show_rows(
            [
                TickRow(one.id, "    " * one.depth + one.name, "    " * one.depth + (one.code or _("without a label")))
                for one in known.places
            ]
        )
        self.categories.show_rows([TickRow(one.id, one.name, words.items_words(one.items)) for one in known.categories])
        self.parts.count(PLACES, len(known.places))
        self.parts.count(CATEGORIES, len(known.categories))
        self._tell()

    def chosen_places(self) -> list[Place]:
        """Return the places that will have a sheet: those ticked with all that lies in them, or all."""
        if self._known is None:
            return []
        chosen, found = self.places.chosen, set[int]()
        for one in self._known.places:  # parents come before what lies in them
            if not chosen or one.id in chosen or one.parent_id in found:
                found.add(one.id)
        return [one for one in self._known.places if one.id in found]

    def _tell(self) -> None:
        taken = self.chosen_places()
        categories = [one.name for one in self._known.categories if one.id in self.categories.chosen] if (
            self._known
        ) else []  # fmt: skip
        where = words.places_words(len(taken))
        if categories:
            self._what.setText(
                _("{places}, only {categories}").format(places=where, categories=words.listed(categories))
            )
        else:
            self._what.setText(_("{places}, everything that lies there").format(places=where))

    def next(self) -> None:
        """F9: begin."""
        self.begin()

    def begin(self) -> None:
        """Begin the count; its sheets are there at once for everybody."""
        if self._known is None or self._busy:
            return
        self._busy = True
        scope = Scope(tuple(sorted(self.places.chosen)), tuple(sorted(self.categories.chosen)))
        self._shop.run(
            counts.new_count, CountFields(self._known.here.id, scope, self.name.text(), self.note.text()),
            then=self._begun, failed=self._refused, asked_by=self,
        )  # fmt: skip

    def _begun(self, begun: Begun) -> None:
        self._busy = False
        self._shop.announce(begun.changes)
        sounds.yes()
        for field in (self.name, self.note):
            field.clear()
        for table in (self.places, self.categories):
            table.chosen.clear()
        self.begun.emit(begun.count_id)
        self._shop.say(
            "ok", _("{number} has begun.").format(number=begun.number),
            _("Scan the label of a place to count there, on any station."), key=KEY,
        )  # fmt: skip

    def _refused(self, error: ShopError) -> None:
        self._busy = False
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow_side(self.side, self.width() < NARROW)
