"""Why is it 18? The panel that explains a figure: where it began, what moved it, the document behind each movement."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from shopstock.core.acting import Acting, Permission
from shopstock.core.movements import MovementKind
from shopstock.core.text import _, ngettext
from shopstock.core.units import DocumentId, Instant, ItemId, LocationId
from shopstock.db.connection import Db
from shopstock.queries import explain, places
from shopstock.queries.places import PlaceStock
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme
from shopstock.ui.item_where import place_words
from shopstock.ui.movement_words import document_words, kind_words
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

WIDTH = 360
#: More places than these are one line: the item card names them all.
MOST_PLACES = 8
#: The order in which a sum is told: what came, what went, what was put right.
_ORDER = (
    MovementKind.OPENING, MovementKind.GOODS_RECEIPT, MovementKind.SALE, MovementKind.CUSTOMER_RETURN,
    MovementKind.SUPPLIER_RETURN, MovementKind.TRANSFER, MovementKind.WRITE_OFF, MovementKind.FOUND, MovementKind.COUNT,
    MovementKind.LANDED_COST, MovementKind.COST_ADJUSTMENT, MovementKind.REVERSAL,
)  # fmt: skip


class _Story(NamedTuple):
    """What stands behind a figure."""

    told: explain.Explanation | None
    held: list[explain.Held]
    layers: list[explain.LayerRow]
    where: list[PlaceStock]


class _MovementRow(NamedTuple):
    movement_id: int
    title: str
    when: str
    change: str
    left: str
    document_id: int


class ExplainPanel(QFrame):
    """The panel. :meth:`show_item` explains one figure of one item; ``closed`` asks to put the panel away."""

    closed = Signal()

    def __init__(self, shop: Shop, money_decimals: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._decimals = money_decimals
        self._field = "on_hand"
        self._item_id: ItemId | None = None
        self._as_of: Instant | None = None
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        self._title = QLabel()
        self._title.setFont(theme.font(theme.TITLE, theme.SEMIBOLD))
        self._subtitle = _small()
        self._close = QPushButton()
        self._close.setIcon(icons.icon("x", "ink2"))
        self._close.setProperty("kind", "bare")
        self._close.setFixedSize(theme.CONTROL, theme.CONTROL)
        self._close.setAccessibleName(_("Close the explanation"))
        self._close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(theme.S4, 0, theme.S2, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        self._sum = QGridLayout()
        self._sum.setContentsMargins(theme.S4, 0, theme.S4, 0)
        self._sum.setVerticalSpacing(theme.S1)
        self._note = _small()
        self._note.setWordWrap(True)
        self._model = RowsModel(
            [
                Column("title", _("Movements"), weight=theme.MEDIUM, token="accent", second="when"),
                Column("change", _("Change"), "number", 68, theme.MEDIUM, text=lambda row: row.change),
                Column("left", _("Left"), "number", 72, token="ink2", text=lambda row: row.left),
            ]
        )
        self._table = Table(self._model, _("Movements behind the figure"), row_height=44)
        self._table.opened.connect(self._open_document)
        self._table.clicked.connect(lambda index: self._open_document(self._model.row_at(index.row())))
        self._earlier = _small()
        story = QWidget()
        column = QVBoxLayout(story)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        column.addLayout(self._sum)
        column.addWidget(self._note)
        column.addWidget(self._table, 1)
        column.addWidget(self._earlier)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._document = _DocumentView(money_decimals)
        self._document.back.connect(lambda: self._stack.setCurrentIndex(0))
        self._stack.addWidget(story)
        self._stack.addWidget(self._document)
        layout = QVBoxLayout(self)
        # The tables reach from edge to edge: their own padding lines up with the texts.
        layout.setContentsMargins(1, theme.S2, 1, theme.S3)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._subtitle)
        layout.addSpacing(theme.S2)
        layout.addWidget(body, 1)

    def show_item(self, item_id: ItemId, field: str, as_of: Instant | None) -> None:
        """Explain ``field`` (``on_hand``, ``available``, ``in_transit`` or ``value``) of an item at a moment."""
        self._field, self._item_id, self._as_of = field, item_id, as_of
        self._shop.read(_story, item_id, as_of, then=self._told, key=("explain", id(self)))

    def look_again(self, as_of: Instant | None, items: frozenset[ItemId] | None = None) -> None:
        """Tell the same figure as it is now, or at another moment; only when it is one of ``items``, if they are named.

        A document that is open stays open: the figure waits behind it.
        """
        if self._item_id is not None and (items is None or self._item_id in items):
            self._as_of = as_of
            self._shop.read(_story, self._item_id, as_of, then=self._fill, key=("explain", id(self)))

    def open_document(self, document_id: DocumentId) -> None:
        """Show a document alone, without the figure that led to it."""
        self._item_id = None
        self._title.setText(_("Document"))
        self._subtitle.setText("")
        self._document.show_way_back(False)
        self._read_document(document_id)

    def _read_document(self, document_id: int) -> None:
        acting = self._shop.acting
        self._shop.read(
            explain.document, document_id, then=self._show_document, key=("document", id(self)),
            with_cost=acting is not None and acting.may(Permission.SEE_COST),
        )  # fmt: skip

    def _told(self, story: _Story) -> None:
        self._stack.setCurrentIndex(0)
        self._fill(story)

    def _fill(self, story: _Story) -> None:
        told, held, layers, where = story
        if told is None:
            return
        in_money = self._field == "value"
        write = self._money if in_money else fmt.qty
        held_qty = sum(row.qty for row in held)
        figure = told.value if in_money else told.qty - (held_qty if self._field == "available" else 0)
        self._title.setText(_("Why {figure}?").format(figure=write(figure)))
        what = {"value": _("Value"), "available": _("Available"), "in_transit": _("In transit and on hand")}
        self._subtitle.setText(f"{what.get(self._field, _('On hand'))}, {told.name}")
        self._subtitle.setWordWrap(True)
        self._fill_sum(told, [] if in_money else self._where_words(where), in_money)
        self._note.setText(self._held_words(held) if not in_money else self._layer_words(layers))
        self._note.setVisible(bool(self._note.text()))
        self._model.set_rows(
            _MovementRow(
                row.movement_id,
                document_words(row.document_kind, row.document_number),
                fmt.instant(row.occurred_at),
                _signed(row.value if in_money else row.qty, write),
                write(row.value_after if in_money else row.on_hand_after),
                row.document_id,
            )
            for row in told.movements
        )
        self._earlier.setText(
            ngettext("and {n} earlier movement", "and {n} earlier movements", told.earlier).format(
                n=fmt.number(told.earlier)
            )
        )
        self._earlier.setVisible(told.earlier > 0)

    def _where_words(self, where: list[PlaceStock]) -> list[tuple[str, str]]:
        """Return the places that hold some, each with its figure; none where all lies at one place."""
        own_shop = next((row.shop_id for row in where if row.here), LocationId(0))
        held = [row for row in where if row.on_hand]
        if len(held) < 2:
            return []
        words = [(place_words(row, own_shop), fmt.qty(row.on_hand)) for row in held[:MOST_PLACES]]
        others = held[MOST_PLACES:]
        if others:
            more = ngettext("{n} more place", "{n} more places", len(others)).format(n=fmt.number(len(others)))
            words.append((more, fmt.qty(sum(row.on_hand for row in others))))
        return words

    def _fill_sum(self, told: explain.Explanation, places_: list[tuple[str, str]], in_money: bool) -> None:
        write = self._money if in_money else fmt.qty
        while (item := self._sum.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        start = told.start_value if in_money else told.start_qty
        rows: list[tuple[str, str]] = []
        if told.counted_at is not None:
            rows.append((_("Counted {when}").format(when=fmt.instant(told.counted_at)), write(start)))
        elif start:
            rows.append((_("Before"), write(start)))
        rows += [
            (kind_words(part.kind), _signed(part.value if in_money else part.qty, write))
            for part in sorted(told.parts, key=lambda part: _ORDER.index(MovementKind(part.kind)))
            if (part.value if in_money else part.qty)
        ]
        for number, (label, figure) in enumerate(places_):
            self._put(number, label, figure, theme.BODY, theme.REGULAR)
        if places_:
            self._rule(len(places_))
            rows = [("", "")] * (len(places_) + 1) + rows
        for number, (label, figure) in enumerate(rows):
            if label:
                self._put(number, label, figure, theme.BODY, theme.REGULAR)
        self._rule(len(rows))
        if self._as_of is None:
            label = _("Value now") if in_money else _("On hand now")
        else:
            label = _("Value then") if in_money else _("On hand then")
        self._put(len(rows) + 1, label, write(told.value if in_money else told.qty), theme.TITLE, theme.SEMIBOLD)

    def _rule(self, row: int) -> None:
        rule = QFrame()
        rule.setProperty("role", "hairline")
        self._sum.addWidget(rule, row, 0, 1, 2)

    def _put(self, row: int, label: str, figure: str, size: int, weight: Any) -> None:
        name, amount = QLabel(label), QLabel(figure)
        name.setFont(theme.font(theme.BODY, weight))
        amount.setFont(theme.font(size, theme.SEMIBOLD if weight == theme.SEMIBOLD else theme.MEDIUM))
        self._sum.addWidget(name, row, 0)
        self._sum.addWidget(amount, row, 1, Qt.AlignmentFlag.AlignRight)

    def _held_words(self, held: list[explain.Held]) -> str:
        if not held:
            return ""
        total = sum(row.qty for row in held)
        return ngettext(
            "{qty} held by a parked sale: {names}", "{qty} held by {n} parked sales: {names}", len(held)
        ).format(qty=fmt.qty(total), n=len(held), names=", ".join(row.label or row.person for row in held))

    def _layer_words(self, layers: list[explain.LayerRow]) -> str:
        lines = [
            _("{qty} at {value} from {number}, {when}").format(
                qty=fmt.qty(row.qty_left), value=self._money(row.value_left), number=row.document_number or "–",
                when=fmt.instant(row.received_at),
            )
            for row in layers[:6]
        ]  # fmt: skip
        return "\n".join(lines)

    def _money(self, value: int) -> str:
        return fmt.money(value, self._decimals)

    def _open_document(self, row: _MovementRow | None) -> None:
        if row is not None:
            self._document.show_way_back(True)
            self._read_document(row.document_id)

    def _show_document(self, document: explain.MovementSource | None) -> None:
        if document is not None:
            self._document.show_document(document)
            self._stack.setCurrentIndex(1)


class _LineRow(NamedTuple):
    line_no: int
    name: str
    sku: str
    qty: int
    amount: int | None


class _DocumentView(QWidget):
    """One document: who, what, when, and its lines."""

    back = Signal()

    def __init__(self, money_decimals: int) -> None:
        super().__init__()
        self._decimals = money_decimals
        self._back = QPushButton(_("Back to the figure"))
        self._back.setIcon(icons.icon("chevron-left", "accent"))
        self._back.setProperty("kind", "link")
        self._back.clicked.connect(self.back)
        self._title = QLabel()
        self._title.setContentsMargins(theme.S4, 0, theme.S4, 0)
        self._title.setFont(theme.font(theme.BODY, theme.SEMIBOLD))
        self._facts = _small()
        self._facts.setWordWrap(True)
        self._model = RowsModel(
            [
                Column("name", _("Item"), second="sku"),
                Column("qty", _("Quantity"), "qty", 80),
                Column("amount", _("Amount"), "money", 84, theme.MEDIUM),
            ],
            money_decimals=money_decimals,
        )
        self._table = Table(self._model, _("Lines of the document"), row_height=44)
        self._payments = _small()
        self._payments.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S2)
        back = QHBoxLayout()
        back.setContentsMargins(theme.S3, 0, theme.S4, 0)
        back.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(back)
        layout.addWidget(self._title)
        layout.addWidget(self._facts)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._payments)

    def show_way_back(self, there: bool) -> None:
        """Offer the way back to the figure, where there is one."""
        self._back.setVisible(there)

    def show_document(self, document: explain.MovementSource) -> None:
        """Fill the view."""
        self._title.setText(document_words(document.kind, document.number))
        facts = [fmt.instant(document.occurred_at), document.by]
        if document.approved_by:
            facts.append(_("approved by {name}").format(name=document.approved_by))
        for label, text in (
            (_("reference {text}"), document.reference),
            (_("with {text}"), document.party),
            (_("note: {text}"), document.note),
            (_("reversed by {text}"), document.reversed_by),
        ):
            if text:
                facts.append(label.format(text=text))
        self._facts.setText(" · ".join(facts))
        self._model.set_rows(
            _LineRow(number, name, sku, qty, amount)
            for number, (sku, name, qty, _price, amount) in enumerate(document.lines)
        )
        self._payments.setText(
            ", ".join(f"{name} {fmt.money(amount, self._decimals)}" for name, amount in document.payments)
        )
        self._payments.setVisible(bool(document.payments))


def _story(db: Db, acting: Acting, item_id: ItemId, as_of: Instant | None) -> _Story:
    now = as_of is None
    return _Story(
        explain.explain_item(db, item_id, as_of),
        explain.held(db, item_id) if now else [],
        explain.layers(db, item_id) if now else [],
        places.stock_by_place(db, item_id, acting.location_id) if now else [],
    )


def _signed(value: int, write: Any) -> str:
    return f"+{write(value)}" if value > 0 else str(write(value))


def _small() -> QLabel:
    label = QLabel()
    label.setContentsMargins(theme.S4, 0, theme.S4, 0)
    label.setProperty("role", "small")
    label.setFont(theme.font(theme.SMALL))
    return label
