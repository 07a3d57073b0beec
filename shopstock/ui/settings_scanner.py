"""Settings, Scanner: how this computer's scanner types, found out by three scans, and what the last scan was.

The way it types belongs to the computer and is kept beside the program; serial scanners are devices of the till.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import code128, codes, epc, scanner_trial
from shopstock.core.scan import Scan
from shopstock.core.scanner_trial import Key
from shopstock.core.text import _, ngettext
from shopstock.ui import fields, scanner_options, settings_form, sounds, theme
from shopstock.ui import format as fmt
from shopstock.ui.scanner import Scanner, ScannerOptions
from shopstock.ui.shop import Shop
from shopstock.ui.wedge_keys import Trial


class ScannerPage(QWidget):
    """The options, the serial scanner's address, and the last scan."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._captures: list[list[Key]] = []
        self._repair_caps = True
        self.suffix = QComboBox()
        for name, words in (
            ("either", _("Enter or Tab")), ("enter", _("Enter")), ("tab", _("Tab")), ("none", _("nothing: a pause")),
        ):  # fmt: skip
            self.suffix.addItem(words, name)
        self.prefix = QLineEdit()
        self.prefix.setMaxLength(5)
        self.prefix.setFixedWidth(160)
        self.prefix.setPlaceholderText(_("usually none"))
        self.gap = fields.CountEdit(5, scanner_options.SLOWEST_GAP_MS, _("Longest pause between keys, ms"))
        self.shortest = fields.CountEdit(1, 20, _("Shortest code"))
        self.positions = QCheckBox(_("Read every key by its place"))
        self.positions.setToolTip(_("For a scanner that types & or é instead of 1 or 2: another keyboard layout."))
        self.separator = QLineEdit()
        self.separator.setMaxLength(1)
        self.separator.setFixedWidth(160)
        self.separator.setPlaceholderText(_("usually none"))
        self.separator.setToolTip(_("What the scanner types for the invisible mark inside GS1 codes, for example ~"))
        self.tags = fields.CountEdit(0, 600, _("An RFID tag is one tag for, seconds"))
        form = fields.form()
        for words, widget in (
            (_("A scan ends with"), self.suffix), (_("A scan begins with"), self.prefix),
            (_("Longest pause between keys, ms"), self.gap), (_("Shortest code"), self.shortest),
            (_("Stands for the GS1 mark"), self.separator), (_("An RFID tag is one tag for, seconds"), self.tags),
        ):  # fmt: skip
            fields.form_row(form, words, widget)
        form.addRow("", self.positions)
        hint = fields.label(
            _("Most scanners need none of this. A wireless one may need a pause of 60 to 90 ms; with a beginning set,"
              " only what begins so is a scan. Scanners on a serial port are set up under Devices."), "small",
            theme.SMALL,
        )  # fmt: skip
        hint.setWordWrap(True)
        self.save = fields.Button(_("Save scanner"), fields.PRIMARY, icon="device-floppy", on_click=self._save)
        self.start = fields.Button(_("Set up by three scans"), fields.OUTLINE, icon="barcode", on_click=self._begin)
        self.picture = QLabel()
        self.picture.setAccessibleName(_("The code to scan: {code}").format(code=scanner_trial.CODE))
        self.picture.hide()
        self.told = fields.label("", "wrap", theme.BODY, theme.MEDIUM)
        self.told.setWordWrap(True)
        self.told.hide()
        self.last = fields.label(_("Scan anything: what arrived is shown here."), "wrap", theme.BODY, theme.SEMIBOLD)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.told)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(settings_form.heading(_("Try it")))
        layout.addWidget(self.last)
        layout.addStretch(1)

    def came_into_view(self) -> None:
        """Show how the scanner is set up."""
        window = self.window()
        if hasattr(window, "machine"):
            options = scanner_options.kept(window.machine)
            named = next(name for name, way in scanner_options.SUFFIXES.items() if way == options.suffixes)
            self.suffix.setCurrentIndex(self.suffix.findData(named))
            self.prefix.setText(options.prefix)
            self.gap.set_value(options.gap_ms)
            self.shortest.set_value(options.min_length)
            self.positions.setChecked(options.key_positions)
            self.separator.setText(options.separator)
            self.tags.set_value(options.tag_silence)
            self._repair_caps = options.repair_caps

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._trial() is not None:
            self._end()
            self._tell(_("Nothing was changed."))
        else:
            super().keyPressEvent(event)

    # -- three scans

    def _begin(self) -> None:
        scanner = self._scanner()
        if scanner is None:
            return
        self._captures = []
        scanner.trial = Trial(self._captured, self)
        self.picture.setPixmap(_bars(self.devicePixelRatioF()))
        self.picture.show()
        self.setFocus()
        self._tell(_("Scan this code three times. A laser scanner cannot read a screen: print a test page and set the"
                     " scanner up from its maker's sheet. Esc ends it."))  # fmt: skip

    def _captured(self, keys: list[Key]) -> None:
        sounds.yes()
        self._captures.append(keys)
        if len(self._captures) < scanner_trial.SCANS:
            left = scanner_trial.SCANS - len(self._captures)
            self._tell(ngettext("Once more.", "{n} more times.", left).format(n=left))
            return
        proposal = scanner_trial.propose(self._captures)
        self._end()
        self._tell(" ".join(proposal.said))
        if proposal.works:
            self.gap.set_value(proposal.gap_ms)
            self.prefix.setText(proposal.prefix)
            self.positions.setChecked(proposal.key_positions)
            self._repair_caps = proposal.repair_caps
            # Tab is nothing that Enter could be mistaken for: either stays, where one of them came.
            self.suffix.setCurrentIndex(self.suffix.findData("none" if proposal.suffix == "none" else "either"))
            self._save()

    def _end(self) -> None:
        scanner = self._scanner()
        if scanner is not None and scanner.trial is not None:
            scanner.trial = None
        self.picture.hide()

    def _trial(self) -> Trial | None:
        scanner = self._scanner()
        return scanner.trial if scanner is not None else None

    def _scanner(self) -> Scanner | None:
        found = getattr(self.window(), "scanner", None)
        return found if isinstance(found, Scanner) else None

    def _tell(self, words: str) -> None:
        self.told.setText(words)
        self.told.setVisible(bool(words))

    # -- trying

    def on_scan(self, scan: Scan) -> None:
        """Show what arrived, control characters in sight, and what it says."""
        sounds.yes()
        way = _("typed by the scanner") if scan.source == "keyboard" else _("from {scanner}").format(
            scanner=_("the serial scanner") if scan.source == "serial" else scan.source
        )  # fmt: skip
        shown = "".join(char if char.isprintable() else f"<{ord(char):02X}>" for char in scan.code)
        said = [_("{code}, {count} characters, {way}").format(code=shown, count=len(scan.code), way=way)]
        if codes.is_gtin(scan.code):
            said.append(_("Its check digit is right."))
        if scan.aim:
            said.append(_("The scanner calls it {aim}.").format(aim=scan.aim))
        said += _meaning(scan)
        self.last.setText("  ".join(said))

    def _save(self) -> None:
        options = ScannerOptions(
            gap_ms=self.gap.value(),
            min_length=self.shortest.value(),
            prefix=self.prefix.text(),
            suffixes=scanner_options.SUFFIXES[self.suffix.currentData()],
            key_positions=self.positions.isChecked(),
            separator=self.separator.text(),
            tag_silence=self.tags.value(),
            repair_caps=self._repair_caps,
        )
        window = self.window()
        if hasattr(window, "use_scanner"):
            window.use_scanner(options)
        self._shop.say("ok", _("Scanner saved."), _("It counts from the next scan."))


def _meaning(scan: Scan) -> list[str]:
    """Say what a code says besides its number: a tag, a lot, a day, a serial number."""
    try:
        reading = codes.read(scan.aim + scan.code)
    except codes.BadCode as error:
        return [str(error)]
    said = []
    if epc.read(scan.code) is not None:
        said.append(_("It is the RFID tag of {code}.").format(code=reading.key))
    for words, value in (
        (_("Lot {value}."), reading.trace.lot), (_("Serial number {value}."), reading.trace.serial),
        (_("Good until {value}."), fmt.day(reading.trace.expires) if reading.trace.expires else ""),
    ):  # fmt: skip
        if value:
            said.append(words.format(value=value))
    return said


def _bars(ratio: float) -> QPixmap:
    """Draw the code to scan, dark on white whatever the theme, large enough for an imager before a screen."""
    bars = code128.modules(scanner_trial.CODE)
    module = max(2, round(2 * ratio))
    quiet, high = 12 * module, 96 * module // 2
    picture = QPixmap(len(bars) * module + 2 * quiet, high + 2 * quiet)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    for at, bar in enumerate(bars):
        if bar == "1":
            painter.fillRect(quiet + at * module, quiet, module, high, QColor("black"))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
