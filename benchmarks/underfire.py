"""All of docs/under-fire.md measured, one run after another, unattended; the tables end up in build/under-fire.

python -m benchmarks.underfire            # some forty minutes on an idle machine
python -m benchmarks.underfire --fuzz     # a million inputs beside, half an hour more on two cores
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from benchmarks.told import FOLDER

RUNS = {
    "steady": ("benchmarks.load", "steady"),
    "burst": ("benchmarks.load", "burst"),
    "hour": ("benchmarks.load", "hour"),
    "faults": ("benchmarks.faults",),
    "processes": ("benchmarks.processes",),
    "pins": ("benchmarks.pins", "1000"),
}
FUZZ = ("benchmarks.fuzz", "all", "--inputs", "1000000")


def main() -> int:
    """Run them; 1 where one did not hold. What each says besides its table stays in NAME.txt."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fuzz", action="store_true", help="and fuzz with a million inputs")
    runs = {**RUNS, "fuzz": FUZZ} if parser.parse_args().fuzz else RUNS
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = [name for name, command in runs.items() if not held(name, command)]
    return int(bool(failed))


def held(name: str, command: tuple[str, ...]) -> bool:
    """Run one, and say in a line how it ended and how long it took."""
    began = time.monotonic()
    with (FOLDER / f"{name}.txt").open("w", encoding="utf-8") as file:
        code = subprocess.run((sys.executable, "-m", *command), stdout=file, stderr=file, check=False).returncode
    ended = "held" if code == 0 else f"did not hold (exit code {code}): see {name}.txt"
    sys.stdout.write(f"{name}: {ended}, {time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
