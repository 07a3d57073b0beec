"""What the board asks in its side card: who counts a place, and what an unknown code is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QLineEdit

from shopstock.core.acting import ROLES, Permission
from shopstock.core.code_rules import NO_RULES
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ItemId, PersonId
from shopstock.queries import counting
from shopstock.queries.counting import Looked
from shopstock.queries.counts import SheetProgress, UnknownScan
from shopstock.queries.people import Person
from shopstock.queries.search import Hit
from shopstock.ui import format as fmt
from shopstock.ui import sounds, theme
from shopstock.ui.receive.page import sentence, table_card
from shopstock.ui.receive.panels import SidePanel
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.sell.panel import Form, action
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class _PersonRow(NamedTuple):
    id: PersonId | None
    name: str


class AssignPanel(SidePanel):
    """Give a place to a person, to a team, or to whoever comes."""

    def __init__(
        self, sheet: SheetProgress, people: Sequence[Person], take: Callable[[PersonId | None, str], object]
    ) -> None:  # fmt: skip
        super().__init__(sheet.place, _("Who counts here? Others cannot begin it then."))
        self._take = take
        form = Form(pad=False)
        self.team = QLineEdit(sheet.team)
        self.team.setMaxLength(80)
        self.team.setPlaceholderText(_("such as: Ann and Bo"))
        form.add_field(_("Team, if several count"), self.team)
        self.rows = RowsModel((Column("name", _("Person"), weight=theme.MEDIUM),))
        self.table = Table(self.rows, _("People who count"))
        self.rows.setParent(self.table)
        known = [_PersonRow(one.id, one.name) for one in people if Permission.COUNT in ROLES[one.role]]
        self.rows.set_rows([_PersonRow(None, _("Whoever comes")), *known])
        self.table.select(max(0, self.rows.index_of(sheet.assigned_to)))
        self.table.opened.connect(lambda _row: self._give())
        self.give_key = action(_("Give this place"), self._give)
        self.add(form)
        self.parts.addWidget(table_card(self.table), 1)
        self.add(self.give_key)
        self.first = self.table

    def _give(self) -> None:
        row = self.table.selected_row()
        self._take(None if row is None else row.id, self.team.text())


class _Found(NamedTuple):
    id: ItemId
    name: str
    sku: str


class MatchPanel(SidePanel):
    """Say what an unknown code of a count is, or leave it out."""

    def __init__(self, shop: Shop, unknown: UnknownScan, take: Callable[[ItemId | None], object]) -> None:
        super().__init__(
            unknown.code,
            _("Scanned {n} times: {places}. Which item is it? Type words or scan another code of it.").format(
                n=fmt.qty(unknown.times), places=unknown.places
            ),
        )
        self._shop, self._take = shop, take
        self.line = QLineEdit()
        self.line.setMaxLength(80)
        self.line.setFixedHeight(theme.CONTROL)
        self.line.setAccessibleName(_("Which item it is"))
        self.line.setPlaceholderText(_("a name or a SKU"))
        self.line.textChanged.connect(self._search)
        self.rows = RowsModel((Column("name", _("Item"), weight=theme.MEDIUM, second="sku"),))
        self.table = Table(self.rows, _("Items found"), row_height=theme.ROW_TWO_LINES)
        self.rows.setParent(self.table)
        self.table.opened.connect(lambda row: self._take(row.id))
        self.table.clicked.connect(lambda index: self._take(self.rows.row_at(index.row()).id))
        self.line.returnPressed.connect(self._first)
        self.none_key = action(_("Leave it out"), lambda: self._take(None))
        self.add(self.line)
        self.parts.addWidget(table_card(self.table), 1)
        self.add(sentence(_("Left out: it is nobody's, or it was a misread.")), self.none_key)
        self.first = self.line

    def _search(self, text: str) -> None:
        acting = self._shop.acting
        if text.strip() and acting is not None:
            self._shop.read(
                counting.find, text.strip(), acting.location_id, then=self._show, key=("match", id(self)), asked_by=self
            )

    def _show(self, hits: list[Hit]) -> None:
        self.rows.set_rows([_Found(hit.id, hit.name, hit.sku) for hit in hits])
        self.table.select(0)

    def _first(self) -> None:
        row = self.table.selected_row()
        if row is not None:
            self._take(row.id)

    def take_scan(self, scan: Scan) -> bool:
        """Take another code of the item."""
        self._shop.read(
            counting.look_up, scan.aim + scan.code, None, NO_RULES, then=self._scanned, failed=self._no, asked_by=self
        )
        return True

    def _scanned(self, looked: Looked) -> None:
        if looked.thing is None:
            self._no()
        else:
            sounds.yes()
            self._take(looked.thing.id)

    def _no(self, _error: object = None) -> None:
        sounds.no()
        self.say(_("This is no code of an item. Type its name."))
