"""Set up, list and test the devices of a till."""

from __future__ import annotations

from typing import Any

import click

from shopstock.cli.session import Session, note, pass_session, say
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import parse_decimal
from shopstock.devices import drivers, profiles, roles, transports
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
    options: tuple[str, ...],
) -> None:
    """Set up the device NAME (receipt-printer, report-printer, label-printer, drawer, scanner) at ADDRESS.

    ADDRESS is tcp://192.168.1.50:9100, serial:///dev/ttyUSB0?baud=19200 or file:///dev/usb/lp0.
    """
    settings: dict[str, Any] = dict(_option(text, name) for text in options)
    given = {
        "columns": columns, "profile": profile, "dpi": dpi, "size": size, "darkness": darkness, "speed": speed,
        "compression": compression, "gap": None if gap is None else _tenths(gap),
    }  # fmt: skip
    settings.update((setting, value) for setting, value in given.items() if value is not None)
    with session.writing() as (db, acting):
        printing.set_device(db, acting, name, address, language, settings)
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
        say(f"{row.station}  {row.role:<16} {row.url}  {row.language}")
    if not rows:
        note(_("No device is set up yet. Use “shopstock device set receipt-printer tcp://ADDRESS:9100”."))


@device_command.command("show")
@click.argument("name")
@pass_session
def show_command(session: Session, name: str) -> None:
    """Show how the device NAME of the till is set up."""
    with session.reading() as (db, acting):
        row = reading.device(db, acting.station_id, name)
    if row is None:
        raise Refused(_("No {role} is set up for this till.").format(role=name[:30]))
    say(_("name      {name}").format(name=row.role))
    say(_("till      {station}").format(station=row.station))
    say(_("address   {url} ({words})").format(url=row.url, words=transports.describe(row.url)))
    say(_("language  {language}").format(language=row.language))
    for setting, value in sorted(row.settings.items()):
        say(f"{setting:<9} {value}")


@device_command.command("test")
@click.argument("name")
@pass_session
def test_command(session: Session, name: str) -> int:
    """Print a test page on the device NAME, now."""
    with session.writing() as (db, acting):
        outcome = printing.send_test_page(db, acting, name)
    if outcome.state in (State.CONFIRMED, State.SENT_UNCONFIRMED):
        say(_("{name}: {state}").format(name=name, state=outcome.state.words))
        return 0
    note(outcome.reason.words)
    return 1


@device_command.command("remove")
@click.argument("name")
@pass_session
def remove_command(session: Session, name: str) -> None:
    """Take the device NAME away from the till."""
    with session.writing() as (db, acting):
        printing.remove_device(db, acting, name)
    say(_("{name} is no longer set up.").format(name=name))
