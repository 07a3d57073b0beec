"""Words for write-offs, set-aside goods and documents, the same on every page of this screen."""

from __future__ import annotations

from collections.abc import Sequence

from shopstock.core import places
from shopstock.core.text import _, ngettext
from shopstock.core.write_offs import WriteOffState
from shopstock.queries.places import Place
from shopstock.queries.write_offs import WriteOff
from shopstock.ui import format as fmt
from shopstock.ui.back.tally import Row, Tally


def short_place(path: str) -> str:
    """Return a place without the name of its shop, where that is not all there is."""
    shop, sign, rest = path.partition(places.STEP)
    return rest if sign else shop


def begun(read: WriteOff, place: Place | None) -> str:
    """Say which write-off it is, who began it when, and from where goods are taken."""
    said = _("{number} · {when} · {name}").format(
        number=read.number, when=fmt.instant(read.started_at), name=read.started_by
    )
    return said + " · " + _("from {place}").format(place=place.path) if place is not None else said


def evidence_needed(rows: Sequence[Row]) -> str:
    """Say which rows still ask for evidence; empty for none."""
    if not rows:
        return ""
    causes = ", ".join(dict.fromkeys(row.cause for row in rows))
    return ngettext(
        "One row asks for a photo or file: {causes}.", "{n} rows ask for a photo or file: {causes}.", len(rows)
    ).format(n=fmt.number(len(rows)), causes=causes)


def waits_for(tally: Tally) -> str:
    """Say what a write-off waits for before it can be posted; empty when nothing is missing."""
    unknown = [row for row in tally.rows if row.unknown]
    causeless = [row for row in tally.rows if row.id is not None and not row.id.cause]
    if unknown:
        return ngettext(
            "A code is nobody's. Find its item, or take it off.",
            "{n} codes are nobody's. Find their items, or take them off.", len(unknown),
        ).format(n=fmt.number(len(unknown)))  # fmt: skip
    if not tally.rows:
        return _("Scan what is written off.")
    if causeless:
        return ngettext(
            "One row has no cause yet. Choose it above.", "{n} rows have no cause yet. Choose it above.",
            len(causeless),
        ).format(n=fmt.number(len(causeless)))  # fmt: skip
    return evidence_needed(tally.lacking)


def asks(read: WriteOff | None) -> str:
    """Say that somebody will have to approve, where that is known."""
    return _("Above your limit for today: somebody has to approve it.") if read is not None and read.asks else ""


def ended_elsewhere(read: WriteOff) -> str:
    """Say what became of a write-off while it was on show here."""
    if read.state == WriteOffState.WAITING:
        return _("{number} waits for approval now.").format(number=read.number)
    if read.state == WriteOffState.POSTED and read.document is not None:
        return _("{number} was posted elsewhere as {document}.").format(
            number=read.number, document=read.document.number
        )
    return _("{number} was rejected: {why}").format(number=read.number, why=read.decision_note)
