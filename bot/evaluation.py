"""How well questions are answered: shares with their 95 % intervals (Wilson), by labelled questions, and the confused pairs.

A label says which sections are right first answers (`accept`), which are tolerable (`soft`), and whether the efficacy caveat
is due (`efficacy`: must, may, no). The format: tests/questions/README.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.answers import Answer
from bot.core.cards import CAVEAT, WARNING
from bot.footnote import Footnote
from bot.surfaces.plain import to_text

Kind = Literal[
    "plain", "paraphrase", "slang", "typo", "verbose", "terse", "followup", "multi", "no_passage", "other_compound",
    "off_topic", "chitchat", "emergency", "advice", "hostile", "foreign",
]  # fmt: skip
REASONS: dict[str, set[str]] = {
    "no_passage": {"no_passage"},
    "other_compound": {"other_compound"},
    "advice": {"personal_decision", "no_passage"},
    "off_topic": {"off_topic"},
}
Ask = Callable[[list[str]], Answer]


class Question(BaseModel):
    """A labelled question: the turns of one person; the labels are for the last."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    turns: Annotated[list[str], Field(min_length=1)]
    kind: Kind
    accept: tuple[str, ...]
    soft: tuple[str, ...] = ()
    efficacy: Literal["must", "may", "no"]


class BadQuestions(ValueError):
    """A questions file that cannot be used: says which line and why."""


def read_questions(files: Iterable[Path]) -> list[Question]:
    """The questions of the files, one JSON object a line. Raises `BadQuestions`."""
    found: dict[str, Question] = {}
    for path in files:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadQuestions(f"{path}: {error}") from None
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                question = Question.model_validate_json(line)
            except ValidationError as error:
                detail = error.errors(include_url=False)[0]
                place = ".".join(map(str, detail["loc"]))
                raise BadQuestions(f"{path}:{number}: {place}: {detail['msg']}") from None
            if question.id in found:
                raise BadQuestions(f"{path}:{number}: the id {question.id!r} stands twice")
            found[question.id] = question
    if not found:
        raise BadQuestions(f"{', '.join(map(str, files)) or 'no file'}: no questions")
    return list(found.values())


