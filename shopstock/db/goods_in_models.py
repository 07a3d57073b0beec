"""The tables of goods in: suppliers' items, purchase orders, deliveries, invoices, lots and labels.

Thin peewee classes without rules, as in :mod:`shopstock.db.models`, which lists them all.
"""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, BlobField, CompositeKey, Model, TextField


class SupplierItem(Model):
    """An item as a supplier sells it: their code, price per stock unit in their currency, pack and minimum."""

    id = BigAutoField()
    supplier_id = BigIntegerField()
    item_id = BigIntegerField()
    code = TextField(default="")
    code_key = TextField(default="")
    price = BigIntegerField(null=True)
    pack_qty = BigIntegerField(default=1000)
    minimum_qty = BigIntegerField(default=0)
    lead_days = BigIntegerField(null=True)
    active = BigIntegerField(default=1)

    class Meta:
        table_name = "supplier_item"
        indexes = ((("supplier_id", "item_id"), True),)


class PriceBreak(Model):
    """A supplier's price for one stock unit from a quantity on."""

    supplier_item_id = BigIntegerField()
    from_qty = BigIntegerField()
    price = BigIntegerField()

    class Meta:
        table_name = "price_break"
        primary_key = CompositeKey("supplier_item_id", "from_qty")


class PurchaseOrder(Model):
    """An order to a supplier. rate is the shop's money for one unit of its currency, in 1/1,000,000."""

    id = BigAutoField()
    number = BigIntegerField(unique=True)
    supplier_id = BigIntegerField()
    location_id = BigIntegerField()
    state = TextField(default="draft")
    currency = TextField()
    rate = BigIntegerField(default=1000000)
    reference = TextField(default="")
    note = TextField(default="")
    expected_day = BigIntegerField(null=True)
    created_at = BigIntegerField()
    created_by = BigIntegerField()
    approved_at = BigIntegerField(null=True)
    approved_by = BigIntegerField(null=True)
    sent_at = BigIntegerField(null=True)
    sent_by = BigIntegerField(null=True)
    ended_at = BigIntegerField(null=True)
    ended_by = BigIntegerField(null=True)
    first_receipt_at = BigIntegerField(null=True)
    changed_at = BigIntegerField()

    class Meta:
        table_name = "purchase_order"


class PurchaseOrderLine(Model):
    """What is ordered of an item, in stock units; open_qty is what is still on order."""

    id = BigAutoField()
    order_id = BigIntegerField()
    line_no = BigIntegerField()
    item_id = BigIntegerField()
    supplier_code = TextField(default="")
    pack_qty = BigIntegerField(default=1000)
    qty = BigIntegerField()
    price = BigIntegerField()
    received_qty = BigIntegerField(default=0)
    shipped_qty = BigIntegerField(default=0)
    cancelled_qty = BigIntegerField(default=0)
    open_qty = BigIntegerField(default=0)
    note = TextField(default="")
    zero_confirmed = BigIntegerField(default=0)

    class Meta:
        table_name = "purchase_order_line"
        indexes = ((("order_id", "item_id"), True),)


class OrderReceipt(Model):
    """What a posted line brought of an order line. Append-only."""

    line_id = BigIntegerField(primary_key=True)
    order_line_id = BigIntegerField()
    qty = BigIntegerField()

    class Meta:
        table_name = "order_receipt"


class Attachment(Model):
    """A photo or file kept as evidence, once by its content."""

    id = BigAutoField()
    sha256 = TextField(unique=True)
    name = TextField()
    mime = TextField()
    size = BigIntegerField()
    content = BlobField()
    added_at = BigIntegerField()
    person_id = BigIntegerField(null=True)

    class Meta:
        table_name = "attachment"


class Delivery(Model):
    """Goods being received: open until its goods receipts are posted."""

    id = BigAutoField()
    key = TextField(unique=True)
    state = TextField(default="open")
    supplier_id = BigIntegerField(null=True)
    location_id = BigIntegerField()
    currency = TextField()
    rate = BigIntegerField(default=1000000)
    reference = TextField(default="")
    note = TextField(default="")
    step = TextField(default="count")
    started_at = BigIntegerField()
    started_by = BigIntegerField()
    ended_at = BigIntegerField(null=True)
    ended_by = BigIntegerField(null=True)

    class Meta:
        table_name = "delivery"


class DeliveryOrder(Model):
    """An order that a delivery is received against."""

    delivery_id = BigIntegerField()
    order_id = BigIntegerField()

    class Meta:
        table_name = "delivery_order"
        primary_key = CompositeKey("delivery_id", "order_id")


class DeliveryScan(Model):
    """One count of a delivery by one person; the counts of an item add up."""

    id = BigAutoField()
    delivery_id = BigIntegerField()
    key = TextField(unique=True)
    item_id = BigIntegerField(null=True)
    code = TextField(default="")
    qty = BigIntegerField()
    condition = TextField(default="good")
    lot = TextField(default="")
    expires = BigIntegerField(null=True)
    location_id = BigIntegerField(null=True)
    attachment_id = BigIntegerField(null=True)
    note = TextField(default="")
    person_id = BigIntegerField()
    station_id = BigIntegerField()
    at = BigIntegerField()

    class Meta:
        table_name = "delivery_scan"


class DeliveryDecision(Model):
    """What is done about goods that are over, short, unexpected or damaged."""

    delivery_id = BigIntegerField()
    item_id = BigIntegerField()
    about = TextField()
    decision = TextField()
    person_id = BigIntegerField()
    at = BigIntegerField()

    class Meta:
        table_name = "delivery_decision"
        primary_key = CompositeKey("delivery_id", "item_id", "about")


