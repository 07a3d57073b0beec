"""What the pages of the orders screen read, each in one go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shopstock.core.acting import Acting
from shopstock.core.entry import Entry, EntryKind, parse_entry
from shopstock.core.outcome import Refused
from shopstock.core.purchasing import OrderState
from shopstock.core.text import _
from shopstock.core.units import ItemId, Money, Qty
from shopstock.db.connection import Db
from shopstock.queries import items, low_stock, purchase, search, settings, stock, suppliers
from shopstock.queries.low_stock import LowRow
from shopstock.queries.purchase import Order, OrderRow
from shopstock.queries.suppliers import Supplier, SupplierItem

#: The parts of the list, and the states each shows.
PARTS: dict[str, tuple[OrderState, ...]] = {
    "open": (OrderState.APPROVED, OrderState.SENT, OrderState.PARTLY_RECEIVED),
    "drafts": (OrderState.DRAFT,),
    "all": tuple(OrderState),
}


class Listed(NamedTuple):
    """The orders on show, and how many there are in each part."""

    rows: tuple[OrderRow, ...]
    open: int
    drafts: int
    any: bool


def listed(db: Db, acting: Acting, part: str, words: str) -> Listed:
    """Return the orders of a part of the list that hold the words; the open ones by the day they are expected."""
    rows = purchase.orders(db, acting, PARTS[part], words=words)
    if part == "open":
        rows.sort(key=lambda row: (row.expected_day is None, row.expected_day or 0, -row.id))
    return Listed(
        tuple(rows),
        len(purchase.orders(db, acting, PARTS["open"])),
        len(purchase.orders(db, acting, PARTS["drafts"])),
        bool(purchase.orders(db, acting, tuple(OrderState), limit=1)),
    )


class LineRow(NamedTuple):
    """A line of the order as the table shows it. ``packs`` is in 1/1,000 of a pack; ``missing`` is what fills it up."""

    item_id: ItemId
    name: str
    about: str
    unit: str
    supplier_code: str
    pack_qty: Qty
    packs: Qty
    qty: Qty
    price: Money | None
    value: Money | None
    on_hand: Qty | None
    on_order: Qty | None
    received_qty: Qty
    open_qty: Qty
    cancelled_qty: Qty
    minimum_qty: Qty
    active: int
    sku: str
    zero_confirmed: int

    @property
    def odd(self) -> Qty:
        """What is over a whole number of packs."""
        return Qty(self.qty % self.pack_qty)


class OrderView(NamedTuple):
    """An order with its supplier and what is here of each item."""

    order: Order
    lines: tuple[LineRow, ...]
    supplier: Supplier
    supplier_currency: str
    total: Money | None


def order_view(db: Db, acting: Acting, order_id: int) -> OrderView:
    """Return an order as its page shows it; raise ``Refused`` when there is none."""
    found = purchase.order(db, acting, order_id)
    who = suppliers.supplier(db, acting, found.row.supplier_id)
    here = {row.item_id: row for row in stock.page(db, [line.item_id for line in found.lines], stock.StockFilter())}
    sold = {row.item_id: row for row in suppliers.items_of(db, acting, who.id)} if found.lines else {}
    rows = []
    for line in found.lines:
        level, theirs = here.get(line.item_id), sold.get(line.item_id)
        about = " · ".join(part for part in (line.sku, line.supplier_code) if part)
        rows.append(
            LineRow(
                line.item_id, line.name, about, "" if line.unit == "piece" else line.unit, line.supplier_code,
                line.pack_qty, Qty(line.qty * 1000 // line.pack_qty), line.qty, line.price, line.value,
                level.on_hand if level is not None else None, level.on_order if level is not None else None,
                line.received_qty, line.open_qty, line.cancelled_qty,
                theirs.minimum_qty if theirs is not None else Qty(0), line.active, line.sku, line.zero_confirmed,
            )
        )  # fmt: skip
    currency = who.currency or settings.load(db).currency
    values = [line.value for line in found.lines]
    total = None if None in values else Money(sum(value or 0 for value in values))
    return OrderView(found, tuple(rows), who, currency, total)


class Offered(NamedTuple):
    """An item to put on an order: what one scan of it stands for, and how the supplier sells it, if they do."""

    item_id: ItemId
    sku: str
    name: str
    code_qty: Qty
    theirs: SupplierItem | None
    other: str

    @property
    def pack(self) -> Qty:
        """What one scan adds: the supplier's pack, or the case whose code was scanned when it is more."""
        return Qty(max(self.code_qty, self.theirs.pack_qty if self.theirs is not None else 0))


class Meant(NamedTuple):
    """What a scanned or typed code means here: an order, an item, or neither."""

    order_id: int | None = None
    item: Offered | None = None


def meant(db: Db, acting: Acting, code: str, supplier_id: int | None) -> Meant:
    """Say what a code means on an order to a supplier: an order's number, an item's code, the supplier's own code.

    Raises ``BadCode`` for what cannot be a code.
    """
    if not code.isdigit():
        order_id = purchase.by_number(db, code)
        if order_id is not None:
            return Meant(order_id)
    found = items.by_code(db, code, acting.location_id, items.code_rules_of(db))
    if found is not None:
        return Meant(item=_offered(db, acting, found, found.qty, supplier_id))
    if supplier_id is not None:
        item_id = suppliers.item_by_code(db, supplier_id, code)
        if item_id is not None:
            return Meant(item=offered(db, acting, item_id, supplier_id))
    return Meant()


