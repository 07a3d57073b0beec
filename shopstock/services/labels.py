"""Print labels, keep their templates, and give goods a code of the shop's own.

Labels go to the label printer as one paper of the print queue, or onto sheets as PDF. What wants a label is noted by
``services.label_due``; it leaves the list when its label is out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shopstock.core.acting import Acting
from shopstock.core.labels import LabelJob, LabelTemplate, Reason, SheetOptions, Wanted
from shopstock.core.outcome import Changes
from shopstock.core.units import ItemId
from shopstock.db.connection import Db


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
    db: Db, acting: Acting, wanted: Sequence[Wanted], template: LabelTemplate, reason: Reason | None = None
) -> LabelJob:
    """Return the paper of these labels, for a preview, a file or the queue; needs ``PRINT_LABELS``.

    Raises ``Refused`` for no labels or too many (``core.labels.MAX_LABELS``).
    """
    raise NotImplementedError


def queue(
    db: Db, acting: Acting, wanted: Sequence[Wanted], template: LabelTemplate, reason: Reason | None = None
) -> Queued:
    """Put labels into the print queue of the station's label printer as one job; needs ``PRINT_LABELS``.

    With a ``reason`` the items leave that list when their labels are out. Raises ``Refused`` when no label printer is
    set up, or when the label is larger than its paper. Progress: ``jobs.printing.JobChanged`` (``done``, ``whole``) and
    ``queries.labels.progress``; ``services.printing.cancel`` stops it after the label at hand.
    """
    raise NotImplementedError


def sheets(
    db: Db,
    acting: Acting,
    wanted: Sequence[Wanted],
    template: LabelTemplate,
    options: SheetOptions,
    reason: Reason | None = None,
) -> bytes:
    """Return the labels on sheets as a PDF file; needs ``PRINT_LABELS``. :func:`mark_done` is for who printed it."""
    raise NotImplementedError


def calibration_sheet(options: SheetOptions) -> bytes:
    """Return a page as PDF that shows where this printer puts the labels of a sheet, with a ruler for the offsets."""
    raise NotImplementedError


def mark_done(db: Db, acting: Acting, item_ids: Iterable[ItemId], reason: Reason) -> Changes:
    """Take items off the list of labels to print; needs ``PRINT_LABELS``."""
    raise NotImplementedError


def give_code(db: Db, acting: Acting, item_id: ItemId, *, another: bool = False) -> Given:
    """Give goods without a code the next free EAN-13 of the shop's own, and put its label on the list.

    Needs ``NEW_ITEM``. Raises ``Refused`` when the item has a code already, unless ``another`` is asked for.
    """
    raise NotImplementedError


def save_template(
    db: Db, acting: Acting, template: LabelTemplate, template_id: int | None = None, *, is_default: bool = False
) -> Changes:
    """Save a template (a new one, or over ``template_id``); needs ``PRINT_LABELS``.

    Raises ``Refused`` for a name that another one has, or a template that makes no sense.
    """
    raise NotImplementedError


def remove_template(db: Db, acting: Acting, template_id: int) -> Changes:
    """Delete a saved template; needs ``PRINT_LABELS``."""
    raise NotImplementedError
