"""What is drawn from a question's views, whatever the experts make of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.core import signals
from bot.core.calibration import Weighing
from bot.core.cards import Intent
from bot.core.ranking import POOL, Array
from bot.core.reading import WITH_ENCODER, decide
from bot.core.signals import BENEFIT, PART, Clauses, Goals, Views

INTENTS = (
    Intent(id="dose", section="dose", utterances=("how much",)),
    Intent(id="cycle", section="cycle", utterances=("how long",)),
    Intent(id="lasting", section="cycle", efficacy=True, utterances=("does it last",)),
    Intent(id="price", refusal="no_passage", utterances=("what is it",)),
)


def logarithms(*shape: int, seed: int) -> Array:
    """What experts could make of texts."""
    drawn = np.random.default_rng(seed).dirichlet(np.full(shape[-1], 0.3), size=shape[:-1])
    return np.asarray(np.log(drawn + 1e-6), dtype=np.float32)


@st.composite
def views(draw: st.DrawFn) -> Views:
    """The views of any question: with clauses and sentences or without."""
    seed, clauses, sentences = draw(st.integers(0, 10**6)), draw(st.integers(0, 4)), draw(st.integers(0, 4))
    experts = draw(st.sampled_from([2, len(POOL)]))
    flag = st.booleans()
    told = [draw(st.tuples(st.integers(1, 20), flag, flag, flag)) for _ in range(clauses)]
    judged = logarithms(signals.OTHERS + clauses + sentences, experts, len(INTENTS), seed=seed)
    return Views.of(
        Goals.of(INTENTS), judged, Clauses.of(told), length=draw(st.integers(1, 60)), follows=draw(st.booleans())
    )


def weighing(asked: Views) -> Weighing:
    """What signals count where nothing was calibrated, for so many experts."""
    count = asked.judged.shape[1]
    return Weighing(whole=POOL[-count:], earlier=POOL[-count:], benefit_experts=POOL[-count:])


@given(views())
def test_every_question_has_a_reading(asked: Views) -> None:
    reading = decide(asked, weighing(asked), WITH_ENCODER)
    assert reading.wanted
    assert 0 <= reading.confidence <= 1
    assert abs(sum(reading.sections.values()) + sum(reading.refusals.values()) - 1) < 1e-4


@given(views())
def test_no_goal_is_wanted_twice(asked: Views) -> None:
    wanted = [intent.section or intent.refusal for intent in decide(asked, weighing(asked), WITH_ENCODER).wanted]
    assert len(wanted) == len(set(wanted))


@given(views())
def test_there_is_a_number_for_each_signal(asked: Views) -> None:
    weights = weighing(asked)
    assert signals.of_intents(asked).shape == (len(INTENTS), len(weights.of_sections))
    assert signals.of_benefit(asked).shape == (asked.judged.shape[1] + len(BENEFIT),)
    shares = np.full(3, 1 / 3, dtype=np.float32)
    clauses = np.full((len(asked.told.words), 3), 1 / 3, dtype=np.float32)
    found = signals.of_parts(asked, shares, clauses, 0, refuses=False)
    assert found.shape == (3, len(PART))
    assert np.isfinite(found).all()


@given(views(), st.floats(0, 3))
def test_what_refuses_weighs_more_the_surer_an_answer_has_to_be(asked: Views, bias: float) -> None:
    plain = decide(asked, weighing(asked), WITH_ENCODER)
    stricter = decide(asked, weighing(asked).model_copy(update={"bias": {"price": bias}}), WITH_ENCODER)
    assert stricter.refusals["no_passage"] >= plain.refusals["no_passage"] - 1e-6
