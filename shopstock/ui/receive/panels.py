"""The questions of the count, each in the side card: how many, damaged, which lot, where to put it, which supplier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QSize, Qt, QTimer
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from shopstock.core.outcome import Refused
from shopstock.core.places import Level, inside
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import NO_DAY, ONE, Day, Qty
from shopstock.queries import places as places_query
from shopstock.queries.places import Place
from shopstock.ui import files, theme
from shopstock.ui import format as fmt
from shopstock.ui.fields import QtyEdit, label
from shopstock.ui.sell.panel import Form, Panel, action
from shopstock.ui.sell.till_button import TillButton

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")
_GROWS_MS = 300


class SidePanel(Panel):
    """A panel whose parts stand one below the other."""

    def __init__(self, title: str, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, sentence, parent)
        self.title.setWordWrap(True)
        self.parts = QVBoxLayout()
        self.parts.setSpacing(theme.S2)
        self.body.addLayout(self.parts, 1)

    def add(self, *widgets: QWidget) -> None:
        """Put parts below those that are there."""
        for widget in widgets:
            self.parts.addWidget(widget)


class SetPanel(SidePanel):
    """Set how many of an item were counted; the difference to what stands there is one more line of the count."""

    def __init__(self, name: str, counted: Qty, take: Callable[[Qty], object]) -> None:
        super().__init__(name, _("Type how many there are."))
        self._take = take
        form = Form(pad=False)
        self.qty = QtyEdit(_("Counted"))
        form.add_field(_("Counted"), self.qty)
        self.qty.write(counted)
        self.apply_key = action(_("Set"), self._apply, "outline")
        form.add_keys(self.apply_key)
        self.qty.returnPressed.connect(self._apply)
        self.add(form)
        self.parts.addStretch(1)
        self.first = self.qty

    def _apply(self) -> None:
        qty = self.qty.read()
        if qty is None or qty < 0:
            self.say(_("Type a number of 0 or more, such as 24."))
            self.qty.setFocus()
            return
        self._take(qty)


class LotPanel(SidePanel):
    """Ask for lot and last day of goods that track lots and whose code says nothing of them."""

    def __init__(
        self, name: str, qty: Qty, take: Callable[[str, Day], object], lot: str = "", expires: Day = NO_DAY
    ) -> None:
        super().__init__(name, _("{qty} wait for their lot. They are counted already.").format(qty=fmt.qty(qty)))
        self._take = take
        form = Form(pad=False)
        self.lot = QLineEdit(lot)
        self.lot.setMaxLength(40)
        form.add_field(_("Lot"), self.lot)
        self.day = QLineEdit(written_day(expires))
        self.day.setMaxLength(10)
        self.day.setPlaceholderText(_("year-month-day"))
        form.add_field(_("Good until"), self.day)
        self.apply_key = action(_("Write it down"), self._apply, "outline")
        form.add_keys(self.apply_key)
        self.lot.returnPressed.connect(self._to_day)
        self.day.returnPressed.connect(self._apply)
        self.add(form)
        self.parts.addStretch(1)
        self.first = self.lot
        # What was named last is offered; a letter replaces it.
        self.lot.selectAll()

    def _to_day(self) -> None:
        self.day.setFocus()
        self.day.selectAll()

    def _apply(self) -> None:
        day = read_day(self.day.text())
        if day is None:
            self.say(_("Type the day as 2027-03-31, or leave it empty."))
            self.day.setFocus()
            return
        if not self.lot.text().strip() and not day:
            self.say(_("Type the lot, the day, or both."))
            self.lot.setFocus()
            return
        self._take(self.lot.text().strip(), day)


def read_day(text: str) -> Day | None:
    """Read a day written as ``2027-03-31``, ``20270331`` or ``270331``; empty is no day, ``None`` cannot be read."""
    digits = "".join(character for character in text if character.isdigit())
    if not text.strip():
        return NO_DAY
    if len(digits) == 6:
        digits = f"20{digits}"
    if len(digits) != 8 or not digits.isascii():
        return None
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return Day(int(digits))


def written_day(day: Day | int) -> str:
    """Write a day as it is typed; empty for none."""
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}" if day else ""


#: More places than these are offered without their bins: those are scanned.
_MOST_PLACES = 12


class PlacePanel(SidePanel):
    """Choose where counted goods are put: by scanning a place's label, or by a tap."""

    def __init__(self, places: Sequence[Place], now: Place | None, take: Callable[[Place | None], object]) -> None:
        super().__init__(_("Put-away place"), _("Scan a place's label, or choose. It holds for what is counted next."))
        self._places, self._take = places, take
        self.keys: list[TillButton] = []
        offered = places if len(places) <= _MOST_PLACES else [one for one in places if one.level != Level.BIN]
        for place in (None, *offered[:_MOST_PLACES]):
            words = _("Where each belongs") if place is None else inside(place.path)
            chosen = (place and place.id) == (now and now.id)
            key = action(words, partial(take, place), "chosen" if chosen else "quiet")
            self.keys.append(key)
            self.add(key)
        self.parts.addStretch(1)
        self.first = self.keys[0] if self.keys else None

    def take_scan(self, scan: Scan) -> bool:
        """Take the label of a place."""
        place = places_query.named(self._places, scan.code)
        if place is None:
            return False
        self._take(place)
        return True


