"""DataMatrix ECC 200 as modules: square symbols of 10 to 48. Source: ISO/IEC 16022."""

from __future__ import annotations

from functools import cache

#: What stands for FNC1 in the data of a GS1 element string.
FNC1 = "\x1d"
_FNC1, _PAD = 232, 129
#: side, modules of one region, code words for data, for error correction
_SIZES = (
    (10, 8, 3, 5), (12, 10, 5, 7), (14, 12, 8, 10), (16, 14, 12, 12), (18, 16, 18, 14), (20, 18, 22, 18),
    (22, 20, 30, 20), (24, 22, 36, 24), (26, 24, 44, 28), (32, 14, 62, 36), (36, 16, 86, 42), (40, 18, 114, 48),
    (44, 20, 144, 56), (48, 22, 174, 68),
)  # fmt: skip


def rows(data: str, *, gs1: bool = False) -> tuple[str, ...]:
    """Return the symbol from top to bottom, ``1`` for black, without quiet zone; raise ``ValueError`` if too long.

    ``data`` is ASCII; ``gs1`` marks it as an element string, with :data:`FNC1` where a separator is due.
    """
    words = _words(FNC1 + data if gs1 else data)
    for side, region, most, check in _SIZES:
        if len(words) <= most:
            return _symbol(side, region, _padded(words, most), check)
    raise ValueError(data)


def _words(data: str) -> list[int]:
    if not data.isascii() or not data:
        raise ValueError(data)
    words = []
    at = 0
    while at < len(data):
        if data[at : at + 2].isdigit() and at + 1 < len(data):
            words.append(130 + int(data[at : at + 2]))
            at += 2
        else:
            words.append(_FNC1 if data[at] == FNC1 else ord(data[at]) + 1)
            at += 1
    return words


def _padded(words: list[int], most: int) -> list[int]:
    padded = list(words)
    if len(padded) < most:
        padded.append(_PAD)
    while len(padded) < most:
        scrambled = _PAD + (149 * (len(padded) + 1)) % 253 + 1
        padded.append(scrambled if scrambled <= 254 else scrambled - 254)
    return padded


@cache
def _powers() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the powers of two in GF(256) over 301, and their logarithms."""
    power, log = [0] * 255, [0] * 256
    value = 1
    for at in range(255):
        power[at], log[value] = value, at
        value <<= 1
        if value > 255:
            value ^= 301
    return tuple(power), tuple(log)


def _correction(words: list[int], count: int) -> list[int]:
    """Return the Reed-Solomon check words."""
    power, log = _powers()

    def product(left: int, right: int) -> int:
        return power[(log[left] + log[right]) % 255] if left and right else 0

    generator = [1]
    for at in range(1, count + 1):
        generator = [
            (generator[k] if k < len(generator) else 0) ^ (product(generator[k - 1], power[at]) if k else 0)
            for k in range(len(generator) + 1)
        ]
    rest = [0] * count
    for word in words:
        lead = word ^ rest[0]
        rest = [(rest[k + 1] if k + 1 < count else 0) ^ product(lead, generator[k + 1]) for k in range(count)]
    return rest


def _symbol(side: int, region: int, words: list[int], check: int) -> tuple[str, ...]:
    regions = side // (region + 2)
    grid = _placed(region * regions, words + _correction(words, check))
    picture = []
    for row in range(side):
        band, within = divmod(row, region + 2)
        line = []
        for column in range(side):
            part, inside = divmod(column, region + 2)
            if inside == 0 or within == region + 1:
                black = 1
            elif within == 0:
                black = 1 - inside % 2
            elif inside == region + 1:
                black = within % 2
            else:
                black = grid[band * region + within - 1][part * region + inside - 1]
            line.append("1" if black else "0")
        picture.append("".join(line))
    return tuple(picture)


def _placed(side: int, words: list[int]) -> list[list[int]]:
    """Put the bits of the words where annex F of the standard wants them."""
    grid: list[list[int]] = [[-1] * side for _row in range(side)]

    def module(row: int, column: int, word: int, bit: int) -> None:
        if row < 0:
            row, column = row + side, column + 4 - (side + 4) % 8
        if column < 0:
            row, column = row + 4 - (side + 4) % 8, column + side
        grid[row][column] = words[word] >> (8 - bit) & 1

    def utah(row: int, column: int, word: int) -> None:
        places = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
        for bit, (down, right) in enumerate(places, 1):
            module(row + down, column + right, word, bit)

    def corner(places: tuple[tuple[int, int], ...], word: int) -> None:
        for bit, (row, column) in enumerate(places, 1):
            module(row % side, column % side, word, bit)

    word, row, column = 0, 4, 0
    while row < side or column < side:
        if row == side and column == 0:
            corner(((-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)), word)
            word += 1
        if row == side - 2 and column == 0 and side % 4:
            corner(((-3, 0), (-2, 0), (-1, 0), (0, -4), (0, -3), (0, -2), (0, -1), (1, -1)), word)
            word += 1
        if row == side - 2 and column == 0 and side % 8 == 4:
            corner(((-3, 0), (-2, 0), (-1, 0), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)), word)
            word += 1
        if row == side + 4 and column == 2 and not side % 8:
            corner(((-1, 0), (-1, -1), (0, -3), (0, -2), (0, -1), (1, -3), (1, -2), (1, -1)), word)
            word += 1
        while row >= 0 and column < side:
            if row < side and column >= 0 and grid[row][column] < 0:
                utah(row, column, word)
                word += 1
            row, column = row - 2, column + 2
        row, column = row + 1, column + 3
        while row < side and column >= 0:
            if row >= 0 and column < side and grid[row][column] < 0:
                utah(row, column, word)
                word += 1
            row, column = row + 2, column - 2
        row, column = row + 3, column + 1
    if grid[-1][-1] < 0:
        grid[-1][-1] = grid[-2][-2] = 1
        grid[-1][-2] = grid[-2][-1] = 0
    return grid
