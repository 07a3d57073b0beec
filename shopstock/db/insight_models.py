"""Tables of the owner's desk: day totals, measured demand, advice put off, closed periods, allowances, schedules."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CompositeKey, Model, TextField


class DayTotal(Model):
    """Summary of a station's postings on a day, kept by the posting door: what ``item_day`` sums to.

    value is the change of the stock's value. Station 0 holds what was posted before there were day totals.
    """

    day = BigIntegerField()
    station_id = BigIntegerField()
    value = BigIntegerField(default=0)
    net = BigIntegerField(default=0)
    tax = BigIntegerField(default=0)
    discount = BigIntegerField(default=0)
    cogs = BigIntegerField(default=0)
    received_value = BigIntegerField(default=0)
    lost_value = BigIntegerField(default=0)

    class Meta:
        table_name = "day_total"
        primary_key = CompositeKey("day", "station_id")


class ItemDemand(Model):
    """What the demand for an item is measured to be, refreshed once a day; see core/demand.py.

    rate, before (the weeks before those of rate) and spread are Qty a week, lines demand lines a week in 1/1,000,
    season is what the coming weeks sell beside the past ones in 1/1,000, basis says where the rate comes from. lead is
    the lead time in 1/10 days, expected what sells in the protection interval; reorder_at and order_up_to follow from
    the price of service that the shop chose (null: keep none).
    """

    item_id = BigIntegerField(primary_key=True)
    rate = BigIntegerField()
    before = BigIntegerField()
    spread = BigIntegerField()
    lines = BigIntegerField()
    season = BigIntegerField(default=1000)
    basis = TextField()
    lead = BigIntegerField()
    expected = BigIntegerField()
    reorder_at = BigIntegerField(null=True)
    order_up_to = BigIntegerField(null=True)
    made_on = BigIntegerField()

    class Meta:
        table_name = "item_demand"


class AdviceSkip(Model):
    """Advice to order an item, put off until a day, and why."""

    item_id = BigIntegerField(primary_key=True)
    until_day = BigIntegerField()
    reason = TextField()
    person_id = BigIntegerField()
    at = BigIntegerField()

    class Meta:
        table_name = "advice_skip"


class PeriodClose(Model):
    """A closed period: nothing may be dated on or before last_day. Append-only."""

    id = BigAutoField()
    last_day = BigIntegerField(unique=True)
    closed_at = BigIntegerField()
    person_id = BigIntegerField()
    stock_value = BigIntegerField()
    allowance = BigIntegerField()
    note = TextField(default="")

    class Meta:
        table_name = "period_close"


class AllowanceLine(Model):
    """A change of an item's allowance for net realisable value, posted by a document. Append-only.

    realisable is what the quantity was expected to bring, amount what the allowance rose (or fell) by.
    """

    id = BigAutoField()
    document_id = BigIntegerField()
    item_id = BigIntegerField()
    qty = BigIntegerField()
    realisable = BigIntegerField()
    amount = BigIntegerField()
    permanent = BigIntegerField(default=0)

    class Meta:
        table_name = "allowance_line"


class ReportSchedule(Model):
    """A report that is written to a folder every day, week or month."""

    id = BigAutoField()
    report = TextField()
    every = TextField()
    format = TextField()
    folder = TextField()
    made_at = BigIntegerField()
    person_id = BigIntegerField()
    active = BigIntegerField(default=1)
    last_day = BigIntegerField(default=0)
    last_error = TextField(default="")

    class Meta:
        table_name = "report_schedule"


ALL: tuple[type[Model], ...] = (DayTotal, ItemDemand, AdviceSkip, PeriodClose, AllowanceLine, ReportSchedule)
