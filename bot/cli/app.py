"""The commands by their names, and how the program begins and ends."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.logging import RichHandler

from bot import __version__
from bot.cli import asking, evaluating, gaps, knowledge, looking_up, previewing, running

BROKEN_PIPE, INTERRUPTED = 141, 130  # exit codes, as a shell gives them for SIGPIPE and SIGINT

app = typer.Typer(
    name="footnote",
    help="Answers questions about research compounds with passages that name their sources, and with nothing else.",
    epilog='Try: footnote ask "how much per day, and for how long?"',
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
knowledge_app = typer.Typer(
    help="Check the knowledge files, begin a card, fit the weights, print the schema.", no_args_is_help=True
)
gaps_app = typer.Typer(help="What was asked and not answered, where the bot runs.", no_args_is_help=True)
for named in (asking.ask, asking.chat, looking_up.card, looking_up.section, looking_up.sources, looking_up.steps):
    app.command()(named)
app.command("preview")(previewing.preview)
app.command("run")(running.run)
app.command("eval")(evaluating.evaluate)
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(gaps_app, name="gaps")
gaps_app.command()(gaps.export)
for command in (
    *(knowledge.check, knowledge.new, knowledge.schema, knowledge.pictures),
    *(knowledge.tune, knowledge.train, knowledge.calibrate),
):
    knowledge_app.command()(command)


def main() -> None:
    """Run the command line. A broken pipe and Ctrl-C end quietly."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BROKEN_PIPE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"footnote {__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _common(version: Version = False) -> None:  # noqa: ARG001 - its callback does all there is to do
    handler = RichHandler(console=Console(stderr=True), show_time=False)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])
