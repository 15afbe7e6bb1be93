"""`footnote preview`: the bot in a simulated Discord in the browser."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from bot.cli.common import FAULT, fail, load
from bot.cli.options import Compound, Folder, NoEncoder

Port = Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")]
Opens = Annotated[bool, typer.Option(help="Open the browser, if there is one.")]


def preview(
    port: Port = 0,
    browser: Opens = True,
    compound: Compound = None,
    knowledge: Folder = None,
    no_encoder: NoEncoder = False,
) -> None:
    """Try the bot in a simulated Discord in the browser: no token, no network. Needs the extra preview.

    footnote preview

    footnote preview --no-browser --port 8000
    """
    logging.getLogger("discord").setLevel(logging.ERROR)  # it warns of missing voice at the import
    try:
        from bot import preview as shown  # noqa: PLC0415 - only this command needs it
    except ModuleNotFoundError as missing:
        fail(f"the preview needs {missing.name}: pip install 'footnote-bot[preview]'", FAULT)
    footnote = load(knowledge, encoder=not no_encoder, compound=compound)
    try:
        shown.run(footnote, port=port, opens=browser, say=typer.echo)
    except shown.CannotPreviewError as error:
        fail(str(error), FAULT)
