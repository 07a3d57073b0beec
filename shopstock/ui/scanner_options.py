"""How the scanner of this computer types, kept beside the program: it belongs to the computer, not to the shop."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from shopstock.ui.scanner import ScannerOptions

SLOWEST_GAP_MS = 200
SUFFIXES: dict[str, tuple[str, ...]] = {"either": ("enter", "tab"), "enter": ("enter",), "tab": ("tab",), "none": ()}


def kept(machine: QSettings) -> ScannerOptions:
    """Return how the scanner of this computer types, as it was set up."""
    usual = ScannerOptions()
    gap = _kept_number(machine, "scanner/gap_ms", usual.gap_ms)
    shortest = _kept_number(machine, "scanner/min_length", usual.min_length)
    return ScannerOptions(
        gap_ms=min(max(gap, 5), SLOWEST_GAP_MS),
        min_length=min(max(shortest, 1), 20),
        prefix=str(machine.value("scanner/prefix", usual.prefix)),
        suffixes=SUFFIXES.get(str(machine.value("scanner/suffix", "either")), usual.suffixes),
        key_positions=str(machine.value("scanner/key_positions", "false")).lower() in ("true", "1"),
        separator=str(machine.value("scanner/separator", usual.separator))[:1],
        repair_caps=str(machine.value("scanner/repair_caps", "true")).lower() in ("true", "1"),
        tag_silence=min(_kept_number(machine, "scanner/tag_silence", usual.tag_silence), 600),
    )


def _kept_number(machine: QSettings, name: str, usual: int) -> int:
    # The file may have been edited by hand: what is no number counts as not set.
    found = str(machine.value(name, usual))
    return int(found) if found.isascii() and found.isdigit() else usual


def keep(machine: QSettings, options: ScannerOptions) -> None:
    """Keep how the scanner of this computer types."""
    machine.setValue("scanner/gap_ms", options.gap_ms)
    machine.setValue("scanner/min_length", options.min_length)
    machine.setValue("scanner/prefix", options.prefix)
    machine.setValue("scanner/suffix", next(name for name, way in SUFFIXES.items() if way == options.suffixes))
    machine.setValue("scanner/key_positions", options.key_positions)
    machine.setValue("scanner/separator", options.separator)
    machine.setValue("scanner/tag_silence", options.tag_silence)
    machine.setValue("scanner/repair_caps", options.repair_caps)
