"""Near neighbours: no question about another compound may get a section of this card, save a declared stacking one.

    python -m benchmarks.neighbours

Every compound and medicine of knowledge/lexicon.yaml, with all its spellings, is asked about in a dozen frames, and every
substance with an everyday name in five. Printed is how many got a section shown, how many got one offered, and which.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from benchmarks.common import load, options_of, remembering, share, shown, table
from bot.core.answers import Answer
from bot.core.assistant import STACKING
from bot.core.cards import Library

FRAMES = (
    "how much {} per day?",
    "{} dosage",
    "what are the side effects of {}?",
    "how long should a cycle of {} be",
    "does {} actually work?",
    "where do I inject {}",
    "is {} any good after a stroke?",
    "what is {} made of",
    "can {} cause an allergic reaction?",
    "how does {} act in the brain?",
    "any studies on {}? link them",
    "thinking about running {} for brain fog, how do people take it",
)
OF_SUBSTANCES = (  # whose names are everyday words, and other compounds where it is asked how much of one or what one does
    "how much {} per day?",
    "{} dosage",
    "what are the side effects of {}?",
    "how many mg of {} do people take",
    "what is {}",
)
LISTED = 40


def spellings(library: Library) -> Iterator[tuple[str, str]]:
    """Every spelling in the lexicon that no card calls its own, with its kind."""
    kinds = {
        "compound": library.lexicon.compounds,
        "medicine": library.lexicon.medicines,
        "everyday substance": dict.fromkeys(library.lexicon.substances.names, ()),
    }
    for kind, names in kinds.items():
        for name, misspelt in names.items():
            yield from ((kind, spelling) for spelling in (name, *misspelt))


def leaked(answer: Answer) -> str:
    """`shown` or `offered` where a reply holds a section other than stacking, else empty."""
    held = {section for section, _ in answer.passages} | set(answer.sections)
    if held - {STACKING}:
        return "offered" if answer.outcome == "clarify" else "shown"
    return "offered" if set(answer.suggestions) - {STACKING} and answer.outcome != "help" else ""


def main() -> None:
    """Ask about every name in every frame, and print what leaked."""
    parser = options_of(__doc__, questions=False)
    parser.add_argument("--no-encoder", action="store_true", help="go without the sentence encoder")
    parser.add_argument("--names", type=int, help="so many names alone, to try it out")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    given = parser.parse_args()
    footnote = remembering(load(encoder=not given.no_encoder, most=given.utterances))
    names = list(spellings(footnote.library))[: given.names]
    counts: Counter[tuple[str, str]] = Counter()
    found: list[str] = []
    for kind, name in shown(names, "asking"):
        for frame in OF_SUBSTANCES if kind == "everyday substance" else FRAMES:
            answer = footnote.ask(frame.format(name))
            counts[kind, leaked(answer)] += 1
            if leaked(answer):
                found.append(
                    f"{leaked(answer)}: {frame.format(name)!r} -> {answer.outcome} {'+'.join(answer.sections)}"
                )
    if given.json:
        print(json.dumps({f"{kind}: {what or 'none'}": number for (kind, what), number in counts.items()}))
        return
    totals = {kind: sum(n for (k, _), n in counts.items() if k == kind) for kind, _ in counts}
    rows = [(k, n, share(counts[k, "shown"], n), share(counts[k, "offered"], n)) for k, n in totals.items()]
    print(table(("names", "questions", "section shown", "section offered"), rows))
    print("\n".join([*found[:LISTED], *([f"and {len(found) - LISTED} more"] if len(found) > LISTED else [])]))


if __name__ == "__main__":
    main()
