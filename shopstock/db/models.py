"""Every table, as thin peewee classes without rules. The upgrades create them; a test holds the two in step.

Amounts are ``Money`` (1/10,000), quantities ``Qty`` (1/1,000), instants microseconds UTC, days YYYYMMDD. No model is
bound to a database: hand queries to ``Db.rows`` and its kin, which compile them for the engine at hand.
"""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, BlobField, CompositeKey, Model, TextField

from shopstock.db import back_and_away_models, counting_models, goods_in_models, insight_models


class Setting(Model):
    """One shop-wide setting as text; see core/settings.py for names, types and defaults."""

    key = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "setting"


class Person(Model):
    """Someone who works here. The PIN is stored as an scrypt hash; wrong tries lock for a growing time."""

    id = BigAutoField()
    name = TextField(unique=True)
    role = TextField()
    pin_salt = TextField(null=True)
    pin_hash = TextField(null=True)
    badge = TextField(null=True, unique=True)
    active = BigIntegerField(default=1)
    wrong_tries = BigIntegerField(default=0)
    locked_until = BigIntegerField(default=0)
    created_at = BigIntegerField()

    class Meta:
        table_name = "person"


class Location(Model):
    """A place that holds stock: kind shop (for sale), set_aside, or transit for goods on their way.

    level says what it is in the tree (shop, room, zone, bin), shop_id the shop it belongs to (null: it is one itself),
    code what its label says. name_key is unique among the places of one parent (see core.places.name_key).
    """

    id = BigAutoField()
    name = TextField()
    name_key = TextField(unique=True)
    kind = TextField(default="shop")
    parent_id = BigIntegerField(null=True)
    active = BigIntegerField(default=1)
    level = TextField(default="shop")
    shop_id = BigIntegerField(null=True)
    code = TextField(default="")
    code_key = TextField(default="")

    class Meta:
        table_name = "location"


class Station(Model):
    """A till or desk: numbers its documents without gaps and keeps the head of its own hash chain."""

    id = BigAutoField()
    name = TextField(unique=True)
    prefix = TextField(unique=True)
    location_id = BigIntegerField()
    last_number = BigIntegerField(default=0)
    head_hash = TextField(default="")
    last_z = BigIntegerField(default=0)

    class Meta:
        table_name = "station"


class Category(Model):
    """A group of items."""

    id = BigAutoField()
    name = TextField()
    name_key = TextField(unique=True)

    class Meta:
        table_name = "category"


class Supplier(Model):
    """Who the shop buys from."""

    id = BigAutoField()
    name = TextField()
    name_key = TextField(unique=True)
    contact = TextField(default="")
    email = TextField(default="")
    phone = TextField(default="")
    address = TextField(default="")
    customer_number = TextField(default="")
    currency = TextField(default="")
    lead_days = BigIntegerField(null=True)
    minimum_order = BigIntegerField(default=0)
    free_delivery_from = BigIntegerField(default=0)
    note = TextField(default="")
    active = BigIntegerField(default=1)

    class Meta:
        table_name = "supplier"


class TaxRate(Model):
    """A rate in 1/1,000 of a percent: 20 % is 20,000."""

    id = BigAutoField()
    name = TextField(unique=True)
    rate = BigIntegerField()
    active = BigIntegerField(default=1)

    class Meta:
        table_name = "tax_rate"


class Item(Model):
    """What the shop sells. Prices are Money a stock unit; stocked 0 sells without moving stock."""

    id = BigAutoField()
    sku = TextField()
    sku_key = TextField(unique=True)
    name = TextField()
    name_key = TextField()
    category_id = BigIntegerField(null=True)
    supplier_id = BigIntegerField(null=True)
    tax_rate_id = BigIntegerField(null=True)
    unit = TextField(default="piece")
    price = BigIntegerField(default=0)
    supplier_cost = BigIntegerField(null=True)
    standard_cost = BigIntegerField(null=True)
    stocked = BigIntegerField(default=1)
    asks_price = BigIntegerField(default=0)
    reorder_point = BigIntegerField(null=True)
    order_up_to = BigIntegerField(null=True)
    quick_key = BigIntegerField(null=True)
    active = BigIntegerField(default=1)
    created_at = BigIntegerField()
    changed_at = BigIntegerField()
    tracks = TextField(default="")
    weight = BigIntegerField(null=True)
    content = BigIntegerField(null=True)
    content_unit = TextField(default="")

    class Meta:
        table_name = "item"


