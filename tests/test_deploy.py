"""The container and the unit run as no-one, on a file system that they cannot write to."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"
HARDENED = {
    "DynamicUser": "yes",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectControlGroups": "yes",
    "RestrictSUIDSGID": "yes",
    "RestrictNamespaces": "yes",
    "CapabilityBoundingSet": "",
    "StateDirectory": "footnote",
    "StateDirectoryMode": "0700",
    "UMask": "0077",
    "LimitCORE": "0",
}


def file(name: str) -> str:
    """A file of the deployment."""
    path = DEPLOY / name
    if not path.exists():
        pytest.skip(f"no deploy/{name} here")
    return path.read_text(encoding="utf-8")


def unit() -> dict[str, str]:
    """The unit's section on the service."""
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(file("footnote.service"))
    return dict(parser["Service"])


@pytest.mark.parametrize("option", HARDENED)
def test_the_unit_is_no_ones_and_cannot_write_to_the_system(option: str) -> None:
    assert unit().get(option) == HARDENED[option]


def test_the_unit_takes_its_token_from_a_file_and_holds_none() -> None:
    text = file("footnote.service")
    assert "EnvironmentFile" in unit() or "LoadCredential" in unit()
    assert not re.search(r"^Environment=.*(TOKEN|DATABASE_URL)", text, re.MULTILINE)


def test_the_container_ends_as_no_one_and_installs_what_the_lock_says() -> None:
    lines = [line.split(maxsplit=1) for line in file("Dockerfile").splitlines() if line and line[0] not in "# "]
    last = [word for word, *_ in lines][::-1].index("FROM")
    stage = lines[-last - 1 :]
    (user,) = [rest[0] for word, *rest in stage if word == "USER"]
    assert user.split(":")[0] not in {"root", "0"}
    assert not [word for word, *_ in stage if word in {"ADD", "ARG"}]
    assert "--require-hashes" in file("Dockerfile")
    assert not re.search(r"(?i)^(ENV|ARG).*(TOKEN|PASSWORD|DATABASE_URL)=", file("Dockerfile"), re.MULTILINE)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    here = tmp_path / "footnote.service"
    here.write_text(file("footnote.service").replace("/opt/footnote/bin/footnote", "/bin/true"), encoding="utf-8")
    ran = subprocess.run(("systemd-analyze", "verify", str(here)), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_container_writes_to_its_volume_alone() -> None:
    image = file("Dockerfile").replace("\\\n", " ")
    assert "\nENV FOOTNOTE_DATABASE=/data/" in image
    assert "\nVOLUME /data\n" in image


def test_the_image_is_built_without_what_only_lies_about_here() -> None:
    ignored = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".git", ".env", ".env.*", "**/*.db*", "tests", "benchmarks", "build"} <= set(ignored)
    copied = {"bot", "knowledge", "pyproject.toml", "README.md", "LICENSE", "requirements.lock", "deploy", "docs"}
    assert not copied & set(ignored)


def test_the_container_copies_only_what_the_repository_has() -> None:
    for source in re.findall(r"/source/(\S+)", file("Dockerfile").replace("\\\n", " ")):
        assert (DEPLOY.parent / source).is_file(), source
