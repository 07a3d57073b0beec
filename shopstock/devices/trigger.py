"""Boxes that open a drawer on a wire of its own: a few bytes on a serial or USB port, usually one BEL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shopstock.core.outcome import Refused
from shopstock.core.text import _

#: Settings that such a device may carry, with the type of each.
SETTINGS: dict[str, type] = {"bytes": str}
_MOST = 32


@dataclass(frozen=True, slots=True)
class Trigger:
    """What opens the drawer: ``bytes`` in hex."""

    bytes: str = "07"

    @property
    def command(self) -> bytearray:
        """The bytes themselves."""
        return bytearray.fromhex(self.bytes)


def of(settings: Mapping[str, Any]) -> Trigger:
    """Return the box that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    for name, value in settings.items():
        if name not in SETTINGS or type(value) is not SETTINGS[name]:
            raise Refused(_("A drawer has no such setting {name}. Use: bytes.").format(name=str(name)[:30]))
    made = Trigger(**settings)
    try:
        length = len(made.command)
    except ValueError:
        length = 0
    if not 1 <= length <= _MOST:
        raise Refused(_("What opens the drawer is 1 to {most} bytes in hex, such as 07.").format(most=_MOST))
    return made
