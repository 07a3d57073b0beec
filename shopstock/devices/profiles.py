"""What printer models can do, as data.

The numbers of code pages differ between makers; those here are the ones of the makers' own tables. A device may
override columns, dots and code page by its settings, because clones do not always do what their label says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shopstock.core.outcome import Refused
from shopstock.core.text import _


@dataclass(frozen=True, slots=True)
class Profile:
    """One model of receipt printer.

    ``columns`` of font A across ``dots``; ``pages``: Python codec and the printer's number for it, preferred first;
    ``barcodes``: draws Code 128 by itself; ``raster``: prints images; ``band``: highest image it takes at once;
    ``cutter``: has a knife; ``replies``: answers status requests (else it is never asked); ``as_image``: every line
    is printed as an image; ``chinese``: takes high bytes for Chinese letters until told not to.
    """

    name: str
    label: str
    columns: int
    dots: int
    pages: tuple[tuple[str, int], ...]
    barcodes: bool = True
    raster: bool = True
    band: int = 120
    cutter: bool = True
    replies: bool = True
    as_image: bool = False
    chinese: bool = False


_EPSON = (("cp858", 19), ("cp1252", 16), ("cp852", 18), ("cp866", 17))
_CLONE = (("cp858", 53), ("cp1252", 71), ("cp852", 54), ("cp866", 59))

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("epson-80", "Epson TM-T20, TM-T88 and most 80 mm printers", 48, 576, _EPSON),
        Profile("epson-80-42", "80 mm printers with 42 columns", 42, 512, _EPSON),
        Profile("epson-58", "Epson 58 mm", 32, 384, _EPSON),
        Profile("clone-58", "ZJ, Netum and other 58 mm clones", 32, 384, _CLONE, barcodes=False, cutter=False,
                chinese=True),
        Profile("rongta-80", "Rongta 80 mm", 48, 576, (("cp858", 19), ("cp1250", 30), ("cp1251", 6), ("cp866", 7)),
                chinese=True),
        Profile("star-80", "Star in ESC/POS mode", 48, 576, (("cp858", 4), ("cp1252", 32))),
        Profile("simple-80", "Any other 80 mm printer", 48, 576, (("cp437", 0),), barcodes=False),
        Profile("impact-76", "Needle printers such as the TM-U220", 33, 400, (("cp437", 0),), barcodes=False,
                raster=False),
    )
}  # fmt: skip
DEFAULT = "epson-80"

#: Settings a device may carry, with the type of each.
SETTINGS: dict[str, type] = {
    "profile": str, "columns": int, "dots": int, "codepage": str, "codepage_number": int, "band": int,
    "barcodes": bool, "cutter": bool, "replies": bool, "as_image": bool,
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
    flags = {name: settings[name] for name in ("barcodes", "cutter", "replies", "as_image") if name in settings}
    return replace(base, columns=columns, dots=dots // 8 * 8, band=band, pages=_pages(base, settings), **flags)


def _dots_of(columns: int) -> int:
    # 48 and 42 columns stand on 80 mm paper, 32 on 58 mm; font A is 12 dots wide everywhere.
    return min(1024, max(128, {42: 512}.get(columns, columns * 12)))


def _pages(base: Profile, settings: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
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
