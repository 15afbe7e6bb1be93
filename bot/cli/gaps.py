"""`footnote gaps`: what was asked and not answered, as a moderator of the bot accepted it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import BAD_USE, FAULT, fail, library_of, read_settings
from bot.cli.options import Folder

Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file, in place of standard output.")]
Remove = Annotated[bool, typer.Option("--remove", help="Delete what was written from the database.")]


def export(output: Output = None, remove: Remove = False, knowledge: Folder = None) -> None:
    """Write the questions that moderators took as examples as utterances, to review, insert and commit.

    footnote gaps export -o new-utterances.yaml --remove
    """
    from bot import growing, yamlfile  # noqa: PLC0415 - only this command needs them
    from bot.cli.stores import store_of  # noqa: PLC0415
    from bot.ports import StoreError  # noqa: PLC0415

    settings = read_settings()
    if settings.database_url is None and not settings.database.exists():
        fail(f"no database at {settings.database}; run this where the bot runs, or set FOOTNOTE_DATABASE", BAD_USE)
    library = library_of(knowledge)

    async def exported() -> growing.Fragment:
        store = store_of(settings)
        try:
            made = growing.fragment(library, await store.accepted_gaps())
            _write(yamlfile.written(made.as_data()) if made.files else "", output)
            if remove:
                await store.remove_gaps(made.gaps)
        finally:
            await store.close()
        return made

    try:
        made = asyncio.run(exported())
    except (StoreError, OSError) as error:
        fail(str(error), FAULT)
    _tell(made.left_out, len(made.gaps) - len(made.left_out))


def _write(text: str, output: Path | None) -> None:
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
        sys.stdout.flush()


def _tell(left_out: tuple[str, ...], count: int) -> None:
    for line in left_out:
        typer.echo(f"left out: {line}", err=True)
    typer.echo(f"{count} utterance{'' if count == 1 else 's'}", err=True)
