"""The terminal: one answer, or a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.text import Text

from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.footnote import Footnote
from bot.surfaces.plain import body

WIDTH = 80
HANG = 2  # columns by which a line of several is set in where it continues, at least
_MARK = re.compile(r"\[\d+\] |- |\s+")  # what a line begins with, and under which it does not continue
STYLES = {"info": "", "caution": "yellow", "danger": "bold red"}


def show(answer: Answer, labels: Mapping[str, str], output: Console) -> None:
    """Print an answer: at most 80 columns, in colours on a terminal alone."""
    width = min(WIDTH, output.width)
    for style, text in _styled(answer, labels):
        if output.is_terminal:
            output.print(_laid_out(text, output, width), style=style, width=width)
        else:
            output.print(Text(text), soft_wrap=True)
        output.print()


def _laid_out(paragraph: str, output: Console, width: int) -> Text:
    """A paragraph within a width; in one of several lines, what a line continues with is set in."""
    lines = paragraph.split("\n")
    laid_out = Text()
    for number, line in enumerate(lines):
        mark = _MARK.match(line)
        hang = max(len(mark[0]) if mark else 0, HANG) if len(lines) > 1 else 0
        wrapped = [part.plain.rstrip() for part in Text(line).wrap(output, max(width - hang, 1))]
        laid_out.append("\n" if number else "").append(f"\n{' ' * hang}".join(wrapped))
    return laid_out


def _styled(answer: Answer, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for paragraph in filter(None, body(answer, labels)):
        if paragraph in answer.emergency or paragraph == "\n".join(answer.emergency):
            yield "bold white on red", paragraph
        elif paragraph == answer.title:
            yield "bold", paragraph
        elif paragraph.startswith(labels["sources"] + "\n"):
            yield "dim", paragraph
        else:
            yield "", paragraph
    for notice in answer.notices:
        for text in notice.texts(answer.language):
            yield STYLES[notice.level], text


def chat(footnote: Footnote, questions: Iterable[str], output: Console) -> None:
    """Answer questions as they come, each understood after those before it, until an empty one or their end."""
    labels = footnote.library.replies.labels
    show(footnote.help(), labels, output)
    earlier: Exchange | None = None
    for question in questions:
        if not question.strip():
            return
        answer = footnote.ask(question, earlier=earlier)
        earlier = footnote.exchange(question, answer, earlier)
        output.print()
        show(answer, labels, output)
