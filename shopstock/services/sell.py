"""Sell: a cart that is paid becomes one posted document, its papers are queued, the saved open sale is gone.

Sold lines and lines that come back stand in one document: an exchange is a sale with both. What a person may not do by
role is asked for as a :class:`Need`; a second person's approval of exactly that is kept with the cart and used up when
the sale is posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core import cart_json, currency, days, names, pricing, tender
from shopstock.core.acting import Acting, Approval, Permission
from shopstock.core.cart import Cart
from shopstock.core.cart_lines import CartLine, Goods
from shopstock.core.catalogue import LOTS
from shopstock.core.entry import WHOLE_PERCENT
from shopstock.core.outcome import Changes, NotAllowed, Refused
from shopstock.core.pricing import PricedLine, Totals
from shopstock.core.settings import Settings
from shopstock.core.tender import Settlement, Tender
from shopstock.core.text import _
from shopstock.core.units import (
    ZERO_QTY,
    DocumentId,
    ItemId,
    LineId,
    Money,
    Qty,
    format_money,
    format_qty,
    times,
)
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import lots as stock_lots
from shopstock.queries import places as stock_places
from shopstock.queries import sales, settings
from shopstock.services import cash, customers, people, pick, posting, printing, receipts, sell_draft, vouchers
from shopstock.services.events import Event, log

#: What a key has posted before, and whether the till's shop has several places, in one statement.
_BEFORE = (
    f"SELECT d.id, s.several FROM (SELECT {pick.SEVERAL} AS several) s LEFT JOIN document d ON d.idempotency_key = ?"
)


class Need(NamedTuple):
    """A right that a cart needs and the cashier's role lacks.

    ``subject`` names the one act that an approval is bound to; ``sentence`` says in words what is asked for.
    """

    permission: Permission
    subject: str
    sentence: str


def complete_sale(
    db: Db,
    acting: Acting,
    cart: Cart,
    tenders: Sequence[Tender] = (),
    *,
    print_receipt: bool | None = None,
) -> Changes:
    """Post a paid cart under its key; queue receipt and drawer pulse; forget the saved open sale. One transaction.

    ``tenders`` must pay what :func:`shopstock.core.pricing.price` says (see :func:`shopstock.core.tender.settle`, which
    also tells the change). ``print_receipt`` overrides the shop's setting. The same key again posts nothing more and
    returns the first document with ``existing`` true.

    Raises ``Refused`` for an empty cart, a red row, too little money, goods that came back in the meantime;
    ``NotAllowed`` for what :func:`needs` lists. A printer that is dead changes nothing: its papers wait in the queue.
    """
    return posting.as_a_whole(db, lambda: _complete(db, acting, cart, tenders, print_receipt))


def _complete(db: Db, acting: Acting, cart: Cart, tenders: Sequence[Tender], print_receipt: bool | None) -> Changes:
    shop = settings.load(db)
    _check_rows(cart)
    totals = pricing.price(cart)
    of_lines = [LineId(line.of_line_id) for line in cart.lines if line.of_line_id is not None]
    posting.hold(db, acting, of_lines, key=cart.key)
    posted, several = db.rows(_BEFORE, (acting.location_id, cart.key))[0]
    settlement = tender.settle(totals.total, tenders, currency.of(cart.currency))
    if posted is not None:
        there = sell_draft.there_already(db, cart, totals, settlement)
        assert there is not None
        return there
    used = _approvals_for(db, acting, cart, shop, totals)
    _check_returns(db, cart)
    settlement = replace(settlement, payments=vouchers.numbered(db, settlement.payments))
    shift_id = cash.ensure_shift(db, acting, shop)
    party = cart.customer if cart.customer_id is None else customers.party(db, cart.customer_id)
    places = sell_draft.places(db, acting, totals.lines, bool(several))
    draft = sell_draft.draft(db, cart, totals, settlement, clock.now(), shift_id, party, places)
    changes = posting.post(db, replace(acting, approval=used[0] if used else None), draft)
    assert changes.document is not None
    document_id = changes.document.id
    for approval in used:
        people.use_approval(db, acting, approval, document_id)
    sell_draft.note_returned(db, cart, document_id)
    if cart.customer_id is not None and party:
        customers.link(db, document_id, cart.customer_id)
    new_vouchers = vouchers.note_posted(
        db, acting, document_id, settlement.payments, cart.customer_id if party else None
    )
    _log_voids(db, acting, cart, document_id)
    db.run("DELETE FROM open_sale WHERE station_id = ?", (acting.station_id,))
    _open_the_drawer(db, acting, document_id, settlement, shop)
    for number in new_vouchers:
        printing.enqueue(db, acting, receipts.voucher_paper(db, number, shop), document_id=document_id)
    if shop.print_receipts if print_receipt is None else print_receipt:
        paper = receipts.sales_receipt(db, document_id, shop, invoice=cart.invoice)
        printing.enqueue(db, acting, paper, document_id=document_id)
    topics = {"sales", "shift", "print_queue", "open_sale"}
    if vouchers.any_in(settlement.payments):
        topics.add("vouchers")
    return replace(changes, topics=changes.topics | topics)


def needs(db: Db, acting: Acting, cart: Cart) -> tuple[Need, ...]:
    """List what the cart still needs a second person for: ask for each with ``people.approve``, keep the answer with
    ``cart.approved(approval)``. Empty when the role allows everything or it is approved already.
    """
    shop = settings.load(db)
    missing = []
    for need in _required(db, acting, cart, shop, pricing.price(cart)):
        if not acting.may(need.permission) and _approval_of(cart, need) is None:
            missing.append(need)
    return tuple(missing)


def open_price_goods(db: Db, acting: Acting, tax_rate_id: int | None = None) -> Goods:
    """Return the built-in item for goods without a code, made when first asked for: one per tax rate, never in stock.

    ``None`` is the shop's usual rate. Add it with ``cart.add_open_price(goods, price, description=…)``.
    """
    with transaction(db):
        people.allow(db, acting, Permission.OPEN_PRICE, "open price")
        rate_id = settings.load(db).default_tax_rate_id if tax_rate_id is None else tax_rate_id
        rate = db.value("SELECT rate FROM tax_rate WHERE id = ?", (rate_id,))
        if rate is None:
            raise Refused(_("There is no such tax rate any more. Choose another one."))
        sku = f"OPEN-{rate_id}"
        now = clock.now()
        db.run(
            "INSERT INTO item (sku, sku_key, name, name_key, tax_rate_id, stocked, asks_price, created_at, changed_at)"
            " VALUES (?, ?, ?, ?, ?, 0, 1, ?, ?) ON CONFLICT (sku_key) DO NOTHING",
            (sku, names.key(sku), _("Goods"), names.key(_("Goods")), rate_id, now, now),
        )
        item_id, name = db.rows("SELECT id, name FROM item WHERE sku_key = ?", (names.key(sku),))[0]
    return Goods(ItemId(item_id), sku, name, Money(0), rate, stocked=False, asks_price=True)


# --- what is checked


def _check_rows(cart: Cart) -> None:
    if cart.empty:
        raise Refused(_("There is nothing to pay yet. Scan the first item."))
    if cart.blocked:
        raise Refused(_("A code is still unknown. Find the item, give it a price, or take the red row off."))


def _check_returns(db: Db, cart: Cart) -> None:
    back = [line for line in cart.lines if line.of_line_id is not None]
    wanted: dict[LineId, int] = {}
    for line in back:
        wanted[LineId(line.of_line_id or 0)] = wanted.get(LineId(line.of_line_id or 0), 0) + line.qty
    documents = sorted({line.of_document_id for line in back if line.of_document_id is not None})
    left = {line.line_id: line for id_ in documents if (sale := sales.by_id(db, id_)) for line in sale.lines}
    for line in back:
        now = left.get(LineId(line.of_line_id or 0))
        if now is None or wanted[now.line_id] > now.left_qty:
            raise Refused(_("{name}: only {left} of this sale can still come back.").format(
                name=line.description, left=format_qty(Qty(0) if now is None else now.left_qty)
            ))  # fmt: skip
        same = (line.most, line.rest_gross, line.rest_tax, line.rest_discount)
        if same != (now.left_qty, now.left_gross, now.left_tax, now.left_discount):
            raise Refused(_("{name}: some of it came back in the meantime. Scan the receipt again.").format(
                name=line.description
            ))  # fmt: skip


def _approvals_for(db: Db, acting: Acting, cart: Cart, shop: Settings, totals: Totals) -> list[Approval]:
    used: list[Approval] = []
    for need in _required(db, acting, cart, shop, totals):
        if acting.may(need.permission):
            continue
        approval = _approval_of(cart, need)
        if approval is None:
            sentence = _("{act} needs someone else's PIN.").format(act=need.sentence)
            raise NotAllowed(need.permission, sentence, need.subject)
        if approval not in used:
            used.append(approval)
    return used


def _approval_of(cart: Cart, need: Need) -> Approval | None:
    for approval in cart.approvals:
        if approval.permission == need.permission and approval.subject == need.subject:
            return approval
    return None


def _required(db: Db, acting: Acting, cart: Cart, shop: Settings, totals: Totals) -> list[Need]:
    out: list[Need] = []
    if not cart.returns_only:
        out.append(Need(Permission.SELL, f"{cart.key} sell", _("Sell")))
    for priced in totals.lines:
        line = priced.line
        if line.comes_back:
            out.append(_return_need(cart, line))
        else:
            out += _price_needs(cart, line)
            out += _discount_needs(cart, priced, shop)
    if shop.sell_beyond_stock_asks:
        out += _stock_needs(db, acting, cart)
    if shop.expired_asks:
        out += _expired_needs(db, acting, cart)
    return out


def _return_need(cart: Cart, line: CartLine) -> Need:
    subject = f"{cart.key} return line {line.uid} item {line.item_id} qty {line.qty} at {line.unit_price}"
    with_sale = line.of_line_id is not None
    words = _("Take back {qty} × {name}") if with_sale else _("Take back {qty} × {name} at {price} without a receipt")
    words = words.format(qty=format_qty(line.qty), name=line.description, price=format_money(line.unit_price))
    return Need(Permission.RETURN_WITH_SALE if with_sale else Permission.RETURN_WITHOUT_SALE, subject, words)


def _price_needs(cart: Cart, line: CartLine) -> list[Need]:
    if not line.open_price and line.unit_price == line.list_price:
        return []
    subject = f"{cart.key} price line {line.uid} item {line.item_id} at {line.unit_price}"
    words = _("Sell {name} at {price}").format(name=line.description, price=format_money(line.unit_price))
    return [Need(Permission.OPEN_PRICE, subject, words)]


def _discount_needs(cart: Cart, priced: PricedLine, shop: Settings) -> list[Need]:
    """Ask for ``DISCOUNT``, and for ``DISCOUNT_LARGE`` where list price minus price is above the shop's limit."""
    line = priced.line
    listed = priced.amount if line.fixed_amount is not None else times(line.list_price, line.qty)
    given = listed - priced.charged
    if given <= 0 or not (priced.discount or line.unit_price < line.list_price):
        return []
    own = f"line {line.uid} item {line.item_id} at {line.unit_price} off {line.discount_percent} {line.discount_amount}"
    subject = f"{cart.key} discount {own} sale {cart.sale_percent} {cart.sale_amount}"
    words = _("Discount of {amount} on {name}").format(amount=format_money(Money(given)), name=line.description)
    large = given * WHOLE_PERCENT > listed * shop.discount_limit_percent * (WHOLE_PERCENT // 100)
    return [Need(Permission.DISCOUNT_LARGE if large else Permission.DISCOUNT, subject, words)]


def _stock_needs(db: Db, acting: Acting, cart: Cart) -> list[Need]:
    out = []
    item_ids = sorted({line.item_id for line in cart.lines if line.stocked and not line.comes_back})
    held = stock_places.for_sale(db, item_ids, acting.location_id)
    for item_id in item_ids:
        on_hand, qty = held.get(item_id, ZERO_QTY), cart.qty_of(item_id)
        if qty > on_hand:
            name = next(line.description for line in cart.lines if line.item_id == item_id)
            words = _("Sell {qty} × {name}: the system says {on_hand}").format(
                qty=format_qty(qty), name=name, on_hand=format_qty(on_hand)
            )
            out.append(Need(Permission.SELL_BEYOND_STOCK, f"{cart.key} beyond stock item {item_id} qty {qty}", words))
    return out


def _expired_needs(db: Db, acting: Acting, cart: Cart) -> list[Need]:
    out = []
    today = clock.day_of(clock.now())
    for line in cart.lines:
        if line.tracks == LOTS and not line.comes_back:
            here = stock_lots.for_sale(db, line.item_id, acting.location_id)
            day = stock_lots.expired_on(line.lot, line.expires, here, today)
            if day:
                words = _("Sell {name}, expired on {day}").format(
                    name=line.description, day=days.as_date(day).isoformat()
                )
                subject = f"{cart.key} expired line {line.uid} item {line.item_id} on {day}"
                out.append(Need(Permission.SELL_EXPIRED, subject, words))
    return out


# --- what is written


def _log_voids(db: Db, acting: Acting, cart: Cart, document_id: DocumentId) -> None:
    for voided in cart.voided:
        log(db, Event.VOID, cart_json.in_words(voided.line), acting=acting, document_id=document_id)


def _open_the_drawer(db: Db, acting: Acting, document_id: DocumentId, settlement: Settlement, shop: Settings) -> None:
    """Queue the pulse if a method wants it; before the receipt, so that the drawer opens while the paper still runs."""
    opening = {row[0] for row in db.rows("SELECT id FROM payment_method WHERE opens_drawer = 1")}
    if any(payment.method_id in opening for payment in settlement.payments):
        cash.pulse(db, acting, "sale", document_id, shop)
