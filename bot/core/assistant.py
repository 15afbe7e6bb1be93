"""The road of one question: who is meant, what is wanted, what may be said. The only door of the core."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.answers import Answer, Part, Reason
from bot.core.cards import Card, Intent, Library, Passage
from bot.core.gaps import Unanswered, as_utterance, key_of, without_traces
from bot.core.interface import Note
from bot.core.languages import Languages
from bot.core.matching import Matcher, Reading
from bot.core.names import CARD, MEDICINE, OTHER, PLACEHOLDERS, UNKNOWN, Mentions, Names
from bot.core.text import clean, fold, words

ALLERGY, STACKING, SOURCES = "allergy", "stacking", "sources"
MAX_NEAR = 3
MAYBE_PERSONAL = 0.15  # the probability of a personal decision from which a question is taken for one and never kept
NOT_HELPFUL = "not_helpful"  # why an answered question enters the queue


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a follow-up needs of the turn before it."""

    text: str
    compound: str | None
    sections: tuple[str, ...] = ()
    other_compound: bool = False


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    language: str | None
    mentions: Mentions
    card: Card
    reading: Reading
    earlier: Exchange | None


class Assistant:
    """Answers questions from a library. `default_compound` is the card meant where nothing else says which."""

    def __init__(self, library: Library, names: Names, matcher: Matcher, default_compound: str | None = None) -> None:
        self.library = library
        self._names = names
        self._matcher = matcher
        self._languages = Languages(library.lexicon.languages)
        self.default = default_compound or library.cards[0].id

    def ask(
        self, text: str, *, earlier: Exchange | None = None, compound: str | None = None, by_words: bool = False
    ) -> Answer:
        """The reply to a question. `compound` is the channel's card, `earlier` the asker's turn before this one.

        `by_words` answers without the encoder, in a millisecond or two and less surely.
        """
        cleaned = clean(text)
        folded = fold(cleaned)
        language = self._languages.detect(folded)
        mentions = self._names.find(folded, language)
        card = self._card_meant(mentions, earlier, compound)
        if not any(map(str.isalnum, folded)):
            return Answer(outcome="help", card=card, compound=None, opening=(self._line("empty", card),))
        if not earlier and words(mentions.masked) == [PLACEHOLDERS[CARD]]:
            return replace(self.section(card.id, card.sections[0].id), language=language)
        previous = earlier.text if earlier else None
        reading = self._matcher.read(mentions.masked, card, language, previous, by_words=by_words)
        question = _Question(folded, language, mentions, card, reading, earlier)
        answer = self._emergency(question) or self._about_another(question) or self._reply(question)
        closing = (*answer.closing, *self._language_line(question, answer))
        return replace(answer, language=question.language, personal=self._is_personal(question), closing=closing)

    def exchange(self, text: str, answer: Answer, earlier: Exchange | None = None) -> Exchange:
        """What the next turn needs to know of this one."""
        folded = fold(clean(text))
        masked = self._names.find(folded, self._languages.detect(folded)).masked
        other = answer.reason == "other_compound"
        kept = answer.sections or (earlier.sections if earlier and not other else ())
        return Exchange(masked, answer.compound, kept, other)

    def unanswered(self, text: str, answer: Answer) -> Unanswered | None:
        """A question as the queue keeps it, with its answer: declined, or voted down. None where it must not be kept.

        Kept are its words without mentions and links, and an utterance with placeholders for the names of compounds.
        """
        if answer.personal or answer.reason == "personal_decision" or answer.outcome not in {"answer", "decline"}:
            return None
        question = without_traces(text)
        folded = fold(question)
        utterance = as_utterance(self._names.find(folded, self._languages.detect(folded)).masked)
        if not any(map(str.isalnum, utterance)):
            return None
        key = key_of(utterance, answer.compound)
        return Unanswered(key, question, utterance, answer.compound, answer.reason or NOT_HELPFUL)

    def nearest(self, compound: str, shown: Iterable[str], text: str | None = None) -> tuple[str, ...]:
        """The sections of a card that come next after those shown, for a question, or else for what was shown."""
        card, shown = self._known(compound), set(shown)
        found = self._names.find(fold(clean(text)) if text else fold(self._titles(card, shown)))
        reading = self._matcher.read(found.masked, card, by_words=True)
        rest = [section.id for section in card.sections if section.id not in shown]
        return tuple(sorted(rest, key=lambda section: -reading.sections.get(section, 0.0))[:MAX_NEAR])

    def _is_personal(self, question: _Question) -> bool:
        """Whether a question may ask for a personal decision: also where it is not the surest reading."""
        reading, person = question.reading, "personal_decision"
        if reading.refusals.get(person, 0.0) >= MAYBE_PERSONAL or any(i.refusal == person for i in reading.wanted):
            return True
        cautions = [intent.words for intent in question.card.intents if intent.refusal == person]
        return any(self._matcher.names_any(words, question.text) for words in cautions)

    # Who is meant

    def _card_meant(self, mentions: Mentions, earlier: Exchange | None, compound: str | None) -> Card:
        named = mentions.owners(CARD)
        wanted = named[0] if named else (earlier.compound if earlier else None) or compound
        return self.library.card(wanted) or self._known(self.default)

    def _about_another(self, question: _Question) -> Answer | None:
        mentions, reading = question.mentions, question.reading
        named, others = mentions.owners(CARD), mentions.owners(OTHER, UNKNOWN)
        if not others and reading.leads_to_section:
            others = mentions.owners(MEDICINE)
        if mentions.ask_back and not named and not others:
            return self._ask_back(question)
        if named:
            return self._decline(question, "other_compound") if others and reading.compares else None
        follows_other = bool(question.earlier and question.earlier.other_compound)
        if others and not self._combines(question):
            return self._decline(question, "other_compound")
        return self._decline(question, "other_compound") if follows_other and not others else None

    def _combines(self, question: _Question) -> bool:
        return question.reading.combines(STACKING, question.earlier.sections if question.earlier else ())

    def _ask_back(self, question: _Question) -> Answer:
        near = self.library.card(question.mentions.ask_back) or question.card
        return Answer(outcome="clarify", card=near, compound=None, opening=(self._line("clarify_name", near),))

    # What is said

    def _emergency(self, question: _Question) -> Answer | None:
        if not question.reading.is_emergency:
            return None
        lines = self.library.replies.emergency
        part = self._part(question.card, ALLERGY, benefit=False)
        return Answer(
            outcome="emergency",
            card=question.card,
            compound=question.card.id,
            title=self._title(question.card, [ALLERGY]),
            sections=(ALLERGY,) if part else (),
            emergency=tuple(dict.fromkeys((lines["en"], lines.get(question.language or "en", lines["en"])))),
            parts=(part,) if part else (),
            confidence=question.reading.confidence,
        )

    def _reply(self, question: _Question) -> Answer:
        reading = question.reading
        if reading.close:
            return self._clarify(question)
        sections = [intent.section for intent in reading.wanted if intent.section]
        refusals = [intent for intent in reading.wanted if intent.refusal]
        if question.mentions.owners(OTHER, UNKNOWN) and self._combines(question):
            sections = sections if STACKING in sections else [STACKING, *sections]
            refusals = [intent for intent in refusals if intent.refusal != "other_compound"]
        known = [section for section in dict.fromkeys(sections) if question.card.section(section)]
        if known:
            return self._answer(question, known, refusals)
        if refusals and refusals[0].refusal in {"chitchat", "help"}:
            return self._small_talk(question, refusals[0])
        return self._decline(question, _reason(refusals), refusals)

    def _answer(self, question: _Question, sections: list[str], refusals: list[Intent]) -> Answer:
        card, reading = question.card, question.reading
        gaps = [section for section in sections if _is_gap(card, section)]
        filled = [section for section in sections if section not in gaps]
        if not filled:
            return self._decline(question, "gap", refusals, gaps)
        parts = list(self._parts(card, [*filled, *gaps], benefit=reading.about_efficacy))
        return Answer(
            outcome="answer",
            card=card,
            compound=card.id,
            title=self._title(card, filled),
            sections=(*filled, *gaps),
            opening=tuple(self._pair_line(question, filled)),
            parts=tuple(parts),
            closing=tuple(dict.fromkeys(self._fill(self.library.replies.partly[_reason([r])], card) for r in _declined(refusals))),
            suggestions=reading.near(sections),
            about_efficacy=reading.about_efficacy,
            confidence=reading.confidence,
        )

    def _clarify(self, question: _Question) -> Answer:
        card, offered = question.card, tuple(question.reading.close)
        titles = self._titles(card, offered)
        return Answer(
            outcome="clarify",
            card=card,
            compound=card.id,
            sections=offered,
            opening=(self._line("clarify", card).replace("{sections}", titles),),
            suggestions=offered,
            about_efficacy=question.reading.about_efficacy,
            confidence=question.reading.confidence,
        )

    def _decline(
        self, question: _Question, reason: Reason, refusals: Iterable[Intent] = (), gaps: Iterable[str] = ()
    ) -> Answer:
        card, reading = question.card, question.reading
        other = reason == "other_compound"
        near = () if other or reason in {"off_topic"} else tuple(s for s in reading.near(gaps) if card.section(s))
        parts = [part for gap in gaps if (part := self._part(card, gap, benefit=False))]
        cautions = self._cautions(question, refusals) if reason == "personal_decision" else None
        return Answer(
            outcome="decline",
            reason=reason,
            card=card,
            compound=None if other or reason == "off_topic" else card.id,
            title=self._title(card, list(gaps)) if gaps else "",
            sections=tuple(gaps),
            opening=tuple(self._refusal_lines(question, reason)),
            parts=(*parts, *([cautions] if cautions else [])),
            closing=(self._line("near", card).replace("{sections}", self._titles(card, near)),) if near else (),
            suggestions=near,
            about_efficacy=reading.about_efficacy,
            confidence=reading.confidence,
        )

    def _refusal_lines(self, question: _Question, reason: Reason) -> Iterable[str]:
        if reason == "gap":
            return
        others = question.mentions.owners(OTHER)
        if reason == "other_compound" and len(others) == 1 and not question.mentions.owners(CARD, UNKNOWN):
            yield self._line("other_named", question.card).replace("{other}", others[0])
        else:
            yield self._fill(self.library.replies.declines[reason], question.card)

    def _cautions(self, question: _Question, refusals: Iterable[Intent]) -> Part | None:
        """The product information's passages that a personal decision is refused with, where its words are named."""
        del refusals
        for intent in question.card.intents:
            if intent.passages and self._matcher.names_any(intent.words, question.text):
                for section in question.card.sections:
                    shown = tuple(passage for passage in section.passages if passage.id in intent.passages)
                    if shown:
                        return Part(section.id, section.title, shown)
        return None

    def _small_talk(self, question: _Question, intent: Intent) -> Answer:
        if intent.refusal == "help":
            return self.help(question.card.id)
        return Answer(
            outcome="help",
            card=question.card,
            compound=None,
            opening=(self._line("chitchat", question.card),),
            confidence=question.reading.confidence,
        )

    # Look-ups, without a question

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
        gap = all(_is_gap(card, section) for section in wanted)
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

    def _pair_line(self, question: _Question, sections: list[str]) -> Iterable[str]:
        """The line over the stacking passages where the card does not name the other compound."""
        others = question.mentions.owners(OTHER, UNKNOWN, MEDICINE)
        stacking = question.card.section(STACKING)
        if STACKING in sections and others and stacking:
            named = fold(" ".join(passage.text for passage in stacking.passages))
            if any(fold(other) not in named for other in others):
                yield self._line("pair_not_named", question.card)

    def _language_line(self, question: _Question, answer: Answer) -> tuple[str, ...]:
        line = self.library.replies.language.get(question.language or "")
        return (line,) if line and answer.passages else ()

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


def _is_gap(card: Card, section_id: str) -> bool:
    section = card.section(section_id)
    return bool(section and section.gap)


def _declined(refusals: Iterable[Intent]) -> Iterable[Intent]:
    return (intent for intent in refusals if intent.refusal not in {"chitchat", "help", "emergency"})


def _reason(refusals: Iterable[Intent]) -> Reason:
    for intent in refusals:
        if intent.refusal in {"no_passage", "other_compound", "personal_decision", "off_topic"}:
            return intent.refusal  # type: ignore[return-value]
    return "no_passage"


__all__ = ["Assistant", "Exchange", "Passage"]
