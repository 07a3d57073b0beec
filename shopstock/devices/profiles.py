"""What printer models can do, as data.

The numbers of code pages differ between makers; those here are the ones of the makers' own tables (escpos-printer-db of
receipt-print-hq collects them). Pages of scripts that are not written letter by letter from left to right (Hebrew,
Arabic, Thai, Vietnamese) are left out on purpose: a printer sets their codes side by side without ordering or joining
them, so such lines are printed as images. A device may override columns, dots and code page by its settings, because
clones do not always do what their label says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shopstock.core.outcome import Refused
from shopstock.core.text import _

#: Codecs and a printer's numbers for them.
Pages = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One model of receipt printer.

    ``columns`` of font A across ``dots``; ``pages``: Python codec and the printer's number for it, preferred first;
    ``barcodes``: draws Code 128 by itself; ``raster``: prints images; ``band``: highest image it takes at once;
    ``cutter``: has a knife; ``replies``: answers status requests (else it is never asked); ``as_image``: every line
    is printed as an image; ``chinese``: takes high bytes for Chinese letters until told not to; ``drawer_pin`` (2 or 5
    of its drawer socket) and ``drawer_ms``, how long the pulse is.
    """

    name: str
    label: str
    columns: int
    dots: int
    pages: Pages
    barcodes: bool = True
    raster: bool = True
    band: int = 120
    cutter: bool = True
    replies: bool = True
    as_image: bool = False
    chinese: bool = False
    drawer_pin: int = 2
    drawer_ms: int = 50


_FIRST = (("cp858", 19), ("cp1252", 16), ("cp852", 18), ("cp866", 17))
_BALTIC_GREEK_TURKISH = (("cp1257", 51), ("cp1253", 47), ("cp1254", 48), ("cp1250", 45), ("cp1251", 46))
_EPSON = (*_FIRST, *_BALTIC_GREEK_TURKISH, ("iso8859-15", 40), ("cp737", 14), ("cp861", 35), ("cp437", 0))
# The m30III lists no page 858: its euro comes from Windows' western page.
_M30 = tuple(page for page in _EPSON if page[0] != "cp858")
_BIXOLON = (*_FIRST, ("cp1253", 47), ("cp775", 33), ("iso8859-2", 39), ("iso8859-15", 40), ("cp861", 35), ("cp437", 0))
_CITIZEN = (("cp1252", 16), ("cp852", 18), ("cp866", 17), *_BALTIC_GREEK_TURKISH, ("iso8859-15", 40), ("cp437", 0))
_STAR = (("cp858", 4), ("cp1252", 32), ("cp852", 5), ("cp1250", 33), ("cp1251", 34), ("cp866", 10), ("cp857", 12),
         ("cp737", 15), ("cp861", 7), ("cp437", 1))  # fmt: skip
_RONGTA = (("cp858", 19), ("cp1250", 30), ("cp1251", 6), ("cp866", 7), ("cp1252", 16), ("cp1257", 25), ("cp1253", 17),
           ("cp1254", 32), ("cp437", 0))  # fmt: skip
_CLONE = (("cp858", 53), ("cp1252", 71), ("cp852", 54), ("cp866", 59), ("cp1250", 72), ("cp1251", 73), ("cp1253", 90),
          ("cp1254", 91), ("cp437", 50))  # fmt: skip
