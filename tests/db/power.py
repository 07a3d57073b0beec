"""A disk whose power can fail: records writes and flushes, then makes the states it might be left in.

What a flush has confirmed is there; of everything written since, each piece may be there, be missing, or be torn in the
middle, in any order. ``kill -9`` shows none of this, because the system's own cache survives it.

SQLite's shared memory cannot pass through a recording file system, so the recorded connection locks exclusively: what
goes to the log and to the file, and when it is flushed, stays the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512
NAME = "recording"


@dataclass
class Recording:
    """What happened, in order: ``("write", file, offset, data)``, ``("sync", file)``, ``("ack", number)`` and so on."""

    events: list[tuple[Any, ...]] = field(default_factory=list)

    def ack(self, number: int) -> None:
        """Note that a commit was acknowledged."""
        self.events.append(("ack", number))


class RecordingFile(apsw.VFSFile):
    """A file that notes every change before it is made."""

    def __init__(self, recording: Recording, name: Any, flags: list[int]) -> None:
        self._recording = recording
        self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "").name
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._recording.events.append(("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self._recording.events.append(("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._recording.events.append(("sync", self._name))


class RecordingDisk(apsw.VFS):
    """The default file system with notes; registered under :data:`NAME` while it lives."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        super().__init__(NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> RecordingFile:
        return RecordingFile(self._recording, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:
        self._recording.events.append(("delete", Path(name).name))
        super().xDelete(name, sync)


class _Disk:
    """The contents of some files: what is certain, and what is on its way."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.certain = {name: bytearray(content) for name, content in files.items()}
        self.pending: dict[str, list[tuple[Any, ...]]] = {}

    def take(self, event: tuple[Any, ...]) -> None:
        kind, name = event[0], event[1]
        if kind in ("write", "truncate"):
            self.pending.setdefault(name, []).append(event)
        elif kind == "sync":
            for waiting in self.pending.pop(name, []):
                self._apply(waiting)
        elif kind == "delete":
            self.pending.pop(name, None)
            self.certain.pop(name, None)

    def fail(self, chance: random.Random) -> None:
        """Lose the power now."""
        for waiting in self.pending.values():
            chance.shuffle(waiting)
            for event in waiting:
                fate = chance.random()
                if fate < 0.4:
                    self._apply(event)
                elif fate < 0.7 and event[0] == "write":
                    _kind, name, offset, data = event
                    cut = chance.randrange(0, len(data) // SECTOR + 1) * SECTOR
                    self._apply(("write", name, offset, data[:cut]))

    def _apply(self, event: tuple[Any, ...]) -> None:
        content = self.certain.setdefault(event[1], bytearray())
        if event[0] == "truncate":
            del content[event[2] :]
            return
        _kind, _name, offset, data = event
        if len(content) < offset:
            content.extend(bytes(offset - len(content)))
        content[offset : offset + len(data)] = data


def states(
    recording: Recording, before: dict[str, bytes], number: int, seed: int = 1
) -> list[tuple[int, dict[str, bytes]]]:
    """Return so many ``(commits acknowledged until then, files as they might be found)``."""
    made = []
    for serial in range(number):
        chance = random.Random(seed * 1_000 + serial)
        disk, acknowledged = _Disk(before), 0
        for event in recording.events[: chance.randrange(1, len(recording.events) + 1)]:
            if event[0] == "ack":
                acknowledged = event[1]
            else:
                disk.take(event)
        disk.fail(chance)
        made.append((acknowledged, {name: bytes(content) for name, content in disk.certain.items()}))
    return made
