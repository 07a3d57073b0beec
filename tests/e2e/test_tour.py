"""The tour in a process of its own: it ends well, and its pictures show something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from shopstock import resources
from tests.conftest import ROOT

STEPS = (
    "sell-empty", "sell-unknown-code", "pay-change", "sell-return", "sell-printer-out-of-paper", "cash-up-verdict",
    "sell-expired", "orders-low", "orders-sent", "receive-unknown-code", "receive-lot", "receive-costs",
    "receive-result", "receive-invoice", "receive-late-cost", "receive-supplier-return", "reports-expiry",
    "transfers-in-hand", "transfers-put-away", "transfers-request", "transfers-pack", "transfers-sent",
    "transfers-unpack", "transfers-settle", "sell-find-sale", "sell-return-opened", "sell-give-back-how",
    "sell-customer-known", "back-evidence", "back-waiting", "back-set-aside", "back-to-supplier", "back-put-aside",
    "back-returns", "back-document", "back-reversed",
    "count-new", "count-board", "count-sheet", "count-again", "count-explain", "count-posted", "count-plan",
    "labels-printed", "label-templates", "stock-on-order", "stock-why", "stock-past", "stock-item-card", "palette",
    "help", "sign-in", "sell-approval",
)  # fmt: skip
#: So few colours has only an empty window.
FEW_COLOURS = 24


def tour(out: Path, sample: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; from pathlib import Path; from shopstock import tour; "
        "sys.exit(tour.main(sys.argv[1], Path(sys.argv[2]), modes=('light',)))"
    )
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-c", code, str(out), str(sample)], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.e2e
def test_the_tour_ends_well_and_shows_every_step(tmp_path: Path) -> None:
    done = tour(tmp_path / "pictures", resources.sample_db())
    assert done.returncode == 0, done.stdout + done.stderr
    pictures = sorted((tmp_path / "pictures").glob("*.png"))
    names = " ".join(picture.name for picture in pictures)
    assert [step for step in STEPS if step not in names] == []
    for picture in pictures:
        with Image.open(picture) as shown:
            assert shown.width in (1280, 1024, 2560), picture.name
            colours = shown.convert("RGB").getcolors(maxcolors=1 << 24) or []
            assert len(colours) > FEW_COLOURS, f"{picture.name} is blank"
    assert (tmp_path / "pictures" / "receipt.pdf").read_bytes().startswith(b"%PDF")
    assert list((tmp_path / "pictures").glob("P-*.pdf")), "the order that was sent"


@pytest.mark.e2e
def test_a_tour_that_cannot_begin_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "sample.db"
    broken.write_bytes(b"not a shop at all")
    done = tour(tmp_path / "pictures", broken)
    assert done.returncode == 1
    assert done.stderr.startswith("The tour ended: ")
