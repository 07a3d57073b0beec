"""A cart as text: its JSON form for the saved open sale and parked sales, a line in words for the log."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from shopstock.core.acting import Approval, Permission
from shopstock.core.cart import Cart
from shopstock.core.cart_lines import CartLine, Voided
from shopstock.core.outcome import Refused
from shopstock.core.returns import Condition, Outcome
from shopstock.core.text import _
from shopstock.core.units import PersonId, format_money, format_qty


def to_json(cart: Cart) -> str:
    """Write a cart as compact JSON; fields that hold their default are left out."""
    packed = _set_fields(cart, _CART)
    packed["lines"] = [_set_fields(line, _LINE) for line in cart.lines]
    packed["voided"] = [{"index": entry.index, "line": _set_fields(entry.line, _LINE)} for entry in cart.voided]
    packed["approvals"] = [asdict(approval) for approval in cart.approvals]
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Cart:
    """Read a cart back; fields unknown to this version are ignored. Raise ``Refused`` if it cannot be read."""
    try:
        data = json.loads(text)
        return Cart(**{
            **_known(Cart, data),
            "lines": tuple(_line(entry) for entry in data["lines"]),
            "voided": tuple(Voided(entry["index"], _line(entry["line"])) for entry in data["voided"]),
            "approvals": tuple(_approval(entry) for entry in data["approvals"]),
        })  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(_("The saved sale cannot be read. Scan the goods again.")) from error


def in_words(line: CartLine) -> str:
    """Write a line for the log: ``2 × Green tea at 2.50``, or the code of a red row."""
    if line.unknown:
        return line.code
    return f"{format_qty(line.qty)} × {line.description} at {format_money(line.unit_price)}"


#: The fields of each with their defaults; looking them up for every row of a long sale would cost more than writing it.
_CART = tuple((field.name, field.default) for field in fields(Cart))
_LINE = tuple((field.name, field.default) for field in fields(CartLine))

_SAID: dict[str, type[Condition] | type[Outcome]] = {"condition": Condition, "outcome": Outcome}


def _set_fields(value: Cart | CartLine, known: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return {name: held for name, default in known if (held := getattr(value, name)) != default}


def _known(wanted: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {f.name: data[f.name] for f in fields(wanted) if f.name in data}


def _line(data: dict[str, Any]) -> CartLine:
    said = {name: kind(data[name]) for name, kind in _SAID.items() if name in data}
    return CartLine(**{**_known(CartLine, data), **said, "serials": tuple(data.get("serials", ()))})


def _approval(data: dict[str, Any]) -> Approval:
    return Approval(data["id"], PersonId(data["approver_id"]), Permission(data["permission"]), data["subject"])
