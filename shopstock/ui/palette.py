"""Ctrl+K: find any command, screen, item, document or report by its words.

It lies over the window as a part of it, not as a dialog. Commands and screens answer at once; providers (items,
documents, reports) are asked through ``shop.read`` and their answers join when they come; what comes too late
is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from shopstock.core.text import _
from shopstock.ui import fields, icons, theme


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: what it is called, what it is, and what choosing it does."""

    text: str
    kind: str
    run: Callable[[], object]
    icon: str = ""
    note: str = ""
    key: str = ""


Deliver = Callable[[Iterable[Entry]], None]
#: Is asked with the words typed and delivers its answers whenever it has them.
Provider = Callable[[str, Deliver], None]

_Index = QModelIndex | QPersistentModelIndex
_ENTRY = int(Qt.ItemDataRole.UserRole)
LIMIT_EACH = 8


def matches(text: str, words: str) -> bool:
    """Tell whether every word begins somewhere in the text, in any order."""
    parts = text.casefold().split()
    return all(any(part.startswith(word) for part in parts) for word in words.casefold().split())


class _Answers(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = 0) -> object:
        entry = self.entries[index.row()]
        if role == _ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{entry.text}, {entry.kind}"
        return None

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, theme.ROW_COMFORTABLE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        t = theme.current()
        entry: Entry = index.data(_ENTRY)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

        def placed(x: int, y: int, width: int, height: int) -> QRect:
            return QStyle.visualRect(option.direction, rect, QRect(x, y, width, height))

        far = Qt.AlignmentFlag.AlignVCenter | QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignRight)
        near = Qt.AlignmentFlag.AlignVCenter | QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, t.color("accentsoft"))
            painter.fillRect(placed(rect.left(), rect.top(), 4, rect.height()), t.color("accent"))
        if entry.icon:
            icons.paint(painter, entry.icon, placed(rect.left() + 16, rect.center().y() - 9, 20, 20), t.ink2)
        right = rect.right() - 16
        if entry.key:
            width = QFontMetrics(theme.font(theme.SMALL, theme.MEDIUM)).horizontalAdvance(entry.key) + 12
            fields.paint_keycap(painter, placed(right - width, rect.center().y() - 11, width, 22), entry.key)
            right -= width + 12
        small = theme.font(theme.SMALL)
        painter.setFont(small)
        painter.setPen(t.color("ink2"))
        tail = f"{entry.note} · {entry.kind}" if entry.note else entry.kind
        width = QFontMetrics(small).horizontalAdvance(tail) + 4
        painter.drawText(placed(right - width, rect.top(), width, rect.height()), int(far), tail)
        font = theme.font(theme.BODY, theme.MEDIUM)
        painter.setFont(font)
        painter.setPen(t.color("ink"))
        room = placed(rect.left() + 48, rect.top(), right - width - 60 - rect.left(), rect.height())
        text = QFontMetrics(font).elidedText(entry.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(near), text)
        painter.restore()


class Palette(QFrame):
    """The palette over ``host``. ``local`` gives commands and screens; ``providers`` are asked by words."""

    def __init__(self, host: QWidget, local: Callable[[], Iterable[Entry]]) -> None:
        super().__init__(host)
        self._host = host
        self._local = local
        self._providers: list[Provider] = []
        self._asked = 0
        self._before: QWidget | None = None
        self.setProperty("role", "card")
        self.setObjectName("palette")
        self.setAutoFillBackground(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S3, theme.S3, theme.S3, theme.S3)
        layout.setSpacing(theme.S2)
        self.line = QLineEdit()
        self.line.setPlaceholderText(_("Command, screen, item, document or report"))
        self.line.setAccessibleName(_("Find anything"))
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self._answers = _Answers(self)
        self.list = QListView()
        self.list.setModel(self._answers)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(_("Answers"))
        self.list.clicked.connect(self._choose)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        host.installEventFilter(self)
        self.hide()

    def add_provider(self, provider: Provider) -> None:
        """Ask one more for answers: items, documents, reports."""
        self._providers.append(provider)

    def open(self) -> None:
        """Show the palette, empty, with the focus in its line."""
        self._before = self._host.window().focusWidget()
        self._place()
        self.line.setText("")
        self._search("")
        self.show()
        self.raise_()
        self.line.setFocus()

    def close_palette(self) -> None:
        """Hide it and give the focus back."""
        self._asked += 1
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def entries(self) -> tuple[Entry, ...]:
        """The answers on show."""
        return tuple(self._answers.entries)

    def _place(self) -> None:
        width = min(720, self._host.width() - 2 * theme.S6)
        height = min(520, self._host.height() - 2 * 64)
        self.setGeometry((self._host.width() - width) // 2, 64, width, height)

    def _search(self, words: str) -> None:
        self._asked += 1
        asked = self._asked
        found = [entry for entry in self._local() if matches(entry.text, words)]
        found.sort(key=lambda entry: not entry.text.casefold().startswith(words.casefold()))
        self._show(found if not words else found[: 2 * LIMIT_EACH])
        if words.strip():
            for provider in self._providers:
                provider(words.strip(), partial(self._join, asked))

    def _join(self, asked: int, entries: Iterable[Entry]) -> None:
        if asked == self._asked:
            self._show([*self._answers.entries, *list(entries)[:LIMIT_EACH]])

    def _show(self, entries: Sequence[Entry]) -> None:
        row = max(self.list.currentIndex().row(), 0)
        self._answers.show(entries)
        if entries:
            self.list.setCurrentIndex(self._answers.index(min(row, len(entries) - 1)))

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        entry = self._answers.entries[index.row()]
        self.close_palette()
        entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event.key())
        if watched is self.line and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return False

    def _key(self, key: int) -> bool:
        row = self.list.currentIndex().row()
        last = self._answers.rowCount() - 1
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if key in steps:
            self.list.setCurrentIndex(self._answers.index(max(0, min(last, row + steps[Qt.Key(key)]))))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
            return True
        if key == Qt.Key.Key_Escape:
            self.close_palette()
            return True
        return False
