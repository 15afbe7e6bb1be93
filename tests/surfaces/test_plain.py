"""A reply as plain text and as JSON: what stands where."""

from __future__ import annotations

import json

import pytest

from bot.core.cards import Card
from bot.footnote import Footnote
from bot.surfaces import plain
from bot.surfaces.wording import Labels

KEYS = [
    *("id", "outcome", "reason", "compound", "sections", "passages", "notices", "confidence", "text"),
]


def paragraphs(footnote: Footnote, question: str) -> list[str]:
    """The paragraphs of a reply."""
    return plain.to_text(footnote.ask(question), footnote.library.replies.labels).split("\n\n")


def test_the_heading_comes_first_and_the_notices_last(footnote: Footnote, card: Card) -> None:
    told = paragraphs(footnote, "does it work after a stroke?")
    assert told[0].startswith("Cerebrolysin › ")
    assert told[-2:] == [card.caveat.text, card.warning.text]


def test_each_passage_has_a_mark_that_its_source_is_listed_under(footnote: Footnote) -> None:
    told = paragraphs(footnote, "how much per day?")
    assert told[1].split("\n")[0].endswith("[1] (proposed, pending dosing review)")
    assert told[2] == "Sources\n[1] community report\n[2] product information"


def test_a_publication_is_listed_with_who_paid_and_where_it_is_found(footnote: Footnote) -> None:
    answer = footnote.section("cerebrolysin", "evidence-rehab")
    text = plain.to_text(answer, footnote.library.replies.labels)
    assert "[1] Muresanu DF et al. 2016; Stroke; " in text
    assert "; sponsored: the maker's money or staff; PMID 26564102; https://pubmed.ncbi.nlm.nih.gov/26564102" in text
    assert "; who paid is unclear; article S0022-510X(15)00832-1\n" in text


def test_several_sections_have_their_titles_over_them(footnote: Footnote) -> None:
    text = plain.to_text(footnote.sections("cerebrolysin", ["dose", "cycle"]), footnote.library.replies.labels)
    assert text.startswith("Cerebrolysin › Dose, Course and break\n\nDose\n")
    assert "\n\nCourse and break\n" in text


def test_the_list_of_sources_tells_title_finding_and_note(footnote: Footnote, labels: Labels) -> None:
    text = plain.to_text(footnote.sources("cerebrolysin"), labels)
    assert "Life-Threatening Anaphylaxis due to Cerebrolysin" in text
    assert "    Found: sudden severe anaphylaxis" in text
    assert "    Note: The PMID is printed as the compound page gives it" in text


@pytest.mark.parametrize("question", ["how much per day?", "how much semax?", "hi", "does it work?", "help", ""])
def test_the_json_object_has_the_agreed_keys_and_says_the_same_as_the_text(footnote: Footnote, question: str) -> None:
    answer, labels = footnote.ask(question), footnote.library.replies.labels
    made = json.loads(json.dumps(plain.to_json(answer, labels, "q-1")))
    assert list(made) == KEYS
    assert made["id"] == "q-1"
    assert (made["outcome"] == "decline") == (made["reason"] is not None)
    assert 0.0 <= made["confidence"] <= 1.0
    assert made["text"] == plain.to_text(answer, labels)
    assert all(passage["text"] in made["text"] for passage in made["passages"])


def test_german_questions_get_the_warning_in_german_below_the_english_one(footnote: Footnote, card: Card) -> None:
    told = paragraphs(footnote, "wie viel nimmt man am Tag?")
    assert told[-2:] == [card.warning.text, card.warning.translations["de"].text]
