"""Who acts, where, and with whose approval: handed to every service function.

The one permission table of the program is :data:`ROLES`. Screens hide what a person may not do; the check itself is
made in the services by :meth:`Acting.require`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shopstock.core.outcome import NotAllowed
from shopstock.core.text import _
from shopstock.core.units import LocationId, PersonId, StationId


class Permission(StrEnum):
    """One right. The value is stored in approvals and shown in the log."""

    SELL = "sell"
    RETURN_WITH_SALE = "return_with_sale"
    RETURN_WITHOUT_SALE = "return_without_sale"
    DISCOUNT = "discount"
    DISCOUNT_LARGE = "discount_large"
    OPEN_PRICE = "open_price"
    SELL_BEYOND_STOCK = "sell_beyond_stock"
    SELL_EXPIRED = "sell_expired"
    OPEN_DRAWER = "open_drawer"
    CASH_IN_OUT = "cash_in_out"
    CASH_UP = "cash_up"
    REPRINT = "reprint"
    NEW_ITEM = "new_item"
    EDIT_ITEMS = "edit_items"
    ORDER = "order"
    APPROVE_ORDER = "approve_order"
    RECEIVE = "receive"
    MATCH_INVOICE = "match_invoice"
    PRINT_LABELS = "print_labels"
    SUPPLIER_RETURN = "supplier_return"
    LANDED_COST = "landed_cost"
    TRANSFER = "transfer"
    WRITE_OFF = "write_off"
    FOUND = "found"
    COUNT = "count"
    POST_COUNT = "post_count"
    OPENING = "opening"
    REVERSE = "reverse"
    EDIT_PLACES = "edit_places"
    EDIT_CUSTOMERS = "edit_customers"
    ERASE_CUSTOMERS = "erase_customers"
    IMPORT = "import"
    SEE_COST = "see_cost"
    SEE_STOCK = "see_stock"
    SEE_REPORTS = "see_reports"
    EDIT_SETTINGS = "edit_settings"
    EDIT_PEOPLE = "edit_people"
    BACKUP = "backup"
    APPROVE = "approve"


class Role(StrEnum):
    """What a person is in the shop."""

    OWNER = "owner"
    INVENTORY_MANAGER = "inventory_manager"
    CASHIER = "cashier"
    STOCKROOM = "stockroom"


_P = Permission
_TILL = {
    _P.SELL, _P.RETURN_WITH_SALE, _P.DISCOUNT, _P.OPEN_DRAWER, _P.CASH_UP, _P.REPRINT, _P.SEE_STOCK, _P.OPEN_PRICE,
    _P.EDIT_CUSTOMERS,
}  # fmt: skip
_STOCK = {
    _P.SEE_STOCK, _P.RECEIVE, _P.TRANSFER, _P.COUNT, _P.WRITE_OFF, _P.FOUND, _P.SUPPLIER_RETURN, _P.NEW_ITEM,
    _P.PRINT_LABELS,
}  # fmt: skip

#: The one permission table: role → rights.
ROLES: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.INVENTORY_MANAGER: frozenset(
        _TILL
        | _STOCK
        | {
            _P.RETURN_WITHOUT_SALE, _P.DISCOUNT_LARGE, _P.SELL_BEYOND_STOCK, _P.SELL_EXPIRED, _P.CASH_IN_OUT,
            _P.EDIT_ITEMS, _P.ORDER, _P.APPROVE_ORDER, _P.MATCH_INVOICE, _P.LANDED_COST, _P.POST_COUNT, _P.REVERSE,
            _P.IMPORT, _P.SEE_COST, _P.SEE_REPORTS, _P.APPROVE, _P.BACKUP, _P.EDIT_PLACES, _P.ERASE_CUSTOMERS,
        }
    ),
    Role.CASHIER: frozenset(_TILL),
    Role.STOCKROOM: frozenset(_STOCK),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Approval:
    """A second person's yes to one act: single use, bound to the requester, the permission and the subject."""

    id: int
    approver_id: PersonId
    permission: Permission
    subject: str


@dataclass(frozen=True, slots=True)
class Acting:
    """The person who acts, at which station and place; ``alone`` is true in a shop of one person."""

    person_id: PersonId
    name: str
    role: Role
    station_id: StationId
    location_id: LocationId
    alone: bool = False
    approval: Approval | None = None

    def may(self, permission: Permission) -> bool:
        """Tell whether the role itself carries the right."""
        return permission in ROLES[self.role]

    def require(self, permission: Permission) -> None:
        """Raise ``NotAllowed`` unless the role itself carries the right.

        For what a second person may approve there is ``people.authorise``, which binds the approval to one act.
        """
        if self.may(permission):
            return
        raise NotAllowed(
            permission,
            _("{name} may not do this. Ask someone who may to enter their PIN.").format(name=self.name),
        )
