"""Beside the lists: the label as it will come out, its template, and where it goes: a label printer or a sheet."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from shopstock.core import labels
from shopstock.core.text import _, ngettext
from shopstock.queries.labels import TemplateRow
from shopstock.ui import fields, icons, theme
from shopstock.ui import format as fmt
from shopstock.ui.labels.preview import LabelPreview
from shopstock.ui.labels.sheet_options import SheetPanel
from shopstock.ui.labels.work import LabelPrinter
from shopstock.ui.segments import Segments

WIDE, NARROW = 444, 340
PRINTER, SHEET = "printer", "sheet"


class OutputPanel(QFrame):
    """The panel. It asks for everything; the page does it."""

    go_asked = Signal()
    cancel_asked = Signal()
    set_up_asked = Signal()
    template_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._machine: QSettings | None = None
        self._printer: LabelPrinter | None = None
        self._count = 0
        self._rows: list[TemplateRow] = []
        self._all: list[TemplateRow] = []
        self._of_places = False
        self._chosen_for = {False: "", True: ""}
        self._under_way = False
        self.template = QComboBox()
        self.template.setAccessibleName(_("Template"))
        self.template.activated.connect(lambda _place: self.template_chosen.emit())
        self.preview = LabelPreview()
        self.about = fields.label("", "small", theme.SMALL)
        self.about.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.way = Segments(_("Where the labels come out"))
        self.way.add(PRINTER, _("Label printer"), 1)
        self.way.add(SHEET, _("PDF sheet"), 1)
        self.way.chosen.connect(lambda _way: self._way_chosen())
        self.sheet = SheetPanel()
        self.sheet.changed.connect(self._say)
        self.device = QWidget()
        self.where = fields.label("", "wrap", theme.SMALL)
        self.set_up = fields.Button(_("Set up a label printer"), icon="printer", on_click=self.set_up_asked.emit)
        below = QVBoxLayout(self.device)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(theme.S2)
        below.addWidget(self.where)
        below.addWidget(self.set_up)
        self.why = fields.label("", "wrap", theme.SMALL)
        self.go = fields.Button(
            _("Print"), fields.PRIMARY, icon="printer", height=theme.MAIN_ACTION, on_click=self.go_asked.emit
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Labels that are out"))
        self.done = fields.label("", "", theme.BODY, theme.SEMIBOLD)
        self.cancel = fields.Button(_("Cancel"), icon="x", on_click=self.cancel_asked.emit)
        self._ends = QStackedWidget()
        self._ends.addWidget(self.go)
        self._ends.addWidget(self._progress())
        self._ends.setFixedHeight(theme.MAIN_ACTION)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S4, theme.S4, theme.S4, theme.S4)
        layout.setSpacing(theme.S3)
        layout.addWidget(self.template)
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.about)
        layout.addWidget(self.way)
        layout.addWidget(self.sheet)
        layout.addWidget(self.device)
        layout.addWidget(self.why)
        layout.addWidget(self._ends)
        self._way_chosen()

    def _progress(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        words = QVBoxLayout()
        words.setSpacing(theme.S2)
        words.addStretch(1)
        words.addWidget(self.done)
        words.addWidget(self.bar)
        words.addStretch(1)
        row.addLayout(words, 1)
        row.addWidget(self.cancel)
        return page

    def use_machine(self, machine: QSettings) -> None:
        """Go out where it went out on this computer before."""
        self._machine = machine
        self.sheet.use_machine(machine)
        if str(machine.value("labels/way", PRINTER)) == SHEET:
            self.way.set_value(SHEET)
            self._way_chosen()

    # -- what is chosen -----------------------------------------------------------------------------------------------

    def to_printer(self) -> bool:
        """Tell whether the labels go to the label printer."""
        return bool(self.way.value() == PRINTER)

    def printer(self) -> LabelPrinter | None:
        """Return the label printer of this till, or ``None``."""
        return self._printer

    def chosen(self) -> TemplateRow | None:
        """Return the chosen template."""
        place = self.template.currentIndex()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    # -- showing ------------------------------------------------------------------------------------------------------

    def show_templates(self, rows: list[TemplateRow], wanted: str = "") -> None:
        """Offer the templates; the one of before stays chosen, else the wanted, else the usual one."""
        self._all = rows
        wanted_row = next((row for row in rows if row.name == wanted), None)
        if wanted_row is not None:
            self._chosen_for[labels.is_for_places(wanted_row.template)] = wanted
        self._offer()

    def show_kind(self, of_places: bool) -> None:
        """Offer the templates of places, or those of goods; each keep the one that was chosen last."""
        if of_places is not self._of_places:
            before = self.chosen()
            self._chosen_for[self._of_places] = "" if before is None else before.name
            self._of_places = of_places
            self._rows = []
            self._offer()

    def _offer(self) -> None:
        before = self.chosen()
        fit = [row for row in self._all if row.problem or labels.is_for_places(row.template) is self._of_places]
        self._rows = fit if any(not row.problem for row in fit) else list(self._all)
        self.template.clear()
        for row in self._rows:
            self.template.addItem(row.name)
        names = [row.name for row in self._rows]
        usual = next((row.name for row in self._rows if row.is_default), names[0] if names else "")
        wanted = self._chosen_for[self._of_places]
        keep = wanted if wanted in names else before.name if before is not None and before.name in names else usual
        self._chosen_for[self._of_places] = ""
        self.template.setCurrentIndex(names.index(keep) if keep in names else -1)

    def show_printer(self, printer: LabelPrinter | None, may_set_up: bool) -> None:
        """Say which label printer this till has; a till without one makes sheets until somebody says otherwise."""
        first = self._printer is None
        self._printer = printer
        self.set_up.setVisible(printer is None and may_set_up)
        if printer is None:
            self.where.setText(_("No label printer is set up for this till. A PDF sheet needs none."))
        else:
            self.where.setText(printer.words)
        if first and printer is None and (self._machine is None or not self._machine.contains("labels/way")):
            self.way.set_value(SHEET)
        self._way_chosen(keep=False)

    def show_count(self, count: int) -> None:
        """Say how many labels there are to print."""
        self._count = count
        self.sheet.set_count(count)
        self._say()

    def show_progress(self, done: int, whole: int, waits_for: str = "") -> None:
        """Say how far the labels are and what they wait for; the bar stands where the button was until it ends."""
        self._under_way = True
        self.bar.setRange(0, max(whole, 1))
        self.bar.setValue(done)
        words = _("{done} of {whole}").format(done=fmt.number(done), whole=fmt.number(whole))
        self.done.setText(words)
        self.bar.setAccessibleDescription(words)
        self.why.setText(waits_for)
        self.why.setVisible(bool(waits_for))
        self._ends.setCurrentIndex(1)

    def end_progress(self) -> None:
        """Offer to print again."""
        if self._under_way:
            self._under_way = False
            self._ends.setCurrentIndex(0)
            self._say()

    def set_busy(self, busy: bool) -> None:
        """Let nobody ask twice while a file is being written."""
        self.go.setEnabled(not busy and not self._waits())

    def set_narrow(self, narrow: bool) -> None:
        """Leave more room for the table in a narrow window."""
        self.setFixedWidth(NARROW if narrow else WIDE)

    def _way_chosen(self, keep: bool = True) -> None:
        to_printer = self.to_printer()
        self.sheet.setVisible(not to_printer)
        self.device.setVisible(to_printer)
        if keep and self._machine is not None:
            self._machine.setValue("labels/way", self.way.value())
        self._say()
        self.template_chosen.emit()

    def _say(self) -> None:
        figure = fmt.number(self._count)
        if self.to_printer():
            words = ngettext("Print {n} label", "Print {n} labels", self._count).format(n=figure)
            self.go.setIcon(icons.icon("printer", "onaccent"))
        else:
            words = ngettext("Save {n} label as PDF", "Save {n} labels as PDF", self._count).format(n=figure)
            self.go.setIcon(icons.icon("download", "onaccent"))
        self.go.setText(words)
        self.go.setAccessibleName(words)
        waits = self._waits()
        self.go.setEnabled(not waits)
        if not self._under_way:
            self.why.setText(waits)
            self.why.setVisible(bool(waits))

    def _waits(self) -> str:
        chosen = self.chosen()
        if chosen is not None and chosen.problem:
            return chosen.problem
        if not self._count:
            return _("Tick what to print, or scan it.")
        if self.to_printer() and self._printer is None:
            return _("Set up a label printer first, or choose PDF sheet.")
        if not self.to_printer() and self.sheet.options() is None:
            return _("An offset is −20.0 to 20.0 mm. Correct it.")
        return ""
