"""Print labels of items and places, keep their templates, and give goods a code of the shop's own.

Labels go to the label printer as one paper of the print queue, or onto sheets as PDF. What wants a label is noted by
``services.label_due``; it leaves the list when its label is out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core import labels, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.labels import LabelJob, LabelTemplate, Part, Reason, SheetOptions, Wanted, WantedPlace
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.units import ItemId
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.devices import drivers
from shopstock.formats import label_sheet
from shopstock.queries import items as catalogue
from shopstock.queries import labels as reading
from shopstock.queries import printing as print_rows
from shopstock.services import items, label_due, printing

TEMPLATES_TOPIC = "label_templates"


class Queued(NamedTuple):
    """A label job in the print queue, and how many labels it will print."""

    changes: Changes
    job_id: int
    labels: int


class Given(NamedTuple):
    """The code that an item has now."""

    changes: Changes
    code: str


def make_job(
    db: Db,
    acting: Acting,
    wanted: Sequence[Wanted | WantedPlace],
    template: LabelTemplate,
    reason: Reason | None = None,
) -> LabelJob:
    """Return the paper of these labels, for a preview, a file or the queue; needs ``PRINT_LABELS``.

    Raises ``Refused`` for no labels or too many (``core.labels.MAX_LABELS``).
    """
    acting.require(Permission.PRINT_LABELS)
    template = labels.checked(template)
    for wish in wanted:
        if not 1 <= wish.copies <= labels.MAX_COPIES:
            raise Refused(_("Of one label 1 to {most} can be printed at once. Check the copies.").format(
                most=labels.MAX_COPIES
            ))  # fmt: skip
    # An old price belongs on the label that announces the new one, not on every later label.
    old = reason is Reason.PRICE and any(element.part is Part.OLD_PRICE for element in template.elements)
    job = LabelJob(
        labels.to_json(template), tuple(reading.data_for(db, wanted, old_prices=old)), reason.value if reason else ""
    )
    if not job.labels:
        raise Refused(_("There is nothing to print a label of. Choose items or places first."))
    if job.count > labels.MAX_LABELS:
        raise Refused(_("These are {count} labels; {most} can be printed at once. Print them in parts.").format(
            count=job.count, most=labels.MAX_LABELS
        ))  # fmt: skip
    return job


def queue(
    db: Db,
    acting: Acting,
    wanted: Sequence[Wanted | WantedPlace],
    template: LabelTemplate,
    reason: Reason | None = None,
) -> Queued:
    """Put labels into the print queue of the station's label printer as one job; needs ``PRINT_LABELS``.

    With a ``reason`` the items leave that list when their labels are out. Raises ``Refused`` when no label printer is
    set up, or when the label is larger than its paper. Progress: ``jobs.printing.JobChanged`` (``done``, ``whole``) and
    ``queries.labels.progress``; ``services.printing.cancel`` stops it after the label at hand.
    """
    with transaction(db):
        job = make_job(db, acting, wanted, template, reason)
        device = print_rows.device(db, acting.station_id, printing.LABEL_PRINTER)
        if device is None:
            raise Refused(
                _("No label printer is set up for this till. Set one up in Settings, or print on sheets instead.")
            )
        paper = drivers.label_printer_of(device.language, device.settings)
        labels.fitted(template, paper.width, paper.height)
        job_id = printing.enqueue(db, acting, job, printing.LABEL_PRINTER)
    return Queued(Changes(topics=frozenset({printing.TOPIC, label_due.TOPIC})), job_id, job.count)


def sheets(
    db: Db,
    acting: Acting,
    wanted: Sequence[Wanted | WantedPlace],
    template: LabelTemplate,
    options: SheetOptions,
    reason: Reason | None = None,
) -> bytes:
    """Return the labels on sheets as a PDF file; needs ``PRINT_LABELS``. :func:`mark_done` is for who printed it."""
    return label_sheet.write(make_job(db, acting, wanted, template, reason), options)


def calibration_sheet(options: SheetOptions) -> bytes:
    """Return a page as PDF that shows where this printer puts the labels of a sheet, with a ruler for the offsets."""
    return label_sheet.calibration(options)


def mark_done(db: Db, acting: Acting, item_ids: Iterable[ItemId], reason: Reason) -> Changes:
    """Take items off the list of labels to print; needs ``PRINT_LABELS``."""
    acting.require(Permission.PRINT_LABELS)
    with transaction(db):
        label_due.printed(db, [(item_id, reason) for item_id in item_ids], clock.now())
    return Changes(topics=frozenset({label_due.TOPIC}))


def give_code(db: Db, acting: Acting, item_id: ItemId, *, another: bool = False) -> Given:
    """Give goods without a code the next free EAN-13 of the shop's own, and put its label on the list.

    Needs ``NEW_ITEM``. Raises ``Refused`` when the item has a code already, unless ``another`` is asked for.
    """

    def work() -> Given:
        items.be_alone_with_codes(db)
        card = catalogue.card(db, acting, item_id)
        if card.codes and not another:
            raise Refused(_("{name} has a code already: {code}.").format(name=card.name, code=card.codes[0].code))
        changes = items.generate_code(db, acting, item_id)
        code = catalogue.codes_of(db, item_id)[-1].code
        if card.stocked:
            label_due.wanted(db, [(item_id, 1)], Reason.MISSING)
        return Given(replace(changes, topics=changes.topics | {label_due.TOPIC}), code)

    def attempt() -> Given:
        with transaction(db):
            return work()

    return work() if db.in_transaction else retrying(db, attempt)


def save_template(
    db: Db, acting: Acting, template: LabelTemplate, template_id: int | None = None, *, is_default: bool = False
) -> Changes:
    """Save a template (a new one, or over ``template_id``); needs ``PRINT_LABELS``.

    Raises ``Refused`` for a name that another one has, or a template that makes no sense.
    """
    acting.require(Permission.PRINT_LABELS)
    template = labels.checked(template)
    with transaction(db):
        for other, name in db.rows("SELECT id, name FROM label_template"):
            if other != template_id and names.key(name) == names.key(template.name):
                raise Refused(_("A label template is called {name} already. Choose another name.").format(name=name))
        if is_default:
            db.run("UPDATE label_template SET is_default = 0")
        row = (template.name, labels.to_json(template), int(is_default), clock.now())
        if template_id is None:
            db.run("INSERT INTO label_template (name, content, is_default, changed_at) VALUES (?, ?, ?, ?)", row)
            return Changes(topics=frozenset({TEMPLATES_TOPIC}))
        saved = db.value(
            "UPDATE label_template SET name = ?, content = ?, is_default = ?, changed_at = ? WHERE id = ? RETURNING id",
            (*row, template_id),
        )
        if saved is None:
            raise Refused(_("This label template was deleted. Save it under a new name."))
    return Changes(topics=frozenset({TEMPLATES_TOPIC}))


def remove_template(db: Db, acting: Acting, template_id: int) -> Changes:
    """Delete a saved template; needs ``PRINT_LABELS``."""
    acting.require(Permission.PRINT_LABELS)
    with transaction(db):
        db.run("DELETE FROM label_template WHERE id = ?", (template_id,))
    return Changes(topics=frozenset({TEMPLATES_TOPIC}))
