"""Write labels of items and places as ZPL or PDF, or put them into the queue of the label printer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from shopstock.cli.session import Session, note, pass_session, say, write_file
from shopstock.core import labels
from shopstock.core.acting import Acting
from shopstock.core.labels import LabelTemplate, Reason, SheetOptions, Wanted, WantedPlace
from shopstock.core.outcome import Refused
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId, parse_decimal
from shopstock.db.connection import Db
from shopstock.queries import items as catalogue
from shopstock.queries import labels as reading
from shopstock.queries import places
from shopstock.queries import printing as print_rows
from shopstock.services import labels as printing_labels
from shopstock.services import printing


@click.command("labels")
@click.option("--item", "skus", multiple=True, metavar="SKU", help="A label of this item; may be given again.")
@click.option(
    "--place",
    "place_names",
    multiple=True,
    metavar="P",
    help="A label of this place, by its code, name or path; may be given again.",
)
@click.option("--below", is_flag=True, help="--place: also of all places that lie in it.")
@click.option("--due", type=click.Choice([reason.value for reason in Reason]), help="The labels that are wanted.")
@click.option("--template", metavar="T", default="", help="The template by name; else the shop's usual one.")
@click.option("--copies", type=click.IntRange(1, labels.MAX_COPIES), default=None, metavar="N", help="Of each label.")
@click.option("--give-codes", is_flag=True, help="Give goods without a code one of the shop's own first.")
@click.option("--format", "format_", type=click.Choice(["zpl", "pdf", "printer"]), default="pdf", show_default=True,
              help="printer: the label printer of this till.")  # fmt: skip
@click.option("--sheet", default="L7160", show_default=True, metavar="S", help="PDF: " + ", ".join(labels.SHEETS))
@click.option("--start", type=int, default=1, metavar="N", help="PDF: the first label of the sheet that is free.")
@click.option("--offset", nargs=2, default=("0", "0"), metavar="X Y", help="PDF: mm to the right and down.")
@click.option("--size", default=None, metavar="WxH", help="ZPL: the label in mm; else that of the label printer.")
@click.option("--dpi", type=int, default=None, metavar="N", help="ZPL: 203, 300 or 600; else the label printer's.")
@click.option("--calibrate", is_flag=True, help="PDF: write the calibration page of the sheet instead.")
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Where to write them.")
@pass_session
def labels_command(
    session: Session,
    skus: tuple[str, ...],
    place_names: tuple[str, ...],
    below: bool,
    due: str | None,
    template: str,
    copies: int | None,
    give_codes: bool,
    format_: str,
    sheet: str,
    start: int,
    offset: tuple[str, str],
    size: str | None,
    dpi: int | None,
    calibrate: bool,
    out: Path | None,
) -> None:
    """Make labels of items (--item), places (--place), or all that want one (--due), as a file or on the printer."""
    if format_ != "printer" and out is None:
        raise Refused(_("Say where to write the labels: --out FILE."))
    options = SheetOptions(labels.sheet_of(sheet).name, start, _tenths(offset[0]), _tenths(offset[1]))
    if calibrate:
        if out is None or format_ != "pdf":
            raise Refused(_("The calibration page is a PDF: use --format pdf and --out FILE."))
        write_file(session, out, printing_labels.calibration_sheet(options))
        return
    if bool(skus) + bool(place_names) + bool(due) != 1:
        raise Refused(_("Say what to label: either --item SKU, or --place NAME, or --due with a reason."))
    reason = Reason(due) if due else None
    with session.writing() as (db, acting):
        wanted: Sequence[Wanted | WantedPlace]
        if place_names:
            wanted = _places(db, place_names, below, copies or 1)
        else:
            wanted = _wanted(db, acting, skus, reason, copies, give_codes)
        shown = reading.template(db, template, of_places=bool(place_names))
        if format_ == "printer":
            count = printing_labels.queue(db, acting, wanted, shown, reason).labels
        elif format_ == "pdf":
            count = sum(wish.copies for wish in wanted)
            data = printing_labels.sheets(db, acting, wanted, shown, options, reason)
        else:
            count, data = _zpl(db, acting, wanted, shown, reason, size, dpi)
        if out is not None and format_ != "printer":
            write_file(session, out, data)
            if reason is not None:
                due_ids = [wish.item_id for wish in wanted if isinstance(wish, Wanted)]
                printing_labels.mark_done(db, acting, due_ids, reason)
    say(ngettext("{n} label", "{n} labels", count).format(n=count))


def _wanted(
    db: Db, acting: Acting, skus: tuple[str, ...], reason: Reason | None, copies: int | None, give_codes: bool
) -> list[Wanted]:
    if reason is not None:
        rows = reading.due(db, reason)
        wanted = [Wanted(row.item_id, copies or row.copies) for row in rows]
    else:
        wanted = [Wanted(_item(db, acting, sku), copies or 1) for sku in skus]
    if give_codes:
        for wish in wanted:
            if not catalogue.codes_of(db, wish.item_id):
                printing_labels.give_code(db, acting, wish.item_id)
    return wanted


def _places(db: Db, names: Sequence[str], below: bool, copies: int) -> list[WantedPlace]:
    tree = places.tree(db)
    chosen: set[int] = set()
    for name in names:
        found = places.by_code(db, name)
        if found is None:
            raise Refused(_("No place, or more than one, is called {name}. Use its code or its path.").format(
                name=name[:40]
            ))  # fmt: skip
        chosen |= set(places.below(db, found.id)) if below else {found.id}
    return [WantedPlace(place.id, copies) for place in tree if place.id in chosen]


def _item(db: Db, acting: Acting, text: str) -> ItemId:
    found = catalogue.id_of_sku(db, text)
    if found is None:
        by_code = catalogue.by_code(db, text, acting.location_id)
        found = None if by_code is None else by_code.id
    if found is None:
        raise Refused(_("No item has the SKU or code {sku}. Check it.").format(sku=text[:40]))
    return found


def _zpl(
    db: Db,
    acting: Acting,
    wanted: Sequence[Wanted | WantedPlace],
    template: LabelTemplate,
    reason: Reason | None,
    size: str | None,
    dpi: int | None,
) -> tuple[int, bytes]:
    from shopstock.devices import label_pieces, label_settings, zpl

    device = print_rows.device(db, acting.station_id, printing.LABEL_PRINTER)
    settings: dict[str, Any] = dict(device.settings) if device is not None and device.language == "zpl" else {}
    settings.update({name: value for name, value in (("size", size), ("dpi", dpi)) if value is not None})
    printer = label_settings.zpl(settings)
    job = printing_labels.make_job(db, acting, wanted, template, reason)
    fitted = labels.fitted(template, printer.width, printer.height)
    shown = label_pieces.pictures(job.labels, fitted, printer)
    parts = list(label_pieces.pieces(shown, printer, zpl.format_of))
    left_out = sorted({text for part in parts for text in part.missing})
    if left_out:
        note(_("Not on the labels, for want of room or letters: {what}").format(what=", ".join(left_out)))
    return job.count, b"".join(part.data for part in parts)


def _tenths(millimetres: str) -> int:
    try:
        return int(parse_decimal(millimetres) * 10)
    except ValueError as error:
        raise Refused(
            _("“{text}” is no length in mm. Write it like 2 or -1.5.").format(text=millimetres[:20])
        ) from error
