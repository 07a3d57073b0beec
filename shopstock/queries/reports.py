"""The registry of reports, what may be asked of each, and how one is run.

A report is a function that takes ``(db, query)`` and returns a list of NamedTuples whose fields are the columns, and
one line in :data:`REPORTS`. The screen, the command line and the files are built from the columns: their kind says how
a value is written (money in 1/10,000, quantities in 1/1,000, days as YYYYMMDD, instants in microseconds UTC), ``cost``
marks what only those who may see costs get, ``summed`` what the total line adds up.

Everything goes by ``occurred_at``. A :class:`Period` is half open; days given without a time mean the whole local day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Instant, ItemId, LocationId
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats.report_files import Column, Kind, Rows
from shopstock.queries import (
    movements,
    places,
    report_counts,
    report_journal,
    report_lots,
    report_purchase,
    report_receiving,
    report_returns,
    report_sales,
    report_stock,
    report_transfers,
    report_variances,
    report_write_offs,
    settings,
)
from shopstock.queries.report_query import Filter, Moment, ReportQuery


@dataclass(frozen=True, slots=True)
class Report:
    """One line of the registry; ``per_item`` are columns that stand in front unless one item is asked for."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Db, ReportQuery], Rows]
    filters: frozenset[Filter]
    per_item: tuple[Column, ...] = ()

    def columns_for(self, query: ReportQuery) -> tuple[Column, ...]:
        """Return the columns of the rows that this query brings."""
        return (self.per_item if query.item_id is None else ()) + self.columns


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


_STATE = frozenset({Filter.AS_OF, Filter.ITEM, Filter.LOCATION})
_FLOW = frozenset({Filter.PERIOD, Filter.ITEM, Filter.LOCATION})
_NOW = frozenset({Filter.ITEM, Filter.LOCATION})
_SKU = Column("sku", "SKU")
_NAME = Column("name", "Name")


