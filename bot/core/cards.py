"""What is known: the shapes of the knowledge files, and the `Library` that holds them all, checked as a whole."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.core.interface import Interface
from bot.core.model import Id, Language, Line, Model, Text, Translated
from bot.core.pictures import PICTURE_LABELS, StepPicture, StudyOutcome
from bot.core.text import stands_in

WARNING, CAVEAT = "anaphylaxis", "efficacy"

MARKUP = re.compile(r"://|[@<>\[\]{}`*|~\\]|(?i:\bwww\.|\bdiscord\.\w)")  # of links, mentions, markdown, placeholders

FUNDINGS = ("independent", "sponsored", "unclear")

Declined = Literal["no_passage", "other_compound", "personal_decision", "off_topic"]
Refusal = Literal["no_passage", "other_compound", "personal_decision", "off_topic", "chitchat", "help", "emergency"]


def _not_repeated(items: tuple[str, ...]) -> tuple[str, ...]:
    repeated = [item for item, count in Counter(items).items() if count > 1]
    if repeated:
        raise ValueError(f"{repeated[0]!r} stands here twice: each may stand once")
    return items


def _without_markup(name: str) -> str:
    found = MARKUP.search(name)
    strange = found[0] if found else next((char for char in name if not char.isprintable()), None)
    if strange:
        raise ValueError(f"{strange!r} has no place in a name: names hold no links, no markup and no line breaks")
    return name


Phrases = Annotated[tuple[Line, ...], AfterValidator(_not_repeated)]
Name = Annotated[Line, AfterValidator(_without_markup)]
"""A name of a compound: replies print it, and headings and buttons carry it."""

Names = Annotated[tuple[Name, ...], AfterValidator(_not_repeated)]


class Translation(Model):
    """A text in another language; `checked` says whether a reader of that language has read it."""

    text: Text
    checked: bool


class Notice(Model):
    """A line that a reply must carry: the anaphylaxis warning or the efficacy caveat."""

    id: Literal["anaphylaxis", "efficacy"]
    level: Literal["info", "caution", "danger"]
    text: Text
    translations: Mapping[Language, Translation] = Field(default_factory=dict)

    def texts(self, language: str | None) -> tuple[str, ...]:
        """The English text, then that of `language` where there is one."""
        translation = self.translations.get(language or "")
        return (self.text, translation.text) if translation else (self.text,)


class Source(Model):
    """Where a passage comes from: a publication, the product information, community reports or the compound page."""

    id: Id
    kind: Literal["publication", "label", "community", "page"]
    title: Text
    authors: tuple[Line, ...] = ()
    year: Annotated[int, Field(ge=1800, le=2100)] | None = None
    journal: Line | None = None
    pmid: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8}$")] | None = None
    doi: Annotated[str, StringConstraints(pattern=r"^10\.[0-9]{4,9}/[^\s<>()\[\]|`*]+$")] | None = None
    article: Line | None = None
    design: Line | None = None
    funding: Literal["independent", "sponsored", "unclear"] | None = None
    finding: Line | None = None
    outcomes: Annotated[tuple[StudyOutcome, ...], AfterValidator(_not_repeated)] = ()
    note: Text | None = None
    checked: datetime.date | None = None

    @model_validator(mode="after")
    def _a_publication_is_whole(self) -> Self:
        if self.kind != "publication":
            return self
        needed = ("authors", "year", "journal", "design", "funding", "finding", "checked")
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"a publication also needs {', '.join(missing)}")
        if not (self.pmid or self.doi or self.article):
            raise ValueError("a publication needs a pmid, a doi, or the journal's article number (article)")
        return self

    @property
    def url(self) -> str | None:
        """The address of a publication at PubMed, or by its DOI; None where it has neither."""
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}"
        return f"https://doi.org/{self.doi}" if self.doi else None


class Passage(Model):
    """A sentence or two that a reply may show, to the letter, with its sources."""

    id: Id
    text: Text
    sources: Annotated[tuple[Id, ...], Field(min_length=1), AfterValidator(_not_repeated)]
    status: Literal["pending-review", "lower-confidence"] | None = None
    claims_benefit: bool = False


class Section(Model):
    """A heading of a card with its passages, or with a `gap` that says what the page leaves empty."""

    id: Id
    title: Line
    passages: tuple[Passage, ...] = ()
    gap: Text | None = None

    @model_validator(mode="after")
    def _has_something_to_say(self) -> Self:
        if not self.passages and not self.gap:
            raise ValueError("a section needs passages, or a gap that says what the page leaves empty")
        return self


class Step(Model):
    """One step of the story that the card tells, and the picture that stands beside it."""

    title: Line
    passages: Annotated[tuple[Passage, ...], Field(min_length=1)]
    picture: StepPicture | None = None

    @model_validator(mode="after")
    def _pictures_what_it_says(self) -> Self:
        for words in self.picture.words if self.picture else ():
            if not any(stands_in(passage.text, words) for passage in self.passages):
                raise ValueError(f"the picture says {words!r}, which stands in no passage of this step to the letter")
        return self


class Intent(Model):
    """What people ask, by example: it leads to a section or to a refusal.

    `efficacy` says that such a question asks about benefit, `amount` that it asks how much, how long or how to take it, which
    is a personal decision where a circumstance of the lexicon is told with it. `passages` and `words` belong to a card's own
    refusals: where one of the words stands in a refused question, those passages of the product information are shown with it.
    """

    id: Id
    section: Id | None = None
    refusal: Refusal | None = None
    efficacy: bool = False
    amount: bool = False
    passages: tuple[Id, ...] = ()
    words: Phrases = ()
    utterances: Annotated[tuple[Line | Text, ...], Field(min_length=1), AfterValidator(_not_repeated)]

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.section is None) == (self.refusal is None):
            raise ValueError("an intent leads to a section or to a refusal: give one of the two")
        if bool(self.passages) != bool(self.words) or (self.passages and not self.refusal):
            raise ValueError("passages and words go together, with a refusal")
        return self


class Card(Model):
    """All that is known of one compound."""

    id: Id
    name: Name
    aliases: Names = ()
    summary: Text
    reviewed: datetime.date
    notices: Annotated[tuple[Notice, ...], Field(min_length=2, max_length=2)]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    steps: tuple[Step, ...] = ()
    intents: tuple[Intent, ...] = ()

    @property
    def warning(self) -> Notice:
        """The anaphylaxis warning."""
        return next(notice for notice in self.notices if notice.id == WARNING)

    @property
    def caveat(self) -> Notice:
        """The independent-versus-sponsored caveat."""
        return next(notice for notice in self.notices if notice.id == CAVEAT)

    @property
    def publications(self) -> tuple[Source, ...]:
        """The publications among the sources, those independent of the maker first."""
        found = [source for source in self.sources if source.kind == "publication"]
        return tuple(sorted(found, key=lambda source: FUNDINGS.index(source.funding or "unclear")))

    def section(self, section_id: str) -> Section | None:
        """The section of that id, or None."""
        return next((section for section in self.sections if section.id == section_id), None)

    def source(self, source_id: str) -> Source:
        """The source of that id; KeyError where there is none."""
        for source in self.sources:
            if source.id == source_id:
                return source
        raise KeyError(source_id)

    def all_passages(self) -> Iterator[tuple[str, Passage]]:
        """Every passage with the id of its section; those of the steps with an empty one."""
        for section in self.sections:
            yield from ((section.id, passage) for passage in section.passages)
        for step in self.steps:
            yield from (("", passage) for passage in step.passages)


class HelpText(Model):
    """The reply that says what Footnote does."""

    intro: Text
    holds: Text
    examples: Annotated[tuple[Line, ...], Field(min_length=3, max_length=3)]
    limits: Text


class Replies(Model):
    """Every fixed line that a reply may contain. Placeholders stand in braces."""

    emergency: Translated
    language: Mapping[Language, Text] = Field(default_factory=dict)
    labels: Mapping[str, Line]
    declines: Mapping[Declined, Text]
    other_named: Text
    partly: Mapping[Declined, Text]
    near: Text
    holds: Text
    clarify: Text
    clarify_name: Text
    pair_not_named: Text
    chitchat: Text
    empty: Text
    error: Text
    help: HelpText
    interface: Interface

    @model_validator(mode="after")
    def _has_english_and_labels(self) -> Self:
        if "en" not in self.emergency:
            raise ValueError("emergency needs a text for en")
        missing = [label for label in (*LABELS, *PICTURE_LABELS) if label not in self.labels]
        if missing:
            raise ValueError(f"labels lack {', '.join(missing)}")
        return self


LABELS = (
    *("publication", "label", "community", "page", "pending-review", "lower-confidence"),
    *("independent", "sponsored", "unclear", "et-al", "pmid", "doi", "article"),
    *("sources", "reviewed", "steps", "sections", "finding", "funding", "note", "step", "no-evidence"),
)


class Places(Model):
    """The phrases around a compound's name: where an unknown word stands between them, it is taken for a name."""

    before: Phrases
    after: Phrases


