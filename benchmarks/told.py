"""What a run under fire showed, as Markdown: on the terminal, and in build/under-fire.

python -m benchmarks.told    # puts what was measured into docs/under-fire.md and docs/hostile-input.md
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.common import table

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build" / "under-fire"
DOCS = (ROOT / "docs" / "under-fire.md", ROOT / "docs" / "hostile-input.md")
PLACE = "<!-- {name} -->\n"  # stands before and after what a run of that name showed


def tell(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *lines: str) -> None:
    """Print a table and some lines under it, and keep both as NAME.md with the moment and the load of the machine."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, load average {load}"
    text = "\n".join([table(headings, rows), "", *lines, now, ""])
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")
    sys.stdout.write(f"\n{text}")


def paste(doc: Path) -> list[str]:
    """Put what was measured into a page of the documentation, between its marks; the names of what was put."""
    text, put = doc.read_text(encoding="utf-8"), []
    for path in sorted(FOLDER.glob("*.md")):
        mark = re.escape(PLACE.format(name=path.stem))
        measured = PLACE.format(name=path.stem) + path.read_text(encoding="utf-8") + PLACE.format(name=path.stem)
        text, found = re.subn(f"{mark}.*?{mark}", lambda _, new=measured: new, text, flags=re.DOTALL)  # type: ignore[misc]
        put += [path.stem] if found else []
    doc.write_text(text, encoding="utf-8")
    return put


if __name__ == "__main__":
    for page in DOCS:
        sys.stdout.write(f"{page.name}: {', '.join(paste(page)) or 'nothing new'}\n")
