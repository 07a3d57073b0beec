"""What waits for approval: who asks, for what, with the evidence large; approve it or reject it with a reason."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSettings
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _, ngettext
from shopstock.core.units import Instant, Money
from shopstock.core.write_offs import WriteOffState
from shopstock.db.connection import Db
from shopstock.queries import write_offs
from shopstock.queries.write_offs import WriteOff, WriteOffSummary
from shopstock.services import write_offs as service
from shopstock.ui import fields, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.actions import Actions
from shopstock.ui.back.evidence_view import EvidenceView
from shopstock.ui.back.page import Page
from shopstock.ui.back.row_table import RowTable, read_rows
from shopstock.ui.orders.frame import EmptyPage
from shopstock.ui.receive.page import table_card
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table

_LIST, _LIST_NARROW, _NARROW = 340, 280, 1_000
_NOTED = "back/noted"


class _Entry(NamedTuple):
    id: int
    title: str
    second: str
    at: Instant | None
    value: Money | None
    state: WriteOffState
    mine: bool


def read(db: Db, acting: Acting) -> list[WriteOffSummary]:
    """Return what waits, and what was rejected of the person's own."""
    rejected = [one for one in write_offs.decided(db, acting) if one.state == WriteOffState.REJECTED and one.mine]
    return [*write_offs.waiting(db, acting), *rejected]


