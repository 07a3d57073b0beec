"""The rules of the house, checked: layers, types, style, one door to the ledger, nothing that does not belong."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "shopstock"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))

TOP_LEVEL = {
    "pyproject.toml", "README.md", "shopstock", "resources", "tests", "installer", "sample.db", "LICENSE", ".ci",
    ".github", ".gitignore", ".gitattributes", ".pre-commit-config.yaml",
}  # fmt: skip

#: One module is about one thing and has at most 400 lines; these are one thing that is longer.
LONGER = {"db/models.py": 800}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name_of(path))


def run_tool(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def kept_files() -> list[Path]:
    """List the files of the repository (of the folder, where there is no git), without those that were deleted."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    return [path for top in TOP_LEVEL for path in ([ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*"))]


# --- tools


def test_style() -> None:
    run_tool("ruff", "check", "--quiet", ".")


def test_types() -> None:
    run_tool("mypy")


def test_imports_go_downwards_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


# --- the tree


def test_the_top_level_holds_what_belongs_there() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in kept_files()}
    assert found <= TOP_LEVEL, f"does not belong at the top: {sorted(found - TOP_LEVEL)}"


def test_nothing_names_a_registry_or_a_machine() -> None:
    words = ["py" + "pi.org", "python" + "hosted", "index" + "-url", "find" + "-links", "npm" + "js", "/ro" + "ot/"]
    pattern = re.compile("|".join(re.escape(word) for word in words))
    for path in kept_files():
        if path.stat().st_size < 2_000_000 and b"\0" not in (content := path.read_bytes())[:8_000]:
            assert not (found := pattern.search(content.decode("utf-8", "replace"))), f"{name_of(path)}: {found[0]}"


