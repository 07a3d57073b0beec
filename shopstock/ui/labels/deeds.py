"""What the buttons of the Labels screen do: draw the selected label, print, write sheets, give codes, end a list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from shopstock.core import labels as core
from shopstock.core.acting import Permission
from shopstock.core.labels import Reason
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _, ngettext
from shopstock.core.units import ItemId
from shopstock.db import clock
from shopstock.devices.status import State
from shopstock.jobs.printing import JobChanged
from shopstock.queries import labels as reading
from shopstock.queries.labels import JobProgress
from shopstock.services import labels, printing
from shopstock.ui import files
from shopstock.ui import format as fmt
from shopstock.ui.labels import drawing, work
from shopstock.ui.labels.lines import Line, List
from shopstock.ui.labels.output import OutputPanel
from shopstock.ui.labels.print_page import PrintPage
from shopstock.ui.shop import Shop

#: How many codes are given in one transaction: a sale between two of them waits no longer than that.
CODES_AT_ONCE = 20
_MESSAGE = "labels"


class Deeds(QObject):
    """Does what the page with the lists and the panel beside it ask for."""

    def __init__(self, shop: Shop, page: PrintPage, output: OutputPanel, host: QWidget) -> None:
        super().__init__(host)
        self._shop, self._page, self._output, self._host = shop, page, output, host
        self._job_id: int | None = None
        self._to_give: list[ItemId] = []
        self._wanted_codes = 0
        self._wanted_template = ""
        page.chosen.connect(self.draw)
        page.codes_asked.connect(self.give_codes)
        page.done_asked.connect(self.mark_done)
        output.template_chosen.connect(self.draw)
        output.go_asked.connect(self.go)
        output.cancel_asked.connect(self.cancel)
        output.sheet.calibration_asked.connect(self.calibrate)
        shop.job_stepped.connect(self._stepped)

    # -- reading ------------------------------------------------------------------------------------------------------

    def refresh(self, template: str = "") -> None:
        """Read templates and printer again; ``template`` is then the chosen one."""
        self._wanted_template = template or self._wanted_template
        self._shop.read(work.ready, then=self._ready, key=("labels ready", id(self)))

    def _ready(self, ready: work.Ready) -> None:
        wanted, self._wanted_template = self._wanted_template, ""
        self._output.show_templates(ready.templates, wanted)
        acting = self._shop.acting
        may = acting is not None and acting.may(Permission.EDIT_SETTINGS)
        self._output.show_printer(ready.printer, may)
        if ready.job_id is not None and self._job_id is None:
            self._job_id = ready.job_id
            self.follow()

    def draw(self) -> None:
        """Draw the selected label as it will come out."""
        line, chosen = self._page.selected(), self._output.chosen()
        preview = self._output.preview
        if line is None or chosen is None or chosen.problem:
            preview.clear(_("The selected label shows here.") if line is None else chosen.problem if chosen else "")
            self._output.about.setText("")
            return
        size, dpi = self._measures()
        self._shop.read(
            work.draw, line.goods.wanted(), chosen.template, size, dpi,
            then=self._drawn, failed=self._not_drawn, key=("label preview", id(self)),
        )  # fmt: skip

    def _measures(self) -> tuple[tuple[int, int], int]:
        """Return the size of the labels that are printed on, in 1/10 mm, and how fine."""
        if self._output.to_printer():
            printer = self._output.printer()
            return ((printer.width, printer.height), printer.dpi) if printer else (work.USUAL_SIZE, work.USUAL_DPI)
        options = self._output.sheet.options()
        sheet = core.sheet_of(options.sheet if options is not None else "L7160")
        return (sheet.width // 100, sheet.height // 100), work.SHEET_DPI

    def _drawn(self, drawn: work.Drawn | None) -> None:
        if drawn is None:
            self._output.preview.clear(_("This is gone."))
            return
        self._output.preview.show_image(drawing.picture(drawn), drawn.words)
        self._output.about.setText(drawing.about(drawn))

    def _not_drawn(self, error: ShopError) -> None:
        self._output.preview.clear(str(error))
        self._output.about.setText("")

    # -- printing -----------------------------------------------------------------------------------------------------

    def go(self) -> None:
        """Print the ticked lines, or write them on sheets."""
        if not self._output.go.isEnabled() or not self._output.go.isVisible():
            return
        chosen, lines = self._output.chosen(), self._page.printed()
        if chosen is None or not lines:
            return
        if self._output.to_printer():
            self._shop.run(
                labels.queue, [line.wanted() for line in lines], chosen.template, self._page.list.reason,
                then=partial(self._queued, lines),
            )  # fmt: skip
        else:
            self._ask_sheets(chosen, lines)

    def _queued(self, lines: list[Line], queued: labels.Queued) -> None:
        self._shop.announce(queued.changes)
        self._job_id = queued.job_id
        self._output.show_progress(0, queued.labels)
        self.follow()

    def follow(self) -> None:
        """Ask how far the job is that is under way."""
        if self._job_id is not None:
            self._shop.read(
                reading.progress, self._job_id, then=self._progressed, failed=lambda _error: self._ended(),
                key=("label progress", id(self)),
            )  # fmt: skip

    def _stepped(self, job: JobChanged) -> None:
        """Take one step of a job as its printer tells it; the queue itself keeps only every so many."""
        if job.job_id == self._job_id and job.whole and job.state is State.SENDING:
            self._output.show_progress(job.done, job.whole, job.reason.words)

    def _progressed(self, progress: JobProgress) -> None:
        if progress.job_id != self._job_id:
            return
        figures = _("{done} of {whole}").format(done=fmt.number(progress.done), whole=fmt.number(progress.whole))
        if progress.state in (State.QUEUED, State.SENDING):
            self._output.show_progress(progress.done, progress.whole, progress.reason.words)
            return
        self._ended()
        if progress.state in (State.CONFIRMED, State.SENT_UNCONFIRMED):
            words = ngettext("{n} label is printed.", "{n} labels are printed.", progress.whole)
            self._shop.say("ok", words.format(n=fmt.number(progress.whole)), key=_MESSAGE)
            self._take_off(self._page.printed())
            self._page.refresh()
        elif progress.state is State.CANCELLED:
            self._shop.say("info", _("Stopped; {figures} labels came out.").format(figures=figures), key=_MESSAGE)
        else:
            self._shop.say(
                "warn", _("Not all labels came out: {figures}.").format(figures=figures), progress.reason.words,
                key=_MESSAGE,
            )  # fmt: skip

    def _ended(self) -> None:
        self._job_id = None
        self._output.end_progress()

    def cancel(self) -> None:
        """Stop what is under way: the job in the print queue, or the codes that are not given yet."""
        if self._to_give:
            self._to_give = []
        elif self._job_id is not None:
            self._shop.run(printing.cancel, self._job_id, then=lambda _changes: self.follow(), asked_by=self)

    # -- sheets -------------------------------------------------------------------------------------------------------

    def _ask_sheets(self, chosen: reading.TemplateRow, lines: list[Line]) -> None:
        options = self._output.sheet.options()
        if options is None:
            return
        wanted, reason = [line.wanted() for line in lines], self._page.list.reason

        def write(path: str) -> None:
            self._shop.read(
                work.write_sheets, wanted, chosen.template, options, reason, path, then=partial(self._written, lines),
                busy=self._output.set_busy, asked_by=self,
            )  # fmt: skip

        day = clock.to_local(clock.now()).date().isoformat()
        files.ask_save(self._host, _("Save the labels as PDF"), work.pdf_name(day), write)

    def _written(self, lines: list[Line], path: str) -> None:
        self._output.sheet.printed(sum(line.copies for line in lines))
        self._shop.say(
            "ok", _("Labels saved. Print them at 100 %, not fitted to the page."), path, _("Done"),
            partial(self._done, lines), key=_MESSAGE,
        )  # fmt: skip
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))

    def calibrate(self) -> None:
        """Write the page that shows where this printer puts the labels."""
        options = self._output.sheet.options()
        if options is not None:
            name = _("calibration {sheet}").format(sheet=options.sheet) + ".pdf"
            files.ask_save(self._host, _("Save the calibration page"), name, partial(self._write_calibration, options))

    def _write_calibration(self, options: core.SheetOptions, path: str) -> None:
        self._shop.read(work.write_calibration, options, path, then=self._calibrated, asked_by=self)

    def _calibrated(self, path: str) -> None:
        said = _("Print it on plain paper and hold it against a sheet of labels.")
        self._shop.say("ok", said, path, key=_MESSAGE)
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))

    # -- the lists ----------------------------------------------------------------------------------------------------

    def mark_done(self) -> None:
        """Take the ticked lines off their list: their labels are on the goods."""
        self._done(self._page.printed())

    def _done(self, lines: list[Line]) -> None:
        if not lines:
            return
        name = lines[0].list
        if name is List.PLACES:
            self._take_off(lines)
            self._page.refresh()
            return
        said = ngettext("{n} line is off the list.", "{n} lines are off the list.", len(lines))
        said = said.format(n=fmt.number(len(lines)))
        if name is List.ANY:
            self._take_off(lines)
            self._taken_off(said)
            return
        due = [line for line in lines if line.due]
        if not due:
            self._shop.say("warn", _("Goods without a code stay here until they have one."), key=_MESSAGE)
            return
        self._shop.run(
            labels.mark_done, [line.item_id for line in due], Reason(name.value),
            then=lambda _changes: self._taken_off(said), asked_by=self,
        )  # fmt: skip

    def _take_off(self, lines: list[Line]) -> None:
        """Forget what a person chose, now that it is printed; what wants a label leaves its list by itself."""
        self._page.lines.drop(line.goods for line in lines if line.list is List.ANY)
        self._page.lines.tick_all([line for line in lines if line.list is List.PLACES], False)

    def _taken_off(self, said: str) -> None:
        self._shop.say("ok", said, key=_MESSAGE)
        self._page.refresh()

    # -- codes --------------------------------------------------------------------------------------------------------

    def give_codes(self, item_ids: list[ItemId]) -> None:
        """Give these goods codes of the shop's own, some at a time."""
        self._to_give = list(item_ids)
        self._wanted_codes = len(item_ids)
        self._give_some()

    def _give_some(self) -> None:
        part, self._to_give = self._to_give[:CODES_AT_ONCE], self._to_give[CODES_AT_ONCE:]
        then: Callable[[Changes], object] = lambda _changes: self._given()  # noqa: E731
        self._shop.run(work.give_codes, part, then=then, failed=self._not_given, asked_by=self)

    def _given(self) -> None:
        done = self._wanted_codes - len(self._to_give)
        if self._to_give:
            self._output.show_progress(done, self._wanted_codes)
            self._give_some()
            return
        self._output.end_progress()
        said = ngettext("{n} item has a code now.", "{n} items have a code now.", done).format(n=fmt.number(done))
        self._shop.say("ok", said, _("Its label is on the list “No code”."), key=_MESSAGE)
        self._page.refresh()

    def _not_given(self, error: ShopError) -> None:
        self._to_give = []
        self._output.end_progress()
        self._shop.say("bad", str(error), key=_MESSAGE)
        self._page.refresh()
