"""`footnote knowledge`: check the files, print their schema, begin a card, fit the weights."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.common import BAD_USE, FAULT, cannot_fit, fail, folder_of, library_of
from bot.cli.options import Folder, FolderGiven

NewName = Annotated[str, typer.Argument(help="The compound's name, as it is printed.", show_default=False)]


def check(folder: FolderGiven = None) -> None:
    """Check every knowledge file, and list all faults with file, line and field.

    footnote knowledge check

    footnote knowledge check my-knowledge
    """
    library = library_of(folder)
    own = sum(len(intent.utterances) for card in library.cards for intent in card.intents)
    utterances = own + sum(len(intent.utterances) for intent in library.intents)
    typer.echo(f"{len(library.cards)} card(s), {len(library.intents)} intents, {utterances} utterances: no faults")


def schema() -> None:
    """Print the JSON Schema of the files, by file name, for editors.

    footnote knowledge schema > schema.json
    """
    from bot.loading import schemas  # noqa: PLC0415 - each command loads what it needs

    typer.echo(json.dumps(schemas(), indent=2, ensure_ascii=False))


def new(name: NewName, knowledge: Folder = None) -> None:
    """Begin a compound's card: write a skeleton, in which the check tells what is still to be filled in.

    footnote knowledge new "BPC-157"
    """
    from bot.skeleton import CannotBeginError, begin_card  # noqa: PLC0415

    folder = folder_of(knowledge)
    try:
        path = begin_card(name, library_of(folder), folder)
    except CannotBeginError as error:
        fail(str(error), BAD_USE)
    typer.echo(f"wrote {path}\nfill it in; what is still missing tells: footnote knowledge check {folder}")


def train(folder: FolderGiven = None) -> None:
    """Fit the weights to the utterances, and keep them beside the knowledge. Takes some minutes.

    footnote knowledge train
    """
    from bot import training  # noqa: PLC0415
    from bot.encoder import load_encoder  # noqa: PLC0415

    path = folder_of(folder)
    library = library_of(path)
    encoder = load_encoder()
    with Console(stderr=True).status("fitting") as status:
        known = training.known_vectors(library, encoder, path)
        try:
            weights = training.fit(library, encoder, known, status.update)
        except ModuleNotFoundError as missing:
            fail(cannot_fit(missing), FAULT)
    typer.echo(f"wrote {training.save(weights, library, encoder, path)}")
