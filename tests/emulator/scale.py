"""Scales behind a pseudo terminal, well and ill."""

from __future__ import annotations

import contextlib
import os
import threading
import tty

_KEYS = {"toledo-8217": b"W", "mt-sics": b"S\r\n", "own": b"P?"}


class SerialScale:
    """One scale; use it as a context. ``says`` are its answers one after the other, the last again and again.

    A ``model`` that talks by itself says each as fast as it is read. No answers: it is silent.
    """

    def __init__(self, model: str, *says: bytes) -> None:
        self.model, self.says = model, list(says)
        self.questions = 0
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        # A pseudo terminal has no parity; a Toledo on a real port wants bits=7&parity=E as well.
        self.url = f"serial://{os.ttyname(self._slave)}?baud=9600"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> SerialScale:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        os.close(self._slave)
        self._thread.join(5)
        os.close(self._master)

    def _next(self) -> bytes:
        return self.says.pop(0) if len(self.says) > 1 else self.says[0] if self.says else b""

    def _work(self) -> None:
        with contextlib.suppress(OSError):
            if self.model == "cas-ad":
                while not self._stop.wait(0.02):
                    if self.says:
                        os.write(self._master, self._next())
                return
            held = b""
            while data := os.read(self._master, 64):
                held += data
                while _KEYS[self.model] in held:
                    held = held.partition(_KEYS[self.model])[2]
                    self.questions += 1
                    if self.says:
                        os.write(self._master, self._next())
