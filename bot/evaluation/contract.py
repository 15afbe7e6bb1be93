"""The contract on one reply as it is printed: notices, passages and their sources, and no word from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.core.answers import Answer
from bot.core.cards import CAVEAT, WARNING, Card, Library, Passage
from bot.surfaces.plain import to_text

UNPRINTED = frozenset({"id", "intents", "utterances", "kind", "status", "level", "claims_benefit"})
MARKS = re.compile(r"\[\d\d?\]|(?<!\S)\d[.)](?!\S)")  # footnote marks and numbers of items
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
LONG = 20  # letters of a passage that would be noticed where it is not listed
HELD = "\0"  # stands in the place of what was found in the files

Row = tuple[str, object]


class Printable:
    """Every piece of text of the knowledge files that a reply may print."""

    def __init__(self, library: Library) -> None:
        texts = set(_strings([card.model_dump(mode="json") for card in library.cards]))
        texts.update(_strings(library.replies.model_dump(mode="json")), library.lexicon.compounds)
        texts.update(source.url for card in library.cards for source in card.sources if source.url)
        pieces = {_squeezed(piece) for text in texts for piece in re.split(r"\{[^{}]*\}", text)}
        self._pieces = sorted((p for p in pieces if len(p) > 1 or p.isalnum()), key=len, reverse=True)

    def strays(self, text: str) -> list[str]:
        """The words and numbers of a reply that stand in no file."""
        rest = _squeezed(INVISIBLE.sub("", text))
        for piece in self._pieces:
            if piece in rest:
                whole = f"{_edge(piece[0], '<!')}{re.escape(piece)}{_edge(piece[-1], '!')}"
                rest = re.sub(whole, f" {HELD} ", rest)
        return re.findall(r"[^\W_]+", MARKS.sub(" ", rest))


class Contract:
    """Holds replies against the knowledge that they came from."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._printable = Printable(library)
        self._kept = {
            (card.id, section.id, passage.id): passage
            for card in library.cards
            for section in card.sections
            for passage in section.passages
        }

    def checks(self, answer: Answer) -> Iterator[Row]:
        """Each rule that concerns this reply, by its name, and whether it holds."""
        text = to_text(answer, self._library.replies.labels)
        body = _without_notices(_squeezed(text), answer.card)
        yield from self._notices(answer, _squeezed(text), body)
        yield from self._passages(answer, body)
        yield "every word comes from the knowledge files", not self._printable.strays(text)
        yield from self._outcome(answer, _squeezed(text))

    def is_caution(self, answer: Answer) -> bool:
        """Whether all passages that it shows are the product information's."""
        kinds = {answer.card.source(source).kind for _, passage in answer.passages for source in passage.sources}
        return kinds <= {"label"}

    @staticmethod
    def _notices(answer: Answer, text: str, body: str) -> Iterator[Row]:
        names = [notice.id for notice in answer.notices]
        warnings, caveats = _texts(answer.card, WARNING), _texts(answer.card, CAVEAT)
        yield "anaphylaxis warning named", WARNING in names
        ends = any(text.endswith(warning) for warning in warnings) and warnings[0] in text
        yield "anaphylaxis warning ends the reply", ends
        yield "notices stand together at the end", body and HELD not in body
        yield "caveat shown if named, and only then", any(caveat in text for caveat in caveats) == (CAVEAT in names)
        if CAVEAT in names:
            yield "caveat in English, before the warning", 0 <= text.rfind(caveats[0]) < text.rfind(warnings[0])
        if any(passage.claims_benefit for _, passage in answer.passages):
            yield "claimed benefit carries the caveat", CAVEAT in names

    def _passages(self, answer: Answer, body: str) -> Iterator[Row]:
        shown = [passage for _, passage in answer.passages]
        loose = body
        for passage in sorted(shown, key=lambda passage: len(passage.text), reverse=True):
            loose = loose.replace(_squeezed(passage.text), f" {HELD} ")
        for section, passage in answer.passages:
            same = self._kept.get((answer.compound or "", section, passage.id)) == passage
            yield "passage and sources as in its card", same and passage.sources
            yield "passage stands in the reply", _squeezed(passage.text) in body
            marks = self._marks(answer.card, passage)
            beside = all(any(mark.lower() in loose.lower() for mark in found) for found in marks)
            yield "source and status stand in the reply", beside
        listed = {passage.text for passage in shown}
        others = (_squeezed(passage.text) for passage in self._kept.values() if passage.text not in listed)
        yield "no passage is shown and not listed", not any(other in loose for other in others if len(other) > LONG)

    def _marks(self, card: Card, passage: Passage) -> Iterator[set[str]]:
        """For each source of a passage, and for its status: the strings of which one has to stand beside it."""
        labels = self._library.replies.labels
        for name in passage.sources:
            source = card.source(name)
            if source.kind == "publication":
                yield {found for found in (source.pmid, source.doi, source.article) if found}
            else:
                yield {labels[source.kind], source.title}
        if passage.status:
            yield {labels[passage.status]}

    def _outcome(self, answer: Answer, text: str) -> Iterator[Row]:
        shown, named, gaps = {section for section, _ in answer.passages}, set(answer.sections), gaps_of(answer.card)
        if answer.outcome in {"answer", "emergency"}:
            yield "sections named are sections shown", shown | named & gaps == named
        else:
            aside = answer.outcome == "decline" and self.is_caution(answer)
            yield "only an answer shows passages", not shown or aside
        if answer.outcome == "decline":
            yield "a decline gives its reason", (answer.reason == "gap") == bool(named) and named <= gaps
        if answer.outcome != "clarify":
            for section in answer.card.sections:
                if section.gap and section.id in named:
                    yield "declared gap in the card's words", _squeezed(section.gap) in text


def gaps_of(card: Card) -> set[str]:
    """The sections of a card that the page leaves empty."""
    return {section.id for section in card.sections if section.gap}


def _texts(card: Card, notice_id: str) -> list[str]:
    """The texts of a notice in every language, English first."""
    notice = next(notice for notice in card.notices if notice.id == notice_id)
    return [_squeezed(text) for text in (notice.text, *(t.text for t in notice.translations.values()))]


def _without_notices(text: str, card: Card) -> str:
    """What stands before the notices; a mark stays where one stands further up."""
    for notice in sorted((*_texts(card, WARNING), *_texts(card, CAVEAT)), key=len, reverse=True):
        text = text.replace(notice, HELD)
    return text.rstrip(f"{HELD} ")


def _strings(node: Any) -> Iterator[str]:
    """Every string below a node that is not for programs alone."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in UNPRINTED:
                yield from _strings(value)
    elif isinstance(node, list):
        yield from _all_strings(node)
    elif node is not None and not isinstance(node, bool):
        yield str(node)


def _all_strings(nodes: Iterable[Any]) -> Iterator[str]:
    for node in nodes:
        yield from _strings(node)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _edge(char: str, look: str) -> str:
    """What may not touch a piece there: a digit a digit, a letter a letter, save in scripts without spaces."""
    if char.isdigit():
        return rf"(?{look}\d)"
    return rf"(?{look}[^\W\d_])" if char.isalpha() and char < "\u0e00" else ""
