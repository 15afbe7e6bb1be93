"""A PostgreSQL server of the tests' own: in a temporary folder, on a Unix socket alone, gone with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import URL

BINARIES = (Path(folder) for folder in sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=40")
_numbers = count(1)


def binaries() -> Path | None:
    """The folder with the server's programs; None where it is not installed."""
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else next(BINARIES, None)


class Server:
    """A server that runs. `stop` and `start` are what a restart of it looks like."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._process: subprocess.Popen[Any] | None = None
        self._run("initdb", "-D", folder / "data", "-U", "footnote", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        options = [word for setting in FAST for word in ("-c", setting)]
        command = [
            str(self._programs / "postgres"),
            "-D",
            str(self._folder / "data"),
            "-k",
            str(self._folder),
            *options,
        ]
        quiet = subprocess.DEVNULL
        self._process = process = subprocess.Popen(command, stdout=quiet, stderr=quiet, **_as_somebody_else())
        while self._run("pg_isready", "-h", self._folder, "-q", check=False):
            if process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once, with every connection."""
        if self._process:
            self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop", check=False)
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let every one of its processes stand still, so that it answers nobody."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            server = psutil.Process(self._process.pid)
            for process in (*server.children(recursive=True), server):
                process.send_signal(number)

    def new_database(self) -> URL:
        """The address of an empty database."""
        name = f"footnote_{os.getpid()}_{next(_numbers)}"
        self._run("createdb", "-h", self._folder, "-U", "footnote", "-T", "template0", name)
        query = {"host": str(self._folder)}
        return URL.create("postgresql+asyncpg", username="footnote", database=name, query=query)

    def _run(self, program: str, *arguments: object, check: bool = True) -> int:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(command, check=check, capture_output=True, **_as_somebody_else())
        return done.returncode


@contextmanager
def server(programs: Path) -> Iterator[Server]:
    """One that runs for a while."""
    folder = Path(tempfile.mkdtemp(prefix="fn-pg-"))
    if user := _as_somebody_else().get("user"):
        shutil.chown(folder, user)
    try:
        running = Server(folder, programs)
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder)


def _as_somebody_else() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in known)
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": [], "cwd": "/"}
