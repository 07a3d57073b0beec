"""Find what is plugged into this computer, and on asking what answers in the shop's network.

Serial ports come from the system's own list, USB printers from the kernel's (their IEEE 1284 id tells maker, model and
language), print queues from CUPS or the Windows spooler. Nothing here raises and nothing waits for ever: a part that
fails finds nothing. Addresses are those that stay the same when something is plugged in
elsewhere, where there are such.
"""

from __future__ import annotations

import ipaddress
import os
import selectors
import socket
import subprocess
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopstock.core.text import _
from shopstock.devices import usb_ids, usb_ports
from shopstock.devices.addresses import Address

SERIAL, USB_PRINTER, QUEUE, NETWORK, KEYBOARD = "serial", "usb", "queue", "network", "keyboard"
EVERYTHING = (USB_PRINTER, SERIAL, QUEUE, NETWORK, KEYBOARD)

RAW_PORT = 9100
#: What the command set of an IEEE 1284 id holds, and the language that is.
_LANGUAGES = (("ZPL", "zpl"), ("TSPL", "tspl"), ("EPL", "epl2"), ("ESC/POS", "escpos"), ("ESCPOS", "escpos"))
_ANSWER_SECONDS = 0.5
_AT_ONCE = 64
_COMMAND_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found. An empty ``url`` is one that needs no address, as its ``note`` tells.

    ``language_hint`` and ``profile_hint`` say what it seems to be; ``problem`` is why it cannot be used as it is.
    """

    kind: str
    title: str
    url: str
    language_hint: str = ""
    profile_hint: str = ""
    note: str = ""
    problem: str = ""


def discover(
    kinds: Collection[str] = EVERYTHING,
    *,
    network: bool = False,
    hosts: Iterable[str] | None = None,
    port: int = RAW_PORT,
    sysfs: Path = usb_ports.SYSFS,
    dev: Path = usb_ports.DEV,
) -> list[Found]:
    """Return what was found of these kinds; ``network`` asks the computers of the own network (``hosts``) too."""
    found: list[Found] = []
    if USB_PRINTER in kinds:
        found += usb_printers(sysfs, dev)
    if SERIAL in kinds:
        found += serial_ports(dev)
    if QUEUE in kinds:
        found += queues()
    if KEYBOARD in kinds:
        found += keyboard_scanners(sysfs)
    if NETWORK in kinds and network:
        found += network_printers(list(own_network() if hosts is None else hosts), port)
    return found


# --- serial ports


def serial_ports(dev: Path = usb_ports.DEV, ports: Callable[[], Iterable[Any]] | None = None) -> list[Found]:
    """Return the serial ports, those that USB devices play too; ghosts of Bluetooth and of the board are left out."""
    if ports is None:
        from serial.tools import list_ports

        ports = list_ports.comports
    found = []
    try:
        listed = sorted(ports(), key=lambda port: str(port.device))
    except OSError:
        return []
    for port in listed:
        if _is_ghost(port):
            continue
        maker = usb_ids.maker(port.vid)
        title = _named(port.manufacturer or "", maker, port.product or "") or _described(port)
        note = str(port.device)
        if maker is not None and maker.makes == "scanner":
            note = _("{port}, a scanner").format(port=port.device)
        found.append(Found(SERIAL, title[:80], _stable_serial(port, dev), note=note, problem=_barred(str(port.device))))
    return found


def _described(port: Any) -> str:
    words = str(port.description or "")
    return words if words not in ("", "n/a") else str(port.device)


def _is_ghost(port: Any) -> bool:
    if port.vid is not None:
        return False
    words = f"{port.description or ''} {port.hwid or ''}".upper()
    # ttyS0 to ttyS31 are there whether or not the board has such a port; pyserial leaves out those it can tell.
    return "BTHENUM" in words or "BLUETOOTH" in words


def _stable_serial(port: Any, dev: Path) -> str:
    folder = dev / "serial" / "by-id"
    if folder.is_dir():
        for link in sorted(folder.iterdir()):
            if os.path.realpath(link) == os.path.realpath(port.device):
                return Address("serial", str(link)).url
    if port.vid is not None and port.serial_number:
        return Address("serial", f"usb:{port.vid:04x}:{port.pid:04x}:{port.serial_number}").url
    return Address("serial", str(port.device)).url


def _barred(path: str) -> str:
    there = os.path.exists(path) and os.name != "nt"
    return _("you may not use it yet") if there and not os.access(path, os.R_OK | os.W_OK) else ""


# --- USB printers


def ieee1284(text: str) -> dict[str, str]:
    """Take an IEEE 1284 id apart: ``MFG:EPSON;MDL:TM-T20II;CMD:ESC/POS;`` with its long names made short."""
    short = {"MANUFACTURER": "MFG", "MODEL": "MDL", "COMMAND SET": "CMD", "DESCRIPTION": "DES", "SERIALNUMBER": "SN"}
    found = {}
    for piece in text.split(";"):
        name, colon, value = piece.partition(":")
        if colon:
            key = name.strip().upper()
            found[short.get(key, key)] = value.strip()
    return found


def language_of(said: dict[str, str]) -> str:
    """Return the language that an IEEE 1284 id names, empty when it names none that is known."""
    commands = said.get("CMD", "").upper()
    for mark, language in _LANGUAGES:
        if mark in commands:
            return language
    if said.get("MFG", "").upper().startswith("BROTHER") and said.get("MDL", "").upper().startswith("QL"):
        return "brother-ql"
    return ""


def usb_printers(sysfs: Path = usb_ports.SYSFS, dev: Path = usb_ports.DEV) -> list[Found]:
    """Return the USB printers: those the kernel has a file for, and those it has none for, with what to do."""
    found, with_file = [], set()
    for entry in usb_ports.folder(sysfs / "class" / "usbmisc"):
        if not entry.name.startswith("lp"):
            continue
        interface = Path(os.path.realpath(entry / "device"))
        device = interface.parent
        with_file.add(device)
        said = ieee1284(usb_ports.text(interface / "ieee1284_id"))
        vendor, product, serial = usb_ports.usb_id(device)
        maker = usb_ids.maker(vendor)
        title = _named(said.get("MFG", ""), maker, said.get("MDL", ""))
        language = language_of(said)
        if not language and maker is not None:
            language = maker.hint if maker.makes == "label" else "escpos"
        url = Address("usb", f"{vendor:04x}:{product:04x}" + (f"/{serial}" if serial else "")).url
        profile = maker.hint if maker is not None and maker.makes == "printer" else ""
        found.append(
            Found(USB_PRINTER, title or _("USB printer"), url, language, profile, str(dev / "usb" / entry.name),
                  _barred(str(dev / "usb" / entry.name)))
        )  # fmt: skip
    for device in usb_ports.folder(sysfs / "bus" / "usb" / "devices"):
        real = Path(os.path.realpath(device))
        if real in with_file or ":" in device.name or not _is_printer(real):
            continue
        vendor, product, _serial = usb_ports.usb_id(real)
        maker = usb_ids.maker(vendor)
        title = usb_ports.text(real / "product") or (maker.name if maker else _("USB printer"))
        found.append(
            Found(USB_PRINTER, title, "", note=f"{vendor:04x}:{product:04x}",
                  problem=_("another driver holds it: remove its print queue, or choose the queue"))
        )  # fmt: skip
    return found


def keyboard_scanners(sysfs: Path = usb_ports.SYSFS) -> list[Found]:
    """Return scanners that type: they need no set-up, and say so."""
    found = []
    for device in usb_ports.folder(sysfs / "bus" / "usb" / "devices"):
        maker = usb_ids.maker(usb_ports.usb_id(device)[0])
        if maker is not None and maker.makes == "scanner" and ":" not in device.name:
            title = usb_ports.text(device / "product") or maker.name
            found.append(Found(KEYBOARD, title, "", note=_("types what it scans: nothing to set up")))
    return found


def _is_printer(device: Path) -> bool:
    parts = (part for part in usb_ports.folder(device) if ":" in part.name)
    return any(usb_ports.text(part / "bInterfaceClass") == "07" for part in parts)


def _named(by: str, maker: usb_ids.Maker | None, model: str) -> str:
    return " ".join(part for part in (by or (maker.name if maker is not None else ""), model) if part)


# --- queues of the system


def queues() -> list[Found]:
    """Return the print queues that take raw bytes: those of CUPS, or the printers of Windows."""
    if os.name == "nt":
        from shopstock.devices import windows_spooler

        return [Found(QUEUE, name, Address("spooler", name).url) for name in windows_spooler.names()]
    try:
        said = subprocess.run(
            ["lpstat", "-e"], capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=False,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return []
    names = [line.strip() for line in said.stdout.splitlines() if line.strip()]
    return [Found(QUEUE, name, Address("cups", name).url, note=_("print queue, bytes as they are")) for name in names]


# --- the network


def own_network() -> Iterator[str]:
    """Yield the other addresses of this computer's own private network of 256, the nearest names first."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            # Nothing is sent: the system only chooses from which of its addresses it would.
            probe.connect(("192.0.2.1", 9))
            mine = ipaddress.IPv4Address(probe.getsockname()[0])
    except OSError:
        return
    if not mine.is_private or mine.is_loopback:
        return
    for host in ipaddress.ip_network(f"{mine}/24", strict=False).hosts():
        if host != mine:
            yield str(host)


