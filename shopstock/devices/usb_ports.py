"""Where the kernel has put a USB device this time: the file of a printer, the port that a device plays."""

from __future__ import annotations

import os
from pathlib import Path

SYSFS = Path("/sys")
DEV = Path("/dev")


def lp_file(vendor: int, product: int, serial: str, sysfs: Path = SYSFS, dev: Path = DEV) -> str:
    """Return the device file of a USB printer, empty when it is not plugged in; no serial number fits every one."""
    for entry in folder(sysfs / "class" / "usbmisc"):
        if entry.name.startswith("lp"):
            found = usb_id(Path(os.path.realpath(entry / "device")).parent)
            if found[:2] == (vendor, product) and serial in ("", found[2]):
                return str(dev / "usb" / entry.name)
    return ""


def serial_port(vendor: int, product: int, serial: str) -> str:
    """Return the port that a USB device plays, empty when it is not plugged in."""
    from serial.tools import list_ports

    for port in list_ports.comports():
        if (port.vid, port.pid) == (vendor, product) and serial in ("", port.serial_number):
            return str(port.device)
    return ""


def usb_id(device: Path) -> tuple[int, int, str]:
    """Return vendor, product and serial number of a device in sysfs; zeros where it has none."""
    try:
        return int(text(device / "idVendor"), 16), int(text(device / "idProduct"), 16), text(device / "serial")
    except ValueError:
        return 0, 0, ""


def folder(path: Path) -> list[Path]:
    """Return what is in a folder, nothing of one that cannot be read."""
    try:
        return sorted(path.iterdir())
    except OSError:
        return []


def text(path: Path) -> str:
    """Return what a small file says, nothing of one that cannot be read."""
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
