"""Options and arguments that several commands have, and what the shell completes them with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.loading import knowledge_folder
from bot.yamlfile import read


def _cards() -> list[Path]:
    return sorted((knowledge_folder() / "compounds").glob("*.yaml"))


def compounds(incomplete: str) -> list[str]:
    """The cards whose ids begin as what was typed."""
    return [path.stem for path in _cards() if path.stem.startswith(incomplete.lower())]


def sections(incomplete: str) -> list[str]:
    """The sections whose ids begin as what was typed, those of every card."""
    cards = [read(path, path.name).data for path in _cards()]
    ids = dict.fromkeys(section["id"] for card in cards for section in card["sections"])
    return [section for section in ids if section.startswith(incomplete.lower())]


Folder = Annotated[Path | None, typer.Option("--knowledge", help="Another knowledge folder.", show_default=False)]
FolderGiven = Annotated[
    Path | None, typer.Argument(help="The knowledge folder; default: the package's own.", show_default=False)
]
NoEncoder = Annotated[bool, typer.Option("--no-encoder", help="Go without the sentence encoder.")]
Compound = Annotated[
    str | None,
    typer.Option(
        "--compound",
        "-c",
        help="The card that is meant where none is named.",
        autocompletion=compounds,
        show_default=False,
    ),
]
Named = Annotated[
    str | None,
    typer.Argument(
        help="The compound's name; the default card without it.", autocompletion=compounds, show_default=False
    ),
]
SectionName = Annotated[
    str, typer.Argument(help="The section's id or title, for example: dose", autocompletion=sections)
]
