"""What is found on a computer and in its network, and what keeps a program from a port."""

from __future__ import annotations

import grp
import os
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shopstock.devices import discovery, permission, transports, usb_ports
from shopstock.devices.discovery import Found
from shopstock.devices.status import Reason
from tests.emulator.label_printer import NetworkLabelPrinter
from tests.emulator.network_printer import NetworkPrinter


def usb_device(root: Path, name: str, vendor: str, number: str, serial: str = "", called: str = "") -> Path:
    """Put a USB device into a tree that looks as the kernel's does; return its folder."""
    device = root / "devices" / "usb1" / name
    device.mkdir(parents=True)
    for field, value in {"idVendor": vendor, "idProduct": number, "serial": serial, "product": called}.items():
        (device / field).write_text(f"{value}\n")
    listed = root / "bus" / "usb" / "devices"
    listed.mkdir(parents=True, exist_ok=True)
    (listed / name).symlink_to(device)
    return device


def printer_file(root: Path, device: Path, name: str, said: str = "") -> None:
    """Let the kernel have a file for a printer."""
    interface = device / f"{device.name}:1.0"
    interface.mkdir()
    (interface / "bInterfaceClass").write_text("07\n")
    (interface / "ieee1284_id").write_text(said)
    entry = root / "class" / "usbmisc" / name
    entry.mkdir(parents=True)
    (entry / "device").symlink_to(interface)


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    root = tmp_path / "sys"
    epson = usb_device(root, "1-1", "04b8", "0e15", "J3TF1")
    printer_file(root, epson, "lp0", "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;")
    zebra = usb_device(root, "1-2", "0a5f", "0120", "Z1")
    printer_file(root, zebra, "lp3", "MANUFACTURER:Zebra Technologies ;COMMAND SET:ZPL;MODEL:ZTC GK420d;")
    brother = usb_device(root, "1-3", "04f9", "209b")
    printer_file(root, brother, "lp4", "MFG:Brother;CMD:PT-CBP;MDL:QL-820NWB;")
    held = usb_device(root, "1-4", "0519", "0003", "S1", called="Star TSP143")
    (held / "1-4:1.0").mkdir()
    (held / "1-4:1.0" / "bInterfaceClass").write_text("07\n")
    usb_device(root, "1-5", "0c2e", "0901", called="Voyager 1250g")
    usb_device(root, "1-6", "046d", "c31c", called="USB Keyboard")
    return root


def test_usb_printers_say_what_they_are_and_keep_their_address(sysfs: Path, tmp_path: Path) -> None:
    found = discovery.usb_printers(sysfs, tmp_path / "dev")
    assert [(one.title, one.url, one.language_hint, one.profile_hint) for one in found] == [
        ("EPSON TM-T20II", "usb://04b8:0e15/J3TF1", "escpos", "epson-80"),
        ("Zebra Technologies ZTC GK420d", "usb://0a5f:0120/Z1", "zpl", ""),
        ("Brother QL-820NWB", "usb://04f9:209b", "brother-ql", ""),
        ("Star TSP143", "", "", ""),
    ]
    assert "another driver holds it" in found[-1].problem
    file = tmp_path / "dev" / "usb" / "lp3"
    assert usb_ports.lp_file(0x0A5F, 0x0120, "Z1", sysfs, tmp_path / "dev") == str(file)
    assert usb_ports.lp_file(0x0A5F, 0x0120, "", sysfs, tmp_path / "dev") == str(file)
    assert usb_ports.lp_file(0x0A5F, 0x0120, "Z2", sysfs, tmp_path / "dev") == ""


def test_scanners_that_type_need_nothing(sysfs: Path) -> None:
    (scanner,) = discovery.keyboard_scanners(sysfs)
    assert (scanner.title, scanner.url) == ("Voyager 1250g", "")
    assert "nothing to set up" in scanner.note


def port(device: str, **more: Any) -> SimpleNamespace:
    usual = {"vid": None, "pid": None, "serial_number": None, "manufacturer": None, "product": None,
             "description": "n/a", "hwid": "n/a"}  # fmt: skip
    return SimpleNamespace(device=device, **{**usual, **more})


