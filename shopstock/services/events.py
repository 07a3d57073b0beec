"""The log of what people did beside the documents: sign-ins, voids, drawer openings, reprints, approvals.

One line is one act: its kind, who, who approved, at which station, about which document, and words. The kinds stand
here, because the Z report counts some of them. Written inside the caller's transaction.
"""

from __future__ import annotations

from enum import StrEnum

from shopstock.core.acting import Acting
from shopstock.core.units import DocumentId, PersonId, StationId
from shopstock.db import clock
from shopstock.db.connection import Db


class Event(StrEnum):
    """What happened. The value is what ``event_log.kind`` holds."""

    SIGN_IN = "sign_in"
    WRONG_PIN = "wrong_pin"
    PERSON_ADDED = "person_added"
    PERSON_CHANGED = "person_changed"
    PIN_SET = "pin_set"
    APPROVAL = "approval"
    VOID = "void"
    SALE_DROPPED = "sale_dropped"
    PARKED = "parked"
    RECALLED = "recalled"
    PARKED_DROPPED = "parked_dropped"
    NO_SALE = "no_sale"
    REPRINT = "reprint"
    SHIFT_OPENED = "shift_opened"
    SHIFT_COUNTED = "shift_counted"
    SHIFT_CLOSED = "shift_closed"
    PRACTICE = "practice"
    ORDER_APPROVED = "order_approved"
    ORDER_SENT = "order_sent"
    ORDER_CHANGED = "order_changed"
    ORDER_BACK_TO_DRAFT = "order_back_to_draft"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_CLOSED = "order_closed"
    WRITE_OFF_REJECTED = "write_off_rejected"
    CUSTOMER_ERASED = "customer_erased"
    SERVICE_CHOSEN = "service_chosen"
    ADVICE_SKIPPED = "advice_skipped"


def log(
    db: Db,
    kind: Event,
    detail: str,
    *,
    acting: Acting | None = None,
    person_id: PersonId | None = None,
    station_id: StationId | None = None,
    document_id: DocumentId | None = None,
) -> int:
    """Write one line and return its id; ``acting`` fills who, who approved and where, unless they are named."""
    if acting is not None:
        person_id = acting.person_id if person_id is None else person_id
        station_id = acting.station_id if station_id is None else station_id
    approved_by = acting.approval.approver_id if acting is not None and acting.approval is not None else None
    line: int = db.value(
        "INSERT INTO event_log (at, kind, person_id, approved_by, station_id, document_id, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (clock.now(), kind, person_id, approved_by, station_id, document_id, detail),
    )
    return line
