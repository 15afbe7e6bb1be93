"""`footnote knowledge pictures`, as the author of a card runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    command = [sys.executable, "-m", "bot", "knowledge", "pictures", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def test_it_says_which_files_it_wrote_or_in_one_line_why_it_could_not(tmp_path: Path) -> None:
    written = ran(str(tmp_path / "pictures"))
    assert written.returncode == 0
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {
        "evidence.png",
        *(f"step-{number}.png" for number in range(1, 8)),
    }
    (tmp_path / "file").touch()
    refused = ran(str(tmp_path / "file"))
    assert refused.returncode == 1
    assert refused.stderr.startswith("footnote: cannot write to ")
    assert len(refused.stderr.splitlines()) == 1
