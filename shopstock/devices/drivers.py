"""The languages that devices speak: one line each in :data:`DRIVERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from shopstock.core import labels
from shopstock.core.labels import LabelJob
from shopstock.core.outcome import Refused
from shopstock.core.papers import DrawerPulse, Paper, TestPage
from shopstock.core.text import _
from shopstock.devices import (
    label_printer,
    label_questions,
    label_settings,
    page_settings,
    profiles,
    receipt_printer,
    transports,
    trigger,
)
from shopstock.devices.label_printer import Question, Watch
from shopstock.devices.label_settings import LabelPrinter
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.status import Outcome, Reason, State
from shopstock.devices.transports import Transport

if TYPE_CHECKING:
    from shopstock.devices.label_pieces import FormatOf, Picture


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
    be printed; ``labels`` languages print labels and test pages, ``opens_only`` ones open a drawer and nothing more,
    the others everything else.
    """

    label: str
    settings: Mapping[str, type]
    check: Callable[[Mapping[str, Any]], object]
    send: Callable[[Paper, Mapping[str, Any], Transport, Sending], tuple[Outcome, tuple[str, ...]]]
    ask: Callable[[Transport, Patience | None], Reason | None]
    labels: bool = False
    opens_only: bool = False


def _escpos(
    paper: Paper, settings: Mapping[str, Any], port: Transport, how: Sending
) -> tuple[Outcome, tuple[str, ...]]:
    # What draws images takes long to import: the window is there first.
    from shopstock.devices import escpos

    profile = profiles.of(settings)
    encoded = escpos.encode(paper, profile, how.pictures)
    return receipt_printer.send(port, encoded.data, asks=profile.replies, patience=how.patience), encoded.missing


@dataclass(frozen=True, slots=True)
class _Labels:
    """A language of label printers: its module (imported when it is needed), its question, its settings."""

    module: str
    question: Question | None
    of: Callable[[Mapping[str, Any]], LabelPrinter]

    def send(
        self, paper: Paper, settings: Mapping[str, Any], port: Transport, how: Sending
    ) -> tuple[Outcome, tuple[str, ...]]:
        from shopstock.devices import label_pieces

        printer = self.of(settings)
        shown = _shown(paper, printer, how.start)
        if isinstance(shown, Outcome):
            return shown, ()
        missing: dict[str, None] = {}
        format_of: FormatOf = import_module(self.module).format_of
        parts = label_pieces.pieces(shown, printer, format_of)
        noted = (missing.update(dict.fromkeys(part.missing)) or part for part in parts)
        outcome = label_printer.send(
            port, noted, question=self.question, start=how.start, asks=printer.replies, patience=how.patience,
            watch=how.watch,
        )  # fmt: skip
        return outcome, tuple(missing)

    def ask(self, port: Transport, patience: Patience | None) -> Reason | None:
        return label_printer.ask(port, self.question, patience)


def _shown(paper: Paper, printer: LabelPrinter, start: int) -> Iterator[Picture] | Outcome:
    """Return the labels of a paper as pictures, or what is wrong with it."""
    from shopstock.devices import label_pieces

    if isinstance(paper, TestPage):
        return iter((label_pieces.test_label(paper, printer),))
    if not isinstance(paper, LabelJob):
        return Outcome(State.FAILED, Reason.WRONG_LANGUAGE)
    try:
        template = labels.from_json(paper.template)
    except Refused:
        return Outcome(State.FAILED, Reason.BAD_PAPER, done=start)
    try:
        template = labels.fitted(template, printer.width, printer.height)
    except Refused:
        return Outcome(State.FAILED, Reason.LABEL_TOO_LARGE, done=start)
    return label_pieces.pictures(paper.labels, template, printer, start)


