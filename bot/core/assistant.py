"""The road of one question: who is meant, what is wanted, what may be said. The only door of the core."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.core.answers import Answer, Part, Reason
from bot.core.cards import Card, Declined, Intent, Library
from bot.core.circumstances import Circumstances
from bot.core.clauses import names_another, names_by_the_way, without_background, without_likened
from bot.core.gaps import Unanswered, as_utterance, key_of, without_traces
from bot.core.languages import Languages
from bot.core.matching import Asked, Matcher
from bot.core.names import CARD, MEDICINE, OTHER, PLACEHOLDERS, UNKNOWN, Mentions, Names
from bot.core.reading import Reading
from bot.core.reference import Reference
from bot.core.signals import Views
from bot.core.text import clean, fold, phrases_of, words

ALLERGY, STACKING = "allergy", "stacking"
MAX_NEAR = 3
RECENT = 256  # texts of which is kept what they name: each is read two or three times, by words, wholly and for the next turn
MAYBE_PERSONAL = 0.15  # the probability of a personal decision from which a question is taken for one and never kept
BESIDE_ANY = {"chitchat", "help", "off_topic"}  # what is about no compound, whatever was asked before
_THIS = frozenset(("it", "this", "these", "that"))  # what a compound's card is spoken of by
NOT_HELPFUL = "not_helpful"  # why an answered question enters the queue


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a follow-up needs of the turns before it.

    `other_compound` tells that they are about another one, `circumstance` that they told what makes an amount a personal
    decision, `emergency` that the last one was answered as an emergency.
    """

    text: str
    compound: str | None
    sections: tuple[str, ...] = ()
    other_compound: bool = False
    circumstance: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    language: str | None
    mentions: Mentions
    card: Card
    reading: Reading
    earlier: Exchange | None


