#!/usr/bin/env python3
"""Set up and run shopstock from a checkout: ``python3 installer/dev.py run`` and ``python3 installer/dev.py test``.

Standard library only. On a fresh machine with Python 3.11 or newer it does everything that is needed: the environment
``.venv``, the packages in the versions of ``installer/constraints.txt``, and on Debian and Ubuntu the system libraries
for Qt and the programs the tests use. What is there already is not touched; a second call starts at once.

* ``run``        opens the demo shop; without a display it draws the tour into pictures and says where they are.
* ``test ...``   runs all tests; whatever follows goes to pytest.
* ``tool ...``   runs a program of the environment (the commit hooks use it).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "installer" / "constraints.txt"
STAMP = VENV / ".shopstock-set-up"
WINDOWS = os.name == "nt"

#: What Qt's window and offscreen platforms load on Debian and Ubuntu. The names of one release may carry a suffix.
QT_LIBRARIES = (
    "libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1", "libfreetype6", "libglib2.0-0",
    "fonts-dejavu-core", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0",
    "libxcb-render-util0", "libxcb-shape0", "libxcb-sync1", "libxcb-xfixes0", "libxcb-xkb1", "libxkbcommon-x11-0",
    "libx11-xcb1",
)  # fmt: skip
#: What the tests use beyond that: a display without a screen, typed keys, a database server to start,
#: and a reader of PDF pages.
TEST_PROGRAMS = ("xvfb", "xdotool", "openbox", "postgresql", "poppler-utils")


class Stop(Exception):
    """The set-up cannot go on; the argument says why and what to do."""


def main() -> int:
    """Do what the command line asks; return the exit code."""
    command, *rest = sys.argv[1:] or [""]
    work = {"run": run, "test": test, "tool": tool}.get(command)
    if work is None:
        print(__doc__)
        return 0 if command in ("-h", "--help", "help") else 2
    try:
        return work(rest)
    except Stop as reason:
        print(f"\nshopstock: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(rest: list[str]) -> int:
    """Open the demo shop, or draw the tour where there is no display."""
    set_up(("system libraries for the window", QT_LIBRARIES))
    if has_display():
        return call([python(), "-m", "shopstock", "demo", *rest])
    pictures = ROOT / "tour"
    print("There is no display here: the tour of the demo shop is drawn into pictures instead.", flush=True)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    code = call([python(), "-m", "shopstock", "tour", "--out", str(pictures), *rest], environment)
    if code == 0:
        print(f"The pictures are in {pictures}")
    return code


def test(rest: list[str]) -> int:
    """Run the tests, on several cores unless the benchmarks or a number of workers are named."""
    set_up(("system libraries and programs for the tests", QT_LIBRARIES + TEST_PROGRAMS))
    given = any(one.startswith(("-n", "--numprocesses", "--benchmark")) or "benchmarks" in one for one in rest)
    workers = [] if given else ["-n", str(max(2, min(4, os.cpu_count() or 2))), "--dist", "worksteal"]
    environment = dict(os.environ)
    if not has_display():
        environment["QT_QPA_PLATFORM"] = "offscreen"
    return call([python(), "-m", "pytest", *workers, *rest], environment)


def tool(rest: list[str]) -> int:
    """Run a program of the environment."""
    if not rest:
        raise Stop("name a program of the environment, for example: tool ruff check")
    set_up(None)
    program = scripts() / (rest[0] + (".exe" if WINDOWS else ""))
    return call([str(program), *rest[1:]])


def call(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Run a program in the checkout and return its exit code; Ctrl-C is its own business."""
    started = subprocess.Popen(command, cwd=ROOT, env=environment)
    while True:
        try:
            return started.wait()
        except KeyboardInterrupt:
            continue


def has_display() -> bool:
    """Tell whether a window can be shown here."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def scripts() -> Path:
    """Return the folder of the environment's programs."""
    return VENV / ("Scripts" if WINDOWS else "bin")


def python() -> str:
    """Return the environment's Python."""
    return str(scripts() / ("python.exe" if WINDOWS else "python"))