def test_every_requirement_is_pinned_in_its_range() -> None:
    pinned = {}
    for line in (ROOT / "installer" / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[A-Za-z0-9_.\-]+==[0-9A-Za-z.]+", line), line
            name, _equals, version = line.partition("==")
            pinned[re.sub(r"[-_.]+", "-", name).lower()] = Version(version)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["project"]["optional-dependencies"].values()
    for text in project["project"]["dependencies"] + [one for group in groups for one in group]:
        wanted = Requirement(text)
        version = pinned[re.sub(r"[-_.]+", "-", wanted.name).lower()]
        assert version in wanted.specifier, f"{text}, but {version} is pinned"


@pytest.mark.parametrize("package", sorted(path.parent for path in PACKAGE.rglob("__init__.py")), ids=name_of)
def test_every_package_has_its_chapter(package: Path) -> None:
    if package.name != "upgrades":
        assert len((ast.get_docstring(tree_of(package / "__init__.py")) or "").splitlines()) >= 3


@pytest.mark.parametrize("folder", sorted(path for path in PACKAGE.iterdir() if path.is_dir()), ids=name_of)
def test_every_folder_is_a_package(folder: Path) -> None:
    if folder.name not in ("__pycache__", "_resources"):
        assert (folder / "__init__.py").exists()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_stay_short_and_say_what_they_are(path: Path) -> None:
    longest = LONGER.get(path.relative_to(PACKAGE).as_posix(), 400)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= longest
    assert ast.get_docstring(tree_of(path))
    assert path.stem not in ("utils", "util", "helpers", "misc", "common")


# --- text


def untranslatable(tree: ast.AST) -> Iterator[int]:
    """Yield the lines on which a text is put together before it is looked up; a name stands for a text from a table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            taken = {"_": 1, "ngettext": 2}.get(node.func.id, 0)
            if any(isinstance(text, ast.JoinedStr | ast.BinOp | ast.Call) for text in node.args[:taken]):
                yield node.lineno


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_texts_are_looked_up_as_they_stand(path: Path) -> None:
    assert not (found := list(untranslatable(tree_of(path)))), f"{name_of(path)}: line {found}"


def test_the_check_of_texts_sees_the_mistake() -> None:
    assert list(untranslatable(ast.parse('_(f"Unknown code {code}")')))
    assert list(untranslatable(ast.parse('_("Unknown code {}".format(code))')))
    assert not list(untranslatable(ast.parse('_("Unknown code {code}").format(code=code)')))


# --- one door to the ledger

LEDGER = (
    "stock_movement", "cost_layer", "journal_line", "document", "document_line", "payment", "item_pool", "shortfall",
    "consumption", "receipt_mark", "item_day", "item_month", "sales_hour", "stockout_span",
)  # fmt: skip
_WRITE = re.compile(rf"\b(INSERT\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+({'|'.join(LEDGER)})\b", re.IGNORECASE)
_LEVEL = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+stock_level\b", re.IGNORECASE)


def texts_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every string in a module, those with placeholders with a gap in their place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "?" for part in node.values)
            yield node.lineno, "".join(str(part) for part in parts)


def writes_to_the_ledger(tree: ast.AST) -> Iterator[str]:
    """Yield the statements that write what only posting may write; ``allocated`` may move elsewhere."""
    for line, text in texts_in(tree):
        if _WRITE.search(text) or (_LEVEL.search(text) and "on_hand" in text.lower()):
            yield f"line {line}: {' '.join(text.split())[:80]}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_posting_writes_the_ledger(path: Path) -> None:
    inside = path.relative_to(PACKAGE).as_posix()
    if not inside.startswith(("services/posting", "db/upgrades/")):
        assert not (found := list(writes_to_the_ledger(tree_of(path)))), found


def test_the_check_of_the_ledger_sees_the_mistake() -> None:
    assert list(writes_to_the_ledger(ast.parse('db.run("INSERT INTO stock_movement (id) VALUES (1)")')))
    assert list(
        writes_to_the_ledger(ast.parse('db.run(f"update {x} cost_layer set qty_left = 0; UPDATE document SET x")'))
    )
    assert list(writes_to_the_ledger(ast.parse('db.run("UPDATE stock_level SET on_hand = on_hand + ?")')))
    assert not list(writes_to_the_ledger(ast.parse('db.run("UPDATE stock_level SET allocated = allocated + ?")')))
    assert not list(writes_to_the_ledger(ast.parse('db.rows("SELECT qty FROM stock_movement")')))


# --- the database file is not touched with ordinary file calls

#: Where files other than the shop's are read and written. In the layers below a shop may be open.
_FILE_CALLS = {
    "open",
    "read_bytes",
    "write_bytes",
    "read_text",
    "write_text",
    "copy",
    "copy2",
    "copyfile",
    "file_digest",
}
_FILE_LAYERS = ("core", "db", "queries", "services", "jobs")
_ALLOWED = {
    ("db/guard.py", "read_text"): "the system's table of mounts",
    ("db/backup.py", "open"): "the folder, to flush a new name",
}


def file_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield calls that open files by ordinary means: ``open``, ``Path.read_bytes``, ``shutil.copy`` and the like."""
    modules = {"os", "shutil", "io", "hashlib", "zipfile", "tarfile"}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id == "open":
            yield node.lineno, "open"
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _FILE_CALLS:
            of = node.func.value
            plain = isinstance(of, ast.Name) and of.id not in modules
            if node.func.attr not in ("open", "copy") or not plain:
                yield node.lineno, node.func.attr


@pytest.mark.parametrize("path", [p for p in MODULES if p.relative_to(PACKAGE).parts[0] in _FILE_LAYERS], ids=name_of)
def test_layers_that_hold_a_shop_open_no_files(path: Path) -> None:
    inside = path.relative_to(PACKAGE).as_posix()
    found = [(line, call) for line, call in file_calls(tree_of(path)) if (inside, call) not in _ALLOWED]
    assert not found, "closing an ordinary handle of the database file drops SQLite's locks: use db.backup"


def test_the_check_of_files_sees_the_mistake() -> None:
    for mistake in (
        "open(db.url)",
        "Path(db.url).read_bytes()",
        "shutil.copyfile(a, b)",
        "shutil.copy(a, b)",
        "os.open(a)",
    ):
        assert list(file_calls(ast.parse(mistake))), mistake


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nobody_opens_a_database_with_another_library(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert "sqlite3" not in names, "a second SQLite in the process breaks the locks of the first"
        assert "PySide6.QtSql" not in names
