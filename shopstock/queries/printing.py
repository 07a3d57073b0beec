"""Read the print queue and the devices of stations."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from shopstock.core import papers
from shopstock.core.outcome import Refused
from shopstock.core.papers import Paper
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Instant, StationId
from shopstock.db.connection import Db
from shopstock.devices.status import Reason, State


class QueueRow(NamedTuple):
    """One paper in the queue, as a screen shows it. ``number`` is its document's, empty where there is none."""

    id: int
    station_id: StationId
    station: str
    role: str
    kind: str
    state: State
    reason: Reason
    document_id: DocumentId | None
    number: str
    copy_no: int
    attempts: int
    created_at: Instant
    expires_at: Instant | None
    sent_at: Instant | None
    person: str


class DeviceRow(NamedTuple):
    """One device of a station. ``settings`` are those of its language; ``name`` tells scanners of one till apart."""

    id: int
    station_id: StationId
    station: str
    role: str
    url: str
    language: str
    settings: dict[str, Any]
    name: str = ""


_QUEUE = (
    "SELECT j.id, j.station_id, s.name, j.role, j.kind, j.state, j.error, j.document_id,"
    " CASE WHEN d.id IS NULL THEN '' ELSE ds.prefix || '-' || d.number END,"
    " j.copy_no, j.attempts, j.created_at, j.expires_at, j.sent_at, coalesce(p.name, '')"
    " FROM print_job j JOIN station s ON s.id = j.station_id LEFT JOIN document d ON d.id = j.document_id"
    " LEFT JOIN station ds ON ds.id = d.station_id LEFT JOIN person p ON p.id = j.person_id"
)
_DEVICE = (
    "SELECT d.id, d.station_id, s.name, d.role, d.url, d.language, d.settings, d.name"
    " FROM device d JOIN station s ON s.id = d.station_id WHERE d.active = 1"
)


def queue(db: Db, station_id: StationId | None = None, *, limit: int = 200) -> list[QueueRow]:
    """List papers, the newest first, of one station or of all."""
    where, params = (" WHERE j.station_id = ?", [station_id]) if station_id is not None else ("", [])
    return [_queue_row(row) for row in db.rows(f"{_QUEUE}{where} ORDER BY j.id DESC LIMIT ?", [*params, limit])]


def needing_attention(db: Db, station_id: StationId) -> list[QueueRow]:
    """List a station's papers that wait or of which somebody must say whether they printed, the oldest first."""
    states = "('queued', 'sending', 'unknown')"
    rows = db.rows(f"{_QUEUE} WHERE j.station_id = ? AND j.state IN {states} ORDER BY j.id", (station_id,))
    return [_queue_row(row) for row in rows]


def job(db: Db, job_id: int) -> QueueRow:
    """Return one paper's row; raise ``Refused`` when there is none."""
    row = db.row(f"{_QUEUE} WHERE j.id = ?", (job_id,))
    if row is None:
        raise Refused(_("This paper is no longer in the print queue."))
    return _queue_row(row)


def paper(db: Db, job_id: int) -> Paper:
    """Return what a job prints, for a preview or a PDF."""
    text = db.value("SELECT paper FROM print_job WHERE id = ?", (job_id,))
    if text is None:
        raise Refused(_("This paper is no longer in the print queue."))
    return papers.from_json(text)


def pictures(db: Db, of: Paper) -> dict[str, bytes]:
    """Return the pictures that a paper shows, as PNG by their SHA-256."""
    found = {}
    for digest in papers.pictures_of(of):
        content = db.value("SELECT content FROM picture WHERE sha256 = ?", (digest,))
        if content is not None:
            found[digest] = bytes(content)
    return found


def paper_of_document(db: Db, document_id: DocumentId) -> Paper | None:
    """Return the original paper of a document, or ``None`` when none was ever made; a voucher is none of its own."""
    text = db.value(
        "SELECT paper FROM print_job WHERE document_id = ? AND kind NOT IN ('drawer_pulse', 'store_credit')"
        " ORDER BY id LIMIT 1",
        (document_id,),
    )
    return None if text is None else papers.from_json(text)


def devices(db: Db, station_id: StationId | None = None) -> list[DeviceRow]:
    """List the devices of one station or of all."""
    where, params = (" AND d.station_id = ?", [station_id]) if station_id is not None else ("", [])
    return [_device_row(row) for row in db.rows(f"{_DEVICE}{where} ORDER BY s.name, d.role, d.name", params)]


def device(db: Db, station_id: StationId, role: str) -> DeviceRow | None:
    """Return the device of a role, or ``None`` when the station has none."""
    row = db.row(f"{_DEVICE} AND d.station_id = ? AND d.role = ? ORDER BY d.name LIMIT 1", (station_id, role))
    return None if row is None else _device_row(row)


def device_by_id(db: Db, device_id: int) -> DeviceRow:
    """Return one device; raise ``Refused`` when it is gone."""
    row = db.row(f"{_DEVICE} AND d.id = ?", (device_id,))
    if row is None:
        raise Refused(_("This device is no longer set up."))
    return _device_row(row)


def _queue_row(row: tuple[Any, ...]) -> QueueRow:
    reason = Reason(row[6]) if row[6] in set(Reason) else Reason.PRINTER_ERROR
    return QueueRow._make((*row[:5], State(row[5]), reason, *row[7:]))


def _device_row(row: tuple[Any, ...]) -> DeviceRow:
    return DeviceRow._make((*row[:6], json.loads(row[6]), row[7]))
