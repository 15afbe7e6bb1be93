"""The terminal: one answer, or a conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.text import Text

from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.footnote import Footnote
from bot.surfaces.plain import body

WIDTH = 80
STYLES = {"info": "", "caution": "yellow", "danger": "bold red"}


def show(answer: Answer, labels: Mapping[str, str], output: Console) -> None:
    """Print an answer: at most 80 columns, in colours on a terminal alone."""
    width = min(WIDTH, output.width) if output.is_terminal else None
    for style, text in _styled(answer, labels):
        output.print(Text(text, style=style if output.is_terminal else ""), width=width, soft_wrap=width is None)
        output.print()


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
