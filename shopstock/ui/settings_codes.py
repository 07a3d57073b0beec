"""Settings, Scale codes: the rules for codes that carry a price or a weight, and a box to try a code.

The rules are edited as a whole and written by one Save, in their order: the first that matches counts.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import code_rules, codes, currency
from shopstock.core.code_rules import Kind, Rule, Rules
from shopstock.core.outcome import Changes, Refused
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import LocationId, Qty
from shopstock.db.connection import Db
from shopstock.queries import items as items_query
from shopstock.services import settings as settings_service
from shopstock.ui import fields, settings_form, theme
from shopstock.ui import format as fmt
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class RuleRow(NamedTuple):
    """One rule at its place."""

    place: int
    name: str
    pattern: str
    kind: Kind


def kind_words(kind: Kind) -> str:
    """Say what a rule reads out of a code."""
    return {Kind.WEIGHT: _("weight, kg"), Kind.PRICE: _("price"), Kind.COUNT: _("pieces")}[kind]


def read(db: Db) -> tuple[Rule, ...]:
    """Return the shop's rules in their order."""
    return items_query.code_rules_of(db).rules


class Tried(NamedTuple):
    """What a code says under rules that need not be saved yet; ``expected`` is the check digit it should have."""

    reading: codes.Reading
    expected: str
    found: items_query.Found | None


def tried(db: Db, code: str, rules: Rules, location_id: LocationId) -> Tried:
    """Read a code by these rules and look for its item; raise ``BadCode`` for what cannot be one."""
    found = items_query.by_code(db, code, location_id, rules)
    return Tried(codes.read(code, rules), codes.check(code).expected, found)


def checked(_db: Db, rule: Rule) -> Rule:
    """Return a rule that can be used; raise ``Refused`` with what is wrong with it."""
    code_rules.compile_rule(rule)
    if not rule.name:
        raise Refused(_("Give the rule a name."))
    return rule


