"""`footnote knowledge new`: a skeleton in which the check tells what is to be written."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bot.core.pictures import STUDY_OUTCOMES
from bot.loading import load_library
from bot.skeleton import CannotBeginError, begin_card
from tests.small_knowledge import faults_of, write

TODAY = datetime.date(2026, 1, 31)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A knowledge folder without a fault."""
    return write(tmp_path / "knowledge")


def test_the_faults_of_a_new_card_are_the_list_of_what_to_write(folder: Path) -> None:
    path = begin_card("Other-Peptide 7", load_library(folder), folder, TODAY)
    assert path.name == "other-peptide-7.yaml"
    told = [fault.split(": ", 1)[1] for fault in faults_of(folder)]
    assert "summary: is empty; a text was expected here" in told
    assert "notices[1].text: is empty; a text was expected here" in told
    assert "sections[1]: a section needs passages, or a gap that says what the page leaves empty" in told
    assert all("no known key" not in fault and "valid YAML" not in fault for fault in told)


def test_a_skeleton_that_is_filled_in_has_no_fault(folder: Path) -> None:
    path = begin_card('Ünit "X" 1', load_library(folder), folder, TODAY)
    text = path.read_text(encoding="utf-8")
    for empty, filled in (
        ('summary: ""', "summary: A second one."),
        ('text: ""', "text: 'About Ünit \"X\" 1.'"),
        ('title: ""', "title: A page"),
        ("passages: []", "gap: Nothing is known."),
    ):
        assert empty in text
        text = text.replace(empty, filled)
    path.write_text(text, encoding="utf-8")
    assert faults_of(folder) == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Testin", "a name of the card 'testin' already"),
        ("TESTINE", "a name of the card 'testin' already"),
        ("脑活素", "makes no id"),
        ("  ", "makes no id"),
        ("x" * 200, "makes no id"),
        ("Unit {1}", "has no place in a name"),
    ],
)
def test_a_name_that_can_have_no_new_card_is_refused(folder: Path, name: str, why: str) -> None:
    with pytest.raises(CannotBeginError, match=why):
        begin_card(name, load_library(folder), folder, TODAY)


def test_a_file_that_is_there_is_never_written_over(folder: Path) -> None:
    library = load_library(folder)
    path = begin_card("Second", library, folder, TODAY)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(CannotBeginError, match="File exists"):
        begin_card("Second", library, folder, TODAY)
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_name_cannot_lead_out_of_the_folder(folder: Path) -> None:
    path = begin_card("../../outside", load_library(folder), folder, TODAY)
    assert path == folder / "compounds" / "outside.yaml"


def test_a_skeleton_names_every_field_that_a_picture_is_drawn_from(folder: Path) -> None:
    text = begin_card("Second", load_library(folder), folder, TODAY).read_text(encoding="utf-8")
    assert "outcomes" in text
    assert all(outcome in text for outcome in STUDY_OUTCOMES)
    assert "picture" in text
