"""Chooses thresholds and calibration on labelled questions, and measures with a whole writer held out each time.

    python -m benchmarks.thresholds tests/questions/writers/america.jsonl tests/questions/writers/elders.jsonl

A file is a writer. For each, the calibration is fitted to the questions of all the others and thresholds are chosen on them,
and its questions are asked with those; the replies of all folds are pooled into one table. What is shipped is fitted to all
files together. The weights come from the utterances of knowledge/ alone, so no fold has seen any question.

The search goes through one threshold after the other and keeps whatever lowers the cost: the sum of COST over the questions
that fall short. A missed emergency or a false one weighs most, then an answer where none may be given.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from benchmarks.common import CARD, fail, load, options_of, remembering, shown, writers
from bot.calibrating import fit, labelled
from bot.core.calibration import Calibration
from bot.core.reading import ALONE, WITH_ENCODER, Thresholds
from bot.evaluation import Question, Report, score
from bot.footnote import Footnote

COST = {  # of one question that falls short in a row of the evaluation
    "emergency recognised": 4.0,
    "no false emergency": 4.0,
    "must decline: nothing answered": 2.5,
    "answerable: not answered wrongly": 1.2,
    "right section first": 1.0,
    "foreign: right section first": 1.0,
    "chitchat gets help, no section": 1.0,
    "efficacy question carries the caveat": 0.8,
    "answer holds nothing that was not asked": 0.7,
    "multi: every part answered": 0.7,
    **dict.fromkeys(
        (f"decline says why: {kind}" for kind in ("no_passage", "other_compound", "advice", "off_topic")), 0.5
    ),
    "no caveat where none is due": 0.4,
    "no caveat on a reply that answers nothing": 0.4,
    "right first, or offered when asking back": 0.3,
    "must decline: declined, not asked back": 0.3,
}
GRID = {
    "floor": (0.2, 0.25, 0.3, 0.35, 0.4, 0.45),
    "refusal_weight": (0.7, 0.8, 0.9, 1.0, 1.2, 1.5),
    "part": (0.15, 0.2, 0.25, 0.3, 0.4),
    "part_beside_refusal": (0.4, 0.5, 0.6, 0.7),
    "part_refused": (0.3, 0.5, 0.7),
    "efficacy": (0.05, 0.08, 0.1, 0.12, 0.15, 0.2),
    "emergency": (0.06, 0.08, 0.1, 0.15, 0.2),
    "emergency_by_words": (0.4, 0.5, 0.6),
    "sentence_emergency": (0.8, 0.9, 0.95),
    "together": (0.3, 0.5, 0.7),
    "together_in_clause": (0.8, 0.9, 0.95),
}
ROUNDS = 2
LEAST_GAIN = 1e-9


class Search:
    """Asks the questions of each writer under thresholds, each combination once. `alone`: without the encoder.

    A writer's questions are asked under a calibration that was fitted to all the others', or under the shipped one.
    """

    def __init__(self, footnote: Footnote, asked: Mapping[str, list[Question]], *, alone: bool) -> None:
        self._footnote = remembering(footnote)
        self._asked = asked
        self._alone = alone
        self._reports: dict[tuple[Thresholds, str], Report] = {}
        self._calibrations = dict.fromkeys(asked, footnote._matcher.calibration)

    def hold_out(self) -> None:
        """Fit each writer's calibration to the others' questions."""
        known = {
            writer: labelled(self._footnote, self._asked[writer], by_words=self._alone)
            for writer in shown(self._asked, "reading")
        }
        start, field = Calibration(), "by_words" if self._alone else "with_encoder"
        for writer in shown(self._asked, "calibrating, a writer held out"):
            others = [one for other, found in known.items() if other != writer for one in found]
            self._calibrations[writer] = start.model_copy(update={field: fit(others, getattr(start, field))})

    def report(self, thresholds: Thresholds, writer: str) -> Report:
        """How one writer's questions are answered under the thresholds."""
        if (thresholds, writer) not in self._reports:
            matcher = self._footnote._matcher
            matcher.calibration = self._calibrations[writer]
            setattr(matcher, "thresholds_alone" if self._alone else "thresholds", thresholds)
            report = Report()
            for question in self._asked[writer]:
                score(question, self._footnote.ask_in_turn(question.turns), CARD, report)
            self._reports[thresholds, writer] = report
        return self._reports[thresholds, writer]

    def cost(self, thresholds: Thresholds, among: Iterable[str]) -> float:
        """The cost of all that falls short in the questions of these writers."""
        return sum(_cost(self.report(thresholds, writer)) for writer in among)

    def choice(self, among: list[str], start: Thresholds) -> Thresholds:
        """The thresholds with the least cost for these writers, as far as the search finds them."""
        best, least = start, self.cost(start, among)
        for _ in range(ROUNDS):
            before = least
            for name, values in GRID.items():
                for candidate in (replace(best, **{name: value}) for value in values):
                    if (cost := self.cost(candidate, among)) < least - LEAST_GAIN:
                        best, least = candidate, cost
            if least >= before - LEAST_GAIN:
                break
        return best


