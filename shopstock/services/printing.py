"""Hand papers to the print queue and bind devices to stations.

:func:`enqueue` runs inside the transaction of the sale: the paper is committed with it and printed after. A printer
fault undoes nothing. Every second printing of a document's paper carries "COPY n" and is logged. What is printed when,
and by which thread, is the matter of ``jobs.printing``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shopstock.core import names, papers
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.papers import DrawerPulse, Paper, TestPage
from shopstock.core.text import _
from shopstock.core.units import DocumentId, StationId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.devices import drivers, roles, transports
from shopstock.devices.drivers import Sending
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from shopstock.queries import printing as reading
from shopstock.queries import settings as settings_reading
from shopstock.queries.printing import DeviceRow
from shopstock.services import events, people

RECEIPT_PRINTER = roles.RECEIPT_PRINTER
REPORT_PRINTER = roles.REPORT_PRINTER
DRAWER = roles.DRAWER
LABEL_PRINTER = roles.LABEL_PRINTER
SCANNER = roles.SCANNER
DISPLAY = roles.DISPLAY
SCALE = roles.SCALE

#: Whose work the receipt printer does where a role has no device of its own.
_INSTEAD = {REPORT_PRINTER: RECEIPT_PRINTER, DRAWER: RECEIPT_PRINTER}

#: Seconds after which a paper is no longer printed by itself: nobody stands at an open drawer after ten.
TTL = {
    "drawer_pulse": 10, "test_page": 60, "sales_receipt": 3600, "store_credit": 3600, "cash_report": 3600,
    "command_sheet": 3600, "label_job": 7 * 24 * 3600,
}  # fmt: skip
MOST_NAME = 40
TOPIC = "print_queue"
DEVICES_TOPIC = "devices"
_CHANGED = Changes(topics=frozenset({TOPIC}))
DEVICES_CHANGED = Changes(topics=frozenset({DEVICES_TOPIC}))


def enqueue(
    db: Db,
    acting: Acting,
    paper: Paper,
    role: str = RECEIPT_PRINTER,
    document_id: DocumentId | None = None,
    ttl_seconds: int | None = None,
) -> int:
    """Put a paper into the queue, inside the caller's transaction where there is one; return the job's id.

    Without a device for the role the paper is kept as cancelled with the reason, so that it can be printed later or
    written as PDF, and no queue grows in a shop that has no printer. Tell ``PrintWorker.wake`` after the commit.
    """
    device = _device_for(db, acting.station_id, DRAWER if isinstance(paper, DrawerPulse) else role)
    kind = papers.kind_of(paper)
    now = clock.now()
    with transaction(db):
        job_id: int = db.value(
            "INSERT INTO print_job (station_id, role, kind, paper, document_id, copy_no, state, created_at, expires_at,"
            " error, person_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                acting.station_id, device.role if device else role, kind, papers.to_json(paper), document_id,
                getattr(paper, "copy", 0), State.QUEUED if device else State.CANCELLED, now,
                now + (TTL[kind] if ttl_seconds is None else ttl_seconds) * 1_000_000,
                Reason.NONE if device else Reason.NO_DEVICE, acting.person_id,
            ),
        )  # fmt: skip
    return job_id


def _device_for(db: Db, station_id: StationId, role: str) -> DeviceRow | None:
    found = reading.device(db, station_id, role)
    return found or (reading.device(db, station_id, _INSTEAD[role]) if role in _INSTEAD else None)


def reprint(db: Db, acting: Acting, document_id: DocumentId) -> Changes:
    """Print a document's paper again, marked "COPY n" and logged; needs the right to reprint."""
    with transaction(db):
        acting = people.allow(db, acting, Permission.REPRINT, f"reprint {document_id}")
        paper = reading.paper_of_document(db, document_id)
        if paper is None:
            raise Refused(_("No paper was made for this document, so there is none to reprint."))
        copy = 1 + (db.value("SELECT max(copy_no) FROM print_job WHERE document_id = ?", (document_id,)) or 0)
        if reading.device(db, acting.station_id, RECEIPT_PRINTER) is None:
            raise Refused(Reason.NO_DEVICE.words)
        events.log(db, events.Event.REPRINT, f"COPY {copy}", acting=acting, document_id=document_id)
        enqueue(db, acting, papers.as_copy(paper, copy), document_id=document_id)
    return _CHANGED


