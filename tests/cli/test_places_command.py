"""Places on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shopstock


@pytest.fixture
def tea(shopstock: Shopstock, tmp_path: Path) -> str:
    """Ten teas at the first place."""
    file = tmp_path / "items.csv"
    file.write_text("sku,name,price,cost,on_hand\nTEA,Tea,2.50,1.00,10\n", encoding="utf-8")
    assert shopstock("import", "items", file).code == 0
    return "TEA"


def test_places_are_added_listed_renamed_and_retired(shopstock: Shopstock) -> None:
    only = shopstock("place", "list").out.splitlines()
    assert len(only) == 1
    shop = only[0].split()[2]
    assert shopstock("place", "add", f"{shop}/Back room", "--code", "BACK").out == f"BACK  {shop} › Back room\n"
    assert shopstock("place", "add", "back/B-04", "--level", "bin").out.endswith(f"{shop} › Back room › B-04\n")
    assert shopstock("place", "rename", "B-04", "B-05").out.endswith("› B-05\n")
    listed = shopstock("place", "list").out
    assert "  Back room" in listed
    assert "    B-05" in listed
    assert "Bin" in listed
    gone = shopstock("place", "retire", "BACK")
    assert gone.out == f"{shop} › Back room: 2 places retired.\n"
    assert shopstock("place", "list").out.splitlines() == only


def test_an_item_has_a_home_place(shopstock: Shopstock, tea: str) -> None:
    shopstock("place", "add", "Market hall")
    shopstock("place", "add", "Market hall/Wall")
    assert shopstock("place", "home", tea, "Wall").out == "Market hall › Wall\n"
    assert shopstock("place", "home", tea).out == "Market hall › Wall\n"
    gone = shopstock("place", "retire", "Market hall")
    assert gone.out.splitlines()[1] == "1 item has no home place there any more."
    assert shopstock("place", "home", tea).out == ""


def test_what_cannot_be_is_said_and_changes_nothing(shopstock: Shopstock) -> None:
    before = shopstock("place", "list").out
    name = before.split()[2]
    for command, sentence in (
        (("retire", name), "is the only shop"),
        (("add", name), "already"),
        (("add", "Nowhere/Room"), "No place is called Nowhere"),
        (("add", f"{name}/Shop in shop", "--level", "shop"), "A shop does not lie in a shop"),
        (("rename", name, ""), "The name is empty"),
    ):
        said = shopstock("place", *command)
        assert said.code == 2
        assert sentence in said.err
    assert shopstock("place", "list").out == before


def test_a_report_of_a_place_takes_what_lies_in_it(shopstock: Shopstock, tea: str) -> None:
    whole = shopstock("report", "places", "--format", "csv").out.splitlines()
    assert whole[0] == "shop,place,sku,name,on_hand,allocated,value"
    name = shopstock("place", "list").out.split()[2]
    assert whole[1:] == [f"{name},{name},TEA,Tea,10,0,10.00"]
    shopstock("place", "add", f"{name}/Empty room")
    assert shopstock("report", "places", "--location", name, "--format", "csv").out.splitlines() == whole
    assert len(shopstock("report", "places", "--location", "Empty room", "--format", "csv").out.splitlines()) == 1
