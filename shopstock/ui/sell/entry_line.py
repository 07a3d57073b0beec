"""The entry line: where typing goes, with the waiting ``3 ×`` as a chip. A scan never passes through it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from shopstock.core.entry import MAX_TEXT
from shopstock.core.text import _
from shopstock.ui import icons, theme
from shopstock.ui.fields import keycap
from shopstock.ui.stylesheet import restyle

_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Line(QLineEdit):
    """The bare line edit; keys that mean something to the till on an empty line become signals."""

    entered = Signal(str)
    stepped = Signal(int)  # + and - on an empty line
    moved = Signal(int)  # Up and Down
    escaped = Signal()
    focused = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, empty = event.key(), not self.text()
        if key in _ENTERS:
            # The text stays until its meaning was found or refused: nothing typed is lost.
            self.entered.emit(self.text())
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif empty and event.text() in ("+", "-"):
            self.stepped.emit(1 if event.text() == "+" else -1)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Ctrl+Z on an empty line brings a voided line back: it must reach the screen, not the line's own undo.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self.text()
            and (event.key() == Qt.Key.Key_Delete or event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        ):
            event.ignore()
            return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)


class EntryLine(QFrame):
    """The framed line with icon, chip, hint and keycap."""

    typed = Signal(str)
    chip_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "entry")
        self.setProperty("focused", "false")
        self.setFixedHeight(theme.TILL_KEY)
        self.line = _Line()
        self.line.setProperty("role", "bare")
        self.line.setMaxLength(MAX_TEXT + 1)
        self.line.setAccessibleName(_("Entry line: scan, or type code or words"))
        theme.style_font(self.line, theme.BODY)
        self._prompt = _("Scan, or type code or words")
        self.line.setPlaceholderText(self._prompt)
        self.line.focused.connect(self._focused)
        self.line.textEdited.connect(self.typed)
        self._icon = QLabel()
        self._icon.setFixedSize(24, 24)
        self.chip = QPushButton()
        self.chip.setProperty("kind", "primary")
        self.chip.setFixedHeight(36)
        self.chip.setStyleSheet("min-height: 34px; border-radius: 6px; padding: 0 14px;")
        theme.style_font(self.chip, theme.TITLE, theme.SEMIBOLD)
        self.chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.chip.clicked.connect(self.chip_pressed)
        self.chip.hide()
        self._hint = QLabel()
        self._hint.setProperty("role", "small")
        theme.style_font(self._hint, theme.SMALL)
        self._hint.hide()
        cap = keycap("F2")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(theme.S3)
        for widget in (self._icon, self.chip):
            row.addWidget(widget)
        row.addWidget(self.line, 1)
        row.addWidget(self._hint)
        row.addWidget(cap)
        self.setFocusProxy(self.line)
        theme.watcher().changed.connect(self._paint_icon)
        self._paint_icon()

    def show_times(self, text: str) -> None:
        """Show the waiting ``3 ×`` (empty: none)."""
        self.chip.setVisible(bool(text))
        if text:
            self.chip.setText(f"{text} ×")
            self.chip.setAccessibleName(_("The next item {times} times. Press to clear").format(times=text))
        self._say_hint(_("Esc clears {times} ×").format(times=text) if text else "")

    def show_task(self, prompt: str, hint: str = "") -> None:
        """Say what is asked for just now (empty: a scan, a code or words), and what Esc does then."""
        self.line.setPlaceholderText(prompt or self._prompt)
        self._say_hint((hint or _("Esc goes back")) if prompt else "")

    def set_text(self, text: str) -> None:
        """Write into the line; ``setText`` keeps no undo history, ``clear`` would."""
        self.line.setText(text)

    def type(self, text: str) -> None:
        """Go on with a text that was typed while the focus was elsewhere."""
        self.line.setFocus()
        self.line.insert(text)
        self.typed.emit(self.line.text())

    def _say_hint(self, text: str) -> None:
        self._hint.setText(text)
        self._hint.setVisible(bool(text) and self.width() > 640)

    def _focused(self, here: bool) -> None:
        restyle(self, focused="true" if here else "false")

    def _paint_icon(self) -> None:
        self._icon.setPixmap(icons.pixmap("barcode", 24, "ink", self.devicePixelRatioF()))
