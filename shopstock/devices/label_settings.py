"""How a label printer is set up, as data: its resolution, the labels in it, and how it prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from shopstock.core import labels
from shopstock.core.outcome import Refused
from shopstock.core.text import _

#: The settings that printers of any language may carry, with the type of each.
_SHARED: dict[str, type] = {"offset_x": int, "offset_y": int, "replies": bool}
_SIZED: dict[str, type] = {"dpi": int, "size": str, "gap": int, "darkness": int, "speed": int}
ZPL: dict[str, type] = {**_SIZED, "compression": str, **_SHARED}
TSPL: dict[str, type] = {**_SIZED, **_SHARED}
EPL: dict[str, type] = {**_SIZED, "offset_x": int, "offset_y": int}
BROTHER: dict[str, type] = {"tape": str, "length": int, "cut": bool, **_SHARED}
DRIVER: dict[str, type] = {"dpi": int, "size": str, "offset_x": int, "offset_y": int}

RESOLUTIONS = (203, 300, 600)
COMPRESSIONS = ("z64", "hex")
MOST_OFFSET = 50


@dataclass(frozen=True, slots=True)
class LabelPrinter:
    """One label printer.

    ``width × height`` of its labels in 1/10 mm, ``gap`` between two of them (0: a roll without gaps). ``darkness`` and
    ``speed`` (inches a second) are in the numbers of the language; -1 and 0 leave what the printer was told before.
    ``compression`` is how ZPL sends the picture: z64, or hex for printers that cannot unpack it. ``replies``: it
    answers when it is asked. ``tape`` is the roll in a Brother, ``cut`` whether it cuts after each label. The offsets
    move the picture right and down, in 1/10 mm.
    """

    dpi: int = 203
    width: int = 500
    height: int = 250
    gap: int = 20
    darkness: int = -1
    speed: int = 0
    compression: str = "z64"
    replies: bool = True
    tape: str = ""
    cut: bool = True
    length: int = 300
    offset_x: int = 0
    offset_y: int = 0


class Tape(NamedTuple):
    """A roll for Brother QL printers: width and length in mm (length 0: it is cut where one likes).

    ``dots`` across can be printed, ``margin`` dots lie to the right of them, ``rows`` are those of a die-cut label.
    """

    width: int
    length: int
    dots: int
    margin: int
    rows: int = 0


#: From Brother's raster command reference; 300 dots an inch. Rolls of 102 mm go into the QL-10xx and 11xx alone.
TAPES: dict[str, Tape] = {
    "62": Tape(62, 0, 696, 12), "54": Tape(54, 0, 590, 0), "50": Tape(50, 0, 554, 12), "38": Tape(38, 0, 413, 12),
    "29": Tape(29, 0, 306, 6), "12": Tape(12, 0, 106, 29), "102": Tape(102, 0, 1164, 12),
    "17x54": Tape(17, 54, 165, 0, 566), "17x87": Tape(17, 87, 165, 0, 956), "23x23": Tape(23, 23, 202, 42, 202),
    "29x42": Tape(29, 42, 306, 6, 425), "29x90": Tape(29, 90, 306, 6, 991), "38x90": Tape(38, 90, 413, 12, 991),
    "39x48": Tape(39, 48, 425, 6, 495), "52x29": Tape(52, 29, 578, 0, 271), "62x29": Tape(62, 29, 696, 12, 271),
    "62x100": Tape(62, 100, 696, 12, 1109), "102x51": Tape(102, 51, 1164, 12, 526),
    "102x152": Tape(102, 152, 1164, 12, 1660),
}  # fmt: skip
TAPE_DPI = 300


def zpl(settings: Mapping[str, Any]) -> LabelPrinter:
    """Return the ZPL printer that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    made = _sized(settings, ZPL, most_darkness=30)
    if made.compression not in COMPRESSIONS:
        raise Refused(_("The compression is z64 or hex."))
    return made


def tspl(settings: Mapping[str, Any]) -> LabelPrinter:
    """Return the TSPL printer that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    return _sized(settings, TSPL, most_darkness=15)


def epl(settings: Mapping[str, Any]) -> LabelPrinter:
    """Return the EPL2 printer that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    return _sized(settings, EPL, most_darkness=15)


def driver(settings: Mapping[str, Any]) -> LabelPrinter:
    """Return what is in a printer behind a driver; raise ``Refused`` for settings that make no sense."""
    return _sized({"dpi": 300, **settings}, DRIVER, most_darkness=0)


def brother(settings: Mapping[str, Any]) -> LabelPrinter:
    """Return the Brother QL that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    _check(settings, BROTHER)
    name = str(settings.get("tape", "62"))
    tape = TAPES.get(name)
    if tape is None:
        raise Refused(_("No roll is called {name}. Use one of: {known}.").format(
            name=name[:20], known=", ".join(TAPES)
        ))  # fmt: skip
    length = settings.get("length", 300)
    if not 120 <= length <= 10_000:
        raise Refused(_("A label from a roll is 12 to 1,000 mm long."))
    values = {key: value for key, value in settings.items() if key not in ("tape", "length")}
    wide = tape.dots * 254 // TAPE_DPI
    # A label that is cut off the roll has 3 mm before and behind the picture.
    high = tape.rows * 254 // TAPE_DPI if tape.rows else length - 60
    return LabelPrinter(dpi=TAPE_DPI, width=wide, height=high, gap=0, tape=name, length=length, **values)


def _check(settings: Mapping[str, Any], known: Mapping[str, type]) -> None:
    for name, value in settings.items():
        wanted = known.get(name)
        if wanted is None:
            raise Refused(_("A label printer has no setting {name}. Use: {known}.").format(
                name=str(name)[:30], known=", ".join(known)
            ))  # fmt: skip
        if type(value) is not wanted:
            raise Refused(_("The printer setting {name} cannot be {value}.").format(name=name, value=str(value)[:30]))
    for name in ("offset_x", "offset_y"):
        if abs(settings.get(name, 0)) > MOST_OFFSET:
            raise Refused(_("A label is moved by 5 mm at most."))


def _sized(settings: Mapping[str, Any], known: Mapping[str, type], *, most_darkness: int) -> LabelPrinter:
    _check(settings, known)
    values = dict(settings)
    width, height = labels.parse_size(values.pop("size", "50x25"))
    made = LabelPrinter(width=width, height=height, **values)
    if made.dpi not in RESOLUTIONS:
        raise Refused(_("A label printer has 203, 300 or 600 dpi. It stands on its type plate."))
    if not 0 <= made.gap <= 200 or not -1 <= made.darkness <= most_darkness or not 0 <= made.speed <= 14:
        raise Refused(
            _("The gap is 0 to 20 mm, the darkness 0 to {most}, the speed 1 to 14.").format(most=most_darkness)
        )
    return made