class ItemCode(Model):
    """A code of an item; key is its GTIN-14 or the raw text, qty what one scan stands for."""

    id = BigAutoField()
    item_id = BigIntegerField()
    code = TextField()
    key = TextField()
    kind = TextField()
    qty = BigIntegerField(default=1000)
    created_at = BigIntegerField()
    retired_at = BigIntegerField(null=True)

    class Meta:
        table_name = "item_code"


class CodeRule(Model):
    """A pattern for price- and weight-embedded codes; the first that matches counts."""

    id = BigAutoField()
    position = BigIntegerField()
    name = TextField()
    pattern = TextField()
    kind = TextField()
    active = BigIntegerField(default=1)

    class Meta:
        table_name = "code_rule"


class UnknownCode(Model):
    """A code that was scanned and belonged to nothing, until someone settles it."""

    id = BigAutoField()
    code = TextField(unique=True)
    times = BigIntegerField(default=1)
    first_at = BigIntegerField()
    last_at = BigIntegerField()
    person_id = BigIntegerField(null=True)
    item_id = BigIntegerField(null=True)
    settled_at = BigIntegerField(null=True)

    class Meta:
        table_name = "unknown_code"


class PriceChange(Model):
    """Who changed a price, when, from what to what."""

    id = BigAutoField()
    item_id = BigIntegerField()
    at = BigIntegerField()
    person_id = BigIntegerField(null=True)
    old_price = BigIntegerField()
    new_price = BigIntegerField()

    class Meta:
        table_name = "price_change"


class PaymentMethod(Model):
    """A named way to pay and the account it goes to."""

    id = BigAutoField()
    name = TextField(unique=True)
    account = TextField()
    position = BigIntegerField(default=0)
    opens_drawer = BigIntegerField(default=0)
    active = BigIntegerField(default=1)

    class Meta:
        table_name = "payment_method"


class Shift(Model):
    """One opening of a drawer: float, count, expected and the Z report that closed it."""

    id = BigAutoField()
    station_id = BigIntegerField()
    opened_at = BigIntegerField()
    opened_by = BigIntegerField()
    opening_float = BigIntegerField()
    closed_at = BigIntegerField(null=True)
    closed_by = BigIntegerField(null=True)
    counted = BigIntegerField(null=True)
    expected = BigIntegerField(null=True)
    closing_float = BigIntegerField(null=True)
    z_number = BigIntegerField(null=True)
    report = TextField(null=True)

    class Meta:
        table_name = "shift"


class Document(Model):
    """A posted document. Append-only; hash covers its content and the hash before it."""

    id = BigAutoField()
    kind = TextField()
    station_id = BigIntegerField()
    number = BigIntegerField()
    occurred_at = BigIntegerField()
    posted_at = BigIntegerField()
    utc_offset = BigIntegerField()
    day = BigIntegerField()
    by_id = BigIntegerField()
    approved_by = BigIntegerField(null=True)
    self_approved = BigIntegerField(default=0)
    location_id = BigIntegerField()
    idempotency_key = TextField(unique=True)
    request_hash = TextField()
    reference = TextField(default="")
    party = TextField(default="")
    note = TextField(default="")
    of_id = BigIntegerField(null=True)
    reverses_id = BigIntegerField(null=True, unique=True)
    shift_id = BigIntegerField(null=True)
    net = BigIntegerField(default=0)
    tax = BigIntegerField(default=0)
    discount = BigIntegerField(default=0)
    rounding = BigIntegerField(default=0)
    cogs = BigIntegerField(default=0)
    previous_hash = TextField()
    hash = TextField()

    class Meta:
        table_name = "document"
        indexes = ((("station_id", "number"), True),)


