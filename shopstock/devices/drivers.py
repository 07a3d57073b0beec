"""The languages that devices speak: one line each in :data:`DRIVERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shopstock.core import labels
from shopstock.core.labels import LabelJob
from shopstock.core.outcome import Refused
from shopstock.core.papers import Paper, TestPage
from shopstock.core.text import _
from shopstock.devices import label_printer, label_settings, page_settings, profiles, receipt_printer, transports
from shopstock.devices.label_printer import Watch
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from shopstock.devices.transports import Transport


@dataclass(frozen=True, slots=True)
class Sending:
    """How a paper is sent: how long to wait, who watches it, how many labels of it were out before.

    ``pictures`` are those that the paper shows, as PNG by their SHA-256; ``place`` is the device in its address.
    """

    patience: Patience | None = None
    watch: Watch = label_printer.always
    start: int = 0
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Driver:
    """A language with its protocol: how a paper is sent, and how the device is asked.

    ``settings`` are those that its devices carry, proved by ``check``; ``send`` returns the outcome and what could not
    be printed; ``labels`` languages print labels and test pages, the others everything else.
    """

    label: str
    settings: Mapping[str, type]
    check: Callable[[Mapping[str, Any]], object]
    send: Callable[[Paper, Mapping[str, Any], Transport, Sending], tuple[Outcome, tuple[str, ...]]]
    ask: Callable[[Transport, Patience | None], Reason | None]
    labels: bool = False


def _escpos(
    paper: Paper, settings: Mapping[str, Any], port: Transport, how: Sending
) -> tuple[Outcome, tuple[str, ...]]:
    # What draws images takes long to import: the window is there first.
    from shopstock.devices import escpos

    profile = profiles.of(settings)
    encoded = escpos.encode(paper, profile, how.pictures)
    return receipt_printer.send(port, encoded.data, asks=profile.replies, patience=how.patience), encoded.missing


def _zpl(paper: Paper, settings: Mapping[str, Any], port: Transport, how: Sending) -> tuple[Outcome, tuple[str, ...]]:
    from shopstock.devices import zpl

    printer = label_settings.of(settings)
    if isinstance(paper, TestPage):
        parts = iter((zpl.test_label(paper, printer),))
    elif isinstance(paper, LabelJob):
        try:
            template = labels.from_json(paper.template)
        except Refused:
            return Outcome(State.FAILED, Reason.BAD_PAPER, done=how.start), ()
        try:
            template = labels.fitted(template, printer.width, printer.height)
        except Refused:
            return Outcome(State.FAILED, Reason.LABEL_TOO_LARGE, done=how.start), ()
        parts = zpl.pieces(paper.labels, template, printer, how.start)
    else:
        return Outcome(State.FAILED, Reason.WRONG_LANGUAGE), ()
    missing: dict[str, None] = {}
    noted = (missing.update(dict.fromkeys(part.missing)) or part for part in parts)
    outcome = label_printer.send(
        port, noted, start=how.start, asks=printer.replies, patience=how.patience, watch=how.watch
    )
    return outcome, tuple(missing)


def _page(paper: Paper, settings: Mapping[str, Any], _port: Transport, how: Sending) -> tuple[Outcome, tuple[str, ...]]:
    from shopstock.devices import painted

    if painted.opens_drawer(paper):
        return Outcome(State.FAILED, Reason.NO_DRAWER), ()
    pages, missing = painted.pages(paper, page_settings.of(settings), how.pictures)
    reason = painted.paint(how.place, pages)
    return (Outcome(State.FAILED, reason) if reason else Outcome(State.SENT_UNCONFIRMED)), missing


def _says_nothing(_port: Transport, _patience: Patience | None) -> None:
    return None


DRIVERS: dict[str, Driver] = {
    "escpos": Driver("ESC/POS", profiles.SETTINGS, profiles.of, _escpos, receipt_printer.ask),
    "page": Driver("Page", page_settings.SETTINGS, page_settings.of, _page, _says_nothing),
    "zpl": Driver("ZPL", label_settings.SETTINGS, label_settings.of, _zpl, label_printer.ask, labels=True),
}


def of(language: str) -> Driver:
    """Return the driver of a language; raise ``Refused`` for one that is not known."""
    found = DRIVERS.get(language)
    if found is None:
        raise Refused(_("No driver is called {name}. Use one of: {known}.").format(
            name=language[:30], known=", ".join(DRIVERS)
        ))  # fmt: skip
    return found


def send_paper(
    paper: Paper, url: str, language: str, settings: Mapping[str, Any], how: Sending | None = None
) -> tuple[Outcome, tuple[str, ...]]:
    """Send a paper to a device; return the outcome and the characters and codes that could not be printed."""
    address = transports.parse_url(url)
    how = replace(how or Sending(), place=address.place)
    return of(language).send(paper, settings, transports.of(address), how)


def ask_device(url: str, language: str, settings: Mapping[str, Any], patience: Patience | None = None) -> Reason | None:
    """Ask a device how it is: ``Reason.NONE`` is ready, ``None`` that it does not say."""
    if not settings.get("replies", True):
        return None
    return of(language).ask(transports.of(transports.parse_url(url)), patience)
