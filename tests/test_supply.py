"""The bill of materials fits the lock, and the check for known vulnerabilities says what it did."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^([A-Za-z0-9][^\s=]*)==([^\s\\;]+)", LOCK, re.MULTILINE))


def test_the_bill_of_materials_is_that_of_the_lock() -> None:
    made = runpy.run_path(str(ROOT / ".ci" / "sbom"))["bill"](
        LOCK, (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    kept = json.loads((ROOT / "sbom.json").read_text(encoding="utf-8"))
    assert kept == made, "requirements.lock or the version changed: run .ci/sbom"


def test_the_bill_of_materials_names_every_package_once_and_what_needs_it() -> None:
    kept = json.loads((ROOT / "sbom.json").read_text(encoding="utf-8"))
    assert {(part["name"], part["version"]) for part in kept["components"]} == {
        (re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in PINNED.items()
    }
    refs = [part["bom-ref"] for part in kept["components"]]
    assert len(refs) == len(set(refs))
    assert {ref for needed in kept["dependencies"] for ref in needed["dependsOn"]} == set(refs)


def test_every_package_of_the_lock_is_pinned_with_hashes() -> None:
    for block in re.split(r"\n(?=[A-Za-z0-9])", LOCK):
        if "==" in block:
            assert "--hash=sha256:" in block, block.split("\n")[0]


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ("", 0, "SKIPPED, not checked"),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', 0, "SKIPPED for 1 of 1"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0, "0 in 1 packages"),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}',
            1,
            "a 1: CVE-1, mended in ['2']",
        ),
    ],
)
def test_the_check_for_known_vulnerabilities_never_passes_what_it_did_not_look_up(
    found: str, code: int, said: str
) -> None:
    ended, lines = runpy.run_path(str(ROOT / ".ci" / "audited.py"))["verdict"](found, "a==1 \\\n")
    assert ended == code
    assert said in "\n".join(lines)
