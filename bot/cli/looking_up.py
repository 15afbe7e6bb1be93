"""`footnote card`, `section`, `sources` and `steps`: look-ups without a question."""

from __future__ import annotations

from rich.console import Console

from bot.cli.common import BAD_USE, fail, look_up
from bot.cli.options import Folder, Named, SectionName
from bot.surfaces import console


def card(compound: Named = None, knowledge: Folder = None) -> None:
    """Show a compound at a glance: what it is, and the sections of its card.

    footnote card cerebrolysin
    """
    reference, found = look_up(compound, knowledge)
    console.show(reference.card(found), reference.library.replies.labels, Console())


def section(name: SectionName, compound: Named = None, knowledge: Folder = None) -> None:
    """Show one section of a card, whole.

    footnote section side-effects

    footnote section dose cerebrolysin
    """
    reference, found = look_up(compound, knowledge)
    sections = next(card for card in reference.library.cards if card.id == found).sections
    wanted = _slug(name)
    match = next((s for s in sections if wanted in {s.id, _slug(s.title)}), None)
    if match is None:
        fail(f"no section {name!r}; this card has: {', '.join(s.id for s in sections)}", BAD_USE)
    console.show(reference.section(found, match.id), reference.library.replies.labels, Console())


def sources(compound: Named = None, knowledge: Folder = None) -> None:
    """List a card's sources, each with design, funding, finding and note.

    footnote sources
    """
    reference, found = look_up(compound, knowledge)
    console.show(reference.sources(found), reference.library.replies.labels, Console())


def steps(compound: Named = None, knowledge: Folder = None) -> None:
    """Tell a card's story, step by step.

    footnote steps
    """
    reference, found = look_up(compound, knowledge)
    for step in reference.steps(found):
        console.show(step, reference.library.replies.labels, Console())


def _slug(text: str) -> str:
    return "-".join(text.casefold().replace("-", " ").split())
