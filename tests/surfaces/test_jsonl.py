"""`footnote ask --jsonl`: a line in, a line out, whatever the line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.footnote import Footnote
from bot.surfaces.jsonl import MAX_LINE, answer_lines, lines_of


def answered(footnote: Footnote, raw: bytes) -> list[dict[str, Any]]:
    """The objects that come out for a stream of bytes."""
    return [json.loads(line) for line in answer_lines(footnote, lines_of(BytesIO(raw)))]


def lines(objects: Iterable[object]) -> bytes:
    """Objects as lines."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in objects)


def test_answers_come_in_the_order_of_the_questions(footnote: Footnote) -> None:
    asked = [{"id": str(number), "turns": [f"how much on day {number}?"]} for number in range(20)]
    assert [answer["id"] for answer in answered(footnote, lines(asked))] == [one["id"] for one in asked]


def test_the_last_turn_is_answered_after_those_before_it(footnote: Footnote) -> None:
    (answer,) = answered(footnote, lines([{"id": "a", "turns": ["how much per day?", "and for how long?"]}]))
    assert answer["sections"][0] == "cycle"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"not json", "expected"),
        (b"[]", "object"),
        (b"null", "object"),
        (b'{"turns": ["hi"]}', "id: "),
        (b'{"id": 1, "turns": ["hi"]}', "id: "),
        (b'{"id": "1"}', "turns: "),
        (b'{"id": "1", "turns": []}', "turns: "),
        (b'{"id": "1", "turns": "hi"}', "turns: "),
        (b'{"id": "1", "turns": [null]}', "turns.0: "),
        (b'{"id": "1", "turns": ["hi"]', "EOF"),
        (b'{"id": "1", "turns": ["\xff"]}', ""),
        (b'{"id": "1", "turns": ["\\ud800"]}', ""),
        (b"[" * 10_000, ""),
        (b'{"id": "1", "turns": ["' + b"a" * MAX_LINE + b'"]}', "longer than 1,000,000 bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_bad_line_gets_an_error_and_the_rest_go_on(footnote: Footnote, line: bytes, error: str) -> None:
    good = lines([{"id": "good", "turns": ["how much per day?"]}])
    first, second = answered(footnote, line + b"\n" + good)
    assert first["id"] is None
    assert error in first["error"]
    assert (second["id"], second["outcome"]) == ("good", "answer")


def test_blank_lines_and_a_missing_line_end_do_no_harm(footnote: Footnote) -> None:
    raw = b'\n  \n{"id": "1", "turns": ["hi"]}\r\n\n{"id": "2", "turns": ["hi"]}'
    assert [answer["id"] for answer in answered(footnote, raw)] == ["1", "2"]


def test_a_line_without_end_is_not_kept_in_memory() -> None:
    read = list(lines_of(BytesIO(b"x" * (5 * MAX_LINE) + b"\nnext\n")))
    assert [len(line) for line in read] == [MAX_LINE + 1, 5]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b"")), max_size=4))
def test_every_line_whatever_gets_a_line(footnote: Footnote, raw: list[bytes]) -> None:
    out = answered(footnote, b"\n".join(raw))
    assert len(out) == sum(bool(line.strip()) for line in raw)
    assert all("error" in answer or answer["notices"][-1] == "anaphylaxis" for answer in out)
