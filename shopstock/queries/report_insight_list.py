"""The registry of the reports that advise: figures, sales by everything, health, ordering, control; with charts."""

from __future__ import annotations

from shopstock.core.charts import Measure, Plot, Shape, Style
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import report_advice, report_control, report_figures, report_flow, report_health
from shopstock.queries.report_query import Filter
from shopstock.queries.report_shape import (
    CATEGORY,
    DAYS,
    DAYS_OF_ITEM,
    NAME,
    NOW,
    OF_ITEM,
    SKU,
    SUPPLIER,
    Report,
    cost,
    cost_rate,
    money,
    qty,
)

_NONE: frozenset[Filter] = frozenset()
_TOP = 12


def _bars(along: str, *measures: str, first: int = _TOP, choices: tuple[str, ...] = ()) -> Plot:
    return Plot(Shape.BARS, (along,), tuple(Measure(one) for one in measures), first, choices)


def listed() -> tuple[Report, ...]:
    """Return the reports, in the order in which they are listed."""
    return (
        Report("kpi", "The shop's figures", (
            Column("figure", "Figure"), cost_rate("value", "Value"), Column("unit", "In"),
            cost_rate("before", "Period before"),
            qty("target", "Target"), Column("met", "Met"), Column("formula", "Formula"), Column("note", "Note"),
        ), report_figures.kpi, DAYS, about="Every figure with its target, the period before, and how it is made."),
        Report("sales-by-day", "Sales by day", (
            Column("day", "Day", Kind.DAY), money("net", "Net", summed=True),
            money("net_before", "Period before", summed=True), cost("margin", "Margin", summed=True),
            cost("margin_before", "Margin before", summed=True), qty("customers", "Customers", summed=True),
            money("basket", "Basket"),
        ), report_flow.by_day, DAYS, plot=Plot(
            Shape.LINE, ("day",), (Measure("net"), Measure("net_before", Style.BEFORE)), choices=("margin", "customers")
        )),
        Report("sales-by-hour", "Sales by hour and weekday", (
            Column("weekday", "Weekday"), Column("hour", "Hour"), qty("receipts", "Receipts an hour"),
            money("net", "Net an hour"),
        ), report_flow.by_hour, DAYS, plot=Plot(
            Shape.HEAT, ("hour", "weekday"), (Measure("receipts"),), choices=("net",)
        )),
        Report("sales-by-category", "Sales by category", (
            CATEGORY, qty("quantity", "Quantity", summed=True), money("net", "Net", summed=True),
            money("before", "Period before", summed=True), cost("cogs", "COGS", summed=True),
            cost("margin", "Margin", summed=True), cost_rate("rate", "Margin, %"), qty("share", "Share, %"),
        ), report_flow.by_category, DAYS, plot=_bars("category", "net", choices=("margin", "quantity"))),
        Report("sales-by-person", "Sales by person", (
            Column("person", "Person"), qty("sales", "Sales", summed=True), money("net", "Net", summed=True),
            money("basket", "Basket"), money("given", "Discounts", summed=True), qty("given_rate", "Discounts, %"),
        ), report_flow.by_person, DAYS, plot=_bars("person", "net", choices=("sales", "given"))),
        Report("payments", "Payments by method", (
            Column("method", "Method"), qty("times", "Payments", summed=True), money("amount", "Amount", summed=True),
            qty("share", "Share, %"),
        ), report_flow.by_method, DAYS, plot=_bars("method", "amount", choices=("times",))),
        Report("tax", "Sales by tax rate", (
            Column("rate", "Rate"), money("net", "Net", summed=True), money("tax", "Tax", summed=True),
            money("gross", "Gross", summed=True),
        ), report_flow.by_tax, DAYS, plot=_bars("rate", "net", choices=("tax",))),
        Report("discounts", "Discounts given", (
            Column("day", "Day", Kind.DAY), Column("document", "Document"), Column("person", "Person"), SKU, NAME,
            money("before", "Before", summed=True), money("discount", "Discount", summed=True), qty("rate", "%"),
        ), report_flow.discounts, DAYS_OF_ITEM),
        Report("margins", "Margins by item", (
            SKU, NAME, money("net", "Net", summed=True), cost("cogs", "COGS", summed=True),
            cost("margin", "Margin", summed=True), cost_rate("rate", "Margin, %"), cost_rate("mark_up", "Mark-up, %"),
        ), report_flow.margins, DAYS, plot=_bars("name", "margin", choices=("rate", "net"))),
        Report("velocity", "How fast items sell", (
            SKU, NAME, CATEGORY, qty("rate", "A week"), qty("before", "Weeks before"), qty("trend", "Trend, %"),
            qty("lines", "Lines a week"), qty("season", "Season, ×"), qty("on_hand", "On hand"),
            qty("cover", "Days of cover"),
        ), report_health.velocity, OF_ITEM, plot=_bars("name", "lines", choices=("rate", "trend")),
            about="Measured over thirteen weeks, the last ones weighing more; days out of stock are left out."),
        Report("item-health", "Health of items", (
            SKU, NAME, CATEGORY, Column("abc", "Class"), qty("rate", "A week"), qty("trend", "Trend, %"),
            qty("on_hand", "On hand"), qty("cover", "Days of cover"), money("net", "Net, 90 days", summed=True),
            cost_rate("margin", "Margin, %"), cost_rate("turns", "Turns a year"), cost_rate("gmroi", "GMROI"),
            Column("last_sold", "Last sold", Kind.DAY), qty("dusty", "Dusty, days"),
            cost("ties_up", "Ties up", summed=True), qty("season", "Season, ×"),
        ), report_health.item_health, OF_ITEM),
        Report("category-health", "Turnover by category", (
            CATEGORY, qty("items", "Items", summed=True), money("net", "Net", summed=True),
            cost("margin", "Margin", summed=True), cost_rate("rate", "Margin, %"), cost("stock", "Stock", summed=True),
            cost("average", "Average stock", summed=True), cost_rate("turns", "Turns a year"),
            cost_rate("days", "Days of inventory"), cost_rate("gmroi", "GMROI"), qty("sell_through", "Sell-through, %"),
        ), report_health.category_health, DAYS, plot=_bars("category", "turns", choices=("gmroi", "stock"))),
        Report("dead-stock", "Dusty stock", (
            SKU, NAME, CATEGORY, qty("on_hand", "On hand"), cost("value", "Ties up", summed=True),
            Column("last_sold", "Last sold", Kind.DAY), qty("days", "Days since"),
        ), report_health.dead_stock, OF_ITEM, plot=_bars("name", "value", choices=("days",))),
        Report("stock-age", "Age of the stock", (
            Column("age", "Age"), qty("items", "Items"), qty("quantity", "Quantity", summed=True),
            cost("value", "Value", summed=True), cost_rate("share", "Share, %"),
        ), report_health.stock_age, OF_ITEM, plot=Plot(Shape.COLUMNS, ("age",), (Measure("value"),))),
        Report("stock-value", "Stock value over time", (
            Column("day", "Day", Kind.DAY), cost("value", "Value"),
        ), report_health.stock_value, DAYS, plot=Plot(Shape.LINE, ("day",), (Measure("value"),))),
        Report("stockouts", "Out of stock", (
            SKU, NAME, Column("abc", "Class"), Column("since", "Since", Kind.DAY), qty("days", "Days"),
            qty("rate", "A week"), qty("lost", "Lines missed", summed=True), qty("on_order", "On order"),
            Column("expected", "Expected", Kind.DAY),
        ), report_health.stockouts, OF_ITEM, plot=_bars("name", "lost", choices=("days",))),
        Report("reorder", "What to order, and why", (
            SKU, NAME, SUPPLIER, qty("order", "Order"), qty("packs", "Cases"), qty("rate", "A week"),
            qty("lead", "Lead, days"), qty("safety", "Safety"), qty("reorder_point", "Reorder at"),
            qty("order_up_to", "Up to"), qty("on_hand", "On hand"), qty("coming", "Coming"), cost("price", "Price"),
            Column("currency", "Currency"), Column("why", "Why"),
        ), report_advice.reorder, NOW),
        Report("service", "Service against money in stock", (
            cost("money", "Money in stock"), qty("service", "Lines served, %"), Column("which", "Which"),
        ), report_advice.service_curve, _NONE, plot=Plot(
            Shape.CURVE, ("money",), (Measure("service"),), marked="which"
        ), about="What each service would have needed in the last thirteen weeks, tried on the shop's own past."),
        Report("backtest", "Ordering tried on the past", (
            Column("policy", "Policy"), qty("promised", "Promised, %"), qty("achieved", "Achieved, %"),
            cost("money", "Stock money"), cost_rate("more", "More than the advice, %"), qty("items", "Items"),
            qty("days", "Days"),
        ), report_advice.tried, _NONE, plot=_bars("policy", "money"),
            about="The advice knew only what was past; the others are tuned to serve as many lines."),
        Report("lead-times", "Lead times of suppliers", (
            SUPPLIER, qty("orders", "Orders", summed=True), qty("days", "Days"), qty("spread", "Spread, days"),
            qty("told", "Told, days"), qty("on_time", "On time, %"), qty("late", "Late now", summed=True),
        ), report_advice.lead_times, _NONE, plot=_bars("supplier", "days", choices=("on_time",))),
        Report("seasonality", "Weeks of the year", (
            Column("week", "Week"), money("net", "This year", summed=True),
            money("last_year", "Last year", summed=True), qty("factor", "Of an average week, ×"),
        ), report_advice.seasonality, _NONE, plot=Plot(
            Shape.LINE, ("week",), (Measure("net"), Measure("last_year", Style.BEFORE))
        )),
        Report("shrinkage", "Losses by cause", (
            Column("kind", "How"), Column("cause", "Cause"), qty("quantity", "Quantity", summed=True),
            cost("value", "Value", summed=True), cost_rate("rate", "% of sales"),
        ), report_control.shrinkage, DAYS, plot=_bars("cause", "value")),
        Report("price-changes", "Prices that changed", (
            Column("at", "At", Kind.INSTANT), SKU, NAME, money("old", "Old"), money("new", "New"), qty("change", "%"),
            Column("person", "Person"),
        ), report_control.price_changes, DAYS_OF_ITEM),
        Report("drawer-openings", "Drawers opened without a sale", (
            Column("at", "At", Kind.INSTANT), Column("station", "Station"), Column("person", "Person"),
            Column("approved_by", "Approved by"), Column("reason", "Reason"),
        ), report_control.drawer_openings, DAYS),
        Report("z-history", "Cash-ups", (
            qty("z_number", "Z"), Column("station", "Station"), Column("opened", "Opened", Kind.INSTANT),
            Column("closed", "Closed", Kind.INSTANT), Column("person", "Person"),
            money("expected", "Expected", summed=True), money("counted", "Counted", summed=True),
            money("over_short", "Over or short", summed=True),
        ), report_control.z_history, DAYS, plot=_bars("z_number", "over_short", first=0)),
        Report("purchases", "Purchases by supplier", (
            SUPPLIER, qty("receipts", "Receipts", summed=True), cost("value", "Value", summed=True),
            cost_rate("share", "Share, %"),
        ), report_control.purchases, DAYS, plot=_bars("supplier", "value")),
    )  # fmt: skip
