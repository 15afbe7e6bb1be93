"""What a button carries in its custom_id, so that it works after a restart and after a year.

An id begins with the version `fn1`, then what it does, then a card and sections as short codes of their ids: they
survive any edit of the knowledge but the removal of what they stand for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Self

from bot.core.answers import Answer
from bot.core.cards import Card, Library

VERSION = "fn1"
LONGEST = 20  # characters of a card's id that stand as they are
CODE = 4  # hexadecimal digits that stand for a section's id
LONGEST_ID = 100  # characters that Discord takes
LANGUAGE = re.compile("[a-z]{2}")

Kind = Literal["whole", "part", "sources", "step", "card"]
KINDS: dict[str, Kind] = {"w": "whole", "a": "part", "s": "sources", "t": "step", "c": "card"}
Paged = Literal["pins", "faults", "gaps", "feedback"]
REPORTS: dict[str, Paged] = {"pins": "pins", "faults": "faults", "gaps": "gaps", "feedback": "feedback"}
LETTERS = {kind: letter for letter, kind in KINDS.items()}


class StaleError(Exception):
    """An id from another version, a forged one, or one whose card or section is gone."""


@dataclass(frozen=True, slots=True)
class Show:
    """A reply to show: a whole section, sections as answered, sources of sections, a step (its `page`), or a card.

    `page` 0 opens the first page in a message of its own; from 1 on it turns to that page.
    """

    kind: Kind
    card: str
    sections: tuple[str, ...] = ()
    benefit: bool = True
    about_efficacy: bool = False
    language: str | None = None
    page: int = 0

    @property
    def custom_id(self) -> str:
        """The id that says all of it, within Discord's 100 characters."""
        flags = f"{'b' if self.benefit else ''}{'e' if self.about_efficacy else ''}"
        fields = (LETTERS[self.kind], key(self.card), codes(self.sections), flags, self.language or "", str(self.page))
        return ":".join((VERSION, *fields))

    def at(self, page: int) -> Self:
        """The same, turned to another page."""
        return replace(self, page=page)

    @classmethod
    def parsed(cls, fields: list[str], library: Library) -> Self:
        """From the fields of an id. StaleError where they say nothing that the library has."""
        letter, card_key, section_codes, flags, language, page = fields
        card, kind = card_of(card_key, library), KINDS[letter]
        sections = sections_of(section_codes, card)
        if (not sections and kind in {"whole", "part"}) or (language and not LANGUAGE.fullmatch(language)):
            raise StaleError(card_key)
        return cls(
            kind=kind,
            card=card.id,
            sections=sections,
            benefit="b" in flags,
            about_efficacy="e" in flags,
            language=language or None,
            page=int(page),
        )


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote on a reply about sections of a card."""

    card: str
    sections: tuple[str, ...]
    helpful: bool
    confidence: float | None = None  # how surely the question was matched to them

    @property
    def custom_id(self) -> str:
        """The id that says all of it."""
        sure = [] if self.confidence is None else [str(round(self.confidence * 100))]
        fields = ("v", key(self.card), codes(self.sections), "1" if self.helpful else "0", *sure)
        return ":".join((VERSION, *fields))


@dataclass(frozen=True, slots=True)
class Delete:
    """The wish to delete a reply to the member of this id."""

    asker: int

    @property
    def custom_id(self) -> str:
        """The id that says all of it."""
        return f"{VERSION}:d:{self.asker}"


@dataclass(frozen=True, slots=True)
class Pick:
    """The menu of a card's sections; `number` tells several menus of one card apart.

    A pinned card's has the `nonce` of its pin: by it the card is found again among a channel's messages.
    """

    card: str
    number: int = 1
    nonce: str = ""

    @property
    def custom_id(self) -> str:
        """The id that says all of it."""
        return ":".join((VERSION, "p", key(self.card), str(self.number), *([self.nonce] if self.nonce else [])))


@dataclass(frozen=True, slots=True)
class Turn:
    """Another page of a report."""

    of: Paged
    page: int

    @property
    def custom_id(self) -> str:
        """The id that says all of it."""
        return f"{VERSION}:r:{self.of}:{self.page}"


@dataclass(frozen=True, slots=True)
class Why:
    """The wish to say why a vote on a message was cast."""

    message: int

    @property
    def custom_id(self) -> str:
        """The id that says all of it."""
        return f"{VERSION}:y:{self.message}"


@dataclass(frozen=True, slots=True)
class Dismiss:
    """The wish to take a question out of the queue, looked at on a page."""

    gap: int
    page: int

    @property
    def custom_id(self) -> str:
        """The id that says all of it."""
        return f"{VERSION}:x:{self.gap}:{self.page}"


@dataclass(frozen=True, slots=True)
class Accept:
    """The menu of the sections that a question of the queue should have led to; `number` as of `Pick`."""

    gap: int
    page: int
    number: int = 1

    @property
    def custom_id(self) -> str:
        """The id that says all of it."""
        return f"{VERSION}:q:{self.gap}:{self.page}:{self.number}"


State = Show | Ballot | Delete | Pick | Turn | Why | Dismiss | Accept
NUMBERED: dict[str, Callable[..., State]] = {"d": Delete, "y": Why, "x": Dismiss, "q": Accept}  # of whole numbers alone


def parse(custom_id: str, library: Library) -> State:
    """What an id says. StaleError for every id that this version did not make, or whose card or section is gone."""
    version, *fields = custom_id.split(":")
    if version != VERSION or not fields or len(custom_id) > LONGEST_ID:
        raise StaleError(custom_id)
    try:
        state = _parsed(fields, library)
    except (ValueError, KeyError, TypeError) as error:
        raise StaleError(custom_id) from error
    if state.custom_id != custom_id:  # 01 for 1, one section twice, a flag that means nothing: nobody's but a forger's
        raise StaleError(custom_id)
    return state


def _parsed(fields: list[str], library: Library) -> State:
    if fields[0] == "v":
        _, card_key, section_codes, helpful, *sure = fields
        card = card_of(card_key, library)
        confidence = max(0, min(int(sure[0]), 100)) / 100 if sure else None
        return Ballot(card.id, sections_of(section_codes, card), {"0": False, "1": True}[helpful], confidence)
    if fields[0] in NUMBERED:
        return NUMBERED[fields[0]](*map(int, fields[1:]))
    if fields[0] == "p":
        _, card_key, number, *nonce = fields
        return Pick(card_of(card_key, library).id, int(number), *nonce)
    if fields[0] == "r":
        _, report, page = fields
        return Turn(REPORTS[report], int(page))
    return Show.parsed(fields, library)


def pinned_by(custom_id: str) -> tuple[str, str] | None:
    """The key of the card and the nonce of the pin that a pinned card's menu belongs to; None for any other id."""
    match custom_id.split(":"):
        case [version, "p", card_key, _, nonce] if version == VERSION and nonce:
            return card_key, nonce
    return None


