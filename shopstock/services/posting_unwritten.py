"""What a book has decided and not yet written, found by line: returns name sales that wait in the same batch."""

from __future__ import annotations

from shopstock.core import chain
from shopstock.services.posting_rows import Row, Rows

_KIND, _QTY, _OF_LINE, _DOCUMENT = (chain.LINE.index(name) for name in ("kind", "qty", "of_line_id", "document_id"))


class Unwritten:
    """An index over the rows that wait; it reads on from where it stopped, and only when it is asked."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._kinds: dict[int, str] = {}
        self._lines: dict[int, Row] = {}
        self._parts: dict[int, list[Row]] = {}
        self._back: dict[tuple[int, str], int] = {}
        self._reversing = False
        self._documents_read = self._lines_read = self._parts_read = 0

    def line(self, line_id: int) -> Row | None:
        """Return a line that waits, by the columns of ``chain.LINE``."""
        self._read_lines()
        return self._lines.get(line_id)

    def document_kind(self, line: Row) -> str:
        """Return the kind of the document of a line that waits."""
        for row in self._rows.documents[self._documents_read :]:
            self._kinds[row[0]] = row[1]
        self._documents_read = len(self._rows.documents)
        return self._kinds[line[_DOCUMENT]]

    def parts(self, line_id: int) -> list[Row]:
        """Return what a line took by rows that wait (``posting_rows.CONSUMPTION``), oldest first."""
        rows = self._rows.consumption
        for row in rows[self._parts_read :]:
            self._parts.setdefault(row[1], []).append(row)
        self._parts_read = len(rows)
        return self._parts.get(line_id, [])

    def taken_back(self, line_id: int, kind: str) -> int:
        """Return how much of a line comes back (or goes back) by lines of ``kind`` that wait."""
        self._read_lines()
        return self._back.get((line_id, kind), 0)

    @property
    def reversing(self) -> bool:
        """Tell whether a reversal waits, which may undo what came back of a line."""
        self._read_lines()
        return self._reversing

    def _read_lines(self) -> None:
        rows = self._rows.lines
        if self._lines_read == len(rows):
            return
        for line in rows[self._lines_read :]:
            self._lines[line[0]] = line
            of_line = line[_OF_LINE]
            if of_line is not None:
                kind = line[_KIND]
                self._back[of_line, kind] = self._back.get((of_line, kind), 0) + line[_QTY]
                self._reversing = self._reversing or kind == "reversal"
        self._lines_read = len(rows)
