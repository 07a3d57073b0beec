"""Add people, list them, give them a PIN."""

from __future__ import annotations

import sys

import click

from shopstock.cli.session import Session, pass_session, say
from shopstock.core import names
from shopstock.core.acting import Role
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import PersonId
from shopstock.db.connection import Db
from shopstock.queries import people as reading
from shopstock.services import people


@click.group("person")
def person_command() -> None:
    """Add people, list them, give them a PIN."""


@person_command.command("list")
@pass_session
def list_command(session: Session) -> None:
    """List who works here."""
    with session.reading() as (db, _acting):
        for person in reading.people(db):
            pin = _("PIN") if person.has_pin else _("no PIN")
            say(f"{person.name:<24} {person.role.value:<18} {pin}")


@person_command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="cashier", show_default=True)
@pass_session
def add_command(session: Session, name: str, role: str) -> None:
    """Add the person NAME; the PIN is asked for, or read from the first line of standard input."""
    with session.writing() as (db, acting):
        people.add_person(db, acting, name, Role(role), pin=_pin())
    say(_("{name} works here now.").format(name=names.clean(name)))


@person_command.command("set-pin")
@click.argument("name")
@pass_session
def set_pin_command(session: Session, name: str) -> None:
    """Give NAME a new PIN; it is asked for, or read from the first line of standard input."""
    with session.writing() as (db, acting):
        people.set_pin(db, acting, _named(db, name), _pin())
    say(_("{name} has a new PIN.").format(name=names.clean(name)))


def _named(db: Db, name: str) -> PersonId:
    for person in reading.people(db):
        if names.key(person.name) == names.key(name):
            return person.id
    raise Refused(_("Nobody here is called {name}. “shopstock person list” names them.").format(name=name[:40]))


def _pin() -> str:
    # Never an argument: those can be read by everybody on the machine.
    if sys.stdin is not None and sys.stdin.isatty():
        pin: str = click.prompt(_("PIN"), hide_input=True, confirmation_prompt=True, err=True)
        return pin
    return sys.stdin.readline().strip() if sys.stdin is not None else ""