class DocumentLine(Model):
    """A line of a posted document. Append-only. expected is the book figure of a count."""

    id = BigAutoField()
    document_id = BigIntegerField()
    line_no = BigIntegerField()
    kind = TextField()
    item_id = BigIntegerField()
    qty = BigIntegerField()
    location_id = BigIntegerField()
    to_location_id = BigIntegerField(null=True)
    value = BigIntegerField(null=True)
    unit_price = BigIntegerField(default=0)
    list_price = BigIntegerField(default=0)
    discount = BigIntegerField(default=0)
    net = BigIntegerField(default=0)
    tax = BigIntegerField(default=0)
    tax_rate = BigIntegerField(default=0)
    expected = BigIntegerField(null=True)
    cause = TextField(default="")
    of_line_id = BigIntegerField(null=True)
    flags = TextField(default="")
    code = TextField(default="")
    description = TextField(default="")

    class Meta:
        table_name = "document_line"


class Payment(Model):
    """What was taken by one method. Append-only."""

    id = BigAutoField()
    document_id = BigIntegerField()
    method_id = BigIntegerField()
    amount = BigIntegerField()
    tendered = BigIntegerField()
    change = BigIntegerField()
    reference = TextField(default="")

    class Meta:
        table_name = "payment"


class StockMovement(Model):
    """The ledger: signed quantity and value of one item at one place. Append-only."""

    id = BigAutoField()
    document_id = BigIntegerField()
    line_id = BigIntegerField()
    item_id = BigIntegerField()
    location_id = BigIntegerField()
    kind = TextField()
    qty = BigIntegerField()
    value = BigIntegerField()
    occurred_at = BigIntegerField()
    posted_at = BigIntegerField()

    class Meta:
        table_name = "stock_movement"


class JournalLine(Model):
    """One side of a balanced entry; a positive amount is a debit. Append-only."""

    id = BigAutoField()
    document_id = BigIntegerField()
    account = TextField()
    detail = TextField(default="")
    amount = BigIntegerField()

    class Meta:
        table_name = "journal_line"


class StockLevel(Model):
    """What is on hand and allocated of an item at a place, moved with every movement."""

    item_id = BigIntegerField()
    location_id = BigIntegerField()
    on_hand = BigIntegerField(default=0)
    allocated = BigIntegerField(default=0)

    class Meta:
        table_name = "stock_level"
        primary_key = CompositeKey("item_id", "location_id")


class ItemPool(Model):
    """An item's quantity and value in the whole shop, its last known cost, and when it last moved."""

    item_id = BigIntegerField(primary_key=True)
    qty = BigIntegerField(default=0)
    value = BigIntegerField(default=0)
    survival = BigIntegerField(default=1000000000000)
    epoch = BigIntegerField(default=0)
    last_cost_qty = BigIntegerField(default=0)
    last_cost_value = BigIntegerField(default=0)
    last_cost_line = BigIntegerField(null=True)
    layer_id = BigIntegerField(null=True)
    sold_at = BigIntegerField(null=True)
    received_at = BigIntegerField(null=True)
    counted_at = BigIntegerField(null=True)

    class Meta:
        table_name = "item_pool"


class CostLayer(Model):
    """What is left of one receipt (FIFO) or of the one pool (moving average), in quantity and value."""

    id = BigAutoField()
    item_id = BigIntegerField()
    source_line = BigIntegerField()
    qty_in = BigIntegerField()
    value_in = BigIntegerField()
    qty_left = BigIntegerField()
    value_left = BigIntegerField()

    class Meta:
        table_name = "cost_layer"


class ReceiptMark(Model):
    """The pool's survival product at a receipt, for landed cost under moving average."""

    line_id = BigIntegerField(primary_key=True)
    item_id = BigIntegerField()
    qty = BigIntegerField()
    held = BigIntegerField()
    survival = BigIntegerField()
    epoch = BigIntegerField()

    class Meta:
        table_name = "receipt_mark"


