"""`footnote run` as an operator sees it: a process, its one-line errors, its logs, its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.surfaces.discord.running import until_first
from tests.discord.far_end import FarEnd, far_end

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds after which a process is given up


@asynccontextmanager
async def started(settings: Mapping[str, str], cwd: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`footnote run` of this tree, with these settings and nothing else of the environment's; ended in the end."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    command = (sys.executable, "-m", "bot", "run", "--no-encoder", *arguments)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=cwd, stdout=pipe, stderr=pipe)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """How a process ended, and what it said on standard error."""
    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode is not None
    return process.returncode, errors.decode()


async def ran(settings: Mapping[str, str], cwd: Path, *arguments: str) -> tuple[int, str]:
    """How `footnote run` ended by itself, and what it said."""
    async with started(settings, cwd, *arguments) as process:
        return await ended(process)


def the_line(errors: str) -> str:
    """The one line for the operator; all others are logs in JSON."""
    lines = [line for line in errors.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, errors
    return lines[0]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "DISCORD_TOKEN"),
        ({"DISCORD_TOKEN": ""}, "DISCORD_TOKEN"),
        ({"DISCORD_TOKEN": "x", "SHARD_COUNT": "none"}, "SHARD_COUNT"),
        ({"DISCORD_TOKEN": "x", "SHARD_COUNT": "2", "SHARD_IDS": "1,2"}, "SHARD_IDS"),
        ({"DISCORD_TOKEN": "x", "SHARD_IDS": "a"}, "SHARD_IDS"),
        ({"DISCORD_TOKEN": "x", "DISCORD_API_URL": "here"}, "DISCORD_API_URL"),
        ({"DISCORD_TOKEN": "x", "DISCORD_GATEWAY_URL": "https://here"}, "DISCORD_GATEWAY_URL"),
        ({"DISCORD_TOKEN": "x", "DATABASE_URL": "mysql://me:secret@here/there"}, "DATABASE_URL"),
        ({"DISCORD_TOKEN": "x", "FOOTNOTE_RETENTION_DAYS": "0"}, "FOOTNOTE_RETENTION_DAYS"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    tmp_path: Path, settings: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["run", "--no-encoder"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert named in the_line(done.stderr)


async def test_a_knowledge_fault_keeps_the_bot_from_starting(tmp_path: Path) -> None:
    code, errors = await ran({"DISCORD_TOKEN": "x"}, tmp_path, "--knowledge", str(tmp_path))
    assert code == 1
    assert "holds no card" in errors
    assert "Traceback" not in errors


async def test_a_wrong_token_is_told_in_one_line_that_does_not_show_it(tmp_path: Path) -> None:
    async with far_end() as end:
        code, errors = await ran({**end.settings, "DISCORD_TOKEN": "a-wrong-token"}, tmp_path)
    assert code == 1
    assert "refused the token" in the_line(errors)
    assert "a-wrong-token" not in errors


@pytest.mark.parametrize(("code", "named"), [(4014, "message content intent"), (4004, "token"), (4011, "SHARD_COUNT")])
async def test_a_connection_that_discord_closes_for_good_is_told_in_one_line(
    tmp_path: Path, code: int, named: str
) -> None:
    async with far_end(closes_with=code) as end:
        status, errors = await ran({**end.settings, "DISCORD_MESSAGE_CONTENT": "true"}, tmp_path)
    assert status == 1
    assert named in the_line(errors)


async def test_where_nothing_answers_it_is_told_in_one_line(tmp_path: Path) -> None:
    async with far_end() as end:
        settings = end.settings
    code, errors = await ran(settings, tmp_path)
    assert code == 1
    assert "cannot reach Discord" in the_line(errors)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_connects_where_it_is_told_and_ends_cleanly(tmp_path: Path, how: signal.Signals) -> None:
    shards = {"SHARD_COUNT": "2", "SHARD_IDS": "1"}
    async with far_end() as end, started({**end.settings, **shards}, tmp_path) as process:
        await asyncio.wait_for(_shards(end, 1), PATIENCE)
        process.send_signal(how)
        code, errors = await ended(process)
    assert code == 0
    assert [identified["shard"] for identified in end.identified] == [[1, 2]]
    assert all(not identified["intents"] & (1 << 15) for identified in end.identified)  # no message content asked for
    events = [json.loads(line) for line in errors.splitlines()]
    assert {"level", "logger", "event", "at"} <= set(events[0])
    assert events[-1]["event"] == "ending"
    assert end.token not in errors


@pytest.mark.parametrize("content", [None, b"nothing that SQLite knows" * 100])
async def test_it_runs_with_no_database_yet_and_with_a_broken_one(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "kept" / "bot.db"
    if content:
        path.parent.mkdir()
        path.write_bytes(content)
    async with far_end() as end, started({**end.settings, "FOOTNOTE_DATABASE": str(path)}, tmp_path) as process:
        await asyncio.wait_for(_shards(end, 1), PATIENCE)
        process.send_signal(signal.SIGTERM)
        code, errors = await ended(process)
    assert code == 0
    events = [json.loads(line) for line in errors.splitlines()]
    told = [event for event in events if event["event"].startswith("the store")]
    if content:
        assert told[0]["event"] == "the store is not open yet; its next use tries again"
        assert told[0]["fault"] == "file is not a database"
        assert path.read_bytes() == content
    else:
        assert not told
        assert path.exists()


async def test_a_connection_that_swallows_its_end_once_is_ended_all_the_same() -> None:
    swallowed: list[str] = []

    async def reconnecting() -> None:
        try:
            await asyncio.sleep(PATIENCE)
        except asyncio.CancelledError:
            swallowed.append("once")
        await asyncio.sleep(PATIENCE)

    await asyncio.wait_for(until_first(asyncio.sleep(0.01), reconnecting()), PATIENCE / 2)
    assert swallowed == ["once"]


async def _shards(end: FarEnd, number: int) -> None:
    while len(end.identified) < number:
        await asyncio.sleep(0.05)
