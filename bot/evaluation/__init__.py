"""How well questions are answered: shares with their 95 % intervals, by labelled questions, and the confused pairs.

A label says which sections are right first answers (`accept`), which are tolerable (`soft`), and whether the efficacy
caveat is due (`efficacy`: must, may, no). The format: tests/questions/README.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.core.answers import Answer
from bot.evaluation.contract import Contract
from bot.evaluation.questions import BadQuestionsError, Question, read_questions
from bot.evaluation.report import Report, interval
from bot.evaluation.scoring import score
from bot.footnote import Footnote

Ask = Callable[[list[str]], Answer]


def evaluate(footnote: Footnote, questions: Iterable[Question], ask: Ask | None = None) -> Report:
    """Ask every question, hold each reply against the contract, and score it. `ask` stands in for `ask_in_turn`."""
    report, contract = Report(), Contract(footnote.library)
    for question in questions:
        answer = (ask or footnote.ask_in_turn)(question.turns)
        for row, holds in contract.checks(answer):
            report.count(row, holds, question, answer)
        score(question, answer, footnote.default, report)
    return report


__all__ = ["BadQuestionsError", "Contract", "Question", "Report", "evaluate", "interval", "read_questions", "score"]