def _label_page(
    paper: Paper, settings: Mapping[str, Any], _port: Transport, how: Sending
) -> tuple[Outcome, tuple[str, ...]]:
    from shopstock.devices import painted

    printer = label_settings.driver(settings)
    shown = _shown(paper, printer, how.start)
    if isinstance(shown, Outcome):
        return shown, ()
    missing: dict[str, None] = {}
    done = how.start
    for picture in shown:
        if not how.watch(done, Reason.NONE):
            return Outcome(State.CANCELLED, done=done), tuple(missing)
        missing.update(dict.fromkeys(picture.missing))
        size = painted.Size(printer.width, printer.height)
        reason = painted.paint(how.place, [(painted.Page(picture.image, printer.dpi, picture.copies), size)])
        if reason:
            return Outcome(State.FAILED, reason, sent=done - how.start, done=done), tuple(missing)
        done += picture.copies
    return Outcome(State.SENT_UNCONFIRMED, done=done), tuple(missing)


def _page(paper: Paper, settings: Mapping[str, Any], _port: Transport, how: Sending) -> tuple[Outcome, tuple[str, ...]]:
    from shopstock.devices import painted

    if painted.opens_drawer(paper):
        return Outcome(State.FAILED, Reason.NO_DRAWER), ()
    pages, missing = painted.pages(paper, page_settings.of(settings), how.pictures)
    reason = painted.paint(how.place, pages)
    return (Outcome(State.FAILED, reason) if reason else Outcome(State.SENT_UNCONFIRMED)), missing


def _trigger(
    paper: Paper, settings: Mapping[str, Any], port: Transport, how: Sending
) -> tuple[Outcome, tuple[str, ...]]:  # fmt: skip
    if not isinstance(paper, DrawerPulse):
        return Outcome(State.FAILED, Reason.WRONG_LANGUAGE), ()
    command = bytes(trigger.of(settings).command)
    return receipt_printer.send(port, command, asks=False, patience=how.patience), ()


def _says_nothing(_port: Transport, _patience: Patience | None) -> None:
    return None


def _label_driver(label: str, settings: Mapping[str, type], language: _Labels) -> Driver:
    return Driver(label, settings, language.of, language.send, language.ask, labels=True)


_FOLDER = "shopstock.devices"
#: The modules of the languages in which a printer can be told to measure its labels.
_MEASURING = {"zpl": "zpl", "tspl": "tspl", "epl2": "epl"}
DRIVERS: dict[str, Driver] = {
    "escpos": Driver("ESC/POS", profiles.SETTINGS, profiles.of, _escpos, receipt_printer.ask),
    "page": Driver("Page", page_settings.SETTINGS, page_settings.of, _page, _says_nothing),
    "trigger": Driver("Trigger", trigger.SETTINGS, trigger.of, _trigger, _says_nothing, opens_only=True),
    "zpl": _label_driver("ZPL", label_settings.ZPL,
                         _Labels(f"{_FOLDER}.zpl", label_questions.ZPL, label_settings.zpl)),
    "tspl": _label_driver("TSPL", label_settings.TSPL,
                          _Labels(f"{_FOLDER}.tspl", label_questions.TSPL, label_settings.tspl)),
    "epl2": _label_driver("EPL2", label_settings.EPL, _Labels(f"{_FOLDER}.epl", None, label_settings.epl)),
    "brother-ql": _label_driver("Brother QL", label_settings.BROTHER,
                                _Labels(f"{_FOLDER}.brother", label_questions.BROTHER, label_settings.brother)),
    "label-page": Driver("Label page", label_settings.DRIVER, label_settings.driver, _label_page, _says_nothing,
                         labels=True),
}  # fmt: skip


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


def measure(url: str, language: str, patience: Patience | None = None) -> Outcome:
    """Let a label printer feed and measure its labels; raise ``Refused`` where its language has no word for that."""
    driver = of(language)
    if language not in _MEASURING:
        raise Refused(_("A {language} printer measures its labels by itself.").format(language=driver.label))
    command: bytes = import_module(f"{_FOLDER}.{_MEASURING[language]}").MEASURE
    return receipt_printer.send(transports.of(transports.parse_url(url)), command, asks=False, patience=patience)


def label_printer_of(language: str, settings: Mapping[str, Any]) -> LabelPrinter:
    """Return a label printer as its device's settings describe it; raise ``Refused`` for settings that do not."""
    made = of(language).check(settings)
    if not isinstance(made, LabelPrinter):
        raise Refused(_("{language} is no language of label printers.").format(language=language[:30]))
    return made
