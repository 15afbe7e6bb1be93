"""Counts by row with their intervals, the pairs confused most, and the questions that fell short."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.core.answers import Answer
from bot.evaluation.questions import Question

MOST_CONFUSED = 12
SHOWN = 110  # characters of a question that fell short


def interval(good: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The Wilson score interval of a share, in percent (Wilson 1927)."""
    share, spread = good / total, z * z / total
    centre, half = share + spread / 2, z * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return 100 * max(0.0, (centre - half) / (1 + spread)), 100 * min(1.0, (centre + half) / (1 + spread))


@dataclass(slots=True)
class Report:
    """Counts by row, the confused pairs (wanted, given), and the questions that fell short in each row."""

    rows: dict[str, list[int]] = field(default_factory=dict)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    short: dict[str, list[tuple[Question, str]]] = field(default_factory=dict)

    def count(self, row: str, holds: object, question: Question, answer: Answer) -> None:
        """Count one case of a row."""
        pair = self.rows.setdefault(row, [0, 0])
        pair[0] += bool(holds)
        pair[1] += 1
        if not holds:
            self.short.setdefault(row, []).append((question, given(answer)))

    def confuse(self, wanted: str, answer: Answer) -> None:
        """Note that something else was given than what was wanted."""
        self.confused[wanted, given(answer)] += 1

    def share(self, row: str) -> float:
        """A row's share, 0 to 1; 1 where nothing was counted."""
        good, total = self.rows.get(row, [1, 1])
        return good / total

    def as_json(self) -> dict[str, Any]:
        """Everything, for other programs."""
        rows = {row: {"ok": ok, "of": of, "interval": interval(ok, of)} for row, (ok, of) in self.rows.items()}
        pairs = [{"wanted": w, "given": g, "times": n} for (w, g), n in self.confused.most_common()]
        short = {row: [question.id for question, _ in found] for row, found in self.short.items()}
        return {"rows": rows, "confused": pairs, "short": short}

    def as_text(self) -> str:
        """A table of the rows, and the pairs confused most."""
        return "\n".join(self._lines())

    def short_of(self, wanted: str) -> Iterator[str]:
        """A line for each question that fell short in a row that holds this text, or in any for `all`."""
        for row, found in self.short.items():
            if wanted == "all" or wanted in row:
                for question, got in found:
                    asked = question.turns[-1][:SHOWN]
                    label = f"{question.id} ({question.kind})"
                    yield f"{row.strip()}: {label} {asked!r} wanted {wanted_of(question)} got {got}"

    def _lines(self) -> Iterator[str]:
        for row, (good, total) in sorted(self.rows.items(), key=lambda item: item[0].startswith("  ")):
            low, high = interval(good, total)
            yield f"{row:48s} {100 * good / total:6.1f} %  {low:5.1f} to {high:5.1f}  ({good} of {total})"
        if self.confused:
            yield "\nconfused most (wanted, given)"
        for (wanted, got), times in self.confused.most_common(MOST_CONFUSED):
            yield f"  {wanted:28s} {got:28s} {times}"


def given(answer: Answer) -> str:
    """What an answer gave, in short: its sections, or how it gave none."""
    if answer.reason:
        return f"({answer.reason})"
    sections = "+".join(answer.sections)
    return sections if answer.outcome == "answer" else f"({answer.outcome}) {sections}".strip()


def wanted_of(question: Question) -> str:
    """What a label asks for, in short."""
    return "+".join(question.accept) or f"({question.kind})"
