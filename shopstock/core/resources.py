"""Where the program's own files lie: icons, fonts, help pages, translations.

Only the path is made here; whoever needs a file opens it. From a checkout they lie beside the package, when installed
inside it, and in a frozen program in the folder it was unpacked to.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """Return the folder that holds all resources."""
    package = Path(__file__).resolve().parent.parent
    frozen = getattr(sys, "_MEIPASS", None)
    places = [package / "resources", package.parent / "resources"] + ([Path(frozen) / "resources"] if frozen else [])
    return next((place for place in places if place.is_dir()), places[1])


def path(*parts: str) -> Path:
    """Return the path of one resource: ``path("fonts", "DejaVuSans.ttf")``."""
    return folder().joinpath(*parts)
