"""What the first page and the list of settings say is so."""

from __future__ import annotations

import re
import tomllib
from io import StringIO
from pathlib import Path

import pytest
import typer
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from rich.console import Console

from bot import __version__
from bot.cli import app
from bot.core.cards import Card
from bot.footnote import Footnote
from bot.pictures.plans import charts
from bot.settings import Settings, setting_name
from bot.surfaces import console
from bot.surfaces.wording import Labels

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_answer_on_the_first_page_is_the_one_that_a_terminal_shows(footnote: Footnote) -> None:
    block = re.search(r"```\n> (.+?)\n\n(.+?)\n```", README, re.DOTALL)
    assert block
    screen = StringIO()
    terminal = Console(file=screen, width=80, force_terminal=True, color_system=None)
    console.show(footnote.ask(block[1]), footnote.library.replies.labels, terminal)
    assert [line.rstrip() for line in screen.getvalue().strip().split("\n")] == block[2].split("\n")


def test_both_commands_of_the_first_page_are_ones_that_exist() -> None:
    commands = re.findall(r"^    python3 -m venv .*$", README, re.MULTILINE)
    assert [command.rpartition(" && ")[2] for command in commands] == [
        ".venv/bin/footnote preview",
        ".venv/bin/python -m pytest",
    ]
    assert '.venv/bin/pip install ".[preview]" && ' in commands[0]
    assert '.venv/bin/pip install -e ".[dev]" && .venv/bin/python -m pytest\n' in README
    assert {"dev", "preview"} <= set(PROJECT["optional-dependencies"])
    assert PROJECT["scripts"]["footnote"] == "bot.cli:main"


def test_the_picture_of_the_evidence_says_in_words_what_it_shows(card: Card, labels: Labels) -> None:
    found = re.search(r'<img src="docs/pictures/evidence.png" width="400" alt="(.+?)">', README)
    assert found
    (chart,) = charts(card, labels)
    for lane in chart.lanes:
        for each in lane.references:
            author, outcomes = each.text.split()[0], ", ".join(labels[outcome] for outcome in each.outcomes)
            assert f"{author} {each.year}, {outcomes}" in found[1]


def test_every_command_that_a_page_names_exists() -> None:
    group = typer.main.get_group(app)
    knowledge = group.commands["knowledge"].commands  # type: ignore[attr-defined]
    pages = [path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]]
    for page in pages:
        for first, second in re.findall(r"\bfootnote ([a-z]+)(?: ([a-z]+))?(?=[\s`])", page):
            if first in {"marks", "mark"}:
                continue
            assert first in group.commands, f"footnote {first}"
            assert first != "knowledge" or not second or second in knowledge, f"footnote knowledge {second}"


def test_every_link_to_a_file_leads_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("knowledge/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_example_of_the_settings_has_every_setting_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    assert sorted(listed) == sorted(setting_name(field) for field in Settings.model_fields)
    assert Settings(_env_file=ROOT / ".env.example") == Settings()  # type: ignore[call-arg]


def test_the_example_of_the_settings_says_what_each_does() -> None:
    paragraphs = (ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n")
    for paragraph in paragraphs[1:]:
        *comments, setting = paragraph.strip().split("\n")
        assert comments, setting
        assert all(comment.startswith("# ") for comment in comments), setting


@pytest.mark.parametrize("name", ["FOOTNOTE_ENCODER", "SHARD_COUNT", "DISCORD_MESSAGE_CONTENT"])
def test_an_empty_setting_means_the_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    assert Settings() == Settings()


def test_the_version_is_the_same_everywhere_and_the_changes_are_told() -> None:
    assert PROJECT["version"] == __version__
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    extras = PROJECT["optional-dependencies"].values()
    for wanted in map(Requirement, [*PROJECT["dependencies"], *(one for extra in extras for one in extra)]):
        operators = {bound.operator for bound in wanted.specifier}
        assert operators >= {">=", "<"} or wanted.name == PROJECT["name"], wanted


def test_the_lock_pins_with_hashes_what_the_project_asks_for() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {
        canonicalize_name(name): Version(version)
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)
    }
    for wanted in map(Requirement, PROJECT["dependencies"]):
        found = pinned.get(canonicalize_name(wanted.name))
        assert found, f"{wanted.name} is not in requirements.lock; write it anew with .ci/lock"
        assert SpecifierSet(str(wanted.specifier)).contains(found), f"{wanted} is {found} in the lock; run .ci/lock"
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[\w.-]+==)", lock)[1:])
    assert not re.search(r"https?://|--index-url|--find-links|--trusted-host", lock)