class Assistant(Reference):
    """Answers questions from a library, and looks things up in it."""

    def __init__(self, library: Library, names: Names, matcher: Matcher, default_compound: str | None = None) -> None:
        super().__init__(library, names, default_compound)
        self._matcher = matcher
        self._languages = Languages(library.lexicon.languages)
        self._circumstances = Circumstances(library.lexicon.circumstances)
        self._heard = lru_cache(maxsize=RECENT)(self._heard_anew)

    @property
    def by_words_alone(self) -> bool:
        """Whether there is no encoder, so that every question is read by its words alone."""
        return self._matcher.ranker.encoder is None

    def ask(
        self, text: str, *, earlier: Exchange | None = None, compound: str | None = None, by_words: bool = False
    ) -> Answer:
        """The reply to a question. `compound` is the channel's card, `earlier` the asker's turn before this one.

        `by_words` answers without the encoder, in a millisecond or two and less surely.
        """
        folded, language, mentions = self._heard(text)
        card = self._card_meant(mentions, earlier, compound)
        if not any(map(str.isalnum, folded)):
            return Answer(outcome="help", card=card, compound=None, opening=(self._line("empty", card),))
        if not earlier and words(mentions.masked) == [PLACEHOLDERS[CARD]]:
            return replace(self.section(card.id, card.sections[0].id), language=language)
        asked = Asked(mentions.masked, language, _previous(mentions, earlier), folded)
        reading = self._matcher.read(asked, card, by_words=by_words)
        background = without_background(mentions.masked) if mentions.owners(CARD) and reading.compares else None
        if background and not reading.is_emergency:
            reading = self._matcher.read(replace(asked, masked=background, typed=None), card, by_words=by_words)
        question = _Question(folded, language, mentions, card, reading, earlier)
        answer = self._emergency(question) or self._about_another(question) or self._reply(question)
        closing = (*answer.closing, *self._language_line(question, answer))
        return replace(answer, language=question.language, personal=self._may_be_personal(question), closing=closing)

    def views(self, text: str, *, earlier: Exchange | None = None, by_words: bool = False) -> Views:
        """What the experts make of a question, before anything is decided; the arguments are those of `ask`."""
        folded, language, mentions = self._heard(text)
        asked = Asked(mentions.masked, language, _previous(mentions, earlier), folded)
        return self._matcher.views(asked, self._card_meant(mentions, earlier, None), by_words=by_words)

    def exchange(self, text: str, answer: Answer, earlier: Exchange | None = None) -> Exchange:
        """What the next turn needs to know of this one, and of those before it."""
        folded, _, mentions = self._heard(text)
        other = _is_of_another(mentions, answer, earlier)
        kept = answer.sections or (earlier.sections if earlier and not other else ())
        told = self._circumstances.told(folded, _contraindications(answer.card), of_a_person=True)
        return Exchange(
            text=mentions.masked,
            compound=answer.compound,
            sections=kept,
            other_compound=other,
            circumstance=told or bool(earlier and earlier.circumstance),
            emergency=answer.outcome == "emergency",
        )

    def unanswered(self, text: str, answer: Answer) -> Unanswered | None:
        """A question as the queue keeps it, with its answer: declined, or voted down. None where it must not be kept.

        Kept are its words without mentions and links, and an utterance with placeholders for the names of compounds.
        """
        if answer.personal or answer.reason == "personal_decision" or answer.outcome not in {"answer", "decline"}:
            return None
        question = without_traces(text)
        utterance = as_utterance(self._heard(question)[2].masked)
        if not any(map(str.isalnum, utterance)):
            return None
        key = key_of(utterance, answer.compound)
        return Unanswered(key, question, utterance, answer.compound, answer.reason or NOT_HELPFUL)

    def nearest(self, compound: str, shown: Iterable[str], text: str | None = None) -> tuple[str, ...]:
        """The sections of a card that come next after those shown, for a question, or else for what was shown."""
        card, shown = self._known(compound), set(shown)
        found = self._names.find(fold(clean(text)) if text else fold(self._titles(card, shown)))
        reading = self._matcher.read(Asked(found.masked), card, by_words=True)
        rest = [section.id for section in card.sections if section.id not in shown]
        return tuple(sorted(rest, key=lambda section: -reading.sections.get(section, 0.0))[:MAX_NEAR])

    def _heard_anew(self, text: str) -> tuple[str, str | None, Mentions]:
        """The text folded, its language (None: English), and what it names."""
        folded = fold(clean(text))
        language = self._languages.detect(folded)
        return folded, language, self._names.find(folded, language)

    def _may_be_personal(self, question: _Question) -> bool:
        """Whether a question may ask for a personal decision: also where it is not the surest reading."""
        reading, person = question.reading, "personal_decision"
        if reading.refusals.get(person, 0.0) >= MAYBE_PERSONAL or any(i.refusal == person for i in reading.wanted):
            return True
        cautions = [intent.words for intent in question.card.intents if intent.refusal == person]
        return self._is_personal(question) or any(phrases_of(words).stand_in(question.text) for words in cautions)

    # Who is meant

    def _card_meant(self, mentions: Mentions, earlier: Exchange | None, compound: str | None) -> Card:
        named = mentions.owners(CARD)
        wanted = named[0] if named else (earlier.compound if earlier else None) or compound
        return self.library.card(wanted) or self._known(self.default)

    def _about_another(self, question: _Question) -> Answer | None:
        mentions, reading = question.mentions, question.reading
        named, others = mentions.owners(CARD), mentions.owners(OTHER, UNKNOWN)
        if not others and (reading.leads_to_section or self._names.asks_of_medicine(mentions.masked)):
            others = mentions.owners(MEDICINE)
        if mentions.ask_back and not named and not others:
            return self._ask_back(question)
        if named:
            return self._decline(question, "other_compound") if others and reading.compares else None
        if others and self._by_the_way(question):
            return None
        follows_other = bool(question.earlier and question.earlier.other_compound)
        if others and not self._combines(question):
            return self._decline(question, "other_compound")
        goes_on = follows_other and not others and not any(i.refusal in BESIDE_ANY for i in reading.wanted[:1])
        return self._decline(question, "other_compound") if goes_on else None

    @staticmethod
    def _by_the_way(question: _Question) -> bool:
        """Whether the other compounds stand beside the question: as a habit, or apart from it and no amount is asked for."""
        reading, masked = question.reading, question.mentions.masked
        if not reading.leads_to_section:
            return False
        apart = not any(intent.amount for intent in reading.wanted) and names_by_the_way(masked)
        return apart or not names_another(without_likened(masked))

    def _combines(self, question: _Question) -> bool:
        return question.reading.combines(STACKING, question.earlier.sections if question.earlier else ())

    def _ask_back(self, question: _Question) -> Answer:
        near = self.library.card(question.mentions.ask_back) or question.card
        return Answer(outcome="clarify", card=near, compound=None, opening=(self._line("clarify_name", near),))

    # What is said

    def _emergency(self, question: _Question) -> Answer | None:
        if not (question.reading.is_emergency or self._goes_on(question)):
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

    @staticmethod
    def _goes_on(question: _Question) -> bool:
        """Whether an emergency was told just before, and this is no word of thanks or relief."""
        first = question.reading.wanted[0].refusal
        return question.earlier is not None and question.earlier.emergency and first != "chitchat"

    def _reply(self, question: _Question) -> Answer:
        reading = question.reading
        if self._is_personal(question):
            return self._decline(question, "personal_decision")
        if reading.close:
            return self._clarify(question)
        sections = [intent.section for intent in reading.wanted if intent.section]
        refusals = [intent for intent in reading.wanted if intent.refusal]
        if question.mentions.owners(MEDICINE) and not reading.leads_to_section:
            sections = []  # what else is asked may be asked of the medicine
        if question.mentions.owners(OTHER, UNKNOWN) and self._combines(question):
            sections = sections if STACKING in sections else [STACKING, *sections]
            refusals = [intent for intent in refusals if intent.refusal != "other_compound"]
        known = [section for section in dict.fromkeys(sections) if question.card.section(section)]
        if known:
            return self._answer(question, known, refusals)
        if refusals and refusals[0].refusal in {"chitchat", "help"}:
            return self._small_talk(question, refusals[0])
        return self._decline(question, _reason(refusals))

    def _is_personal(self, question: _Question) -> bool:
        """Whether an amount is asked for with a circumstance that makes it one person's decision, told now or before."""
        if not any(intent.amount for intent in question.reading.wanted):
            return False
        before = question.earlier is not None and question.earlier.circumstance
        return before or self._circumstances.told(question.text, _contraindications(question.card))

    def _answer(self, question: _Question, sections: list[str], refusals: list[Intent]) -> Answer:
        card, reading = question.card, question.reading
        gaps = [section for section in sections if self._is_gap(card, section)]
        filled = [section for section in sections if section not in gaps]
        if not filled:
            return self._decline(question, "gap", gaps)
        parts = list(self._parts(card, [*filled, *gaps], benefit=reading.about_efficacy))
        return Answer(
            outcome="answer",
            card=card,
            compound=card.id,
            title=self._title(card, filled),
            sections=(*filled, *gaps),
            opening=tuple(self._pair_line(question, filled)),
            parts=tuple(parts),
            closing=tuple(dict.fromkeys(self._partly_lines(card, refusals))),
            suggestions=reading.near(sections),
            about_efficacy=reading.about_efficacy,
            confidence=reading.confidence,
        )

    def _partly_lines(self, card: Card, refusals: Iterable[Intent]) -> Iterable[str]:
        """The lines for the parts of a question that are refused while others are answered."""
        for refusal in refusals:
            if refusal.refusal not in {"chitchat", "help", "emergency"}:
                yield self._fill(self.library.replies.partly[_reason([refusal])], card)

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

    def _decline(self, question: _Question, reason: Reason, gaps: Iterable[str] = ()) -> Answer:
        card, reading = question.card, question.reading
        other = reason == "other_compound"
        of_medicine = bool(question.mentions.owners(MEDICINE)) and not question.mentions.owners(CARD)
        near = (
            ()
            if other or of_medicine or reason == "off_topic"
            else tuple(s for s in reading.near(gaps) if card.section(s))
        )
        parts = [part for gap in gaps if (part := self._part(card, gap, benefit=False))]
        cautions = self._cautions(question) if reason == "personal_decision" else None
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

    def _cautions(self, question: _Question) -> Part | None:
        """The product information's passages that a personal decision is refused with, where its words are named."""
        for intent in question.card.intents:
            if intent.passages and phrases_of(intent.words).stand_in(question.text):
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

    # Small parts

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