def network_printers(hosts: Sequence[str], port: int = RAW_PORT) -> list[Found]:
    """Ask many hosts at once whether they take raw bytes, and what they are."""
    found = []
    for start in range(0, len(hosts), _AT_ONCE):
        for host in _listening(hosts[start : start + _AT_ONCE], port):
            language = _what_it_is(host, port)
            note = {"escpos": _("answers as a receipt printer"), "zpl": _("answers as a label printer")}.get(
                language, _("says nothing of itself")
            )
            title = _("Network printer {host}").format(host=host)
            found.append(Found(NETWORK, title, Address("tcp", host, port).url, language, note=note))
    return found


def _listening(hosts: Iterable[str], port: int) -> list[str]:
    open_, selector = [], selectors.DefaultSelector()
    with selector:
        for host in hosts:
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            sock.setblocking(False)
            try:
                sock.connect_ex((host, port))
                selector.register(sock, selectors.EVENT_WRITE, host)
            except OSError:
                sock.close()
        deadline = time.monotonic() + _ANSWER_SECONDS
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _events in selector.select(left):
                sock = key.fileobj  # type: ignore[assignment]
                if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                    open_.append(str(key.data))
                selector.unregister(sock)
                sock.close()
        for key in list(selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
    return open_


def _what_it_is(host: str, port: int) -> str:
    for question, language, told in (
        (b"\x10\x04\x01", "escpos", lambda said: len(said) <= 8 and any(byte & 0x93 == 0x12 for byte in said)),
        (b"~HS\r\n", "zpl", lambda said: said.startswith(b"\x02")),
    ):
        try:
            with socket.create_connection((host, port), timeout=_ANSWER_SECONDS) as sock:
                sock.sendall(question)
                said = sock.recv(256)
        except OSError:
            continue
        if said and told(said):
            return language
    return ""
