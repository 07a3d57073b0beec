"""The sheets of a count as plain data: what is to be looked for at each place. What is expected is not in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountPaperLine:
    """One item to count: its own code is printed as bars, so that a batch scanner reads it off the paper."""

    sku: str
    description: str
    unit: str
    code: str


@dataclass(frozen=True, slots=True)
class CountPaperSheet:
    """One place: ``label`` is the code of the place; without ``lines`` everything that lies there is counted."""

    place: str
    label: str
    look: str
    person: str
    lines: tuple[CountPaperLine, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class CountPaper:
    """The sheets of one count; ``number`` is the count's own."""

    number: str
    name: str
    day: str
    shop_name: str
    sheets: tuple[CountPaperSheet, ...]
    note: str = ""
