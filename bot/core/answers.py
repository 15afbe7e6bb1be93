"""What is said: the one frozen `Answer` that every surface shows, with its notices by construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.core.cards import CAVEAT, WARNING, Card, Notice, Passage, Source

Outcome = Literal["answer", "clarify", "decline", "emergency", "help"]
Reason = Literal["no_passage", "other_compound", "personal_decision", "off_topic", "gap"]


@dataclass(frozen=True, slots=True)
class Part:
    """What a reply shows of one section (or step): its passages, and the card's words where the page has a gap."""

    section: str
    title: str
    passages: tuple[Passage, ...] = ()
    gap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One reply. A surface lays it out; it adds, drops and reorders nothing.

    The notices are no field that could be left empty: they are worked out from `card`, the card whose warning the reply
    ends with, and from what is shown. So no copy, no `replace` and no subclass can be without them.

    `compound` is the id of the card the reply is about (None: about none, or about one without a card). `emergency` holds
    the emergency line by language, `opening` and `closing` fixed lines before and after the parts, `sections` the ids
    answered (offered, for clarify), `suggestions` ids of near sections, `examples` questions that would be answered,
    `evidence` publications told at a glance (a line each: who, who paid, what was found), and `language` that of the
    question. `personal` says that some part of it asks for a personal decision. `confidence` runs from 0 to 1.
    """

    outcome: Outcome
    card: Card
    compound: str | None
    reason: Reason | None = None
    title: str = ""
    sections: tuple[str, ...] = ()
    emergency: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    closing: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    listed: tuple[Source, ...] = ()
    evidence: tuple[Source, ...] = ()
    about_efficacy: bool = False
    personal: bool = False
    language: str | None = None
    confidence: float = 0.0

    def __post_init__(self) -> None:
        texts = {notice.id: notice.text.strip() for notice in self.card.notices}
        if not texts.get(WARNING) or not texts.get(CAVEAT):
            raise ValueError("an answer needs a card that has both notices")
        if (self.outcome == "decline") != (self.reason is not None):
            raise ValueError("a decline has a reason, and nothing else has one")
        if self.outcome == "emergency" and not self.emergency:
            raise ValueError("an emergency begins with the emergency line")

    def __init_subclass__(cls, **_: Any) -> None:
        raise TypeError("Answer is final: a subclass could hide its notices")

    @property
    def passages(self) -> tuple[tuple[str, Passage], ...]:
        """The passages shown, in order, each with the id of its section."""
        return tuple((part.section, passage) for part in self.parts for passage in part.passages)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices due: the caveat where benefit is asked about or claimed, and last the warning."""
        benefit = self.about_efficacy or any(passage.claims_benefit for _, passage in self.passages)
        benefit = benefit or bool(self.listed or self.evidence)
        return (self.card.caveat, self.card.warning) if benefit else (self.card.warning,)

    @property
    def notice_texts(self) -> tuple[str, ...]:
        """The notices as they are printed: in English, and in the question's language where the card has it."""
        return tuple(text for notice in self.notices for text in notice.texts(self.language))

    @property
    def citations(self) -> tuple[Source, ...]:
        """The sources of the shown passages in order of use, then those listed; a source's place is its footnote mark."""
        used = dict.fromkeys(source for _, passage in self.passages for source in passage.sources)
        return tuple(dict.fromkeys([*map(self.card.source, used), *self.listed]))
