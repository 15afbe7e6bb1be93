"""What one part of the knowledge says of another: ids, names and references, checked on the files' raw data.

Raw data, so that these faults are told together with those of the shapes: what has the wrong shape is passed over here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.cards import CAVEAT, WARNING, Card, Lexicon, Library
from bot.core.names import CARD, OTHER, NameIndex
from bot.core.sifting import may_name
from bot.core.text import fold
from bot.records import every_text, items, text_in, texts_in
from bot.yamlfile import Document, Fault, Place

PLACEHOLDERS = ("name", "sections", "other", "menu")  # and {/command}
FILLED: Mapping[Place, tuple[str, ...]] = {  # what is filled in moderators' lines, and in some notes beside the above
    ("interface", "notes", "privacy"): (*PLACEHOLDERS, "days"),
    ("interface", "words"): ("menu",),
    ("interface", "words", "place"): ("number", "of"),
    ("interface", "words", "votes"): ("helpful", "not_helpful"),
    ("interface", "words", "sureness"): ("percent",),
}
_PLACEHOLDER = re.compile(r"\{(/?)([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Files:
    """The documents of a knowledge folder, with their data as it was read."""

    cards: tuple[Document, ...]
    intents: Document
    lexicon: Document
    replies: Document


def faults_between(files: Files, lexicon: Lexicon | None, *, thorough: bool = True) -> Iterator[Fault]:
    """Every fault in the references of the files. `lexicon` is the validated one, None where it has faults itself."""
    general = {text_in(intent, "section") for _, intent in items(files.intents, "intents")}
    for card in files.cards:
        yield from _card_faults(card)
        yield from _own_intent_faults(card, {text_in(intent, "id") for _, intent in items(files.intents, "intents")})
        if general:
            yield from _unreached_faults(card, general)
    yield from _name_faults(files)
    yield from _intent_faults(files)
    if thorough:
        yield from _utterance_faults(files, lexicon)
    yield from _placeholder_faults(files.replies)


def _passages(card: Document) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for key in ("sections", "steps"):
        for place, _ in items(card, key):
            yield from items(card, "passages", place)


# A card in itself


def _card_faults(card: Document) -> Iterator[Fault]:
    card_id = text_in(card.data, "id")
    if card_id and card.file != f"compounds/{card_id}.yaml":
        yield card.fault(("id",), f"{card_id!r} belongs into compounds/{card_id}.yaml")
    for key in ("sources", "sections", "intents", "notices"):
        yield from _repeated(card, items(card, key), "each has one of its own")
    yield from _repeated(card, _passages(card), "a passage's id is unique in its card")
    yield from _source_faults(card)
    yield from _notice_faults(card)


def _unreached_faults(card: Document, general: set[str]) -> Iterator[Fault]:
    """The sections that neither the general intents nor the card's own lead to."""
    reached = general | {text_in(intent, "section") for _, intent in items(card, "intents")}
    for place, section in items(card, "sections"):
        section_id = text_in(section, "id")
        if section_id and section_id not in reached:
            yield card.fault((*place, "id"), f"no question can reach {section_id!r}: add an intent for it to this card")


def _repeated(document: Document, listed: Iterable[tuple[Place, Mapping[str, Any]]], rule: str) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for place, item in listed:
        item_id = text_in(item, "id")
        if item_id and item_id in first:
            line = document.lines.get((*first[item_id], "id"), 0)
            yield document.fault((*place, "id"), f"the id {item_id!r} stands in line {line} already; {rule}")
        first.setdefault(item_id, place)


def _source_faults(card: Document) -> Iterator[Fault]:
    known = {source_id for _, source in items(card, "sources") if (source_id := text_in(source, "id"))}
    for place, passage in _passages(card):
        for index, source in texts_in(passage, "sources"):
            if source not in known:
                wanted = ", ".join(sorted(known)) or "none"
                yield card.fault((*place, "sources", index), f"unknown source {source!r}; this card has {wanted}")


def _notice_faults(card: Document) -> Iterator[Fault]:
    name = text_in(card.data, "name")
    notices = {text_in(notice, "id"): (place, notice) for place, notice in items(card, "notices")}
    for place, notice in notices.values():
        text = text_in(notice, "text")
        if name and text and name.casefold() not in text.casefold():
            yield card.fault((*place, "text"), f"each notice names its compound: {name!r} is missing")
    for needed in (WARNING, CAVEAT):
        if isinstance(card.data, dict) and needed not in notices:
            yield card.fault(
                ("notices",), f"the notice {needed!r} is missing; every card has {WARNING!r} and {CAVEAT!r}"
            )


