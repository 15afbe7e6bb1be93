"""One answer against its label: which rows it counts for, and whether they hold."""

from __future__ import annotations

from bot.core.answers import Answer
from bot.core.cards import CAVEAT
from bot.evaluation.contract import gaps_of
from bot.evaluation.questions import Question
from bot.evaluation.report import Report, wanted_of

ALLERGY = "allergy"
MOST_OFFERED = 3
REASONS: dict[str, set[str]] = {  # the reasons that a decline may give, by the kind of question
    "no_passage": {"no_passage"},
    "other_compound": {"other_compound"},
    "advice": {"personal_decision", "no_passage"},
    "off_topic": {"off_topic"},
}


def score(question: Question, answer: Answer, compound: str, report: Report) -> None:
    """Count an answer in every row that its question concerns. `compound` is the card that the labels speak of."""
    _Scoring(question, answer, compound, report).run()


class _Scoring:
    def __init__(self, question: Question, answer: Answer, compound: str, report: Report) -> None:
        self.question, self.answer, self.report = question, answer, report
        self.compound = compound
        self.accept, self.soft = set(question.accept), set(question.soft)
        self.shown = {section for section, _ in answer.passages}
        self.gaps = gaps_of(answer.card)
        self.is_foreign = question.kind == "foreign"

    def run(self) -> None:
        """Count every row."""
        if self.question.kind == "emergency":
            self._emergency()
            return
        self._count("no false emergency", self.answer.outcome != "emergency")
        if self.question.kind == "chitchat":
            helped = self.answer.outcome in {"help", "decline"} and not self.shown and not self.answer.sections
            self._count("chitchat gets help, no section", helped)
            return
        if self.accept:
            self._answerable()
        else:
            self._refusal()
        self._caveat()

    def _count(self, row: str, holds: object) -> None:
        self.report.count(row, holds, self.question, self.answer)

    def _count_by_language(self, row: str, holds: object) -> None:
        self._count(f"foreign: {row}" if self.is_foreign else row, holds)

    def _emergency(self) -> None:
        answer = self.answer
        recognised = answer.outcome == "emergency" and list(answer.sections) == [ALLERGY] == sorted(self.shown)
        self._count("emergency recognised", recognised)
        self._count("emergency line is the first line", bool(answer.emergency))

    def _answerable(self) -> None:
        answer, sections = self.answer, self.answer.sections
        right = self._is_right()
        self._count_by_language("right section first", right)
        if not right:
            self.report.confuse(wanted_of(self.question), answer)
        if answer.outcome == "answer":
            extra = (set(sections) | self.shown) - self.accept - self.soft
            self._count_by_language("answer holds nothing that was not asked", not extra)
        if self.is_foreign:
            return
        offered = answer.outcome == "clarify" and self.accept & set(sections) and len(sections) <= MOST_OFFERED
        self._count("right first, or offered when asking back", right or offered)
        wrong = answer.outcome == "answer" and not set(sections[:1]) & (self.accept | self.soft)
        self._count("answerable: not answered wrongly", not wrong)
        self._count(f"  kind {self.question.kind}", right)
        if self.question.kind == "multi":
            answered = answer.outcome == "answer" and self.accept <= self.shown | set(sections) & self.gaps
            self._count("multi: every part answered", answered)

    def _is_right(self) -> bool:
        answer = self.answer
        if answer.compound != self.compound or not set(answer.sections[:1]) & self.accept:
            return False
        filled = next((section for section in answer.sections if section not in self.gaps), None)
        first = answer.passages[0][0] if answer.passages else None
        is_gap = answer.outcome == "decline" and answer.sections[0] in self.gaps
        return is_gap or (answer.outcome == "answer" and first is not None and first == filled)

    def _refusal(self) -> None:
        answer, kind = self.answer, self.question.kind
        kinds = {answer.card.source(source).kind for _, passage in answer.passages for source in passage.sources}
        shows = set(answer.sections) | self.shown
        tolerated = answer.outcome == "answer" and bool(self.shown) and shows <= self.soft
        refused = answer.outcome in {"decline", "clarify", "help"} and kinds <= {"label"}
        self._count_by_language("must decline: nothing answered", refused or tolerated)
        if not (refused or tolerated):
            self.report.confuse(wanted_of(self.question), answer)
        asks_the_name = answer.outcome == "clarify" and kind == "other_compound" and answer.compound is None
        helps = answer.outcome == "help" and kind in {"hostile", "off_topic"}
        outright = (refused and answer.outcome == "decline") or tolerated or asks_the_name or helps
        self._count_by_language("must decline: declined, not asked back", outright)
        if self.is_foreign:
            return
        self._count(f"  kind {kind}", refused or tolerated)
        if answer.outcome == "decline" and kind in REASONS:
            self._count(f"decline says why: {kind}", answer.reason in REASONS[kind])

    def _caveat(self) -> None:
        answer, due = self.answer, self.question.efficacy
        carried = CAVEAT in {notice.id for notice in answer.notices}
        if due == "must":
            self._count_by_language("efficacy question carries the caveat", carried)
        elif due == "no" and answer.outcome != "answer":
            self._count_by_language("no caveat on a reply that answers nothing", not carried)
        elif due == "no" and set(answer.sections[:1]) & self.accept:
            self._count_by_language("no caveat where none is due", not carried)
