"""What every panel of the till shares: a card below the rows with a title, a close button and Esc."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.ui import icons, theme
from shopstock.ui.fields import NumberPad, label
from shopstock.ui.sell.till_button import TillButton

PAD_WIDTH = 232


class Panel(QFrame):
    """One question or list of the till. It is no window: the sale stays in sight, scans go on, Esc closes it.

    ``prompt`` is what the entry line says while the panel takes typed lines (empty: it does not). A panel that wants
    scans for itself returns true from :meth:`take_scan`; all others fall into the sale as ever.
    """

    closed = Signal()
    prompt = ""
    #: Whether the list of items opens while somebody types: there is no room for it beside a large panel.
    finds_items = True

    def __init__(self, title: str, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.first: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 10, 16)
        column.setSpacing(theme.S2)
        head = QHBoxLayout()
        head.setSpacing(theme.S3)
        self.title = label(title, "title", theme.TITLE, theme.SEMIBOLD)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setProperty("kind", "bare")
        self._close.setIcon(icons.icon("x", "ink2"))
        self._close.setIconSize(QSize(20, 20))
        self._close.setFixedSize(theme.CONTROL, theme.CONTROL)
        self._close.setAccessibleName(_("Close, change nothing"))
        self._close.setToolTip(_("Close (Esc)"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.closed)
        head.addWidget(self.title, 1)
        head.addWidget(self._close)
        column.addLayout(head)
        self.sentence = label(sentence, "label")
        self.sentence.setWordWrap(True)
        column.addWidget(self.sentence)
        self.sentence.setVisible(bool(sentence))
        self.body = QHBoxLayout()
        self.body.setContentsMargins(0, 0, 6, 0)
        self.body.setSpacing(theme.S4)
        column.addLayout(self.body, 1)

    def say(self, text: str) -> None:
        """Show a sentence below the title."""
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))

    def take_scan(self, scan: Scan) -> bool:
        """Take a scan whose turn has come instead of the sale, if this panel asks for one."""
        return False

    def take_line(self, text: str) -> None:
        """Take a line typed in the entry line, if ``prompt`` asks for one."""

    def back(self) -> bool:
        """Esc: go one step back within the panel; false when there is none, and it closes."""
        return False

    def sale_changed(self) -> None:
        """Look at the sale again: a row came or went."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.back():
                self.closed.emit()
            return
        super().keyPressEvent(event)


class Form(QWidget):
    """Fields with their labels above them, a number pad beside them, and keys below."""

    def __init__(self, pad: bool = True, *, decimal: bool = True) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        self.column = QVBoxLayout()
        self.column.setSpacing(theme.S2)
        row.addLayout(self.column, 1)
        self.pad: NumberPad | None = None
        self._fields: list[QLineEdit] = []
        if pad:
            self.pad = NumberPad(decimal=decimal)
            self.pad.setFixedWidth(PAD_WIDTH)
            row.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignTop)

    def add_field(self, name: str, field: QLineEdit) -> QLabel:
        """Add a field under its label; the last one that had the focus is what the pad types into."""
        words = label(name, "label", theme.SMALL)
        words.setBuddy(field)
        field.setAccessibleName(name)
        field.setFixedHeight(theme.CONTROL)
        self.column.addWidget(words)
        self.column.addWidget(field)
        self._fields.append(field)
        if self.pad is not None and len(self._fields) == 1:
            self.pad.pressed.connect(self._pad_pressed)
        return words

    def _pad_pressed(self, key: str) -> None:
        field = next((one for one in self._fields if one.hasFocus()), self._fields[0])
        if key == "back":
            field.backspace()
        else:
            field.insert(key)
        field.setFocus()

    def add_keys(self, *keys: TillButton) -> None:
        """Add a row of keys."""
        row = QHBoxLayout()
        row.setSpacing(theme.S2)
        for key in keys:
            row.addWidget(key)
        self.column.addLayout(row)


def action(text: str, on_press: Callable[[], object], kind: str = "outline", icon: str = "") -> TillButton:
    """Return a key that does something."""
    key = TillButton(text, kind=kind, icon=icon, centered=True)
    key.clicked.connect(lambda _checked=False: on_press())
    return key
