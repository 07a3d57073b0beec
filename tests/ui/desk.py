"""A person at a screen: the real window with one screen in front, hands that type, scan and click, and eyes.

What the tests of every screen share. A screen's own ``conftest`` puts goods into the shop, and adds to :class:`Station`
what only its screen has: its name, what has to be done before it is at rest, and what its rows say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from shopstock.db.connection import open_shop
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner

KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier
_AT_REST_MS, _SOON_MS = 60_000, 20_000
#: What a hand leaves between two keys, and a scanner.
_HAND_MS, _SCANNER_MS = 120, 3

_Widget = TypeVar("_Widget", bound=QWidget)


def machine_at(path: Path, screen: str, **more: str) -> QSettings:
    """Return the settings of a computer, kept in a file: light, and beginning with a screen."""
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    for name, value in {"appearance": "light", "screen": screen, **more}.items():
        settings.setValue(f"window/{name}", value)
    return settings


class Station:
    """A window with the screen ``SCREEN`` in front, at rest. Every deed waits until all of it is done."""

    SCREEN: ClassVar[str]
    screen: Any

    def __init__(self, window: MainWindow, qtbot: Any, url: str) -> None:
        self.window, self.url = window, url
        self._qtbot = qtbot
        self._now = 1_000
        self.screen = window.opened(self.SCREEN)
        self.begin()
        self.settle()

    def begin(self) -> None:
        """Take hold of what the screen has, before it is at rest."""

    # -- hands that type and scan

    def key(self, key: Qt.Key, text: str = "", *, pause: int = _HAND_MS, to: QObject | None = None) -> None:
        """Press and release one key, ``pause`` milliseconds after the one before, by the event's own time."""
        self._now += pause
        target = to or QApplication.focusWidget() or self.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, SHIFT if text.isupper() else PLAIN, text)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(target, event)

    def burst(self, code: str) -> None:
        """Scan as a keyboard-wedge scanner does: every key within milliseconds, Enter at the end."""
        for place, character in enumerate(code):
            self.key(Qt.Key(ord(character.upper())), character, pause=_SCANNER_MS if place else _HAND_MS)
        self.key(KEY.Key_Return, "\r", pause=_SCANNER_MS)

    def scan(self, *codes: str) -> None:
        """Scan codes one right after the other, then wait until each is carried out."""
        for code in codes:
            self.burst(code)
        self.settle()

    def type(self, text: str) -> None:
        """Type as a hand does, wherever the focus is; the scanner gives every key back before the next."""
        for character in text:
            self.key(Qt.Key(ord(character.upper())), character)
            self._qtbot.waitUntil(lambda: self.scanner.quiet, timeout=_SOON_MS)

    def line(self, text: str, *, enter: bool = True) -> None:
        """Type a line and press Enter."""
        self.type(text)
        if enter:
            self.key(KEY.Key_Return, "\r")
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a key, which may be a shortcut of the window."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def fill(self, name: str, text: str) -> None:
        """Replace what stands in a field by typing."""
        field = self.field(name)
        field.setFocus()
        field.selectAll()
        if text:
            QTest.keyClicks(field, text)
        else:
            QTest.keyClick(field, KEY.Key_Delete)
        self.settle()

    # -- the mouse

    def click(self, what: str | QWidget) -> None:
        """Click a button by its name, or a widget; one that nobody could click fails the test."""
        widget = self.button(what) if isinstance(what, str) else what
        name = widget.accessibleName() or what
        assert widget.isVisible(), f"{name} is not to be seen"
        assert widget.isEnabled(), f"{name} cannot be pressed"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.settle()

    # -- waiting

    @property
    def scanner(self) -> Scanner:
        """The scanner filter of the window."""
        found = self.window.findChild(Scanner)
        assert found is not None
        return found

    def at_rest(self) -> bool:
        """Tell whether the screen itself has nothing left to do."""
        return True

    def settle(self) -> None:
        """Wait until every key and scan is carried out and kept, and every answer is there."""

        def done() -> bool:
            return self.scanner.quiet and self.at_rest() and self.window.shop.idle

        for _turn in range(3):
            QCoreApplication.processEvents()
            self._qtbot.waitUntil(done, timeout=_AT_REST_MS)

    def wait(self, done: Callable[[], object]) -> None:
        """Wait until something is so."""
        self._qtbot.waitUntil(lambda: bool(done()), timeout=_SOON_MS)

    # -- eyes

    def _in_sight(self, kind: type[_Widget]) -> Iterator[_Widget]:
        QApplication.processEvents()
        return (one for one in self.window.findChildren(kind) if one.isVisible())

    def button(self, name: str) -> QAbstractButton:
        """Return the button of that name that is in sight."""
        return next(one for one in self._in_sight(QAbstractButton) if name in (one.text(), one.accessibleName()))

    def sees(self, name: str) -> bool:
        """Tell whether a button of that name is in sight."""
        return any(name in (one.text(), one.accessibleName()) for one in self._in_sight(QAbstractButton))

    def field(self, name: str) -> QLineEdit:
        """Return the field of that name that is in sight."""
        return next(one for one in self._in_sight(QLineEdit) if one.accessibleName() == name)

    def reads(self, text: str) -> bool:
        """Tell whether a text is in sight."""
        return any(text in one.text() for one in self._in_sight(QLabel))

    def said(self) -> str:
        """Return what the message bar says."""
        message = self.window.messages.current()
        return "" if message is None else f"{message.fact} {message.consequence}".strip()

    # -- the database, past the program

    def value(self, sql: str, *params: Any) -> Any:
        """Ask for one value."""
        with open_shop(self.url) as db:
            return db.value(sql, params)

    def table(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Ask for rows."""
        with open_shop(self.url) as db:
            return list(db.rows(sql, params))
