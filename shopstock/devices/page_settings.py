"""What is in a printer that the system has a driver for, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shopstock.core.outcome import Refused
from shopstock.core.text import _

#: Widths in 1/10 mm and heights (0: as long as the paper needs) of what may be in a printer.
PAPERS = {"roll-80": (720, 0), "roll-58": (480, 0), "a4": (2100, 2970), "letter": (2159, 2794)}

#: Settings that such a device may carry, with the type of each.
SETTINGS: dict[str, type] = {"paper": str}


@dataclass(frozen=True, slots=True)
class PagePrinter:
    """What is in the printer: a roll or sheets."""

    paper: str = "roll-80"


def of(settings: Mapping[str, Any]) -> PagePrinter:
    """Return the printer that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    unknown = set(settings) - set(SETTINGS)
    if unknown:
        raise Refused(_("A printer has no setting {name}. Use: {known}.").format(
            name=str(min(unknown))[:30], known=", ".join(SETTINGS)
        ))  # fmt: skip
    paper = settings.get("paper", "roll-80")
    if paper not in PAPERS:
        raise Refused(_("The paper in the printer is one of: {known}.").format(known=", ".join(PAPERS)))
    return PagePrinter(paper)
