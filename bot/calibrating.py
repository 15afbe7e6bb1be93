"""Labelled questions -> what the signals of a question count: `knowledge/calibration.json`.

Three small models, each fitted by itself with its weights drawn to what they are without it: which goal is asked for first
(a conditional logit over the intents), what is asked for beside it, and whether benefit is (logistic regressions).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.core import signals
from bot.core.calibration import Calibration, Weighing
from bot.core.ranking import softmax
from bot.core.reading import clause_shares, first_shares, part_signals
from bot.core.signals import BENEFIT, PART, Views, goal_of
from bot.evaluation.questions import Question
from bot.footnote import Footnote
from bot.loading import CALIBRATION

PULL_OF_INTENTS, PULL_OF_PARTS, PULL_OF_BENEFIT = 8.0, 0.3, 1.0  # towards the weights that each model begins with
DUE = {"must": 1.0, "no": 0.0}  # whether the caveat is, by the label; where it may be, nothing is learnt
REFUSALS = {  # what leads to the right refusal, by the kind of question
    "no_passage": {"!no_passage"},
    "other_compound": {"!other_compound"},
    "advice": {"!personal_decision"},
    "off_topic": {"!off_topic"},
    "hostile": {"!off_topic"},
    "chitchat": {"!chitchat", "!help"},
    "emergency": {"!emergency"},
}


class CannotCalibrateError(Exception):
    """The questions cannot be fitted to: scipy is missing, or they leave something out."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled question and its views."""

    question: Question
    views: Views

    def right(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which of the intents are right."""
        question, goals = self.question, [goal_of(intent) for intent in self.views.goals.intents]
        if question.accept and question.kind != "emergency":
            return np.array([goal in question.accept for goal in goals])
        known = REFUSALS.get(question.kind)
        return np.array([goal in known if known else goal[0] == "!" and goal != "!emergency" for goal in goals])


def labelled(footnote: Footnote, questions: Iterable[Question], *, by_words: bool = False) -> list[Labelled]:
    """The questions with their views; of several turns the last one's."""
    found = []
    for question in questions:
        earlier = footnote.earlier(question.turns[:-1])
        views = footnote.views(question.turns[-1], earlier=earlier, by_words=by_words)
        found.append(Labelled(question, views))
    return found


def fit(asked: Sequence[Labelled], start: Weighing) -> Weighing:
    """What the signals count, so that these labels come out as likely as they can; weights are drawn to `start`.

    Raises `CannotCalibrateError`.
    """
    if importlib.util.find_spec("scipy") is None:
        raise CannotCalibrateError("calibrating needs the extra 'train': pip install 'footnote-bot[train]'")
    if not any(one.question.kind == "multi" for one in asked) or len({one.question.efficacy for one in asked}) < len(
        DUE
    ):
        raise CannotCalibrateError(
            "the questions have to ask for several things here and there, and for benefit or not"
        )
    weighing = _with_sections(asked, start)
    part = _logistic(*_parts(asked, weighing), PULL_OF_PARTS)
    benefit = _logistic(*_benefit(asked), PULL_OF_BENEFIT)
    experts = len(start.whole)
    return weighing.model_copy(
        update={
            "part": dict(zip(PART, _rounded(part), strict=True)),
            "benefit_experts": tuple(_rounded(benefit[:experts])),
            "benefit": dict(zip(BENEFIT, _rounded(benefit[experts:]), strict=True)),
        }
    )


def _rounded(numbers: Any) -> list[float]:
    return [round(float(number), 4) for number in numbers]


# Which goal is asked for first


def _with_sections(asked: Sequence[Labelled], start: Weighing) -> Weighing:
    intents = asked[0].views.goals.intents
    found = np.array([_with_bias(signals.of_intents(one.views)) for one in asked], dtype=np.float64)
    right = np.array([one.right() for one in asked])
    begin = np.concatenate([start.of_sections, start.biases(intents)]).astype(np.float64)

    def loss(weights: Any) -> tuple[float, Any]:
        shares = softmax(found @ weights)
        good = np.where(right, shares, 0.0)
        total = good.sum(axis=1, keepdims=True) + 1e-12
        slope = np.einsum("nif,ni->f", found, shares - good / total)
        pull = weights - begin
        return float(PULL_OF_INTENTS * (pull**2).sum() - np.log(total).sum()), slope + 2 * PULL_OF_INTENTS * pull

    weights = _least(loss, begin)
    experts, count = len(start.whole), len(start.of_sections)
    return start.model_copy(
        update={
            "whole": tuple(_rounded(weights[:experts])),
            "earlier": tuple(_rounded(weights[experts : 2 * experts])),
            "clause": _rounded(weights)[2 * experts],
            "sentence": _rounded(weights)[2 * experts + 1],
            "bias": dict(zip((intent.id for intent in intents), _rounded(weights[count:]), strict=True)),
        }
    )


def _with_bias(found: Any) -> Any:
    return np.concatenate([found, np.eye(len(found))], axis=1)


# What is asked for beside it, and whether benefit is


def _parts(asked: Sequence[Labelled], weighing: Weighing) -> tuple[Any, Any]:
    """The signals of every goal that may be a further one, and whether it is; what the labels leave open is left out."""
    rows, labels = [], []
    for one in asked:
        question, views = one.question, one.views
        if question.kind in {"emergency", "foreign"} or (question.kind == "followup" and not question.accept):
            continue
        shares = first_shares(views, weighing)
        first = views.goals.names[int((shares @ views.goals.member).argmax())]
        clauses = clause_shares(views, weighing)
        for goal, found in zip(views.goals.names, part_signals(views, shares, clauses, first), strict=True):
            is_open = goal in question.soft or (goal in question.accept and question.kind != "multi")
            if goal[0] != "!" and goal != first and not is_open:
                rows.append(found)
                labels.append(goal in question.accept)
    return np.array(rows, dtype=np.float64), np.array(labels, dtype=np.float64)


def _benefit(asked: Sequence[Labelled]) -> tuple[Any, Any]:
    due = {"must": 1.0, "no": 0.0}
    told = [one for one in asked if one.question.efficacy in due and one.question.kind not in {"emergency", "chitchat"}]
    return np.array([signals.of_benefit(one.views) for one in told]), np.array(
        [due[one.question.efficacy] for one in told]
    )


# Fitting


def _logistic(found: Any, labels: Any, pull: float) -> Any:
    """The weights of a logistic regression, drawn to nothing."""

    def loss(weights: Any) -> tuple[float, Any]:
        score = found @ weights
        slope = found.T @ (1 / (1 + np.exp(-np.clip(score, -30, 30))) - labels)
        missed = np.logaddexp(0, score) - labels * score
        return float(missed.sum() + pull * (weights**2).sum()), slope + 2 * pull * weights

    return _least(loss, np.zeros(found.shape[1]))


def _least(loss: Callable[[Any], tuple[float, Any]], start: Any) -> Any:
    from scipy.optimize import minimize  # noqa: PLC0415 - comes with the extra `train`, and only fitting needs it

    return minimize(loss, start, jac=True, method="L-BFGS-B").x


# The file


def save(calibration: Calibration, folder: Path) -> Path:
    """Write the calibration beside the knowledge, whole or not at all."""
    path, unfinished = folder / CALIBRATION, folder / f"{CALIBRATION}.unfinished"
    unfinished.write_text(calibration.model_dump_json(indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)
    return path
