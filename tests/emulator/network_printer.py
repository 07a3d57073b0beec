"""Receipt printers on the loopback interface that are healthy or have one of the usual illnesses."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

BARRIER = b"\x1dr\x01"
_OK, _OFFLINE, _COVER, _NO_PAPER, _NEARLY_OUT = 0x12, 0x1A, 0x16, 0x72, 0x1E


class NetworkPrinter:
    """One printer on its own port; use it as a context. ``mood`` may be changed while it runs.

    ``port`` is a port to have again (a printer that is switched on again), else a free one.

    ``healthy`` answers everything; ``chatty`` does too, between other bytes; ``silent`` takes everything and says
    nothing; ``paper_out``, ``cover_open`` and ``offline`` say so; ``paper_out_midway`` swallows the barrier; ``reset``
    breaks the connection after the first bytes of a job; ``stalled`` answers the first question, then reads no more;
    ``paper_low`` prints and warns; ``garbage`` is a web server.
    """

    def __init__(self, mood: str = "healthy", port: int = 0) -> None:
        self.mood = mood
        self.jobs: list[bytes] = []
        self.connections = 0
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.url = f"tcp://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._served: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> NetworkPrinter:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in [self._thread, *self._served]:
            thread.join(5)
        for connection in self._sockets:
            connection.close()

    def wait_for_jobs(self, count: int, seconds: float = 30) -> list[bytes]:
        """Return the jobs taken so far, as soon as there are ``count``."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.jobs) >= count, seconds), f"only {len(self.jobs)} jobs came"
            return list(self.jobs)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._served.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        mood = self.mood
        if mood == "stalled":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        held, body, finished = b"", b"", False
        with contextlib.suppress(OSError):
            while data := connection.recv(65536):
                held += data
                while len(held) >= 3 and held[:2] == b"\x10\x04" and (not body or finished):
                    self._answer(connection, mood, held[2], finished)
                    held = held[3:]
                if held[:1] == b"\x10" and len(held) < 3:
                    continue
                if held and mood == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()
                    return
                if mood == "stalled":
                    self._closing.wait()
                    return
                body, held = body + held, b""
                if body.endswith(BARRIER):
                    body, finished = body.removesuffix(BARRIER), True
                    if mood in ("healthy", "chatty", "paper_low"):
                        connection.sendall(b"\x00" if mood != "chatty" else b"\x13\x11\x00")
        if body:
            with self._changed:
                self.jobs.append(body)
                self._changed.notify_all()

    def _answer(self, connection: socket.socket, mood: str, kind: int, finished: bool) -> None:
        if mood == "silent":
            return
        if mood == "garbage":
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: router\r\n\r\n")
            return
        faults = {
            "paper_out": {1: _OFFLINE, 4: _NO_PAPER},
            "cover_open": {1: _OFFLINE, 2: _COVER},
            "offline": {1: _OFFLINE},
            "paper_low": {4: _NEARLY_OUT},
            "paper_out_midway": {1: _OFFLINE, 4: _NO_PAPER} if finished else {},
        }
        reply = faults.get(mood, {}).get(kind, _OK)
        connection.sendall(b"\x11\x80\x00"[: 2 if mood == "chatty" else 0] + bytes((reply,)))
