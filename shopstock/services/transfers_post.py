"""Post what was packed and unpacked of a transfer, and what became of goods that did not arrive.

Value never moves: documents are transfers to and from the place of kind ``transit``; only what is lost is written off
from there. What an arrival names of a dispatched line is held by the ledger too, so nothing arrives twice. The figures
of a transfer's lines are always what its documents say that were not reversed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core import transfers as rules
from shopstock.core import write_offs
from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, NotAllowed, Refused
from shopstock.core.text import _
from shopstock.core.transfers import DAMAGED, ON_THE_WAY, Come, Figures, OnItsWay, Settle, Stage, TransferState
from shopstock.core.units import Day, DocumentId, Instant, ItemId, LocationId, Qty, format_qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes, places, settings, transfer_lines
from shopstock.queries import write_offs as write_off_values
from shopstock.services import people, posting, set_aside, write_off_limit
from shopstock.services.transfer import transit_location
from shopstock.services.transfer_held import TOPICS, Held, held

_FIGURES = ("dispatched_qty", "arrived_qty", "damaged_qty", "over_qty", "lost_qty", "came_back_qty")


class _Going(NamedTuple):
    """So much of a lot that leaves the sender: from ``place``, or from where the book has it."""

    item_id: ItemId
    qty: Qty
    place: LocationId | None
    to_id: LocationId
    lot: str
    expires: Day
    cause: str = ""


def dispatch(db: Db, acting: Acting, transfer_id: int) -> Changes:
    """Send off what was packed: it is in transit until it arrives.

    Goods that nobody asked for go along; what was not packed is not sent. Goods are taken from where they were scanned,
    or from where the book has them; the book may go below zero there, and the item is counted soon. Raises ``Refused``
    for a transfer that nothing was packed for, or that was dispatched before.
    """
    acting.require(Permission.TRANSFER)

    def work() -> Changes:
        transfer = held(db, transfer_id, TransferState.REQUESTED)
        piles = transfer_lines.piles(db, transfer_id, Stage.DISPATCH)
        if not piles:
            raise Refused(
                _("Nothing was packed for {number}. Scan what goes, or take all that was asked for.").format(
                    number=transfer.name
                )
            )
        transit = transit_location(db)
        lines = _from_sender(
            db,
            transfer,
            [_Going(pile.item_id, pile.qty, pile.location_id, transit, pile.lot, pile.expires) for pile in piles],
        )
        now = clock.now()
        changes = _post(db, acting, transfer, Stage.DISPATCH, DocumentKind.TRANSFER, lines, now)
        db.run(
            "UPDATE transfer SET dispatched_at = ?, dispatched_by = ? WHERE id = ?",
            (now, acting.person_id, transfer_id),
        )
        _settle_state(db, transfer_id, now, acting)
        return changes

    return posting.as_a_whole(db, work)


def arrive(db: Db, acting: Acting, transfer_id: int, *, complete: bool) -> Changes:
    """Book in what was counted so far; the rest stays on its way.

    ``complete`` says that nothing else came: the rest is short, and stays in transit until :func:`settle_short` says
    what became of it, or until it comes after all. Damaged goods go to where the receiving shop sets goods aside. What
    is over, and what was never sent, comes straight from the sender in the same document; if the book has less there it
    goes below zero, and the item is counted soon.
    """
    acting.require(Permission.TRANSFER)

    def work() -> Changes:
        transfer = held(db, transfer_id, *ON_THE_WAY)
        piles = transfer_lines.piles(db, transfer_id, Stage.ARRIVE)
        if not piles and not (complete and transfer.state == TransferState.PARTLY_ARRIVED):
            raise Refused(
                _("Nothing of {number} was counted since. Scan what came, or say what became of it.").format(
                    number=transfer.name
                )
            )
        now = clock.now()
        changes = Changes(topics=TOPICS)
        if piles:
            lines = _arriving(db, transfer, rules.matched(piles, transfer_lines.on_its_way(db, transfer_id)))
            changes = _post(db, acting, transfer, Stage.ARRIVE, DocumentKind.TRANSFER, lines, now)
        _settle_state(db, transfer_id, now, acting, complete=complete)
        return changes

    return posting.as_a_whole(db, work)


def settle_short(
    db: Db, acting: Acting, transfer_id: int, item_id: ItemId, qty: Qty, how: Settle, cause: str = ""
) -> Changes:
    """Say what became of goods that did not arrive: they came back to the sender, or are lost.

    What came back goes where it was taken from. What is lost is written off from transit at cost, which takes the right
    to write off and a cause; there is nothing left to take a photo of. Raises ``Refused`` for more than is on its way
    and not counted, ``NotAllowed`` (with the subject to approve) for a loss above what the person may write off alone.
    """
    acting.require(Permission.TRANSFER)
    if how is Settle.CAME_BACK:
        return posting.as_a_whole(db, lambda: _came_back(db, acting, transfer_id, item_id, qty))
    acting.require(Permission.WRITE_OFF)
    try:
        return posting.as_a_whole(db, lambda: _lost(db, acting, transfer_id, item_id, qty, cause))
    except NotAllowed as error:
        if not acting.alone:
            raise
        about = error.subject
    return posting.as_a_whole(db, lambda: _lost(db, acting, transfer_id, item_id, qty, cause, by_oneself=about))


def _came_back(db: Db, acting: Acting, transfer_id: int, item_id: ItemId, qty: Qty) -> Changes:
    transfer, missing = _missing(db, transfer_id, item_id, qty)
    transit = transit_location(db)
    lines = [
        DraftLine(
            MovementKind.TRANSFER, item_id, one.left, transit, to_location_id=one.from_id, of_line_id=one.line_id,
            lot=one.lot, expires=one.expires,
        )
        for one in missing
    ]  # fmt: skip
    now = clock.now()
    changes = _post(db, acting, transfer, Stage.CAME_BACK, DocumentKind.TRANSFER, lines, now)
    _settle_state(db, transfer_id, now, acting)
    return changes


def _lost(
    db: Db, acting: Acting, transfer_id: int, item_id: ItemId, qty: Qty, cause: str, *, by_oneself: str = ""
) -> Changes:
    transfer, missing = _missing(db, transfer_id, item_id, qty)
    if not any(one.key == cause for one in causes.causes(db, "write_off")):
        raise Refused(_("Say why these goods are written off: choose a cause."))
    about = f"{transfer.name} lost {item_id} {qty} {cause}"
    if by_oneself == about:
        acting = replace(acting, approval=people.approve(db, acting, Permission.WRITE_OFF, about, acting.person_id, ""))
    approval = acting.approval
    if approval is None or (approval.permission, approval.subject) != (Permission.WRITE_OFF, about):
        acting, approval = replace(acting, approval=None), None
    used = write_off_limit.hold_used(db, acting)
    transit = transit_location(db)
    lines = [
        DraftLine(
            MovementKind.WRITE_OFF, item_id, one.left, transit, cause=cause, of_line_id=one.line_id, lot=one.lot,
            expires=one.expires,
        )
        for one in missing
    ]  # fmt: skip
    now = clock.now()
    changes = _post(db, acting, transfer, Stage.LOST, DocumentKind.WRITE_OFF, lines, now)
    assert changes.document is not None
    if approval is not None:
        people.use_approval(db, acting, approval, changes.document.id)
    else:
        most = write_offs.limit(settings.load(db), acting.role)
        if write_offs.above(write_off_values.value_of(db, changes.document.id), used, most):
            raise NotAllowed(
                Permission.WRITE_OFF,
                _("This loss is above what you may write off alone. Ask someone who may to approve it."),
                about,
            )
    _settle_state(db, transfer_id, now, acting)
    return changes


def _missing(db: Db, transfer_id: int, item_id: ItemId, qty: Qty) -> tuple[Held, list[OnItsWay]]:
    """Return a transfer, held, and so much of what is on its way by it; raise ``Refused`` for more."""
    transfer = held(db, transfer_id, *ON_THE_WAY)
    row = transfer_lines.figures(db, transfer_id, Stage.ARRIVE).get(item_id, Figures())
    left = max(0, row.in_transit - row.counted - row.damaged_now)
    if not 0 < qty <= left:
        raise Refused(
            _("{left} of it are on their way by {number} and not counted. Check the quantity.").format(
                left=format_qty(Qty(left)), number=transfer.name
            )
        )
    missing: list[OnItsWay] = []
    wanted = int(qty)
    for one in transfer_lines.on_its_way(db, transfer_id):
        part = min(wanted, one.left) if one.item_id == item_id else 0
        wanted -= part
        if part:
            missing.append(one._replace(left=Qty(part)))
    return transfer, missing


def before_reversal(db: Db, document_id: DocumentId) -> None:
    """Let nobody else dispatch, book in or settle the transfer that a document belongs to. Inside a transaction."""
    transfer_id = db.value("SELECT transfer_id FROM transfer_document WHERE document_id = ?", (document_id,))
    if transfer_id is not None:
        held(db, transfer_id)


def note_reversed(db: Db, document_id: DocumentId) -> bool:
    """Make a transfer true again after a document of it was reversed; tell whether the document was one of a transfer.

    What was scanned for it is counted and not posted again.
    """
    transfer_id = db.value("SELECT transfer_id FROM transfer_document WHERE document_id = ?", (document_id,))
    if transfer_id is None:
        return False
    held(db, transfer_id)
    db.run(
        "UPDATE transfer_scan SET document_id = NULL WHERE transfer_id = ? AND document_id = ?",
        (transfer_id, document_id),
    )
    _settle_state(db, transfer_id, clock.now())
    return True


# --- inside a transaction


def _from_sender(db: Db, transfer: Held, going: Sequence[_Going]) -> list[DraftLine]:
    """Return the lines of goods that leave the sender, places filled in that nobody named."""
    named = [one for one in going if one.place is not None]
    wanted: dict[ItemId, Qty] = {}
    for one in going:
        if one.place is None:
            wanted[one.item_id] = Qty(wanted.get(one.item_id, 0) + one.qty)
    if wanted:
        avoid = {one.to_id for one in going}
        taken: dict[ItemId, list[tuple[LocationId, int]]] = {}
        for item_id, place, qty in transfer_lines.sources(db, transfer.from_id, wanted, avoid):
            taken.setdefault(item_id, []).append((place, qty))
        for one in going:
            left = int(one.qty) if one.place is None else 0
            while left:
                place, there = taken[one.item_id][0]
                part = min(left, there)
                left -= part
                taken[one.item_id][0] = (place, there - part)
                if part == there:
                    del taken[one.item_id][0]
                named.append(one._replace(place=place, qty=Qty(part)))
    return [
        DraftLine(
            MovementKind.TRANSFER, one.item_id, one.qty, one.place, to_location_id=one.to_id, cause=one.cause,
            lot=one.lot, expires=one.expires,
        )
        for one in named
        if one.place is not None
    ]  # fmt: skip


def _arriving(db: Db, transfer: Held, come: Sequence[Come]) -> list[DraftLine]:
    """Return the lines of goods that arrive: from transit as far as they were sent, from the sender what is over."""
    transit = transit_location(db)
    aside = transfer.to_id
    if any(one.pile.damaged for one in come):
        aside = set_aside.location(db, places.shop_of(db, transfer.to_id))
    homes = transfer_lines.home_places(db, transfer.to_id, {one.pile.item_id for one in come})
    lines: list[DraftLine] = []
    over: list[_Going] = []
    for pile, of, qty in come:
        place = aside if pile.damaged else pile.location_id or homes.get(pile.item_id, transfer.to_id)
        cause = DAMAGED if pile.damaged else ""
        if of is None:
            over.append(_Going(pile.item_id, qty, None, place, pile.lot, pile.expires, cause))
            continue
        known = bool(of.lot or of.expires)
        lines.append(
            DraftLine(
                MovementKind.TRANSFER, pile.item_id, qty, transit, to_location_id=place, of_line_id=of.line_id,
                cause=cause, lot=of.lot if known else pile.lot, expires=of.expires if known else pile.expires,
            )
        )  # fmt: skip
    return lines + _from_sender(db, transfer, over)


def _post(
    db: Db, acting: Acting, transfer: Held, stage: Stage, kind: DocumentKind, lines: Iterable[DraftLine], now: Instant
) -> Changes:
    """Post a document of a transfer, and note that it is one."""
    number = db.value("SELECT COUNT(*) FROM transfer_document WHERE transfer_id = ?", (transfer.id,))
    book = posting.Book(db, acting)
    draft = Draft(
        kind, f"transfer {transfer.id} {stage.value} {number}", now, tuple(lines), reference=transfer.name,
        note=transfer.note,
    )  # fmt: skip
    posted = book.post(draft)
    book.flush()
    document = posted.document
    db.run(
        "INSERT INTO transfer_document (document_id, transfer_id, stage) VALUES (?, ?, ?)",
        (document.id, transfer.id, stage.value),
    )
    db.run(
        "UPDATE transfer_scan SET document_id = ? WHERE transfer_id = ? AND stage = ? AND document_id IS NULL",
        (document.id, transfer.id, stage.value),
    )
    return Changes(document=document, items=frozenset(book.items), topics=TOPICS)


def _settle_state(
    db: Db, transfer_id: int, now: Instant, acting: Acting | None = None, *, complete: bool = False
) -> None:
    """Write what the documents of a transfer say: the figures of its lines, and how far it is.

    Without ``acting`` a document was reversed: nobody has unpacked to the end then.
    """
    figures = transfer_lines.posted(db, transfer_id)
    known = {
        row[0]: row[1:]
        for row in db.rows(
            f"SELECT item_id, {', '.join(_FIGURES)} FROM transfer_line WHERE transfer_id = ?", (transfer_id,)
        )
    }
    moved = {item_id: figures.get(item_id, Figures())[1:7] for item_id in (*known, *figures)}
    db.run_many(
        f"UPDATE transfer_line SET {', '.join(f'{name} = ?' for name in _FIGURES)} "
        "WHERE transfer_id = ? AND item_id = ?",
        [(*row, transfer_id, item_id) for item_id, row in moved.items() if known.get(item_id, row) != row],
    )
    new = [item_id for item_id in figures if item_id not in known]
    last = db.value("SELECT coalesce(max(line_no), 0) FROM transfer_line WHERE transfer_id = ?", (transfer_id,))
    db.run_many(
        f"INSERT INTO transfer_line (transfer_id, line_no, item_id, {', '.join(_FIGURES)}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(transfer_id, number, item_id, *moved[item_id]) for number, item_id in enumerate(new, last + 1)],
    )
    if acting is None:
        nothing = " AND ".join(f"{name} = 0" for name in ("requested_qty", *_FIGURES))
        db.run(f"DELETE FROM transfer_line WHERE transfer_id = ? AND {nothing}", (transfer_id,))
    state = rules.state_of(figures.values())
    if state == TransferState.REQUESTED:
        db.run("UPDATE transfer SET dispatched_at = NULL, dispatched_by = NULL WHERE id = ?", (transfer_id,))
    if acting is None:
        db.run("UPDATE transfer SET ended_at = NULL, ended_by = NULL WHERE id = ?", (transfer_id,))
    elif complete or state == TransferState.ARRIVED:
        db.run("UPDATE transfer SET ended_at = ?, ended_by = ? WHERE id = ?", (now, acting.person_id, transfer_id))
    db.run("UPDATE transfer SET state = ?, changed_at = ? WHERE id = ?", (state.value, now, transfer_id))
