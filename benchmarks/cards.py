"""The cost of many cards: 1,000 generated ones beside the first, against that one alone.

    python -m benchmarks.cards tests/questions/writers/america.jsonl

Each folder is written, loaded and asked in a process of its own. Of each question the CPU time is measured, from its text to
the reply's text, and the encoder's own time for its texts within the same call; what is left is ours. Every second question
names a card. The
generated cards have the real one's sections that every card's intents lead to, one passage each, names of their own and no
intents.
"""

from __future__ import annotations

import json
import logging
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.common import CARD, fewer, is_single, megabytes, milliseconds, options_of, shown, table, writers
from benchmarks.systems import apart
from bot.core.cards import Card, Library
from bot.core.features import Encoder, Vectors
from bot.encoder import load_encoder
from bot.footnote import Footnote
from bot.loading import knowledge_folder, load_library
from bot.surfaces.plain import to_text

SYLLABLES = (
    "ba",
    "cor",
    "dex",
    "fil",
    "gan",
    "hex",
    "lor",
    "mir",
    "nol",
    "pra",
    "quin",
    "rix",
    "tal",
    "vos",
    "zem",
    "yl",
)
ENDINGS = ("ite", "one", "ol", "ane", "ix", "um")
MOST = 200  # questions asked of each


class Timed:
    """An encoder that adds up the CPU milliseconds of its calls."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.name, self.spent = encoder, encoder.name, 0.0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder does."""
        vectors, spent = milliseconds(lambda: self._encoder.encode(texts))
        self.spent += spent
        return vectors


def made_up(count: int) -> list[str]:
    """So many names that do not exist, each once."""
    draw, found = random.Random(0), dict[str, None]()
    while len(found) < count:
        found["".join(draw.choices(SYLLABLES, k=3)).capitalize() + draw.choice(ENDINGS)] = None
    return list(found)


def write(folder: Path, count: int) -> Path:
    """A knowledge folder with the real card and so many generated ones beside it; where it is."""
    shutil.copytree(knowledge_folder(), folder)
    library = load_library(knowledge_folder())
    model = next(card for card in library.cards if card.id == CARD)
    reached = {intent.section for intent in library.intents}
    model = model.model_copy(update={"sections": tuple(s for s in model.sections if s.id in reached)})
    for name in made_up(count):
        path = folder / "compounds" / f"{name.lower()}.yaml"
        path.write_text(json.dumps(generated(model, name), ensure_ascii=False), encoding="utf-8")
    return folder


def generated(model: Card, name: str) -> dict[str, Any]:
    """A card like the model, as it stands in a file: JSON is YAML too."""
    card = model.model_dump(mode="json", exclude_defaults=True, exclude={"intents", "steps", "aliases"})
    text = json.dumps(card, ensure_ascii=False).replace(model.name, name)
    card = json.loads(text) | {"id": name.lower(), "name": name}
    for section in card["sections"]:
        section["passages"] = section.get("passages", [])[:1]
    return dict(card)


def asked(questions: Sequence[str], library: Library) -> Iterator[str]:
    """The questions, of which every second one names a card: each of the many in turn, or the one there is."""
    names = [card.name for card in library.cards if card.id != CARD] or [card.name for card in library.cards]
    for number, question in enumerate(questions):
        yield f"{names[number % len(names)]}: {question}" if number % 2 else question


def run(folder: Path, questions: Sequence[str], most: int | None, encoder: bool) -> dict[str, float]:
    """Load a folder and ask; seconds, megabytes, and milliseconds a question. Runs in a process of its own."""
    logging.disable(logging.WARNING)
    before, began = megabytes(), time.process_time()
    library = load_library(folder)
    reading = time.process_time() - began
    found = load_encoder(folder) if encoder else None
    timed = Timed(found) if found else None
    footnote = Footnote.of(fewer(library, most), folder, timed, CARD)
    loading = time.process_time() - began

    def reply(text: str) -> str:
        return to_text(footnote.ask(text), library.replies.labels)

    reply("how much per day?")
    whole, own = [], []
    for question in asked(questions, library):
        earlier = timed.spent if timed else 0.0
        _, spent = milliseconds(lambda q=question: reply(q))  # type: ignore[misc]
        whole.append(spent)
        own.append(spent - ((timed.spent if timed else 0.0) - earlier))
    return {
        "cards": len(library.cards),
        "s to read": reading,
        "s to load": loading,
        "MB": megabytes() - before,
        "ms a question": median(whole),
        "of which encoder": median(w - o for w, o in zip(whole, own, strict=True)),
        "beside it": median(own),
        "beside it, 95 % under": sorted(own)[int(0.95 * (len(own) - 1))],
    }


def main() -> None:
    """Write both folders, measure, and print the figures side by side."""
    parser = options_of(__doc__)
    parser.add_argument("--cards", type=int, default=1000, help="how many cards to generate")
    parser.add_argument("--no-encoder", action="store_true", help="go without the sentence encoder")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args()
    singles = [question for found in writers(given.questions).values() for question in found if is_single(question)]
    questions = [question.turns[0] for question in singles][:MOST]
    with tempfile.TemporaryDirectory() as base:
        folders = [write(Path(base) / str(count), count) for count in (0, given.cards)]
        results = [
            apart(run, folder, questions, given.utterances, not given.no_encoder)
            for folder in shown(folders, "measuring")
        ]
    if given.json:
        print(json.dumps(results))
        return
    rows = [[f"{value:.2f}" if key != "cards" else int(value) for key, value in result.items()] for result in results]
    print(table(list(results[0]), rows))
    print(f"\nbeside the encoder: {results[1]['beside it'] / results[0]['beside it']:.2f} times the cost of one card")


if __name__ == "__main__":
    main()
