"""Makers of what hangs on a counter, by their USB vendor ids (from the public list usb.ids)."""

from __future__ import annotations

from typing import NamedTuple


class Maker(NamedTuple):
    """A maker: its name, what it makes (printer, label, scanner, adapter), and the profile or language that suits."""

    name: str
    makes: str
    hint: str = ""


MAKERS: dict[int, Maker] = {
    0x04B8: Maker("Epson", "printer", "epson-80"),
    0x0519: Maker("Star", "printer", "star-80"),
    0x1504: Maker("Bixolon", "printer", "bixolon-80"),
    0x1D90: Maker("Citizen", "printer", "citizen-80"),
    0x2730: Maker("Citizen", "printer", "citizen-80"),
    0x0DD4: Maker("Custom", "printer", "epson-80"),
    0x154F: Maker("SNBC", "printer", "epson-80"),
    0x0FE6: Maker("Rongta or another 80 mm printer", "printer", "rongta-80"),
    0x0416: Maker("POS printer", "printer", "clone-58"),
    0x0483: Maker("POS printer", "printer", "clone-80"),
    0x28E9: Maker("POS printer", "printer", "clone-58"),
    0x1FC9: Maker("POS printer", "printer", "clone-80"),
    0x0A5F: Maker("Zebra", "label", "zpl"),
    0x1203: Maker("TSC", "label", "tspl"),
    0x2D37: Maker("Xprinter", "label", "tspl"),
    0x04F9: Maker("Brother", "label", "brother-ql"),
    0x0922: Maker("DYMO", "label"),
    0x05E0: Maker("Zebra", "scanner"),
    0x0C2E: Maker("Honeywell", "scanner"),
    0x0536: Maker("Honeywell", "scanner"),
    0x05F9: Maker("Datalogic", "scanner"),
    0x1EAB: Maker("Newland", "scanner"),
    0x0720: Maker("Keyence", "scanner"),
    0x065A: Maker("Opticon", "scanner"),
    0x1A86: Maker("serial adapter (CH340)", "adapter"),
    0x067B: Maker("serial adapter (Prolific)", "adapter"),
    0x0403: Maker("serial adapter (FTDI)", "adapter"),
    0x10C4: Maker("serial adapter (CP210x)", "adapter"),
}


def maker(vendor: int | None) -> Maker | None:
    """Return who has this vendor id, or ``None`` for one that is not on the list."""
    return MAKERS.get(vendor) if vendor is not None else None
