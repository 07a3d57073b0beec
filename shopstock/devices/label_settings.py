"""How a label printer is set up, as data: its resolution, the labels in it, and how it prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shopstock.core import labels
from shopstock.core.outcome import Refused
from shopstock.core.text import _

#: The settings such a device may carry, with the type of each.
SETTINGS: dict[str, type] = {
    "dpi": int, "size": str, "gap": int, "darkness": int, "speed": int, "compression": str, "replies": bool,
}  # fmt: skip
RESOLUTIONS = (203, 300, 600)
COMPRESSIONS = ("z64", "hex")


@dataclass(frozen=True, slots=True)
class LabelPrinter:
    """One label printer.

    ``width × height`` of its labels in 1/10 mm, ``gap`` between two of them (0: a roll without gaps). ``darkness`` is 0
    to 30 and ``speed`` in inches a second; -1 and 0 leave what the printer was told before. ``compression`` is how the
    picture is sent: z64, or hex for printers that cannot unpack it. ``replies``: it answers when it is asked.
    """

    dpi: int = 203
    width: int = 500
    height: int = 250
    gap: int = 20
    darkness: int = -1
    speed: int = 0
    compression: str = "z64"
    replies: bool = True


def of(settings: Mapping[str, Any]) -> LabelPrinter:
    """Return the printer that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    for name, value in settings.items():
        wanted = SETTINGS.get(name)
        if wanted is None:
            raise Refused(_("A label printer has no setting {name}. Use: {known}.").format(
                name=str(name)[:30], known=", ".join(SETTINGS)
            ))  # fmt: skip
        if type(value) is not wanted:
            raise Refused(_("The printer setting {name} cannot be {value}.").format(name=name, value=str(value)[:30]))
    values = dict(settings)
    width, height = labels.parse_size(values.pop("size", "50x25"))
    made = LabelPrinter(width=width, height=height, **values)
    if made.dpi not in RESOLUTIONS:
        raise Refused(_("A label printer has 203, 300 or 600 dpi. It stands on its type plate."))
    if made.compression not in COMPRESSIONS:
        raise Refused(_("The compression is z64 or hex."))
    if not 0 <= made.gap <= 200 or not -1 <= made.darkness <= 30 or not 0 <= made.speed <= 14:
        raise Refused(_("The gap is 0 to 200 tenths of a millimetre, the darkness 0 to 30, the speed 1 to 14."))
    return made
