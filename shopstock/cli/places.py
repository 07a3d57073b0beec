"""Add, list, rename and retire places; say where items belong."""

from __future__ import annotations

import click

from shopstock.cli.session import Session, pass_session, say
from shopstock.core.outcome import Refused
from shopstock.core.places import Kind, Level, PlaceFields, level_name, levels_below, path_names, path_text
from shopstock.core.text import _, ngettext
from shopstock.db.connection import Db
from shopstock.queries import places as reading
from shopstock.queries import reports
from shopstock.queries.places import Place
from shopstock.services import places

_place = click.argument("place", metavar="PLACE")


@click.group("place")
def place_command() -> None:
    """Add, list, rename and retire places; PLACE is a name, a path such as Shop/Back room/B-04, or a label's code."""


@place_command.command("add")
@_place
@click.option("--level", type=click.Choice([str(level) for level in Level]), help="Else what comes below its parent.")
@click.option("--code", default="", help="What its label says; else a number of its own.")
@click.option("--set-aside", "set_aside", is_flag=True, help="For goods that are not for sale.")
@pass_session
def add_command(session: Session, place: str, level: str | None, code: str, set_aside: bool) -> None:
    """Add a place: a name alone is a shop, a path (Shop/Back room) lies in the place before its last step."""
    with session.writing() as (db, acting):
        *above, name = path_names(place) or ("",)
        parent = _one(db, path_text(above)) if above else None
        usual = levels_below(None if parent is None else parent.level) or (Level.BIN,)
        fields = PlaceFields(
            name, Level(level) if level else usual[0], None if parent is None else parent.id, code,
            Kind.SET_ASIDE if set_aside else Kind.SALE,
        )  # fmt: skip
        _say(reading.place(db, places.add_place(db, acting, fields).location_id))


@place_command.command("list")
@pass_session
def list_command(session: Session) -> None:
    """List the places as a tree: code, level, name, how many items lie there, the tills that stand there."""
    with session.reading() as (db, _acting):
        for one in reading.tree(db):
            name = "  " * one.depth + one.name
            kind = "" if one.kind == Kind.SALE else _("set aside")
            words = ", ".join((*one.stations, *([kind] if kind else [])))
            say(f"{one.code:<10} {level_name(one.level):<6} {name:<40} {one.items:>6}  {words}".rstrip())


@place_command.command("rename")
@_place
@click.argument("name")
@click.option("--code", default="", help="What its label says from now on.")
@pass_session
def rename_command(session: Session, place: str, name: str, code: str) -> None:
    """Give a place another name, and a code of its own if you like."""
    with session.writing() as (db, acting):
        now = _one(db, place)
        places.change_place(db, acting, now.id, PlaceFields(name, now.level, now.parent_id, code, now.kind))
        _say(reading.place(db, now.id))


@place_command.command("retire")
@_place
@pass_session
def retire_command(session: Session, place: str) -> None:
    """Offer a place and those in it no more; they have to be empty."""
    with session.writing() as (db, acting):
        now = _one(db, place)
        gone = places.retire_place(db, acting, now.id)
    words = ngettext("{path}: {count} place retired.", "{path}: {count} places retired.", gone.places)
    say(words.format(path=now.path, count=gone.places))
    if gone.homes:
        words = ngettext(
            "{count} item has no home place there any more.", "{count} items have no home place there any more.",
            gone.homes,
        )  # fmt: skip
        say(words.format(count=gone.homes))


@place_command.command("home")
@click.argument("sku")
@click.argument("place", metavar="[PLACE]", default="")
@click.option("--forget", metavar="SHOP", help="Let it belong nowhere in this shop.")
@pass_session
def home_command(session: Session, sku: str, place: str, forget: str | None) -> None:
    """Say where the item SKU belongs in the shop of PLACE; without one, print where it belongs."""
    with session.writing() if place or forget else session.reading() as (db, acting):
        item_id = reports.item_named(db, sku)
        if place:
            places.set_home(db, acting, item_id, _one(db, place).id)
        if forget:
            places.forget_home(db, acting, item_id, _one(db, forget).shop_id)
        for home in reading.homes(db, item_id):
            say(home.path)


def _one(db: Db, text: str) -> Place:
    found = reading.by_code(db, text)
    if found is None:
        raise Refused(
            _("No place is called {words}, or several are. “shopstock place list” names them; write the path.").format(
                words=text[:60]
            )
        )
    return found


def _say(place: Place) -> None:
    say(f"{place.code}  {place.path}")
