"""What the benchmarks share: questions by writer, Footnote over a part of the utterances, progress, tables, pictures."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from rich.console import Console
from rich.progress import track

from bot import training
from bot.core.cards import Intent, Library
from bot.core.features import Encoder, Vectors
from bot.encoder import load_encoder
from bot.evaluation import BadQuestionsError, Question, interval, read_questions
from bot.footnote import Footnote
from bot.loading import knowledge_folder, load_library

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
WRITERS = ROOT / "tests" / "questions" / "writers"
HELD_BACK = "unseen"  # the writer whose questions are scored seldom
CARD = "cerebrolysin"  # the card that the labels speak of
T = TypeVar("T")


def options_of(description: str | None, *, questions: bool = True) -> argparse.ArgumentParser:
    """A parser of the command line with what the benchmarks have in common."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if questions:
        parser.add_argument(
            "questions",
            nargs="*",
            type=Path,
            help="labelled questions, a file a writer (default: the project's, but one)",
        )
    parser.add_argument("--utterances", type=int, help="so many an intent alone, to try it out quickly (default: all)")
    return parser


def writers(files: Sequence[Path]) -> dict[str, list[Question]]:
    """The questions of each writer, by the name of the file; ends the program in one line where a file is of no use."""
    chosen = files or [path for path in sorted(WRITERS.glob("*.jsonl")) if path.stem != HELD_BACK]
    names = [path.stem for path in chosen]
    if len(set(names)) < len(names):
        fail("two files have one name: a file is a writer, and each needs a name of its own")
    try:
        read_questions(chosen)
        return {path.stem: read_questions([path]) for path in chosen}
    except BadQuestionsError as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """End the program with a message in one line."""
    sys.exit(f"error: {message}")


def shown(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """The items, with a bar on the terminal while they are gone through."""
    terminal = Console(stderr=True)
    yield from track(items, label, total, console=terminal, transient=True, disable=not terminal.is_terminal)


def is_single(question: Question) -> bool:
    """Whether it is an English question of one turn that asks one thing, or must not be answered; no emergency."""
    return len(question.turns) == 1 and question.kind not in {"foreign", "multi", "followup", "emergency"}


def load(*, encoder: bool = True, most: int | None = None) -> Footnote:
    """Footnote as it is shipped, or with so many utterances an intent alone."""
    folder = knowledge_folder()
    library = fewer(load_library(folder), most)
    return Footnote.of(library, folder, load_encoder(folder) if encoder else None, CARD)


def fewer(library: Library, most: int | None, seed: int = 0) -> Library:
    """The library with so many utterances an intent at most, drawn at random (None: all of them)."""
    if most is None:
        return library
    draw = random.Random(seed)
    return thinned(library, lambda intent: draw.sample(intent.utterances, min(most, len(intent.utterances))))


def thinned(library: Library, keep: Callable[[Intent], Iterable[str]]) -> Library:
    """The library with those utterances of each intent alone that `keep` names."""

    def thin(intents: Iterable[Intent]) -> tuple[Intent, ...]:
        return tuple(intent.model_copy(update={"utterances": tuple(keep(intent))}) for intent in intents)

    cards = tuple(card.model_copy(update={"intents": thin(card.intents)}) for card in library.cards)
    return library.model_copy(update={"intents": thin(library.intents), "cards": cards})


def fitted(library: Library, encoder: Encoder | None, known: dict[str, Vectors]) -> Footnote:
    """Footnote with weights fitted to this library; `known` are vectors that the encoder need not make again."""
    weights, vectors = training.fit(library, encoder, known, progress=lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        training.save(weights, vectors, library, encoder, Path(folder))
        return Footnote.of(library, Path(folder), encoder)


def remember(owner: object, *methods: str) -> None:
    """Let methods of an object keep every result by its arguments, so that asking again under other thresholds is cheap."""
    for method in methods:
        setattr(owner, method, _remembered(getattr(owner, method)))


def _remembered(plain: Callable[..., T]) -> Callable[..., T]:
    kept: dict[Any, T] = {}

    def remembered(*given: Any, **named: Any) -> T:
        key = (*(tuple(item) if isinstance(item, list) else item for item in given), *sorted(named.items()))
        if key not in kept:
            kept[key] = plain(*given, **named)
        return kept[key]

    return remembered


def forget(footnote: Footnote) -> None:
    """Empty what Footnote keeps of recent texts, so that a question that was read before is timed as a new one."""
    footnote._heard.cache_clear()
    footnote._matcher.ranker._by_words.cache_clear()
    footnote._matcher.ranker._meant.clear()


def remembering(footnote: Footnote) -> Footnote:
    """The same Footnote, which judges a text, finds its names and mends its words once only."""
    remember(footnote._matcher.ranker, "judged")
    remember(footnote._matcher.ranker.writing, "repaired")
    remember(footnote, "_heard")
    return footnote


def milliseconds(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returns, and the CPU time of the process that it took, in milliseconds."""
    began = time.process_time()
    result = work()
    return result, 1000 * (time.process_time() - began)


def megabytes() -> float:
    """The resident memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


def share(good: int, total: int) -> str:
    """A share with its 95 % interval and the counts; a dash of nothing."""
    if not total:
        return "-"
    low, high = interval(good, total)
    return f"{100 * good / total:.1f} % ({low:.1f} to {high:.1f}; {good} of {total})"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown, its columns in line."""
    cells = [list(headings), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def picture(name: str, draw: Callable[[Any], None], across: str, up: str) -> Path:
    """Draw on one pair of axes, with these labels, and keep it among the pictures of the documentation; where it is."""
    import matplotlib as mpl  # noqa: PLC0415 - takes a second, and few need it

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(8, 5), dpi=120)
    draw(axes)
    axes.set(xlabel=across, ylabel=up)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize=9)
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / name
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)
    return path