def _registry() -> dict[str, Report]:
    qty, money = Kind.QTY, Kind.MONEY
    made = (
        Report("valuation", "Stock value", (
            _SKU, _NAME, Column("on_hand", "On hand", qty, summed=True),
            Column("unit_cost", "Unit cost", money, cost=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_stock.valuation, _STATE),
        Report("places", "Stock by place", (
            Column("shop", "Shop"), Column("place", "Place"), _SKU, _NAME,
            Column("on_hand", "On hand", qty, summed=True), Column("allocated", "Allocated", qty, summed=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_stock.places, _STATE),
        Report("abc", "ABC classes", (
            Column("abc", "Class"), _SKU, _NAME, Column("value", "Value of 12 months", money, cost=True, summed=True),
            Column("share", "Share, %", qty), Column("cumulative", "Together, %", qty), Column("pinned", "Pinned"),
        ), report_counts.abc, frozenset({Filter.ITEM})),
        Report("count-list", "To count today", (
            Column("shop", "Shop"), Column("place", "Place"), _SKU, _NAME, Column("abc", "Class"),
            Column("reason", "Why"), Column("last_counted", "Last counted", Kind.DAY), Column("counted", "Counted"),
        ), report_counts.count_list, _NOW),
        Report("count-workload", "Workload of cycle counts", (
            Column("shop", "Shop"), Column("abc", "Class"), Column("items", "Items", qty, summed=True),
            Column("counts_a_year", "Counts a year", qty), Column("in_a_year", "In a year", qty, summed=True),
            Column("a_day", "A working day", qty, summed=True),
        ), report_counts.count_workload, frozenset({Filter.LOCATION})),
        Report("accuracy", "Inventory accuracy", (
            Column("abc", "Class"), Column("lines", "Lines counted", qty), Column("right", "Within tolerance", qty),
            Column("records", "Records right, %", qty), Column("low", "From", qty), Column("high", "To", qty),
            Column("gross", "Off in money, gross, %", qty, cost=True), Column("net", "Net, %", qty, cost=True),
        ), report_counts.accuracy, _FLOW),
        Report("variances", "Variance log", (
            Column("day", "Day", Kind.DAY), Column("number", "Count"), _SKU, _NAME, Column("place", "Place"),
            Column("abc", "Class"), Column("expected", "Expected", qty), Column("counted", "Counted", qty),
            Column("variance", "Variance", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
            Column("cause", "Root cause"), Column("note", "Note"), Column("counted_by", "Counted by"),
            Column("approved_by", "Approved by"),
        ), report_counts.variances, _FLOW),
        Report("accuracy-by", "Inventory accuracy by place, person and month", (
            Column("by", "By"), Column("of", "Of"), Column("lines", "Lines counted", qty),
            Column("right", "Within tolerance", qty), Column("records", "Records right, %", qty),
            Column("low", "From", qty), Column("high", "To", qty),
            Column("gross", "Off in money, gross, %", qty, cost=True), Column("net", "Net, %", qty, cost=True),
        ), report_variances.accuracy_by, _FLOW),
        Report("count-recurrences", "Variances that come back", (
            Column("by", "By"), Column("of", "Of"), Column("times", "Times", qty),
            Column("net", "Net", money, cost=True), Column("gross", "Gross", money, cost=True),
            Column("last", "Last", Kind.DAY),
        ), report_variances.recurrences, _FLOW),
        Report("count-actions", "Corrective actions", (
            Column("action_id", "Number", qty), Column("action", "Action"), _SKU, _NAME, Column("cause", "Root cause"),
            Column("owner", "By whom"), Column("due", "Until", Kind.DAY), Column("state", "State"),
            Column("done", "Done", Kind.DAY), Column("outcome", "Outcome"),
        ), report_variances.actions, frozenset({Filter.PERIOD, Filter.ITEM})),
        Report("opening", "What the first count found", (
            Column("finding", "Finding"), _SKU, _NAME, Column("place", "Place"), Column("counted", "Counted", qty),
            Column("expected", "Recorded before", qty), Column("value", "Value", money, cost=True),
            Column("told", "What is known"),
        ), report_variances.opening, frozenset({Filter.PERIOD, Filter.LOCATION})),
        Report("stock", "Stock by item", (
            _SKU, _NAME, Column("location", "Location"), Column("on_hand", "On hand", qty, summed=True),
            Column("available", "Available", qty, summed=True), Column("in_transit", "In transit", qty, summed=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_stock.stock, _STATE),
        Report("cogs", "Cost of goods sold", (
            _SKU, Column("quantity", "Quantity", qty, summed=True),
            Column("cogs", "COGS", money, cost=True, summed=True),
        ), report_sales.cogs, _FLOW),
        Report("sales", "Sales by item", (
            _SKU, _NAME, Column("quantity", "Quantity", qty, summed=True), Column("gross", "Gross", money, summed=True),
            Column("net", "Net", money, summed=True), Column("tax", "Tax", money, summed=True),
            Column("discount", "Discount", money, summed=True), Column("cogs", "COGS", money, cost=True, summed=True),
            Column("margin", "Margin", money, cost=True, summed=True),
        ), report_sales.sales, _FLOW),
        Report("movements", "Stock movements", (
            Column("at", "At", Kind.INSTANT), Column("document", "Document"), Column("kind", "Kind"),
            Column("location", "Location"), Column("quantity", "Quantity", qty, summed=True),
            Column("value", "Value", money, cost=True, summed=True), Column("on_hand", "On hand", qty),
            Column("pool_value", "Pool value", money, cost=True),
        ), movements.movements, _FLOW, (_SKU,)),
        Report("journal", "Journal", (
            Column("date", "Date", Kind.DAY), Column("document", "Document"), Column("account", "Account"),
            Column("debit", "Debit", money, summed=True), Column("credit", "Credit", money, summed=True),
        ), report_journal.journal, frozenset({Filter.PERIOD})),
        Report("expiry", "Expiry dates", (
            _SKU, _NAME, Column("lot", "Lot"), Column("expires", "Expires", Kind.DAY),
            Column("days_left", "Days left", qty), Column("location", "Location"),
            Column("on_hand", "On hand", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
        ), report_lots.expiry, frozenset({Filter.ITEM, Filter.LOCATION})),
        Report("purchase-orders", "Purchase orders", (
            Column("order", "Order"), Column("state", "State"), Column("supplier", "Supplier"),
            Column("location", "Location"), Column("made", "Made", Kind.DAY), Column("sent", "Sent", Kind.DAY),
            Column("expected", "Expected", Kind.DAY), Column("quantity", "Quantity", qty, summed=True),
            Column("received", "Received", qty, summed=True), Column("open", "Open", qty, summed=True),
            Column("currency", "Currency"), Column("amount", "Amount", money, cost=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_purchase.purchase_orders, _FLOW),
        Report("on-order", "On order", (
            _SKU, _NAME, Column("order", "Order"), Column("supplier", "Supplier"), Column("sent", "Sent", Kind.DAY),
            Column("expected", "Expected", Kind.DAY), Column("quantity", "Quantity", qty, summed=True),
            Column("received", "Received", qty, summed=True), Column("in_transit", "In transit", qty, summed=True),
            Column("open", "Open", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
        ), report_purchase.on_order, _NOW),
        Report("low-stock", "Items to reorder", (
            _SKU, _NAME, Column("available", "Available", qty), Column("in_transit", "In transit", qty),
            Column("on_order", "On order", qty), Column("in_drafts", "In drafts", qty),
            Column("reorder_point", "Reorder point", qty), Column("order_up_to", "Order up to", qty),
            Column("supplier", "Supplier"), Column("suggested", "Suggested", qty),
            Column("price", "Price", money, cost=True), Column("currency", "Currency"),
        ), report_purchase.low, _NOW),
        Report("goods-receipts", "Goods receipts", (
            Column("date", "Date", Kind.DAY), Column("document", "Document"), Column("supplier", "Supplier"),
            Column("order", "Order"), _SKU, _NAME, Column("location", "Location"),
            Column("quantity", "Quantity", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
            Column("invoiced", "Invoiced", qty, summed=True),
        ), report_receiving.goods_receipts, _FLOW),
        Report("uninvoiced", "Received, not invoiced", (
            Column("date", "Date", Kind.DAY), Column("document", "Document"), Column("supplier", "Supplier"),
            Column("order", "Order"), _SKU, _NAME, Column("quantity", "Quantity", qty, summed=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_receiving.uninvoiced, _STATE),
        Report("returns", "Returns by item", (_SKU, _NAME, *_returned()), report_returns.by_item, _FLOW),
        Report(
            "returns-by-cause", "Returns by cause", (Column("cause", "Cause"), *_returned()), report_returns.by_cause,
            _FLOW,
        ),
        Report(
            "returns-by-person", "Returns by person", (Column("person", "Person"), *_returned()),
            report_returns.by_person, _FLOW,
        ),
        Report("write-offs", "Write-offs by cause", (
            Column("cause", "Cause"), Column("quantity", "Quantity", Kind.QTY, summed=True),
            Column("value", "Value", Kind.MONEY, cost=True, summed=True),
            Column("before", "Period before", Kind.MONEY, cost=True, summed=True),
            Column("change", "Change", Kind.MONEY, cost=True, summed=True),
        ), report_write_offs.by_cause, _FLOW),
        Report("set-aside", "Stock set aside", (
            Column("place", "Place"), _SKU, _NAME, Column("quantity", "Quantity", Kind.QTY, summed=True),
            Column("value", "Value", Kind.MONEY, cost=True, summed=True), Column("since", "Since", Kind.DAY),
            Column("days", "Days", Kind.QTY), Column("why", "Why"), Column("document", "Document"),
        ), report_write_offs.aside, _NOW),
        Report("in-transit", "Goods in transit", (
            Column("number", "Number"), Column("origin", "From"), Column("target", "To"), _SKU, _NAME,
            Column("quantity", "Quantity", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
            Column("dispatched", "Dispatched", Kind.DAY), Column("days", "Days on the way", qty),
            Column("expected", "Expected", Kind.DAY), Column("overdue", "Overdue"),
        ), report_transfers.in_transit, _NOW),
        Report("store-credit", "Store credit outstanding", (
            Column("voucher", "Voucher"), Column("customer", "Customer"), Column("issued", "Issued", Kind.DAY),
            Column("amount", "Amount", money, summed=True), Column("spent", "Spent", money, summed=True),
            Column("left", "Left", money, summed=True), Column("age", "Days old", qty),
        ), report_returns.store_credit, frozenset()),
    )  # fmt: skip
    return {report.name: report for report in made}


def _returned() -> tuple[Column, ...]:
    return (
        Column("quantity", "Quantity", Kind.QTY, summed=True),
        Column("given_back", "Given back", Kind.MONEY, summed=True),
        Column("cost", "Cost", Kind.MONEY, cost=True, summed=True), Column("share", "% of sales", Kind.QTY),
        Column("without_receipt", "Without receipt", Kind.QTY, summed=True),
    )  # fmt: skip


#: Every report by its name.
REPORTS: dict[str, Report] = _registry()


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
    total = {column.name: sum(row[index] for row in rows) for index, column in enumerate(columns) if column.summed}
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
