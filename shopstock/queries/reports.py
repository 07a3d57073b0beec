"""The registry of reports, what may be asked of each, and how one is run.

A report is a function that takes ``(db, query)`` and returns a list of NamedTuples whose fields are the columns, and
one line in a list of the registry (``report_stock_list``, ``report_insight_list``). The screen, the command line and
the files are built from the columns: their kind says how a value is written (money in 1/10,000, quantities in 1/1,000,
days as YYYYMMDD, instants in microseconds UTC), ``cost`` marks what only those who may see costs get, ``summed`` what
the total line adds up, and its plot how the rows are drawn.

Everything goes by ``occurred_at``. A :class:`Period` is half open; days given without a time mean the whole local day.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Instant, ItemId, LocationId
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats.report_files import Column, Rows
from shopstock.queries import places, report_insight_list, report_stock_list, settings
from shopstock.queries.report_query import Filter, Moment, ReportQuery
from shopstock.queries.report_shape import Report


@dataclass(frozen=True, slots=True)
class Answer:
    """A report that was run: ``rows`` hold only the ``columns`` that may be seen, ``total`` the sums by column name."""

    report: Report
    query: ReportQuery
    currency: str
    columns: tuple[Column, ...]
    rows: Rows
    total: dict[str, int] = field(default_factory=dict)

    def envelope(self) -> dict[str, str | None]:
        """Return what stands around the rows in JSON; an open beginning is ``None``, an open end is now."""
        head: dict[str, str | None] = {"report": self.report.name, "currency": self.currency}
        if Filter.PERIOD not in self.report.filters:
            as_of = self.query.as_of
            return head | {"as_of": as_of.text if as_of else clock.to_local(clock.now()).isoformat()}
        since, until = self.query.since, self.query.until or today()
        return head | {"from": since.text if since else None, "to": until.text}


#: Every report by its name.
REPORTS: dict[str, Report] = {one.name: one for one in (*report_stock_list.listed(), *report_insight_list.listed())}


def named(name: str) -> Report:
    """Return a report by name; raise ``Refused`` that lists the names for one that does not exist."""
    report = REPORTS.get(name)
    if report is None:
        raise Refused(
            _("There is no report “{name}”. Choose one of: {names}.").format(name=name[:40], names=", ".join(REPORTS))
        )
    return report


def moment(text: str) -> Moment:
    """Read a day (``2026-03-02``) or a point in time (ISO 8601, local unless it has an offset).

    A year or a month alone is no day. Raises ``Refused`` for anything else.
    """
    cleaned = text.strip()
    try:
        read = datetime.fromisoformat(cleaned)
        if len(cleaned) <= 10:
            day = clock.as_day(read)
            return Moment(read.date().isoformat(), clock.start_of(day), clock.end_of(day))
        at = clock.to_instant(read)
    except (ValueError, OverflowError) as error:
        raise Refused(
            _("“{text}” is no date. Write it like 2026-03-02 or 2026-03-02T17:30.").format(text=text[:40])
        ) from error
    return Moment(clock.to_local(at).isoformat(), at, Instant(at + 1))


def today() -> Moment:
    """Return the local day that it is now."""
    return moment(clock.to_local(clock.now()).date().isoformat())


def period(since: str | None, until: str | None) -> tuple[Moment | None, Moment | None]:
    """Read both ends of a period; raise ``Refused`` when it ends before it begins."""
    start = moment(since) if since else None
    end = moment(until) if until else None
    if start is not None and end is not None and end.end <= start.start:
        raise Refused(_("The period ends before it begins. Swap the two dates."))
    return start, end


def item_named(db: Db, sku: str) -> ItemId:
    """Return the item of a SKU, in any letter case; raise ``Refused`` for one that does not exist."""
    found = db.value("SELECT id FROM item WHERE sku_key = ?", (names.key(sku),))
    if found is None:
        raise Refused(_("There is no item with the SKU “{sku}”.").format(sku=sku[:80]))
    return ItemId(found)


def location_named(db: Db, name: str) -> LocationId:
    """Return the location of a name, path or label, in any letter case; raise ``Refused`` that lists them otherwise."""
    listed = places.listed(db, retired=True)
    found = places.named(listed, name)
    if found is not None:
        return found.id
    moving = db.value("SELECT id FROM location WHERE kind = 'transit' AND name_key = ?", (names.key(name),))
    if moving is not None:
        return LocationId(moving)
    known = ", ".join(one.path for one in listed[:20])
    raise Refused(
        _("There is no location “{name}”, or there are several. Choose one of: {known}.").format(
            name=name[:80], known=known
        )
    )


def run(db: Db, acting: Acting, report: Report, query: ReportQuery) -> Answer:
    """Run a report for a person: without the columns of cost when they may not see them; a location is all in it.

    Raises ``NotAllowed`` without the right to see reports, and ``Refused`` for a narrowing the report does not have.
    """
    acting.require(Permission.SEE_REPORTS)
    _check_filters(report, query)
    if query.location_id is not None:
        query = replace(query, within=frozenset(places.below(db, query.location_id)))
    rows = report.rows(db, query)
    columns = report.columns_for(query)
    total = {column.name: sum(row[index] or 0 for row in rows) for index, column in enumerate(columns) if column.summed}
    if not acting.may(Permission.SEE_COST):
        kept = [index for index, column in enumerate(columns) if not column.cost]
        columns = tuple(columns[index] for index in kept)
        rows = [tuple(row[index] for index in kept) for row in rows]
        total = {column.name: total[column.name] for column in columns if column.summed}
    return Answer(report, query, settings.load(db).currency, columns, rows, total)


def _check_filters(report: Report, query: ReportQuery) -> None:
    asked = {
        Filter.AS_OF: query.as_of is not None,
        Filter.PERIOD: query.since is not None or query.until is not None,
        Filter.ITEM: query.item_id is not None,
        Filter.LOCATION: query.location_id is not None,
    }
    options = {
        Filter.AS_OF: "--as-of", Filter.PERIOD: "--from, --to", Filter.ITEM: "--item", Filter.LOCATION: "--location",
    }  # fmt: skip
    for name, given in asked.items():
        if given and name not in report.filters:
            raise Refused(_("The report {report} has no {option}. Leave it out.").format(
                report=report.name, option=options[name]
            ))  # fmt: skip
