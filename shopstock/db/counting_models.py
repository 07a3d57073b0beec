"""The tables of counting.

Thin peewee classes without rules, as in :mod:`shopstock.db.models`, which lists them all.
"""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CompositeKey, Model, TextField


class StockCount(Model):
    """A count: a full one, the list of a day, or one made for an event."""

    id = BigAutoField()
    number = BigIntegerField(unique=True)
    kind = TextField()
    state = TextField(default="open")
    shop_id = BigIntegerField()
    scope = TextField(default="")
    name = TextField(default="")
    note = TextField(default="")
    opening = BigIntegerField(default=0)
    day = BigIntegerField()
    started_at = BigIntegerField()
    started_by = BigIntegerField()
    closed_at = BigIntegerField(null=True)
    closed_by = BigIntegerField(null=True)
    ended_at = BigIntegerField(null=True)
    ended_by = BigIntegerField(null=True)
    changed_at = BigIntegerField()

    class Meta:
        table_name = "stock_count"


class CountSheet(Model):
    """What one person or team counts at one place, in one round; a whole place, or listed items."""

    id = BigAutoField()
    count_id = BigIntegerField()
    location_id = BigIntegerField()
    round = BigIntegerField(default=1)
    whole = BigIntegerField(default=1)
    state = TextField(default="open")
    assigned_to = BigIntegerField(null=True)
    team = TextField(default="")
    position = BigIntegerField(default=0)
    started_at = BigIntegerField(null=True)
    started_by = BigIntegerField(null=True)
    done_at = BigIntegerField(null=True)
    done_by = BigIntegerField(null=True)
    ledger_position = BigIntegerField(null=True)

    class Meta:
        table_name = "count_sheet"
        indexes = ((("count_id", "location_id", "round"), True),)


class CountSheetItem(Model):
    """An item that a sheet lists, and why."""

    sheet_id = BigIntegerField()
    item_id = BigIntegerField()
    reason = TextField(default="")
    position = BigIntegerField(default=0)

    class Meta:
        table_name = "count_sheet_item"
        primary_key = CompositeKey("sheet_id", "item_id")


class CountFile(Model):
    """A file of counted goods that came in; the same one is taken once."""

    id = BigAutoField()
    count_id = BigIntegerField()
    name = TextField()
    sha256 = TextField()
    rows = BigIntegerField()
    came_at = BigIntegerField()
    person_id = BigIntegerField()
    active = BigIntegerField(default=1)

    class Meta:
        table_name = "count_file"


class CountEntry(Model):
    """What was counted at one moment: who, where, with what, and where the ledger stood."""

    id = BigAutoField()
    sheet_id = BigIntegerField()
    key = TextField(unique=True)
    item_id = BigIntegerField(null=True)
    code = TextField(default="")
    qty = BigIntegerField()
    lot = TextField(default="")
    note = TextField(default="")
    person_id = BigIntegerField()
    station_id = BigIntegerField()
    device = TextField(default="")
    file_id = BigIntegerField(null=True)
    at = BigIntegerField()
    written_at = BigIntegerField()
    ledger_position = BigIntegerField()
    on_hand = BigIntegerField(null=True)

    class Meta:
        table_name = "count_entry"


class CountMatch(Model):
    """What an unknown code of a count turned out to be; no item means it is left out."""

    count_id = BigIntegerField()
    code = TextField()
    item_id = BigIntegerField(null=True)
    qty = BigIntegerField(default=1000)
    at = BigIntegerField()
    person_id = BigIntegerField()

    class Meta:
        table_name = "count_match"
        primary_key = CompositeKey("count_id", "code")


class CountLine(Model):
    """An item at a place after the count: counted, expected, why they differ, and what was done."""

    id = BigAutoField()
    count_id = BigIntegerField()
    item_id = BigIntegerField()
    location_id = BigIntegerField()
    day = BigIntegerField()
    abc = TextField(default="")
    round = BigIntegerField(default=1)
    counted_by = BigIntegerField()
    counted_at = BigIntegerField()
    counted = BigIntegerField()
    expected = BigIntegerField()
    expected_low = BigIntegerField()
    expected_high = BigIntegerField()
    ledger_position = BigIntegerField()
    variance = BigIntegerField()
    value = BigIntegerField(default=0)
    book_value = BigIntegerField(default=0)
    tolerance = BigIntegerField(default=0)
    hit = BigIntegerField(default=0)
    state = TextField()
    unit_cost_given = BigIntegerField(null=True)
    cause = TextField(default="")
    cause_note = TextField(default="")
    suggested = TextField(default="")
    decided_at = BigIntegerField(null=True)
    decided_by = BigIntegerField(null=True)
    approved_at = BigIntegerField(null=True)
    approved_by = BigIntegerField(null=True)
    document_id = BigIntegerField(null=True)

    class Meta:
        table_name = "count_line"
        indexes = ((("count_id", "item_id", "location_id"), True),)


class CountClue(Model):
    """A likely cause of a variance with the words and documents that spoke for it."""

    line_id = BigIntegerField()
    rank = BigIntegerField()
    cause = TextField()
    score = BigIntegerField()
    words = TextField()
    documents = TextField(default="")

    class Meta:
        table_name = "count_clue"
        primary_key = CompositeKey("line_id", "rank")


class CountStep(Model):
    """A step of a count or of one of its lines: who did what, when."""

    id = BigAutoField()
    count_id = BigIntegerField()
    line_id = BigIntegerField(null=True)
    step = TextField()
    detail = TextField(default="")
    person_id = BigIntegerField()
    at = BigIntegerField()

    class Meta:
        table_name = "count_step"


class CountAction(Model):
    """What somebody is to do so that a variance does not come again."""

    id = BigAutoField()
    count_id = BigIntegerField(null=True)
    line_id = BigIntegerField(null=True)
    item_id = BigIntegerField(null=True)
    cause = TextField(default="")
    action = TextField()
    owner_id = BigIntegerField()
    due_day = BigIntegerField()
    made_at = BigIntegerField()
    made_by = BigIntegerField()
    done_at = BigIntegerField(null=True)
    done_by = BigIntegerField(null=True)
    outcome = TextField(default="")

    class Meta:
        table_name = "count_action"


class CycleItem(Model):
    """When an item of a shop was counted last, and how often in a row it was missed."""

    item_id = BigIntegerField()
    shop_id = BigIntegerField()
    since_day = BigIntegerField()
    misses = BigIntegerField(default=0)
    missed_by = BigIntegerField(null=True)

    class Meta:
        table_name = "cycle_item"
        primary_key = CompositeKey("item_id", "shop_id")


ALL: tuple[type[Model], ...] = (
    StockCount, CountSheet, CountSheetItem, CountFile, CountEntry, CountMatch, CountLine, CountClue, CountStep,
    CountAction, CycleItem,
)  # fmt: skip