def offered(db: Db, acting: Acting, item_id: ItemId, supplier_id: int) -> Offered | None:
    """Return an item that was picked from a list as :func:`meant` would."""
    found = items.by_id(db, item_id, acting.location_id)
    return None if found is None else _offered(db, acting, found, Qty(0), supplier_id)


def _offered(db: Db, acting: Acting, found: items.Found, qty: Qty, supplier_id: int | None) -> Offered:
    sellers = suppliers.suppliers_of_item(db, acting, found.id)
    theirs = next((one for one in sellers if one.supplier_id == supplier_id), None)
    others = [one.supplier for one in sellers if one.supplier_id != supplier_id]
    if not others:
        named = items.card(db, acting, found.id)
        if named.supplier_id not in (None, supplier_id):
            others = [named.supplier]
    return Offered(found.id, found.sku, found.name, qty, theirs, others[0] if others else "")


class Typed(NamedTuple):
    """A typed line, understood: what it asks for, what its code means, or which items its words find."""

    entry: Entry
    meant: Meant = Meant()
    hits: tuple[search.Hit, ...] = ()


def typed(db: Db, acting: Acting, text: str, supplier_id: int | None) -> Typed:
    """Understand a line typed into an order; raise ``Refused`` for what has no meaning here."""
    entry = parse_entry(text)
    match entry.kind:
        case EntryKind.TIMES | EntryKind.SET_QTY | EntryKind.MORE | EntryKind.LESS:
            return Typed(entry)
        case EntryKind.CODE:
            found = meant(db, acting, entry.text, supplier_id)
            if found != Meant():
                return Typed(entry, found)
        case EntryKind.WORDS:
            pass
        case _:
            raise Refused(_("This means nothing on an order. Scan, or type a code, words, or 24* and then a scan."))
    return Typed(entry, hits=tuple(found_items(db, acting, entry.text, supplier_id)))


def found_items(db: Db, acting: Acting, words: str, supplier_id: int | None) -> list[search.Hit]:
    """Return the items that hold the words, those of the supplier first; the price is what the supplier asks."""
    hits = search.find_or_nearest(db, words, acting.location_id, 40)
    theirs: dict[ItemId, SupplierItem] = {}
    if supplier_id is not None:
        coded = suppliers.items_of(db, acting, supplier_id, words)
        theirs = {row.item_id: row for row in coded}
        known = {hit.id for hit in hits}
        hits += [hit for row in coded[:20] if row.item_id not in known for hit in _hit(db, acting, row.item_id)]
        for hit in hits:
            row = theirs.get(hit.id) or suppliers.item_of(db, acting, supplier_id, hit.id)
            if row is not None:
                theirs[hit.id] = row
    hits.sort(key=lambda hit: hit.id not in theirs)
    return [_priced(hit, theirs.get(hit.id)) for hit in hits]


def _hit(db: Db, acting: Acting, item_id: ItemId) -> Iterable[search.Hit]:
    found = items.by_id(db, item_id, acting.location_id)
    return [] if found is None else [search.Hit(*found[:10])]


def _priced(hit: search.Hit, theirs: SupplierItem | None) -> search.Hit:
    if theirs is None:
        return hit._replace(asks_price=1)
    about = " · ".join(part for part in (hit.sku, theirs.code, theirs.supplier) if part)
    if theirs.price is None:
        return hit._replace(sku=about, asks_price=1)
    return hit._replace(sku=about, price=theirs.price, asks_price=0)


def low(db: Db, acting: Acting) -> list[LowRow]:
    """Return what is low: first what has to be ordered, by supplier and name."""
    rows = low_stock.low_stock(db, acting)
    return sorted(rows, key=lambda row: (row.suggested <= 0, row.supplier_id is None, row.supplier, row.name))


class SupplierLine(NamedTuple):
    """A supplier in the list."""

    id: int
    name: str
    about: str
    currency: str
    lead_days: int | None
    lead: suppliers.LeadTime
    items: int
    open_orders: int
    active: int


class SuppliersView(NamedTuple):
    """The suppliers on show, with how long each takes."""

    rows: tuple[SupplierLine, ...]
    any: bool


def supplier_list(db: Db, acting: Acting, words: str, retired: bool) -> SuppliersView:
    """Return the suppliers whose name holds the words, by name."""
    rows = suppliers.suppliers(db, acting, words, retired=retired)
    shown = tuple(
        SupplierLine(
            row.id, row.name, " · ".join(part for part in (row.contact, row.phone, row.email) if part), row.currency,
            row.lead_days, suppliers.lead_time(db, row.id), row.items, row.open_orders, row.active,
        )
        for row in rows
    )  # fmt: skip
    return SuppliersView(shown, bool(rows) or bool(suppliers.suppliers(db, acting, retired=True)))
