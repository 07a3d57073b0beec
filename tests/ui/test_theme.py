"""The token table keeps its contrast, and the sheet is built from it alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QLabel

from shopstock import resources
from shopstock.ui import icons, stylesheet, theme

TEXT_PAIRS = [
    *(("ink", ground) for ground in ("canvas", "surface", "sunken", "accentsoft", "badsoft")),
    *(("ink2", ground) for ground in ("canvas", "surface", "sunken", "accentsoft", "badsoft")),
    ("accent", "surface"), ("accent", "accentsoft"), ("onaccent", "accent"),
    ("ok", "oksoft"), ("warn", "warnsoft"), ("bad", "badsoft"), ("bad", "surface"), ("ok", "surface"),
    ("warn", "surface"),
]  # fmt: skip


@pytest.mark.parametrize("mode", sorted(theme.TABLE))
def test_every_text_colour_has_a_contrast_of_four_and_a_half(mode: str) -> None:
    colors = theme.TABLE[mode].as_dict()
    weak = {pair: theme.contrast_ratio(colors[pair[0]], colors[pair[1]]) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("mode", sorted(theme.TABLE))
def test_control_edges_and_focus_have_a_contrast_of_three(mode: str) -> None:
    colors = theme.TABLE[mode].as_dict()
    for token in ("edge", "accent"):
        for ground in ("surface", "canvas"):
            assert theme.contrast_ratio(colors[token], colors[ground]) >= 3, (token, ground)


def test_the_ratio_itself_is_right() -> None:
    assert round(theme.contrast_ratio("#000000", "#FFFFFF"), 1) == 21.0
    assert round(theme.contrast_ratio("#545960", "#F4F4F1"), 1) == 6.4


@pytest.mark.parametrize("mode", sorted(theme.TABLE))
def test_the_stylesheet_uses_no_colour_outside_the_table(mode: str, qapp: QApplication) -> None:
    tokens = theme.TABLE[mode].as_dict()
    used = set(re.findall(r"#[0-9A-Fa-f]{6}\b", stylesheet.build(tokens)))
    assert used <= set(tokens.values())


def test_apply_dresses_the_application(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert theme.current() is theme.DARK
    assert qapp.palette().window().color().name().upper() == theme.DARK.canvas
    assert QFontInfo(theme.font(15, theme.SEMIBOLD)).family() == "Inter"
    theme.apply(qapp, "light")
    assert qapp.palette().base().color().name().upper() == theme.LIGHT.surface


def test_an_unknown_mode_is_the_systems(qapp: QApplication) -> None:
    theme.apply(qapp, "purple")
    assert theme.mode() == "system"
    theme.apply(qapp, "light")


def test_icons_take_the_colour_of_the_palette_and_stay_crisp(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    icon = icons.icon("box", "accent")
    image = icon.pixmap(20, 20).toImage()
    pixels = [image.pixelColor(x, y) for x in range(20) for y in range(20)]
    inked = {pixel.name().upper() for pixel in pixels if pixel.alpha() == 255}
    assert inked == {theme.LIGHT.accent}
    double = icons.pixmap("box", 20, "ink", 2.0)
    assert (double.width(), double.devicePixelRatio()) == (40, 2.0)


def test_every_icon_named_in_the_code_is_there() -> None:
    have = {path.stem for path in resources.path("icons").glob("*.svg")}
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(icons.__file__).parent.glob("*.py"))
    named = set(re.findall(r"icons\.(?:icon|pixmap)\(\s*\"([a-z0-9-]+)\"", source)) | set(
        re.findall(r"\bicon=\"([a-z0-9-]+)\"", source)
    )
    assert named <= have, named - have


def test_a_font_given_to_a_widget_on_show_outlives_a_change_of_colours(qapp: QApplication, qtbot: Any) -> None:
    label = QLabel("24.20")
    qtbot.addWidget(label)
    theme.apply(qapp, "light")
    label.show()
    theme.style_font(label, theme.TOTAL, theme.SEMIBOLD)
    theme.apply(qapp, "dark")
    assert label.font().pixelSize() == theme.TOTAL
    theme.apply(qapp, "light")
    label.close()


def test_no_widget_that_is_gone_hears_of_other_colours() -> None:
    """A lambda would keep the widget's Python half alive and be called after the rest of it is gone."""
    asked = re.compile(r"watcher\(\)\.changed\.connect\(\s*(lambda|partial)")
    folder = Path(theme.__file__).parent
    found = [path.name for path in folder.rglob("*.py") if asked.search(path.read_text(encoding="utf-8"))]
    assert found == []
