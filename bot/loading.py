"""Knowledge files -> `Library`, or a `KnowledgeError` that lists every fault of every file at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.core.cards import CAVEAT, WARNING, Card, Intent, Lexicon, Library, Replies
from bot.core.model import Model
from bot.core.names import CARD, OTHER, NameIndex
from bot.core.text import fold
from bot.yamlfile import Document, Fault, Place, read

M = TypeVar("M", bound=BaseModel)
NAMED: dict[str, type[Model]] = {"replies.yaml": Replies, "lexicon.yaml": Lexicon}


class Intents(Model):
    """The shape of intents.yaml."""

    intents: tuple[Intent, ...]


class KnowledgeError(Exception):
    """The knowledge folder cannot be used. `faults` says all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def knowledge_folder() -> Path:
    """The knowledge that was installed with the package or, in a checkout, the repository's folder."""
    inside = Path(__file__).parent / "knowledge"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "knowledge"


def load_library(folder: Path) -> Library:
    """Read and check the whole folder. Raises `KnowledgeError` with every fault."""
    if not folder.is_dir():
        raise KnowledgeError([Fault(str(folder), 0, "", "no such folder; a knowledge folder was expected")])
    paths = sorted((folder / "compounds").glob("*.yaml"))
    if not paths:
        raise KnowledgeError([Fault(f"{folder}/compounds", 0, "", "holds no card (*.yaml)")])
    cards = [(_checked(document, Card), document) for document in (read(p, f"compounds/{p.name}") for p in paths)]
    named = {name: (read(folder / name, name), model) for name, model in {**NAMED, "intents.yaml": Intents}.items()}
    models = {name: _checked(document, model) for name, (document, model) in named.items()}
    documents = [document for _, document in cards] + [document for document, _ in named.values()]
    faults = [fault for document in documents for fault in document.faults]
    if faults:
        raise KnowledgeError(faults)
    library = Library(
        cards=tuple(card for card, _ in cards if card),
        intents=models["intents.yaml"].intents,  # type: ignore[union-attr]
        replies=models["replies.yaml"],
        lexicon=models["lexicon.yaml"],
    )
    found = {name: document for name, (document, _) in named.items()}
    faults = list(_cross_checked(library, [document for _, document in cards], found["intents.yaml"], found["lexicon.yaml"]))
    if faults:
        raise KnowledgeError(faults)
    return library


def schemas() -> dict[str, Any]:
    """The JSON Schema of each kind of file, for editors."""
    shapes: dict[str, type[Model]] = {"compounds/*.yaml": Card, "intents.yaml": Intents, **NAMED}
    return {name: model.model_json_schema() for name, model in shapes.items()}


def _checked(document: Document, model: type[M]) -> M | None:
    if document.data is None:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        document.faults.extend(_fault(document, detail, model) for detail in error.errors(include_url=False))
        return None


def _fault(document: Document, detail: Any, model: type[BaseModel]) -> Fault:
    place: Place = tuple(detail["loc"])
    return document.fault(place, _in_words(detail))


def _in_words(detail: Any) -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is no known key here; see: footnote knowledge schema"
    if kind == "string_type" and isinstance(value, bool | int | float):
        return f"YAML reads this as {value!r}; put it into quotes to make it text"
    if kind == "string_pattern_mismatch":
        return f"{value!r} has the wrong form; it has to match {context['pattern']}"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return "keys with values were expected here"
    message = detail["msg"].removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _cross_checked(library: Library, documents: list[Document], intents: Document, lexicon: Document) -> Iterator[Fault]:
    for card, document in zip(library.cards, documents, strict=True):
        yield from _card_faults(card, document, library)
    yield from _name_faults(library, documents, lexicon)
    yield from _intent_faults(library, documents, intents)