def cancel(db: Db, acting: Acting, job_id: int) -> Changes:
    """Take a waiting paper out of the queue; its document stands.

    Labels that are being printed end after the label at hand: the worker looks at the state before the next one.
    """
    with transaction(db):
        waiting: tuple[State, ...] = (State.QUEUED, State.UNKNOWN)
        if reading.job(db, job_id).kind == "label_job":
            waiting = (*waiting, State.SENDING)
        _move(db, job_id, State.CANCELLED, waiting, Reason.NONE)
    return _CHANGED


def settle(db: Db, acting: Acting, job_id: int) -> Changes:
    """Note that a paper of which it was unknown did come out."""
    with transaction(db):
        _move(db, job_id, State.CONFIRMED, (State.UNKNOWN, State.SENT_UNCONFIRMED), Reason.NONE)
    return _CHANGED


def retry(db: Db, acting: Acting, job_id: int) -> Changes:
    """Print a paper again that did not come out.

    One of which nothing had reached the printer goes back into the queue as it was. One that may have come out in part
    is a reprint: a new job marked COPY, logged, for those with the right. A drawer pulse is never repeated.
    """
    with transaction(db):
        row = reading.job(db, job_id)
        if row.kind == "drawer_pulse":
            raise Refused(_("A drawer is not opened later. Open it again from the till."))
        if row.state is State.UNKNOWN and row.document_id is not None:
            reprint(db, acting, row.document_id)
            _move(db, job_id, State.CANCELLED, (State.UNKNOWN,), row.reason)
            return _CHANGED
        _requeue(db, row, row.station_id, row.role)
    return _CHANGED


def redirect(db: Db, acting: Acting, job_id: int, device_id: int) -> Changes:
    """Send a waiting or failed paper to another device; the same rules as :func:`retry`."""
    with transaction(db):
        row = reading.job(db, job_id)
        if row.kind == "drawer_pulse":
            raise Refused(_("A drawer is not opened later. Open it again from the till."))
        target = reading.device_by_id(db, device_id)
        _requeue(db, row, target.station_id, target.role)
    return _CHANGED


def _requeue(db: Db, row: reading.QueueRow, station_id: StationId, role: str) -> None:
    device = _device_for(db, station_id, role)
    if device is None:
        raise Refused(Reason.NO_DEVICE.words)
    allowed = (State.QUEUED, State.FAILED, State.EXPIRED, State.CANCELLED, State.UNKNOWN)
    _move(db, row.id, State.QUEUED, allowed, Reason.NONE)
    db.run(
        "UPDATE print_job SET station_id = ?, role = ?, expires_at = ? WHERE id = ?",
        (station_id, device.role, clock.now() + TTL[row.kind] * 1_000_000, row.id),
    )


def _move(db: Db, job_id: int, to: State, allowed: tuple[State, ...], reason: Reason) -> None:
    marks = ", ".join("?" for _state in allowed)
    moved = db.value(
        f"UPDATE print_job SET state = ?, error = ? WHERE id = ? AND state IN ({marks}) RETURNING id",
        (to, reason, job_id, *allowed),
    )
    if moved is None:
        state = reading.job(db, job_id).state
        raise Refused(_("This paper is in the state “{state}”; that cannot be done now.").format(state=state.words))


