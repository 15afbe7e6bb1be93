"""Accepted questions -> utterances, as a fragment of the knowledge files to review, insert and commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.cards import Intent, Library
from bot.core.names import CARD, OTHER, NameIndex
from bot.core.text import fold
from bot.ports import Gap

SHARED = "intents.yaml"


@dataclass(frozen=True, slots=True)
class Fragment:
    """Utterances by file and intent, the ids of the questions they came from, and what was left out and why."""

    files: dict[str, dict[str, Intent]]
    gaps: tuple[int, ...]
    left_out: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        """The fragment as it is written: a list of intents under the name of each file."""
        return {file: {"intents": list(map(_as_data, intents.values()))} for file, intents in self.files.items()}


def fragment(library: Library, gaps: Iterable[Gap]) -> Fragment:
    """What accepted questions add to the knowledge: each utterance under the first intent that leads to its section."""
    known = {fold(utterance) for _, intent in _intents(library) for utterance in intent.utterances}
    names = NameIndex(library)
    files: dict[str, dict[str, Intent]] = {}
    used: list[int] = []
    left_out: list[str] = []
    for gap in gaps:
        utterance = gap.asked.utterance
        place = _place(library, gap)
        why = _why_not(utterance, known, names) or ("" if place else f"no intent leads to {gap.section!r} any more")
        if why or place is None:
            left_out.append(f"{utterance!r}: {why}")
        else:
            file, intent = place
            _add(files.setdefault(file, {}), intent, utterance)
            known.add(fold(utterance))
        used.append(gap.id)
    return Fragment(files, tuple(used), tuple(left_out))


def _add(intents: dict[str, Intent], intent: Intent, utterance: str) -> None:
    before = intents[intent.id].utterances if intent.id in intents else ()
    intents[intent.id] = intent.model_copy(update={"utterances": (*before, utterance)})


def _place(library: Library, gap: Gap) -> tuple[str, Intent] | None:
    """The file and the intent that lead to the section: those of all cards first, then the card's own."""
    for file, intent in _intents(library):
        if intent.section == gap.section and file in {SHARED, f"compounds/{gap.asked.compound}.yaml"}:
            return file, intent
    return next(((file, intent) for file, intent in _intents(library) if intent.section == gap.section), None)


def _intents(library: Library) -> Iterator[tuple[str, Intent]]:
    yield from ((SHARED, intent) for intent in library.intents)
    for card in library.cards:
        yield from ((f"compounds/{card.id}.yaml", intent) for intent in card.intents)


def _why_not(utterance: str, known: set[str], names: NameIndex) -> str:
    if fold(utterance) in known:
        return "stands in the knowledge already"
    named = [mention.owner for mention in names.exact(fold(utterance)) if mention.kind in {CARD, OTHER}]
    return f"names {named[0]}" if named else ""


def _as_data(intent: Intent) -> dict[str, object]:
    return {"id": intent.id, "section": intent.section, "utterances": list(intent.utterances)}
