"""Start the window: on the shop, on the demo shop, or on the tour.

``app`` stands above the command line, so it is called by its name: no import upwards.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from shopstock.cli.session import Session, pass_session
from shopstock.core.outcome import Refused
from shopstock.core.text import _


def open_window(session: Session) -> int:
    """Open the window on the shop and return its exit code."""
    _require_display()
    code: int = importlib.import_module("shopstock.app").main(url=session.url, as_name=session.as_name)
    return code


@click.command("demo")
@pass_session
def demo_command(session: Session) -> int:
    """Open the window on a private copy of the demo shop; your own shop is not touched."""
    _require_display()
    code: int = importlib.import_module("shopstock.app").main(demo=True, as_name=session.as_name)
    return code


@click.command("tour")
@click.option("--out", metavar="DIR", help="Folder for the pictures.", type=click.Path(file_okay=False))
def tour_command(out: str | None) -> int:
    """Drive the real window through a day at the shop and save pictures; works without a display."""
    code: int | None = importlib.import_module("shopstock.tour").main(out)
    return code or 0


def _require_display() -> None:
    # Without one Qt ends the whole process where it stands.
    if sys.platform == "linux" and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise Refused(
            _(
                "There is no display to show a window on. Start shopstock on a desktop; “shopstock --help” names "
                "what works without one."
            )
        )
