"""The table view of every screen: hairlines, an accent bar for the selected row, figures on one edge.

A hand-painted delegate instead of stylesheet cells: a unit stands after the edge of its figure so that digits align,
chips and a small second line fit in a cell, and a row that was scanned fades from accentsoft.
"""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from shopstock.core.text import _
from shopstock.ui import icons, theme
from shopstock.ui.rows import ROW_ROLE, Chip, Column, TableModel

PAD = 8
EDGE_PAD = 16
UNIT_ROOM = 30
CHIP_HEIGHT = 24
_ANY = QModelIndex | QPersistentModelIndex
_SELECTED = QStyle.StateFlag.State_Selected
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def chip_width(chip: Chip) -> int:
    """Return how wide a chip will be painted."""
    metrics = theme.metrics(theme.SMALL, theme.MEDIUM)
    return 16 + metrics.horizontalAdvance(chip.text) + (20 if chip.icon else 0)


def paint_chip(painter: QPainter, rect: QRect, chip: Chip, on_tint: bool = False) -> None:
    """Paint a chip; on a tinted row it is surface-coloured."""
    t = theme.current()
    ink = {"ok": t.ok, "warn": t.warn, "bad": t.bad, "accent": t.accent}.get(chip.tone, t.ink2)
    soft = {"ok": t.oksoft, "warn": t.warnsoft, "bad": t.badsoft, "accent": t.accentsoft}.get(chip.tone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if soft is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.surface if on_tint else soft))
        painter.drawRoundedRect(rect, theme.RADIUS_CHIP, theme.RADIUS_CHIP)
    elif chip.tone == "outline":
        painter.setPen(QPen(QColor(t.line), 1))
        painter.setBrush(QColor(t.surface))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_CHIP, theme.RADIUS_CHIP)
    inner = rect.adjusted(8, 0, -8, 0)
    if chip.icon:
        spot = QRect(0, 0, 16, 16)
        spot.moveCenter(QPoint(0, rect.center().y()))
        rtl = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if rtl:
            spot.moveRight(inner.right())
            inner.setRight(spot.left() - 4)
        else:
            spot.moveLeft(inner.left())
            inner.setLeft(spot.right() + 5)
        icons.paint(painter, chip.icon, spot, ink)
    painter.setPen(QColor(ink))
    painter.setFont(theme.font(theme.SMALL, theme.MEDIUM))
    painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter, chip.text)


