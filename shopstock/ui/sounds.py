"""Two tones: 880 Hz yes, 220 Hz no. Never waits, may be switched off, silently absent where nothing can play.

The tones are made once as small WAV files in the cache folder and played by whatever the system has; no sound library.
"""

from __future__ import annotations

import math
import struct
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    import subprocess

_RATE = 22_050
_TONES = {"yes": (880, 0.09), "no": (220, 0.28)}
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))

_enabled = True
_playing: list[subprocess.Popen[bytes]] = []


def enable(on: bool) -> None:
    """Switch the tones on or off."""
    global _enabled
    _enabled = on


def yes() -> None:
    """Sound: taken."""
    _play("yes")


def no() -> None:
    """Sound: not taken, look at the screen."""
    _play("no")


def tone(hertz: int, seconds: float) -> bytes:
    """Return mono 16-bit samples of a tone with soft ends, so that it does not click."""
    count = int(_RATE * seconds)
    fade = int(_RATE * 0.008)
    samples = (
        0.35 * min(1.0, n / fade, (count - n) / fade) * math.sin(2 * math.pi * hertz * n / _RATE) for n in range(count)
    )
    return struct.pack(f"<{count}h", *(int(sample * 32_767) for sample in samples))


def _file(name: str) -> Path:
    path = Path(platformdirs.user_cache_dir("shopstock", appauthor=False)) / f"{name}.wav"
    if not path.exists():
        import wave

        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(_RATE)
            out.writeframes(tone(*_TONES[name]))
    return path


@cache
def _player() -> tuple[str, ...] | None:
    import shutil

    # Looking through the PATH with every scan costs more than the scan.
    return next((command for command in _PLAYERS if shutil.which(command[0])), None)


def _play(name: str) -> None:
    if not _enabled:
        return
    try:
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(_file(name)), winsound.SND_FILENAME | winsound.SND_ASYNC)
            return
        player = _player()
        _playing[:] = [process for process in _playing if process.poll() is None]
        # More than a few at once would only lag behind the scans.
        if player is None or len(_playing) > 3:
            return
        import subprocess

        nowhere = subprocess.DEVNULL
        _playing.append(subprocess.Popen([*player, str(_file(name))], stdout=nowhere, stderr=nowhere, stdin=nowhere))
    except OSError:
        enable(False)
