"""Set up, list and test the devices of a till."""

from __future__ import annotations

import importlib
from typing import Any

import click

from shopstock.cli.session import Session, note, pass_session, say
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import parse_decimal
from shopstock.devices import discovery, drivers, permission, profiles, roles, transports
from shopstock.devices.status import State
from shopstock.queries import printing as reading
from shopstock.services import printing


@click.group("device")
def device_command() -> None:
    """Set up, list and test the devices of the till."""


@device_command.command("set")
@click.argument("name")
@click.argument("address")
@click.option("--columns", type=int, metavar="N", help="Characters in a line: 48 or 42 on 80 mm paper, 32 on 58 mm.")
@click.option("--profile", metavar="NAME", help="The printer's profile: " + ", ".join(profiles.PROFILES))
@click.option("--language", default="", metavar="L", help="One of: " + ", ".join(drivers.DRIVERS))
@click.option("--dpi", type=int, metavar="N", help="A label printer's resolution: 203, 300 or 600.")
@click.option("--size", metavar="WxH", help="The labels in a label printer, in mm: 50x25.")
@click.option("--gap", metavar="MM", help="Between two labels, in mm; 0 for a roll without gaps.")
@click.option("--darkness", type=int, metavar="N", help="Of a label printer: 0 to 30.")
@click.option("--speed", type=int, metavar="N", help="Of a label printer: inches a second.")
@click.option("--compression", metavar="C", help="How pictures are sent to a label printer: z64 or hex.")
@click.option(
    "--name", "called", default="", metavar="WORDS", help="What a scanner is called, where there are several."
)
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="Any other setting, such as cutter=no.")
@pass_session
def set_command(
    session: Session,
    name: str,
    address: str,
    columns: int | None,
    profile: str | None,
    language: str,
    dpi: int | None,
    size: str | None,
    gap: str | None,
    darkness: int | None,
    speed: int | None,
    compression: str | None,
    called: str,
    options: tuple[str, ...],
) -> None:
    """Set up the device NAME at ADDRESS.

    NAME is receipt-printer, report-printer, label-printer, drawer, scanner, display or scale. ADDRESS is
    tcp://192.168.1.50:9100, usb://04b8:0e15, serial:///dev/ttyUSB0?baud=19200, file:///dev/usb/lp0, cups://QUEUE,
    spooler://NAME or printer://NAME; “device discover” finds them.
    """
    settings: dict[str, Any] = dict(_option(text, name) for text in options)
    given = {
        "columns": columns, "profile": profile, "dpi": dpi, "size": size, "darkness": darkness, "speed": speed,
        "compression": compression, "gap": None if gap is None else _tenths(gap),
    }  # fmt: skip
    settings.update((setting, value) for setting, value in given.items() if value is not None)
    with session.writing() as (db, acting):
        printing.set_device(db, acting, name, address, language, settings, name=called)
    say(_("{name}: {device}").format(name=name, device=transports.describe(address)))


def _tenths(millimetres: str) -> int:
    try:
        return int(parse_decimal(millimetres) * 10)
    except ValueError as error:
        raise Refused(
            _("“{text}” is no length in mm. Write it like 2 or 2.5.").format(text=millimetres[:20])
        ) from error


def _option(text: str, device: str) -> tuple[str, Any]:
    name, _sign, value = text.partition("=")
    known: dict[str, type] = {}
    for spoken in roles.languages(device).values():
        known.update(spoken.settings)
    wanted = known.get(name, str)
    try:
        if wanted is bool:
            return name, {"yes": True, "no": False}[value]
        return name, wanted(value)
    except (KeyError, ValueError) as error:
        raise Refused(
            _("“{text}” is no setting. Write it like cutter=no or band=24.").format(text=text[:40])
        ) from error


@device_command.command("list")
@pass_session
def list_command(session: Session) -> None:
    """List the devices of every till."""
    with session.reading() as (db, _acting):
        rows = reading.devices(db)
    for row in rows:
        say(f"{row.station}  {row.role:<16} {row.url}  {row.language}" + (f"  {row.name}" if row.name else ""))
    if not rows:
        note(_("No device is set up yet. Use “shopstock device set receipt-printer tcp://ADDRESS:9100”."))


@device_command.command("show")
@click.argument("name")
@pass_session
def show_command(session: Session, name: str) -> None:
    """Show how the device NAME of the till is set up."""
    with session.reading() as (db, acting):
        rows = [row for row in reading.devices(db, acting.station_id) if row.role == name]
    if not rows:
        raise Refused(_("No {role} is set up for this till.").format(role=name[:30]))
    for row in rows:
        _show(row)


