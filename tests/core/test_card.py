"""The Cerebrolysin card holds what the page says, with its hedges, and what was verified beside it."""

from __future__ import annotations

import pytest

from bot.core.cards import Card

SECTIONS = (
    *("identity", "uses", "mechanism", "dose", "route", "cycle", "higher-dose", "side-effects", "allergy", "stacking"),
    *("evidence", "evidence-stroke", "evidence-rehab", "evidence-tbi", "evidence-dementia", "sources"),
)


def text_of(card: Card, section_id: str) -> str:
    """All passages of a section as one text."""
    section = card.section(section_id)
    assert section
    return " ".join(passage.text for passage in section.passages)


def test_it_has_every_section_and_no_other(card: Card) -> None:
    assert tuple(section.id for section in card.sections) == SECTIONS


@pytest.mark.parametrize(
    ("section", "facts"),
    [
        ("identity", ["mixture", "low-molecular-weight", "pig brain", "standardized"]),
        ("uses", ["cognition", "memory", "clarity", "stroke", "traumatic brain injury", "dementia", "self-directed"]),
        ("mechanism", ["neurotrophic factors", "neuroplasticity", "proposed active fraction", "less pinned down"]),
        ("dose", ["5–10 mL per day", "10–20 days", "1–5 mL", "at most 5 mL at once into a muscle"]),
        ("route", ["intramuscular", "intravenous", "diluted and slow", "higher volumes", "subcutaneous"]),
        ("cycle", ["not as a daily driver", "10 days to about 4 weeks", "30–60 days", "gains persist"]),
        (
            "side-effects",
            ["overstimulation", "if dosed late", "activating profile", "Headache", "20 of 667", "epilepsy"],
        ),
        ("allergy", ["rare but documented", "most peptides lack", "slow administration", "first doses"]),
        ("stacking", ["base of a stack", "BPC-157", "Semax", "Selank", "nootropics", "cyclical"]),
        (
            "evidence",
            ["most human-trialled", "most contested", "possible harm signal", "too few data", "CASTA", "CARS"],
        ),
    ],
)
def test_every_fact_of_the_page_stands_under_its_section(card: Card, section: str, facts: list[str]) -> None:
    found = text_of(card, section)
    assert [fact for fact in facts if fact not in found] == []


def test_the_common_course_awaits_review_and_the_lower_volume_is_less_sure(card: Card) -> None:
    for _, passage in card.all_passages():
        if "5–10 mL" in passage.text or "10–20 days" in passage.text:
            assert passage.status == "pending-review", passage.id
        if "1–5 mL" in passage.text:
            assert passage.status == "lower-confidence"


def test_going_higher_is_a_declared_gap_with_the_product_informations_limits_alone(card: Card) -> None:
    section = card.section("higher-dose")
    assert section
    assert section.gap
    assert {source for passage in section.passages for source in passage.sources} == {"label"}


def test_the_story_has_six_steps_and_a_result(card: Card) -> None:
    assert len(card.steps) == 7
    assert "Most studied, most contested" in card.steps[-1].passages[0].text


def test_the_five_references_of_the_page_and_the_two_beside_them_say_who_paid(card: Card) -> None:
    funding = {source.id: (source.pmid, source.funding) for source in card.sources if source.kind == "publication"}
    assert funding == {
        "ziganshina-2020": ("32662068", "independent"),
        "ziganshina-2023": (None, "independent"),
        "heiss-2012": ("22282884", "sponsored"),
        "muresanu-2016": ("26564102", "sponsored"),
        "guekht-2015": (None, "unclear"),
        "gauthier-2015": ("25832905", "sponsored"),
        "trimmel-2024": ("39055722", "unclear"),
    }


def test_what_the_page_says_otherwise_than_the_publication_is_noted_at_the_source(card: Card) -> None:
    assert "meta-analysis" in (card.source("gauthier-2015").note or "")
    assert "single case" in (card.source("trimmel-2024").note or "")
    assert "no independent trial" in (card.source("heiss-2012").note or "")
    assert "dependency" in (card.source("ziganshina-2020").note or "")


def test_a_claim_of_benefit_is_a_passage_of_its_own(card: Card) -> None:
    claiming = {passage.id for _, passage in card.all_passages() if passage.claims_benefit}
    assert claiming >= {
        "uses-reports",
        "cycle-lasting",
        "evidence-sponsored",
        "rehab-cars",
        "dementia-cognition",
        "tbi-page",
    }
    for section in ("dose", "route", "side-effects", "allergy", "identity"):
        found = card.section(section)
        assert found
        assert not any(passage.claims_benefit for passage in found.passages)


def test_every_source_is_used(card: Card) -> None:
    used = {source for _, passage in card.all_passages() for source in passage.sources}
    assert used == {source.id for source in card.sources}