class DamagedPanel(SidePanel):
    """Set goods aside as damaged: how many, what is wrong, and a photo from a file or from the camera's folder."""

    def __init__(
        self, name: str, most: Qty, folder: str, take: Callable[[Qty, str, str], object],
        folder_chosen: Callable[[str], object],
    ) -> None:  # fmt: skip
        super().__init__(_("Damaged"), name)
        self._take, self._most, self._folder_chosen = take, most, folder_chosen
        self.photo = ""
        form = Form(pad=False)
        self.qty = QtyEdit(_("How many"))
        form.add_field(_("How many"), self.qty)
        self.qty.write(ONE if most >= ONE or not most else most)
        self.note = QLineEdit()
        self.note.setMaxLength(200)
        form.add_field(_("What is wrong"), self.note)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._picture.setAccessibleName(_("Photo"))
        self._picture.hide()
        self._said = label("", "small", theme.SMALL)
        self._said.setWordWrap(True)
        self.choose_key = action(_("Photo file"), self._choose, "quiet", "photo")
        self.folder_key = action(_("Camera folder"), self._choose_folder, "quiet", "folder-open")
        self.apply_key = action(_("Set aside"), self._apply, "outline")
        self.add(form, self._picture, self._said)
        form.add_keys(self.choose_key)
        form.add_keys(self.folder_key)
        self.parts.addStretch(1)
        self.add(self.apply_key)
        self.qty.returnPressed.connect(self.note.setFocus)
        self.note.returnPressed.connect(self._apply)
        self.first = self.qty
        self._watch = QFileSystemWatcher(self)
        self._watch.directoryChanged.connect(self._look)
        self._sizes: dict[str, int] = {}
        # A folder tells that a picture began to be written, not that it is whole: look until it grows no more.
        self._again = QTimer(self, singleShot=True, interval=_GROWS_MS)
        self._again.timeout.connect(self._look)
        self._known: set[str] = set()
        self._use_folder(folder)

    def _use_folder(self, folder: str) -> None:
        if self._watch.directories():
            self._watch.removePaths(self._watch.directories())
        if folder and Path(folder).is_dir():
            self._known = set(pictures_in(folder))
            self._sizes.clear()
            self._watch.addPath(folder)
            self._said.setText(_("A new picture in {folder} is taken by itself.").format(folder=Path(folder).name))
        else:
            self._said.setText(_("A photo tells the supplier more than words."))

    def _look(self, _folder: str = "") -> None:
        new = {path: size for folder in self._watch.directories() for path, size in pictures_in(folder).items()
               if path not in self._known}  # fmt: skip
        before, self._sizes = self._sizes, new
        for path, size in new.items():
            if before.get(path) == size and QImageReader(path).canRead():
                self._known.update(new)
                self.use_photo(path)
                return
        if new:
            self._again.start()

    def _choose(self) -> None:
        files.ask_open(self, _("Photo of the damage"), self.use_photo)

    def _choose_folder(self) -> None:
        files.ask_folder(self, _("Folder of the camera"), self._folder_named)

    def _folder_named(self, folder: str) -> None:
        self._folder_chosen(folder)
        self._use_folder(folder)

    def use_photo(self, path: str) -> None:
        """Take a picture; one that cannot be read says so."""
        reader = QImageReader(path)
        reader.setAutoTransform(True)
        whole = reader.size()
        if whole.isValid():
            reader.setScaledSize(whole.scaled(QSize(280, 120), Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        if image.isNull():
            self.say(_("{name} is no picture that can be shown. Choose another.").format(name=Path(path).name))
            return
        self.photo = path
        self._picture.setPixmap(QPixmap.fromImage(image))
        self._picture.setFixedHeight(image.height())
        self._picture.show()
        self._said.setText(Path(path).name)

    def _apply(self) -> None:
        qty = self.qty.read()
        if qty is None or qty <= 0:
            self.say(_("Type how many are damaged, such as 1."))
            self.qty.setFocus()
            return
        if self._most and qty > self._most:
            self.say(_("{most} are counted. Count the rest first.").format(most=fmt.qty(self._most)))
            self.qty.setFocus()
            return
        self._take(qty, self.note.text().strip(), self.photo)


def pictures_in(folder: str) -> dict[str, int]:
    """Return the pictures of a folder and their sizes in bytes, the newest first; a folder that went away has none."""
    try:
        found = [(path.stat().st_mtime_ns, str(path), path.stat().st_size) for path in Path(folder).iterdir()
                 if path.suffix.casefold() in PICTURES]  # fmt: skip
    except OSError:
        return {}
    return {path: size for _when, path, size in sorted(found, reverse=True)}


class DecidePanel(SidePanel):
    """What to do about a row that is over, short, unexpected or damaged; a key with its own letter each."""

    def __init__(self, name: str, fact: str, choices: Sequence[tuple[str, str, str]], take: Callable[[str], object],
                 chosen: str = "") -> None:  # fmt: skip
        super().__init__(name, fact)
        self.keys: dict[str, TillButton] = {}
        for decision, words, plain in choices:
            key = TillButton(words, kind="chosen" if decision == chosen else "quiet", stacked=bool(plain), height=60)
            key.show_text(words, plain)
            key.clicked.connect(lambda _checked=False, decision=decision: take(decision))
            self.keys[decision] = key
            self.add(key)
        self.parts.addStretch(1)
        self.first = next(iter(self.keys.values()), None)


def read_photo(path: str) -> bytes:
    """Read a photo; raise ``Refused`` when it is not there any more."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Refused(
            _("{name} cannot be read: {why}. Choose another.").format(name=Path(path).name, why=error.strerror)
        ) from error