_PLAIN: Pages = (("cp437", 0),)

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("epson-80", "Epson TM-T20, TM-T82 and most 80 mm printers", 48, 576, _EPSON),
        Profile("epson-80-42", "Epson TM-T88 and other printers with 42 columns", 42, 512, _EPSON),
        Profile("epson-m30", "Epson TM-m30", 48, 576, _M30),
        Profile("epson-58", "Epson with 58 mm paper", 32, 384, _EPSON),
        Profile("star-80", "Star TSP100, TSP600, mC-Print3 in ESC/POS mode", 48, 576, _STAR),
        Profile("star-58", "Star mC-Print2 in ESC/POS mode", 32, 384, _STAR),
        Profile("bixolon-80", "Bixolon SRP-330, SRP-350 and alike", 48, 576, _BIXOLON),
        Profile("citizen-80", "Citizen CT-S310, CT-E351 and alike", 48, 576, _CITIZEN),
        Profile("rongta-80", "Rongta RP80, RP326, RP332", 48, 576, _RONGTA, chinese=True),
        Profile("rongta-58", "Rongta RP58", 32, 384, _RONGTA, cutter=False, chinese=True),
        Profile("clone-80", "Xprinter, HPRT and other 80 mm clones", 48, 576, _FIRST, chinese=True),
        Profile("clone-58", "ZJ, Netum, Xprinter and other 58 mm clones", 32, 384, _CLONE, barcodes=False,
                cutter=False, chinese=True),
        Profile("simple-80", "Any other 80 mm printer", 48, 576, _PLAIN, barcodes=False),
        Profile("simple-58", "Any other 58 mm printer", 32, 384, _PLAIN, barcodes=False, cutter=False),
        Profile("impact-76", "Needle printers such as the TM-U220", 33, 400, _PLAIN, barcodes=False, raster=False),
    )
}  # fmt: skip
DEFAULT = "epson-80"

#: Settings a device may carry, with the type of each.
SETTINGS: dict[str, type] = {
    "profile": str, "columns": int, "dots": int, "codepage": str, "codepage_number": int, "band": int,
    "barcodes": bool, "cutter": bool, "replies": bool, "as_image": bool, "drawer_pin": int, "drawer_ms": int,
}  # fmt: skip


def of(settings: Mapping[str, Any]) -> Profile:
    """Return the profile that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    for name, value in settings.items():
        wanted = SETTINGS.get(name)
        if wanted is None:
            raise Refused(_("A printer has no setting {name}. Use: {known}.").format(
                name=str(name)[:30], known=", ".join(SETTINGS)
            ))  # fmt: skip
        if type(value) is not wanted:
            raise Refused(_("The printer setting {name} cannot be {value}.").format(name=name, value=str(value)[:30]))
    base = PROFILES.get(settings.get("profile", DEFAULT))
    if base is None:
        raise Refused(_("No printer profile has this name. Use one of: {known}.").format(known=", ".join(PROFILES)))
    columns = settings.get("columns", base.columns)
    dots = settings.get("dots", base.dots if columns == base.columns else _dots_of(columns))
    band = settings.get("band", base.band)
    if not 16 <= columns <= 96 or not 128 <= dots <= 1024 or not 8 <= band <= 1024:
        raise Refused(_("Columns must be 16 to 96, dots 128 to 1024 and the band 8 to 1024 rows."))
    pin, pulse = settings.get("drawer_pin", base.drawer_pin), settings.get("drawer_ms", base.drawer_ms)
    if pin not in (2, 5) or not 50 <= pulse <= 500:
        raise Refused(_("A drawer hangs on pin 2 or 5 of the printer's socket; its pulse is 50 to 500 ms."))
    flags = {name: settings[name] for name in ("barcodes", "cutter", "replies", "as_image") if name in settings}
    return replace(
        base, columns=columns, dots=dots // 8 * 8, band=band, pages=_pages(base, settings), drawer_pin=pin,
        drawer_ms=pulse, **flags,
    )  # fmt: skip


def _dots_of(columns: int) -> int:
    # 48 and 42 columns stand on 80 mm paper, 32 on 58 mm; font A is 12 dots wide everywhere.
    return min(1024, max(128, {42: 512}.get(columns, columns * 12)))


def _pages(base: Profile, settings: Mapping[str, Any]) -> Pages:
    codec = settings.get("codepage")
    if codec is None:
        return base.pages
    name = codec.lower().replace("-", "").replace("_", "")
    number = settings.get("codepage_number", dict(base.pages).get(name))
    if number is None:
        raise Refused(_("This printer has no number for code page {name}; set codepage_number too.").format(name=name))
    try:
        "A".encode(name)
    except LookupError as error:
        raise Refused(_("{name} is no code page. Use for example cp858, cp852, cp866.").format(name=codec)) from error
    return ((name, number),)
