"""Print queues of CUPS that hand bytes on as they are.

``lp`` says only that the queue took the job. The job is watched until it is gone; one that the queue still holds when
the time is over is taken back, so that it does not come out the next morning; one that is being printed by then is not,
and only a person can say whether it came out.
"""

from __future__ import annotations

import os
import re
import subprocess
import time

from shopstock.devices.addresses import Address
from shopstock.devices.port import TransportError, left
from shopstock.devices.status import Reason

_POLL = 0.2
_PLAIN = {"LC_ALL": "C"}
#: What CUPS says of a printer that it cannot reach.
_WAITS = ("may not exist", "unavailable", "to become available", "unable to", "not responding")
#: What CUPS says when it has handed everything over and only waits for the printer to hang up.
_HANDED_OVER = "cups-waiting-for-job-completed"
_JOB = re.compile(r"request id is (\S+)")


class CupsQueue:
    """A queue by its name. Nothing comes back from it, and what is written goes out when the port is closed."""

    duplex = False
    bytes_a_second = 50_000

    def __init__(self, address: Address) -> None:
        self._queue = address.place

    def open(self, deadline: float) -> None:
        said = _run(["lpstat", "-p", self._queue], b"", deadline)
        if said is None:
            raise TransportError(Reason.UNREACHABLE)
        if b"disabled" in said:
            raise TransportError(Reason.OFFLINE)

    def write(self, data: bytes, deadline: float) -> None:
        said = _run(["lp", "-d", self._queue, "-o", "raw", "-t", "shopstock", "--", "-"], data, deadline)
        found = _JOB.search(said.decode("utf-8", "replace")) if said is not None else None
        if found is None:
            raise TransportError(Reason.UNREACHABLE)
        job = found.group(1)
        while left(deadline):
            waiting = _run(["lpstat", "-W", "not-completed", "-o", self._queue], b"", deadline)
            if waiting is None or job.encode() not in waiting.split():
                return
            if _HANDED_OVER in self._state():
                return
            time.sleep(_POLL)
        if self._is_printing(job):
            raise TransportError(Reason.STALLED, len(data))
        # Taken back while the queue held it: nothing of it is on paper, so it may be tried again.
        taken_back = _run(["cancel", job], b"", time.monotonic() + 5)
        raise TransportError(Reason.STALLED, 0 if taken_back is not None else len(data))

    def _is_printing(self, job: str) -> bool:
        """Tell whether a job is on its way to the printer and not just waiting for it; when in doubt, it is."""
        words = self._state()
        return not words or (f"now printing {job.lower()}" in words and not any(sign in words for sign in _WAITS))

    def _state(self) -> str:
        said = _run(["lpstat", "-l", "-p", self._queue], b"", time.monotonic() + 5)
        return "" if said is None else said.decode("utf-8", "replace").lower()

    def read(self, deadline: float) -> bytes | None:
        return None

    def close(self) -> None:
        return


def _run(command: list[str], data: bytes, deadline: float) -> bytes | None:
    """Run a command of the print system; return what it said, ``None`` when it failed or took too long."""
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=max(0.1, left(deadline)), check=False,
            env={**os.environ, **_PLAIN},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
