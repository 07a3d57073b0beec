"""Write goods off with cause, evidence and, above a limit, a second person's approval.

A write-off is scanned at any station, each scan under its own key, and posts as one document in one transaction. What
needs approval is approved at once (:func:`post` with the approval) or waits in the queue (:func:`send`, then
:func:`approve` or :func:`reject`). A rejected one leaves its state and the reason behind, nothing else. Scanning is in
:mod:`shopstock.services.write_off_scans`, evidence in :mod:`shopstock.services.write_off_evidence`; both are reached
through this module.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from shopstock.core import names, write_offs
from shopstock.core.acting import Acting, Approval, Permission, Role
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import Changes, DocumentRef, NotAllowed, Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, LocationId, PersonId
from shopstock.core.write_offs import Missing, WriteOffState
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.queries import causes
from shopstock.services import adjust, attachments, people, posting, write_off_limit
from shopstock.services.delivery_held import check_key
from shopstock.services.events import Event, log
from shopstock.services.write_off_evidence import attach, detach
from shopstock.services.write_off_held import TOPICS, Held, evidence_of, held, rows_of, subject
from shopstock.services.write_off_limit import NeedsApproval
from shopstock.services.write_off_scans import WriteOffLine, remove_row, scan, set_cause, set_lot

__all__ = [
    "Incomplete", "NeedsApproval", "Started", "WriteOffLine", "approve", "attach", "detach", "discard", "post",
    "reject", "remove_row", "scan", "send", "set_cause", "set_lot", "set_note", "start", "take_back",
]  # fmt: skip

_CHANGED = Changes(topics=TOPICS)


class Started(NamedTuple):
    """A write-off that was begun, or had been under the same key."""

    changes: Changes
    write_off_id: int


class Incomplete(Refused):
    """A write-off that lacks something: ``missing`` says what; the sentence says what to do."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(" ".join(one.words for one in missing))
        self.missing = missing


def start(db: Db, acting: Acting, key: str, location_id: LocationId | None = None) -> Started:
    """Begin a write-off of goods at a place (unset: the acting person's own); the same key begins once."""
    acting.require(Permission.WRITE_OFF)
    place = acting.location_id if location_id is None else location_id

    def work() -> Started:
        with transaction(db):
            if db.value("SELECT 1 FROM location WHERE id = ? AND kind <> 'transit'", (place,)) is None:
                raise Refused(_("There is no such place. Choose where the goods are."))
            new = db.value(
                "INSERT INTO write_off (key, location_id, started_at, started_by, station_id) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO NOTHING RETURNING id",
                (check_key(key), place, clock.now(), acting.person_id, acting.station_id),
            )
            if new is not None:
                return Started(_CHANGED, new)
            there = db.value("SELECT id FROM write_off WHERE key = ?", (key,))
            return Started(Changes(existing=True), there)

    return retrying(db, work)


def set_note(db: Db, acting: Acting, write_off_id: int, note: str) -> Changes:
    """Write down a remark; it stands on the document."""
    acting.require(Permission.WRITE_OFF)
    with transaction(db):
        held(db, write_off_id, WriteOffState.OPEN)
        db.run("UPDATE write_off SET note = ? WHERE id = ?", (names.clean(note)[: names.MAX_NAME], write_off_id))
    return _CHANGED


def discard(db: Db, acting: Acting, write_off_id: int) -> Changes:
    """Give up a write-off that was not posted: its scans and its evidence are gone."""
    acting.require(Permission.WRITE_OFF)
    with transaction(db):
        held(db, write_off_id, WriteOffState.OPEN)
        _clear(db, write_off_id)
        db.run("DELETE FROM write_off WHERE id = ?", (write_off_id,))
    return _CHANGED


def _clear(db: Db, write_off_id: int) -> None:
    evidence = [attachment_id for attachment_id, _digest in evidence_of(db, write_off_id)]
    db.run("DELETE FROM write_off_scan WHERE write_off_id = ?", (write_off_id,))
    db.run("DELETE FROM write_off_evidence WHERE write_off_id = ?", (write_off_id,))
    attachments.drop_unused(db, evidence)


# --- posting


def post(db: Db, acting: Acting, write_off_id: int) -> Changes:
    """Post a write-off; one that was posted before is left as it is.

    Raises ``Incomplete`` for what it lacks, and ``NeedsApproval`` above the limit: then hand over an approval of its
    subject in ``acting``, or :func:`send` it to the queue. A shop of one person approves for itself.
    """
    acting.require(Permission.WRITE_OFF)
    try:
        return posting.as_a_whole(db, lambda: _post_open(db, acting, write_off_id))
    except NeedsApproval:
        if not acting.alone:
            raise
    return posting.as_a_whole(db, lambda: _post_open(db, acting, write_off_id, by_oneself=True))


def _post_open(db: Db, acting: Acting, write_off_id: int, *, by_oneself: bool = False) -> Changes:
    one = held(db, write_off_id)
    if one.state == WriteOffState.POSTED:
        return Changes(document=_document(db, one), existing=True)
    one = held(db, write_off_id, WriteOffState.OPEN)
    about = subject(db, one)
    if by_oneself:
        acting = replace(acting, approval=people.approve(db, acting, Permission.WRITE_OFF, about, acting.person_id, ""))
    approval = acting.approval
    if approval is None or (approval.permission, approval.subject) != (Permission.WRITE_OFF, about):
        approval = None
    elif approval.approver_id in one.requesters and not acting.alone:
        raise NotAllowed(Permission.WRITE_OFF, _("Someone else has to approve this."), about)
    return _post(db, acting, one, about, approval)


