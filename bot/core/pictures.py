"""What a card says for its pictures: what each study found, and which drawing a step has, with which of its words."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import model_validator

from bot.core.model import Line, Model

StudyOutcome = Literal["benefit", "no-clear-benefit", "harm-signal", "harm-case", "inconclusive"]
Drawing = Literal["mixture", "course", "signal", "branching", "split", "risk", "result"]

# How many words or phrases each drawing has a place for.
PLACES: dict[Drawing, int] = {
    "mixture": 3,  # what it is, the chains, the single pieces
    "course": 2,  # while it is given, when it is stopped
    "signal": 3,  # the fragments, what they are meant to do, whom they are to reach
    "branching": 2,  # the aim, what is to grow
    "split": 1,  # that the work disagrees; who found what comes from the cited publications
    "risk": 3,  # where it comes from, the risk, how often
    "result": 3,  # how much studied, how contested, the risk
}
STUDY_OUTCOMES: tuple[StudyOutcome, ...] = get_args(StudyOutcome)
PICTURE_LABELS = ("evidence", "no-reference", *STUDY_OUTCOMES)


class StepPicture(Model):
    """The drawing of a step and the words in it: each stands in the step's passages, to the letter."""

    drawing: Drawing
    words: tuple[Line, ...]

    @model_validator(mode="after")
    def _fills_its_places(self) -> Self:
        places = PLACES[self.drawing]
        if len(self.words) != places:
            raise ValueError(
                f"the drawing {self.drawing!r} has places for {places} words or phrases, not {len(self.words)}"
            )
        return self
