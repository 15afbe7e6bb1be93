"""The unit and the image run the bot as no-one, with nothing to write to but a folder of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"
UNIT = (DEPLOY / "footnote.service").read_text(encoding="utf-8")
IMAGE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def test_the_unit_runs_as_no_one_on_a_read_only_system() -> None:
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "StateDirectory=footnote", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in UNIT


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    here = tmp_path / "footnote.service"
    here.write_text(UNIT.replace("/opt/footnote/bin/footnote", "/bin/true"), encoding="utf-8")
    ran = subprocess.run(("systemd-analyze", "verify", str(here)), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_image_runs_as_no_one_and_writes_to_its_volume_alone() -> None:
    assert re.findall(r"^USER (.+)$", IMAGE, re.MULTILINE)[-1] == "65534:65534"
    assert "\nENV FOOTNOTE_DATABASE=/data/" in IMAGE
    assert "\nVOLUME /data\n" in IMAGE


def test_the_image_copies_only_what_the_repository_has() -> None:
    for source in re.findall(r"/source/(\S+)", IMAGE):
        assert (DEPLOY.parent / source).is_file(), source
