"""Look-ups: the reply that a command or a button names, and what it carries."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from bot.core.answers import Answer
from bot.core.cards import Card
from bot.core.reference import Reference
from bot.footnote import Footnote
from bot.surfaces.discord.layout import Controls
from bot.surfaces.discord.states import Show, StaleError

CHOICES = 25  # choices of an autocomplete
TYPED = 100  # characters of what was typed that are looked at, since it is looked at on the event loop
LIKE = 60  # the least likeness (0 to 100) of a title to what was typed


def show(reference: Reference, wanted: Show) -> Answer:
    """The reply that a button's state names. StaleError where there is no such step."""
    if wanted.kind == "sources":
        cited = reference.sections(wanted.card, wanted.sections).citations if wanted.sections else ()
        return reference.sources(wanted.card, [source.id for source in cited])
    if wanted.kind == "card":
        return reference.card(wanted.card)
    if wanted.kind == "step":
        steps = reference.steps(wanted.card)
        if not 0 <= wanted.page <= len(steps) or not steps:
            raise StaleError(f"step {wanted.page}")
        return steps[max(wanted.page, 1) - 1]
    if wanted.kind == "whole":
        return reference.section(wanted.card, wanted.sections[0])
    return reference.sections(
        wanted.card, wanted.sections, benefit=wanted.benefit, about_efficacy=wanted.about_efficacy
    )


def controls_of(reference: Reference, wanted: Show, language: str | None) -> Controls:
    """What that reply carries: its further pages, or back and next."""
    steps = len(reference.steps(wanted.card)) if wanted.kind == "step" else 0
    return Controls(show=wanted, glance=wanted.kind == "card", steps=steps, language=language)


def compounds(footnote: Footnote, typed: str) -> list[tuple[str, str]]:
    """Names and ids of cards for what was typed, by the same matcher that finds names in questions."""
    return [(card.name, card.id) for card in footnote.suggestions(typed[:TYPED], CHOICES)]


def card_for(footnote: Footnote, typed: str | None, default: str | None) -> Card | None:
    """The card that an option means: its id, or a name as one would write it; the default where nothing was given."""
    if not typed:
        return footnote.library.card(default) or footnote.library.card(footnote.default)
    return footnote.library.card(typed) or footnote.library.card(footnote.card_called(typed[:TYPED]))


def sections(footnote: Footnote, card: Card, typed: str) -> list[tuple[str, str]]:
    """Titles and ids of a card's sections for what was typed: titles like it, then what it would be understood as."""
    titles, typed = {section.id: section.title for section in card.sections}, typed[:TYPED]
    if not typed.strip():
        return [(title, section) for section, title in titles.items()][:CHOICES]
    like = process.extract(
        typed, titles, scorer=fuzz.partial_ratio, processor=str.casefold, score_cutoff=LIKE, limit=CHOICES
    )
    understood = footnote.ask(typed, compound=card.id, by_words=True)
    found = dict.fromkeys([*(section for _, _, section in like), *understood.sections, *understood.suggestions])
    return [(titles[section], section) for section in found if section in titles][:CHOICES]


def section_for(card: Card, typed: str) -> str | None:
    """The section that an option names, by its id or its title; None where it has to be understood first."""
    wanted = typed.strip().casefold()
    return next((section.id for section in card.sections if wanted in {section.id, section.title.casefold()}), None)
