"""The variance log from the command line, narrowed by whatever is asked."""

from __future__ import annotations

from typing import Any

import click

from shopstock.cli import naming
from shopstock.cli.session import Session, pass_session, put
from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Permission
from shopstock.core.text import _
from shopstock.core.write_offs import Purpose
from shopstock.formats import report_files
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import reports, suppliers, variance_log
from shopstock.queries.report_query import FIRST, LAST
from shopstock.queries.variance_log import LogFilter


@click.command("log")
@click.option("--from", "since", metavar="D", help="First day of the period.")
@click.option("--to", "until", metavar="D", help="Last day of the period.")
@click.option("--cause", "causes", multiple=True, metavar="C", help="Only this root cause; may be given again.")
@click.option("--item", "sku", metavar="SKU", help="Only this item.")
@click.option("--person", metavar="NAME", help="Only what this person counted.")
@click.option("--place", metavar="P", help="Only this place and what lies in it.")
@click.option("--supplier", metavar="S", help="Only items of this supplier.")
@click.option("--class", "abc", type=click.Choice([one.value for one in AbcClass]), help="Only items of this class.")
@click.option("--format", "format_", type=click.Choice(["table", "csv"]), default="table", show_default=True)
@pass_session
def log_command(
    session: Session, since: str | None, until: str | None, causes: tuple[str, ...], sku: str | None,
    person: str | None, place: str | None, supplier: str | None, abc: str | None, format_: str,
) -> None:  # fmt: skip
    """List the variances that were posted, the latest first."""
    first, last = reports.period(since, until)
    with session.reading() as (db, acting):
        asked = LogFilter(
            since=FIRST if first is None else first.start,
            until=LAST if last is None else last.end,
            causes=tuple(naming.cause(db, Purpose.COUNT, one) for one in causes),
            item_id=None if sku is None else naming.item(db, sku),
            person_id=None if person is None else naming.person(db, person),
            location_id=None if place is None else naming.place(db, place),
            supplier_id=None if supplier is None else suppliers.by_name(db, supplier),
            abc=abc,
        )
        rows: list[tuple[Any, ...]] = [tuple(row) for row in variance_log.log(db, acting, asked)]
        columns: tuple[Column, ...] = (
            Column("day", _("Day"), Kind.DAY), Column("number", _("Count")), Column("sku", _("SKU")),
            Column("name", _("Name")), Column("place", _("Place")), Column("abc", _("Class")),
            Column("expected", _("Expected"), Kind.QTY), Column("counted", _("Counted"), Kind.QTY),
            Column("variance", _("Variance"), Kind.QTY), Column("value", _("Value"), Kind.MONEY),
            Column("cause", _("Root cause")), Column("note", _("Note")), Column("counted_by", _("Counted by")),
            Column("approved_by", _("Approved by")),
        )  # fmt: skip
        if not acting.may(Permission.SEE_COST):
            hidden = [column.name for column in columns].index("value")
            columns = columns[:hidden] + columns[hidden + 1 :]
            rows = [row[:hidden] + row[hidden + 1 :] for row in rows]
    put(report_files.csv_lines(columns, rows) if format_ == "csv" else report_files.table_lines(columns, rows, {}))
