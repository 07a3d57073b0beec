"""Write goods off from the command line, with causes and evidence, and decide about what waits for approval."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import click

from shopstock.cli import naming
from shopstock.cli.session import Session, pass_session, put, say
from shopstock.core import write_offs as rules
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.write_offs import Purpose
from shopstock.formats import report_files
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import causes
from shopstock.queries import write_offs as reading
from shopstock.queries.write_offs import WriteOffSummary
from shopstock.services import write_off_evidence, write_off_scans, write_offs
from shopstock.services.write_off_limit import NeedsApproval
from shopstock.services.write_off_scans import WriteOffLine

_number = click.argument("number", metavar="WRITE-OFF")


@click.group("write-off")
def write_off_command() -> None:
    """Write goods off; WRITE-OFF is a number such as W-0012."""


@write_off_command.command("add")
@click.argument("lines", metavar="SKU=QTY", nargs=-1, required=True)
@click.option("--cause", required=True, metavar="CAUSE", help="Why; shopstock write-off causes names them.")
@click.option("--place", metavar="P", help="Where the goods are; else here.")
@click.option("--evidence", multiple=True, metavar="FILE", help="A photo or a PDF; may be given again.")
@click.option("--note", default="", metavar="TEXT", help="What else is to be said.")
@pass_session
def add_command(
    session: Session, lines: tuple[str, ...], cause: str, place: str | None, evidence: tuple[str, ...], note: str
) -> None:
    """Write goods off; above the limit of who acts it waits for approval."""
    with session.writing() as (db, acting):
        goods = naming.goods(db, lines)
        location_id = acting.location_id if place is None else naming.place(db, place)
        key = naming.cause(db, Purpose.WRITE_OFF, cause)
        begun = write_offs.start(db, acting, uuid4().hex, location_id).write_off_id
        try:
            scans = [WriteOffLine(uuid4().hex, item, qty, key, location_id=location_id) for item, qty in goods]
            write_off_scans.scan(db, acting, begun, scans)
            if note:
                write_offs.set_note(db, acting, begun, note)
            for path in evidence:
                write_off_evidence.attach(db, acting, begun, path)
            try:
                done = write_offs.post(db, acting, begun).document
            except NeedsApproval:
                write_offs.send(db, acting, begun)
                say(_("{number}: waits for approval").format(number=rules.number(begun)))
                return
        except Exception:
            write_offs.discard(db, acting, begun)  # what is not posted and does not wait leaves nothing behind
            raise
        assert done is not None
        say(_("{number}: posted as {document}").format(number=rules.number(begun), document=done.number))


@write_off_command.command("list")
@click.option("--waiting", "which", flag_value="waiting", help="Only what waits for approval.")
@click.option("--decided", "which", flag_value="decided", help="The latest that were posted or rejected.")
@pass_session
def list_command(session: Session, which: str | None) -> None:
    """List write-offs: what is being scanned and what waits."""
    with session.reading() as (db, acting):
        if which == "decided":
            rows = reading.decided(db, acting)
        else:
            rows = reading.waiting(db, acting)
            if which is None:
                rows += reading.open_write_offs(db, acting)
    columns = [
        Column("number", _("Write-off")), Column("state", _("State")), Column("place", _("Place")),
        Column("by", _("By")), Column("causes", _("Causes")), Column("qty", _("Quantity"), Kind.QTY),
        Column("evidence", _("Files")), Column("note", _("Note")),
    ]  # fmt: skip
    if any(row.value is not None for row in rows):
        columns.append(Column("value", _("Worth about"), Kind.MONEY))
    put(report_files.table_lines(tuple(columns), [_cells(row)[: len(columns)] for row in rows], {}))


def _cells(row: WriteOffSummary) -> tuple[Any, ...]:
    return (
        row.number, row.state.words, row.place, row.sent_by or row.started_by, ", ".join(row.causes), row.qty,
        row.evidence, row.decision_note or row.note, row.value,
    )  # fmt: skip


@write_off_command.command("show")
@_number
@pass_session
def show_command(session: Session, number: str) -> None:
    """Show one write-off with its rows and its evidence."""
    with session.reading() as (db, acting):
        shown = reading.write_off(db, acting, _id(number))
    say(f"{shown.number}  {shown.state.words}  {shown.place}  {shown.note}".rstrip())
    if shown.document is not None:
        say(_("Posted as {document}").format(document=shown.document.number))
    if shown.decision_note:
        say(_("Rejected by {name}: {why}").format(name=shown.decided_by, why=shown.decision_note))
    columns = (
        Column("sku", _("SKU")), Column("name", _("Name")), Column("cause", _("Cause")), Column("place", _("Place")),
        Column("qty", _("Quantity"), Kind.QTY),
    )  # fmt: skip
    rows = [(row.sku, row.name, row.cause, row.place, row.qty) for row in shown.rows]
    put(report_files.table_lines(columns, rows, {}))
    for one in shown.evidence:
        say(_("Evidence: {name}, added by {person}").format(name=one.name, person=one.person))


@write_off_command.command("approve")
@_number
@pass_session
def approve_command(session: Session, number: str) -> None:
    """Approve a write-off that waits: it is posted in the name of who asked."""
    with session.writing() as (db, acting):
        done = write_offs.approve(db, acting, _id(number)).document
        assert done is not None
        say(_("{number}: posted as {document}").format(number=rules.number(_id(number)), document=done.number))


@write_off_command.command("reject")
@_number
@click.option("--why", required=True, metavar="TEXT", help="Why it is rejected; who asked reads it.")
@pass_session
def reject_command(session: Session, number: str, why: str) -> None:
    """Reject a write-off that waits: nothing of it stays but the reason."""
    with session.writing() as (db, acting):
        write_offs.reject(db, acting, _id(number), why)
        say(_("{number}: rejected").format(number=rules.number(_id(number))))


@write_off_command.command("causes")
@pass_session
def causes_command(session: Session) -> None:
    """Name the causes, and which ask for evidence."""
    with session.reading() as (db, _acting):
        rows = causes.causes(db, Purpose.WRITE_OFF)
    columns = (Column("cause", _("Cause")), Column("name", _("Name")), Column("evidence", _("Evidence")))
    table = [(row.key, row.name, _("needed") if row.needs_evidence else "") for row in rows]
    put(report_files.table_lines(columns, table, {}))


def _id(number: str) -> int:
    found = rules.number_in(number)
    if found is None:
        raise Refused(_("“{text}” is no number of a write-off; they look like W-0012.").format(text=number[:40]))
    return found
