"""`footnote knowledge pictures`, as the author of a card runs it."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app

COMMAND = ("knowledge", "pictures")


def test_it_says_which_files_it_wrote_or_in_one_line_why_it_could_not(tmp_path: Path) -> None:
    written = CliRunner().invoke(app, [*COMMAND, str(tmp_path / "pictures")])
    assert written.exit_code == 0
    names = ["evidence.png", *(f"step-{number}.png" for number in range(1, 8))]
    assert written.stdout.splitlines() == [f"wrote {tmp_path / 'pictures' / name}" for name in names]
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == names
    (tmp_path / "file").touch()
    refused = CliRunner().invoke(app, [*COMMAND, str(tmp_path / "file")])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("footnote: cannot write to ")
    assert len(refused.stderr.splitlines()) == 1
