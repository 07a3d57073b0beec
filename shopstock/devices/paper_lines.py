"""Blocks of a paper wrapped to the lines of a printer: no figure is cut, none runs into the words beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shopstock.core import plain_text
from shopstock.core.paper_layout import LARGE, NORMAL, TALL, Pair, Table, Text


class Line(NamedTuple):
    """One line on paper: texts at their columns; a centred line has one."""

    cells: tuple[tuple[int, str], ...]
    centred: bool = False
    bold: bool = False
    size: int = NORMAL


def lines_of(block: Text | Pair | Table, columns: int, printable: Callable[[str], str]) -> list[Line]:
    """Wrap a block to lines of ``columns``; ``printable`` replaces what no line can show."""
    match block:
        case Text():
            return text_lines(block, columns, printable(block.text))
        case Pair():
            return _pair_lines(block, columns, printable)
        case Table():
            return _table_lines(block, columns, printable)


def text_lines(block: Text, columns: int, text: str) -> list[Line]:
    """Wrap a text that is printable already."""
    size = block.size
    if size == LARGE and any(plain_text.width(word) > columns // 2 for word in text.split()):
        size = TALL
    wrapped = plain_text.wrap(text, columns // 2 if size == LARGE else columns)
    return [Line(((0, line),), block.centred, block.bold, size) for line in wrapped]


def _pair_lines(block: Pair, columns: int, printable: Callable[[str], str]) -> list[Line]:
    left, right = printable(block.left), printable(block.right)
    if block.tail is not None:
        right += " " + (printable(block.tail) or " ")
    figure = plain_text.width(right)
    room = columns - figure - 1
    style = (False, block.bold, block.size)
    if figure > columns:
        pieces = plain_text.wrap(right, columns)
        return [Line(((0, piece),), *style) for piece in [*plain_text.wrap(left, columns), *pieces]]
    indent = " " * min(block.indent, 4)
    if not left.strip():
        return [Line(((columns - figure, right),), *style)]
    if room < min(plain_text.width(left) + len(indent), columns // 3):
        lines = [Line(((0, piece),), *style) for piece in plain_text.wrap(indent + left, columns)]
        return [*lines, Line(((columns - figure, right),), *style)]
    first, *rest = plain_text.wrap(indent + left, max(room, 1))
    cells = ((0, first), (columns - figure, right)) if figure else ((0, first),)
    return [Line(cells, *style), *(Line(((0, piece),), *style) for piece in rest)]


def _table_lines(block: Table, columns: int, printable: Callable[[str], str]) -> list[Line]:
    rows = [tuple(printable(cell) for cell in row) for row in (block.head, *block.rows)]
    widths = [max(plain_text.width(row[at]) for row in rows) for at in range(len(block.head))]
    spare = columns - sum(widths)
    gaps = len(widths) - 1
    if spare < gaps:
        return _stacked(rows, columns, printable)
    gap = min(spare // gaps, 4) if gaps else 0
    lines = []
    for number, row in enumerate(rows):
        cells = [(0, row[0])]
        end = columns
        for at in range(len(row) - 1, 0, -1):
            cells.insert(1, (end - plain_text.width(row[at]), row[at]))
            end -= widths[at] + gap
        lines.append(Line(tuple(cells), bold=number == 0))
    return lines


def _stacked(rows: list[tuple[str, ...]], columns: int, printable: Callable[[str], str]) -> list[Line]:
    lines: list[Line] = []
    for row in rows[1:]:
        lines += text_lines(Text(row[0]), columns, row[0])
        for words, figure in zip(rows[0][1:], row[1:], strict=True):
            lines += _pair_lines(Pair(words, figure, indent=2), columns, printable)
    return lines


def joined(cells: Sequence[tuple[int, str]]) -> str:
    """Set the cells of a line side by side, each at its column."""
    line = ""
    for column, text in cells:
        line += " " * (column - plain_text.width(line)) + text
    return line
