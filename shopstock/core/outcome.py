"""What a business event hands back, and the errors it may raise.

``Changes`` says what moved, so that open screens re-read only that. ``ShopError`` and its kinds are mistakes in the
shop's world (an unknown code, too little right, a wrong file): they carry data, and :meth:`ShopError.sentence` says in
words what is wrong and what to do. Everything else that is raised is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from shopstock.core.units import DocumentId, ItemId


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A posted document: its row id, kind, and the number people know it by (``1-10418``)."""

    id: DocumentId
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What one business event changed.

    ``items`` are the items whose stock, price or name moved; ``topics`` are words such as ``"parked"``, ``"shift"``,
    ``"print_queue"``, ``"settings"`` for whatever else a screen may show. ``existing`` is true when the idempotency
    key had been posted before and nothing moved this time.
    """

    document: DocumentRef | None = None
    items: frozenset[ItemId] = field(default_factory=frozenset)
    topics: frozenset[str] = field(default_factory=frozenset)
    existing: bool = False


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a file that was not taken: its line in the file (the header is line 1) and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the rows (or documents) of a file.

    ``taken`` are new or changed, ``unchanged`` were there already with the same content, ``refused`` were left out.
    With ``dry_run`` nothing was written and the figures say what would have been. ``warnings`` are rows that were taken
    although something about them is odd (a wrong check digit).
    """

    taken: int = 0
    unchanged: int = 0
    refused: tuple[RefusedRow, ...] = ()
    warnings: tuple[RefusedRow, ...] = ()
    dry_run: bool = False


class ShopError(Exception):
    """A mistake in the shop's world. Subclasses carry data; ``str()`` is a sentence that says what to do."""

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self) -> str:
        """Say what is wrong and what to do, in one or two short sentences for the person at the screen."""
        return str(self.args[0]) if self.args else self.__class__.__name__


class Refused(ShopError):
    """A request that cannot be carried out as it stands; the argument is the sentence."""


class NotAllowed(ShopError):
    """The person lacks a right. ``permission`` names it, so that the screen can ask for a second person's PIN.

    ``subject``, where there is one, is the one act that such an approval must be bound to.
    """

    def __init__(self, permission: str, sentence: str, subject: str = "") -> None:
        super().__init__(sentence)
        self.permission = permission
        self.subject = subject


class UnknownCode(ShopError):
    """A scanned or typed code that belongs to no item."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class BadFile(ShopError):
    """A file that cannot be used at all (wrong format, foreign database, unreadable); nothing was taken from it."""