def interval(good: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The Wilson score interval of a share, in percent (Wilson 1927)."""
    share, spread = good / total, z * z / total
    centre, half = share + spread / 2, z * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return 100 * max(0.0, (centre - half) / (1 + spread)), 100 * min(1.0, (centre + half) / (1 + spread))


@dataclass(slots=True)
class Report:
    """Counts by row, the confused pairs (wanted, given), and the ids that fell short in each row."""

    rows: dict[str, list[int]] = field(default_factory=dict)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    short: dict[str, list[str]] = field(default_factory=dict)

    def count(self, row: str, holds: object, question: Question) -> None:
        """Count one case of a row."""
        pair = self.rows.setdefault(row, [0, 0])
        pair[0] += bool(holds)
        pair[1] += 1
        if not holds:
            self.short.setdefault(row, []).append(question.id)

    def share(self, row: str) -> float:
        """A row's share, 0 to 1; 1 where nothing was counted."""
        good, total = self.rows.get(row, [1, 1])
        return good / total

    def as_json(self) -> dict[str, Any]:
        """Everything, for other programs."""
        rows = {row: {"ok": ok, "of": of, "interval": interval(ok, of)} for row, (ok, of) in self.rows.items()}
        pairs = [{"wanted": w, "given": g, "times": n} for (w, g), n in self.confused.most_common()]
        return {"rows": rows, "confused": pairs}

    def as_text(self) -> str:
        """A table of the rows, and the pairs confused most."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for row, (good, total) in sorted(self.rows.items(), key=lambda item: item[0].startswith("  ")):
            low, high = interval(good, total)
            yield f"{row:44s} {100 * good / total:6.1f} %  {low:5.1f} to {high:5.1f}  ({good} of {total})"
        if self.confused:
            yield "\nconfused most (wanted, given)"
        for (wanted, given), times in self.confused.most_common(12):
            yield f"  {wanted:28s} {given:28s} {times}"


def evaluate(footnote: Footnote, questions: Sequence[Question], ask: Ask | None = None) -> Report:
    """Ask every question and score the answers."""
    report = Report()
    for question in questions:
        answer = (ask or footnote.ask_in_turn)(question.turns)
        _score_contract(question, answer, footnote, report)
        _score(question, answer, report)
    return report


def _score_contract(question: Question, answer: Answer, footnote: Footnote, report: Report) -> None:
    text = to_text(answer, footnote.library.replies.labels)
    report.count("the warning ends the reply", text.endswith(answer.card.warning.texts(answer.language)[-1]), question)
    claims = any(passage.claims_benefit for _, passage in answer.passages)
    report.count("a claimed benefit carries the caveat", not claims or _has_caveat(answer), question)
    grounded = all(passage.text in text and passage.sources for _, passage in answer.passages)
    report.count("every passage to the letter, with its source", grounded, question)


def _score(question: Question, answer: Answer, report: Report) -> None:
    emergency = answer.outcome == "emergency"
    if question.kind == "emergency":
        report.count("emergency found", emergency, question)
        return
    report.count("no false emergency", not emergency, question)
    if question.kind == "chitchat":
        report.count("chitchat shows no section", answer.outcome in {"help", "decline"} and not answer.passages, question)
        return
    (_score_answerable if question.accept else _score_refusal)(question, answer, report)
    _score_caveat(question, answer, report)


def _score_answerable(question: Question, answer: Answer, report: Report) -> None:
    accept, prefix = set(question.accept), "foreign: " if question.kind == "foreign" else ""
    first = answer.sections[0] if answer.sections else None
    right = first in accept and (answer.outcome == "answer" or answer.reason == "gap")
    report.count(f"{prefix}right section first", right, question)
    if not right:
        report.confused["+".join(question.accept), _given(answer)] += 1
    if answer.outcome == "answer":
        report.count(f"{prefix}nothing that was not asked", set(answer.sections) <= accept | set(question.soft), question)
    if prefix:
        return
    offered = answer.outcome == "clarify" and bool(accept & set(answer.sections))
    report.count("right first, or offered", right or offered, question)
    wrong = answer.outcome == "answer" and first not in accept | set(question.soft)
    report.count("answerable: not answered wrongly", not wrong, question)
    report.count(f"  kind {question.kind}", right, question)
    if question.kind == "multi":
        report.count("every part of several", answer.outcome == "answer" and accept <= set(answer.sections), question)


def _score_refusal(question: Question, answer: Answer, report: Report) -> None:
    prefix = "foreign: " if question.kind == "foreign" else ""
    tolerated = answer.outcome == "answer" and set(answer.sections) <= set(question.soft)
    refused = answer.outcome in {"decline", "clarify", "help"} or tolerated
    report.count(f"{prefix}must decline: nothing answered", refused, question)
    if not refused:
        report.confused[f"({question.kind})", _given(answer)] += 1
    if prefix:
        return
    report.count(f"  kind {question.kind}", refused, question)
    if answer.outcome == "decline" and question.kind in REASONS:
        report.count("a refusal gives the right reason", answer.reason in REASONS[question.kind], question)


def _score_caveat(question: Question, answer: Answer, report: Report) -> None:
    prefix = "foreign: " if question.kind == "foreign" else ""
    answered = answer.outcome == "answer"
    if question.efficacy == "must":
        report.count(f"{prefix}caveat on efficacy questions", _has_caveat(answer), question)
    elif question.efficacy == "no" and (not answered or answer.sections[0] in question.accept):
        report.count(f"{prefix}no caveat where none is due", not _has_caveat(answer), question)


def _has_caveat(answer: Answer) -> bool:
    return CAVEAT in {notice.id for notice in answer.notices} and answer.notices[-1].id == WARNING


def _given(answer: Answer) -> str:
    return f"({answer.reason})" if answer.reason else "+".join(answer.sections) or f"({answer.outcome})"
