"""Coverage-guided fuzzing of every door: `python -m benchmarks.fuzz DOOR --inputs N`. Needs the extra `fuzz`.

What was tried is kept in .fuzz/DOOR: the inputs that reached something new, the totals, and what was found. So a run
goes on where the last one ended. `python -m benchmarks.fuzz table` prints the totals of all doors.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(".fuzz")
DOORS = ("questions", "lines", "typed", "ids", "yaml", "folders")
EVERY = 2.0  # seconds between two progress lines
LONGEST = 4096  # bytes of an input
SLOW = 30  # seconds for one input, after which it counts as a finding


@dataclass
class Total:
    """What was tried at a door so far, over all runs."""

    inputs: int = 0
    seconds: float = 0.0
    findings: int = 0

    @classmethod
    def of(cls, door: str) -> Total:
        """As kept, or nothing yet."""
        path = ROOT / door / "total.json"
        return cls(**json.loads(path.read_text("utf-8"))) if path.exists() else cls()

    def keep(self, door: str) -> None:
        """Write it down, whole or not at all."""
        path = ROOT / door / "total.json"
        path.with_suffix(".new").write_text(json.dumps(asdict(self)), "utf-8")
        path.with_suffix(".new").replace(path)


class Counting:
    """Feeds a door, counts, keeps the totals and shows how far it is."""

    def __init__(self, door: str, enter: Callable[[bytes], None], wanted: int) -> None:
        self._door, self._enter, self._wanted = door, enter, wanted
        self._total = Total.of(door)
        self._done = 0
        self._told = time.monotonic()

    def __call__(self, data: bytes) -> None:
        """Feed one input."""
        try:
            self._enter(data)
        except BaseException:
            self._total.findings += 1
            self._tell()
            raise
        finally:
            self._done += 1
            self._total.inputs += 1
            if time.monotonic() - self._told >= EVERY or self._done == self._wanted:
                self._tell()

    def _tell(self) -> None:
        now = time.monotonic()
        self._total.seconds += now - self._told
        self._told = now
        self._total.keep(self._door)
        ending = "\r" if sys.stderr.isatty() else "\n"
        line = f"{self._door}: {self._done:,} of {self._wanted:,} inputs, {self._total.inputs:,} in all"
        sys.stderr.write(f"{line}, {self._total.findings} found{ending}")


def main() -> None:
    """Fuzz one door, or print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("door", choices=(*DOORS, "table"))
    parser.add_argument("--inputs", type=int, default=10_000, help="how many inputs to try (default: 10,000)")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0 (the default): another each time")
    given = parser.parse_args()
    if given.door == "table":
        sys.stdout.write(table())
        return
    try:
        import atheris  # noqa: PLC0415 - an extra
    except ImportError:
        parser.exit(2, "fuzz: atheris is not installed; pip install '.[fuzz]' (Linux, macOS)\n")
    fuzz(atheris, given.door, given.inputs, given.seed)


def table() -> str:
    """The totals of all doors as a table in Markdown."""
    totals = {door: Total.of(door) for door in DOORS}
    rows = [f"| {door} | {t.inputs:,} | {t.seconds / 60:.0f} | {t.findings} |" for door, t in totals.items()]
    every = sum(total.inputs for total in totals.values())
    return "\n".join(
        ["| door | inputs | minutes | found |", "|---|---|---|---|", *rows, f"| all | {every:,} | | |", ""]
    )


def fuzz(atheris: Any, name: str, inputs: int, seed: int) -> None:
    """Feed a door with inputs that reach new places of the bot's code. Ends the process."""
    with atheris.instrument_imports(include=["bot"]):
        door = opened(name)
    corpus, found, words = (ROOT / name / part for part in ("corpus", "found", "words"))
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(exist_ok=True)
    for number, data in enumerate(door.seeds()):
        (corpus / f"seed-{number:05}").write_bytes(data[:LONGEST])
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in door.dictionary if 0 < len(word) < 60), "ascii")
    options = [
        f"-runs={inputs}",
        f"-max_len={LONGEST}",
        f"-timeout={SLOW}",
        f"-artifact_prefix={found}/",
        f"-seed={seed}",
    ]
    options += [f"-dict={words}"] if door.dictionary else []
    options += ["-rss_limit_mb=2000", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], Counting(name, door.enter, inputs))
    atheris.Fuzz()


def opened(name: str) -> Any:
    """A door, ready to be fed. Imports the bot, so that it is the bot's code whose coverage is watched."""
    from benchmarks.fuzzing import doors, files  # noqa: PLC0415
    from bot.footnote import Footnote  # noqa: PLC0415

    if name in {"yaml", "folders"}:
        return {"yaml": files.Yaml, "folders": files.Folders}[name]()
    kinds = {"questions": doors.Questions, "lines": doors.Lines, "typed": doors.Typed, "ids": doors.Ids}
    return kinds[name](Footnote.load(encoder=False))


def _escaped(word: str) -> str:
    return "".join(
        chr(b) if 32 < b < 127 and chr(b) not in '"\\' else f"\\x{b:02X}" for b in word.encode(errors="replace")
    )


if __name__ == "__main__":
    main()
