"""What a line of the registry of reports is, and the columns and narrowings that many of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shopstock.core.charts import Plot
from shopstock.db.connection import Db
from shopstock.formats.report_files import Column, Kind, Rows
from shopstock.queries.report_query import Filter, ReportQuery


@dataclass(frozen=True, slots=True)
class Report:
    """One line of the registry; ``per_item`` are columns that stand in front unless one item is asked for.

    ``plot`` says how its rows are drawn, ``about`` what the figures mean, in a sentence.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Db, ReportQuery], Rows]
    filters: frozenset[Filter]
    per_item: tuple[Column, ...] = ()
    plot: Plot | None = None
    about: str = ""

    def columns_for(self, query: ReportQuery) -> tuple[Column, ...]:
        """Return the columns of the rows that this query brings."""
        return (self.per_item if query.item_id is None else ()) + self.columns


STATE = frozenset({Filter.AS_OF, Filter.ITEM, Filter.LOCATION})
FLOW = frozenset({Filter.PERIOD, Filter.ITEM, Filter.LOCATION})
NOW = frozenset({Filter.ITEM, Filter.LOCATION})
DAYS = frozenset({Filter.PERIOD})
DAYS_OF_ITEM = frozenset({Filter.PERIOD, Filter.ITEM})
OF_ITEM = frozenset({Filter.ITEM})
SKU = Column("sku", "SKU")
NAME = Column("name", "Name")
CATEGORY = Column("category", "Category")
SUPPLIER = Column("supplier", "Supplier")


def money(name: str, title: str, *, cost: bool = False, summed: bool = False) -> Column:
    """Return a column of amounts."""
    return Column(name, title, Kind.MONEY, cost, summed)


def cost(name: str, title: str, *, summed: bool = False) -> Column:
    """Return a column of amounts that only those may see who may see costs."""
    return Column(name, title, Kind.MONEY, True, summed)


def qty(name: str, title: str, *, summed: bool = False) -> Column:
    """Return a column of quantities, or of percentages and days with decimals."""
    return Column(name, title, Kind.QTY, False, summed)


def cost_rate(name: str, title: str) -> Column:
    """Return a column of rates that tell costs."""
    return Column(name, title, Kind.QTY, True)
