"""Take a history of trade from a file: sales, goods receipts, returns, counts and the like, posted as documents.

The file is read twice: first every row is checked for its form and put aside in order of documents
(:mod:`shopstock.formats.history_spool`), then the documents are posted in the order of their times through
:class:`~shopstock.services.posting.Book`, many of them in one transaction. A document is taken whole or not at all; a
bad one is refused alone. What was imported before is recognised by event, reference and content.
"""

from __future__ import annotations

import gc
import marshal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import ShopError
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.formats import history_csv
from shopstock.formats.history_csv import BadRow
from shopstock.formats.history_spool import Spool, SpooledDocument
from shopstock.services import history_drafts
from shopstock.services.history_drafts import BadLine, Drafting
from shopstock.services.posting import Book

#: Lines decided in memory before they are written, and lines in one transaction.
FLUSH_LINES = 20_000
COMMIT_LINES = 40_000

_ANY_HISTORY = "SELECT 1 FROM document WHERE idempotency_key >= 'history:' AND idempotency_key < 'history;' LIMIT 1"
_SAME_REFERENCE = """
    SELECT s.prefix || '-' || d.number, d.idempotency_key FROM document d JOIN station s ON s.id = d.station_id
    WHERE d.reference = ? AND d.reference <> '' AND d.kind = ?"""

Refuse = Callable[[int, str], None]
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class HistoryResult:
    """What became of a file: documents ``taken`` (with their ``rows``) or ``existing`` already, rows ``refused``.

    With ``undone`` (a dry run, or a bad row under ``strict``) nothing of it was kept.
    """

    taken: int = 0
    rows: int = 0
    existing: int = 0
    refused: int = 0
    undone: bool = False


class _Undo(Exception):
    """Roll everything back on purpose."""


def import_history(
    db: Db,
    acting: Acting,
    path: Path | str,
    *,
    dry_run: bool = False,
    strict: bool = False,
    refused: Refuse = lambda line, reason: None,
    progress: Progress = lambda done, whole: None,
) -> HistoryResult:
    """Post every document of a history file that is not there yet.

    ``refused(line, reason)`` is told every row that is not taken, ``progress(done, whole)`` how many rows are done.
    With ``dry_run`` everything is tried and nothing kept; with ``strict`` nothing is kept if any row is bad. Raises
    ``BadFile`` for a file that cannot be used at all and ``NotAllowed`` without the right to import.
    """
    acting.require(Permission.IMPORT)
    with _fewer_collections():
        return _import(db, acting, Path(path), dry_run, strict, refused, progress)


@contextmanager
def _fewer_collections() -> Iterator[None]:
    # Millions of rows and no cycles among them: looking for cycles at every turn costs a tenth of the time.
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _import(
    db: Db, acting: Acting, path: Path, dry_run: bool, strict: bool, refused: Refuse, progress: Progress
) -> HistoryResult:
    result = HistoryResult()

    def refuse(line: int, reason: str) -> None:
        result.refused += 1
        refused(line, reason)

    with Spool() as spool:
        for row in history_csv.read(path, clock.to_instant, clock.now()):
            if isinstance(row, BadRow):
                spool.spoil(row)
                refuse(row.line, row.reason)
            else:
                spool.add(row)
        run = _Import(db, acting, result, refuse, lambda done: progress(done, spool.rows))
        if not (dry_run or strict):
            run.take(spool.documents())
            return result
        try:
            with transaction(db):
                run.take(spool.documents())
                if dry_run or result.refused:
                    raise _Undo
        except _Undo:
            result.undone = True
    return result


class _Import:
    def __init__(
        self, db: Db, acting: Acting, result: HistoryResult, refuse: Refuse, progress: Callable[[int], None]
    ) -> None:
        self._db = db
        self._acting = acting
        self._result = result
        self._refuse = refuse
        self._progress = progress
        self._done = 0
        self._nameless: dict[bytes, int] = {}
        self._seen_before = bool(
            db.value(
                "SELECT 1 FROM document WHERE idempotency_key >= 'history:' AND idempotency_key < 'history;' LIMIT 1"
            )
        )

    def take(self, documents: Iterator[SpooledDocument]) -> None:
        """Post the documents, some ten thousand lines to a transaction."""
        drafting = Drafting(self._db, self._acting)
        more = True
        while more:
            with transaction(self._db):
                more = self._fill_transaction(documents, drafting)

    def _fill_transaction(self, documents: Iterator[SpooledDocument], drafting: Drafting) -> bool:
        book = Book(self._db, self._acting)
        drafting.opened(book)
        lines = 0
        for document in documents:
            lines += self._take_one(document, book, drafting)
            self._done += len(document.rows)
            if book.pending >= FLUSH_LINES:
                drafting.flush()
                self._progress(self._done)
            if lines >= COMMIT_LINES:
                drafting.flush()
                return True
        drafting.flush()
        self._progress(self._done)
        return False

    def _take_one(self, document: SpooledDocument, book: Book, drafting: Drafting) -> int:
        """Post one document, or say why not; return how many lines it has now."""
        rows = document.rows
        if document.bad_line:
            self._refuse_siblings(document, document.bad_line)
            return 0
        try:
            key = self._key(document)
            if self._seen_before and self._is_there(document, key):
                self._result.existing += 1
                return 0
            posted = book.post(drafting.draft(document, key))
        except BadLine as bad:
            self._refuse(bad.line, str(bad))
            self._refuse_siblings(document, bad.line)
            return 0
        except ShopError as error:
            reason = str(error).rstrip(".")
            for row in rows:
                self._refuse(row.line, reason)
            return 0
        drafting.posted(document, posted.line_ids)
        self._result.taken += 1
        self._result.rows += len(rows)
        return len(posted.line_ids)

    def _refuse_siblings(self, document: SpooledDocument, bad_line: int) -> None:
        for row in document.rows:
            if row.line != bad_line:
                self._refuse(
                    row.line,
                    _("not taken, because its document “{reference}” has a bad row in line {line}").format(
                        reference=document.reference, line=bad_line
                    ),
                )

    def _key(self, document: SpooledDocument) -> str:
        """Return the idempotency key: event, reference and content, or the how-manieth of that content without one."""
        # Version 2 writes equal rows as equal bytes on every Python, in a fifth of the time of repr().
        content = sorted([marshal.dumps(row[1:], 2) for row in document.rows])
        digest = sha256(b"".join(content)).digest()[:16]
        key = f"history:{document.event}:{document.reference}:{digest.hex()}"
        if not document.reference:
            times = self._nameless[digest] = self._nameless.get(digest, 0) + 1
            key += f":{times}"
        return key

    def _is_there(self, document: SpooledDocument, key: str) -> bool:
        if self._db.value("SELECT 1 FROM document WHERE idempotency_key = ?", (key,)):
            return True
        if document.reference:
            kind = history_drafts.KINDS[document.event].value
            for number, other in self._db.rows(_SAME_REFERENCE, (document.reference, kind)):
                if other.startswith(f"history:{document.event}:"):
                    raise BadLine(
                        document.rows[0].line,
                        _("“{reference}” was imported before with other content, as {number}").format(
                            reference=document.reference, number=number
                        ),
                    )
        return False
