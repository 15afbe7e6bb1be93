"""What a run under fire showed, as Markdown: on the terminal, and in build/under-fire, ready for docs/under-fire.md."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.common import table

FOLDER = Path(__file__).parent.parent / "build" / "under-fire"


def tell(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *lines: str) -> None:
    """Print a table and some lines under it, and keep both as NAME.md with the moment and the load of the machine."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, load average {load}"
    text = "\n".join([table(headings, rows), "", *lines, now, ""])
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")
    sys.stdout.write(f"\n{text}")