class DeliveryPrice(Model):
    """What one stock unit of an item cost in this delivery, when that differs from the order."""

    delivery_id = BigIntegerField()
    item_id = BigIntegerField()
    price = BigIntegerField()
    zero_confirmed = BigIntegerField(default=0)

    class Meta:
        table_name = "delivery_price"
        primary_key = CompositeKey("delivery_id", "item_id")


class DeliveryCharge(Model):
    """Freight or duty known with the delivery, and how it is spread."""

    id = BigAutoField()
    delivery_id = BigIntegerField()
    name = TextField()
    amount = BigIntegerField()
    basis = TextField(default="value")
    shares = TextField(default="")

    class Meta:
        table_name = "delivery_charge"


class DeliveryDocument(Model):
    """A document that posting a delivery made."""

    document_id = BigIntegerField(primary_key=True)
    delivery_id = BigIntegerField()
    order_id = BigIntegerField(null=True)

    class Meta:
        table_name = "delivery_document"


class ReceiptCharge(Model):
    """A charge inside a goods receipt that is not invoiced yet, in the shop's money."""

    id = BigAutoField()
    document_id = BigIntegerField()
    name = TextField()
    amount = BigIntegerField()
    invoiced_by = BigIntegerField(null=True)

    class Meta:
        table_name = "receipt_charge"


class Uninvoiced(Model):
    """What no invoice covers yet of a received line: its quantity, and its value without charges."""

    line_id = BigIntegerField(primary_key=True)
    qty = BigIntegerField()
    value = BigIntegerField()

    class Meta:
        table_name = "uninvoiced"


class SupplierInvoice(Model):
    """A supplier's invoice or credit note as posted."""

    id = BigAutoField()
    document_id = BigIntegerField(unique=True)
    supplier_id = BigIntegerField()
    kind = TextField(default="invoice")
    number = TextField()
    number_key = TextField()
    day = BigIntegerField()
    due_day = BigIntegerField(null=True)
    currency = TextField()
    rate = BigIntegerField(default=1000000)
    net = BigIntegerField()
    tax = BigIntegerField(default=0)
    disputed = BigIntegerField(default=0)
    attachment_id = BigIntegerField(null=True)

    class Meta:
        table_name = "supplier_invoice"
        indexes = ((("supplier_id", "kind", "number_key"), True),)


class SupplierInvoiceLine(Model):
    """What an invoice says about a received line, in the shop's money. Append-only."""

    id = BigAutoField()
    invoice_id = BigIntegerField()
    line_id = BigIntegerField()
    qty = BigIntegerField()
    value = BigIntegerField()
    received_value = BigIntegerField()

    class Meta:
        table_name = "supplier_invoice_line"


class Lot(Model):
    """A lot of an item: its code and the day (YYYYMMDD, 0 without one) on which it expires."""

    id = BigAutoField()
    item_id = BigIntegerField()
    code = TextField(default="")
    expires = BigIntegerField(default=0)
    created_at = BigIntegerField()

    class Meta:
        table_name = "lot"
        indexes = ((("item_id", "code", "expires"), True),)


class LotLevel(Model):
    """What is on hand of a lot at a place, moved with every movement."""

    lot_id = BigIntegerField()
    location_id = BigIntegerField()
    on_hand = BigIntegerField(default=0)

    class Meta:
        table_name = "lot_level"
        primary_key = CompositeKey("lot_id", "location_id")


class LotMovement(Model):
    """How much of a stock movement was of which lot. Append-only."""

    id = BigAutoField()
    movement_id = BigIntegerField()
    lot_id = BigIntegerField()
    location_id = BigIntegerField()
    qty = BigIntegerField()

    class Meta:
        table_name = "lot_movement"


class SerialNumber(Model):
    """The serial number of a piece that a sale or return names. Append-only."""

    id = BigAutoField()
    item_id = BigIntegerField()
    number = TextField()
    number_key = TextField()
    line_id = BigIntegerField()
    at = BigIntegerField()

    class Meta:
        table_name = "serial_number"


class LabelTemplate(Model):
    """What a label shows and where, as JSON (see core.labels)."""

    id = BigAutoField()
    name = TextField(unique=True)
    content = TextField()
    is_default = BigIntegerField(default=0)
    changed_at = BigIntegerField()

    class Meta:
        table_name = "label_template"


class LabelDue(Model):
    """An item that wants labels, and why."""

    id = BigAutoField()
    item_id = BigIntegerField()
    reason = TextField()
    copies = BigIntegerField(default=1)
    document_id = BigIntegerField(null=True)
    at = BigIntegerField()
    done_at = BigIntegerField(null=True)

    class Meta:
        table_name = "label_due"


ALL: tuple[type[Model], ...] = (
    SupplierItem,
    PriceBreak,
    PurchaseOrder,
    PurchaseOrderLine,
    OrderReceipt,
    Attachment,
    Delivery,
    DeliveryOrder,
    DeliveryScan,
    DeliveryDecision,
    DeliveryPrice,
    DeliveryCharge,
    DeliveryDocument,
    ReceiptCharge,
    Uninvoiced,
    SupplierInvoice,
    SupplierInvoiceLine,
    Lot,
    LotLevel,
    LotMovement,
    SerialNumber,
    LabelTemplate,
    LabelDue,
)
