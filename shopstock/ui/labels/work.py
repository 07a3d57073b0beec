"""What the Labels screen has done on a worker: labels drawn, sheets written, codes given, what is there read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopstock.core import codes, labels
from shopstock.core import places as rules
from shopstock.core.acting import Acting
from shopstock.core.labels import LabelData, LabelTemplate, Part, Reason, SheetOptions, Wanted, WantedPlace
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import NO_DAY, ItemId
from shopstock.db.connection import Db
from shopstock.devices import drivers, label_bitmap, transports
from shopstock.devices.status import State
from shopstock.queries import items, places
from shopstock.queries import labels as reading
from shopstock.queries import printing as printing_query
from shopstock.services import labels as services
from shopstock.services import printing
from shopstock.ui import files
from shopstock.ui.labels.lines import Pick, pick_place

#: What is drawn before there is a printer: the most common label and print head; and for sheets, which are vectors.
USUAL_SIZE, USUAL_DPI, SHEET_DPI = (500, 250), 203, 300
KIND = "label_job"


class LabelPrinter(NamedTuple):
    """The label printer of a till: what is in it, and how fine it prints. Lengths are 1/10 mm."""

    width: int
    height: int
    dpi: int
    words: str


class Drawn(NamedTuple):
    """A label as dots: rows of whole bytes, 1 is white. ``omitted`` and ``missing`` are what does not come out."""

    width: int
    height: int
    bits: bytes
    words: str
    omitted: tuple[Part, ...]
    missing: tuple[str, ...]
    size: tuple[int, int]
    dpi: int


class Ready(NamedTuple):
    """What there is to print with, and the label job that is under way."""

    templates: list[reading.TemplateRow]
    printer: LabelPrinter | None
    job_id: int | None


def ready(db: Db, acting: Acting) -> Ready:
    """Return the templates, this till's label printer, and the job that it works at."""
    waiting = printing_query.needing_attention(db, acting.station_id)
    job_id = next((row.id for row in waiting if row.kind == KIND and row.state is not State.UNKNOWN), None)
    return Ready(reading.templates(db), printer_of(db, acting), job_id)


def printer_of(db: Db, acting: Acting) -> LabelPrinter | None:
    """Return the label printer of the till where somebody acts."""
    device = printing_query.device(db, acting.station_id, printing.LABEL_PRINTER)
    if device is None:
        return None
    made = drivers.label_printer_of(device.language, device.settings)
    words = _("Labels of {size} mm, {dpi} dpi\n{device}").format(
        device=transports.describe(device.url), size=labels.size_text(made.width, made.height), dpi=made.dpi
    )
    return LabelPrinter(made.width, made.height, made.dpi, words)


def draw(
    db: Db, wanted: Wanted | WantedPlace, template: LabelTemplate, size: tuple[int, int], dpi: int
) -> Drawn | None:
    """Draw the label of goods or a place as it will come out, ``None`` when there is no such thing any more.

    A template that has its own size is drawn in it; one that is larger than ``size`` raises ``Refused``.
    """
    data = reading.data_for(db, [wanted], old_prices=any(part.part is Part.OLD_PRICE for part in template.elements))
    return drawn(data[0], labels.fitted(template, *size), dpi) if data else None


class Sample(NamedTuple):
    """A template as it looks with the goods of that name; ``refused`` says why it cannot be saved so, or is empty."""

    drawn: Drawn
    name: str
    refused: str


def draw_sample(
    db: Db, goods: Pick | None, template: LabelTemplate, size: tuple[int, int], dpi: int, is_paper: bool
) -> Sample:
    """Draw a template with chosen goods or a place, or with what shows everything; in its own size or ``size``.

    ``is_paper`` tells that ``size`` is that of the labels in a printer, which a template must not be larger than.
    """
    for_place = labels.is_for_places(template)
    data = reading.data_for(db, [goods.wanted()]) if goods and bool(goods.place_id) is for_place else []
    shown = data[0] if data else sample_place() if for_place else sample()
    whole = labels.checked(template)
    own = (whole.width or size[0], whole.height or size[1])
    refused = ""
    try:
        labels.fitted(whole, *(size if is_paper else own))
    except Refused as error:
        refused = str(error)
    return Sample(drawn(shown, labels.fitted(whole, *own), dpi), shown.name, refused)