def _previous(mentions: Mentions, earlier: Exchange | None) -> str | None:
    """The turn that a question goes on from: not one about another compound, where it names a card itself."""
    changes = earlier is not None and earlier.other_compound and bool(mentions.owners(CARD))
    return earlier.text if earlier and not changes else None


def _is_of_another(mentions: Mentions, answer: Answer, earlier: Exchange | None) -> bool:
    """Whether the talk is about another compound after an answer, or about a medicine that no "it" was set beside.

    Small talk and what is about no compound do not change what it is about.
    """
    if answer.reason == "other_compound":
        return True
    if answer.sections:
        return False
    named = [mention.kind for mention in mentions.found if mention.kind != MEDICINE]
    if named:
        return named[-1] != CARD
    of_medicine = bool(mentions.owners(MEDICINE)) and _THIS.isdisjoint(words(mentions.masked))
    return of_medicine or bool(earlier and earlier.other_compound)


def _contraindications(card: Card) -> tuple[str, ...]:
    return tuple(word for intent in card.intents if intent.passages for word in intent.words)


def _reason(refusals: Iterable[Intent]) -> Declined:
    for intent in refusals:
        if intent.refusal in {"no_passage", "other_compound", "personal_decision", "off_topic"}:
            return intent.refusal
    return "no_passage"
