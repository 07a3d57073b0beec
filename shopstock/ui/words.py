"""Words that several screens use for the same thing."""

from __future__ import annotations

from shopstock.core.acting import Role
from shopstock.core.text import _


def role_name(role: Role) -> str:
    """Say a role in words."""
    return {
        Role.OWNER: _("owner"),
        Role.INVENTORY_MANAGER: _("inventory manager"),
        Role.CASHIER: _("cashier"),
        Role.STOCKROOM: _("stockroom"),
    }[role]
