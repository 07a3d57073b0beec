"""Add, list, show and erase customers."""

from __future__ import annotations

import click

from shopstock.cli.session import Session, pass_session, say
from shopstock.core import currency
from shopstock.core.customers import CustomerFields
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.queries import customers as reading
from shopstock.queries import settings
from shopstock.queries.customers import CustomerRow
from shopstock.services import customers
from shopstock.services.receipts import local_text

_customer = click.argument("words", metavar="CUSTOMER")


@click.group("customer")
def customer_command() -> None:
    """Add, list, show and erase customers; CUSTOMER is a number such as C-0042, a card or words."""


@customer_command.command("add")
@click.argument("name")
@click.option("--card", default="", help="What the code of their card says.")
@click.option("--email", default="")
@click.option("--phone", default="")
@click.option("--address", default="")
@click.option("--tax-number", default="", help="With it their receipts are invoices.")
@click.option("--note", default="")
@pass_session
def add_command(
    session: Session, name: str, card: str, email: str, phone: str, address: str, tax_number: str, note: str
) -> None:
    """Add the customer NAME and print the number."""
    with session.writing() as (db, acting):
        fields = CustomerFields(name, card, email, phone, address, tax_number, note)
        customer_id = customers.save(db, acting, None, fields).customer_id
        row = reading.by_id(db, customer_id)
    assert row is not None
    say(f"{row.number}  {row.name}")


@customer_command.command("list")
@click.argument("words", default="")
@pass_session
def list_command(session: Session, words: str) -> None:
    """List customers, or those that WORDS find."""
    with session.reading() as (db, _acting):
        for row in reading.find(db, words, 1_000):
            say(f"{row.number}  {row.name:<30}  {row.phone:<18}  {row.email}".rstrip())


@customer_command.command("show")
@_customer
@pass_session
def show_command(session: Session, words: str) -> None:
    """Show a customer with what they bought, brought back and have in credit."""
    with session.reading() as (db, _acting):
        found = reading.customer(db, _one(db, words).id)
        money = currency.of(settings.load(db).currency)
    assert found is not None
    fields = found.fields
    say(f"{found.number}  {fields.name}")
    for text in (fields.card, fields.email, fields.phone, *fields.address.splitlines(), fields.tax_number, fields.note):
        if text:
            say(f"  {text}")
    say(_("Bought {bought}, returned {returned}, store credit {credit}").format(
        bought=money.format(found.bought), returned=money.format(found.returned), credit=money.format(found.credit)
    ))  # fmt: skip
    for one in found.documents:
        say(f"  {one.number:<12} {local_text(one.occurred_at)}  {one.kind:<16} {money.format(one.total):>12}")


@customer_command.command("erase")
@_customer
@click.confirmation_option(prompt="Forget this person? Their sales stay.")
@pass_session
def erase_command(session: Session, words: str) -> None:
    """Forget a person: name, card and contact are gone, the sales stay under the number."""
    with session.writing() as (db, acting):
        row = _one(db, words)
        customers.erase(db, acting, row.id)
    say(_("{number} is nobody's any more. Backups made before still hold the name.").format(number=row.number))


def _one(db: Db, words: str) -> CustomerRow:
    found = reading.find(db, words) if words.strip() else []
    if len(found) != 1:
        raise Refused(
            _("No customer is called {words}. “shopstock customer list” names them.").format(words=words[:40])
            if not found
            else _("{words} names several customers. Use the number, such as {number}.").format(
                words=words[:40], number=found[0].number
            )
        )
    return found[0]
