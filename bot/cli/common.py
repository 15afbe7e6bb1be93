"""What the commands share: how they fail, which settings they read, and how the knowledge is loaded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError

from bot.footnote import Footnote
from bot.loading import KnowledgeError, knowledge_folder
from bot.settings import Settings, setting_name

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


def load(knowledge: Path | None, *, encoder: bool = True, compound: str | None = None) -> Footnote:
    """The assistant over the knowledge that is meant; a fault in it, or an unknown compound, ends the command."""
    settings = read_settings()
    wanted = compound or settings.default_compound
    with faults_told():
        footnote = Footnote.load(knowledge or settings.knowledge, encoder=settings.encoder and encoder)
    if wanted:
        footnote.default = card_called(footnote, wanted)
    return footnote


def look_up(compound: str | None, knowledge: Path | None) -> tuple[Footnote, str]:
    """The assistant without its encoder, and the id of the card that is meant."""
    footnote = load(knowledge, encoder=False)
    return footnote, card_called(footnote, compound) if compound else footnote.default


def card_called(footnote: Footnote, name: str) -> str:
    """The id of the card of a name; a name without one ends the command."""
    found = footnote.card_called(name)
    if found is None:
        fail(f"no card for {name!r}; there is: {', '.join(card.id for card in footnote.library.cards)}", BAD_USE)
    return found


@contextlib.contextmanager
def faults_told() -> Iterator[None]:
    """End the command with every fault of the knowledge where it cannot be loaded."""
    try:
        yield
    except KnowledgeError as error:
        count = len(error.faults)
        fail(f"the knowledge has {count} fault{'s' if count > 1 else ''}\n{error}", FAULT)
