"""Put the rows of a history file in order of documents without holding them in memory.

Rows of one document may lie anywhere in the file, and documents come in the order of their times. So the checked rows
are written to a temporary file as they are read, in runs of neighbours of the same document, and only where each run
lies is remembered: a few integers a run. Memory grows with the number of documents, not with their rows.
"""

from __future__ import annotations

import marshal
import tempfile
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from shopstock.formats.history_csv import BadRow, HistoryRow


class SpooledDocument(NamedTuple):
    """The good rows of one document in the order of the file; ``bad_line`` is that of its first bad row, or 0."""

    event: str
    reference: str
    rows: list[HistoryRow]
    bad_line: int


class Spool:
    """Rows on their way from the order of the file to the order of the documents. Use in a ``with`` block."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="shopstock-history-")  # noqa: SIM115 - closed by __exit__
        self._documents: dict[str, int] = {}
        self._at = array("q")
        self._bad_line = array("q")
        self._first_run = array("q")
        self._last_run = array("q")
        self._run_start = array("q")
        self._run_size = array("q")
        self._run_next = array("q")
        self._current = -1
        self._waiting: list[tuple[object, ...]] = []
        self._end = 0
        self.rows = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        """Count the documents."""
        return len(self._at)

    def add(self, row: HistoryRow) -> None:
        """Take one more row; one without a reference is a document of its own."""
        document = self._document(row.event, row.reference, row.line)
        if document != self._current:
            self._write_run()
            self._current = document
        self._waiting.append(row)
        self.rows += 1
        self._at[document] = min(self._at[document], row.at)

    def spoil(self, row: BadRow) -> None:
        """Mark the document of a bad row, which falls with it."""
        if row.event and row.reference:
            document = self._document(row.event, row.reference, row.line)
            self._bad_line[document] = self._bad_line[document] or row.line

    def documents(self) -> Iterator[SpooledDocument]:
        """Yield every document in the order of its earliest row's time; the order of the file breaks ties."""
        self._write_run()
        self._current = -1
        keys = list(self._documents)
        for document in sorted(range(len(self._at)), key=self._at.__getitem__):
            rows = list(self._rows_of(document))
            event, _separator, reference = keys[document].partition(" ")
            if reference.startswith("\0"):
                reference = ""
            yield SpooledDocument(event, reference, rows, self._bad_line[document])

    def _document(self, event: str, reference: str, line: int) -> int:
        key = f"{event} {reference}" if reference else f"{event} \0{line}"
        document = self._documents.get(key)
        if document is None:
            document = self._documents[key] = len(self._at)
            self._at.append(2**62)
            self._bad_line.append(0)
            self._first_run.append(-1)
            self._last_run.append(-1)
        return document

    def _write_run(self) -> None:
        if not self._waiting:
            return
        run = len(self._run_start)
        self._run_start.append(self._end)
        self._run_next.append(-1)
        if self._first_run[self._current] < 0:
            self._first_run[self._current] = run
        else:
            self._run_next[self._last_run[self._current]] = run
        self._last_run[self._current] = run
        data = marshal.dumps([tuple(row) for row in self._waiting])
        self._file.write(data)
        self._run_size.append(len(data))
        self._end += len(data)
        self._waiting.clear()

    def _rows_of(self, document: int) -> Iterator[HistoryRow]:
        run = self._first_run[document]
        while run >= 0:
            self._file.seek(self._run_start[run])
            yield from map(HistoryRow._make, marshal.loads(self._file.read(self._run_size[run])))
            run = self._run_next[run]