def _cost(report: Report) -> float:
    return sum(cost * (total - good) for row, cost in COST.items() for good, total in [report.rows.get(row, (0, 0))])


def pooled(reports: Iterable[Report]) -> Report:
    """The reports as one."""
    whole = Report()
    for report in reports:
        for row, (good, total) in report.rows.items():
            counted = whole.rows.setdefault(row, [0, 0])
            counted[0], counted[1] = counted[0] + good, counted[1] + total
        whole.confused.update(report.confused)
        for row, found in report.short.items():
            whole.short.setdefault(row, []).extend(found)
    return whole


def difference(chosen: Thresholds, shipped: Thresholds) -> str:
    """What was chosen otherwise than it is shipped, in one line."""
    was = asdict(shipped)
    changed = [
        f"{name} {value:g} (shipped {was[name]:g})" for name, value in asdict(chosen).items() if value != was[name]
    ]
    return ", ".join(changed) or "as shipped"


def options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = options_of(__doc__)
    parser.add_argument("--no-encoder", action="store_true", help="choose those for when the encoder is missing")
    parser.add_argument("--shipped", action="store_true", help="the table as shipped, nothing held out")
    parser.add_argument(
        "--keep", action="store_true", help="keep the shipped thresholds: the calibration alone is held out"
    )
    parser.add_argument("--show", default="", help="print the questions that fell short in rows that hold this text")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


def main() -> None:
    """Choose and measure, and print both."""
    given = options()
    asked = writers(given.questions)
    if len(asked) < 2 and not given.shipped:
        fail("one file only: to hold a writer out, at least two are needed")
    shipped = ALONE if given.no_encoder else WITH_ENCODER
    search = Search(load(encoder=not given.no_encoder, most=given.utterances), asked, alone=given.no_encoder)
    if not given.shipped:
        search.hold_out()
    for writer in shown(asked, "asking"):
        search.report(shipped, writer)
    chosen, folds = shipped, dict.fromkeys(asked, shipped)
    if not (given.shipped or given.keep):
        for writer in shown(asked, "choosing, a writer held out"):
            folds[writer] = search.choice([other for other in asked if other != writer], shipped)
        chosen = search.choice(list(asked), shipped)
    report = pooled(search.report(folds[writer], writer) for writer in asked)
    if given.json:
        choices = {writer: asdict(thresholds) for writer, thresholds in folds.items()}
        print(json.dumps({**report.as_json(), "folds": choices, "chosen": asdict(chosen), "shipped": asdict(shipped)}))
        return
    for line in report.short_of(given.show) if given.show else ():
        print(line)
    print(report.as_text())
    if given.shipped or given.keep:
        return
    for writer, thresholds in folds.items():
        print(f"\nheld out {writer}: {difference(thresholds, shipped)}")
    print(f"\nall files together: {difference(chosen, shipped)}")
    print(f"cost on all files: shipped {search.cost(shipped, asked):.1f}, chosen {search.cost(chosen, asked):.1f}")


if __name__ == "__main__":
    main()
