"""One table of colours, spacing and type sizes for the whole program; light, dark and high contrast.

``apply(app, mode)`` sets the Fusion style, the palette, the font and the one generated stylesheet; ``current()`` gives
the tokens to whoever paints by hand. ``watcher().changed`` tells those to paint again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from shopstock import resources
from shopstock.ui import stylesheet

MODES = ("system", "light", "dark", "contrast")

# Spacing (a 4-pixel grid), in device-independent pixels.
S1, S2, S3, S4, S6 = 4, 8, 12, 16, 24
RADIUS_CHIP, RADIUS_FILTER, RADIUS_CARD = 4, 6, 8
ROW_DENSE, ROW_COMFORTABLE, ROW_TILL, ROW_TWO_LINES = 36, 44, 52, 56
CONTROL, TILL_KEY, MAIN_ACTION, STRIP, RAIL, RAIL_ENTRY, TABLE_HEAD = 44, 56, 60, 44, 88, 64, 32

# Type sizes in pixels and weights. Nothing else exists.
SMALL, BODY, TITLE, TITLE_REPORTS, TOTAL, LAST_SCAN = 13, 15, 20, 26, 60, 96
REGULAR, MEDIUM, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one mode as ``#RRGGBB``. See each name's use in :data:`LIGHT`."""

    mode: str
    canvas: str  # behind everything
    surface: str  # cards, tables, inputs, rail, strip
    sunken: str  # waiting buttons, quiet chips, lowest heat step
    line: str  # hairlines, card edges (decoration, never the only sign)
    edge: str  # inputs, main outline buttons, ticks
    ink: str  # text, figures
    ink2: str  # labels, units, keys, icons: the palest text there is
    accent: str  # focus, selection, primary, links, data
    onaccent: str  # text on accent
    accentsoft: str  # selected row, filter chips
    ok: str
    oksoft: str
    warn: str
    warnsoft: str
    bad: str
    badsoft: str

    def color(self, token: str) -> QColor:
        """Return a token as a colour."""
        return QColor(getattr(self, token))

    def as_dict(self) -> dict[str, str]:
        """Return every token by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


LIGHT = Tokens(
    "light", "#F4F4F1", "#FFFFFF", "#FAFAF8", "#E3E3DD", "#83868A", "#1A1C1F", "#545960", "#2352BE", "#FFFFFF",
    "#E8EEFB", "#166B42", "#E2F2E8", "#814B00", "#FCF0D6", "#AC221B", "#FCE9E7",
)  # fmt: skip
DARK = Tokens(
    "dark", "#131416", "#1B1D20", "#222529", "#303439", "#7C828A", "#EEEFF0", "#B3B8BE", "#8CB0FF", "#0C1426",
    "#1F2B47", "#74D6A1", "#173024", "#F3C063", "#38290C", "#FFA199", "#421B1C",
)  # fmt: skip
CONTRAST = Tokens(
    "contrast", "#000000", "#000000", "#101010", "#8C8C8C", "#FFFFFF", "#FFFFFF", "#FFFFFF", "#FFE14A", "#000000",
    "#2B2600", "#7CFFB2", "#00210F", "#FFC63D", "#2B1E00", "#FF9A91", "#330503",
)  # fmt: skip
TABLE = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


class _Watcher(QObject):
    """Tells hand-painted widgets that the tokens changed."""

    changed = Signal()


_FACE = "shopstock face"
_current: Tokens = LIGHT
_mode = "light"
_motion = True
_family = ""
_watcher: _Watcher | None = None


def watcher() -> _Watcher:
    """Return the object whose ``changed`` fires when the mode changes."""
    global _watcher
    if _watcher is None:
        _watcher = _Watcher()
    return _watcher


def current() -> Tokens:
    """Return the tokens in force."""
    return _current


def mode() -> str:
    """Return the chosen mode (``system`` stays ``system``)."""
    return _mode


def apply(app: QApplication, mode: str = "system") -> None:
    """Dress the application: Fusion, palette, font, stylesheet. ``mode`` is one of :data:`MODES`."""
    global _current, _mode
    if mode not in MODES:
        mode = "system"
    _mode = mode
    _current = TABLE[resolve(mode)]
    _load_fonts()
    if app.style().name().lower() != "fusion":
        app.setStyle("Fusion")
    sheet = stylesheet.build(_current.as_dict())
    if app.styleSheet() == sheet:
        return  # dressing every widget again takes seconds on a large window
    app.setFont(font(BODY))
    app.setPalette(_palette(_current))
    app.setStyleSheet(sheet)
    for widget in app.allWidgets():
        # Qt forgets a font that was given to a widget on show when the stylesheet changes.
        face = widget.property(_FACE)
        if face is not None:
            widget.setFont(face)
    watcher().changed.emit()


def resolve(mode: str) -> str:
    """Turn ``system`` into what the desktop asks for; a desktop that does not say gets light."""
    if mode != "system":
        return mode
    hints = QGuiApplication.styleHints()
    if hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark:
        return "dark"
    return "light"


def follow_system(app: QApplication) -> None:
    """Change with the desktop as long as the mode is ``system``."""
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: apply(app, "system") if _mode == "system" else None)


def set_motion(on: bool) -> None:
    """Let rows and bars move, or not: for people whom motion disturbs, and for slow remote screens."""
    global _motion
    _motion = on


def motion() -> bool:
    """Tell whether anything on the screen may move."""
    return _motion


def font(size: int = BODY, weight: QFont.Weight = REGULAR) -> QFont:
    """Return the one type family at a pixel size and weight, with tabular figures."""
    return QFont(_font(_family, size, weight))


@lru_cache(maxsize=64)
def _font(family: str, size: int, weight: QFont.Weight) -> QFont:
    result = QFont(family) if family else QFont()
    result.setPixelSize(size)
    result.setWeight(weight)
    result.setFeature(QFont.Tag("tnum"), 1)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return result


def metrics(size: int = BODY, weight: QFont.Weight = REGULAR) -> QFontMetrics:
    """Return the measures of that font."""
    return _metrics(_family, size, weight)


@lru_cache(maxsize=64)
def _metrics(family: str, size: int, weight: QFont.Weight) -> QFontMetrics:
    return QFontMetrics(_font(family, size, weight))


def style_font(widget: QWidget, size: int, weight: QFont.Weight = REGULAR) -> None:
    """Give a widget a type size and weight."""
    face = font(size, weight)
    widget.setFont(face)
    widget.setProperty(_FACE, face)


def contrast_ratio(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two ``#RRGGBB`` colours (1 to 21)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    total = 0.0
    for weight, start in ((0.2126, 1), (0.7152, 3), (0.0722, 5)):
        channel = int(color[start : start + 2], 16) / 255
        total += weight * (channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
    return total


def _load_fonts() -> None:
    global _family
    if _family:
        return
    for name in ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf"):
        QFontDatabase.addApplicationFont(str(resources.path("fonts", name)))
    _family = "Inter" if "Inter" in QFontDatabase.families() else QApplication.font().family()


def _palette(t: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, token in (
        (role.Window, t.canvas), (role.WindowText, t.ink), (role.Base, t.surface), (role.AlternateBase, t.surface),
        (role.Text, t.ink), (role.Button, t.surface), (role.ButtonText, t.ink), (role.BrightText, t.bad),
        (role.Highlight, t.accent), (role.HighlightedText, t.onaccent), (role.Link, t.accent),
        (role.LinkVisited, t.accent), (role.ToolTipBase, t.surface), (role.ToolTipText, t.ink),
        (role.PlaceholderText, t.ink2), (role.Light, t.surface), (role.Midlight, t.line), (role.Mid, t.line),
        (role.Dark, t.edge), (role.Shadow, t.edge), (role.Accent, t.accent),
    ):  # fmt: skip
        palette.setColor(name, QColor(token))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(t.ink2))
    return palette
