"""Take items, suppliers, purchase orders or a whole history from a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from shopstock.cli import counts
from shopstock.cli.session import Session, note, pass_session, say
from shopstock.core.outcome import ImportResult
from shopstock.core.text import _, ngettext
from shopstock.services import exchange_history, exchange_items, exchange_orders, exchange_suppliers

_file = click.argument("file", type=click.Path(path_type=Path))
_dry_run = click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
_strict = click.option("--strict", is_flag=True, help="Take nothing if any row is bad.")


@click.group("import")
def import_command() -> None:
    """Take items, suppliers, purchase orders or a whole history from a CSV file."""


@import_command.command("items")
@_file
@_dry_run
@_strict
@pass_session
def items_command(session: Session, file: Path, dry_run: bool, strict: bool) -> int:
    """Take a catalogue from FILE: new items, changed ones, and their opening stock.

    An empty cell leaves what the shop knows; the same file again changes nothing.
    """
    with session.writing() as (db, acting), _bar(_("Importing")) as step:
        outcome = exchange_items.import_items(db, acting, file, dry_run=dry_run, strict=strict, progress=step)
    return _tell(outcome, strict)


@import_command.command("suppliers")
@_file
@_dry_run
@_strict
@pass_session
def suppliers_command(session: Session, file: Path, dry_run: bool, strict: bool) -> int:
    """Take suppliers, and what each of them sells, from FILE.

    An empty cell leaves what the shop knows; the same file again changes nothing.
    """
    with session.writing() as (db, acting), _bar(_("Importing")) as step:
        outcome = exchange_suppliers.import_suppliers(db, acting, file, dry_run=dry_run, strict=strict, progress=step)
    return _tell(outcome, strict)


@import_command.command("purchase-orders")
@_file
@_dry_run
@_strict
@pass_session
def orders_command(session: Session, file: Path, dry_run: bool, strict: bool) -> int:
    """Take purchase orders from FILE as drafts: rows of a supplier with the same order are one.

    The same file again changes nothing.
    """
    with session.writing() as (db, acting), _bar(_("Importing")) as step:
        outcome = exchange_orders.import_orders(db, acting, file, dry_run=dry_run, strict=strict, progress=step)
    return _tell(outcome, strict)


def _tell(outcome: ImportResult, strict: bool) -> int:
    """Name the odd and the refused rows, say what became of the others, and return the exit code."""
    for warning in outcome.warnings:
        _name_row(warning.line, warning.reason)
    for row in outcome.refused:
        _name_row(row.line, row.reason)
    counts = [
        ngettext("{n} row taken", "{n} rows taken", outcome.taken).format(n=outcome.taken),
        ngettext("{n} already there", "{n} already there", outcome.unchanged).format(n=outcome.unchanged),
    ]
    return _summary(counts, len(outcome.refused), outcome.dry_run, strict)


@import_command.command("history")
@_file
@_dry_run
@_strict
@pass_session
def history_command(session: Session, file: Path, dry_run: bool, strict: bool) -> int:
    """Take a history of sales, goods receipts, returns, counts and the like from FILE.

    Rows with the same event and reference are one document, taken whole or not at all; what is there already is left.
    """
    with session.writing() as (db, acting), _bar(_("Importing")) as step:
        outcome = exchange_history.import_history(
            db, acting, file, dry_run=dry_run, strict=strict, refused=_name_row, progress=step
        )
    counts = [
        ngettext("{n} document taken ({rows} rows)", "{n} documents taken ({rows} rows)", outcome.taken).format(
            n=outcome.taken, rows=outcome.rows
        ),
        ngettext("{n} already there", "{n} already there", outcome.existing).format(n=outcome.existing),
    ]
    return _summary(counts, outcome.refused, dry_run, strict)


def _summary(counts: list[str], refused: int, dry_run: bool, strict: bool) -> int:
    """Say what became of the file and return the exit code."""
    if strict and refused:
        note(_("Nothing was taken, because --strict asks for a file without bad rows."))
        return 2
    counts.append(ngettext("{n} row refused", "{n} rows refused", refused).format(n=refused))
    line = ", ".join(counts) + "."
    say(_("Dry run, nothing was changed: {line}").format(line=line) if dry_run else line)
    return 1 if refused else 0


def _name_row(line: int, reason: str) -> None:
    note(_("line {line}: {reason}").format(line=line, reason=reason))


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show progress on stderr where it is a terminal; yield ``step(done, whole)``."""
    if not sys.stderr.isatty():
        yield lambda done, whole: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def step(done: int, whole: int) -> None:
            bar.length = max(whole, 1)
            bar.update(done - bar.pos)

        yield step


@import_command.command("count")
@_file
@click.option("--count", "number", required=True, metavar="COUNT", help="Which count, such as N-0007.")
@click.option("--place", metavar="P", help="Where it was counted, if the file does not say.")
@click.option("--unknown", is_flag=True, help="Take it though hardly any of its codes is known.")
@pass_session
def count_command(session: Session, file: Path, number: str, place: str | None, unknown: bool) -> int:
    """Enter FILE of a batch scanner, a spreadsheet or a keyboard scanner into a count; the same file once."""
    return counts.enter(session, number, file, place, unknown=unknown)
