"""Count the shop from the command line: begin, enter files, close, explain, approve, post."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shopstock.cli import naming
from shopstock.cli.count_log import log_command
from shopstock.cli.session import Session, note, pass_session, put, say, write_file
from shopstock.core.acting import Permission
from shopstock.core.count_review import quarter_of
from shopstock.core.counting import CountKind, CountState, LineState, Scope, SheetState
from shopstock.core.outcome import Refused
from shopstock.core.text import _, ngettext
from shopstock.core.units import LocationId
from shopstock.core.write_offs import Purpose
from shopstock.formats import count_review_pdf, count_sheet_pdf, report_files
from shopstock.formats.report_files import Column, Kind
from shopstock.queries import count_lines, count_papers, count_review, places, purchase
from shopstock.queries import counts as reading
from shopstock.services import count_actions, count_again, count_close, count_entries, count_files, count_post, counts

_number = click.argument("number", metavar="COUNT")


@click.group("count")
def count_command() -> None:
    """Count the shop while it sells; COUNT is a number such as N-0007."""


@count_command.command("new")
@click.option("--place", multiple=True, metavar="P", help="Only this place and what lies in it; may be given again.")
@click.option("--category", multiple=True, metavar="C", help="Only items of this category; may be given again.")
@click.option("--name", default="", metavar="TEXT", help="What this count is called.")
@pass_session
def new_command(session: Session, place: tuple[str, ...], category: tuple[str, ...], name: str) -> None:
    """Begin a full count of the shop, or of some of its places or categories."""
    with session.writing() as (db, acting):
        wanted = tuple(int(naming.place(db, one)) for one in place)
        categories = tuple(naming.category(db, one) for one in category)
        shop_id = places.shop_of(db, LocationId(wanted[0]) if wanted else acting.location_id)
        begun = counts.new_count(db, acting, counts.CountFields(shop_id, Scope(wanted, categories), name))
        found = len(reading.sheets(db, begun.count_id))
        words = ngettext("{count}: one place to count", "{count}: {n} places to count", found)
        say(words.format(count=begun.number, n=found))


@count_command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that were posted or cancelled.")
@pass_session
def list_command(session: Session, everything: bool) -> None:
    """List the counts that are going on, the newest first."""
    with session.reading() as (db, _acting):
        rows = reading.counts(db, tuple(CountState) if everything else (CountState.OPEN, CountState.RECONCILING))
    columns = (
        Column("count", _("Count")), Column("kind", _("Kind")), Column("state", _("State")), Column("shop", _("Shop")),
        Column("day", _("Day"), Kind.DAY), Column("places", _("Places")), Column("done", _("Done")),
        Column("name", _("Name")),
    )  # fmt: skip
    table = [
        (row.number, CountKind(row.kind).words, CountState(row.state).words, row.shop, row.day, row.sheets, row.done,
         row.name)
        for row in rows
    ]  # fmt: skip
    put(report_files.table_lines(columns, table, {}))


@count_command.command("enter")
@_number
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--place", metavar="P", help="Where it was counted, if the file does not say.")
@click.option("--unknown", is_flag=True, help="Take it though hardly any of its codes is known.")
@pass_session
def enter_command(session: Session, number: str, file: Path, place: str | None, unknown: bool) -> int:
    """Enter FILE of a batch scanner, a spreadsheet or a keyboard scanner; the same file once."""
    return enter(session, number, file, place, unknown=unknown)


def enter(session: Session, number: str, file: Path, place: str | None, *, unknown: bool) -> int:
    """Enter a file, say what came of it, and return the exit code: 1 when some rows were refused."""
    with session.writing() as (db, acting):
        where = None if place is None else naming.place(db, place)
        count_id = count_files.number_of(db, number)
        taken = count_files.take(db, acting, count_id, file, where, confirmed=unknown)
    say(_("{n} rows entered").format(n=taken.rows))
    for row in taken.refused:
        note(_("Line {line}: {reason}").format(line=row.line, reason=row.reason))
    if taken.unknown:
        codes = ", ".join(taken.unknown[:20])
        note(_("Nobody knows these codes yet: {codes}. shopstock count match tells what they are.").format(codes=codes))
    return 1 if taken.refused else 0


@count_command.command("match")
@_number
@click.argument("code")
@click.option("--sku", metavar="SKU", help="What it is; without it the code is left out.")
@pass_session
def match_command(session: Session, number: str, code: str, sku: str | None) -> None:
    """Say what an unknown code of a count is, or leave it out."""
    with session.writing() as (db, acting):
        item = None if sku is None else naming.item(db, sku)
        count_entries.match(db, acting, count_files.number_of(db, number), code, item)


@count_command.command("done")
@_number
@click.option("--place", multiple=True, metavar="P", help="This place is counted; else every place that is not yet.")
@pass_session
def done_command(session: Session, number: str, place: tuple[str, ...]) -> None:
    """Say that places are counted: what nobody entered there is none."""
    with session.writing() as (db, acting):
        wanted = {naming.place(db, one) for one in place}
        for sheet in reading.sheets(db, count_files.number_of(db, number)):
            open_now = sheet.state in (SheetState.OPEN, SheetState.COUNTING)
            if open_now and (not wanted or sheet.location_id in wanted):
                counts.begin_sheet(db, acting, sheet.id)
                counts.finish_sheet(db, acting, sheet.id)
                say(_("{place}: counted").format(place=sheet.place))


@count_command.command("close")
@_number
@pass_session
def close_command(session: Session, number: str) -> None:
    """Compare what was counted with the ledger: recounts where they differ, else the lines to explain."""
    with session.writing() as (db, acting):
        count_id = count_files.number_of(db, number)
        closed = count_close.close(db, acting, count_id)
        if closed.recounts:
            say(_("{n} places are to be counted again, by somebody else").format(n=closed.recounts))
            return
        waiting = [line for line in count_lines.lines(db, acting, count_id) if line.state == LineState.EXPLAIN]
        say(_("{n} lines, {m} of them need a root cause").format(n=closed.lines, m=len(waiting)))


@count_command.command("show")
@_number
@click.option("--all", "everything", is_flag=True, help="Also lines without a variance.")
@pass_session
def show_command(session: Session, number: str, everything: bool) -> None:
    """Show the places of a count, and once it is closed its variances."""
    with session.reading() as (db, acting):
        count_id = count_files.number_of(db, number)
        sheets = reading.sheets(db, count_id)
        lines = count_lines.lines(db, acting, count_id) if acting.may(Permission.POST_COUNT) else []
    columns = (
        Column("place", _("Place")), Column("round", _("Round")), Column("state", _("State")),
        Column("entries", _("Entries")),
    )  # fmt: skip
    put(report_files.table_lines(columns, [(one.place, one.round, one.state.words, one.entries) for one in sheets], {}))
    rows: list[tuple[Any, ...]] = [
        (line.id, line.sku, line.name, line.place, line.counted, line.expected, line.variance, line.value,
         line.state.words, line.cause)
        for line in lines
        if line.variance or everything
    ]  # fmt: skip
    if rows:
        of_lines = (
            Column("line", _("Line")), Column("sku", _("SKU")), Column("name", _("Name")), Column("place", _("Place")),
            Column("counted", _("Counted"), Kind.QTY), Column("expected", _("Expected"), Kind.QTY),
            Column("variance", _("Variance"), Kind.QTY), Column("value", _("Value"), Kind.MONEY),
            Column("state", _("State")), Column("cause", _("Root cause")),
        )  # fmt: skip
        put(report_files.table_lines(of_lines, rows, {}))


@count_command.command("recount")
@_number
@click.argument("lines", type=int, nargs=-1, required=True, metavar="LINE...")
@pass_session
def recount_command(session: Session, number: str, lines: tuple[int, ...]) -> None:
    """Have LINES of a closed count counted again by somebody else; then it is closed again."""
    with session.writing() as (db, acting):
        count_id = count_files.number_of(db, number)
        known = {line.id for line in count_lines.lines(db, acting, count_id)}
        strange = [line for line in lines if line not in known]
        if strange:
            raise Refused(_("{count} has no line {line}.").format(count=number, line=strange[0]))
        count_again.recount(db, acting, lines)
    say(ngettext("{n} line is to be counted again", "{n} lines are to be counted again", len(set(lines))).format(
        n=len(set(lines))
    ))  # fmt: skip


@count_command.command("reopen")
@_number
@click.option("--place", required=True, metavar="P", help="Where counting goes on.")
@pass_session
def reopen_command(session: Session, number: str, place: str) -> None:
    """Let counting go on at a place that was finished too early."""
    with session.writing() as (db, acting):
        location = naming.place(db, place)
        sheets = [one for one in reading.sheets(db, count_files.number_of(db, number)) if one.location_id == location]
        if not sheets:
            raise Refused(_("{place} is not being counted in this count.").format(place=place))
        counts.reopen_sheet(db, acting, sheets[-1].id)


@count_command.command("explain")
@click.argument("line", type=int)
@click.option("--cause", required=True, metavar="CAUSE", help="The root cause, such as theft or mis_scan.")
@click.option("--note", "words", default="", metavar="TEXT", help="What else is known.")
@pass_session
def explain_command(session: Session, line: int, cause: str, words: str) -> None:
    """Give LINE of a closed count its root cause; count show names the lines."""
    with session.writing() as (db, acting):
        count_post.explain(db, acting, line, naming.cause(db, Purpose.COUNT, cause), words)


@count_command.command("approve")
@click.argument("lines", type=int, nargs=-1, required=True)
@pass_session
def approve_command(session: Session, lines: tuple[int, ...]) -> None:
    """Approve LINES whose variance is above the limit of who explained them."""
    with session.writing() as (db, acting):
        count_post.approve(db, acting, lines)


@count_command.command("cost")
@click.argument("line", type=int)
@click.argument("amount")
@pass_session
def cost_command(session: Session, line: int, amount: str) -> None:
    """Say what a unit of LINE of an opening count costs, where nobody knows it."""
    with session.writing() as (db, acting):
        count_post.set_cost(db, acting, line, naming.money(amount))


@count_command.command("post")
@_number
@pass_session
def post_command(session: Session, number: str) -> None:
    """Post a count whose lines are all ready."""
    with session.writing() as (db, acting):
        done = count_post.post(db, acting, count_files.number_of(db, number)).document
    say(_("Nothing to post") if done is None else _("Posted as {document}").format(document=done.number))


@count_command.command("sheets")
@_number
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The PDF to write.")
@click.option("--place", metavar="P", help="Only the sheet of this place.")
@pass_session
def sheets_command(session: Session, number: str, out: Path, place: str | None) -> None:
    """Write the sheets of COUNT as a PDF with bars, without what is expected."""
    with session.reading() as (db, acting):
        where = None if place is None else naming.place(db, place)
        paper = count_papers.paper(db, acting, count_files.number_of(db, number), where)
        pdf = count_sheet_pdf.to_bytes(paper, purchase.page_size(db))
    write_file(session, out, pdf, anew=True)
    words = ngettext("{out}: one sheet", "{out}: {n} sheets", len(paper.sheets))
    say(words.format(out=out, n=len(paper.sheets)))


@count_command.command("act")
@click.argument("line", type=int)
@click.option("--action", required=True, metavar="TEXT", help="What is done so that it does not happen again.")
@click.option("--owner", required=True, metavar="NAME", help="Who does it.")
@click.option("--due", required=True, metavar="DAY", help="Until when.")
@pass_session
def act_command(session: Session, line: int, action: str, owner: str, due: str) -> None:
    """Decide what is done about LINE, by whom and until when."""
    with session.writing() as (db, acting):
        day = naming.day(due)
        assert day is not None
        count_actions.add(db, acting, line, action, naming.person(db, owner), day)


@count_command.command("acted")
@click.argument("action", type=int)
@click.option("--outcome", default="", metavar="TEXT", help="What came of it.")
@pass_session
def acted_command(session: Session, action: int, outcome: str) -> None:
    """Say that ACTION was done; report count-actions names it."""
    with session.writing() as (db, acting):
        count_actions.finish(db, acting, action, outcome)


@count_command.command("review")
@click.option("--quarter", required=True, metavar="Q", help="Such as 2026Q3.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The PDF to write.")
@pass_session
def review_command(session: Session, quarter: str, out: Path) -> None:
    """Write what a quarter of counting found: accuracy, causes, what recurs, actions kept and missed."""
    with session.reading() as (db, acting):
        review = count_review.review(db, acting, quarter_of(quarter))
        pdf = count_review_pdf.to_bytes(review, purchase.page_size(db))
    write_file(session, out, pdf, anew=True)
    say(str(out))


count_command.add_command(log_command)


@count_command.command("cancel")
@_number
@pass_session
def cancel_command(session: Session, number: str) -> None:
    """Give a count up; the ledger is left alone."""
    with session.writing() as (db, acting):
        counts.cancel(db, acting, count_files.number_of(db, number))
