"""Print reports, or write them to a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from shopstock.cli.session import Session, pass_session, put, say
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.db import connection
from shopstock.formats import report_files
from shopstock.queries import reports
from shopstock.queries.report_query import Filter, ReportQuery


@click.command("reports")
def reports_command() -> None:
    """Name every report and what it may be narrowed by."""
    options = {
        Filter.AS_OF: "--as-of", Filter.PERIOD: "--from --to", Filter.ITEM: "--item", Filter.LOCATION: "--location",
    }  # fmt: skip
    for report in reports.REPORTS.values():
        narrowed = " ".join(option for name, option in options.items() if name in report.filters)
        say(f"{report.name:<19}{_(report.title):<26}{narrowed}")


@click.command("report")
@click.argument("name")
@click.option("--as-of", metavar="T", help="A day, or a point in time: 2026-03-02 or 2026-03-02T17:30.")
@click.option("--from", "since", metavar="D", help="First day (or point in time) of the period.")
@click.option("--to", "until", metavar="D", help="Last day (or point in time) of the period.")
@click.option("--item", "sku", metavar="SKU", help="Only this item.")
@click.option("--location", "location", metavar="L", help="Only this location.")
@click.option("--format", "format_", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Write to a file instead of the screen.")
@pass_session
def report_command(
    session: Session,
    name: str,
    as_of: str | None,
    since: str | None,
    until: str | None,
    sku: str | None,
    location: str | None,
    format_: str,
    out: str | None,
) -> None:
    """Print the report NAME; “shopstock reports” lists them."""
    report = reports.named(name)
    start, end = reports.period(since, until)
    moment = reports.moment(as_of) if as_of else None
    with session.reading() as (db, acting):
        query = ReportQuery(
            as_of=moment,
            since=start,
            until=end,
            item_id=reports.item_named(db, sku) if sku else None,
            location_id=reports.location_named(db, location) if location else None,
        )
        answer = reports.run(db, acting, report, query)
    lines = _lines(answer, format_)
    if out is None:
        put(lines)
    else:
        _write(Path(out), lines, session.url)


def _lines(answer: reports.Answer, format_: str) -> Iterator[str]:
    if format_ == "json":
        return report_files.json_lines(answer.envelope(), answer.columns, answer.rows, answer.total)
    if format_ == "csv":
        return report_files.csv_lines(answer.columns, answer.rows)
    return report_files.table_lines(answer.columns, answer.rows, answer.total)


def _write(path: Path, lines: Iterable[str], shop: str) -> None:
    # The shop's own file must never be taken for the place of a report, and a report is whole or not there.
    if not connection.is_postgresql(shop) and path.exists() and os.path.samefile(path, shop):
        raise Refused(_("{path} is the shop itself. Choose another file for the report.").format(path=path))
    if not path.parent.is_dir():
        raise Refused(_("There is no folder {folder}. Create it first.").format(folder=path.parent))
    if path.exists() and not path.is_file():
        # A pipe or a device (/dev/stdout) is written to; it is not to be replaced by a file.
        with open(path, "w", encoding="utf-8", newline="") as stream:
            stream.writelines(lines)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