def set_up(system: tuple[str, tuple[str, ...]] | None) -> None:
    """Make whatever is missing: the environment, its packages, the system packages named by ``system``."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(str(part) for part in OLDEST_PYTHON)
        raise Stop(f"Python {wanted} or newer is needed; this one is {sys.version.split()[0]}. Use a newer one.")
    if system is not None:
        install_system_packages(*system)
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted and Path(python()).exists():
        return
    make_environment()
    install_packages()
    STAMP.write_text(wanted, encoding="utf-8")


def fingerprint() -> str:
    """Sum up what the environment is made from, so that a change of it is noticed."""
    content = b"\0".join(
        [(ROOT / "pyproject.toml").read_bytes(), CONSTRAINTS.read_bytes(), sys.version.encode(), str(ROOT).encode()]
    )
    return hashlib.sha256(content).hexdigest()


# --- the environment


def make_environment() -> None:
    """Make ``.venv`` unless a working one of this Python is there."""
    if Path(python()).exists():
        asked = subprocess.run(
            [python(), "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
        )
        if asked.stdout.split() == [str(part) for part in sys.version_info[:2]]:
            return
    print("Making the environment .venv ...", flush=True)
    uv = shutil.which("uv")
    if uv:
        made = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]
        succeed(made, "The environment was not made.")
        return
    if not has_module("ensurepip") or not has_module("venv"):
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if on_debian():
            apt_install("Python's own tools for environments", [name])
        else:
            raise Stop("This Python has no venv or ensurepip. Install the package that brings them, then try again.")
    succeed([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment was not made.")


def has_module(name: str) -> bool:
    """Tell whether this Python can import a module (asked of a new process: it may just have been installed)."""
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def install_packages() -> None:
    """Install the program in place with everything it needs, in the versions of the constraints file."""
    print("Installing the packages (the first time this takes a minute or two) ...", flush=True)
    what = ["--constraint", str(CONSTRAINTS), "--editable", f"{ROOT}[dev,postgres]"]
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", python(), *what]
        environment = dict(os.environ)
    else:
        command = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
        environment = {**os.environ, "PIP_BUILD_CONSTRAINT": str(CONSTRAINTS)}
    succeed(
        command,
        "The packages could not be installed. Is this machine on the network? Behind a proxy or a mirror, set pip's own"
        " settings (pip config). Then try again: what was fetched is kept.",
        environment,
    )


def succeed(command: list[str], otherwise: str, environment: dict[str, str] | None = None) -> None:
    """Run a program that has to succeed."""
    try:
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    except OSError as error:
        raise Stop(f"{otherwise} ({error})") from error
    if code:
        raise Stop(f"{otherwise}\n  failed: {' '.join(command)}")


# --- system packages on Debian and Ubuntu


def on_debian() -> bool:
    """Tell whether packages come by apt here."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None


def missing_packages(names: tuple[str, ...]) -> list[str]:
    """List which packages are not installed; a name counts with the suffix of the 64-bit time transition, too."""
    listed = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\n"],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    present = {line.split()[1] for line in listed.splitlines() if line.startswith("installed ")}
    missing = [name for name in names if name not in present and f"{name}t64" not in present]
    if "postgresql" in missing and list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing.remove("postgresql")
    return missing


def install_system_packages(purpose: str, names: tuple[str, ...]) -> None:
    """Install what is missing when that is possible without a question, else say exactly how."""
    if not sys.platform.startswith("linux"):
        return
    if not on_debian():
        if not STAMP.exists():
            print(f"Not Debian or Ubuntu: {purpose} are left to you (Qt's xcb libraries; for tests PostgreSQL).")
        return
    missing = missing_packages(names)
    if missing:
        apt_install(purpose, missing)


def apt_install(purpose: str, names: list[str]) -> None:
    """Install packages by apt as root or by a sudo that asks nothing."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    by_hand = f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {' '.join(names)}"
    if as_root and not sudo_works():
        raise Stop(f"Missing are {purpose}. Install them with:\n  {by_hand}\nThen try again.")
    print(f"Installing {purpose}: {' '.join(names)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    keep = ["--preserve-env=DEBIAN_FRONTEND"] if as_root else []
    otherwise = f"The system packages could not be installed. Is this machine on the network? By hand:\n  {by_hand}"
    apt = [*as_root, *keep, "apt-get", "-qq"]
    # A list that is out of date or a server that is away may matter or not: the installation tells.
    subprocess.run([*apt, "update"], env=environment, check=False)
    succeed([*apt, "install", "-y", "--no-install-recommends", *names], otherwise, environment)


def sudo_works() -> bool:
    """Tell whether sudo is there and asks for no password."""
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
