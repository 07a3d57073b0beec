"""Make purchase orders from what is low, list them, take them through their states, and write them as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shopstock.cli.session import Session, note, pass_session, put, say
from shopstock.core import purchasing
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import OPEN_STATES, OrderState, PageSize
from shopstock.core.text import _, ngettext
from shopstock.db import connection
from shopstock.db.connection import Db
from shopstock.formats import order_files, order_pdf, report_files
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import purchase as reading
from shopstock.queries import suppliers
from shopstock.services import purchase

_order = click.argument("number", metavar="ORDER")


@click.group("po")
def po_command() -> None:
    """Make, list, send and end purchase orders; ORDER is a number such as P-0188."""


@po_command.command("draft")
@click.option("--supplier", metavar="S", help="Only what would be ordered from this supplier.")
@pass_session
def draft_command(session: Session, supplier: str | None) -> int:
    """Order what is low: one draft for each supplier, in whole packs. Again: nothing more."""
    with session.writing() as (db, acting):
        supplier_id = None if supplier is None else suppliers.by_name(db, supplier)
        proposed = purchase.propose(db, acting, supplier_id)
        rows = [reading.order(db, acting, order_id).row for order_id in proposed.order_ids]
        lacking = [db.value("SELECT sku FROM item WHERE id = ?", (item,)) for item in proposed.without_supplier]
    for row in rows:
        say(
            ngettext("{number}  {supplier}: {n} line", "{number}  {supplier}: {n} lines", row.lines).format(
                number=row.number, supplier=row.supplier, n=row.lines
            )
        )
    if not rows:
        say(_("Nothing is low that is not ordered already."))
    for sku in lacking:
        note(_("{sku} is low, and no supplier of it is known.").format(sku=sku))
    return 1 if lacking else 0


@po_command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also received, closed and cancelled orders.")
@click.option("--supplier", metavar="S", help="Only orders to this supplier.")
@pass_session
def list_command(session: Session, everything: bool, supplier: str | None) -> None:
    """List the open purchase orders, the newest first."""
    with session.reading() as (db, acting):
        supplier_id = None if supplier is None else suppliers.by_name(db, supplier)
        rows = reading.orders(db, acting, OrderState if everything else OPEN_STATES, supplier_id)
    columns = (
        Column("number", _("Order")), Column("state", _("State")), Column("supplier", _("Supplier")),
        Column("expected", _("Expected"), Kind.DAY), Column("lines", _("Lines")),
        Column("quantity", _("Quantity"), Kind.QTY), Column("open", _("Open"), Kind.QTY),
        Column("value", _("Value"), Kind.MONEY), Column("currency", _("Currency")),
    )  # fmt: skip
    table = [
        (row.number, row.state.words, row.supplier, row.expected_day, row.lines, row.qty, row.open_qty, row.value,
         row.currency)
        for row in rows
    ]  # fmt: skip
    put(report_files.table_lines(columns, table, {}))


@po_command.command("show")
@_order
@pass_session
def show_command(session: Session, number: str) -> None:
    """Show one purchase order with its lines."""
    with session.reading() as (db, acting):
        order = reading.order(db, acting, _id_of(db, number))
    row = order.row
    say(f"{row.number}  {row.state.words}  {row.supplier}  {row.reference}".rstrip())
    columns = (
        Column("sku", _("SKU")), Column("code", _("Their code")), Column("name", _("Name")),
        Column("quantity", _("Quantity"), Kind.QTY), Column("received", _("Received"), Kind.QTY),
        Column("open", _("Open"), Kind.QTY), Column("price", _("Price"), Kind.MONEY),
        Column("value", _("Value"), Kind.MONEY),
    )  # fmt: skip
    table: list[tuple[Any, ...]] = [
        (line.sku, line.supplier_code, line.name, line.qty, line.received_qty, line.open_qty, line.price, line.value)
        for line in order.lines
    ]
    put(report_files.table_lines(columns, table, {} if row.value is None else {"value": row.value}))


@po_command.command("approve")
@_order
@click.option("--free", is_flag=True, help="Goods at a price of 0 are free indeed.")
@pass_session
def approve_command(session: Session, number: str, free: bool) -> None:
    """Approve a draft."""
    with session.writing() as (db, acting):
        order_id = _id_of(db, number)
        purchase.approve(db, acting, order_id, zero_confirmed=free)
        _say_state(db, order_id)


@po_command.command("send")
@_order
@click.option("--how", default="", metavar="TEXT", help="How it went out, for the log.")
@pass_session
def send_command(session: Session, number: str, how: str) -> None:
    """Note that an approved order went to the supplier: it is on order now."""
    with session.writing() as (db, acting):
        order_id = _id_of(db, number)
        purchase.send(db, acting, order_id, how)
        _say_state(db, order_id)


@po_command.command("cancel")
@_order
@pass_session
def cancel_command(session: Session, number: str) -> None:
    """Cancel an order of which nothing has come."""
    with session.writing() as (db, acting):
        order_id = _id_of(db, number)
        purchase.cancel(db, acting, order_id)
        _say_state(db, order_id)


@po_command.command("close")
@_order
@pass_session
def close_command(session: Session, number: str) -> None:
    """Close a sent order: what has not come is given up."""
    with session.writing() as (db, acting):
        order_id = _id_of(db, number)
        purchase.close(db, acting, order_id)
        _say_state(db, order_id)


@po_command.command("export")
@_order
@click.option("--format", "format_", type=click.Choice(["pdf", "csv", "xlsx"]), default="pdf", show_default=True)
@click.option("--out", required=True, metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--no-prices", is_flag=True, help="Leave prices and total out.")
@click.option(
    "--paper",
    type=click.Choice([size.value for size in PageSize], case_sensitive=False),
    help="PDF: the sheet; else the one the shop prints on.",
)
@pass_session
def export_command(session: Session, number: str, format_: str, out: Path, no_prices: bool, paper: str | None) -> None:
    """Write an order as a file for the supplier."""
    if not connection.is_postgresql(session.url) and out.exists() and out.samefile(session.url):
        raise Refused(_("{path} is the shop itself. Choose another file for the order.").format(path=out))
    with session.reading() as (db, acting):
        sheet = reading.order_paper(db, acting, _id_of(db, number), prices=not no_prices)
        page = PageSize(paper) if paper else reading.page_size(db)
    if format_ == "pdf":
        order_pdf.write(out, sheet, page)
    elif format_ == "csv":
        order_files.write_csv(out, sheet)
    else:
        order_files.write_xlsx(out, sheet)
    say(_("{number}: {path}").format(number=sheet.number, path=out))


def _id_of(db: Db, text: str) -> int:
    found = reading.by_number(db, text)
    if found is None:
        raise Refused(_("There is no purchase order “{number}”. “shopstock po list” names them.").format(
            number=text[:30]
        ))  # fmt: skip
    return found


def _say_state(db: Db, order_id: int) -> None:
    number, state = db.rows("SELECT number, state FROM purchase_order WHERE id = ?", (order_id,))[0]
    say(_("{number}: {state}").format(number=purchasing.order_number(number), state=OrderState(state).words.lower()))