def set_device(
    db: Db,
    acting: Acting,
    role: str,
    url: str,
    language: str = "",
    settings: Mapping[str, Any] | None = None,
    station_id: StationId | None = None,
    name: str = "",
) -> Changes:
    """Bind a device to a role of the station (the acting one, unless named); replaces the one before.

    A till has one device of each role, but as many scanners as have a ``name`` of their own. ``language`` is one of
    those of the role (``devices.roles``), or empty for the usual one; ``settings`` are those of the language: profile,
    columns, dots, … of a receipt printer, dpi, size, gap, … of a label printer. Raises ``Refused`` for an unknown role,
    address, language or setting, or a language that does not suit the role.
    """
    acting.require(Permission.EDIT_SETTINGS)
    spoken, how = roles.language(role, language)
    address = transports.parse_url(url)
    how.check(settings or {})
    station = acting.station_id if station_id is None else station_id
    called = names.clean(name)
    if len(called) > MOST_NAME:
        raise Refused(_("The name of a device has {most} characters at most.").format(most=MOST_NAME))
    with transaction(db):
        if role != SCANNER:
            db.run("UPDATE device SET name = ? WHERE station_id = ? AND role = ?", (called, station, role))
        db.run(
            "INSERT INTO device (station_id, role, name, url, language, settings, active) VALUES (?, ?, ?, ?, ?, ?, 1)"
            " ON CONFLICT (station_id, role, name) DO UPDATE SET url = excluded.url, language = excluded.language,"
            " settings = excluded.settings, active = 1",
            (station, role, called, address.url, spoken, json.dumps(dict(settings or {}), sort_keys=True)),
        )
    return DEVICES_CHANGED


def remove_device(db: Db, acting: Acting, role: str, station_id: StationId | None = None, name: str = "") -> Changes:
    """Unbind the device of a role, of scanners the one of this name; what waits for it can be printed elsewhere."""
    acting.require(Permission.EDIT_SETTINGS)
    station = acting.station_id if station_id is None else station_id
    with transaction(db):
        gone = db.value(
            "DELETE FROM device WHERE station_id = ? AND role = ? AND (role <> ? OR name = ?) RETURNING id",
            (station, role, SCANNER, name),
        )
        if gone is None:
            raise Refused(_("No {role} is set up for this till.").format(role=role[:30]))
        db.run(
            "UPDATE print_job SET state = ?, error = ? WHERE station_id = ? AND role = ? AND state = ?",
            (State.CANCELLED, Reason.NO_DEVICE, station, role, State.QUEUED),
        )
    return Changes(topics=frozenset({DEVICES_TOPIC, TOPIC}))


def make_test_page(
    db: Db, acting: Acting, role: str = RECEIPT_PRINTER, code: str = "", chart: bool = False
) -> TestPage:  # fmt: skip
    """Make the page that shows whether a device is set up right.

    ``code`` is what its bar code says, so that a scan of it proves printer and scanner; ``chart`` makes it the table of
    all page numbers.
    """
    device = bound(db, acting, role)
    lines = tuple(f"{name}: {value}" for name, value in device.settings.items())
    at = clock.to_local(clock.now()).strftime("%Y-%m-%d %H:%M")
    page = TestPage(settings_reading.load(db).name, role, device.url, at, (device.language, *lines), chart=chart)
    return replace(page, code=code) if code else page


def send_test_page(
    db: Db,
    acting: Acting,
    role: str = RECEIPT_PRINTER,
    patience: Patience | None = None,
    code: str = "",
    chart: bool = False,
) -> Outcome:
    """Print the test page at once, past the queue, and tell what became of it."""
    device = bound(db, acting, role)
    if role == SCANNER:
        raise Refused(_("A scanner prints nothing. Scan any code to try it."))
    if device.language not in drivers.DRIVERS:
        raise Refused(_("This device prints nothing. Try it at the till."))
    page = make_test_page(db, acting, role, code, chart)
    outcome, _missing = drivers.send_paper(page, device.url, device.language, device.settings, Sending(patience))
    return outcome


def bound(db: Db, acting: Acting, role: str) -> DeviceRow:
    """Return the device of a role of the station; raise ``Refused`` when it has none."""
    device = reading.device(db, acting.station_id, role)
    if device is None:
        raise Refused(_("No {role} is set up for this till.").format(role=role[:30]))
    return device


def measure_labels(db: Db, acting: Acting, patience: Patience | None = None) -> Outcome:
    """Let the label printer measure what lies in it; raise ``Refused`` where its language has no word for that."""
    device = bound(db, acting, LABEL_PRINTER)
    return drivers.measure(device.url, device.language, patience)
