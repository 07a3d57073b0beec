"""A real display for real processes: Xvfb with a window manager, and xdotool as the hands."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import pytest


class Display:
    """One virtual screen. ``environment`` is what a program needs to appear on it."""

    def __init__(self, name: str) -> None:
        self.environment = {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}

    def press(self, *words: str) -> None:
        """Let xdotool do something."""
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=60)

    def scan(self, code: str) -> None:
        """Type a code as a keyboard-wedge scanner does."""
        self.press("key", "--delay", "4", *code, "Return")

    def focus(self, title: str) -> None:
        """Give a window the keyboard, once it and the window manager are there."""
        command = ["xdotool", "search", "--onlyvisible", "--name", title, "windowactivate", "--sync"]
        self.until(
            lambda: subprocess.run(
                command, env=self.environment, capture_output=True, timeout=20, check=False
            ).returncode == 0,
            f"no window called {title}",
        )  # fmt: skip

    def until(self, done: Callable[[], object], otherwise: str, seconds: float = 30) -> None:
        """Wait until another process has done something; fail with a sentence."""
        pause = threading.Event()
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, otherwise
            pause.wait(0.05)


@pytest.fixture
def screen() -> Iterator[Display]:
    """A display of 1280 × 800 with a window manager; skips where the tools are not installed."""
    missing = [name for name in ("Xvfb", "xdotool", "openbox") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    read, write = os.pipe()
    nowhere = subprocess.DEVNULL
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=(write,), stdout=nowhere, stderr=nowhere,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as answer:
        made = Display(f":{answer.readline().strip()}")
    manager = subprocess.Popen(["openbox"], env=made.environment, stdout=nowhere, stderr=nowhere)
    yield made
    for process in (manager, server):
        process.terminate()
        process.wait(10)
