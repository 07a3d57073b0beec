"""Find the files that come with the program: fonts, icons, help pages."""

from __future__ import annotations

from pathlib import Path

#: ``resources/`` beside the package in a checkout; inside the package when installed from a wheel.
_PLACES = (
    Path(__file__).resolve().parents[2] / "resources",
    Path(__file__).resolve().parents[1] / "resources",
)


def path(*parts: str) -> Path:
    """Return the path of a bundled file, whether or not it exists."""
    for place in _PLACES:
        if place.is_dir():
            return place.joinpath(*parts)
    return _PLACES[0].joinpath(*parts)