class Shortfall(Model):
    """Goods that left before they were booked in, at a provisional value, until a goods receipt settles them."""

    id = BigAutoField()
    item_id = BigIntegerField()
    sale_line = BigIntegerField()
    qty = BigIntegerField()
    value = BigIntegerField()
    qty_open = BigIntegerField()
    value_open = BigIntegerField()
    uncosted = BigIntegerField(default=0)
    account = TextField()
    detail = TextField(default="")

    class Meta:
        table_name = "shortfall"


class Consumption(Model):
    """What a line took from which layer, and how much of it came back."""

    id = BigAutoField()
    line_id = BigIntegerField()
    movement_id = BigIntegerField()
    layer_id = BigIntegerField()
    qty = BigIntegerField()
    value = BigIntegerField()
    returned_qty = BigIntegerField(default=0)
    returned_value = BigIntegerField(default=0)

    class Meta:
        table_name = "consumption"


class ItemDay(Model):
    """Summary of an item on a day, kept by the posting door."""

    item_id = BigIntegerField()
    day = BigIntegerField()
    qty = BigIntegerField(default=0)
    value = BigIntegerField(default=0)
    sold_qty = BigIntegerField(default=0)
    returned_qty = BigIntegerField(default=0)
    lines = BigIntegerField(default=0)
    net = BigIntegerField(default=0)
    tax = BigIntegerField(default=0)
    discount = BigIntegerField(default=0)
    cogs = BigIntegerField(default=0)
    received_qty = BigIntegerField(default=0)
    received_value = BigIntegerField(default=0)
    lost_qty = BigIntegerField(default=0)
    lost_value = BigIntegerField(default=0)

    class Meta:
        table_name = "item_day"
        primary_key = CompositeKey("item_id", "day")


class ItemMonth(Model):
    """Net change and closing of an item at a place in a month (YYYYMM)."""

    item_id = BigIntegerField()
    location_id = BigIntegerField()
    month = BigIntegerField()
    qty = BigIntegerField()
    value = BigIntegerField()
    closing_qty = BigIntegerField()
    closing_value = BigIntegerField()

    class Meta:
        table_name = "item_month"
        primary_key = CompositeKey("item_id", "location_id", "month")


class SalesHour(Model):
    """Summary of a station's sales in one hour of a day."""

    day = BigIntegerField()
    hour = BigIntegerField()
    station_id = BigIntegerField()
    sales = BigIntegerField(default=0)
    returns = BigIntegerField(default=0)
    lines = BigIntegerField(default=0)
    net = BigIntegerField(default=0)
    tax = BigIntegerField(default=0)
    discount = BigIntegerField(default=0)
    cogs = BigIntegerField(default=0)

    class Meta:
        table_name = "sales_hour"
        primary_key = CompositeKey("day", "hour", "station_id")


class StockoutSpan(Model):
    """When an item was out of stock in the whole shop."""

    item_id = BigIntegerField()
    started_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "stockout_span"
        primary_key = CompositeKey("item_id", "started_at")


class ItemRank(Model):
    """An item's ABC class and what it sold in 90 days, refreshed once a day."""

    item_id = BigIntegerField(primary_key=True)
    abc = TextField()
    sold_90_days = BigIntegerField()
    ranked_on = BigIntegerField()
    value = BigIntegerField(default=0)
    pinned = TextField(default="")
    lower_runs = BigIntegerField(default=0)

    class Meta:
        table_name = "item_rank"


class CountDue(Model):
    """An item that should be counted, and why."""

    id = BigAutoField()
    item_id = BigIntegerField()
    location_id = BigIntegerField()
    reason = TextField()
    document_id = BigIntegerField(null=True)
    at = BigIntegerField()
    done_at = BigIntegerField(null=True)

    class Meta:
        table_name = "count_due"


