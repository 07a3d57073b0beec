"""The registry of the reports of the ledger: stock, movements, counts, orders, receipts, returns."""

from __future__ import annotations

from shopstock.core.charts import Measure, Plot, Shape
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import (
    movements,
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
)
from shopstock.queries.report_query import Filter
from shopstock.queries.report_shape import FLOW, NAME, NOW, SKU, STATE, Report


def _bars(along: str, measure: str, *choices: str) -> Plot:
    return Plot(Shape.BARS, (along,), (Measure(measure),), 12, choices)


def listed() -> tuple[Report, ...]:
    """Return the reports, in the order in which they are listed."""
    qty, money = Kind.QTY, Kind.MONEY
    return (
        Report("valuation", "Stock value", (
            SKU, NAME, Column("on_hand", "On hand", qty, summed=True),
            Column("unit_cost", "Unit cost", money, cost=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_stock.valuation, STATE, plot=_bars("name", "value", "on_hand")),
        Report("places", "Stock by place", (
            Column("shop", "Shop"), Column("place", "Place"), SKU, NAME,
            Column("on_hand", "On hand", qty, summed=True), Column("allocated", "Allocated", qty, summed=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_stock.places, STATE),
        Report("abc", "ABC classes", (
            Column("abc", "Class"), SKU, NAME, Column("value", "Value of 12 months", money, cost=True, summed=True),
            Column("share", "Share, %", qty), Column("cumulative", "Together, %", qty), Column("pinned", "Pinned"),
        ), report_counts.abc, frozenset({Filter.ITEM}), plot=Plot(Shape.CURVE, (), (Measure("cumulative"),))),
        Report("count-list", "To count today", (
            Column("shop", "Shop"), Column("place", "Place"), SKU, NAME, Column("abc", "Class"),
            Column("reason", "Why"), Column("last_counted", "Last counted", Kind.DAY), Column("counted", "Counted"),
        ), report_counts.count_list, NOW),
        Report("count-workload", "Workload of cycle counts", (
            Column("shop", "Shop"), Column("abc", "Class"), Column("items", "Items", qty, summed=True),
            Column("counts_a_year", "Counts a year", qty), Column("in_a_year", "In a year", qty, summed=True),
            Column("a_day", "A working day", qty, summed=True),
        ), report_counts.count_workload, frozenset({Filter.LOCATION})),
        Report("accuracy", "Inventory accuracy", (
            Column("abc", "Class"), Column("lines", "Lines counted", qty), Column("right", "Within tolerance", qty),
            Column("records", "Records right, %", qty), Column("low", "From", qty), Column("high", "To", qty),
            Column("gross", "Off in money, gross, %", qty, cost=True), Column("net", "Net, %", qty, cost=True),
        ), report_counts.accuracy, FLOW),
        Report("variances", "Variance log", (
            Column("day", "Day", Kind.DAY), Column("number", "Count"), SKU, NAME, Column("place", "Place"),
            Column("abc", "Class"), Column("expected", "Expected", qty), Column("counted", "Counted", qty),
            Column("variance", "Variance", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
            Column("cause", "Root cause"), Column("note", "Note"), Column("counted_by", "Counted by"),
            Column("approved_by", "Approved by"),
        ), report_counts.variances, FLOW),
        Report("accuracy-by", "Inventory accuracy by place, person and month", (
            Column("by", "By"), Column("of", "Of"), Column("lines", "Lines counted", qty),
            Column("right", "Within tolerance", qty), Column("records", "Records right, %", qty),
            Column("low", "From", qty), Column("high", "To", qty),
            Column("gross", "Off in money, gross, %", qty, cost=True), Column("net", "Net, %", qty, cost=True),
        ), report_variances.accuracy_by, FLOW),
        Report("count-recurrences", "Variances that come back", (
            Column("by", "By"), Column("of", "Of"), Column("times", "Times", qty),
            Column("net", "Net", money, cost=True), Column("gross", "Gross", money, cost=True),
            Column("last", "Last", Kind.DAY),
        ), report_variances.recurrences, FLOW),
        Report("count-actions", "Corrective actions", (
            Column("action_id", "Number", qty), Column("action", "Action"), SKU, NAME, Column("cause", "Root cause"),
            Column("owner", "By whom"), Column("due", "Until", Kind.DAY), Column("state", "State"),
            Column("done", "Done", Kind.DAY), Column("outcome", "Outcome"),
        ), report_variances.actions, frozenset({Filter.PERIOD, Filter.ITEM})),
        Report("opening", "What the first count found", (
            Column("finding", "Finding"), SKU, NAME, Column("place", "Place"), Column("counted", "Counted", qty),
            Column("expected", "Recorded before", qty), Column("value", "Value", money, cost=True),
            Column("told", "What is known"),
        ), report_variances.opening, frozenset({Filter.PERIOD, Filter.LOCATION})),
        Report("stock", "Stock by item", (
            SKU, NAME, Column("location", "Location"), Column("on_hand", "On hand", qty, summed=True),
            Column("available", "Available", qty, summed=True), Column("in_transit", "In transit", qty, summed=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_stock.stock, STATE),
        Report("cogs", "Cost of goods sold", (
            SKU, Column("quantity", "Quantity", qty, summed=True),
            Column("cogs", "COGS", money, cost=True, summed=True),
        ), report_sales.cogs, FLOW, plot=_bars("sku", "cogs")),
        Report("sales", "Sales by item", (
            SKU, NAME, Column("quantity", "Quantity", qty, summed=True), Column("gross", "Gross", money, summed=True),
            Column("net", "Net", money, summed=True), Column("tax", "Tax", money, summed=True),
            Column("discount", "Discount", money, summed=True), Column("cogs", "COGS", money, cost=True, summed=True),
            Column("margin", "Margin", money, cost=True, summed=True),
        ), report_sales.sales, FLOW, plot=_bars("name", "net", "margin", "quantity")),
        Report("movements", "Stock movements", (
            Column("at", "At", Kind.INSTANT), Column("document", "Document"), Column("kind", "Kind"),
            Column("location", "Location"), Column("quantity", "Quantity", qty, summed=True),
            Column("value", "Value", money, cost=True, summed=True), Column("on_hand", "On hand", qty),
            Column("pool_value", "Pool value", money, cost=True),
        ), movements.movements, FLOW, (SKU,)),
        Report("journal", "Journal", (
            Column("date", "Date", Kind.DAY), Column("document", "Document"), Column("account", "Account"),
            Column("debit", "Debit", money, summed=True), Column("credit", "Credit", money, summed=True),
        ), report_journal.journal, frozenset({Filter.PERIOD})),
        Report("expiry", "Expiry dates", (
            SKU, NAME, Column("lot", "Lot"), Column("expires", "Expires", Kind.DAY),
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
        ), report_purchase.purchase_orders, FLOW),
        Report("on-order", "On order", (
            SKU, NAME, Column("order", "Order"), Column("supplier", "Supplier"), Column("sent", "Sent", Kind.DAY),
            Column("expected", "Expected", Kind.DAY), Column("quantity", "Quantity", qty, summed=True),
            Column("received", "Received", qty, summed=True), Column("in_transit", "In transit", qty, summed=True),
            Column("open", "Open", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
        ), report_purchase.on_order, NOW),
        Report("low-stock", "Items to reorder", (
            SKU, NAME, Column("available", "Available", qty), Column("in_transit", "In transit", qty),
            Column("on_order", "On order", qty), Column("in_drafts", "In drafts", qty),
            Column("reorder_point", "Reorder point", qty), Column("order_up_to", "Order up to", qty),
            Column("supplier", "Supplier"), Column("suggested", "Suggested", qty),
            Column("price", "Price", money, cost=True), Column("currency", "Currency"),
        ), report_purchase.low, NOW),
        Report("goods-receipts", "Goods receipts", (
            Column("date", "Date", Kind.DAY), Column("document", "Document"), Column("supplier", "Supplier"),
            Column("order", "Order"), SKU, NAME, Column("location", "Location"),
            Column("quantity", "Quantity", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
            Column("invoiced", "Invoiced", qty, summed=True),
        ), report_receiving.goods_receipts, FLOW),
        Report("uninvoiced", "Received, not invoiced", (
            Column("date", "Date", Kind.DAY), Column("document", "Document"), Column("supplier", "Supplier"),
            Column("order", "Order"), SKU, NAME, Column("quantity", "Quantity", qty, summed=True),
            Column("value", "Value", money, cost=True, summed=True),
        ), report_receiving.uninvoiced, STATE),
        Report("returns", "Returns by item", (SKU, NAME, *_returned()), report_returns.by_item, FLOW),
        Report(
            "returns-by-cause", "Returns by cause", (Column("cause", "Cause"), *_returned()), report_returns.by_cause,
            FLOW,
        ),
        Report(
            "returns-by-person", "Returns by person", (Column("person", "Person"), *_returned()),
            report_returns.by_person, FLOW,
        ),
        Report("write-offs", "Write-offs by cause", (
            Column("cause", "Cause"), Column("quantity", "Quantity", Kind.QTY, summed=True),
            Column("value", "Value", Kind.MONEY, cost=True, summed=True),
            Column("before", "Period before", Kind.MONEY, cost=True, summed=True),
            Column("change", "Change", Kind.MONEY, cost=True, summed=True),
        ), report_write_offs.by_cause, FLOW, plot=_bars("cause", "value")),
        Report("set-aside", "Stock set aside", (
            Column("place", "Place"), SKU, NAME, Column("quantity", "Quantity", Kind.QTY, summed=True),
            Column("value", "Value", Kind.MONEY, cost=True, summed=True), Column("since", "Since", Kind.DAY),
            Column("days", "Days", Kind.QTY), Column("why", "Why"), Column("document", "Document"),
        ), report_write_offs.aside, NOW),
        Report("in-transit", "Goods in transit", (
            Column("number", "Number"), Column("origin", "From"), Column("target", "To"), SKU, NAME,
            Column("quantity", "Quantity", qty, summed=True), Column("value", "Value", money, cost=True, summed=True),
            Column("dispatched", "Dispatched", Kind.DAY), Column("days", "Days on the way", qty),
            Column("expected", "Expected", Kind.DAY), Column("overdue", "Overdue"),
        ), report_transfers.in_transit, NOW),
        Report("store-credit", "Store credit outstanding", (
            Column("voucher", "Voucher"), Column("customer", "Customer"), Column("issued", "Issued", Kind.DAY),
            Column("amount", "Amount", money, summed=True), Column("spent", "Spent", money, summed=True),
            Column("left", "Left", money, summed=True), Column("age", "Days old", qty),
        ), report_returns.store_credit, frozenset()),
    )  # fmt: skip


def _returned() -> tuple[Column, ...]:
    return (
        Column("quantity", "Quantity", Kind.QTY, summed=True),
        Column("given_back", "Given back", Kind.MONEY, summed=True),
        Column("cost", "Cost", Kind.MONEY, cost=True, summed=True), Column("share", "% of sales", Kind.QTY),
        Column("without_receipt", "Without receipt", Kind.QTY, summed=True),
    )  # fmt: skip
