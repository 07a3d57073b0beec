"""Label printers that speak TSPL, EPL2 or Brother's raster language, on the loopback interface, well or ill."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

_BROTHER_ASK = bytes(200) + b"\x1b@\x1biS"
_BROTHER_MOODS = {"healthy": (0, 0), "paper_out": (1, 0), "head_open": (0, 0x10), "other_roll": (0, 1)}
_TSPL_MOODS = {"healthy": 0x00, "paper_out": 0x04, "head_open": 0x01, "ribbon_out": 0x08, "paused": 0x10}


def brother_status(mood: str, kind: int = 0) -> bytes:
    """Return 32 bytes as a QL says them; ``kind`` 0 answers a question, 1 says that a label is out."""
    said = bytearray(32)
    said[:3] = b"\x80\x20B"
    said[8], said[9] = _BROTHER_MOODS[mood]
    said[10], said[18] = 62, kind
    return bytes(said)


class RawLabelPrinter:
    """One on its own port; use it as a context. ``taken`` is everything but questions.

    ``mood``: ``healthy``; ``silent`` never answers; ``garbage`` answers like a web server; others say what they are.
    ``ends`` counts the labels in what was taken; a Brother tells by itself when one is out.
    """

    def __init__(self, language: str, mood: str = "healthy", ends: Callable[[bytes], int] | None = None) -> None:
        self.language, self.mood = language, mood
        self.taken = b""
        self._ends = ends
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> RawLabelPrinter:
        self._threads[0].start()
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
        for connection in self._sockets:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            self._sockets.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        held, told = b"", 0
        ask = {"tspl": b"\x1b!?", "brother-ql": _BROTHER_ASK}.get(self.language, b"\xff\xff\xff")
        with contextlib.suppress(OSError):
            while data := connection.recv(65536):
                # Who asks waits for the answer: a question is always the last thing that came.
                held += data
                if held.endswith(ask):
                    self.taken, held = self.taken + held.removesuffix(ask), b""
                    self._answer(connection)
                elif not any(held.endswith(ask[:length]) for length in range(1, len(ask))):
                    self.taken, held = self.taken + held, b""
                while self._ends is not None and self.mood == "healthy" and told < self._ends(self.taken):
                    told += 1
                    connection.sendall(brother_status("healthy", 1))
        self.taken += held

    def _answer(self, connection: socket.socket) -> None:
        if self.mood == "garbage":
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: router\r\n\r\n")
        elif self.mood != "silent":
            connection.sendall(
                bytes((_TSPL_MOODS[self.mood],)) if self.language == "tspl" else brother_status(self.mood)
            )
