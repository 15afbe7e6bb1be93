"""Streams questions through `footnote ask --jsonl` and watches its memory: constant, however many lines.

    python -m benchmarks.stream --lines 100000 --no-encoder

The questions are those of tests/questions over and over, each with a number in it so that no cache knows it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.progress import track

QUESTIONS = Path(__file__).parents[1] / "tests" / "questions"
EARLY = 1_000  # lines after which memory is looked at for the first time


def questions() -> Iterator[list[str]]:
    """The turns of every question of the project, without end."""
    files = sorted(QUESTIONS.glob("*.jsonl"))
    turns = [json.loads(line)["turns"] for file in files for line in file.read_text("utf-8").splitlines()]
    return itertools.cycle(turns)


def feed(into: IO[bytes], lines: int) -> None:
    """Write that many questions, and close."""
    for number, turns in zip(range(lines), questions(), strict=False):
        asked = [*turns[:-1], f"{turns[-1]} (day {number})"]
        into.write(json.dumps({"id": str(number), "turns": asked}).encode() + b"\n")
    into.close()


def megabytes(process: int) -> float:
    """The resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


def main() -> None:
    """Run it, and print memory early, late and at the end, and lines a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--no-encoder", action="store_true", help="go without the sentence encoder")
    options = parser.parse_args()
    words = [sys.executable, "-m", "bot", "ask", "--jsonl", *(["--no-encoder"] if options.no_encoder else [])]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin  # noqa: S101
        assert process.stdout  # noqa: S101
        threading.Thread(target=feed, args=(process.stdin, options.lines), daemon=True).start()
        early = last = 0.0
        begun = time.monotonic()
        for number in track(range(options.lines), "asking", console=Console(stderr=True)):
            if json.loads(process.stdout.readline())["id"] != str(number):
                sys.exit(f"line {number} is not the answer to question {number}")
            if number == min(EARLY, options.lines - 1):
                early = megabytes(process.pid)
            if number == options.lines - 1:
                last = megabytes(process.pid)
        seconds = time.monotonic() - begun
    print(f"{options.lines:,} lines in {seconds:.0f} s ({options.lines / seconds:.0f} a second)")
    print(f"memory: {early:.1f} MB after {min(EARLY, options.lines):,} lines, {last:.1f} MB after the last")


if __name__ == "__main__":
    main()
