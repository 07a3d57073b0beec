"""The proof that a device works: a test print with a code of its own, and that code scanned back."""

from __future__ import annotations

import secrets

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.devices.permission import Fix
from shopstock.devices.status import Outcome, State
from shopstock.ui import fields, icons, sounds, theme


class Proof(QFrame):
    """What the test print said, what to do next, and the cure when there is one. Hidden until there is something."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.code = ""
        self._icon = QLabel()
        self._icon.setFixedSize(28, 28)
        self.said = fields.label("", "wrap", theme.BODY, theme.SEMIBOLD)
        self.said.setWordWrap(True)
        self.next = fields.label("", "wrap")
        self.next.setWordWrap(True)
        self.commands = QPlainTextEdit()
        self.commands.setReadOnly(True)
        self.commands.setAccessibleName(_("Lines to type into a terminal"))
        self.commands.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.commands.setFixedHeight(108)
        self.copy = fields.Button(_("Copy these lines"), icon="clipboard-check", on_click=self._copy)
        words = QVBoxLayout()
        words.setSpacing(theme.S2)
        for part in (self.said, self.next, self.commands):
            words.addWidget(part)
        words.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.S4, theme.S3, theme.S4, theme.S3)
        layout.setSpacing(theme.S3)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.clear()

    def clear(self) -> None:
        """Forget what was tried."""
        self.code = ""
        self._fill("", "", None)
        self.hide()

    def new_code(self) -> str:
        """Make the code of the next test print: one that no other paper has."""
        self.code = f"TRY-{secrets.randbelow(90_000) + 10_000}"
        return self.code

    def tried(self, outcome: Outcome, cure: Fix | None) -> None:
        """Say what became of the test print."""
        if outcome.state in (State.CONFIRMED, State.SENT_UNCONFIRMED):
            said = (
                _("The printer says that the test page is printed.") if outcome.state is State.CONFIRMED
                else _("The test page is sent. This printer does not say whether it came out.")
            )  # fmt: skip
            self._show("barcode", said, _("Now scan the lower code of the page that you just printed."), None)
            return
        self.code = ""
        words = cure.sentence if cure is not None else outcome.reason.words
        self._show("alert-triangle", _("The test page did not come out."), words, cure)

    def say(self, icon: str, said: str, then: str) -> None:
        """Say something else about the device."""
        self._show(icon, said, then, None)

    def takes(self, scan: Scan) -> bool:
        """Take a scan while a printed code is waited for; tell whether it was."""
        if not self.code:
            return False
        if scan.code.upper() == self.code:
            sounds.yes()
            self.code = ""
            way = _("typed by the scanner") if scan.source == "keyboard" else scan.source
            said = _("Printer and scanner work together.")
            self._show("circle-check", said, _("The code came back whole, {way}.").format(way=way), None)
        else:
            sounds.no()
            said = _("That was another code: {code}").format(code=scan.code[:40])
            then = _("Scan the code {code} of the page that you just printed.").format(code=self.code)
            self._show("help", said, then, None)
        return True

    def _show(self, icon: str, said: str, then: str, cure: Fix | None) -> None:
        if icon:
            tone = {"circle-check": "accent", "alert-triangle": "bad"}.get(icon, "ink")
            self._icon.setPixmap(icons.icon(icon, tone).pixmap(28, 28))
        self._fill(said, then, cure)
        self.show()
        QTimer.singleShot(0, self, self._into_sight)

    def _fill(self, said: str, then: str, cure: Fix | None) -> None:
        self.said.setText(said)
        self.next.setText(then)
        lines = cure.commands if cure is not None else ()
        self.commands.setPlainText("\n".join(lines))
        self.commands.setVisible(bool(lines))
        self.copy.setVisible(bool(lines))

    def _into_sight(self) -> None:
        # The buttons stand at the foot of a page that may be longer than the window.
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.commands.toPlainText())
        self.copy.setText(_("Copied"))
