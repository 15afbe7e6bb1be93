"""Knowledge files -> `Library`, or a `KnowledgeError` that lists every fault of every file at once."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.core.calibration import Calibration
from bot.core.cards import Card, Intent, Lexicon, Library, Replies
from bot.core.model import Model
from bot.crosschecks import Files, faults_between
from bot.yamlfile import Document, Fault, Place, read

M = TypeVar("M", bound=BaseModel)
CALIBRATION, CALIBRATED_BY = "calibration.json", "footnote knowledge calibrate QUESTIONS..."
MOST_FAULTS = 200  # of one file that are told
IN_WORDS = {  # pydantic's kinds of faults, in words for people who write cards
    "missing": "is missing",
    "extra_forbidden": "is no known key here; see: footnote knowledge schema",
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "keys with values were expected here"),
    **dict.fromkeys(("tuple_type", "list_type"), "a list was expected here"),
    "bool_type": "true or false was expected here",
    "too_short": "at least {min_length} needed here",
    "string_too_short": "is empty; a text was expected here",
}


class Intents(Model):
    """The shape of intents.yaml."""

    intents: tuple[Intent, ...]


class KnowledgeError(Exception):
    """The knowledge folder cannot be used. `faults` says what is wrong with it, for each file `MOST_FAULTS` at most."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        by_file = groupby(sorted(set(faults)), key=lambda fault: fault.file)
        self.faults = tuple(fault for _, found in by_file for fault in _first(list(found)))
        super().__init__("\n".join(map(str, self.faults)))


def _first(faults: list[Fault]) -> list[Fault]:
    """The first faults of a file, and how many there are beside them."""
    more = len(faults) - MOST_FAULTS
    if more <= 0:
        return faults
    return [*faults[:MOST_FAULTS], Fault(faults[0].file, 0, "", f"has {more:,} more faults than these")]


def knowledge_folder() -> Path:
    """The knowledge that was installed with the package or, in a checkout, the repository's folder."""
    inside = Path(__file__).parent / "knowledge"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "knowledge"


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """While much is made and nothing thrown away, looking for garbage over and over is a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@without_collection()
def load_library(folder: Path, *, thorough: bool = True) -> Library:
    """Read and check the whole folder. Raises `KnowledgeError` with every fault.

    Not `thorough`, it leaves out whether an utterance names one of thousands of compounds: half of the time, and a fault that
    `knowledge check`, a fit and a reload find before it matters.
    """
    if not folder.is_dir():
        raise KnowledgeError([Fault(str(folder), 0, "", "no such folder; a knowledge folder was expected")])
    files = _read(folder)
    cards = [_checked(document, Card) for document in files.cards]
    intents, lexicon = _checked(files.intents, Intents), _checked(files.lexicon, Lexicon)
    replies = _checked(files.replies, Replies)
    documents = (*files.cards, files.intents, files.lexicon, files.replies)
    faults = [fault for document in documents for fault in document.faults]
    faults += faults_between(files, lexicon, thorough=thorough)
    if not files.cards:
        faults.append(Fault("compounds", 0, "", "holds no card; a card is a file compounds/<id>.yaml"))
    if faults or not (intents and lexicon and replies):
        raise KnowledgeError(faults)
    known = tuple(card for card in cards if card)
    return Library(cards=known, intents=intents.intents, replies=replies, lexicon=lexicon)


def load_calibration(folder: Path) -> Calibration:
    """What the signals of a question count; without the file, what they count where nothing is known of it.

    Raises `KnowledgeError` where the file cannot be used.
    """
    path = folder / CALIBRATION
    try:
        return Calibration.model_validate_json(path.read_bytes()) if path.exists() else Calibration()
    except OSError as error:
        raise KnowledgeError([Fault(CALIBRATION, 0, "", f"cannot be read: {error.strerror}")]) from None
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        message = f"{detail['msg']}; the file is written by: {CALIBRATED_BY}"
        raise KnowledgeError([Fault(CALIBRATION, 0, ".".join(map(str, detail["loc"])), message)]) from None


def schemas() -> dict[str, Any]:
    """The JSON Schema of each kind of file, for editors."""
    shapes: dict[str, type[Model]] = {
        "compounds/*.yaml": Card,
        "intents.yaml": Intents,
        "replies.yaml": Replies,
        "lexicon.yaml": Lexicon,
    }
    return {name: model.model_json_schema() for name, model in shapes.items()}


def _read(folder: Path) -> Files:
    cards = sorted((folder / "compounds").glob("*.yaml"))
    return Files(
        cards=tuple(read(path, f"compounds/{path.name}") for path in cards),
        intents=read(folder / "intents.yaml", "intents.yaml"),
        lexicon=read(folder / "lexicon.yaml", "lexicon.yaml"),
        replies=read(folder / "replies.yaml", "replies.yaml"),
    )


def _checked(document: Document, model: type[M]) -> M | None:
    if document.data is None:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        document.faults.extend(_shape_faults(document, error.errors(include_url=False)))
        return None


def _shape_faults(document: Document, details: Iterable[Any]) -> Iterator[Fault]:
    placed = [(_place(document, detail), detail) for detail in details]
    for place, detail in placed:
        within = (other for other, _ in placed if len(other) > len(place) and other[: len(place)] == place)
        if detail["type"] != "too_short" or not any(within):  # what is wrong in a list is not counted as in it
            yield document.fault(place, _in_words(detail))


def _place(document: Document, detail: Any) -> Place:
    """Where a fault lies in the file; pydantic's names for the kinds of a value that may be of several are no places."""
    place: Place = tuple(detail["loc"])
    end = len(place) - 1 if detail["type"] == "missing" else len(place)
    while end and place[:end] not in document.lines:
        end -= 1
    return place if detail["type"] == "missing" else place[:end]


def _in_words(detail: Any) -> str:
    """What is wrong and what would be right, in words for people who write cards."""
    kind, value = detail["type"], detail["input"]
    if kind == "string_type":
        return _no_text(value)
    if kind == "string_pattern_mismatch":
        return f"{value!r} has the wrong form; {_form(detail['ctx']['pattern'])}"
    known = IN_WORDS.get(kind)
    message: str = known.format(**detail.get("ctx", {})) if known else detail["msg"].removeprefix("Value error, ")
    return message[0].lower() + message[1:]


def _no_text(value: object) -> str:
    if isinstance(value, dict | list):
        return "a text was expected here"
    if value is None:
        return "is empty; a text was expected here"
    return f"YAML reads this as {value!r}; put it into quotes to make it text"


def _form(pattern: str) -> str:
    """What a pattern of the models asks for, in words."""
    known = {
        r"^[1-9][0-9]{0,8}$": "a PMID is a number of up to nine digits, in quotes",
        r"^[a-z]{2}$": "a language is two small letters, as en",
        r"^[a-z0-9]+(-[a-z0-9]+)*$": "an id is made of small letters, digits and single hyphens, as side-effects",
    }
    if pattern.startswith(r"^10\."):
        return "a DOI begins with 10. and a number, then a slash"
    return known.get(pattern, f"it has to match {pattern}")