class OpenSale(Model):
    """The sale that is open at a till, saved after every change."""

    station_id = BigIntegerField(primary_key=True)
    content = TextField()
    saved_at = BigIntegerField()

    class Meta:
        table_name = "open_sale"


class ParkedSale(Model):
    """A sale put aside; its goods are allocated."""

    id = BigAutoField()
    station_id = BigIntegerField()
    location_id = BigIntegerField()
    person_id = BigIntegerField()
    label = TextField(default="")
    content = TextField()
    total = BigIntegerField()
    parked_at = BigIntegerField()

    class Meta:
        table_name = "parked_sale"


class Allocation(Model):
    """What a parked sale holds."""

    parked_id = BigIntegerField()
    item_id = BigIntegerField()
    location_id = BigIntegerField()
    qty = BigIntegerField()

    class Meta:
        table_name = "allocation"
        primary_key = CompositeKey("parked_id", "item_id", "location_id")


class Approval(Model):
    """A second person's yes to one act; used once."""

    id = BigAutoField()
    requester_id = BigIntegerField()
    approver_id = BigIntegerField()
    permission = TextField()
    subject = TextField()
    at = BigIntegerField()
    used_at = BigIntegerField(null=True)
    document_id = BigIntegerField(null=True)

    class Meta:
        table_name = "approval"


class EventLog(Model):
    """Who did what when, beside the documents: sign-ins, voids, drawer openings, reprints."""

    id = BigAutoField()
    at = BigIntegerField()
    kind = TextField()
    person_id = BigIntegerField(null=True)
    approved_by = BigIntegerField(null=True)
    station_id = BigIntegerField(null=True)
    document_id = BigIntegerField(null=True)
    detail = TextField(default="")

    class Meta:
        table_name = "event_log"


class Device(Model):
    """A device of a station: its receipt printer, one of its scanners."""

    id = BigAutoField()
    station_id = BigIntegerField()
    role = TextField()
    url = TextField()
    language = TextField()
    settings = TextField(default="{}")
    active = BigIntegerField(default=1)
    name = TextField(default="")

    class Meta:
        table_name = "device"
        indexes = ((("station_id", "role", "name"), True),)


class Picture(Model):
    """A picture that papers show, once by its content: a paper of years ago is printed with the logo it had."""

    sha256 = TextField(primary_key=True)
    content = BlobField()
    width = BigIntegerField()
    height = BigIntegerField()
    added_at = BigIntegerField()

    class Meta:
        table_name = "picture"


class PrintJob(Model):
    """A paper waiting for a printer, committed with the sale it belongs to."""

    id = BigAutoField()
    station_id = BigIntegerField()
    role = TextField()
    kind = TextField()
    paper = TextField()
    document_id = BigIntegerField(null=True)
    copy_no = BigIntegerField(default=0)
    state = TextField(default="queued")
    created_at = BigIntegerField()
    expires_at = BigIntegerField(null=True)
    sent_at = BigIntegerField(null=True)
    attempts = BigIntegerField(default=0)
    error = TextField(default="")
    person_id = BigIntegerField(null=True)
    done = BigIntegerField(default=0)

    class Meta:
        table_name = "print_job"


ALL: tuple[type[Model], ...] = (
    Setting,
    Person,
    Location,
    Station,
    Category,
    Supplier,
    TaxRate,
    Item,
    ItemCode,
    CodeRule,
    UnknownCode,
    PriceChange,
    PaymentMethod,
    Shift,
    Document,
    DocumentLine,
    Payment,
    StockMovement,
    JournalLine,
    StockLevel,
    ItemPool,
    CostLayer,
    ReceiptMark,
    Shortfall,
    Consumption,
    ItemDay,
    ItemMonth,
    SalesHour,
    StockoutSpan,
    ItemRank,
    CountDue,
    OpenSale,
    ParkedSale,
    Allocation,
    Approval,
    EventLog,
    Device,
    Picture,
    PrintJob,
    *goods_in_models.ALL,
    *back_and_away_models.ALL,
    *counting_models.ALL,
    *insight_models.ALL,
)
