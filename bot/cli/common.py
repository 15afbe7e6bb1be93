"""What the commands share: how they fail, which settings they read, and how the knowledge is loaded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError

from bot.core.cards import Library
from bot.core.names import NameIndex, Names
from bot.core.reference import Reference
from bot.footnote import Footnote
from bot.loading import KnowledgeError, knowledge_folder, load_library
from bot.reloading import NoSuchCardError
from bot.settings import Settings, setting_name
from bot.training import CannotFitError
from bot.wordlists import is_word
from bot.yamlfile import Fault

FAULT, BAD_USE = 1, 2  # exit codes


def fail(message: str, code: int) -> NoReturn:
    """End the command with a line on standard error and an exit code."""
    typer.echo(f"footnote: {message}", err=True)
    raise typer.Exit(code)


def read_settings() -> Settings:
    """The settings of the environment and of `.env`; a wrong one ends the command."""
    try:
        return Settings()
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        message = detail["msg"][0].lower() + detail["msg"][1:]
        fail(f"the setting {setting_name(str(detail['loc'][0]))} is wrong: {message}", BAD_USE)


def folder_of(given: Path | None) -> Path:
    """The knowledge folder that is meant: the one given, that of the settings, or the package's own."""
    return given or read_settings().knowledge or knowledge_folder()


def library_of(given: Path | None) -> Library:
    """The knowledge that is meant; a fault in it ends the command."""
    with faults_told():
        return load_library(folder_of(given))


def load(knowledge: Path | None, *, encoder: bool = True, compound: str | None = None) -> Footnote:
    """The assistant over the knowledge that is meant; a fault in it, or an unknown compound, ends the command."""
    settings = read_settings()
    wanted = compound or settings.default_compound
    with faults_told():
        footnote = Footnote.load(knowledge or settings.knowledge, encoder=settings.encoder and encoder)
    if wanted:
        footnote.default = card_called(footnote, wanted)
    return footnote


def look_up(compound: str | None, knowledge: Path | None) -> tuple[Reference, str]:
    """What look-ups are made in, and the id of the card that is meant; loaded without what only questions need."""
    library = library_of(knowledge)
    reference = Reference(library, Names(library, NameIndex(library), is_word))
    wanted = compound or read_settings().default_compound
    return reference, card_called(reference, wanted) if wanted else reference.default


def card_called(reference: Reference, name: str) -> str:
    """The id of the card of a name; a name without one ends the command."""
    found = reference.card_called(name)
    if found is None:
        fail(f"no card for {name!r}; there is: {', '.join(card.id for card in reference.library.cards)}", BAD_USE)
    return found


def raise_for(faults: Sequence[Fault]) -> None:
    """Raise `KnowledgeError` for faults, if there are any."""
    if faults:
        raise KnowledgeError(faults)


@contextlib.contextmanager
def faults_told() -> Iterator[None]:
    """Whatever keeps the knowledge from being used ends the command, and is told."""
    try:
        yield
    except NoSuchCardError as error:
        fail(error.faults[0].message, BAD_USE)
    except KnowledgeError as error:
        count = len(error.faults)
        fail(f"the knowledge has {count} fault{'s' if count > 1 else ''}\n{error}", FAULT)
    except CannotFitError as error:
        fail(str(error), FAULT)
