"""The quarterly review of counting as PDF: figures, the trend drawn, causes, what recurs, actions kept and missed.

Charts are drawn as lines and boxes, so that they stay sharp at any size; every figure of them stands beside them too.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from shopstock.core import currency, plain_text
from shopstock.core.count_review import TARGET, MonthFigures, Review
from shopstock.core.counting import Accuracy
from shopstock.core.purchasing import PageSize
from shopstock.core.text import _
from shopstock.core.units import Day
from shopstock.formats import pdf_table, pdf_text
from shopstock.formats.pdf_table import BODY, LEADING, SIDE, SIZES, SMALL, TITLE, Row
from shopstock.formats.pdf_text import MM

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_CHART = 50 * MM
_MOST = 20
_TALLEST = 6  # lines of one cell: an action, its item and what came of it may be long


def to_bytes(review: Review, page: PageSize = PageSize.A4) -> bytes:
    """Return the review as a PDF file."""
    from reportlab.pdfgen.canvas import Canvas

    width, height = SIZES[page]
    rows = _rows(review, width)
    dealt = pdf_table.pages(rows, height - pdf_table.TOP - pdf_table.BOTTOM, 0, 0)
    out = BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=1)
    canvas.setTitle(_("Review of counting {quarter}").format(quarter=review.quarter.name))
    canvas.setCreator("shopstock")
    for number, fitting in enumerate(dealt, 1):
        y = height - pdf_table.TOP
        for row in fitting:
            row.draw(canvas, y)
            y -= row.height
        pdf_table.page_foot(canvas, review.shop, review.quarter.name, width, number, len(dealt))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _rows(review: Review, width: float) -> list[Row]:
    title = _("Review of counting {quarter}").format(quarter=review.quarter.name)
    rows = [_text(title, TITLE, True, 26), _text(plain_text.clean(review.shop), BODY, False, 20)]
    if not review.whole.all.lines:
        told = _("Nothing was counted and posted in this quarter, so nothing can be said about it.")
        return [*rows, _text(told, BODY, False, 20), *_actions(review, width)]
    rows += [_heading(_("Inventory accuracy")), *_summary(review, width), _chart(review.months, width)]
    rows += [_heading(_("Root causes by value")), *_causes(review, width)]
    rows += [_heading(_("Items that are off again and again")), *_recurring(review, width)]
    return [*rows, *_actions(review, width)]


def _text(text: str, size: float, bold: bool, height: float) -> Row:
    def draw(canvas: Canvas, y: float) -> None:
        pdf_text.draw(canvas, SIDE, y - size - 2, text, size, bold)

    return Row(height, draw)


def _heading(text: str) -> Row:
    def draw(canvas: Canvas, y: float) -> None:
        pdf_text.draw(canvas, SIDE, y - 20, text, 11, True)

    return Row(28, draw)


def _table(lines: list[tuple[str, ...]], ends: tuple[float, ...], width: float) -> list[Row]:
    """Return a small table: the first line is its head, the first column is text, the others end at ``ends`` (mm)."""
    return [_line(line, ends, width, head=number == 0) for number, line in enumerate(lines)]


def _line(cells: tuple[str, ...], ends: tuple[float, ...], width: float, *, head: bool) -> Row:
    size = SMALL if head else BODY
    first = pdf_text.wrapped(plain_text.clean(cells[0]), width - 2 * SIDE - ends[0] * MM, size, False)[:_TALLEST]
    height = LEADING * max(len(first), 1) + 6

    def draw(canvas: Canvas, y: float) -> None:
        for at, text in enumerate(first):
            pdf_text.draw(canvas, SIDE, y - size - 3 - at * LEADING, text, size, False)
        for text, end in zip(cells[1:], ends, strict=True):
            shown = plain_text.clean(text)
            right = width - SIDE - (end - 26) * MM if end > 26 else width - SIDE
            pdf_text.draw(canvas, right - pdf_text.length(shown, size, False), y - size - 3, shown, size, False)
        canvas.setLineWidth(0.25)
        canvas.line(SIDE, y - height + 1, width - SIDE, y - height + 1)

    return Row(height, draw)


def _percent(figure: int | None) -> str:
    return "–" if figure is None else f"{figure / 100:.1f} %"


def _figures(told: Accuracy) -> tuple[str, ...]:
    if told.records is None:
        return (str(told.lines), _("not counted"), "–", "–", "–")
    between = f"{_percent(told.records.low)} – {_percent(told.records.high)}"
    return str(told.lines), _percent(told.records.share), between, _percent(told.gross), _percent(told.net)


def _summary(review: Review, width: float) -> list[Row]:
    head = ("", _("Lines"), _("Right"), _("95 % interval"), _("Off, gross"), _("Net"))
    lines: list[tuple[str, ...]] = [head]
    for months in (*review.months, review.whole, review.before):
        lines.append((_("{month}, A items").format(month=months.name), *_figures(months.a)))
        lines.append((_("{month}, all").format(month=months.name), *_figures(months.all)))
    said = _("A count is right when it is within the tolerance of its class; 98 % of A lines should be.")
    now, then = review.whole.a.records, review.before.a.records
    changed = _("There is nothing to compare A items with.")
    if now is not None and then is not None:
        words = _("A items: {now} right now, {then} in the quarter before.")
        changed = words.format(now=_percent(now.share), then=_percent(then.share))
    return [
        *_table(lines, (126.0, 106.0, 68.0, 46.0, 26.0), width), _text(said, BODY, False, 16),
        _text(changed, BODY, False, 16),
    ]  # fmt: skip


def _chart(months: tuple[MonthFigures, ...], width: float) -> Row:
    """Draw the share of A lines that were right, month by month, each with its interval, and the target.

    The scale begins at the half, or below the lowest end of an interval where one goes further down.
    """
    lowest = min([5_000, *(month.a.records.low // 1_000 * 1_000 for month in months if month.a.records is not None)])

    def draw(canvas: Canvas, y: float) -> None:
        left, right, top, bottom = SIDE + 14 * MM, width - SIDE - 24 * MM, y - 6 * MM, y - _CHART + 8 * MM

        def at(figure: int) -> float:
            return bottom + (top - bottom) * (figure - lowest) / (10_000 - lowest)

        canvas.setLineWidth(0.25)
        for figure in range(lowest, 10_001, 1_000):
            canvas.line(left, at(figure), right, at(figure))
            label = f"{figure // 100} %"
            pdf_text.draw(
                canvas, left - 2 * MM - pdf_text.length(label, SMALL, False), at(figure) - 2, label, SMALL, False
            )
        canvas.setLineWidth(0.8)
        canvas.setDash(3, 2)
        canvas.line(left, at(TARGET), right, at(TARGET))
        canvas.setDash()
        pdf_text.draw(canvas, right + 2 * MM, at(TARGET) - 2, _("target 98 %"), SMALL, False)
        before = None
        for number, month in enumerate(months):
            x = left + (right - left) * (number + 0.5) / len(months)
            pdf_text.draw(
                canvas, x - pdf_text.length(month.name, SMALL, False) / 2, bottom - 4 * MM, month.name, SMALL, False
            )
            told = month.a.records
            if told is None:
                before = None
                continue
            canvas.setLineWidth(0.8)
            canvas.line(x, at(told.low), x, at(told.high))
            for end in (told.low, told.high):
                canvas.line(x - 1.5 * MM, at(end), x + 1.5 * MM, at(end))
            canvas.circle(x, at(told.share), 1.4 * MM, stroke=0, fill=1)
            if before is not None:
                canvas.line(before[0], before[1], x, at(told.share))
            before = (x, at(told.share))

    return Row(_CHART, draw)


def _causes(review: Review, width: float) -> list[Row]:
    if not review.causes:
        return [_text(_("No variance needed a cause."), BODY, False, 16)]
    money = currency.of(review.currency)
    lines: list[tuple[str, ...]] = [(_("Root cause"), _("Times"), _("Gross"), _("Net"))]
    lines += [(one.name, str(one.times), money.format(one.gross), money.format(one.net)) for one in review.causes]
    return _table(lines, (86.0, 56.0, 26.0), width)


def _recurring(review: Review, width: float) -> list[Row]:
    if not review.recurring:
        return [_text(_("No item was off more than once."), BODY, False, 16)]
    money = currency.of(review.currency)
    lines: list[tuple[str, ...]] = [(_("Item"), _("Times"), _("Gross"), _("Net"), _("Last"))]
    lines += [
        (one.name, str(one.times), money.format(one.gross), money.format(one.net), _day(one.last))
        for one in review.recurring[:_MOST]
    ]
    return _table(lines, (112.0, 84.0, 56.0, 26.0), width)


def _actions(review: Review, width: float) -> list[Row]:
    rows = [_heading(_("Corrective actions"))]
    if not review.actions:
        return [*rows, _text(_("None was decided."), BODY, False, 16)]
    lines: list[tuple[str, ...]] = [(_("Action"), _("By whom"), _("Until"), _("State"))]
    for one in review.actions:
        words = f"{one.action} ({one.item})" if one.item else one.action
        lines.append((f"{words}: {one.outcome}" if one.outcome else words, one.owner, _day(one.due), one.state))
    return [*rows, *_table(lines, (86.0, 50.0, 26.0), width)]


def _day(day: Day) -> str:
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"
