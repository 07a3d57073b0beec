"""The logo at the top of the receipt."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from shopstock.core import papers
from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.papers import SalesReceipt
from shopstock.core.units import Money
from shopstock.db.connection import Db
from shopstock.formats import receipt_pdf
from shopstock.queries import printing, settings
from shopstock.services import logo


def a_picture(folder: Path, name: str, colour: str = "black") -> Path:
    drawn = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(drawn).rectangle((50, 50, 249, 149), fill=colour)
    path = folder / name
    drawn.save(path)
    return path


def test_a_receipt_keeps_the_logo_it_was_printed_with(db: Db, owner: Acting, tmp_path: Path) -> None:
    logo.choose(db, owner, a_picture(tmp_path, "old.png"))
    first = settings.load(db).receipt_logo
    assert Image.open(BytesIO(settings.logo(db))).size == (200, 100), "the white margin is gone"
    logo.choose(db, owner, a_picture(tmp_path, "new.jpg", "navy"))
    assert settings.load(db).receipt_logo != first
    paper = SalesReceipt("1-1", "x", "GBP", (), Money(0), logo=first)
    assert list(printing.pictures(db, papers.from_json(papers.to_json(paper)))) == [first]
    assert len(receipt_pdf.write(paper, printing.pictures(db, paper))) > len(receipt_pdf.write(paper)) + 200
    logo.remove(db, owner)
    assert settings.logo(db) == b""
    assert list(printing.pictures(db, paper)) == [first]


def test_what_is_no_picture_changes_nothing(db: Db, owner: Acting, tmp_path: Path) -> None:
    logo.choose(db, owner, a_picture(tmp_path, "old.png"))
    before = settings.load(db).receipt_logo
    white = tmp_path / "white.png"
    Image.new("L", (20, 20), 255).save(white)
    broken = tmp_path / "broken.png"
    broken.write_bytes(a_picture(tmp_path, "whole.png").read_bytes()[:60])
    for path, said in (
        (white, "all white"), (broken, "no picture that can be read"), (tmp_path / "none.png", "cannot be read"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            logo.choose(db, owner, path)
    assert settings.load(db).receipt_logo == before