class CodesPage(QWidget):
    """The table of rules, the fields of the chosen one, and the try-it box."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._edited = False
        self._model = RowsModel(
            (
                Column("name", _("Rule")),
                Column("pattern", _("Pattern"), width=180, weight=theme.MEDIUM),
                Column("kind", _("Reads"), width=140, text=lambda row: kind_words(row.kind)),
            ),
            self,
        )
        self.table = Table(self._model, _("Rules for codes with a price or weight"))
        self.table.setFixedHeight(theme.TABLE_HEAD + 3 * theme.ROW_COMFORTABLE)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._fill())
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.pattern = QLineEdit()
        self.pattern.setMaxLength(20)
        self.pattern.setPlaceholderText("21.....{NNDDD}")
        self.kind = QComboBox()
        for kind in Kind:
            self.kind.addItem(kind_words(kind), kind)
        form = fields.form()
        for words, widget in ((_("Name"), self.name), (_("Pattern"), self.pattern), (_("Reads"), self.kind)):
            fields.form_row(form, words, widget)
        hint = fields.label(
            _("Twelve places without the check digit: a digit is itself, . a digit of the item's number, C a check"
              " digit inside; in braces N a whole and D a decimal digit of the amount."),
            "small", theme.SMALL,
        )  # fmt: skip
        hint.setWordWrap(True)
        self.change = fields.Button(_("Change this rule"), on_click=self._change)
        self.add = fields.Button(_("Add as new"), icon="plus", on_click=self._add)
        self.up = fields.Button(_("Earlier"), icon="arrow-up", on_click=lambda: self._move(-1))
        self.remove = fields.Button(_("Remove"), icon="trash", on_click=self._remove)
        self.save = fields.Button(_("Save rules"), fields.PRIMARY, icon="device-floppy", on_click=self._save)
        deeds = QHBoxLayout()
        for button in (self.change, self.add, self.up, self.remove):
            deeds.addWidget(button)
        deeds.addStretch(1)
        self.wrong = fields.label("", "bad")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        self.code = QLineEdit()
        self.code.setMaxLength(100)
        self.code.setAccessibleName(_("A code to try"))
        self.code.setPlaceholderText(_("scan or type a code: 13 digits with a right check digit"))
        self.code.textChanged.connect(lambda _text: self._try())
        self.says = fields.label("", "", theme.BODY, theme.SEMIBOLD)
        self.says.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self.table)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addLayout(deeds)
        layout.addWidget(self.wrong)
        layout.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(settings_form.heading(_("Try a code")))
        layout.addWidget(self.code)
        layout.addWidget(self.says)
        layout.addStretch(1)

    def came_into_view(self) -> None:
        """Read the rules, unless some wait to be saved."""
        if not self._edited:
            self._shop.read(read, then=self._show, key="settings codes")

    def on_scan(self, scan: Scan) -> None:
        """Try a scanned code."""
        self.code.setText(scan.code)

    def rules(self) -> tuple[Rule, ...]:
        """The rules on show, in their order."""
        return tuple(Rule(row.name, row.pattern, row.kind) for row in self._model.rows)

    def _show(self, rules: tuple[Rule, ...]) -> None:
        self._edited = False
        self._set(list(rules), 0)

    def _set(self, rules: list[Rule], chosen: int) -> None:
        self._model.set_rows(RuleRow(place, *rule) for place, rule in enumerate(rules))
        self.table.select(max(0, min(chosen, len(rules) - 1)))
        self.save.setEnabled(self._edited)
        self._say("")
        self._fill()
        self._try()

    def _fill(self) -> None:
        row = self.table.selected_row()
        for button in (self.change, self.up, self.remove):
            button.setEnabled(row is not None)
        if row is not None:
            self.name.setText(row.name)
            self.pattern.setText(row.pattern)
            self.kind.setCurrentIndex(self.kind.findData(row.kind))

    def _say(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    def _put(self, place: int) -> None:
        """Check the rule in the fields and put it at a place: another's, or behind the last."""
        rule = Rule(self.name.text().strip(), self.pattern.text().strip(), Kind(self.kind.currentData()))
        rules = list(self.rules())
        self._shop.read(
            checked, rule, then=lambda right: self._edit([*rules[:place], right, *rules[place + 1 :]], place),
            failed=lambda error: self._say(str(error)), key="check a rule",
        )  # fmt: skip

    def _edit(self, rules: list[Rule], chosen: int) -> None:
        self._edited = True
        self._set(rules, chosen)

    def _change(self) -> None:
        row = self.table.selected_row()
        if row is not None:
            self._put(row.place)

    def _add(self) -> None:
        self._put(len(self.rules()))

    def _move(self, by: int) -> None:
        row = self.table.selected_row()
        if row is not None and 0 <= row.place + by < len(self.rules()):
            rules = list(self.rules())
            rules.insert(row.place + by, rules.pop(row.place))
            self._edit(rules, row.place + by)

    def _remove(self) -> None:
        row = self.table.selected_row()
        if row is not None:
            rules = list(self.rules())
            del rules[row.place]
            self._edit(rules, row.place)

    def _save(self) -> None:
        self._shop.run(settings_service.save_code_rules, self.rules(), then=self._saved)

    def _saved(self, _changes: Changes) -> None:
        self._edited = False
        self.save.setEnabled(False)
        self._shop.say("ok", _("Rules saved."), _("They count from the next scan."))

    # -- trying -----------------------------------------------------------------------------------------------------

    def _try(self) -> None:
        code, acting = self.code.text().strip(), self._shop.acting
        self.says.setText("")
        if not code or acting is None:
            return
        self._shop.read(
            tried, code, Rules(self.rules()), acting.location_id, then=self._tell,
            failed=lambda error: self.says.setText(str(error)), key="try a code",
        )  # fmt: skip

    def _tell(self, said: Tried) -> None:
        reading, found = said.reading, said.found
        parts = []
        if reading.kind is not None:
            base = reading.base_key.removeprefix("0")
            amount = _("{base} with {amount}").format(base=base, amount=self._amount(reading))
            parts.append(amount)
        else:
            if said.expected:
                parts.append(_("The check digit should be {digit}.").format(digit=said.expected))
            parts.append(_("No rule reads this code."))
        if found is None:
            parts.append(_("No item has it yet."))
        else:
            parts.append(_("It is {item}.").format(item=found.name))
        self.says.setText("  ".join(parts))

    def _amount(self, reading: codes.Reading) -> str:
        if reading.kind is Kind.PRICE:
            shop = self._shop.settings.currency
            price = fmt.money(reading.amount, currency.of(shop).digits)
            return _("the price {price} {currency}").format(price=price, currency=shop)
        quantity = fmt.qty(Qty(reading.amount))
        if reading.kind is Kind.WEIGHT:
            return _("the weight {quantity} kg").format(quantity=quantity)
        return _("{quantity} pieces").format(quantity=quantity)
