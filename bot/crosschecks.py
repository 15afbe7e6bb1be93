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
from bot.core.text import fold
from bot.yamlfile import Document, Fault, Place

PLACEHOLDERS = ("name", "sections", "other", "menu")  # and {/command}
_PLACEHOLDER = re.compile(r"\{(/?)([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Files:
    """The documents of a knowledge folder, with their data as it was read."""

    cards: tuple[Document, ...]
    intents: Document
    lexicon: Document
    replies: Document


def faults_between(files: Files, lexicon: Lexicon | None) -> Iterator[Fault]:
    """Every fault in the references of the files. `lexicon` is the validated one, None where it has faults itself."""
    general = {_text(intent, "section") for _, intent in _items(files.intents, "intents")}
    for card in files.cards:
        yield from _card_faults(card)
        yield from _own_intent_faults(card, {_text(intent, "id") for _, intent in _items(files.intents, "intents")})
        if general:
            yield from _unreached_faults(card, general)
    yield from _name_faults(files)
    yield from _intent_faults(files)
    yield from _utterance_faults(files, lexicon)
    yield from _placeholder_faults(files.replies)


# Raw data


def _items(document: Document, key: str, within: Place = ()) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The records of a list in a file (below a place), each with its own place."""
    node = document.data
    for step in (*within, key):
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return
    for index, item in enumerate(node if isinstance(node, list) else ()):
        if isinstance(item, dict):
            yield (*within, key, index), item


def _text(record: Any, key: str) -> str:
    value = record.get(key) if isinstance(record, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _texts(record: Any, key: str) -> list[tuple[int, str]]:
    """The texts of a list, each with its place in it."""
    value = record.get(key) if isinstance(record, dict) else None
    return [(i, item) for i, item in enumerate(value if isinstance(value, list) else ()) if isinstance(item, str)]


def _passages(card: Document) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for key in ("sections", "steps"):
        for place, _ in _items(card, key):
            yield from _items(card, "passages", place)


# A card in itself


def _card_faults(card: Document) -> Iterator[Fault]:
    card_id = _text(card.data, "id")
    if card_id and card.file != f"compounds/{card_id}.yaml":
        yield card.fault(("id",), f"{card_id!r} belongs into compounds/{card_id}.yaml")
    for key in ("sources", "sections", "intents", "notices"):
        yield from _repeated(card, _items(card, key), "each has one of its own")
    yield from _repeated(card, _passages(card), "a passage's id is unique in its card")
    yield from _source_faults(card)
    yield from _notice_faults(card)


def _unreached_faults(card: Document, general: set[str]) -> Iterator[Fault]:
    """The sections that neither the general intents nor the card's own lead to."""
    reached = general | {_text(intent, "section") for _, intent in _items(card, "intents")}
    for place, section in _items(card, "sections"):
        section_id = _text(section, "id")
        if section_id and section_id not in reached:
            yield card.fault((*place, "id"), f"no question can reach {section_id!r}: add an intent for it to this card")


def _repeated(document: Document, items: Iterable[tuple[Place, Mapping[str, Any]]], rule: str) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for place, item in items:
        item_id = _text(item, "id")
        if item_id and item_id in first:
            line = document.lines.get((*first[item_id], "id"), 0)
            yield document.fault((*place, "id"), f"the id {item_id!r} stands in line {line} already; {rule}")
        first.setdefault(item_id, place)


def _source_faults(card: Document) -> Iterator[Fault]:
    known = {source_id for _, source in _items(card, "sources") if (source_id := _text(source, "id"))}
    for place, passage in _passages(card):
        for index, source in _texts(passage, "sources"):
            if source not in known:
                wanted = ", ".join(sorted(known)) or "none"
                yield card.fault((*place, "sources", index), f"unknown source {source!r}; this card has {wanted}")


def _notice_faults(card: Document) -> Iterator[Fault]:
    name = _text(card.data, "name")
    notices = {_text(notice, "id"): (place, notice) for place, notice in _items(card, "notices")}
    for place, notice in notices.values():
        text = _text(notice, "text")
        if name and text and name.casefold() not in text.casefold():
            yield card.fault((*place, "text"), f"each notice names its compound: {name!r} is missing")
    for needed in (WARNING, CAVEAT):
        if isinstance(card.data, dict) and needed not in notices:
            yield card.fault(
                ("notices",), f"the notice {needed!r} is missing; every card has {WARNING!r} and {CAVEAT!r}"
            )


def _own_intent_faults(card: Document, general: set[str]) -> Iterator[Fault]:
    sections = {_text(section, "id") for _, section in _items(card, "sections")}
    labels = {_text(source, "id") for _, source in _items(card, "sources") if _text(source, "kind") == "label"}
    sourced = {_text(p, "id"): {source for _, source in _texts(p, "sources")} for _, p in _passages(card)}
    for place, intent in _items(card, "intents"):
        intent_id, section = _text(intent, "id"), _text(intent, "section")
        if intent_id and intent_id in general:
            yield card.fault((*place, "id"), f"{intent_id!r} stands in intents.yaml already; choose another id")
        if section and section not in sections:
            yield card.fault((*place, "section"), f"this card has no section {section!r}")
        for index, wanted in _texts(intent, "passages"):
            if not sourced.get(wanted) or not sourced[wanted] <= labels:
                message = f"{wanted!r} is no passage of this card's product information"
                yield card.fault((*place, "passages", index), message)


# Names


def _name_faults(files: Files) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for card in files.cards:
        card_id = _text(card.data, "id")
        aliases = [(("aliases", index), alias) for index, alias in _texts(card.data, "aliases")]
        for place, name in [(("name",), _text(card.data, "name")), *aliases]:
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
        for index, spelling in _texts({"all": misspellings}, "all"):
            yield name, (group, name, index), spelling


# Intents


def _intent_faults(files: Files) -> Iterator[Fault]:
    sections = {_text(section, "id") for card in files.cards for _, section in _items(card, "sections")}
    yield from _repeated(files.intents, _items(files.intents, "intents"), "each has one of its own")
    for place, intent in _items(files.intents, "intents"):
        section = _text(intent, "section")
        if section and section not in sections and all(isinstance(card.data, dict) for card in files.cards):
            yield files.intents.fault((*place, "section"), f"no card has a section {section!r}")
        if _texts(intent, "passages"):
            yield files.intents.fault((*place, "passages"), "passages belong to a card's own intents")


def _utterance_faults(files: Files, lexicon: Lexicon | None) -> Iterator[Fault]:
    """The utterances of the general intents that name a compound: they serve every card."""
    names = NameIndex(_named(files, lexicon or Lexicon.model_construct(compounds={}, medicines={})))
    for place, intent in _items(files.intents, "intents"):
        for number, utterance in _texts(intent, "utterances"):
            for mention in names.exact(fold(utterance)):
                if mention.kind in {CARD, OTHER}:
                    message = f"names a compound ({mention.owner!r}); write 'it', or {{other}} for another compound"
                    yield files.intents.fault((*place, "utterances", number), message)


def _named(files: Files, lexicon: Lexicon) -> Library:
    """A library of names alone, of the cards as far as they can be read."""
    cards = [
        Card.model_construct(
            id=_text(card.data, "id"),
            name=_text(card.data, "name"),
            aliases=tuple(alias for _, alias in _texts(card.data, "aliases")),
        )
        for card in files.cards
    ]
    return Library.model_construct(cards=tuple(cards), lexicon=lexicon)


# Fixed lines


def _placeholder_faults(replies: Document) -> Iterator[Fault]:
    """Braces that nothing fills: they would be printed as they stand."""
    commands = _commands(replies.data)
    for place, text in _every_text(replies.data):
        for slash, name in _PLACEHOLDER.findall(text):
            if name not in (commands if slash else PLACEHOLDERS):
                known = ", ".join(f"{{{known}}}" for known in (*PLACEHOLDERS, *(f"/{c}" for c in commands)))
                yield replies.fault(place, f"nothing fills {{{slash}{name}}}; the placeholders are {known}")


def _commands(replies: Any) -> tuple[str, ...]:
    interface = replies.get("interface") if isinstance(replies, dict) else None
    commands = interface.get("commands") if isinstance(interface, dict) else None
    return tuple(commands) if isinstance(commands, dict) else ()


def _every_text(node: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _every_text(value, (*place, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _every_text(value, (*place, index))
