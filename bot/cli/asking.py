"""`footnote ask` and `footnote chat`."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.common import BAD_USE, fail, load
from bot.cli.options import Compound, Folder, NoEncoder
from bot.footnote import Footnote
from bot.surfaces import console, jsonl, plain

PROMPT = "\001\033[1m\002> \001\033[0m\002"  # bold, and readline told that the codes take no room

Question = Annotated[
    list[str] | None, typer.Argument(help="The question, in your own words.", show_default=False, metavar="QUESTION")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")]
ByLine = Annotated[bool, typer.Option("--jsonl", help="Read questions from standard input, one JSON object a line.")]


def ask(  # noqa: PLR0913, PLR0917 - typer makes an option of each
    question: Question = None,
    as_json: AsJson = False,
    by_line: ByLine = False,
    compound: Compound = None,
    knowledge: Folder = None,
    no_encoder: NoEncoder = False,
) -> None:
    """Answer one question, or one a line with --jsonl.

    footnote ask "into a muscle or under the skin?"

    footnote ask --json "how much per day, and for how long?"

    echo '{"id": "1", "turns": ["how much per day?", "and for how long?"]}' | footnote ask --jsonl
    """
    if by_line and (question or as_json):
        fail("with --jsonl the questions come from standard input: leave the question and --json out", BAD_USE)
    if not by_line and not question:
        fail("give a question (footnote ask 'how much per day?'), or --jsonl and questions on standard input", BAD_USE)
    footnote = load(knowledge, encoder=not no_encoder, compound=compound)
    if by_line:
        _answer_lines(footnote)
        return
    answer = footnote.ask(" ".join(question or ()))
    if as_json:
        typer.echo(json.dumps(plain.to_json(answer, footnote.library.replies.labels), ensure_ascii=False))
    else:
        console.show(answer, footnote.library.replies.labels, Console())


def chat(compound: Compound = None, knowledge: Folder = None, no_encoder: NoEncoder = False) -> None:
    """Ask in the terminal, each question understood after those before it. An empty line or Ctrl-D ends.

    The arrow keys bring earlier questions back; nothing is kept when it ends.

    footnote chat

    footnote chat --compound cerebrolysin
    """
    footnote = load(knowledge, encoder=not no_encoder, compound=compound)
    console.chat(footnote, _typed() if sys.stdin.isatty() else iter(sys.stdin), Console())


def _answer_lines(footnote: Footnote) -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for line in jsonl.answer_lines(footnote, jsonl.lines_of(sys.stdin.buffer)):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _typed() -> Iterator[str]:
    """The lines that somebody types, with the arrow keys' history where the system has it."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401, PLC0415 - importing it is what gives `input` its history
    while True:
        try:
            yield input(PROMPT if sys.stdout.isatty() else "")
        except EOFError:
            typer.echo()
            return
