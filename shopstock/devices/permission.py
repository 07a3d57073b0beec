"""What keeps this computer from a port, and the exact cure: a command to paste, a rule, a program to close."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import stat
from pathlib import Path
from typing import NamedTuple

from shopstock.core.text import _
from shopstock.devices import transports, usb_ports
from shopstock.devices.addresses import Address, usb_ids_of
from shopstock.devices.status import Reason

RULES_FILE = "/etc/udev/rules.d/70-shopstock.rules"
_RULES = {
    "lp": 'SUBSYSTEM=="usbmisc", KERNEL=="lp[0-9]*", TAG+="uaccess"',
    "tty": 'SUBSYSTEM=="tty", ENV{ID_BUS}=="usb", TAG+="uaccess", ENV{ID_MM_DEVICE_IGNORE}="1"',
}


class Fix(NamedTuple):
    """What is wrong and what to do, in a sentence, and the ``commands`` that do it, line by line."""

    sentence: str
    commands: tuple[str, ...] = ()


def fix(url: str, reason: Reason, proc: Path = Path("/proc")) -> Fix | None:
    """Return the cure for a device that cannot be opened for this reason; ``None`` when there is no better word."""
    path = _path_of(transports.parse_url(url))
    if not path:
        return None
    if reason is Reason.NO_PERMISSION:
        return _permission(path)
    if reason is Reason.IN_USE:
        return _in_use(path, proc)
    return None


def _path_of(address: Address) -> str:
    """Return the device file behind an address, empty where there is none."""
    if address.scheme == "usb":
        return usb_ports.lp_file(*usb_ids_of(address.place))
    if address.scheme == "serial" and address.place.startswith("usb:"):
        return usb_ports.serial_port(*usb_ids_of(address.place))
    return address.place if address.scheme in ("file", "serial") else ""


def _permission(path: str) -> Fix:
    if os.name == "nt":
        return Fix(_("Windows does not let this program use {path}. Close what else uses it.").format(path=path))
    group = _group(path)
    kind = "lp" if re.search(r"/lp\d+$", path) else "tty"
    commands = [f"sudo usermod -aG {shlex.quote(group)} {shlex.quote(_user())}"] if group else []
    commands += [
        f"echo {shlex.quote(_RULES[kind])} | sudo tee -a {RULES_FILE}",
        "sudo udevadm control --reload && sudo udevadm trigger",
    ]
    sentence = _("You may not use {path} yet. Type the first line into a terminal, then sign out and in again.")
    if not group:
        sentence = _("You may not use {path} yet. Type these lines into a terminal, then plug the device in again.")
    return Fix(sentence.format(path=path), tuple(commands))


def _group(path: str) -> str:
    """Return the group that may use a device file, empty when nobody but root may."""
    import grp

    try:
        found = os.stat(path)
        name = grp.getgrgid(found.st_gid).gr_name
    except (OSError, KeyError):
        return ""
    return name if found.st_mode & stat.S_IWGRP and name != "root" else ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "$USER"


def _in_use(path: str, proc: Path) -> Fix:
    holders = holders_of(path, proc)
    if "ModemManager" in holders:
        rule = f"echo {shlex.quote(_RULES['tty'])} | sudo tee -a {RULES_FILE}"
        return Fix(
            _("The system takes {path} for a modem. Type these lines into a terminal, then plug it in again.").format(
                path=path
            ),
            (rule, "sudo udevadm control --reload && sudo systemctl restart ModemManager"),
        )
    if "brltty" in holders:
        return Fix(
            _("The service for Braille displays holds {path}. Remove it if nobody needs it here.").format(path=path),
            ("sudo apt remove brltty",),
        )
    if holders:
        return Fix(_("{program} is using {path}. Close it, then try again.").format(
            program=", ".join(holders), path=path
        ))  # fmt: skip
    return Fix(_("Another program is using {path}. Close it, then try again.").format(path=path))


def holders_of(path: str, proc: Path = Path("/proc")) -> list[str]:
    """Return the names of the programs that have a file open, as far as this user may see."""
    real, found = os.path.realpath(path), []
    for process in proc.glob("[0-9]*"):
        try:
            if process.name == str(os.getpid()):
                continue
            if any(os.path.realpath(handle) == real for handle in (process / "fd").iterdir()):
                found.append((process / "comm").read_text().strip())
        except OSError:
            continue
    return sorted(set(found))
