"""How a sale is paid: plausible amounts, split tender, change, cash rounding. Pure functions on ``Money``.

Cash alone is rounded to what coins can pay (0.05 in Swiss francs): the difference is the document's ``rounding``.
Change comes from cash alone: a card or a voucher is never taken for more than is due. When money goes back to the
customer the amounts are negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopstock.core.currency import Currency
from shopstock.core.movements import Account
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, ZERO_MONEY, Money

if TYPE_CHECKING:
    from shopstock.core.document import DraftPayment

#: A plausible amount takes at most about so many pieces of its smallest coin or note.
_PIECES = 40


@dataclass(frozen=True, slots=True)
class Method:
    """A named way to pay. Methods whose account is ``CASH`` may give change and round to coins.

    Store credit is paid with a voucher, whose number is the tender's ``reference``; handed back, it makes a new one.
    """

    id: int
    name: str
    account: Account
    opens_drawer: bool = False

    @property
    def is_cash(self) -> bool:
        """Tell whether this is money in the drawer."""
        return self.account == Account.CASH

    @property
    def is_store_credit(self) -> bool:
        """Tell whether this is paid with the shop's own vouchers."""
        return self.account == Account.STORE_CREDIT


@dataclass(frozen=True, slots=True)
class Tender:
    """What was handed over by one method: ``amount`` as typed (negative: handed back), ``reference`` e.g. a slip.

    ``balance`` is what the voucher of that reference holds, where the till has looked.
    """

    method: Method
    amount: Money
    reference: str = ""
    balance: Money | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A sale that is paid: its payments, the ``change`` to hand out, the cash ``rounding`` (what cash added)."""

    payments: tuple[DraftPayment, ...]
    change: Money
    rounding: Money


def cash_due(due: Money, currency: Currency) -> Money:
    """Return what is asked for when ``due`` is paid in cash."""
    return currency.round_cash(due)


def rest(due: Money, tenders: Sequence[Tender], currency: Currency, *, in_cash: bool) -> Money:
    """Return what is still to pay after ``tenders``, as cash would pay it if ``in_cash``; never past 0."""
    paid = sum(tender.amount for tender in tenders)
    left = Money(due - paid)
    if (left < 0) != (due < 0):
        return ZERO_MONEY
    return currency.round_cash(left) if in_cash else left


def suggestions(due: Money, currency: Currency) -> tuple[Money, ...]:
    """Return up to four amounts above ``due`` that a customer would plausibly hand over: 27.40 → 28, 30, 40, 50.

    An amount is plausible if it is the next multiple of a note or coin, takes no handful of it, and no piece of it
    could be left in the purse (6.00 for 4.30 is not: the 5 alone would do).
    """
    asked = cash_due(due, currency)
    found = set()
    for piece in currency.denominations:
        if piece * _PIECES >= asked > 0:
            amount = Money(-(-asked // piece) * piece)
            if amount > asked and amount - _smallest_piece(amount, currency) < asked:
                found.add(amount)
    return tuple(sorted(found)[:4])


def settle(due: Money, tenders: Sequence[Tender], currency: Currency) -> Settlement:
    """Turn what was handed over into payments that sum to ``due`` plus the cash rounding.

    Raises ``Refused`` when it is too little, when a method other than cash is above what is due, and when an amount
    cannot be paid in coins. A ``due`` below 0 must be handed back exactly.
    """
    for tender in tenders:
        if abs(tender.amount) > MAX_MONEY:
            raise Refused(_("That is more than one amount may be. Check what was typed."))
        if (tender.amount < 0) != (due < 0) and tender.amount:
            raise Refused(
                _("Money goes back to the customer here: the amount must be negative.") if due < 0
                else _("An amount handed over cannot be negative.")
            )  # fmt: skip
        if tender.method.is_store_credit and tender.amount > 0:
            _check_voucher(tender, currency)
    given = [tender for tender in tenders if tender.amount]
    other = [tender for tender in given if not tender.method.is_cash]
    cash = [tender for tender in given if tender.method.is_cash]
    payments = [_payment(tender, tender.amount, ZERO_MONEY) for tender in other]
    left = Money(due - sum(tender.amount for tender in other))
    if (left < 0) if due >= 0 else (left > 0):
        raise Refused(_("Only cash gives change. Take {due} or less by {method}.").format(
            due=currency.format(Money(abs(due))), method=other[-1].method.name
        ))  # fmt: skip
    asked = left
    if cash or (left and currency.round_cash(left) == 0):
        asked = currency.round_cash(left)
    cash_payments, change = _take_cash(cash, left, asked, currency)
    return Settlement(tuple(payments + cash_payments), change, Money(asked - left))


def _check_voucher(tender: Tender, currency: Currency) -> None:
    if not tender.reference:
        raise Refused(_("Scan the voucher, or type its number."))
    if tender.balance is not None and tender.amount > tender.balance:
        raise Refused(_("Voucher {number} has {left} left. Take that much or less.").format(
            number=tender.reference, left=currency.format(tender.balance)
        ))  # fmt: skip


def _take_cash(cash: list[Tender], exact: Money, asked: Money, currency: Currency) -> tuple[list[DraftPayment], Money]:
    payments: list[DraftPayment] = []
    left = asked
    change = ZERO_MONEY
    for number, tender in enumerate(cash):
        # The amount due as it stood on the screen means "exactly": the coins round it.
        amount = asked if tender.amount == exact and len(cash) == 1 else tender.amount
        if amount != currency.round_cash(amount):
            raise Refused(_("{amount} cannot be paid in coins. The smallest step is {step}.").format(
                amount=currency.format(amount), step=currency.format(currency.cash_step)
            ))  # fmt: skip
        counted = min(amount, left) if asked >= 0 else max(amount, left)
        over = Money(amount - counted)
        if over and (asked < 0 or number < len(cash) - 1):
            raise Refused(_("That is more than is due."))
        if counted or over:
            payments.append(_payment(Tender(tender.method, amount, tender.reference), counted, over))
        left = Money(left - counted)
        change = Money(change + over)
    if left:
        raise Refused(
            _("{left} is still to pay.").format(left=currency.format(left)) if left > 0
            else _("{left} is still to be handed back.").format(left=currency.format(Money(-left)))
        )  # fmt: skip
    return payments, change


def _payment(tender: Tender, amount: Money, change: Money) -> DraftPayment:
    method = tender.method
    from shopstock.core.document import DraftPayment  # a shop opens without documents

    return DraftPayment(method.id, method.account, method.name, amount, tender.amount, change, tender.reference)


def _smallest_piece(amount: Money, currency: Currency) -> Money:
    left = amount
    smallest = amount
    for piece in currency.denominations:
        if left >= piece:
            smallest = piece
            left = Money(left % piece)
    return smallest