class WaitingPage(Page):
    """The queue at the side, the chosen one beside it. ``took_back`` tells a write-off that is scanned again."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self._machine: QSettings | None = None
        self._read: WriteOff | None = None
        self._summary: WriteOffSummary | None = None
        self._by_id: dict[int, WriteOffSummary] = {}
        self._build_list()
        self._build_one()
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        row.addWidget(self._list_card)
        row.addWidget(self.one, 1)
        self._empty = EmptyPage(
            _("Nothing waits for approval."),
            _("A write-off above the limit of who makes it waits here, with its photos, until somebody else approves"
              " or rejects it. The limits are in Settings, Write-offs and returns."),
        )  # fmt: skip
        around = QWidget()
        self._stack = QStackedLayout(around)
        self._stack.addWidget(body)
        self._stack.addWidget(self._empty)
        self.column.addWidget(around, 1)
        self.setFocusProxy(self.list)

    def _build_list(self) -> None:
        columns = [Column("title", _("Asked for"), weight=theme.MEDIUM, second="second", chips=_chips)]
        if self.sees_cost:
            columns.append(Column("value", _("Worth about"), "money", 104, theme.SEMIBOLD))
        self._rows = RowsModel(columns, money_decimals=self.digits)
        self.list = Table(self._rows, _("Waiting for approval"), row_height=theme.ROW_TWO_LINES)
        self._rows.setParent(self.list)
        self.list.selectionModel().currentRowChanged.connect(lambda _now, _before: self._chosen())
        self._list_card = table_card(self.list)

    def _build_one(self) -> None:
        self.title = fields.title("")
        self.facts = fields.label("", "label")
        self.facts.setWordWrap(True)
        self.table = RowTable(self.digits, costs=self.sees_cost)
        self.evidence = EvidenceView(self._shop, 180)
        self.why = fields.label("", "small", theme.SMALL)
        self.why.setWordWrap(True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self.reason.setPlaceholderText(_("Why it is rejected"))
        self.reason.setAccessibleName(_("Why it is rejected"))
        self.reason.returnPressed.connect(self.reject)
        self.reject_key = fields.Button(_("Reject"), fields.BAD, icon="x", on_click=self.reject)
        self.approve_key = fields.Button(_("Approve"), fields.PRIMARY, icon="check", key="F9", on_click=self.approve)
        self.back_key = fields.Button(_("Take it back"), icon="edit", on_click=self.take_back)
        self.noted_key = fields.Button(_("Noted"), fields.OUTLINE, icon="check", on_click=self.note)
        deeds = QHBoxLayout()
        deeds.setSpacing(theme.S2)
        deeds.addStretch(0)
        deeds.addWidget(self.reason, 1)
        deeds.addWidget(self.reject_key)
        deeds.addWidget(self.noted_key)
        deeds.addWidget(self.approve_key)
        self._rows_card = table_card(self.table)
        self.one = QFrame()
        self.one.setProperty("role", "card")
        column = QVBoxLayout(self.one)
        column.setContentsMargins(theme.S4, theme.S4, theme.S4, theme.S4)
        column.setSpacing(theme.S2)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.back_key)
        column.addLayout(head)
        column.addWidget(self.facts)
        column.addWidget(self.evidence, 3)
        column.addWidget(self._rows_card, 2)
        column.addWidget(self.why)
        column.addLayout(deeds)

    # -- reading ----------------------------------------------------------------------------------------------------

    def take_actions(self, actions: Actions) -> None:
        self._machine = actions.machine

    def came_into_view(self) -> None:
        self.refresh()

    def changed(self, changes: Changes) -> None:
        if changes.topics & {"write_offs", ELSEWHERE}:
            self.refresh()

    def refresh(self) -> None:
        """Read the queue."""
        self._shop.read(read, then=self._show, key=("waiting", id(self)), asked_by=self)

    def _show(self, found: list[WriteOffSummary]) -> None:
        noted = self._noted()
        shown = [one for one in found if one.state == WriteOffState.WAITING or one.id not in noted]
        self._by_id = {one.id: one for one in shown}
        self._rows.set_rows(_entry(one) for one in shown)
        self._stack.setCurrentIndex(0 if shown else 1)
        if shown and self.list.selected_row() is None:
            self.list.select(0)
        elif not shown:
            self._read = self._summary = None
        self._chosen()

    def _chosen(self) -> None:
        entry: _Entry | None = self.list.selected_row()
        self._summary = self._by_id.get(entry.id) if entry is not None else None
        if self._summary is None:
            return
        if self._read is not None and self._read.id != self._summary.id:
            self._read = None
            self.reason.setText("")
        self._shop.read(
            write_offs.write_off, self._summary.id, then=self._show_one, key=("waiting one", id(self)), asked_by=self
        )

    def _show_one(self, found: WriteOff) -> None:
        if self._summary is None or found.id != self._summary.id:
            return
        self._read = found
        waits = found.state == WriteOffState.WAITING
        self.title.setText(
            _("{number}: {causes}").format(number=found.number, causes=", ".join(self._summary.causes)) if waits
            else _("{number} was rejected").format(number=found.number)
        )  # fmt: skip
        self.facts.setText(self._facts_of(found))
        self.evidence.setVisible(waits)
        self._rows_card.setVisible(waits)
        self.evidence.show_evidence(found.evidence, _("No cause of it asks for a photo or file."))
        self.table.evidence = bool(found.evidence)
        self.table.show_rows(read_rows(found.rows))
        self._tell()

    def _facts_of(self, found: WriteOff) -> str:
        if found.state != WriteOffState.WAITING:
            return _("{name} rejected it {when}: {why} Nothing was written off.").format(
                name=found.decided_by, when=fmt.instant(found.decided_at), why=_sentence(found.decision_note)
            )
        count = len(found.rows)
        said = [
            _("{name} asked {when}").format(name=found.sent_by or found.started_by, when=fmt.instant(found.sent_at)),
            ngettext("one row", "{n} rows", count).format(n=fmt.number(count)), found.place,
        ]  # fmt: skip
        if found.value is not None:
            said.append(_("worth about {amount}").format(amount=fmt.money(found.value, self.digits)))
        if found.note:
            said.append(f"“{found.note}”")
        return " · ".join(said)

    # -- deciding ---------------------------------------------------------------------------------------------------

    def _hindrance(self) -> str:
        """Say why who is signed in may not approve; empty when they may."""
        acting, found = self._shop.acting, self._read
        if acting is None or found is None:
            return ""
        if not (acting.may(Permission.APPROVE) and acting.may(Permission.WRITE_OFF)):
            return _("Waits for someone who may approve: the owner or an inventory manager.")
        if found.mine and not acting.alone:
            return _("You asked for this yourself: somebody else has to approve it.")
        return ""

    def _tell(self) -> None:
        found = self._read
        waits = found is not None and found.state == WriteOffState.WAITING
        hindrance = self._hindrance()
        may = waits and not hindrance
        acting = self._shop.acting
        alone = acting is not None and acting.alone and found is not None and found.mine
        self.why.setText(hindrance or (_("You approve it yourself, and the document says so.") if alone else ""))
        self.why.setVisible(waits and bool(self.why.text()))
        self.approve_key.setVisible(waits)
        self.approve_key.setEnabled(may)
        for part in (self.reason, self.reject_key):
            part.setVisible(may)
        self.back_key.setVisible(waits and found is not None and (found.mine or self.may(Permission.APPROVE)))
        self.noted_key.setVisible(found is not None and not waits)

    def approve(self) -> None:
        """F9: approve and post it."""
        found = self._read
        if found is None or found.state != WriteOffState.WAITING:
            return
        hindrance = self._hindrance()
        if hindrance:
            sounds.no()
            self.say("warn", hindrance)
            return
        self._shop.run(service.approve, found.id, then=self._approved, failed=self._refused, asked_by=self)

    def _approved(self, changes: Changes) -> None:
        sounds.yes()
        ref = changes.document
        if ref is not None:
            self._shop.say(
                "ok", _("Approved: write-off {number} is posted.").format(number=ref.number), "", _("Show it"),
                lambda: self.document_asked.emit(ref.id), key="back",
            )  # fmt: skip
        self.list.setFocus()

    def reject(self) -> None:
        """Reject it, with the reason that was typed."""
        found = self._read
        if found is None or not self.reject_key.isVisible():
            return
        if not self.reason.text().strip():
            sounds.no()
            self.say("warn", _("Say why it is rejected: who asked will read it."))
            self.reason.setFocus()
            return
        self._shop.run(
            service.reject, found.id, self.reason.text(), then=self._rejected, failed=self._refused, asked_by=self
        )

    def _rejected(self, _changes: Changes) -> None:
        number = self._read.number if self._read is not None else ""
        self.reason.setText("")
        self.say("ok", _("{number} is rejected. Nothing was written off.").format(number=number))
        self.list.setFocus()

    def take_back(self) -> None:
        """Take it out of the queue, to change it or to give it up."""
        if self._read is not None:
            self._shop.run(
                service.take_back, self._read.id, then=self._taken_back, failed=self._refused, asked_by=self
            )  # fmt: skip

    def _taken_back(self, _changes: Changes) -> None:
        number = self._read.number if self._read is not None else ""
        self.say("ok", _("{number} is open again: go on with it under Write off.").format(number=number))

    def _refused(self, error: ShopError) -> None:
        sounds.no()
        self.say("bad", error.sentence())
        self.refresh()

    # -- rejected ones, until they are noted ------------------------------------------------------------------------

    def _noted_key(self) -> str:
        acting = self._shop.acting
        return f"{_NOTED}/{acting.person_id if acting is not None else 0}"

    def _noted(self) -> set[int]:
        texts = str(self._machine.value(self._noted_key(), "")) if self._machine is not None else ""
        return {int(text) for text in texts.split() if text.isdigit()}

    def note(self) -> None:
        """Take note of why it was rejected: it is shown no more."""
        if self._read is None or self._machine is None:
            return
        latest = sorted({*self._noted(), self._read.id})[-50:]
        self._machine.setValue(self._noted_key(), " ".join(map(str, latest)))
        self._read = None
        self.refresh()

    def escape(self) -> bool:
        if self.reason.text():
            self.reason.setText("")
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._list_card.setFixedWidth(_LIST_NARROW if self.width() < _NARROW else _LIST)


def _entry(one: WriteOffSummary) -> _Entry:
    title = ", ".join(one.items) or ", ".join(one.causes) or one.number
    second = f"{one.number} · {one.sent_by or one.started_by} · {fmt.instant(one.sent_at or one.started_at)}"
    return _Entry(one.id, title, second, one.sent_at, one.value, one.state, one.mine)


def _chips(row: _Entry) -> list[Chip]:
    return [Chip(_("rejected"), "x", "bad")] if row.state == WriteOffState.REJECTED else []


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
