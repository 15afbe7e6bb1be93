"""Coverage-guided fuzzing of every door. Needs the extra `fuzz`.

    python -m benchmarks.fuzz all --inputs 1000000     # shared out among the doors, a process for each core
    python -m benchmarks.fuzz questions --inputs 10000
    python -m benchmarks.fuzz table                    # the totals of all doors, in Markdown

What was tried is kept in .fuzz/DOOR: the inputs that reached something new, the totals, and what was found. So a run
goes on where the last one ended.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(".fuzz")
SHARES = {"questions": 0.08, "lines": 0.05, "typed": 0.05, "ids": 0.3, "yaml": 0.49, "folders": 0.03}
DOORS = tuple(SHARES)
PARTS = {"questions": 4}  # processes that a door is shared among, so that all cores are busy to the end
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
    def of(cls, folder: Path) -> Total:
        """As kept in a folder, or nothing yet."""
        path = folder / "total.json"
        return cls(**json.loads(path.read_text("utf-8"))) if path.exists() else cls()

    @classmethod
    def of_door(cls, door: str) -> Total:
        """All parts of a door together; the seconds are those of each part added up."""
        parts = [cls.of(path.parent) for path in (ROOT / door).glob("*/total.json")]
        return cls(sum(p.inputs for p in parts), sum(p.seconds for p in parts), sum(p.findings for p in parts))

    def keep(self, folder: Path) -> None:
        """Write it down, whole or not at all."""
        path = folder / "total.json"
        path.with_suffix(".new").write_text(json.dumps(asdict(self)), "utf-8")
        path.with_suffix(".new").replace(path)


class Counting:
    """Feeds a door, counts, keeps the totals and shows how far it is."""

    def __init__(self, folder: Path, enter: Callable[[bytes], None], wanted: int) -> None:
        self._folder, self._enter, self._wanted = folder, enter, wanted
        self._total = Total.of(folder)
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
        self._total.keep(self._folder)
        ending = "\r" if sys.stderr.isatty() else "\n"
        line = f"{self._folder.parent.name}: {self._done:,} of {self._wanted:,} inputs, {self._total.inputs:,} in all"
        sys.stderr.write(f"{line}, {self._total.findings} found{ending}")


def main() -> None:
    """Fuzz one door, or print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("door", choices=(*DOORS, "all", "table"))
    parser.add_argument("--inputs", type=int, default=10_000, help="how many inputs to try (default: 10,000)")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0 (the default): another each time")
    parser.add_argument("--part", type=int, default=0, help="the number of the folder, where several processes run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="of all: processes at once")
    given = parser.parse_args()
    if given.door == "table":
        tell_table()
        return
    try:
        import atheris  # noqa: PLC0415 - an extra
    except ImportError:
        parser.exit(2, "fuzz: atheris is not installed; pip install '.[fuzz]' (Linux, macOS)\n")
    if given.door == "all":
        sys.exit(fuzz_all(given.inputs, given.jobs))
    fuzz(atheris, given.door, given.inputs, given.seed, given.part)


def fuzz_all(inputs: int, jobs: int) -> int:
    """Fuzz every door with its share of the inputs, and print the table; 1 where something was found."""
    waiting: queue.SimpleQueue[tuple[str, int, int]] = queue.SimpleQueue()
    for door, share in SHARES.items():
        parts = PARTS.get(door, 1)
        for part in range(parts):
            waiting.put((door, part, round(inputs * share / parts)))
    codes: list[int] = []
    workers = [threading.Thread(target=_work, args=(waiting, codes)) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    tell_table()
    return int(any(codes))


def _work(waiting: queue.SimpleQueue[tuple[str, int, int]], codes: list[int]) -> None:
    while True:
        try:
            door, part, inputs = waiting.get_nowait()
        except queue.Empty:
            return
        command = (sys.executable, "-m", "benchmarks.fuzz", door, "--inputs", str(inputs), "--part", str(part))
        codes.append(subprocess.run(command, check=False).returncode)


def tell_table() -> None:
    """The totals of all doors."""
    from benchmarks.told import tell  # noqa: PLC0415 - imports the bot, whose coverage would not be watched then

    totals = {door: Total.of_door(door) for door in DOORS}
    rows = [(f"`{door}`", f"{t.inputs:,}", f"{t.seconds / 60:.0f}", t.findings) for door, t in totals.items()]
    every = sum(total.inputs for total in totals.values())
    minutes = sum(total.seconds for total in totals.values()) / 60
    found = sum(total.findings for total in totals.values())
    tell("fuzz", ("door", "inputs", "minutes", "found"), [*rows, ("all", f"{every:,}", f"{minutes:.0f}", found)])


def fuzz(atheris: Any, name: str, inputs: int, seed: int, part: int) -> None:
    """Feed a door with inputs that reach new places of the bot's code. Ends the process."""
    with atheris.instrument_imports(include=["bot"]):
        door = opened(name)
    gc.collect()
    gc.freeze()  # the collector would look through all the knowledge again and again
    folder = ROOT / name / str(part)
    corpus, found, words = (folder / each for each in ("corpus", "found", "words"))
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
    atheris.Setup([sys.argv[0], *options, str(corpus)], Counting(folder, door.enter, inputs))
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
