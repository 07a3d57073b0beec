"""Ask for goods from another place, list transfers, and take them through their states."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import click

from shopstock.cli import naming
from shopstock.cli.session import Session, pass_session, put, say
from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.receiving import Condition
from shopstock.core.text import _
from shopstock.core.transfers import OPEN_STATES, ScanLine, Settle, Stage, TransferFields, TransferState
from shopstock.core.units import ItemId, Qty
from shopstock.db.connection import Db
from shopstock.formats import report_files
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import transfers as reading
from shopstock.services import transfers

_transfer = click.argument("number", metavar="TRANSFER")
_lines = click.argument("lines", metavar="SKU=QTY", nargs=-1)


@click.group("transfer")
def transfer_command() -> None:
    """Ask for goods, list transfers, send and book them in; TRANSFER is a number such as T-0012."""


@transfer_command.command("request")
@click.option("--from", "from_place", required=True, metavar="P", help="Who is to send: a place's name, path or code.")
@click.option("--to", "to_place", metavar="P", help="Where the goods go; else here.")
@click.option("--by", "by_day", metavar="DAY", help="The day by which they are wanted (2026-03-31).")
@click.option("--note", default="", metavar="TEXT", help="What the sender should know.")
@click.argument("lines", metavar="SKU=QTY", nargs=-1, required=True)
@pass_session
def request_command(
    session: Session, from_place: str, to_place: str | None, by_day: str | None, note: str, lines: tuple[str, ...]
) -> None:
    """Ask a place for goods."""
    with session.writing() as (db, acting):
        target = acting.location_id if to_place is None else naming.place(db, to_place)
        fields = TransferFields(naming.place(db, from_place), target, note, naming.day(by_day))
        made = transfers.request(db, acting, fields, naming.goods(db, lines))
        _say_state(db, acting, made.transfer_id)


@transfer_command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that have arrived or were cancelled.")
@pass_session
def list_command(session: Session, everything: bool) -> None:
    """List the open transfers, the newest first."""
    with session.reading() as (db, acting):
        rows = reading.transfers(db, acting, TransferState if everything else OPEN_STATES)
    columns = (
        Column("number", _("Transfer")), Column("state", _("State")), Column("origin", _("From")),
        Column("target", _("To")), Column("expected", _("Expected"), Kind.DAY), Column("items", _("Items")),
        Column("requested", _("Asked for"), Kind.QTY), Column("dispatched", _("Sent"), Kind.QTY),
        Column("in_transit", _("In transit"), Kind.QTY), Column("overdue", _("Overdue")),
    )  # fmt: skip
    table = [
        (row.head.number, row.head.state.words, row.head.from_place, row.head.to_place, row.head.expected_day,
         row.items, row.requested, row.dispatched, row.in_transit, _("overdue") if row.head.overdue else "")
        for row in rows
    ]  # fmt: skip
    put(report_files.table_lines(columns, table, {}))


@transfer_command.command("show")
@_transfer
@pass_session
def show_command(session: Session, number: str) -> None:
    """Show one transfer with its goods."""
    with session.reading() as (db, acting):
        shown = reading.transfer(db, acting, reading.by_number(db, number))
    head = shown.head
    say(f"{head.number}  {head.state.words}  {head.from_place} → {head.to_place}  {head.note}".rstrip())
    columns = (
        Column("sku", _("SKU")), Column("name", _("Name")), Column("requested", _("Asked for"), Kind.QTY),
        Column("dispatched", _("Sent"), Kind.QTY), Column("arrived", _("Arrived"), Kind.QTY),
        Column("damaged", _("Damaged"), Kind.QTY), Column("over", _("Over"), Kind.QTY),
        Column("in_transit", _("In transit"), Kind.QTY), Column("words", _("State")),
    )  # fmt: skip
    table: list[tuple[Any, ...]] = [
        (row.sku, row.name, row.figures.requested, row.figures.dispatched, row.figures.arrived, row.figures.damaged,
         row.figures.over, row.figures.in_transit, row.words)
        for row in shown.rows
    ]  # fmt: skip
    put(report_files.table_lines(columns, table, {}))


@transfer_command.command("dispatch")
@_transfer
@_lines
@pass_session
def dispatch_command(session: Session, number: str, lines: tuple[str, ...]) -> None:
    """Send off what was packed: beside what was scanned the lines given, or else all that was asked for."""
    with session.writing() as (db, acting):
        transfer_id = reading.by_number(db, number)
        _scan(db, acting, transfer_id, Stage.DISPATCH, naming.goods(db, lines))
        transfers.dispatch(db, acting, transfer_id)
        _say_state(db, acting, transfer_id)


@transfer_command.command("arrive")
@_transfer
@_lines
@click.option("--damaged", multiple=True, metavar="SKU=QTY", help="Came damaged; may be given again.")
@click.option("--more-to-come", is_flag=True, help="The rest is still on its way; else it is short.")
@pass_session
def arrive_command(
    session: Session, number: str, lines: tuple[str, ...], damaged: tuple[str, ...], more_to_come: bool
) -> None:
    """Book in what came: beside what was scanned the lines given, or else all that was sent."""
    with session.writing() as (db, acting):
        transfer_id = reading.by_number(db, number)
        bad = [
            ScanLine(uuid4().hex, item_id, qty, condition=Condition.DAMAGED)
            for item_id, qty in naming.goods(db, damaged)
        ]
        if bad:
            transfers.scan(db, acting, transfer_id, Stage.ARRIVE, bad)
        if lines or not bad:
            _scan(db, acting, transfer_id, Stage.ARRIVE, naming.goods(db, lines))
        transfers.arrive(db, acting, transfer_id, complete=not more_to_come)
        _say_state(db, acting, transfer_id)


@transfer_command.command("settle")
@_transfer
@click.argument("lines", metavar="SKU=QTY", nargs=-1, required=True)
@click.option("--came-back", "came_back", is_flag=True, help="They are at the sender's again.")
@click.option("--lost", "cause", metavar="CAUSE", help="They are lost: written off for this cause (theft, damage, …).")
@pass_session
def settle_command(session: Session, number: str, lines: tuple[str, ...], came_back: bool, cause: str | None) -> None:
    """Say what became of goods that did not arrive."""
    if came_back == (cause is not None):
        raise Refused(_("Say either --came-back or --lost with a cause."))
    how = Settle.CAME_BACK if came_back else Settle.LOST
    with session.writing() as (db, acting):
        transfer_id = reading.by_number(db, number)
        for item_id, qty in naming.goods(db, lines):
            transfers.settle_short(db, acting, transfer_id, item_id, qty, how, cause or "")
        _say_state(db, acting, transfer_id)


@transfer_command.command("cancel")
@_transfer
@pass_session
def cancel_command(session: Session, number: str) -> None:
    """Cancel a transfer that was not dispatched."""
    with session.writing() as (db, acting):
        transfer_id = reading.by_number(db, number)
        transfers.cancel(db, acting, transfer_id)
        _say_state(db, acting, transfer_id)


def _scan(db: Db, acting: Acting, transfer_id: int, stage: Stage, goods: list[tuple[ItemId, Qty]]) -> None:
    """Count what was named; where nothing was, and nothing was scanned before, all that is expected."""
    if goods:
        transfers.scan(db, acting, transfer_id, stage, [ScanLine(uuid4().hex, *line) for line in goods])
        return
    if reading.transfer(db, acting, transfer_id).last_scan is None:
        transfers.scan_rest(db, acting, transfer_id, stage, uuid4().hex)


def _say_state(db: Db, acting: Acting, transfer_id: int) -> None:
    head = reading.transfer(db, acting, transfer_id).head
    say(_("{number}: {state}").format(number=head.number, state=head.state.words.lower()))
