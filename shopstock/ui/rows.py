"""Table models for every screen: rows are the NamedTuples that queries return, columns are described once.

:class:`RowsModel` holds its rows. :class:`PagedRowsModel` holds an array of ids and a cache of pages, for tables of any
length: sorting and filtering happen in SQL, the table never waits. Nothing here is sorted, filtered or measured in
Python (a proxy model sorts 100,000 Python rows in 20 s; an array of ids from SQL takes 12 ms).
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import shiboken6
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFont

from shopstock.ui import format as fmt
from shopstock.ui import theme

Kind = Literal["text", "money", "qty", "number", "instant", "day", "chip"]
Index = QModelIndex | QPersistentModelIndex
_NUMERIC = ("money", "qty", "number")

#: The NamedTuple behind a cell, or ``None`` while its page is on the way.
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
#: The tone of a row: ``None``, ``"bad"`` or ``"warn"``.
TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class Chip:
    """A word with an icon. Soft tones are ``ok``, ``warn``, ``bad``, ``accent``; ``plain`` and ``outline`` are calm."""

    text: str
    icon: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: which field it shows and how.

    ``width`` is fixed in pixels, 0 takes the rest. ``unit`` names the field of the unit that stands after the figure's
    edge, ``second`` the field of a small second line, ``chips`` gives chips after the text. ``explains`` lets the cell
    be picked as a figure that explains itself. A money cell shows ``money_decimals`` of its model.
    """

    field: str
    title: str
    kind: Kind = "text"
    width: int = 0
    weight: QFont.Weight = theme.REGULAR
    size: int = theme.BODY
    token: str = "ink"
    unit: str = ""
    second: str = ""
    chips: Callable[[Any], Sequence[Chip]] | None = None
    text: Callable[[Any], str] | None = None
    explains: bool = False
    sortable: bool = False

    @property
    def numeric(self) -> bool:
        """Tell whether the column is a column of figures, right-aligned."""
        return self.kind in _NUMERIC

    def shown(self, row: Any, decimals: int) -> str:
        """Write the cell of ``row``."""
        if self.text is not None:
            return self.text(row)
        value = getattr(row, self.field)
        match self.kind:
            case "money":
                return fmt.money(value, decimals)
            case "qty":
                return fmt.qty(value)
            case "number":
                return fmt.number(value)
            case "instant":
                return fmt.instant(value)
            case "day":
                return fmt.day(value)
            case "chip":
                return ""
            case _:
                return fmt.EMPTY if value is None else str(value)