def _card_faults(card: Card, document: Document, library: Library) -> Iterator[Fault]:
    if document.file != f"compounds/{card.id}.yaml":
        yield document.fault(("id",), f"{card.id!r} belongs into compounds/{card.id}.yaml")
    for key in ("sources", "sections", "intents", "notices"):
        ids = [item.id for item in getattr(card, key)]
        yield from (document.fault((key, ids.index(i)), f"the id {i!r} stands here twice") for i in _repeated(ids))
    passages = [passage.id for _, passage in card.all_passages()]
    yield from (document.fault((), f"the passage id {i!r} stands here twice; it is unique in a card") for i in _repeated(passages))
    known = {source.id for source in card.sources}
    for place, passage in _placed_passages(card):
        for unknown in set(passage.sources) - known:
            wanted = ", ".join(sorted(known))
            yield document.fault((*place, "sources"), f"unknown source {unknown!r}; this card has {wanted}")
    for index, notice in enumerate(card.notices):
        if card.name.casefold() not in notice.text.casefold():
            yield document.fault(("notices", index, "text"), f"each notice names its compound: {card.name!r} is missing")
    for needed in (WARNING, CAVEAT):
        if needed not in {notice.id for notice in card.notices}:
            yield document.fault(("notices",), f"the notice {needed!r} is missing")
    reached = {intent.section for intent in (*library.intents, *card.intents)}
    for index, section in enumerate(card.sections):
        if section.id not in reached:
            message = f"no question can reach {section.id!r}: add an intent for it to this card"
            yield document.fault(("sections", index, "id"), message)


def _placed_passages(card: Card) -> Iterator[tuple[Place, Any]]:
    for key in ("sections", "steps"):
        for index, part in enumerate(getattr(card, key)):
            yield from (((key, index, "passages", number), passage) for number, passage in enumerate(part.passages))


def _name_faults(library: Library, documents: list[Document], lexicon: Document) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for card, document in zip(library.cards, documents, strict=True):
        names = [(("name",), card.name), *((("aliases", i), alias) for i, alias in enumerate(card.aliases))]
        for place, name in names:
            owner = owners.setdefault(fold(name), card.id)
            if owner != card.id:
                yield document.fault(place, f"the name {name!r} belongs to {owner!r} already; a name has one owner")
    for group in ("compounds", "medicines"):
        for name, misspellings in getattr(library.lexicon, group).items():
            for spelling in (name, *misspellings):
                owner = owners.setdefault(fold(spelling), name)
                if owner != name and owner in {card.id for card in library.cards}:
                    yield lexicon.fault((group, name), f"{spelling!r} is a name of the card {owner!r}; take it out here")
                elif owner != name:
                    yield lexicon.fault((group, name), f"{spelling!r} stands under {owner!r} too; a name has one owner")


def _intent_faults(library: Library, documents: list[Document], intents: Document) -> Iterator[Fault]:
    ids = [intent.id for intent in library.intents]
    yield from (intents.fault(("intents", ids.index(i), "id"), f"the id {i!r} stands here twice") for i in _repeated(ids))
    sections = {section.id for card in library.cards for section in card.sections}
    names = NameIndex(library)
    for index, intent in enumerate(library.intents):
        place: Place = ("intents", index)
        if intent.section and intent.section not in sections:
            yield intents.fault((*place, "section"), f"no card has a section {intent.section!r}")
        if intent.passages:
            yield intents.fault((*place, "passages"), "passages belong to a card's own intents")
        for number, utterance in enumerate(intent.utterances):
            for mention in names.exact(fold(utterance)):
                if mention.kind not in {CARD, OTHER}:
                    continue
                message = f"names a compound ({mention.owner!r}); write 'it', or {{other}} for another compound"
                yield intents.fault((*place, "utterances", number), message)
    for card, document in zip(library.cards, documents, strict=True):
        yield from _own_intent_faults(card, document, set(ids))


def _own_intent_faults(card: Card, document: Document, general: set[str]) -> Iterator[Fault]:
    labels = {source.id for source in card.sources if source.kind == "label"}
    passages = {passage.id: passage for _, passage in card.all_passages()}
    for index, intent in enumerate(card.intents):
        place: Place = ("intents", index)
        if intent.id in general:
            yield document.fault((*place, "id"), f"{intent.id!r} stands in intents.yaml already; choose another id")
        if intent.section and not card.section(intent.section):
            yield document.fault((*place, "section"), f"this card has no section {intent.section!r}")
        for wanted in intent.passages:
            if wanted not in passages or not set(passages[wanted].sources) <= labels:
                message = f"{wanted!r} is no passage of this card's product information"
                yield document.fault((*place, "passages"), message)


def _repeated(ids: Iterable[str]) -> list[str]:
    return [item for item, count in Counter(ids).items() if count > 1]
