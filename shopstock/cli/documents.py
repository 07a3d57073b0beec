"""Show a posted document as a whole, and reverse one with a reason."""

from __future__ import annotations

from uuid import uuid4

import click

from shopstock.cli import naming
from shopstock.cli.session import Session, pass_session, put, say
from shopstock.core import currency
from shopstock.core.document import Head
from shopstock.core.text import _
from shopstock.core.units import format_money
from shopstock.db import clock
from shopstock.formats import report_files
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import document_view, settings
from shopstock.queries.document_view import Link
from shopstock.services import reverse

_number = click.argument("number", metavar="DOCUMENT")


@click.command("document")
@_number
@pass_session
def document_command(session: Session, number: str) -> None:
    """Show a posted document: who, when, its lines and payments, and what it has to do with others."""
    with session.reading() as (db, acting):
        shown = document_view.document(db, acting, naming.document(db, number))
        digits = currency.of(settings.load(db).currency).digits
    when = clock.to_local(shown.occurred_at).strftime("%Y-%m-%d %H:%M")
    say(f"{shown.number}  {shown.kind.value}  {when}  {shown.by}  {shown.place}")
    for name, text in (
        (_("Approved by"), shown.approved_by), (_("With"), shown.party), (_("Reference"), shown.reference),
        (_("Note"), shown.note),
    ):  # fmt: skip
        if text:
            say(f"{name}: {text}")
    columns = [
        Column("kind", _("Kind")), Column("sku", _("SKU")), Column("name", _("Name")),
        Column("qty", _("Quantity"), Kind.QTY), Column("place", _("Place")), Column("cause", _("Cause")),
        Column("amount", _("Amount"), Kind.MONEY), Column("value", _("Value"), Kind.MONEY),
    ]  # fmt: skip
    rows = [
        (line.kind.value, line.sku, line.name, line.qty, f"{line.place} → {line.to_place}" if line.to_place else
         line.place, line.cause or line.reason, line.amount, line.value)
        for line in shown.lines
    ]  # fmt: skip
    if rows:
        put(report_files.table_lines(tuple(columns), rows, {}))
    for payment in shown.payments:
        say(f"{payment.method} {format_money(payment.amount, digits)} {payment.reference}".rstrip())
    for file in shown.attachments:
        say(_("Evidence: {name}, added by {person}").format(name=file.name, person=file.person))
    for words, link in (
        (_("Of"), shown.of), (_("Reverses"), shown.reverses), (_("Reversed by"), shown.reversed_by),
    ):  # fmt: skip
        if link is not None:
            say(f"{words} {_link(link)}")
    for link in shown.later:
        say(f"{_('Followed by')} {_link(link)}")


def _link(link: Link) -> str:
    return f"{link.document.number} ({link.by}{': ' + link.note if link.note else ''})"


@click.command("reverse")
@_number
@click.option("--reason", required=True, metavar="TEXT", help="Why it is reversed; it shows on both documents.")
@pass_session
def reverse_command(session: Session, number: str, reason: str) -> None:
    """Reverse a posted document by a counter-document. Nothing is deleted."""
    with session.writing() as (db, acting):
        document_id = naming.document(db, number)
        done = reverse.reverse(db, acting, Head(uuid4().hex, clock.now(), note=reason), document_id).document
        assert done is not None
        say(_("{number} is reversed by {document}").format(number=number.strip(), document=done.number))