class TableModel(QAbstractTableModel):
    """What both models share: columns, formatting, and the empty answer of a row that is not here yet."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None, *, money_decimals: int = 2) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.money_decimals = money_decimals
        self.tone_of: Callable[[Any], str | None] = _no_tone

    def row_at(self, row: int) -> Any:
        """Return the NamedTuple of a row, or ``None`` when it is not here."""
        raise NotImplementedError

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.numeric else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role not in _DATA_ROLES:
            return None
        row = self.row_at(index.row())
        if role == ROW_ROLE or row is None:
            return row
        if role == TONE_ROLE:
            return self.tone_of(row)
        text = column.shown(row, self.money_decimals)
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        return _spoken(column, row, text)


_DATA_ROLES = frozenset(
    (
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Qt.ItemDataRole.ToolTipRole),
        ROW_ROLE,
        TONE_ROLE,
    )
)


def _no_tone(_row: Any) -> str | None:
    return None


def _spoken(column: Column, row: Any, text: str) -> str:
    parts = [text]
    if column.unit:
        parts.append(str(getattr(row, column.unit) or ""))
    if column.second:
        parts.append(str(getattr(row, column.second) or ""))
    if column.chips is not None:
        parts += [chip.text for chip in column.chips(row)]
    return " ".join(part for part in parts if part)


class RowsModel(TableModel):
    """A table that holds its rows. ``key`` is the field that tells rows apart (the first one unless named)."""

    def __init__(
        self,
        columns: Sequence[Column],
        parent: QObject | None = None,
        *,
        key: str | None = None,
        money_decimals: int = 2,
    ) -> None:
        super().__init__(columns, parent, money_decimals=money_decimals)
        self._rows: list[Any] = []
        self._key = key

    @property
    def rows(self) -> tuple[Any, ...]:
        """The rows on show."""
        return tuple(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def row_at(self, row: int) -> Any:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def index_of(self, key: Any) -> int:
        """Return the row number of a key, or -1."""
        return next((n for n, row in enumerate(self._rows) if self._key_of(row) == key), -1)

    def set_rows(self, rows: Iterable[Any]) -> None:
        """Show these rows, touching only what differs, so that selection and scroll position stay."""
        new = list(rows)
        old_keys, new_keys = [self._key_of(row) for row in self._rows], [self._key_of(row) for row in new]
        head = _common(old_keys, new_keys)
        tail = _common(old_keys[head:][::-1], new_keys[head:][::-1])
        removed, added = len(old_keys) - head - tail, len(new_keys) - head - tail
        none = QModelIndex()
        if removed:
            self.beginRemoveRows(none, head, head + removed - 1)
            del self._rows[head : head + removed]
            self.endRemoveRows()
        if added:
            self.beginInsertRows(none, head, head + added - 1)
            self._rows[head:head] = new[head : head + added]
            self.endInsertRows()
        last = len(self.columns) - 1
        for number, (before, after) in enumerate(zip(self._rows, new, strict=True)):
            if before != after:
                self._rows[number] = after
                self.dataChanged.emit(self.index(number, 0), self.index(number, last))

    def _key_of(self, row: Any) -> Any:
        return row[0] if self._key is None else getattr(row, self._key)


def _common(one: Sequence[Any], other: Sequence[Any]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


Deliver = Callable[[Sequence[Any]], None]
Fetch = Callable[[list[int], Deliver], None]
PAGE = 256
PAGES_KEPT = 64


class PagedRowsModel(TableModel):
    """A table of any length: an array of ids, and pages of rows fetched when they come into view.

    ``fetch(ids, deliver)`` asks for rows and later calls ``deliver(rows)`` on the GUI thread; the first field of a row
    is its id. Until a page arrives its rows are blank.
    """

    def __init__(
        self, columns: Sequence[Column], fetch: Fetch, parent: QObject | None = None, *, money_decimals: int = 2
    ) -> None:
        super().__init__(columns, parent, money_decimals=money_decimals)
        self._fetch = fetch
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, dict[int, Any]] = OrderedDict()
        self._asked: set[int] = set()
        self._wanted: list[int] = []
        self._generation = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)

    @property
    def ids(self) -> array[int]:
        """The ids on show, in order."""
        return self._ids

    def set_ids(self, ids: array[int], first: Sequence[Any] = ()) -> None:
        """Show other rows, or the same in another order; where these only go on, what is on show stays.

        ``first`` are the rows of the first page, where they are at hand.
        """
        held = len(self._ids)
        if 0 < held < len(ids) and held % PAGE == 0 and ids[:held] == self._ids:
            self.beginInsertRows(QModelIndex(), held, len(ids) - 1)
            self._ids = ids
            self.endInsertRows()
            return
        self.beginResetModel()
        self._ids = ids
        self._pages.clear()
        if first:
            self._pages[0] = {row[0]: row for row in first}
        self._asked.clear()
        self._wanted.clear()
        self._generation += 1
        self.endResetModel()

    def refresh(self, ids: Iterable[int] | None = None) -> None:
        """Read again what is held of these rows (of all when ``None``); the old figures stay until the new arrive."""
        held = {id_ for page in self._pages.values() for id_ in page}
        again = sorted(held if ids is None else held.intersection(ids))
        for start in range(0, len(again), PAGE):
            self._fetch(again[start : start + PAGE], self._refreshed(self._generation))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def row_at(self, row: int) -> Any:
        if not 0 <= row < len(self._ids):
            return None
        number = row // PAGE
        page = self._pages.get(number)
        if page is None:
            self._want(number)
            return None
        self._pages.move_to_end(number)
        return page.get(self._ids[row])

    def _want(self, number: int) -> None:
        if number in self._asked or number in self._wanted:
            return
        self._wanted.append(number)
        if not self._timer.isActive():
            self._timer.start(0)

    def _ask(self) -> None:
        # The newest wish first: after a long flick of the scroll bar the pages passed on the way are not needed.
        wanted, self._wanted = self._wanted[::-1][:4], []
        for number in wanted:
            self._asked.add(number)
            ids = list(self._ids[number * PAGE : (number + 1) * PAGE])
            self._fetch(ids, self._arrived(number, self._generation))

    def _arrived(self, number: int, generation: int) -> Deliver:
        def deliver(rows: Sequence[Any]) -> None:
            if not shiboken6.isValid(self) or generation != self._generation:
                return
            self._asked.discard(number)
            self._pages[number] = {row[0]: row for row in rows}
            while len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
            last = min((number + 1) * PAGE, len(self._ids)) - 1
            self.dataChanged.emit(self.index(number * PAGE, 0), self.index(last, len(self.columns) - 1))

        return deliver

    def _refreshed(self, generation: int) -> Deliver:
        def deliver(rows: Sequence[Any]) -> None:
            if not shiboken6.isValid(self) or generation != self._generation:
                return
            fresh = {row[0]: row for row in rows}
            for number, page in self._pages.items():
                touched = page.keys() & fresh.keys()
                if touched:
                    page.update({id_: fresh[id_] for id_ in touched})
                    last = min((number + 1) * PAGE, len(self._ids)) - 1
                    self.dataChanged.emit(self.index(number * PAGE, 0), self.index(last, len(self.columns) - 1))

        return deliver
