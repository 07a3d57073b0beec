"""The fonts that papers are drawn with, in printers' bitmaps and in PDF: the first one that has a letter wins."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shopstock import resources

#: A monospaced font like a printer's own; one with Arabic and Hebrew; one with Chinese, Japanese and Korean.
_BUNDLED = ("DejaVuSansMono.ttf", "DejaVuSans.ttf", "DroidSansFallback.ttf")

#: Fonts of the system that have letters which the bundled ones lack (Thai, Devanagari, Bengali, Tamil, signs).
_SYSTEM = (
    "/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf",
    "/usr/share/fonts/truetype/freefont/FreeSans.ttf",
    "/usr/share/fonts/truetype/unifont/unifont.ttf",
    "C:/Windows/Fonts/LeelawUI.ttf",
    "C:/Windows/Fonts/Nirmala.ttf",
    "C:/Windows/Fonts/seguisym.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)


@cache
def paths() -> tuple[Path, ...]:
    """Return the font files that are there, in the order in which they are asked for a letter."""
    bundled = tuple(resources.path("fonts", name) for name in _BUNDLED)
    return bundled + tuple(found for name in _SYSTEM if (found := Path(name)).is_file())
