"""Create a shop, prove its ledger, copy it and bring a copy back."""

from __future__ import annotations

import click

from shopstock.cli.session import Session, make_folder, note, pass_session, say
from shopstock.core import currency, names
from shopstock.core.acting import Permission
from shopstock.core.outcome import NotAllowed, Refused, ShopError
from shopstock.core.settings import Costing, TaxMode
from shopstock.core.text import _, ngettext
from shopstock.core.units import parse_decimal
from shopstock.db import backup, connection
from shopstock.queries import audit
from shopstock.services import founding


@click.command("init")
@click.option("--name", required=True, metavar="N", help="The shop's name.")
@click.option("--currency", "code", required=True, metavar="CODE", help="Its currency: GBP, EUR, CHF …")
@click.option("--costing", type=click.Choice([kind.value for kind in Costing]), default="fifo", show_default=True)
@click.option("--tax", type=click.Choice([mode.value for mode in TaxMode]), default="inside", show_default=True)
@click.option("--tax-rate", default="0", metavar="PERCENT", help="The usual tax rate, such as 20.", show_default=True)
@pass_session
def init_command(session: Session, name: str, code: str, costing: str, tax: str, tax_rate: str) -> None:
    """Create a shop with one owner who needs no PIN."""
    known = currency.of(code)
    rate = _rate(tax_rate)
    title = names.shop_name(name)
    make_folder(session.url)
    with connection.open_shop(session.url, create=True) as db:
        founding.found_shop(
            db, name=title, currency=known.code, costing=Costing(costing), tax_mode=TaxMode(tax), tax_rate=rate
        )
    say(_("{name} is ready: {place}").format(name=title, place=session.url))


def _rate(text: str) -> int:
    try:
        rate = parse_decimal(text.removesuffix("%"))
        thousandths = int(rate * 1000)
        if thousandths != rate * 1000 or not 0 <= rate <= 100:
            raise ValueError(text)
    except ValueError as error:
        raise Refused(
            _("“{text}” is no tax rate. Write a percentage from 0 to 100, such as 20 or 7.7.").format(text=text[:20])
        ) from error
    return thousandths


@click.command("check")
@pass_session
def check_command(session: Session) -> int:
    """Recompute everything from the first movement and name every row that disagrees."""
    with session.reading() as (db, _acting):
        found = audit.discrepancies(db)
        documents = db.value("SELECT count(*) FROM document")
    for discrepancy in found:
        say(str(discrepancy))
    if found:
        note(ngettext("{n} row disagrees.", "{n} rows disagree.", len(found)).format(n=len(found)))
        return 1
    say(ngettext(
        "The ledger is right: {n} document proved.", "The ledger is right: {n} documents proved.", documents
    ).format(n=documents))  # fmt: skip
    return 0


@click.command("backup")
@click.argument("file", type=click.Path())
@pass_session
def backup_command(session: Session, file: str) -> None:
    """Write a verified copy of the shop to FILE; the shop may be in use."""
    with session.reading() as (db, acting):
        acting.require(Permission.BACKUP)
    with connection.open_shop(session.url) as db:
        made = backup.backup_to(db, file)
    say(_("Backed up to {file}.").format(file=made))


@click.command("restore")
@click.argument("file", type=click.Path())
@pass_session
def restore_command(session: Session, file: str) -> None:
    """Put the backup FILE in the place of the shop; what was there is kept beside it."""
    try:
        with session.reading() as (_db, acting):
            acting.require(Permission.BACKUP)
    except NotAllowed:
        raise
    except ShopError:
        # No shop, or a damaged one: that is what backups are for.
        pass
    make_folder(session.url)
    kept = backup.restore(file, session.url)
    say(_("Restored {file} to {place}.").format(file=file, place=session.url))
    if kept is not None:
        say(_("What was there before is kept in {kept}.").format(kept=kept))
