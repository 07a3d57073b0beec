"""Tiles of people and a PIN line with its pad: the common part of signing in and of an approval."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.queries.people import Person
from shopstock.ui import fields, theme
from shopstock.ui.words import role_name

COLUMNS = 3


class PinPad(QWidget):
    """A PIN by keyboard or touch. ``entered`` tells it; the line is emptied at once."""

    entered = Signal(str)

    def __init__(self, enter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S2)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaxLength(12)
        self.line.setAccessibleName(_("PIN"))
        self.line.setPlaceholderText(_("PIN"))
        theme.style_font(self.line, theme.TITLE, theme.SEMIBOLD)
        self.line.returnPressed.connect(self._enter)
        layout.addWidget(self.line)
        layout.addWidget(fields.NumberPad(self.line, decimal=False, enter=enter))
        self.setFocusProxy(self.line)

    def empty(self) -> None:
        """Forget what was typed."""
        self.line.setText("")

    def _enter(self) -> None:
        pin = self.line.text()
        self.empty()
        self.entered.emit(pin)


class PeopleTiles(QWidget):
    """One tile of 56 for each person. ``picked`` tells who."""

    picked = Signal(object)  # Person

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.S2)
        self._group = QButtonGroup(self)
        self._people: list[Person] = []

    def show_people(self, people: Iterable[Person], chosen: int | None = None) -> None:
        """Show these people; choose one of them, the first unless named."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.deleteLater()
        self._people = list(people)
        for place, person in enumerate(self._people):
            tile = fields.Button(person.name, icon="user", height=theme.TILL_KEY)
            tile.setCheckable(True)
            tile.setToolTip(role_name(person.role))
            tile.setAccessibleName(f"{person.name}, {role_name(person.role)}")
            tile.clicked.connect(lambda _checked=False, person=person: self.picked.emit(person))
            self._group.addButton(tile, place)
            self._grid.addWidget(tile, place // COLUMNS, place % COLUMNS)
        wanted = next((n for n, person in enumerate(self._people) if person.id == chosen), 0)
        if self._people:
            self._group.button(wanted).setChecked(True)

    def chosen(self) -> Person | None:
        """Return who is chosen, or ``None``."""
        place = self._group.checkedId()
        return self._people[place] if 0 <= place < len(self._people) else None


class AskForPin(QWidget):
    """Tiles, PIN and a line for what went wrong, side by side; Esc cancels."""

    asked = Signal(object, str)  # Person, PIN
    cancelled = Signal()

    def __init__(self, enter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = PeopleTiles()
        self.pad = PinPad(enter)
        self.pad.setFixedWidth(280)
        self._wrong = fields.label("", "bad", theme.BODY, theme.SEMIBOLD)
        self._wrong.setWordWrap(True)
        self._wrong.setMinimumHeight(44)
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        left.addWidget(self.tiles)
        advice = fields.label(_("Choose your name and enter your PIN, or scan your badge."), "label")
        advice.setWordWrap(True)
        left.addWidget(advice)
        left.addWidget(self._wrong)
        left.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S6)
        layout.addLayout(left, 1)
        layout.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.pad)
        self.tiles.picked.connect(lambda _person: self.pad.setFocus())
        self.pad.entered.connect(self._entered)

    def show_people(self, people: Iterable[Person], chosen: int | None = None) -> None:
        """Show who may be chosen."""
        self.tiles.show_people(people, chosen)
        self.say("")
        self.pad.empty()

    def say(self, sentence: str) -> None:
        """Say what went wrong, or nothing."""
        self._wrong.setText(sentence)

    def _entered(self, pin: str) -> None:
        person = self.tiles.chosen()
        if person is not None:
            self.asked.emit(person, pin)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.pad.empty()
            self.cancelled.emit()
            return
        super().keyPressEvent(event)