def shown_by(answer: Answer) -> Show:
    """What builds an answer's passages again, for its further pages."""
    plain = {section.id for section in answer.card.sections if not all(p.claims_benefit for p in section.passages)}
    benefit = any(passage.claims_benefit and section in plain for section, passage in answer.passages)
    return Show(
        kind="part",
        card=answer.card.id,
        sections=tuple(part.section for part in answer.parts),
        benefit=benefit,
        about_efficacy=answer.about_efficacy,
        language=answer.language,
    )


def key(card_id: str) -> str:
    """A card's id as it stands in a custom_id: itself, or its beginning and a digest where it is long."""
    return card_id if len(card_id) <= LONGEST else f"{card_id[: LONGEST - 9]}~{_digest(card_id)[:8]}"


def codes(sections: Iterable[str]) -> str:
    """Sections as they stand in a custom_id."""
    return "".join(_digest(section)[:CODE] for section in sections)


def card_of(card_key: str, library: Library) -> Card:
    """The card that a key stands for; KeyError where there is none."""
    for card in library.cards:
        if key(card.id) == card_key:
            return card
    raise KeyError(card_key)


def sections_of(section_codes: str, card: Card) -> tuple[str, ...]:
    """The sections that codes stand for; KeyError where the card has one of them no more."""
    known = {_digest(section.id)[:CODE]: section.id for section in card.sections}
    return tuple(dict.fromkeys(known[section_codes[at : at + CODE]] for at in range(0, len(section_codes), CODE)))


@lru_cache(maxsize=4096)
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
