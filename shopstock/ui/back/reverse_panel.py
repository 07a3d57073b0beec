"""Undo a posted document: why not, where it cannot be; else a reason first, in the panel itself."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.acting import Acting
from shopstock.core.document import Head
from shopstock.core.outcome import Changes, NotAllowed, ShopError
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.queries.document_view import Document
from shopstock.services import reverse
from shopstock.ui import fields, sounds, theme
from shopstock.ui.movement_words import document_words
from shopstock.ui.receive.page import new_key
from shopstock.ui.shop import Shop


class ReversePanel(QWidget):
    """The part. ``reversed_`` tells the counter-document, ``approval_asked`` that a second person has to agree."""

    reversed_ = Signal(object)  # DocumentRef
    approval_asked = Signal(object)  # NotAllowed
    return_asked = Signal(str)  # the number of a sale

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self._shop = shop
        self._document: Document | None = None
        self._key = new_key()
        self.why_not = fields.label("", "small", theme.SMALL)
        self.why_not.setWordWrap(True)
        self.begin_key = fields.Button(_("Reverse"), icon="arrow-back-up", on_click=self.begin)
        self.return_key = fields.Button(
            _("Take back as a return"), fields.OUTLINE, icon="arrow-back-up", on_click=self._as_return
        )
        self._what = fields.label("", "wrap")
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self.reason.setPlaceholderText(_("Why it is reversed"))
        self.reason.setAccessibleName(_("Why it is reversed"))
        self.reason.returnPressed.connect(self._reverse_now)
        self.reverse_key = fields.Button(_("Reverse it"), fields.BAD, icon="arrow-back-up", on_click=self._reverse_now)
        self.leave_key = fields.Button(_("Leave it"), key="Esc", on_click=self.leave)
        keys = QHBoxLayout()
        keys.setSpacing(theme.S2)
        keys.addWidget(self.reverse_key)
        keys.addWidget(self.leave_key)
        keys.addStretch(1)
        self._asking = QWidget()
        asking = QVBoxLayout(self._asking)
        asking.setContentsMargins(0, 0, 0, 0)
        asking.setSpacing(theme.S2)
        asking.addWidget(self._what)
        asking.addWidget(self.reason)
        asking.addLayout(keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        for part in (self.why_not, self.begin_key, self.return_key, self._asking):
            column.addWidget(part)
        self._asking.hide()

    @property
    def asks(self) -> bool:
        """Tell whether the reason is being asked."""
        return self._asking.isVisible()

    def show_document(self, document: Document) -> None:
        """Show whether this document may be reversed."""
        if self._document is None or self._document.id != document.id:
            self._key = new_key()
            self.reason.setText("")
            self._asking.hide()
        self._document = document
        self.why_not.setText(document.why_not_reversible)
        self.why_not.setVisible(bool(document.why_not_reversible))
        self.return_key.setVisible(document.as_return)
        if document.why_not_reversible:
            self._asking.hide()
        self.begin_key.setVisible(not document.why_not_reversible and not self._asking.isVisible())

    def begin(self) -> None:
        """Ask for the reason."""
        document = self._document
        if document is None or document.why_not_reversible:
            return
        self._what.setText(
            _("{document} stays as it is; a counter-document undoes what it moved and paid. Say why.").format(
                document=document_words(document.kind, document.number)
            )
        )
        self.begin_key.hide()
        self._asking.show()
        self.reason.setFocus()

    def leave(self) -> None:
        """Leave the document as it is."""
        self._asking.hide()
        self.begin_key.setVisible(self._document is not None and not self._document.why_not_reversible)

    def _reverse_now(self) -> None:
        self.reverse()

    def reverse(self, acting: Acting | None = None) -> None:
        """Reverse it, with the reason that was typed."""
        document, why = self._document, self.reason.text().strip()
        if document is None:
            return
        if not why:
            sounds.no()
            self._shop.say("warn", _("Say why it is reversed: it stands on both documents."), key="back")
            self.reason.setFocus()
            return
        head = Head(self._key, clock.now(), note=why)
        self._shop.run(
            reverse.reverse, head, document.id, then=self._done, failed=self._refused, acting=acting, asked_by=self
        )  # fmt: skip

    def _refused(self, error: ShopError) -> None:
        sounds.no()
        if isinstance(error, NotAllowed):
            self.approval_asked.emit(error)
            return
        self._key = new_key()
        self._shop.say("bad", error.sentence(), key="back")

    def _done(self, changes: Changes) -> None:
        sounds.yes()
        self._key = new_key()
        self.reason.setText("")
        self._asking.hide()
        self.reversed_.emit(changes.document)

    def _as_return(self) -> None:
        if self._document is not None:
            self.return_asked.emit(self._document.number)
