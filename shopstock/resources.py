"""Find the files that come with the program: icons, fonts, help, sounds, translations, the demo shop.

They lie in three possible places: beside the package in a checkout (``resources/`` and ``sample.db``), inside the
package when installed from a wheel (``shopstock/_resources``), or in the unpacked folder of a frozen program.
"""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _bases() -> list[Path]:
    """List the folders that may hold ``resources`` files, the most specific first."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return [Path(frozen) / "resources"]
    return [_PACKAGE.parent / "resources", _PACKAGE / "_resources"]


def path(*parts: str) -> Path:
    """Return where ``resources/<parts>`` lies, or where it would lie first when it is in none of the places.

    ``path("icons", "pay.svg")``; ``path()`` is the folder itself. The demo shop is :func:`sample_db`.
    """
    candidates = [base.joinpath(*parts) for base in _bases()]
    return next((found for found in candidates if found.exists()), candidates[0])


def sample_db() -> Path:
    """Return where the demo shop lies: ``sample.db`` at the top of a checkout, among the resources otherwise."""
    candidates = [base.parent / "sample.db" for base in _bases()] + [base / "sample.db" for base in _bases()]
    return next((found for found in candidates if found.exists()), candidates[0])
