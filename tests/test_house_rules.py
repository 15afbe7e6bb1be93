"""Rules that hold for every text file of the repository."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRIVATE = re.compile(  # written so that it does not find itself
    r"/(?:root|work|tmp|Users)/[a-z]"
    r"|(?:pypi|files\.python[h]osted|registry\.npm[j]s|deb\.debian|conda\.anaconda)\.(?:org|io|com)"
    r"|\bindex-url\s*=?\s*https?:|--extra-index[-]url"
)
LONGEST = 40  # lines of a function


def files() -> list[Path]:
    """The text files that git keeps."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository here")
    git = shutil.which("git")
    if not git:
        pytest.skip("git is not installed")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    found = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def test_no_file_names_a_path_of_a_machine_or_the_host_of_a_registry() -> None:
    for path in files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not PRIVATE.search(line), f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"


def test_every_text_file_ends_with_a_line_end_and_has_no_trailing_spaces() -> None:
    for path in files():
        text = path.read_text(encoding="utf-8")
        assert not text or text.endswith("\n"), path
        assert not re.search(r"[ \t]+$", text, re.MULTILINE), path


def test_no_function_is_longer_than_a_screen() -> None:
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= LONGEST, f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {length} lines"


def test_every_module_says_what_it_is_for() -> None:
    for path in (ROOT / "bot").rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_every_card_has_questions_of_its_own() -> None:
    cards = {path.stem for path in (ROOT / "knowledge" / "compounds").glob("*.yaml")}
    questions = {path.stem for path in (ROOT / "tests" / "questions").glob("*.jsonl")}
    assert cards <= questions, f"add tests/questions/{cards - questions}.jsonl"
