"""What docs/ and README.md tell people to type works, or there is a reason why it is not tried here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.loading import knowledge_folder, schemas

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (?! |https?://)(.+)$", re.MULTILINE)

# What a command ends with and says. They run in one folder, one after another, in the order of the pages.
RUN = {
    'footnote knowledge new "Semaxine"': (0, "semaxine.yaml"),
    "footnote knowledge check": (1, "semaxine.yaml"),
    'sqlite3 footnote.db ".backup backup.db"': (0, ""),
}
# Why a command is not run here.
NOT_RUN = {
    r"footnote (card|section|ask) .*semaxine.*": "the card is filled in by then; tests/cli has these commands",
    r"footnote preview": "tests/preview has it",
    r"footnote knowledge pictures .*": "tests/cli/test_pictures.py has it",
    r"DISCORD_TOKEN=\S+ (\.venv/bin/)?footnote run": "tests/discord/test_running.py has the process",
    r"python3 -m venv .*": "it installs; .ci/run and .ci/image do",
    r"/opt/footnote/bin/.*|install --mode.*": "tests/test_deploy.py and .ci/image have it",
    r"systemctl .*": "it changes the machine; tests/test_deploy.py has the unit",
    r"docker .*": "there may be no daemon; tests/test_deploy.py and .ci/image have the image's lines",
    r"git pull": "it changes the clone",
    r"pg_dump .*": "it needs a server; PostgreSQL's own",
}


def commands(page: Path) -> Iterator[str]:
    """Every command of a page's shell blocks, and every indented line."""
    text = page.read_text(encoding="utf-8")
    for language, block in FENCED.findall(text):
        if language == "sh":
            yield from filter(None, block.replace("\\\n", " ").splitlines())
    yield from INDENTED.findall(FENCED.sub("", text))


ALL = [(page.name, command) for page in PAGES for command in commands(page)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the knowledge, a database, and a command `footnote`."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(knowledge_folder(), folder / "knowledge")
    command = folder / "footnote"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    (folder / "footnote.db").touch()
    return folder


@pytest.mark.parametrize("command", dict.fromkeys(command for _, command in ALL))
def test_a_command_works_or_has_a_reason_not_to_be_tried(command: str, folder: Path) -> None:
    if command not in RUN:
        assert any(re.fullmatch(pattern, command) for pattern in NOT_RUN), f"neither run nor excused: {command}"
        return
    program, path = command.split(maxsplit=1)[0], f"{folder}:{os.defpath}"
    if not shutil.which(program, path=path):
        pytest.skip(f"no {program} here")
    given = {"PATH": path, "PYTHONPATH": str(ROOT), "FOOTNOTE_KNOWLEDGE": str(folder / "knowledge")}
    ran = subprocess.run(command, shell=True, cwd=folder, env=given, capture_output=True, text=True, check=False)
    code, said = RUN[command]
    assert (ran.returncode, said in ran.stdout + ran.stderr) == (code, True), ran.stderr


def test_no_command_is_excused_or_run_that_no_page_has() -> None:
    typed = [command for _, command in ALL]
    assert set(RUN) <= set(typed)
    for pattern in NOT_RUN:
        assert any(re.fullmatch(pattern, command) for command in typed), pattern


def test_every_file_and_test_that_the_safety_contract_names_is_there() -> None:
    contract = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|tests)/[\w/]+\.py)(?:::(\w+))?`?", contract)
    assert all(f"| R{number} |" in contract for number in range(1, 8))
    for file, test in named:
        assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{test}"
        assert (ROOT / file).is_file(), file


def test_the_examples_of_a_card_have_no_field_that_a_card_does_not_know() -> None:
    page = (ROOT / "docs" / "adding-a-compound.md").read_text(encoding="utf-8")
    known = str(schemas())
    for block in re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for field in re.findall(r"^\s*(?:- )?(\w+):", block, re.MULTILINE):
            assert f"'{field}'" in known, field
