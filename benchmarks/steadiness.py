"""Steadiness: the same question written otherwise should give the same sections.

    python -m benchmarks.steadiness tests/questions/writers/america.jsonl tests/questions/writers/elders.jsonl

Each English question of one turn is asked as it stands and in every changed form, all of it, names included. Printed is the
share that gives the same sections (for a refusal: none again), for all questions and for the answerable ones.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from random import Random

from benchmarks.common import is_single, load, options_of, share, shown, table, writers
from bot.core.answers import Answer
from bot.footnote import Footnote

LETTERS = 6
FILLERS = ("hey guys so", "um", "ok quick question", "sorry if dumb but", "honestly")
AFTER = ("lol thanks", "pls", "anyone know?", "cheers", "just wondering")
EMOJI = ("😅", "🙏", "🤔", "💉", "😂", "🧠")
WORD = re.compile(r"[A-Za-z]+")
RUN_ON = re.compile(r"[.!?;:]+\s+")

Change = Callable[[str, Random], str]


def slip(word: str, draw: Random) -> str:
    """The word with one slip of the finger: two letters turned round, one left out, doubled, or another in its place."""
    at = draw.randrange(1, len(word) - 1)
    kinds = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + draw.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
    )
    return draw.choice(kinds)


def in_long_words(text: str, draw: Random) -> str:
    """A slip in every word of six letters or more."""
    return WORD.sub(lambda m: slip(m[0], draw) if len(m[0]) >= LETTERS else m[0], text)


def in_every_six(text: str, draw: Random) -> str:
    """A slip for every six letters of the text, in words of three letters or more drawn by their length."""
    words = list(WORD.finditer(text))
    able = [place for place, word in enumerate(words) if len(word[0]) >= 3]
    changed = [word[0] for word in words]
    for _ in range(sum(map(str.isalpha, text)) // LETTERS if able else 0):
        at = draw.choices(able, [len(words[place][0]) for place in able])[0]
        changed[at] = slip(changed[at], draw) if len(changed[at]) >= 3 else changed[at]
    left = iter(changed)
    return WORD.sub(lambda _: next(left), text)


def doubled(text: str, draw: Random) -> str:
    """A letter doubled in one word of three."""

    def change(match: re.Match[str]) -> str:
        at = draw.randrange(len(match[0]))
        return match[0][:at] + match[0][at] + match[0][at:] if draw.random() < 1 / 3 else match[0]

    return WORD.sub(change, text)


def held_down(text: str, draw: Random) -> str:
    """A letter held down in one word of three, as in sooooo."""
    return WORD.sub(lambda m: m[0] + 3 * m[0][-1] if draw.random() < 1 / 3 else m[0], text)


def spoken_on(text: str, draw: Random) -> str:
    """As a phone writes what is said: small letters, no marks, sentences run together."""
    joined = RUN_ON.sub(lambda _: draw.choice((" and ", " so ", " um ")), text.lower())
    return f"{draw.choice(('okay so', 'um', 'hey'))} {unmarked(joined, draw)}"


def unmarked(text: str, _: Random) -> str:
    """Without punctuation."""
    return re.sub(r"(?<!\w)'|'(?!\w)|[^\w\s']", " ", text)


CHANGES: dict[str, Change] = {
    "capitals": lambda text, _: text.upper(),
    "small letters": lambda text, _: text.lower(),
    "Capitals At Words": lambda text, _: text.title(),
    "no punctuation": unmarked,
    "emoji": lambda text, draw: f"{draw.choice(EMOJI)} {text} {draw.choice(EMOJI)}{draw.choice(EMOJI)}",
    "filler words": lambda text, draw: f"{draw.choice(FILLERS)} {text} {draw.choice(AFTER)}",
    "doubled letters": doubled,
    "letters held down": held_down,
    "a typo in each word of six letters": in_long_words,
    "a typo in every six letters": in_every_six,
    "voice-to-text run-on": spoken_on,
}


def sections(answer: Answer) -> frozenset[str]:
    """The sections that a reply answers with; none where it asks back or refuses."""
    given = answer.outcome in {"answer", "emergency"} or answer.reason == "gap"
    return frozenset(answer.sections) if given else frozenset()


def steady(footnote: Footnote, text: str, change: Change) -> bool:
    """Whether a question gives the same sections when it is changed, by a change that is the same in every run."""
    draw = random.Random(text)
    return sections(footnote.ask(text)) == sections(footnote.ask(change(text, draw)))


def main() -> None:
    """Ask everything in every form, and print the shares."""
    parser = options_of(__doc__)
    parser.add_argument("--no-encoder", action="store_true", help="go without the sentence encoder")
    parser.add_argument("--show", action="store_true", help="print each question that changed its sections")
    parser.add_argument("--json", action="store_true", help="print the shares as JSON")
    given = parser.parse_args()
    asked = [question for found in writers(given.questions).values() for question in found if is_single(question)]
    footnote = load(encoder=not given.no_encoder, most=given.utterances)
    found: dict[str, list[tuple[bool, bool]]] = {name: [] for name in CHANGES}
    for question in shown(asked, "asking"):
        for name, change in CHANGES.items():
            same = steady(footnote, question.turns[0], change)
            found[name].append((same, bool(question.accept)))
            if given.show and not same:
                print(f"{name}: {question.id} {change(question.turns[0], random.Random(question.turns[0]))!r}")
    found["all"] = [pair for pairs in found.values() for pair in pairs]
    counts = {
        name: ((sum(s for s, _ in pairs), len(pairs)), (sum(s for s, a in pairs if a), sum(a for _, a in pairs)))
        for name, pairs in found.items()
    }
    rows = [(name, share(*every), share(*answerable)) for name, (every, answerable) in counts.items()]
    print(json.dumps(counts) if given.json else table(("change", "same sections, all", "answerable"), rows))


if __name__ == "__main__":
    main()
