"""What the commands share: how they fail, which settings they read, and how the knowledge is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError

from bot.core.cards import Library
from bot.core.names import Names
from bot.core.reference import Reference
from bot.footnote import Footnote
from bot.loading import KnowledgeError, knowledge_folder, load_library
from bot.settings import Settings, setting_name
from bot.wordlists import is_word

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
    try:
        return load_library(folder_of(given))
    except KnowledgeError as error:
        _tell(error)


def load(knowledge: Path | None, *, encoder: bool = True, compound: str | None = None) -> Footnote:
    """The assistant over the knowledge that is meant; a fault in it, or an unknown compound, ends the command."""
    settings = read_settings()
    wanted = compound or settings.default_compound
    try:
        footnote = Footnote.load(knowledge or settings.knowledge, encoder=settings.encoder and encoder)
    except KnowledgeError as error:
        _tell(error)
    except ModuleNotFoundError as missing:
        fail(f"the utterances have changed, and {cannot_fit(missing)}", FAULT)
    if wanted:
        footnote.default = card_called(footnote, wanted)
    return footnote


def look_up(compound: str | None, knowledge: Path | None) -> tuple[Reference, str]:
    """What look-ups are made in, and the id of the card that is meant; loaded without what only questions need."""
    library = library_of(knowledge)
    reference = Reference(library, Names(library, is_word))
    wanted = compound or read_settings().default_compound
    return reference, card_called(reference, wanted) if wanted else reference.default


def card_called(reference: Reference, name: str) -> str:
    """The id of the card of a name; a name without one ends the command."""
    found = reference.card_called(name)
    if found is None:
        fail(f"no card for {name!r}; there is: {', '.join(card.id for card in reference.library.cards)}", BAD_USE)
    return found


def cannot_fit(missing: ModuleNotFoundError) -> str:
    """What to do where the weights cannot be fitted for want of a package."""
    return f"fitting the weights to them needs {missing.name}: pip install 'footnote-bot[train]'"


def _tell(error: KnowledgeError) -> NoReturn:
    count = len(error.faults)
    fail(f"the knowledge has {count} fault{'s' if count > 1 else ''}\n{error}", FAULT)
