"""Whether every reply that a card can give is a message that Discord takes: found out when it is checked, not when asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core.answers import Answer
from bot.core.assistant import ALLERGY, MAX_NEAR
from bot.core.cards import Card
from bot.core.reference import Reference
from bot.surfaces.discord.layout import layout
from bot.surfaces.discord.looking_up import controls_of, show
from bot.surfaces.discord.pages import LIMIT, pages
from bot.surfaces.discord.states import Show, codes
from bot.yamlfile import Fault

NONCE = 24  # characters of a pin's nonce, which its card's menus carry


def misfits(reference: Reference) -> list[Fault]:
    """What of the cards no message takes, and why. A passage too long, say, or notices that leave no room beside them."""
    return [
        Fault(f"compounds/{card.id}.yaml", 0, what, why)
        for card in reference.library.cards
        for what, why in (*_unlike(card), *_too_long(reference, card))
    ]


def _unlike(card: Card) -> Iterator[tuple[str, str]]:
    """Sections that buttons could not tell apart."""
    known: dict[str, str] = {}
    for section in card.sections:
        other = known.setdefault(codes([section.id]), section.id)
        if other != section.id:
            yield f"section {section.id}", f"its id and {other!r} get one code in buttons; choose another id"


def _too_long(reference: Reference, card: Card) -> Iterator[tuple[str, str]]:
    language = max((None, *_languages(card)), key=lambda each: sum(len(t) for n in card.notices for t in n.texts(each)))
    for what, answer, wanted in _replies(reference, card):
        why = _why_it_does_not_fit(reference, reference.in_language(answer, language), wanted)
        if why:
            yield f"{what}{f' ({language})' if language else ''}", why


def _languages(card: Card) -> Iterator[str]:
    """The languages in which the notices have another text beside the English one, which leaves less room."""
    return (language for notice in card.notices for language in notice.translations)


def _replies(reference: Reference, card: Card) -> Iterator[tuple[str, Answer, Show]]:
    """Every look-up of a card, each of its steps, and the reply to an emergency."""
    shows = [("card", Show("card", card.id)), ("sources", Show("sources", card.id))]
    shows += [(f"section {section.id}", Show("whole", card.id, (section.id,))) for section in card.sections]
    shows += [(f"step {number}", Show("step", card.id, page=number)) for number in range(1, len(card.steps) + 1)]
    for what, wanted in shows:
        yield what, show(reference, wanted), wanted
    for what, answer in (("emergency", _emergency(reference, card)), ("fixed lines", _all_lines(reference, card))):
        yield what, answer, Show("part", card.id, answer.sections)


def _emergency(reference: Reference, card: Card) -> Answer:
    about = reference.section(card.id, ALLERGY) if card.section(ALLERGY) else reference.error(card.id)
    return replace(about, outcome="emergency", reason=None, emergency=(reference.library.replies.emergency["en"],))


def _all_lines(reference: Reference, card: Card) -> Answer:
    """More fixed lines than stand in any one reply about a card: they stand together on its first page."""
    replies = reference.library.replies
    longest = sorted((section.title for section in card.sections), key=len)[-MAX_NEAR:]
    refusals = max(replies.declines.values(), key=len), replies.pair_not_named
    rest = replies.near, *replies.partly.values(), max(replies.language.values(), key=len, default="")
    opening, closing = (
        tuple(line.replace("{name}", card.name).replace("{sections}", ", ".join(longest)) for line in lines)
        for lines in (refusals, rest)
    )
    about = reference.sections(card.id, [section.id for section in card.sections])
    return replace(about, opening=opening, closing=closing, about_efficacy=True)


def _why_it_does_not_fit(reference: Reference, answer: Answer, wanted: Show) -> str | None:
    replies, whole = reference.library.replies, answer.outcome == "emergency" or wanted.kind in {"step", "card"}
    try:
        made = pages(answer, replies.labels, whole=whole)
        if wanted.kind == "card":
            layout(answer, replies, replace(controls_of(reference, wanted, None), nonce="0" * NONCE))
    except ValueError as error:
        return str(error)
    if wanted.kind == "step" and len(made) > 1:
        return f"a step is one message of {LIMIT:,} characters at most, with its sources and notices; this is longer"
    return None
