"""A second person's yes, on the same screen and never as a dialog; the cashier stays signed in.

A screen puts an :class:`ApprovalPanel` where its work is, calls :meth:`ApprovalPanel.ask` with the error that a service
raised, and repeats the call with ``shop.run(..., acting=acting)`` when the panel hands over an ``Acting`` that carries
the approval of exactly that act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core.acting import Acting, Approval, Permission
from shopstock.core.outcome import NotAllowed, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.queries import people as people_query
from shopstock.queries.people import Person
from shopstock.services import people
from shopstock.ui import fields, sounds, theme
from shopstock.ui.shop import Shop


class ApprovalPanel(QFrame):
    """Asks for the PIN or badge of someone who may. ``ended`` tells that it closed, approved or not."""

    ended = Signal(bool)

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._permission = Permission.APPROVE
        self._subject = ""
        self._approved: Callable[[Acting], object] | None = None
        self.setProperty("role", "card")
        self.hide()

    def _build(self) -> None:
        """Build what is inside, when somebody is first asked: few sales need a second person."""
        from shopstock.ui.people_tiles import AskForPin

        self.form = AskForPin(_("Approve"))
        self.form.asked.connect(self._try)
        self.form.cancelled.connect(self.cancel)
        self._title = fields.title("")
        self._what = fields.label("", "label")
        self._what.setWordWrap(True)
        cancel = fields.Button(_("Cancel"), fields.OUTLINE, key="Esc", on_click=self.cancel)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S4, theme.S4, theme.S4, theme.S4)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addWidget(self._what)
        layout.addWidget(self.form, 1)
        self.setFocusProxy(self.form)

    def ask(self, error: NotAllowed, approved: Callable[[Acting], object]) -> None:
        """Ask for a yes to the act that ``error`` names; ``approved`` gets who acts, with the approval."""
        self._permission = Permission(error.permission)
        self._subject = getattr(error, "subject", "")
        self._approved = approved
        if self.layout() is None:
            self._build()
        self._title.setText(_("Someone else has to approve this"))
        self._what.setText(str(error))
        self._shop.read(
            people_query.approvers, self._permission, self._acting().person_id, then=self._show, key="approvers"
        )

    def on_scan(self, scan: Scan) -> None:
        """Take the badge of whoever approves; the screen hands its scans over while the panel is open."""
        self._shop.run(
            people.approve_by_badge, self._permission, self._subject, scan.code, then=self._yes, failed=self._refused
        )

    def cancel(self) -> None:
        """Close without a yes."""
        self.hide()
        self.ended.emit(False)

    def _acting(self) -> Acting:
        acting = self._shop.acting
        if acting is None:
            raise RuntimeError("an approval needs somebody signed in")
        return acting

    def _show(self, known: list[Person]) -> None:
        self.form.show_people(known)
        if not known:
            self.form.say(_("Nobody here may approve this. The owner gives the right by a role in Settings, People."))
        self.show()
        self.form.pad.line.setFocus()

    def _try(self, person: Person, pin: str) -> None:
        self._shop.run(
            people.approve, self._permission, self._subject, person.id, pin, then=self._yes, failed=self._refused
        )

    def _yes(self, approval: Approval) -> None:
        sounds.yes()
        approved, self._approved = self._approved, None
        self.hide()
        self.ended.emit(True)
        if approved is not None:
            approved(replace(self._acting(), approval=approval))

    def _refused(self, error: ShopError) -> None:
        sounds.no()
        self.form.say(str(error))
