"""The tables of goods that come back, go bad or change place.

Thin peewee classes without rules, as in :mod:`shopstock.db.models`, which lists them all.
"""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, CompositeKey, Model, TextField


class HomePlace(Model):
    """Where an item belongs in a shop."""

    item_id = BigIntegerField()
    shop_id = BigIntegerField()
    location_id = BigIntegerField()

    class Meta:
        table_name = "home_place"
        primary_key = CompositeKey("item_id", "shop_id")


class Transfer(Model):
    """Goods asked for by one place from another, on their way, or arrived."""

    id = BigAutoField()
    number = BigIntegerField(unique=True)
    state = TextField(default="requested")
    from_id = BigIntegerField()
    to_id = BigIntegerField()
    note = TextField(default="")
    expected_day = BigIntegerField(null=True)
    requested_at = BigIntegerField()
    requested_by = BigIntegerField()
    dispatched_at = BigIntegerField(null=True)
    dispatched_by = BigIntegerField(null=True)
    ended_at = BigIntegerField(null=True)
    ended_by = BigIntegerField(null=True)
    changed_at = BigIntegerField()

    class Meta:
        table_name = "transfer"


class TransferLine(Model):
    """An item of a transfer: asked for, dispatched, and what became of it, in stock units."""

    id = BigAutoField()
    transfer_id = BigIntegerField()
    line_no = BigIntegerField()
    item_id = BigIntegerField()
    requested_qty = BigIntegerField(default=0)
    dispatched_qty = BigIntegerField(default=0)
    arrived_qty = BigIntegerField(default=0)
    damaged_qty = BigIntegerField(default=0)
    over_qty = BigIntegerField(default=0)
    lost_qty = BigIntegerField(default=0)
    came_back_qty = BigIntegerField(default=0)

    class Meta:
        table_name = "transfer_line"
        indexes = ((("transfer_id", "item_id"), True),)


class TransferScan(Model):
    """One scan while a transfer is packed (stage dispatch) or unpacked (arrive); document_id once it is posted."""

    id = BigAutoField()
    transfer_id = BigIntegerField()
    stage = TextField()
    key = TextField(unique=True)
    item_id = BigIntegerField()
    code = TextField(default="")
    qty = BigIntegerField()
    condition = TextField(default="good")
    lot = TextField(default="")
    expires = BigIntegerField(null=True)
    location_id = BigIntegerField(null=True)
    note = TextField(default="")
    attachment_id = BigIntegerField(null=True)
    person_id = BigIntegerField()
    station_id = BigIntegerField()
    at = BigIntegerField()
    document_id = BigIntegerField(null=True)

    class Meta:
        table_name = "transfer_scan"


class TransferDocument(Model):
    """A posted document of a transfer and the stage it belongs to."""

    document_id = BigIntegerField(primary_key=True)
    transfer_id = BigIntegerField()
    stage = TextField()

    class Meta:
        table_name = "transfer_document"


class Cause(Model):
    """Why goods are written off or come back. An empty name is the program's own for the key."""

    id = BigAutoField()
    purpose = TextField()
    key = TextField()
    name = TextField(default="")
    needs_evidence = BigIntegerField(default=0)
    active = BigIntegerField(default=1)
    position = BigIntegerField(default=0)

    class Meta:
        table_name = "cause"
        indexes = ((("purpose", "key"), True),)


class ReturnLine(Model):
    """The condition of returned goods, what became of them and why they came back. Append-only."""

    line_id = BigIntegerField(primary_key=True)
    condition = TextField()
    outcome = TextField()
    cause = TextField(default="")

    class Meta:
        table_name = "return_line"


