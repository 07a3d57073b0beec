"""What a device may be to a till, and the languages that suit each role: one line in :data:`ROLES` per role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.devices import drivers, line_display, scale, serial_scanner, trigger

RECEIPT_PRINTER = "receipt-printer"
REPORT_PRINTER = "report-printer"
LABEL_PRINTER = "label-printer"
DRAWER = "drawer"
SCANNER = "scanner"
DISPLAY = "display"
SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Language:
    """A way of talking to a device: what it is called, the settings such a device carries, and what proves them."""

    label: str
    settings: Mapping[str, type]
    check: Callable[[Mapping[str, Any]], object]


def _printers(*, labels: bool) -> dict[str, Language]:
    return {
        name: Language(driver.label, driver.settings, driver.check)
        for name, driver in drivers.DRIVERS.items()
        if driver.labels is labels and not driver.opens_only
    }


#: The languages of each role, the usual one first.
ROLES: Mapping[str, Mapping[str, Language]] = {
    RECEIPT_PRINTER: _printers(labels=False),
    REPORT_PRINTER: _printers(labels=False),
    LABEL_PRINTER: _printers(labels=True),
    DRAWER: {**_printers(labels=False), "trigger": Language("trigger", trigger.SETTINGS, trigger.of)},
    DISPLAY: {"line-display": Language("line display", line_display.SETTINGS, line_display.of)},
    SCALE: {"scale": Language("scale", scale.SETTINGS, scale.of)},
    SCANNER: {"codes": Language("codes", serial_scanner.SETTINGS, serial_scanner.of)},
}


def languages(role: str) -> Mapping[str, Language]:
    """Return the languages of a role by name; raise ``Refused`` for a role that does not exist."""
    found = ROLES.get(role)
    if found is None:
        raise Refused(_("{role} is no role of a device. Use one of: {known}.").format(
            role=role[:30], known=", ".join(ROLES)
        ))  # fmt: skip
    return found


def language(role: str, name: str) -> tuple[str, Language]:
    """Return a role's language and its name, the usual one for an empty name; raise ``Refused`` for one it has not."""
    known = languages(role)
    wanted = name or next(iter(known))
    if wanted in known:
        return wanted, known[wanted]
    elsewhere = next((other[wanted] for other in ROLES.values() if wanted in other), None)
    if elsewhere is None:
        raise Refused(_("No driver is called {name}. Use one of: {known}.").format(
            name=wanted[:30], known=", ".join(known)
        ))  # fmt: skip
    raise Refused(_("A {role} does not speak {language}. Choose the language that its manual names.").format(
        role=role, language=elsewhere.label
    ))  # fmt: skip
