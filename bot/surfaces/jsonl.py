"""`footnote ask --jsonl`: a question a line in, an answer a line out, in order and in constant memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.footnote import Footnote
from bot.surfaces.plain import to_json

MAX_LINE = 1_000_000  # bytes


class Line(BaseModel):
    """One question: the turns of one person, the last of which is asked."""

    model_config = ConfigDict(strict=True, extra="ignore")

    id: str
    turns: list[str] = Field(min_length=1, max_length=50)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream; of one that is too long no more than what tells that it is, so memory stays bounded."""
    while line := stream.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
        yield line


def answer_lines(footnote: Footnote, lines: Iterable[bytes]) -> Iterator[str]:
    """A line of JSON for each line read, `{"id": null, "error": ...}` for a bad one; blank lines are skipped."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(footnote, line), ensure_ascii=False)


def _answer(footnote: Footnote, line: bytes) -> dict[str, object]:
    if len(line) > MAX_LINE:
        return {"id": None, "error": f"the line is longer than {MAX_LINE:,} bytes"}
    try:
        question = Line.model_validate_json(line)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, detail["loc"]))
        return {"id": None, "error": f"{place}: {detail['msg']}" if place else detail["msg"]}
    answer = footnote.ask_in_turn(question.turns)
    return to_json(answer, footnote.library.replies.labels, question.id)
