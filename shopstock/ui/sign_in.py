"""Who are you: tiles of people, a PIN by keyboard, touch or badge. One person without a PIN is never asked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core.acting import Acting
from shopstock.core.outcome import ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import StationId
from shopstock.queries import people as people_query
from shopstock.queries.people import Person
from shopstock.services import people
from shopstock.ui import fields, sounds, theme
from shopstock.ui.people_tiles import AskForPin
from shopstock.ui.shop import Shop


class SignInScreen(QWidget):
    """The page that stands in for every screen while nobody is signed in."""

    signed_in = Signal(object)  # Acting
    left = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        #: The till where people sign in; the program sets it once it knows.
        self.station_id = StationId(1)
        self.ask = AskForPin(_("Sign in"))
        self.ask.asked.connect(self._try)
        self.ask.cancelled.connect(self._leave)
        self._title = fields.title(_("Who is at the till?"))
        self._back = fields.Button(_("Back"), fields.OUTLINE, icon="chevron-left", key="Esc", on_click=self._leave)
        self._out = fields.Button(_("Sign out"), fields.QUIET, icon="logout", on_click=self._sign_out)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._out)
        head.addWidget(self._back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S6)
        layout.addLayout(head)
        layout.addWidget(self.ask, 1)
        self.setFocusProxy(self.ask)

    def prepare(self, *, back: bool) -> None:
        """Read who works here; ``back`` allows to go back to who is signed in already."""
        self._back.setVisible(back)
        self._out.setVisible(back)
        acting = self._shop.acting
        if acting is not None:
            self.station_id = acting.station_id
        self._shop.read(people_query.people, then=self._show, key="sign-in people")

    def on_scan(self, scan: Scan) -> None:
        """Sign in whoever's badge was scanned."""
        self._shop.run(people.sign_in_by_badge, scan.code, self.station_id, then=self._welcome, failed=self._refused)

    def _show(self, known: list[Person]) -> None:
        acting = self._shop.acting
        self.ask.show_people(known, acting.person_id if acting is not None else None)
        if self.isVisible():
            self.ask.pad.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self, person: Person, pin: str) -> None:
        self._shop.run(
            people.sign_in, person.id, pin, self.station_id, then=self._welcome, failed=self._refused, busy=self._wait
        )

    def _wait(self, busy: bool) -> None:
        self.ask.setEnabled(not busy)
        if not busy:
            self.ask.pad.line.setFocus()

    def _welcome(self, acting: Acting) -> None:
        sounds.yes()
        self.ask.say("")
        self._shop.acting = acting
        self.signed_in.emit(acting)

    def _refused(self, error: ShopError) -> None:
        sounds.no()
        self.ask.say(str(error))

    def _leave(self) -> None:
        # Back to who is signed in: said again, so that the window opens that person's screen.
        if self._shop.acting is not None:
            self._shop.acting = self._shop.acting
            self.left.emit()

    def _sign_out(self) -> None:
        self._shop.acting = None
