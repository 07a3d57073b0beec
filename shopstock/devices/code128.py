"""Code 128 as modules, for printers that do not draw it themselves. Source: ISO/IEC 15417, code set B and C."""

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
_START_B, _START_C, _STOP = 104, 105, 106


def is_encodable(data: str) -> bool:
    """Tell whether the text is printable ASCII, which is what code set B carries."""
    return bool(data) and all(" " <= char <= "~" for char in data)


def modules(data: str) -> str:
    """Return the bars as ``1`` and ``0``, one a module, without quiet zones; raise ``ValueError`` if not encodable."""
    if not is_encodable(data):
        raise ValueError(data)
    if data.isdigit() and len(data) % 2 == 0:
        values = [_START_C, *(int(data[at : at + 2]) for at in range(0, len(data), 2))]
    else:
        values = [_START_B, *(ord(char) - 32 for char in data)]
    check = (values[0] + sum(at * value for at, value in enumerate(values))) % 103
    bars = []
    for value in [*values, check, _STOP]:
        bars += [("1" if at % 2 == 0 else "0") * int(run) for at, run in enumerate(_PATTERNS[value])]
    return "".join(bars)
