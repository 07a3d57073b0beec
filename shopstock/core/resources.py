"""Where the program's own files lie: icons, fonts, help pages, translations.

Only paths are made here; whoever needs a file opens it. From a checkout they lie beside the package, when installed
inside it, and in a frozen program in the folder it was unpacked to.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

#: Fonts for paper: a monospaced one like a printer's own, one with Arabic and Hebrew, one with Chinese, Japanese, Korean.
_PAPER_FONTS = ("DejaVuSansMono.ttf", "DejaVuSans.ttf", "DroidSansFallback.ttf")

#: Fonts of the system that have letters which the bundled ones lack (Thai, Devanagari, Bengali, Tamil, emoji signs).
_SYSTEM_FONTS = (
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
def folder() -> Path:
    """Return the folder that holds all resources."""
    package = Path(__file__).resolve().parent.parent
    frozen = getattr(sys, "_MEIPASS", None)
    places = [package.parent / "resources", package / "_resources"] + ([Path(frozen) / "resources"] if frozen else [])
    return next((place for place in places if (place / "fonts").is_dir()), places[0])


def path(*parts: str) -> Path:
    """Return the path of one resource: ``path("fonts", "DejaVuSans.ttf")``."""
    return folder().joinpath(*parts)


@cache
def paper_fonts() -> tuple[Path, ...]:
    """Return the fonts to print with, the first that has a letter wins."""
    bundled = tuple(path("fonts", name) for name in _PAPER_FONTS)
    return bundled + tuple(found for name in _SYSTEM_FONTS if (found := Path(name)).is_file())