def _post(db: Db, acting: Acting, one: Held, about: str, approval: Approval | None) -> Changes:
    """Post what is held, as ``acting``; raise ``NeedsApproval`` when it moved more than the limit and nobody agreed."""
    rows = rows_of(db, one.id)
    evidence = evidence_of(db, one.id)
    missing = write_offs.missing([(row.cause, qty) for row, qty in rows], causes.needing_evidence(db), len(evidence))
    if missing:
        raise Incomplete(missing)
    used = write_off_limit.hold_used(db, acting)
    draft = adjust.write_off_draft(
        acting,
        Head(f"write-off/{one.key}", clock.now(), reference=one.number, note=one.note),
        [
            Goods(row.item_id, qty, location_id=row.location_id, cause=row.cause, lot=row.lot, expires=row.expires)
            for row, qty in rows
        ],
    )
    changes = posting.post(db, replace(acting, approval=approval), draft, topics=TOPICS)
    ref = changes.document
    if ref is None or changes.existing:
        raise ValueError(f"{one.number} is posted already as {ref}")
    if approval is not None:
        people.use_approval(db, acting, approval, ref.id)
    else:
        write_off_limit.check(db, acting, ref.id, used, about)
    db.run_many(
        "INSERT INTO document_attachment (document_id, attachment_id) VALUES (?, ?)",
        [(ref.id, attachment_id) for attachment_id, _digest in evidence],
    )
    db.run(
        "UPDATE write_off SET state = 'posted', document_id = ?, decided_at = ?, decided_by = ? WHERE id = ?",
        (ref.id, clock.now(), acting.person_id if approval is None else approval.approver_id, one.id),
    )
    return changes


def _document(db: Db, one: Held) -> DocumentRef:
    kind, prefix, number = db.rows(
        "SELECT d.kind, s.prefix, d.number FROM document d JOIN station s ON s.id = d.station_id WHERE d.id = ?",
        (one.document_id,),
    )[0]
    return DocumentRef(DocumentId(one.document_id or 0), kind, f"{prefix}-{number}")


# --- the queue


def send(db: Db, acting: Acting, write_off_id: int) -> Changes:
    """Put a write-off into the queue: it waits for somebody who may approve it, and stays as it is till then."""
    acting.require(Permission.WRITE_OFF)
    with transaction(db):
        one = held(db, write_off_id)
        if one.state == WriteOffState.WAITING:
            return Changes(existing=True)
        held(db, write_off_id, WriteOffState.OPEN)
        rows = [(row.cause, qty) for row, qty in rows_of(db, write_off_id)]
        missing = write_offs.missing(rows, causes.needing_evidence(db), len(evidence_of(db, write_off_id)))
        if missing:
            raise Incomplete(missing)
        db.run(
            "UPDATE write_off SET state = 'waiting', sent_at = ?, sent_by = ? WHERE id = ?",
            (clock.now(), acting.person_id, write_off_id),
        )
    return _CHANGED


def take_back(db: Db, acting: Acting, write_off_id: int) -> Changes:
    """Take a write-off out of the queue, to change it or to give it up."""
    acting.require(Permission.WRITE_OFF)
    with transaction(db):
        one = held(db, write_off_id)
        if one.state == WriteOffState.OPEN:
            return Changes(existing=True)
        held(db, write_off_id, WriteOffState.WAITING)
        db.run("UPDATE write_off SET state = 'open', sent_at = NULL, sent_by = NULL WHERE id = ?", (write_off_id,))
    return _CHANGED


def approve(db: Db, acting: Acting, write_off_id: int) -> Changes:
    """Approve a write-off that waits, and post it in the name of who asked; one posted meanwhile raises ``Refused``.

    Needs the rights to write off and to approve; nobody approves what they asked for, except in a shop of one person.
    """
    _require_approver(acting)

    def work() -> Changes:
        one = held(db, write_off_id, WriteOffState.WAITING)
        requester = _requester(db, acting, one)
        about = subject(db, one)
        approval = people.approve_signed_in(db, acting, requester, Permission.WRITE_OFF, about)
        return _post(db, requester, one, about, approval)

    return posting.as_a_whole(db, work)


def reject(db: Db, acting: Acting, write_off_id: int, why: str) -> Changes:
    """Reject a write-off that waits, and say why: its scans and its evidence are gone, the reason stays."""
    _require_approver(acting)
    reason = names.clean(why)[: names.MAX_NAME]
    if not reason:
        raise Refused(_("Say why it is rejected."))
    with transaction(db):
        one = held(db, write_off_id, WriteOffState.WAITING)
        _requester(db, acting, one)
        _clear(db, write_off_id)
        db.run(
            "UPDATE write_off SET state = 'rejected', decided_at = ?, decided_by = ?, decision_note = ? WHERE id = ?",
            (clock.now(), acting.person_id, reason, write_off_id),
        )
        log(db, Event.WRITE_OFF_REJECTED, f"{one.number}: {reason}", acting=acting)
    return _CHANGED


def _require_approver(acting: Acting) -> None:
    acting.require(Permission.WRITE_OFF)
    acting.require(Permission.APPROVE)


def _requester(db: Db, acting: Acting, one: Held) -> Acting:
    """Return who asked, at the station of who approves; raise ``NotAllowed`` when they are the same person."""
    if acting.person_id in one.requesters and not acting.alone:
        raise NotAllowed(Permission.APPROVE, _("Someone else has to approve this: you asked for it."))
    person_id, name, role = db.rows("SELECT id, name, role FROM person WHERE id = ?", (one.sent_by,))[0]
    return replace(
        acting, person_id=PersonId(person_id), name=name, role=Role(role), location_id=one.location_id, approval=None,
        alone=acting.alone and person_id == acting.person_id,
    )  # fmt: skip
