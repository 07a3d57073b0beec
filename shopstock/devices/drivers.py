"""The languages that devices speak: one line each in :data:`DRIVERS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shopstock.core.outcome import Refused
from shopstock.core.papers import Paper
from shopstock.core.text import _
from shopstock.devices import profiles, receipt_printer, transports
from shopstock.devices.profiles import Profile
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason
from shopstock.devices.transports import Transport

if TYPE_CHECKING:
    from shopstock.devices.escpos import Encoded


@dataclass(frozen=True, slots=True)
class Driver:
    """A language with its protocol: how a paper becomes bytes, how they are sent, how the device is asked."""

    label: str
    encode: Callable[[Paper, Profile], Encoded]
    send: Callable[..., Outcome]
    ask: Callable[[Transport, Patience | None], Reason | None]


def _escpos(paper: Paper, profile: Profile) -> Encoded:
    # What draws images takes long to import: the window is there first.
    from shopstock.devices import escpos

    return escpos.encode(paper, profile)


DRIVERS: dict[str, Driver] = {
    "escpos": Driver("ESC/POS", _escpos, receipt_printer.send, receipt_printer.ask),
}
DEFAULT_LANGUAGE = "escpos"


def of(language: str) -> Driver:
    """Return the driver of a language; raise ``Refused`` for one that is not known."""
    found = DRIVERS.get(language)
    if found is None:
        raise Refused(_("No driver is called {name}. Use one of: {known}.").format(
            name=language[:30], known=", ".join(DRIVERS)
        ))  # fmt: skip
    return found


def send_paper(
    paper: Paper, url: str, language: str, settings: dict[str, Any], patience: Patience | None = None
) -> tuple[Outcome, tuple[str, ...]]:
    """Encode a paper for a device and send it; return the outcome and the characters that could not be printed."""
    driver = of(language)
    profile = profiles.of(settings)
    encoded = driver.encode(paper, profile)
    port = transports.of(transports.parse_url(url))
    return driver.send(port, encoded.data, asks=profile.replies, patience=patience), encoded.missing