def _own_intent_faults(card: Document, general: set[str]) -> Iterator[Fault]:
    sections = {text_in(section, "id") for _, section in items(card, "sections")}
    labels = {text_in(source, "id") for _, source in items(card, "sources") if text_in(source, "kind") == "label"}
    sourced = {text_in(p, "id"): {source for _, source in texts_in(p, "sources")} for _, p in _passages(card)}
    for place, intent in items(card, "intents"):
        intent_id, section = text_in(intent, "id"), text_in(intent, "section")
        if intent_id and intent_id in general:
            yield card.fault((*place, "id"), f"{intent_id!r} stands in intents.yaml already; choose another id")
        if section and section not in sections:
            yield card.fault((*place, "section"), f"this card has no section {section!r}")
        for index, wanted in texts_in(intent, "passages"):
            if not sourced.get(wanted) or not sourced[wanted] <= labels:
                message = f"{wanted!r} is no passage of this card's product information"
                yield card.fault((*place, "passages", index), message)


# Names


def _name_faults(files: Files) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for card in files.cards:
        card_id = text_in(card.data, "id")
        aliases = [(("aliases", index), alias) for index, alias in texts_in(card.data, "aliases")]
        for place, name in [(("name",), text_in(card.data, "name")), *aliases]:
            owner = owners.setdefault(fold(name), card_id)
            if name and owner != card_id:
                yield card.fault(place, f"the name {name!r} belongs to {owner!r} already; a name has one owner")
    cards = set(owners.values())
    for group in ("compounds", "medicines"):
        for name, place, spelling in _spellings(files.lexicon, group):
            owner = owners.setdefault(fold(spelling), name)
            if owner != name and owner in cards:
                yield files.lexicon.fault(place, f"{spelling!r} is a name of the card {owner!r}; take it out here")
            elif owner != name:
                yield files.lexicon.fault(place, f"{spelling!r} stands under {owner!r} too; a name has one owner")


def _spellings(lexicon: Document, group: str) -> Iterator[tuple[str, Place, str]]:
    """The names of a group and their misspellings: the name, where it stands, and the spelling."""
    listed = lexicon.data.get(group) if isinstance(lexicon.data, dict) else None
    for name, misspellings in listed.items() if isinstance(listed, dict) else ():
        yield name, (group, name), name
        for index, spelling in texts_in({"all": misspellings}, "all"):
            yield name, (group, name, index), spelling


# Intents


def _intent_faults(files: Files) -> Iterator[Fault]:
    sections = {text_in(section, "id") for card in files.cards for _, section in items(card, "sections")}
    yield from _repeated(files.intents, items(files.intents, "intents"), "each has one of its own")
    for place, intent in items(files.intents, "intents"):
        section = text_in(intent, "section")
        if section and section not in sections and all(isinstance(card.data, dict) for card in files.cards):
            yield files.intents.fault((*place, "section"), f"no card has a section {section!r}")
        if texts_in(intent, "passages"):
            yield files.intents.fault((*place, "passages"), "passages belong to a card's own intents")


def _utterance_faults(files: Files, lexicon: Lexicon | None) -> Iterator[Fault]:
    """The utterances of the general intents that name a compound: they serve every card."""
    names = NameIndex(_named(files, lexicon or Lexicon.model_construct(compounds={}, medicines={})))
    listed = [
        ((*place, "utterances", number), utterance)
        for place, intent in items(files.intents, "intents")
        for number, utterance in texts_in(intent, "utterances")
    ]
    for place, utterance in (listed[at] for at in may_name(names, [utterance for _, utterance in listed])):
        for mention in names.exact(fold(utterance)):
            if mention.kind in {CARD, OTHER}:
                message = f"names a compound ({mention.owner!r}); write 'it', or {{other}} for another compound"
                yield files.intents.fault(place, message)


def _named(files: Files, lexicon: Lexicon) -> Library:
    """A library of names alone, of the cards as far as they can be read."""
    cards = [
        Card.model_construct(
            id=text_in(card.data, "id"),
            name=text_in(card.data, "name"),
            aliases=tuple(alias for _, alias in texts_in(card.data, "aliases")),
        )
        for card in files.cards
    ]
    return Library.model_construct(cards=tuple(cards), lexicon=lexicon)


# Fixed lines


def _placeholder_faults(replies: Document) -> Iterator[Fault]:
    """Braces that nothing fills: they would be printed as they stand."""
    commands = _commands(replies.data)
    for place, text in every_text(replies.data):
        filled = next((FILLED[place[:n]] for n in (3, 2) if place[:n] in FILLED), PLACEHOLDERS)
        for slash, name in _PLACEHOLDER.findall(text):
            if name not in (commands if slash else filled):
                known = ", ".join(f"{{{known}}}" for known in (*filled, *(f"/{c}" for c in commands)))
                yield replies.fault(place, f"nothing fills {{{slash}{name}}}; the placeholders are {known}")


def _commands(replies: Any) -> tuple[str, ...]:
    interface = replies.get("interface") if isinstance(replies, dict) else None
    commands = interface.get("commands") if isinstance(interface, dict) else None
    return tuple(commands) if isinstance(commands, dict) else ()
