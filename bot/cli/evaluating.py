"""`footnote eval`: the answers to labelled questions, scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from bot.cli.common import BAD_USE, fail, load
from bot.cli.options import Folder, NoEncoder

Files = Annotated[list[Path], typer.Argument(help="Labelled questions, one JSON object a line.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]
Show = Annotated[
    str, typer.Option(help="Print the questions that fell short in rows that hold this text ('all': in any).")
]


def evaluate(
    files: Files, as_json: AsJson = False, show: Show = "", knowledge: Folder = None, no_encoder: NoEncoder = False
) -> None:
    """Score the answers to labelled questions: shares with their 95 % intervals, and the confused pairs.

    footnote eval tests/questions/*.jsonl

    footnote eval tests/questions/_near.jsonl --show "must decline"
    """
    from bot import evaluation  # noqa: PLC0415 - only this command needs it

    try:
        questions = evaluation.read_questions(files)
    except evaluation.BadQuestionsError as error:
        fail(str(error), BAD_USE)
    footnote = load(knowledge, encoder=not no_encoder)
    terminal = Console(stderr=True)
    asked = track(questions, "asking", console=terminal, transient=True, disable=not terminal.is_terminal)
    report = evaluation.evaluate(footnote, asked)
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=1, ensure_ascii=False))
        return
    for line in report.short_of(show) if show else ():
        typer.echo(line)
    typer.echo(report.as_text())
