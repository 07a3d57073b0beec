"""Role by act: what the till's services let through is exactly what the permission table says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopstock.core.acting import ROLES, Acting, Permission, Role
from shopstock.core.cart_lines import Goods
from shopstock.core.outcome import NotAllowed
from shopstock.db.connection import Db
from shopstock.queries import cash as shifts
from shopstock.queries import sales
from shopstock.services import cash, parked, people, receipts, sell
from tests.till import approved, goods, money, new_cart, pay, person, qty, set_setting, sold

Act = Callable[[Db, Acting, Goods], object]


def _return(db: Db, acting: Acting, tea: Goods) -> object:
    number = db.value("SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id"
                      " WHERE d.kind = 'sale' ORDER BY d.id LIMIT 1")  # fmt: skip
    sale = sales.by_number(db, number)
    assert sale is not None
    return pay(db, acting, new_cart(db).add_return(sale.lines[0], qty("1")))


ACTS: dict[str, tuple[Permission, Act]] = {
    "sell": (Permission.SELL, sold),
    "park": (Permission.SELL, lambda db, acting, tea: parked.park(db, acting, new_cart(db).add(tea))),
    "return": (Permission.RETURN_WITH_SALE, _return),
    "return without sale": (
        Permission.RETURN_WITHOUT_SALE,
        lambda db, acting, tea: pay(db, acting, new_cart(db).add_return_without_sale(tea)),
    ),
    "open drawer": (Permission.OPEN_DRAWER, lambda db, acting, tea: cash.open_drawer(db, acting, "look")),
    "pay in": (Permission.CASH_IN_OUT, lambda db, acting, tea: cash.pay_in(db, acting, money("1"), "r", key="k")),
    "pay out": (Permission.CASH_IN_OUT, lambda db, acting, tea: cash.pay_out(db, acting, money("1"), "r", key="k")),
    "count": (Permission.CASH_UP, lambda db, acting, tea: cash.count_drawer(db, acting, money("1"))),
    "x report": (Permission.SEE_REPORTS, lambda db, acting, tea: cash.x_report(db, acting)),
    "past shifts": (Permission.SEE_REPORTS, lambda db, acting, tea: shifts.closed_shifts(db, acting)),
    "reprint": (Permission.REPRINT, lambda db, acting, tea: receipts.print_last_again(db, acting)),
    "open price": (Permission.OPEN_PRICE, lambda db, acting, tea: sell.open_price_goods(db, acting)),
    "add a person": (Permission.EDIT_PEOPLE, lambda db, acting, tea: people.add_person(db, acting, "N", Role.CASHIER)),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("act", list(ACTS))
def test_each_act_is_let_through_by_the_table_alone(sqlite_db: Db, owner: Acting, role: Role, act: str) -> None:
    permission, do = ACTS[act]
    set_setting(sqlite_db, "print_receipts", False)
    tea = goods(sqlite_db, owner)
    sold(sqlite_db, owner, tea, "2")
    acting = person(sqlite_db, owner, "Ann", role)
    documents = sqlite_db.value("SELECT count(*) FROM document")
    if permission in ROLES[role]:
        do(sqlite_db, acting, tea)
    else:
        with pytest.raises(NotAllowed) as refused:
            do(sqlite_db, acting, tea)
        assert refused.value.permission == permission
        assert sqlite_db.value("SELECT count(*) FROM document") == documents


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_not_sell_needs_an_approval_for_the_very_sale(sqlite_db: Db, owner: Acting, role: Role) -> None:
    tea = goods(sqlite_db, owner)
    acting = person(sqlite_db, owner, "Ann", role)
    cart = approved(sqlite_db, acting, new_cart(sqlite_db).add(tea), owner.person_id)
    changes = pay(sqlite_db, acting, cart)
    assert changes.document is not None
    approver = sqlite_db.value("SELECT approved_by FROM document WHERE id = ?", (changes.document.id,))
    assert approver == (None if acting.may(Permission.SELL) else owner.person_id)