def test_serial_ports_have_an_address_that_stays_and_ghosts_are_left_out(tmp_path: Path) -> None:
    real = tmp_path / "ttyACM0"
    real.touch()
    by_id = tmp_path / "serial" / "by-id"
    by_id.mkdir(parents=True)
    (by_id / "usb-Honeywell-if00").symlink_to(real)
    ports = [
        port(str(real), vid=0x0C2E, pid=0x0B6A, serial_number="H1", manufacturer="Honeywell", product="1902g"),
        port("COM7", vid=0x0403, pid=0x6001, serial_number="A502"),
        port("COM9", description="Standard Serial over Bluetooth link", hwid="BTHENUM\\\\{0001}"),
        port("/dev/ttyS0", description="ttyS0"),
    ]
    found = discovery.serial_ports(tmp_path, lambda: ports)
    assert {one.title: one.url for one in found} == {
        "Honeywell 1902g": f"serial://{by_id}/usb-Honeywell-if00",
        "serial adapter (FTDI)": "serial://usb:0403:6001:A502",
        "ttyS0": "serial:///dev/ttyS0",
    }
    for one in found:
        assert transports.parse_url(one.url).url == one.url


def test_printers_in_the_network_tell_what_they_are() -> None:
    with NetworkPrinter() as receipts, NetworkLabelPrinter() as labels, NetworkPrinter("garbage") as router:
        found: list[Found] = []
        for url in (receipts.url, labels.url, router.url):
            number = int(url.rsplit(":", 1)[1])
            found += discovery.discover((discovery.NETWORK,), network=True, hosts=["127.0.0.1"], port=number)
        assert [(one.language_hint, one.url) for one in found] == [
            ("escpos", receipts.url), ("zpl", labels.url), ("", router.url),
        ]  # fmt: skip
        assert discovery.discover((discovery.NETWORK,), hosts=["127.0.0.1"]) == [], "only on asking"
    assert receipts.jobs == []
    with socket.create_server(("127.0.0.1", 0)) as closed:
        number = closed.getsockname()[1]
    assert discovery.network_printers(["127.0.0.1"], number) == []


def test_the_own_network_is_a_private_one_or_none() -> None:
    hosts = list(discovery.own_network())
    assert len(hosts) in (0, 253, 254)
    assert all(host.split(".")[0] in ("10", "172", "192") for host in hosts)


def test_a_computer_without_anything_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert discovery.usb_printers(tmp_path, tmp_path) == discovery.keyboard_scanners(tmp_path) == []
    assert discovery.queues() == []

    def broken() -> list[Any]:
        raise OSError("no ports here")

    assert discovery.serial_ports(tmp_path, broken) == []


def test_no_permission_comes_with_the_lines_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lp0"
    path.touch()
    path.chmod(0o660)
    monkeypatch.setattr(grp, "getgrgid", lambda _id: SimpleNamespace(gr_name="dialout"))
    cure = permission.fix(f"file://{path}", Reason.NO_PERMISSION)
    assert cure is not None
    assert str(path) in cure.sentence
    assert any('KERNEL=="lp[0-9]*", TAG+="uaccess"' in line for line in cure.commands)
    assert all("\n" not in line for line in cure.commands)
    assert cure.commands[0].startswith("sudo usermod -aG dialout ")
    path.chmod(0o600)
    alone = permission.fix(f"serial://{path}", Reason.NO_PERMISSION)
    assert alone is not None
    assert "usermod" not in "".join(alone.commands), "a group that may not use it either is no help"
    assert permission.fix("tcp://192.0.2.7", Reason.NO_PERMISSION) is None
    assert permission.fix(f"file://{path}", Reason.PAPER_OUT) is None


def process(proc: Path, number: int, name: str, holds: Path) -> None:
    (proc / str(number) / "fd").mkdir(parents=True)
    (proc / str(number) / "comm").write_text(f"{name}\n")
    (proc / str(number) / "fd" / "7").symlink_to(holds)


@pytest.mark.parametrize(
    ("holder", "said"),
    [("minicom", "minicom is using"), ("ModemManager", "for a modem"), ("brltty", "Braille"), ("", "Another program")],
)
def test_a_port_in_use_names_who_uses_it(tmp_path: Path, holder: str, said: str) -> None:
    path = tmp_path / "ttyUSB0"
    path.touch()
    if holder:
        process(tmp_path / "proc", 4711, holder, path)
    process(tmp_path / "proc", os.getpid(), "shopstock", path)
    cure = permission.fix(f"serial://{path}", Reason.IN_USE, tmp_path / "proc")
    assert cure is not None
    assert said in cure.sentence