def save_template(
    db: Db, acting: Acting, template: LabelTemplate, template_id: int | None, paper: tuple[int, int] | None, usual: bool
) -> Changes:
    """Save a template; raise ``Refused`` for one that is larger than the ``paper`` in the label printer."""
    if paper is not None:
        labels.fitted(template, *paper)
    return services.save_template(db, acting, template, template_id, is_default=usual)


def drawn(data: LabelData, template: LabelTemplate, dpi: int) -> Drawn:
    """Draw one label in the size of its template."""
    made = label_bitmap.draw(template, data, dpi)
    shown = (data.name, data.path, data.price, data.unit_price, data.code or data.sku)
    return Drawn(
        made.image.width, made.image.height, made.image.tobytes(), ", ".join(part for part in shown if part),
        made.layout.omitted, label_bitmap.missing(data), (template.width, template.height), dpi,
    )  # fmt: skip


def sample() -> LabelData:
    """Return a label that shows everything, for a shop that has no goods yet."""
    return LabelData(
        name=_("Oolong tea, 250 g"), price="7.90", unit_price=_("31.60 / kg"), old_price="8.50", code="2000000000015",
        sku="TEA-250", lot="L0417", expires="2027-03-31", expires_day=20270331,
    )  # fmt: skip


def sample_place() -> LabelData:
    """Return the label of a place, for a template that shows what places have."""
    return LabelData(
        name=_("B-04"), code="L-12", place=_("B-04"), path=rules.path_text((_("Main shop"), _("Back room")))
    )


class Scanned(NamedTuple):
    """The goods or the place of a scanned code."""

    goods: Pick
    name: str


def scanned(db: Db, acting: Acting, code: str, places_first: bool = False) -> Scanned | None:
    """Return the goods of a code, with lot and last day where it says them, or its place; ``None`` when it is neither.

    A name or path that only one place has stands for it too. ``places_first`` where places are what is looked for.
    """
    ways = (_scanned_place, _scanned_item) if places_first else (_scanned_item, _scanned_place)
    return next((found for way in ways if (found := way(db, acting, code)) is not None), None)


def _scanned_item(db: Db, acting: Acting, code: str) -> Scanned | None:
    rules_of = items.code_rules_of(db)
    found = items.by_code(db, code, acting.location_id, rules_of)
    if found is None:
        return None
    trace = codes.read(code, rules_of).trace
    return Scanned(Pick(found.id, trace.lot, trace.expires or NO_DAY), found.name)


def _scanned_place(db: Db, _acting: Acting, code: str) -> Scanned | None:
    place = places.by_code(db, code)
    return None if place is None else Scanned(pick_place(place.id), place.name)


def write_sheets(
    db: Db,
    acting: Acting,
    wanted: Sequence[Wanted | WantedPlace],
    template: LabelTemplate,
    options: SheetOptions,
    reason: Reason | None,
    path: str,
) -> str:
    """Write labels on sheets as a PDF file and return its path."""
    return files.write(path, services.sheets(db, acting, wanted, template, options, reason))


def write_calibration(_db: Db, options: SheetOptions, path: str) -> str:
    """Write the page that shows where a printer puts the labels of a sheet, and return its path."""
    return files.write(path, services.calibration_sheet(options))


def give_codes(db: Db, acting: Acting, item_ids: Sequence[ItemId]) -> Changes:
    """Give each of these goods a code of the shop's own."""
    topics: frozenset[str] = frozenset()
    for item_id in item_ids:
        topics |= services.give_code(db, acting, item_id).changes.topics
    return Changes(items=frozenset(item_ids), topics=topics)


def pdf_name(day: str) -> str:
    """Return the name of the file that is offered."""
    return _("labels {day}").format(day=day) + ".pdf"
