"""The questions of a write-off, each in the side card: how many, which cause, which lot, whether to give it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from shopstock.core.text import _
from shopstock.core.units import Qty
from shopstock.queries.causes import Cause
from shopstock.queries.lots import LotHere
from shopstock.ui import format as fmt
from shopstock.ui.fields import QtyEdit
from shopstock.ui.receive.panels import SidePanel
from shopstock.ui.sell.panel import Form, action
from shopstock.ui.sell.till_button import TillButton


class QtyPanel(SidePanel):
    """Set how many of a row are written off."""

    def __init__(self, name: str, now: Qty, take: Callable[[Qty], object]) -> None:
        super().__init__(name, _("Type how many are written off."))
        self._take = take
        form = Form(pad=False)
        self.qty = QtyEdit(_("Quantity"))
        form.add_field(_("Quantity"), self.qty)
        self.qty.write(now)
        form.add_keys(action(_("Set"), self._apply))
        self.qty.returnPressed.connect(self._apply)
        self.add(form)
        self.parts.addStretch(1)
        self.first = self.qty

    def _apply(self) -> None:
        qty = self.qty.read()
        if qty is None or qty <= 0:
            self.say(_("Type a number above 0, such as 3. “Take off” drops the row."))
            self.qty.setFocus()
            return
        self._take(qty)


class CausePanel(SidePanel):
    """Give a row another cause."""

    def __init__(self, name: str, causes: Sequence[Cause], now: str, take: Callable[[str], object]) -> None:
        super().__init__(name, _("Why is it written off?"))
        keys: list[TillButton] = []
        for cause in causes:
            key = action(cause.name, partial(take, cause.key), "chosen" if cause.key == now else "quiet")
            keys.append(key)
            self.add(key)
        self.parts.addStretch(1)
        self.first = keys[0] if keys else None


class LotPanel(SidePanel):
    """Say which lot a row is of."""

    def __init__(self, name: str, lots: Sequence[LotHere], take: Callable[[LotHere | None], object]) -> None:
        said = _("Which lot is it?") if lots else _("No lot of it lies there.")
        super().__init__(name, said)
        keys = []
        for lot in lots:
            key = TillButton(lot.code or _("without a number"), stacked=True)
            key.show_text(
                lot.code or _("without a number"),
                _("good until {day} · {qty} there").format(day=fmt.day(lot.expires or None), qty=fmt.qty(lot.on_hand)),
            )
            key.clicked.connect(lambda _checked=False, lot=lot: take(lot))
            keys.append(key)
            self.add(key)
        self.add(action(_("I do not know"), lambda: take(None), "quiet"))
        self.parts.addStretch(1)
        self.first = keys[0] if keys else None


class GiveUpPanel(SidePanel):
    """Ask once more before a write-off is given up: its rows and its evidence go with it."""

    def __init__(self, number: str, rows: int, evidence: int, give_up: Callable[[], object]) -> None:
        super().__init__(
            _("Give it up?"),
            _("{number} with {rows} rows and {files} photos or files is gone for good. Nothing is written off.").format(
                number=number, rows=fmt.number(rows), files=fmt.number(evidence)
            ),
        )
        key = action(_("Give it up"), give_up, "outline", "trash")
        self.add(key)
        self.parts.addStretch(1)
        self.first = key
