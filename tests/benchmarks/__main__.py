"""Measure the groups that are named (all when none is) and print one table; the exit code tells of missed limits."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.benchmarks import (
    counting,
    devices,
    history,
    look_up,
    receive,
    sale,
    scanning,
    screens,
    start,
    table,
    transfer,
)

GROUPS = {
    "sale": sale.measure,
    "receive": receive.measure,
    "transfer": transfer.measure,
    "look_up": look_up.measure,
    "screens": screens.measure,
    "start": start.measure,
    "scanning": scanning.measure,
    "counting": counting.measure,
    "devices": devices.measure,
    "history": history.measure,
}
#: Needs Xvfb, openbox and xdotool, and a minute: only when it is named.
LIVE = {"scanning_live": scanning.live}


def main(names: list[str]) -> int:
    """Measure and print; 1 when a limit was missed, 2 for a group that does not exist."""
    known = GROUPS | LIVE
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No such group: {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 2
    figures: list[table.Figure] = []
    for name in names or GROUPS:
        for figure in known[name]():
            sys.stderr.write(f"{table.text_of([figure]).splitlines()[-1]}\n")
            figures.append(figure)
    print(table.text_of(figures))
    return int(any(figure.missed for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
