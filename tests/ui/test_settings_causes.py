"""Settings, Write-offs and returns: causes are added, renamed, retired and offered again; limits are saved."""

from __future__ import annotations

from typing import Any

from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db
from shopstock.queries import causes
from shopstock.queries import settings as settings_query
from shopstock.ui.main_window import MainWindow
from tests.windows import click, type_into


def page_of(window: MainWindow) -> Any:
    window.show_settings("write_offs")
    return window.opened("settings").page("write_offs")


def said(window: MainWindow) -> str:
    message = window.messages.current()
    return message.fact if message is not None else ""


def test_a_cause_is_added_with_evidence_and_retired(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window)
    type_into(page.name, "Water damage")
    page.evidence.setChecked(True)
    click(page.add)
    made = {cause.name: cause for cause in causes.causes(sqlite_db, Purpose.WRITE_OFF)}["Water damage"]
    assert (made.key, made.needs_evidence) == ("water_damage", True)
    assert page.causes.selected_row().key == "water_damage"
    click(page.retire)
    assert "Water damage" not in {cause.name for cause in causes.causes(sqlite_db, Purpose.WRITE_OFF)}
    click(page.save)
    assert "Water damage" in {cause.name for cause in causes.causes(sqlite_db, Purpose.WRITE_OFF)}, "offered again"


def test_a_cause_is_renamed_and_a_taken_name_is_refused(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window)
    page.kinds.segment(Purpose.RETURN).click()
    assert not page.evidence.isVisible()
    type_into(page.name, "Broken")
    click(page.save)
    names = [cause.name for cause in causes.causes(sqlite_db, Purpose.RETURN)]
    assert names[0] == "Broken"
    type_into(page.name, "Wrong item")
    click(page.save)
    assert "already" in said(window)
    assert [cause.name for cause in causes.causes(sqlite_db, Purpose.RETURN)] == names


def test_a_limit_is_saved(window: MainWindow, sqlite_db: Db) -> None:
    page_of(window)
    screen = window.opened("settings")
    form = next(form for form in screen._forms if form.section == "write_offs")
    type_into(form._widgets["write_off_limit_stockroom"], "35")
    screen.save()
    assert settings_query.load(sqlite_db).write_off_limit_stockroom == 35
