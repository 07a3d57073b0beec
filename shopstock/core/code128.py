"""Code 128 as modules. Source: ISO/IEC 15417, code sets B and C."""

from __future__ import annotations

_TABLE = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112
"""
_PATTERNS = _TABLE.split()
_START_B, _START_C, _TO_C, _TO_B, _FNC1, _STOP = 104, 105, 99, 100, 102, 106
#: What stands for FNC1 in the data of a GS1 element string.
FNC1 = "\x1d"


def is_encodable(data: str) -> bool:
    """Tell whether the text is printable ASCII, which is what code set B carries."""
    return bool(data) and all(" " <= char <= "~" for char in data)


def modules(data: str, *, gs1: bool = False) -> str:
    """Return the bars as ``1`` and ``0``, one a module, without quiet zones; raise ``ValueError`` if not encodable.

    ``gs1`` makes a GS1-128: the data is an element string with :data:`FNC1` where a separator is due.
    """
    if not is_encodable(data.replace(FNC1, "") if gs1 else data):
        raise ValueError(data)
    values = _values(FNC1 + data if gs1 else data)
    check = (values[0] + sum(at * value for at, value in enumerate(values))) % 103
    bars = []
    for value in [*values, check, _STOP]:
        bars += [("1" if at % 2 == 0 else "0") * int(run) for at, run in enumerate(_PATTERNS[value])]
    return "".join(bars)


def _values(data: str) -> list[int]:
    """Choose code sets: runs of digits go in pairs where that is shorter."""
    values: list[int] = []
    pairs = False
    at = 0
    while at < len(data):
        if data[at] == FNC1 and values:
            values.append(_FNC1)
            at += 1
            continue
        start = at + (data[at] == FNC1)
        run = _digits(data, start)
        # A change of set costs one symbol: it pays from four digits at either end, from six between letters.
        edge = not values or start + run == len(data)
        if not values:
            pairs = run >= 4 or (run == 2 == len(data) - start)
            values.append(_START_C if pairs else _START_B)
            if start > at:
                values.append(_FNC1)
            at = start
        elif pairs and run < 2:
            pairs = False
            values.append(_TO_B)
        elif not pairs and run >= (4 if edge else 6) and run % 2 == 0:
            pairs = True
            values.append(_TO_C)
        if at >= len(data):
            break
        if pairs:
            values.append(int(data[at : at + 2]))
            at += 2
        else:
            values.append(ord(data[at]) - 32)
            at += 1
    return values


def _digits(data: str, start: int) -> int:
    end = start
    while end < len(data) and data[end].isdigit():
        end += 1
    return end - start