class RowDelegate(QStyledItemDelegate):
    """Paints one cell from its column's description. Override ``paint_cell`` for a cell of another kind."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        return QSize(80, theme.ROW_DENSE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        # Every cell on show is painted again with each scan: ask the model itself, not through Qt and back.
        view = cast("Table", self.parent())
        model = view.rows_model()
        column = model.columns[index.column()]
        row = model.row_at(index.row())
        rect: QRect = option.rect
        selected = _SELECTED in option.state
        tone = model.tone_of(row) if row is not None else None
        painter.save()
        painter.setLayoutDirection(view.layoutDirection())
        self._paint_ground(painter, view, rect, index, selected, tone)
        if row is not None:
            inner = view.cell_inner(index.column(), rect)
            self.paint_cell(painter, view, inner, column, row, index, selected or tone is not None)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, view: Table, rect: QRect, index: _ANY, selected: bool, tone: str | None
    ) -> None:
        t = theme.current()
        glow = view.glow(index.row())
        if not selected and tone is None and glow <= 0:
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.color("line"))
            return
        ground = {"bad": t.badsoft, "warn": t.warnsoft}.get(tone or "", t.accentsoft if selected else "")
        if ground:
            painter.fillRect(rect, QColor(ground))
        if glow > 0 and not ground:
            color = QColor(t.accentsoft)
            color.setAlphaF(glow)
            painter.fillRect(rect, color)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(t.line))
        if (selected or tone) and view.is_first(index.column()):
            bar = {"bad": t.bad, "warn": t.warn}.get(tone or "", t.accent)
            left = rect.right() - 3 if view.isRightToLeft() else rect.left()
            painter.fillRect(QRect(left, rect.top(), 4, rect.height()), QColor(bar))

    def paint_cell(
        self, painter: QPainter, view: Table, inner: QRect, column: Column, row: Any, index: _ANY, tinted: bool
    ) -> None:
        """Paint text, unit, second line and chips inside ``inner``."""
        t = theme.current()
        weight = theme.MEDIUM if column.weight == theme.REGULAR and tinted and not column.numeric else column.weight
        font, metrics = theme.font(column.size, weight), theme.metrics(column.size, weight)
        text = column.shown(row, view.rows_model().money_decimals)
        chips = column.chips(row) if column.chips is not None else ()
        painter.setFont(font)
        painter.setPen(t.color(column.token))
        if column.numeric:
            figure, unit = inner, QRect()
            if column.unit:
                figure = inner.adjusted(0, 0, -UNIT_ROOM, 0)
                unit = QRect(figure.right() + 5, inner.top(), UNIT_ROOM - 4, inner.height())
            painter.drawText(figure, _RIGHT, text)
            if column.explains and index == view.currentIndex():
                self._paint_pick(painter, figure, metrics.horizontalAdvance(text))
            if column.unit:
                # The unit shares the figure's base line.
                small = theme.SMALL if column.size <= theme.BODY else theme.BODY
                painter.setFont(theme.font(small))
                painter.setPen(t.color("ink2"))
                top = inner.top() + (inner.height() - metrics.height()) // 2 + metrics.ascent()
                unit_text = theme.metrics(small).elidedText(
                    str(getattr(row, column.unit) or ""), Qt.TextElideMode.ElideRight, unit.width()
                )
                painter.drawText(QPoint(unit.left(), top), unit_text)
            return
        room = inner.width() - sum(chip_width(chip) + 8 for chip in chips)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 24))
        line = inner
        second = str(getattr(row, column.second) or "") if column.second else ""
        if second:
            line = QRect(inner.left(), inner.top() + 6, inner.width(), inner.height() // 2 - 4)
            below = QRect(inner.left(), inner.center().y() + 1, inner.width(), inner.height() // 2 - 6)
            painter.drawText(line, _LEFT, shown)
            painter.setFont(theme.font(theme.SMALL))
            painter.setPen(t.color("ink2"))
            second = theme.metrics(theme.SMALL).elidedText(second, Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, _LEFT, second)
        else:
            painter.drawText(line, _LEFT, shown)
        offset = metrics.horizontalAdvance(shown) + 12 if shown else 0
        for chip in chips:
            width = chip_width(chip)
            spot = QRect(inner.left() + offset, line.center().y() - CHIP_HEIGHT // 2, width, CHIP_HEIGHT)
            if view.isRightToLeft():
                spot.moveRight(inner.right() - offset)
            paint_chip(painter, spot, chip, tinted)
            offset += width + 8

    def _paint_pick(self, painter: QPainter, figure: QRect, width: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRect(figure.right() - width - 10, figure.center().y() - 14, width + 18, 28)
        painter.drawRoundedRect(box, theme.RADIUS_FILTER, theme.RADIUS_FILTER)


class _Head(QHeaderView):
    """A table head whose titles stand over their figures' edge."""

    def __init__(self, table: Table) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.setAccessibleName(_("Titles of the columns"))
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(24)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        t = theme.current()
        column = self._table.rows_model().columns[logical]
        painter.save()
        painter.setLayoutDirection(self.layoutDirection())
        painter.fillRect(rect, t.color("surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.color("line"))
        inner = self._table.cell_inner(logical, rect)
        if column.numeric and column.unit:
            inner = inner.adjusted(0, 0, -UNIT_ROOM, 0)
        sorted_here = self.isSortIndicatorShown() and self.sortIndicatorSection() == logical
        font = theme.font(theme.SMALL, theme.SEMIBOLD if sorted_here else theme.MEDIUM)
        painter.setFont(font)
        painter.setPen(t.color("ink" if sorted_here else "ink2"))
        side = (
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
            if column.numeric
            else Qt.AlignmentFlag.AlignLeft
        )
        text = column.title
        if sorted_here:
            text += " ↓" if self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder else " ↑"
        text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class Table(QTableView):
    """A table of one model. ``row_height`` is one of the theme's; figures with ``explains`` can be picked by click."""

    picked = Signal(object, str)  # the row, the field of the figure
    opened = Signal(object)  # the row: Enter or double click
    sort_asked = Signal(str, bool)  # field, descending

    def __init__(
        self,
        model: TableModel,
        name: str,
        parent: QWidget | None = None,
        *,
        row_height: int = theme.ROW_COMFORTABLE,
        head_height: int = theme.TABLE_HEAD,
    ) -> None:
        super().__init__(parent)
        self._glows: dict[int, float] = {}
        self._sort = ("", False)
        self._outer: tuple[int, int] | None = None
        self.setAccessibleName(name)
        self.setHorizontalHeader(_Head(self))
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTableView.Shape.NoFrame)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(row_height)
        rows.setDefaultSectionSize(row_height)
        head = self.horizontalHeader()
        head.setFixedHeight(head_height)
        for number, column in enumerate(model.columns):
            if column.width:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
                head.resizeSection(number, column.width)
            else:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        for changed in (head.sectionResized, head.sectionMoved, head.sectionCountChanged):
            changed.connect(self._columns_changed)
        head.sectionClicked.connect(self._head_clicked)
        self.clicked.connect(self._clicked)
        self.activated.connect(lambda index: self.opened.emit(index.data(ROW_ROLE)))
        theme.watcher().changed.connect(self._repaint)

    def rows_model(self) -> TableModel:
        """Return the model with its type."""
        return cast("TableModel", self.model())

    def selected_row(self) -> Any:
        """Return the NamedTuple of the selected row, or ``None``."""
        index = self.currentIndex()
        return index.data(ROW_ROLE) if index.isValid() else None

    def select(self, row: int) -> None:
        """Select a row and bring it into view."""
        model = self.model()
        if 0 <= row < model.rowCount():
            column = max(self.currentIndex().column(), 0)
            self.setCurrentIndex(model.index(row, column))
            self.scrollTo(model.index(row, 0))

    def is_first(self, column: int) -> bool:
        """Tell whether a column stands at the leading edge."""
        return column == self._outer_columns()[0]

    def cell_inner(self, column: int, rect: QRect) -> QRect:
        """Return a cell without its padding; the table's outer edges have more."""
        first, last = self._outer_columns()
        start = EDGE_PAD if column == first else PAD
        end = EDGE_PAD if column == last else PAD
        if self.isRightToLeft():
            start, end = end, start
        return rect.adjusted(start, 0, -end, 0)

    def _outer_columns(self) -> tuple[int, int]:
        """Return the first and the last column on show, -1 where there is none; asked for with every cell."""
        if self._outer is None:
            head = self.horizontalHeader()
            visible = sorted((n for n in range(head.count()) if not head.isSectionHidden(n)), key=head.visualIndex)
            self._outer = (visible[0], visible[-1]) if visible else (-1, -1)
        return self._outer

    def _columns_changed(self) -> None:
        self._outer = None

    def flash(self, row: int) -> None:
        """Let a row fade from accentsoft for 400 ms: it has just been scanned."""
        if not theme.motion():
            return
        fade = QVariantAnimation(self)
        fade.setDuration(400)
        fade.setStartValue(1.0)
        fade.setEndValue(0.0)
        fade.setEasingCurve(QEasingCurve.Type.OutQuad)
        fade.valueChanged.connect(lambda value: self._set_glow(row, float(value)))
        fade.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    def glow(self, row: int) -> float:
        """Return how much of a row's flash is left, 0 to 1."""
        return self._glows.get(row, 0.0)

    def _set_glow(self, row: int, value: float) -> None:
        if value > 0:
            self._glows[row] = value
        else:
            self._glows.pop(row, None)
        model = self.model()
        top, last = model.index(row, 0), model.index(row, model.columnCount() - 1)
        self.viewport().update(self.visualRect(top).united(self.visualRect(last)))

    def _clicked(self, index: QModelIndex) -> None:
        column = self.rows_model().columns[index.column()]
        row = index.data(ROW_ROLE)
        if column.explains and row is not None:
            self.picked.emit(row, column.field)

    def _head_clicked(self, section: int) -> None:
        column = self.rows_model().columns[section]
        if not column.sortable:
            return
        # Not the header's own indicator: Qt has already flipped it when it tells of the click.
        field, descending = self._sort
        descending = not descending if field == column.field else column.numeric
        self.show_sort(column.field, descending)
        self.sort_asked.emit(column.field, descending)

    def show_sort(self, field: str, descending: bool) -> None:
        """Mark the column that the rows are sorted by."""
        self._sort = (field, descending)
        head = self.horizontalHeader()
        for number, column in enumerate(self.rows_model().columns):
            if column.field == field:
                order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
                head.setSortIndicator(number, order)
                head.setSortIndicatorShown(True)

    def _repaint(self) -> None:
        self.viewport().update()
        self.horizontalHeader().viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        # Its class says it sooner than its type, which would be made an enum with every event.
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            return self._tool_tip(event)
        return super().viewportEvent(event)

    def _tool_tip(self, event: QEvent) -> bool:
        # Only a text that is cut off explains itself by a tooltip.
        index = self.indexAt(cast("QHelpEvent", event).pos())
        if index.isValid():
            column = self.rows_model().columns[index.column()]
            text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
            metrics = QFontMetrics(theme.font(column.size, theme.MEDIUM))
            if column.numeric or metrics.horizontalAdvance(text) <= self.columnWidth(index.column()) - 2 * PAD:
                return True
        return super().viewportEvent(event)
