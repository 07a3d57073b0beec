"""Set goods aside from the command line, list them, and decide what becomes of them."""

from __future__ import annotations

from uuid import uuid4

import click

from shopstock.cli import naming
from shopstock.cli.session import Session, pass_session, put, say
from shopstock.core import names
from shopstock.core.document import Goods, Head
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats import report_files
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import places
from shopstock.queries import set_aside as reading
from shopstock.queries.set_aside import SetAsideRow
from shopstock.services import set_aside_goods
from shopstock.services.set_aside_goods import SetAside

_lines = click.argument("lines", metavar="SKU=QTY", nargs=-1, required=True)
_place = click.option("--place", metavar="P", help="Where the goods are; else here.")


@click.group("set-aside")
def set_aside_command() -> None:
    """Set goods aside: on hand, and not for sale until somebody decides."""


@set_aside_command.command("list")
@pass_session
def list_command(session: Session) -> None:
    """List what is set aside, since when, and why."""
    with session.reading() as (db, acting):
        rows = reading.rows(db, acting)
    columns = [
        Column("sku", _("SKU")), Column("name", _("Name")), Column("qty", _("Quantity"), Kind.QTY),
        Column("place", _("Place")), Column("since", _("Since"), Kind.DAY), Column("why", _("Why")),
        Column("document", _("Document")), Column("supplier", _("Supplier")),
    ]  # fmt: skip
    if any(row.value is not None for row in rows):
        columns.append(Column("value", _("Value"), Kind.MONEY))
    table = [
        (row.sku, row.name, row.qty, row.place, None if row.since is None else clock.day_of(row.since), row.why,
         row.document.number if row.document else "", row.supplier, row.value)[: len(columns)]
        for row in rows
    ]  # fmt: skip
    put(report_files.table_lines(tuple(columns), table, {}))


@set_aside_command.command("put")
@_lines
@click.option("--why", required=True, metavar="TEXT", help="Why they are set aside.")
@_place
@pass_session
def put_command(session: Session, lines: tuple[str, ...], why: str, place: str | None) -> None:
    """Set goods aside from where they are."""
    with session.writing() as (db, acting):
        here = acting.location_id if place is None else naming.place(db, place)
        goods = [Goods(item, qty, location_id=here) for item, qty in naming.goods(db, lines)]
        _say(set_aside_goods.put(db, acting, Head(uuid4().hex, clock.now(), note=why), goods))


@set_aside_command.command("back")
@_lines
@_place
@pass_session
def back_command(session: Session, lines: tuple[str, ...], place: str | None) -> None:
    """Put goods back to where they are sold from."""
    with session.writing() as (db, acting):
        where = acting.location_id if place is None else naming.place(db, place)
        rows = reading.rows(db, acting)
        goods = _held(rows, naming.goods(db, lines), places.shop_of(db, where))
        _say(set_aside_goods.back(db, acting, Head(uuid4().hex, clock.now(), note=_("Back to sale")), goods))


@set_aside_command.command("to-supplier")
@_lines
@click.option("--supplier", required=True, metavar="NAME", help="Who they go back to.")
@click.option("--reference", default="", metavar="TEXT", help="The number of the return.")
@click.option("--why", default="", metavar="TEXT", help="Why they go back.")
@_place
@pass_session
def to_supplier_command(
    session: Session, lines: tuple[str, ...], supplier: str, reference: str, why: str, place: str | None
) -> None:
    """Send goods that are set aside back to their supplier."""
    with session.writing() as (db, acting):
        where = acting.location_id if place is None else naming.place(db, place)
        rows = reading.rows(db, acting)
        goods = _held(rows, naming.goods(db, lines), places.shop_of(db, where))
        head = Head(uuid4().hex, clock.now(), reference=reference, party=_supplier(db, supplier), note=why)
        _say(set_aside_goods.to_supplier(db, acting, head, goods))


def _held(rows: list[SetAsideRow], wanted: list[tuple[ItemId, Qty]], shop_id: int) -> list[SetAside]:
    """Find wanted goods among what a shop has set aside, what has lain there longest first."""
    found = []
    for item_id, qty in wanted:
        left = int(qty)
        mine = [row for row in rows if row.item_id == item_id and row.shop_id == shop_id]
        for row in mine:
            taken = min(left, row.qty)
            if taken > 0:
                of_receipt = row.document is not None and row.document.kind == "goods_receipt"
                found.append(SetAside(item_id, Qty(taken), row.location_id, row.line_id if of_receipt else None))
                left -= taken
        if left:
            raise Refused(_("There is not so much set aside. shopstock set-aside list tells what there is."))
    return found


def _supplier(db: Db, text: str) -> str:
    found = db.value("SELECT name FROM supplier WHERE name_key = ?", (names.fold(names.clean(text)),))
    if found is None:
        raise Refused(_("There is no supplier “{name}”.").format(name=text[:40]))
    return str(found)


def _say(done: Changes) -> None:
    assert done.document is not None
    say(_("Posted as {document}").format(document=done.document.number))
