"""The Qt binding survives a day's worth of calls (one release drops a reference to None at each void call)."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel()
for number in range(40_000):
    label.setText("x")
    label.setToolTip("y")
print("survived")
"""


def test_tens_of_thousands_of_calls() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.stdout == "survived\n", done.stderr
