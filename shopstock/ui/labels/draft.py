"""A label template while somebody changes it: its elements as rows, and what each press of a key makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from shopstock.core.labels import Align, Element, LabelTemplate, Part, Zone
from shopstock.core.text import _
from shopstock.queries.labels import TemplateRow

#: The sizes that people choose from, in percent; another one (from a file) is shown as the nearest.
SMALL, MEDIUM, LARGE = 75, 100, 140
SIZES = (SMALL, MEDIUM, LARGE)


@dataclass(slots=True)
class Entry:
    """A template in the editor: as it is saved (``None``: not yet) and as somebody changed it.

    ``id`` is ``None`` for a built-in one and a new one; ``usual`` tells that it is the one that is offered first.
    """

    id: int | None
    saved: LabelTemplate | None
    now: LabelTemplate
    usual_saved: bool = False
    usual: bool = False
    problem: str = ""

    @property
    def edited(self) -> bool:
        """Tell whether something waits to be saved."""
        return self.saved is None or self.now != self.saved or self.usual != self.usual_saved

    def undo(self) -> None:
        """Take back what was changed."""
        if self.saved is not None:
            self.now, self.usual = self.saved, self.usual_saved


def entries(rows: Iterable[TemplateRow], before: Iterable[Entry]) -> list[Entry]:
    """Return the templates as they are saved now, with what was changed of those that are still there."""
    held = list(before)
    found = []
    for row in rows:
        entry = Entry(row.id, row.template, row.template, row.is_default, row.is_default, row.problem)
        for old in held:
            if old.saved is not None and old.saved.name == row.name and old.id == row.id and old.edited:
                entry.now, entry.usual = old.now, old.usual
        found.append(entry)
    return found + [old for old in held if old.saved is None]


class ElementRow(NamedTuple):
    """One thing that a label shows, or could show: then ``on`` is false and ``place`` -1."""

    key: tuple[Part, int]
    title: str
    about: str
    on: bool
    place: int
    element: Element


def size_words(size: int) -> str:
    """Say a size in a word."""
    return {SMALL: _("Small"), MEDIUM: _("Medium"), LARGE: _("Large")}[nearest(size)]


def align_words(align: Align) -> str:
    """Say a side in a word."""
    return {Align.LEFT: _("Left"), Align.CENTRE: _("Centre"), Align.RIGHT: _("Right")}[align]


def nearest(size: int) -> int:
    """Return the size to choose from that is nearest to one in percent."""
    return min(SIZES, key=lambda known: abs(known - size))


def rows(template: LabelTemplate) -> list[ElementRow]:
    """Return what a template shows in its order, then what else it could show; text of one's own may come often."""
    found, counts = [], dict.fromkeys(Part, 0)
    for place, element in enumerate(template.elements):
        part = element.part
        about = f"{element.zone.words} · {size_words(element.size).lower()} · {align_words(element.align).lower()}"
        title = f"“{element.text}”" if part is Part.TEXT and element.text else part.words
        found.append(ElementRow((part, counts[part]), title, about, True, place, element))
        counts[part] += 1
    return found + [
        ElementRow((part, counts[part]), part.words, _("not shown"), False, -1, Element(part, _usual_zone(part)))
        for part in Part
        if not counts[part] or part is Part.TEXT
    ]


def toggled(template: LabelTemplate, row: ElementRow) -> LabelTemplate:
    """Show what was not shown, at the end; or the other way round."""
    if row.on:
        return replace(template, elements=_without(template.elements, row.place))
    return replace(template, elements=(*template.elements, row.element))


def moved(template: LabelTemplate, place: int, by: int) -> LabelTemplate:
    """Put an element before or behind its neighbour."""
    there = place + by
    if place < 0 or not 0 <= there < len(template.elements):
        return template
    elements = list(template.elements)
    elements.insert(there, elements.pop(place))
    return replace(template, elements=tuple(elements))


def changed(template: LabelTemplate, place: int, **values: Any) -> LabelTemplate:
    """Change something about one element."""
    elements = list(template.elements)
    elements[place] = replace(elements[place], **values)
    return replace(template, elements=tuple(elements))


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a name that no other template has: ``Shelf label 2``."""
    known = {name.casefold() for name in taken}
    names = (wanted, *(f"{wanted} {number}" for number in range(2, len(known) + 3)))
    return next(name for name in names if name.casefold() not in known)


def _usual_zone(part: Part) -> Zone:
    if part in (Part.PRICE, Part.OLD_PRICE, Part.UNIT_PRICE):
        return Zone.RIGHT
    return Zone.LEFT if part is Part.BARCODE else Zone.TOP


def _without(elements: tuple[Element, ...], place: int) -> tuple[Element, ...]:
    return (*elements[:place], *elements[place + 1 :])