def _show(row: reading.DeviceRow) -> None:
    say(_("name      {name}").format(name=f"{row.role} {row.name}".rstrip()))
    say(_("till      {station}").format(station=row.station))
    say(_("address   {url} ({words})").format(url=row.url, words=transports.describe(row.url)))
    say(_("language  {language}").format(language=row.language))
    for setting, value in sorted(row.settings.items()):
        say(f"{setting:<9} {value}")


@device_command.command("test")
@click.argument("name")
@click.option("--pages", is_flag=True, help="The table of all code pages instead, for a printer that nobody knows.")
@pass_session
def test_command(session: Session, name: str, pages: bool) -> int:
    """Print a test page on the device NAME, now; scan its lower code to prove the scanner too."""
    with session.reading() as (db, acting):
        device = printing.bound(db, acting, name)
    if transports.parse_url(device.url).scheme == "printer":
        # Painting is the matter of the screens; they stand beside the command line, so they are called by name.
        importlib.import_module("shopstock.ui.qt_printer").install()
    with session.writing() as (db, acting):
        outcome = printing.send_test_page(db, acting, name, chart=pages)
    if outcome.state in (State.CONFIRMED, State.SENT_UNCONFIRMED):
        say(_("{name}: {state}").format(name=name, state=outcome.state.words))
        return 0
    note(outcome.reason.words)
    cure = permission.fix(device.url, outcome.reason)
    if cure is not None:
        note(cure.sentence)
        for line in cure.commands:
            note(f"  {line}")
    return 1


@device_command.command("remove")
@click.argument("name")
@click.option("--name", "called", default="", metavar="WORDS", help="Which scanner, where there are several.")
@pass_session
def remove_command(session: Session, name: str, called: str) -> None:
    """Take the device NAME away from the till."""
    with session.writing() as (db, acting):
        printing.remove_device(db, acting, name, name=called)
    say(_("{name} is no longer set up.").format(name=name))


@device_command.command("discover")
@click.option("--network", is_flag=True, help="Ask every address of the own network for a printer too.")
def discover_command(network: bool) -> None:
    """Find printers, scanners and serial ports on this computer."""
    found = discovery.discover(network=network)
    for one in found:
        about = ", ".join(part for part in (one.language_hint, one.note, one.problem) if part)
        say(f"{one.title:<32} {one.url or '-':<44} {about}")
    if not found:
        note(_("Nothing was found. Is it switched on and plugged in? An address can be given by hand."))


@device_command.group("queue", invoke_without_command=True)
@click.option("--all", "every", is_flag=True, help="Of every till, not of this one alone.")
@click.pass_context
def queue_command(context: click.Context, every: bool) -> None:
    """List the print queue, the newest first; its commands print again, redirect and cancel."""
    if context.invoked_subcommand is not None:
        return
    session: Session = context.obj
    with session.reading() as (db, acting):
        rows = reading.queue(db, None if every else acting.station_id)
    for row in rows:
        about = f"{row.number} {row.reason.words}".strip()
        say(f"{row.id:>6}  {row.station}  {row.role:<16} {row.kind:<14} {row.state.words:<16} {about}")
    if not rows:
        note(_("Nothing was printed here yet."))


@queue_command.command("retry")
@click.argument("job", type=int)
@pass_session
def retry_command(session: Session, job: int) -> None:
    """Print the paper JOB again that did not come out."""
    with session.writing() as (db, acting):
        printing.retry(db, acting, job)
    say(_("It waits for the printer."))


@queue_command.command("redirect")
@click.argument("job", type=int)
@click.argument("name")
@pass_session
def redirect_command(session: Session, job: int, name: str) -> None:
    """Send the paper JOB to the device NAME of this till instead."""
    with session.writing() as (db, acting):
        printing.redirect(db, acting, job, printing.bound(db, acting, name).id)
    say(_("It waits for the printer."))


@queue_command.command("cancel")
@click.argument("job", type=int)
@pass_session
def cancel_command(session: Session, job: int) -> None:
    """Take the paper JOB out of the queue; its document stands."""
    with session.writing() as (db, acting):
        printing.cancel(db, acting, job)
    say(_("It is not printed."))


@queue_command.command("printed")
@click.argument("job", type=int)
@pass_session
def printed_command(session: Session, job: int) -> None:
    """Note that the paper JOB did come out."""
    with session.writing() as (db, acting):
        printing.settle(db, acting, job)
    say(_("Noted."))
