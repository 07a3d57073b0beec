"""The limit above which a second person approves a write-off: what it moved, with what the person moved that day."""

from __future__ import annotations

from shopstock.core import write_offs
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import NotAllowed
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Money, format_money
from shopstock.db.connection import Db
from shopstock.queries import settings
from shopstock.queries import write_offs as known


class NeedsApproval(NotAllowed):
    """A write-off above the limit.

    ``amount`` is its value with what was written off that day (``None`` for who may not see costs).
    """

    def __init__(self, amount: Money | None, limit: Money, subject: str) -> None:
        if limit <= 0:
            sentence = _("Every write-off needs someone's approval. Ask for it here, or send it to the queue.")
        elif amount is None:
            sentence = _(
                "With what you wrote off today this is above {limit}, which is your limit. Ask for approval here, or "
                "send it to the queue."
            ).format(limit=format_money(limit))
        else:
            sentence = _(
                "With what you wrote off today this comes to {amount}; your limit is {limit}. Ask for approval here, "
                "or send it to the queue."
            ).format(amount=format_money(amount), limit=format_money(limit))
        super().__init__(Permission.WRITE_OFF, sentence, subject)
        self.amount = amount
        self.limit = limit


def hold_used(db: Db, acting: Acting) -> Money:
    """Return what a person wrote off today without approval; it stays true until the transaction ends."""
    if db.engine == "postgresql":  # the same person at two stations at once: the second sees what the first posted
        db.row("SELECT id FROM person WHERE id = ? FOR NO KEY UPDATE", (acting.person_id,))
    return known.used_today(db, acting.person_id)


def check(db: Db, acting: Acting, document_id: DocumentId, used: Money, subject: str) -> None:
    """Raise ``NeedsApproval`` when a document just posted wrote off more than the person may alone.

    The caller's transaction is then rolled back: nothing of it stays.
    """
    most = write_offs.limit(settings.load(db), acting.role)
    value = known.value_of(db, document_id)
    if write_offs.above(value, used, most):
        amount = Money(used + value) if acting.may(Permission.SEE_COST) else None
        raise NeedsApproval(amount, most, subject)
