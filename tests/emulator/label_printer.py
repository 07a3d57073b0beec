"""Label printers that speak ZPL, on the loopback interface or behind a pseudo terminal, well or ill.

Each prints what the strict reader takes; ``~HS`` is answered with what is true of it at that moment.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import tty

from tests.emulator import zpl_paper
from tests.emulator.zpl_paper import BadFormat, Label

ASK = b"~HS\r\n"
END = b"^XZ\r\n"


class _Head:
    """What both kinds of printer do with the bytes that arrive.

    ``mood``: ``healthy``; ``silent`` never answers; ``paper_out``, ``head_open``, ``ribbon_out`` and ``paused`` say so
    and print nothing. ``pace`` labels are printed between two questions.
    """

    def __init__(self, mood: str, pace: int) -> None:
        self.mood, self.pace = mood, pace
        self.printed: list[Label] = []
        self.bad: list[BadFormat] = []
        self.most_waiting = 0
        self._waiting: list[Label] = []
        self.changed = threading.Condition()

    def take(self, held: bytes) -> tuple[bytes, list[bytes]]:
        """Return what is no whole command yet, and the answers to what was."""
        answers = []
        while True:
            if held.startswith(ASK):
                held = held[len(ASK) :]
                if self.mood != "silent":
                    answers.append(self._status())
            elif END in held:
                whole, _end, held = held.partition(END)
                self._format(whole + END)
            else:
                return held, answers

    def _format(self, data: bytes) -> None:
        with self.changed:
            try:
                for label in zpl_paper.read(data):
                    self._waiting += [label] * label.copies
            except BadFormat as error:
                self.bad.append(error)
            if self.mood == "silent":
                self._print(len(self._waiting))
            self.most_waiting = max(self.most_waiting, len(self._waiting))

    def _print(self, count: int) -> None:
        self.printed += self._waiting[:count]
        del self._waiting[:count]
        self.changed.notify_all()

    def _status(self) -> bytes:
        with self.changed:
            if self.mood == "healthy":
                self._print(self.pace)
            flags = {
                name: b"1" if self.mood == name else b"0" for name in ("paper_out", "paused", "head_open", "ribbon_out")
            }
            count = len(self._waiting)
        one = b"030,%s,%s,0200,%03d,0,0,0,000,0,0,0" % (flags["paper_out"], flags["paused"], count)
        two = b"001,0,%s,%s,0,2,4,0,00000000,1,000" % (flags["head_open"], flags["ribbon_out"])
        return b"".join(b"\x02" + line + b"\x03\r\n" for line in (one, two, b"1234,0"))

    def wait_for(self, count: int, seconds: float = 30) -> list[Label]:
        """Return what was printed, as soon as there are so many labels."""
        with self.changed:
            came = self.changed.wait_for(lambda: len(self.printed) >= count, seconds)
            assert came, f"only {len(self.printed)} labels came"
            return list(self.printed)


class NetworkLabelPrinter(_Head):
    """One on its own port; use it as a context. ``mood`` ``reset`` breaks the connection at the first label."""

    def __init__(self, mood: str = "healthy", pace: int = 1_000) -> None:
        super().__init__(mood, pace)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> NetworkLabelPrinter:
        self._threads[0].start()
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
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
        held = b""
        with contextlib.suppress(OSError):
            while data := connection.recv(65536):
                held += data
                if self.mood == "reset" and END in held:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()
                    return
                held, answers = self.take(held)
                for answer in answers:
                    connection.sendall(answer)


class SerialLabelPrinter(_Head):
    """One behind a pseudo terminal; use it as a context."""

    def __init__(self, mood: str = "healthy", pace: int = 1_000) -> None:
        super().__init__(mood, pace)
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.url = f"serial://{os.ttyname(self._slave)}?baud=115200"
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> SerialLabelPrinter:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        os.close(self._slave)
        self._thread.join(5)
        os.close(self._master)

    def _work(self) -> None:
        held = b""
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 4096):
                held, answers = self.take(held + data)
                for answer in answers:
                    os.write(self._master, answer)
