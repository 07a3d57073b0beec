"""The shop's settings: one dataclass. The settings form, the file format and the defaults are all built from it.

Machine settings (window place, which file is open) are not here; they belong to the computer, not to the shop.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Costing(StrEnum):
    """How the cost of what leaves is found; one for the whole shop."""

    FIFO = "fifo"
    AVERAGE = "average"


class TaxMode(StrEnum):
    """Whether prices contain the tax or it comes on top."""

    INSIDE = "inside"
    ON_TOP = "on-top"


def _setting(default: Any, label: str, *, section: str = "shop", hint: str = "", fixed: bool = False) -> Any:
    """Declare a setting; ``fixed`` ones are chosen when the shop is created and not edited in the form."""
    return field(default=default, metadata={"label": label, "section": section, "hint": hint, "fixed": fixed})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every shop-wide setting with its type and default. Labels are translated where they are shown."""

    name: str = _setting("My shop", "Shop name")
    address: str = _setting("", "Address", hint="Printed at the top of the sales receipt, one line per row.")
    tax_number: str = _setting("", "Tax number")
    currency: str = _setting("EUR", "Currency", fixed=True)
    costing: Costing = _setting(Costing.FIFO, "Costing method", fixed=True)
    tax_mode: TaxMode = _setting(TaxMode.INSIDE, "Prices are", fixed=True)
    default_tax_rate_id: int = _setting(0, "Usual tax rate")
    letter_paper: bool = _setting(False, "Print on US Letter sheets instead of A4")
    receipt_logo: str = _setting("", "Logo", section="receipt", fixed=True)
    receipt_header: str = _setting("", "Text above the lines", section="receipt")
    receipt_footer: str = _setting("Thank you for your visit.", "Text at the end", section="receipt")
    print_receipts: bool = _setting(True, "Print a sales receipt after every sale", section="receipt")
    sell_beyond_stock_asks: bool = _setting(
        False, "Ask a manager before selling what is not on hand", section="till",
        hint="Otherwise the sale goes on and the item is counted soon.",
    )  # fmt: skip
    expired_asks: bool = _setting(
        False, "Ask a manager before selling expired goods", section="till",
        hint="Otherwise the row warns and the sale goes on.",
    )  # fmt: skip
    discount_limit_percent: int = _setting(20, "Largest discount without approval, %", section="till")
    ask_quantity_above: int = _setting(999, "Ask again above this quantity", section="till")
    require_shift: bool = _setting(False, "Count the float before the first sale", section="till")
    sounds: bool = _setting(True, "Tones for scans", section="till")
    dusty_days: int = _setting(90, "Dusty when not sold for, days", section="stock")
    carrying_rate_percent: int = _setting(
        20, "What holding stock costs in a year, % of its value", section="stock",
        hint="Interest, space, insurance, spoilage.",
    )  # fmt: skip
    lead_time_days: int = _setting(7, "Usual lead time, days", section="stock")
    order_advice: bool = _setting(
        True, "Advise when to order from what sells, for items without a reorder point", section="orders"
    )
    order_service: int = _setting(
        950, "Share of the demand lines to serve, 1/1,000", section="orders",
        hint="More service needs more money in stock: Reports → What to order shows how much.",
    )  # fmt: skip
    order_review_days: int = _setting(7, "Days between two looks at what to order", section="orders")
    order_cost: int = _setting(
        0, "What one order line costs to place and to take in", section="orders",
        hint="In whole money. 0: order as little as packs and minimums allow.",
    )  # fmt: skip
    target_accuracy: int = _setting(980, "Target: inventory accuracy of A items over, 1/1,000", section="targets")
    target_pick: int = _setting(995, "Target: order pick accuracy over, 1/1,000", section="targets")
    target_stockout: int = _setting(20, "Target: stockout rate under, 1/1,000", section="targets")
    target_turnover: int = _setting(480, "Target: turns of the stock in a year over, 1/100", section="targets")
    target_days: int = _setting(76, "Target: days sales of inventory under", section="targets")
    closed_until: int = _setting(0, "Books closed up to (YYYYMMDD)", section="stock", fixed=True)
    transfer_overdue_days: int = _setting(7, "A transfer is overdue after, days", section="stock")
    write_off_limit_owner: int = _setting(
        500, "Largest write-off of an owner without approval", section="write_offs",
        hint="At cost and in whole money, together with what the person wrote off that day. 0 asks every time.",
    )  # fmt: skip
    write_off_limit_manager: int = _setting(
        100, "Largest write-off of an inventory manager without approval", section="write_offs"
    )
    write_off_limit_stockroom: int = _setting(
        20, "Largest write-off of the stockroom without approval", section="write_offs"
    )
    cycle_counts: bool = _setting(False, "Make a list of what to count every morning", section="counts")
    count_tolerance_a: int = _setting(
        5, "Tolerance of A items, 1/1,000 of the book figure", section="counts",
        hint="A counted line within it is right. Small books must match exactly.",
    )  # fmt: skip
    count_tolerance_b: int = _setting(20, "Tolerance of B items, 1/1,000", section="counts")
    count_tolerance_c: int = _setting(50, "Tolerance of C items, 1/1,000", section="counts")
    count_tolerance_money: int = _setting(
        0, "Also right when worth no more than", section="counts", hint="At cost and in whole money. 0: never."
    )
    counts_a_year_a: int = _setting(12, "Counts of an A item a year", section="counts")
    counts_a_year_b: int = _setting(4, "Counts of a B item a year", section="counts")
    counts_a_year_c: int = _setting(2, "Counts of a C item a year", section="counts")
    count_daily_cap: int = _setting(
        0, "Most items to count in a day", section="counts", hint="0: the workload and a tenth."
    )
    count_work_days: int = _setting(6, "Days a week that the shop counts", section="counts")
    count_recount_value: int = _setting(
        1000, "Count a place again when it holds more than", section="counts",
        hint="At cost and in whole money; another person counts it, blind. 0: never.",
    )  # fmt: skip
    count_recount_lines: bool = _setting(True, "Count lines beyond their tolerance again", section="counts")
    count_limit_owner: int = _setting(
        500, "Largest variance an owner may post without approval", section="counts",
        hint="At cost and in whole money, more or less. 0 asks every time.",
    )  # fmt: skip
    count_limit_manager: int = _setting(
        100, "Largest variance an inventory manager may post without approval", section="counts"
    )
    count_limit_stockroom: int = _setting(
        0, "Largest variance the stockroom may post without approval", section="counts"
    )
    price_labels: bool = _setting(True, "List new price labels when a price changes", section="stock")
    backup_folder: str = _setting("", "Folder for backups", section="backup", hint="Empty: beside the shop file.")
    backup_daily: bool = _setting(True, "Back up every day and at closing", section="backup")
    practice: bool = _setting(False, "Practice mode", fixed=True)


def to_text(value: Any) -> str:
    """Write a setting's value as the text that the table stores."""
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def from_texts(texts: dict[str, str]) -> Settings:
    """Build the settings from stored texts; unknown keys are ignored, missing ones take their default."""
    values: dict[str, Any] = {}
    for spec in fields(Settings):
        text = texts.get(spec.name)
        if text is None:
            continue
        kind: Any = type(spec.default)
        values[spec.name] = text == "1" if kind is bool else kind(text)
    return Settings(**values)