class Customer(Model):
    """A customer who wants to be known. Erased ones keep their number alone."""

    id = BigAutoField()
    number = BigIntegerField(unique=True)
    name = TextField()
    name_key = TextField()
    card = TextField(default="")
    card_key = TextField(default="")
    email = TextField(default="")
    phone = TextField(default="")
    address = TextField(default="")
    tax_number = TextField(default="")
    note = TextField(default="")
    created_at = BigIntegerField()
    changed_at = BigIntegerField()
    erased_at = BigIntegerField(null=True)
    erased_by = BigIntegerField(null=True)

    class Meta:
        table_name = "customer"


class CustomerWord(Model):
    """A word by which a customer is found: of the name, the e-mail address, the digits of the phone."""

    word = TextField()
    customer_id = BigIntegerField()

    class Meta:
        table_name = "customer_word"
        primary_key = CompositeKey("word", "customer_id")


class CustomerDocument(Model):
    """Whose sale or return a document is."""

    document_id = BigIntegerField(primary_key=True)
    customer_id = BigIntegerField()

    class Meta:
        table_name = "customer_document"


class Voucher(Model):
    """Store credit: what it was issued for and what is left of it."""

    id = BigAutoField()
    number = TextField(unique=True)
    customer_id = BigIntegerField(null=True)
    document_id = BigIntegerField()
    amount = BigIntegerField()
    balance = BigIntegerField()
    issued_at = BigIntegerField()
    issued_by = BigIntegerField()

    class Meta:
        table_name = "voucher"


class VoucherEntry(Model):
    """What a document put on a voucher (positive) or took off it (negative). Append-only."""

    id = BigAutoField()
    voucher_id = BigIntegerField()
    document_id = BigIntegerField()
    amount = BigIntegerField()
    at = BigIntegerField()

    class Meta:
        table_name = "voucher_entry"


class WriteOff(Model):
    """A write-off being scanned, waiting for approval, posted or rejected."""

    id = BigAutoField()
    key = TextField(unique=True)
    state = TextField(default="open")
    location_id = BigIntegerField()
    note = TextField(default="")
    started_at = BigIntegerField()
    started_by = BigIntegerField()
    station_id = BigIntegerField()
    sent_at = BigIntegerField(null=True)
    sent_by = BigIntegerField(null=True)
    decided_at = BigIntegerField(null=True)
    decided_by = BigIntegerField(null=True)
    decision_note = TextField(default="")
    document_id = BigIntegerField(null=True)

    class Meta:
        table_name = "write_off"


class WriteOffScan(Model):
    """One scan of a write-off; a negative quantity corrects."""

    id = BigAutoField()
    write_off_id = BigIntegerField()
    key = TextField(unique=True)
    item_id = BigIntegerField()
    code = TextField(default="")
    qty = BigIntegerField()
    cause = TextField(default="")
    location_id = BigIntegerField()
    lot = TextField(default="")
    expires = BigIntegerField(default=0)
    person_id = BigIntegerField()
    station_id = BigIntegerField()
    at = BigIntegerField()

    class Meta:
        table_name = "write_off_scan"


class WriteOffEvidence(Model):
    """A photo or file that speaks for a write-off not yet posted."""

    write_off_id = BigIntegerField()
    attachment_id = BigIntegerField()
    added_at = BigIntegerField()
    person_id = BigIntegerField()

    class Meta:
        table_name = "write_off_evidence"
        primary_key = CompositeKey("write_off_id", "attachment_id")


class DocumentAttachment(Model):
    """A photo or file that speaks for a posted document. Append-only."""

    document_id = BigIntegerField()
    attachment_id = BigIntegerField()

    class Meta:
        table_name = "document_attachment"
        primary_key = CompositeKey("document_id", "attachment_id")


ALL: tuple[type[Model], ...] = (
    HomePlace,
    Transfer,
    TransferLine,
    TransferScan,
    TransferDocument,
    Cause,
    ReturnLine,
    Customer,
    CustomerWord,
    CustomerDocument,
    Voucher,
    VoucherEntry,
    WriteOff,
    WriteOffScan,
    WriteOffEvidence,
    DocumentAttachment,
)
