"""Look-ups without a question: help, a card, its sections, sources and steps, and the fixed lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.answers import Answer, Part
from bot.core.cards import Card, Library
from bot.core.interface import Note
from bot.core.names import CARD, Names
from bot.core.text import clean, fold


class Reference:
    """Looks things up in a library. `default_compound` is the card meant where nothing else says which."""

    def __init__(self, library: Library, names: Names, default_compound: str | None = None) -> None:
        self.library = library
        self._names = names
        self.default = default_compound or library.cards[0].id

    def help(self, compound: str | None = None) -> Answer:
        """What Footnote can answer, three examples, and what it does not do."""
        card = self._known(compound or self.default)
        text = self.library.replies.help
        holds = text.holds.replace("{sections}", self._titles(card, [section.id for section in card.sections]))
        return Answer(
            outcome="help",
            card=card,
            compound=None,
            opening=(self._fill(text.intro, card), self._fill(holds, card)),
            closing=(text.limits,),
            examples=text.examples,
        )

    def card_called(self, name: str) -> str | None:
        """The id of the card that a name means, also a misspelt one; None where it means none."""
        return next(iter(self._names.find(fold(clean(name))).owners(CARD)), None)

    def section(self, compound: str, section: str) -> Answer:
        """One section of a card, whole. KeyError where there is no such card or section."""
        return self.sections(compound, (section,), about_efficacy=section.startswith("evidence"))

    def sections(
        self, compound: str, sections: Iterable[str], *, benefit: bool = True, about_efficacy: bool = False
    ) -> Answer:
        """Sections of a card, without the passages that claim benefit where `benefit` is False. KeyError as for one."""
        card, wanted = self._known(compound), tuple(sections)
        for section in wanted:
            if not card.section(section):
                raise KeyError(section)
        gap = all(self._is_gap(card, section) for section in wanted)
        return Answer(
            outcome="decline" if gap else "answer",
            reason="gap" if gap else None,
            card=card,
            compound=card.id,
            title=self._title(card, list(wanted)),
            sections=wanted,
            parts=tuple(self._parts(card, list(wanted), benefit=benefit)),
            about_efficacy=about_efficacy,
            confidence=1.0,
        )

    def card(self, compound: str) -> Answer:
        """A compound at a glance: summary, evidence, sections, date of review. KeyError where there is no such card."""
        card = self._known(compound)
        titles = self._titles(card, [section.id for section in card.sections])
        labels = self.library.replies.labels
        return Answer(
            outcome="help",
            card=card,
            compound=card.id,
            title=card.name,
            opening=(f"{card.summary} ({labels['page']})", *([] if card.publications else [labels["no-evidence"]])),
            evidence=card.publications,
            closing=(f"{labels['sections']}: {titles}", f"{labels['reviewed']}: {card.reviewed}"),
            suggestions=tuple(section.id for section in card.sections),
            about_efficacy=True,
        )

    def sources(self, compound: str, cited: Iterable[str] = ()) -> Answer:
        """Sources of a card (those of the given ids, else all), each with finding and note. KeyError as above."""
        card, wanted = self._known(compound), set(cited)
        listed = tuple(source for source in card.sources if source.id in wanted) or card.sources
        return Answer(outcome="help", card=card, compound=card.id, title=card.name, listed=listed)

    def steps(self, compound: str) -> tuple[Answer, ...]:
        """The card's story, a reply for each step. KeyError where there is no such card."""
        card = self._known(compound)
        label = self.library.replies.labels["step"]
        return tuple(
            Answer(
                outcome="help",
                card=card,
                compound=card.id,
                title=f"{card.name} › {label} {number}: {step.title}",
                parts=(Part("", step.title, step.passages),),
            )
            for number, step in enumerate(card.steps, 1)
        )

    def suggestions(self, typed: str, limit: int) -> list[Card]:
        """Cards whose names are like what was typed, best first; the first cards where nothing was."""
        if not typed.strip():
            return list(self.library.cards[:limit])
        return [self._known(card) for card in self._names.suggestions(typed, limit)]

    # Fixed lines

    def note(
        self, name: Note, compound: str | None = None, language: str | None = None, *, days: str = ""
    ) -> Answer:
        """A fixed line of the chat surface, in a language where it has it. `days` is how long what is kept is kept."""
        card, interface = self._known(compound or self.default), self.library.replies.interface
        text = interface.filled(self._fill(interface.note(name, language), card), language).replace("{days}", days)
        return Answer(outcome="help", card=card, compound=None, opening=(text,), language=language)

    def error(self, compound: str | None = None) -> Answer:
        """The line for when something went wrong here."""
        card = self._known(compound or self.default)
        return Answer(outcome="help", card=card, compound=None, opening=(self._line("error", card),))

    def no_card(self, compound: str | None = None) -> Answer:
        """The refusal of a look-up that no card answers; `compound` is the card whose warning stands under it."""
        card = self._known(compound or self.default)
        line = self._fill(self.library.replies.declines["other_compound"], card)
        return Answer(outcome="decline", reason="other_compound", card=card, compound=None, opening=(line,))

    def in_language(self, answer: Answer, language: str | None) -> Answer:
        """The same reply to a reader of a language: notices and emergency line in it too, if the question told none."""
        if answer.language or not language:
            return answer
        line = self.library.replies.emergency.get(language) if answer.outcome == "emergency" else None
        emergency = dict.fromkeys((*answer.emergency, *([line] if line else [])))
        return replace(answer, language=language, emergency=tuple(emergency))

    # Small parts

    def _known(self, compound: str) -> Card:
        card = self.library.card(compound)
        if card is None:
            raise KeyError(compound)
        return card

    def _parts(self, card: Card, sections: list[str], *, benefit: bool) -> Iterable[Part]:
        """The sections' passages; a text that stands in two of them is shown once."""
        seen: set[str] = set()
        for section in sections:
            part = self._part(card, section, benefit=benefit)
            if part:
                fresh = tuple(passage for passage in part.passages if passage.text not in seen)
                seen.update(passage.text for passage in fresh)
                yield replace(part, passages=fresh)

    def _part(self, card: Card, section_id: str, *, benefit: bool) -> Part | None:
        section = card.section(section_id)
        if section is None:
            return None
        plain = tuple(passage for passage in section.passages if benefit or not passage.claims_benefit)
        return Part(section.id, section.title, plain or section.passages, section.gap)

    def _titles(self, card: Card, sections: Iterable[str]) -> str:
        found = (card.section(section) for section in sections)
        return ", ".join(section.title for section in found if section)

    def _title(self, card: Card, sections: list[str]) -> str:
        return f"{card.name} › {self._titles(card, sections)}"

    def _line(self, name: str, card: Card) -> str:
        return self._fill(getattr(self.library.replies, name), card)

    @staticmethod
    def _fill(text: str, card: Card) -> str:
        return text.replace("{name}", card.name)

    @staticmethod
    def _is_gap(card: Card, section_id: str) -> bool:
        section = card.section(section_id)
        return bool(section and section.gap)
