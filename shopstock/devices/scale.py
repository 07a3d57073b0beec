"""A scale on a serial port, read when a weight is wanted and at no other time.

Only a weight that the scale calls stable counts, and it counts once: nothing is kept for the next item. The profiles
are those of the makers' protocols: Toledo 8217 (``W``, answered by STX weight CR, or STX ? status CR; its port wants
seven bits and even parity), MT-SICS (``S``, answered ``S S  0.540 kg``), and the lines that CAS, A&D and others send
all the time (``ST,GS,+  0.540 kg``). Where a scale sets the price, the law of most countries asks for one that is
certified together with the till; the owner says so before the first weight is read.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Qty
from shopstock.devices import transports
from shopstock.devices.status import Reason
from shopstock.devices.transports import Transport, TransportError

#: Settings that such a device may carry, with the type of each.
SETTINGS: dict[str, type] = {"model": str, "accepted": bool, "request": str, "pattern": str}


class Profile(NamedTuple):
    """How a model is asked (nothing: it talks by itself) and how its answers look.

    ``pattern`` has the groups ``value``, ``unit`` (kg without one) and ``stable``, whose absence is an unsteady scale.
    """

    request: bytes
    pattern: str


PROFILES: dict[str, Profile] = {
    "toledo-8217": Profile(b"W", r"\x02(?P<stable>)(?P<value>\d{1,3}\.\d{1,3})\r"),
    "mt-sics": Profile(b"S\r\n", r"S (?:(?P<stable>S)|D) +(?P<value>-?\d+\.?\d*) (?P<unit>kg|g|lb|oz)"),
    "cas-ad": Profile(
        b"", r"(?:(?P<stable>ST)|US|OL),(?:GS|NT|GR|TR),(?P<value>[+-] *\d+\.?\d*) *(?P<unit>kg|g|lb|oz)"
    ),
    "own": Profile(b"", ""),
}
#: A thousandth of a kilogram of each unit, as a fraction.
_UNITS = {"kg": (1_000, 1), "g": (1, 1), "lb": (45_359_237, 100_000), "oz": (45_359_237, 1_600_000)}
_LONGEST = 4_096
_READ_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Scale:
    """How a scale is set up. ``request`` and ``pattern`` are those of the model "own"."""

    model: str = "toledo-8217"
    accepted: bool = False
    request: str = ""
    pattern: str = ""


class Weight(NamedTuple):
    """What a scale says: a weight in 1/1,000 kg, or the sentence that tells why there is none."""

    qty: Qty | None
    why: str = ""


def of(settings: Mapping[str, Any]) -> Scale:
    """Return the scale that a device's settings describe; raise ``Refused`` for settings that make no sense."""
    for name, value in settings.items():
        if name not in SETTINGS or type(value) is not SETTINGS[name]:
            raise Refused(_("A scale has no such setting {name}. Use: {known}.").format(
                name=str(name)[:30], known=", ".join(SETTINGS)
            ))  # fmt: skip
    made = Scale(**settings)
    if made.model not in PROFILES:
        raise Refused(_("The model of a scale is one of: {known}.").format(known=", ".join(PROFILES)))
    if made.model == "own":
        try:
            groups = re.compile(made.pattern).groupindex
        except re.error as error:
            raise Refused(_("What the answer looks like is no regular expression: {why}.").format(why=error)) from error
        if "value" not in groups:
            raise Refused(_("What the answer looks like needs a group (?P<value>…) for the figure."))
    return made


def weigh(url: str, settings: Mapping[str, Any], seconds: float = _READ_SECONDS) -> Weight:
    """Ask a scale for a stable weight; never raises for what a scale or cable does.

    Raises ``Refused`` while nobody has said that the law allows it.
    """
    scale = of(settings)
    if not scale.accepted:
        raise Refused(_("Before the scale sets prices, say in Settings that it is certified or need not be."))
    port = transports.of(transports.parse_url(url))
    deadline = time.monotonic() + seconds
    try:
        port.open(deadline)
        return _read(port, scale, deadline)
    except TransportError as error:
        return Weight(None, _silent(error.reason))
    finally:
        port.close()


def _silent(reason: Reason) -> str:
    return {
        Reason.IN_USE: _("Another program is using the scale."),
        Reason.NO_PERMISSION: _("This computer may not use the scale."),
    }.get(reason, _("The scale does not answer."))


def _read(port: Transport, scale: Scale, deadline: float) -> Weight:
    profile = PROFILES[scale.model]
    request = scale.request.encode("latin-1", "replace").replace(b"\\r", b"\r").replace(b"\\n", b"\n")
    request = request if scale.model == "own" else profile.request
    pattern = re.compile(scale.pattern if scale.model == "own" else profile.pattern)
    held, why = "", _("The scale does not answer.")
    asked = 0.0
    while time.monotonic() < deadline:
        if request and time.monotonic() >= asked:
            port.write(request, deadline)
            asked = time.monotonic() + 0.4
        came = port.read(min(deadline, time.monotonic() + 0.1))
        held = (held + (came or b"").decode("latin-1"))[-_LONGEST:]
        for found in pattern.finditer(held):
            weight = _weight(found, pattern)
            if weight.qty is not None:
                return weight
            why = weight.why
        last = max((found.end() for found in pattern.finditer(held)), default=0)
        held = held[last:]
        if held and why == _("The scale does not answer."):
            why = _("The scale says that it is not steady.")
    return Weight(None, why)


def _weight(found: re.Match[str], pattern: re.Pattern[str]) -> Weight:
    groups = found.groupdict()
    if "stable" in pattern.groupindex and groups["stable"] is None:
        return Weight(None, _("The scale says that it is not steady."))
    text = groups["value"].replace(" ", "").replace(",", ".")
    top, bottom = _UNITS[(groups.get("unit") or "kg").lower()]
    sign = -1 if text.startswith("-") else 1
    whole, _point, part = text.lstrip("+-").partition(".")
    figure = int((whole or "0") + part) * top
    scale = bottom * 10 ** len(part)
    qty = Qty(sign * ((2 * figure + scale) // (2 * scale)))
    if qty <= 0:
        return Weight(None, _("Nothing lies on the scale.") if not qty else _("The scale shows less than nothing."))
    return Weight(qty)
