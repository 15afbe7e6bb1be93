"""Labelled questions, as they are read from files of one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Kind = Literal[
    "plain", "paraphrase", "slang", "typo", "verbose", "terse", "followup", "multi", "no_passage", "other_compound",
    "off_topic", "chitchat", "emergency", "advice", "hostile", "foreign",
]  # fmt: skip


class Question(BaseModel):
    """A labelled question: the turns of one person; the labels are for the last."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    turns: Annotated[list[str], Field(min_length=1)]
    kind: Kind
    accept: tuple[str, ...]
    soft: tuple[str, ...] = ()
    efficacy: Literal["must", "may", "no"]


class BadQuestionsError(ValueError):
    """A questions file that cannot be used: says which line and why."""


def read_questions(files: Sequence[Path]) -> list[Question]:
    """The questions of the files. Raises `BadQuestionsError`."""
    found: dict[str, Question] = {}
    for path in files:
        for number, line in _lines(path):
            question = _question(line, f"{path}:{number}")
            if question.id in found:
                raise BadQuestionsError(f"{path}:{number}: the id {question.id!r} stands twice")
            found[question.id] = question
    if not found:
        raise BadQuestionsError(f"{', '.join(map(str, files)) or 'no file'}: no questions")
    return list(found.values())


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadQuestionsError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadQuestionsError(f"{path}: is not UTF-8 text") from None
    return _numbered(text)


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _question(line: str, place: str) -> Question:
    try:
        return Question.model_validate_json(line)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        field = ".".join(map(str, detail["loc"]))
        raise BadQuestionsError(": ".join(filter(None, (place, field, detail["msg"])))) from None