class Substances(Model):
    """Everyday words that name a substance, and the phrases before or after one where it is what is asked about."""

    names: Phrases = ()
    before: Phrases = ()
    after: Phrases = ()


class Circumstances(Model):
    """What makes a question about an amount a personal decision: `words` such as pregnant, or an age under 18.

    An age is a number after one of `age_before` ("i'm 16") or before one of `age_after` ("16 years old"); `numbers` are ages in
    words; after one of `spans` ("for 10 years"), or before one of `units` ("i'm 16 ml in"), a number is none. `persons` are the
    words that tell of a person, without whom a contraindication is not remembered.
    """

    persons: Phrases = ()
    words: Phrases = ()
    age_before: Phrases = ()
    age_after: Phrases = ()
    spans: Phrases = ()
    units: Phrases = ()
    numbers: Mapping[Line, int] = Field(default_factory=dict)


class Lexicon(Model):
    """The community's words, the names of other compounds and medicines, and what a question is recognised by."""

    words: Mapping[str, Line] = Field(default_factory=dict)
    compounds: Mapping[Name, Names]
    medicines: Mapping[Name, Names] = Field(default_factory=dict)
    stems: tuple[Line, ...] = ()
    places: Places
    substances: Substances = Substances()
    circumstances: Circumstances = Circumstances()
    languages: Mapping[Language, Phrases] = Field(default_factory=dict)
    question_words: Mapping[Language, Phrases] = Field(default_factory=dict)


class Library(Model):
    """Every file of the knowledge folder, with the references between them checked."""

    cards: Annotated[tuple[Card, ...], Field(min_length=1)]
    intents: tuple[Intent, ...]
    replies: Replies
    lexicon: Lexicon

    def card(self, card_id: str | None) -> Card | None:
        """The card of that id, or None."""
        return next((card for card in self.cards if card.id == card_id), None)
