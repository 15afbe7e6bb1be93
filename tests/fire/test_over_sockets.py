"""A running bot against the stand-in over real sockets: a few of the faults, and what supervisors see."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from benchmarks import faults
from benchmarks.scenes import SIDES, Scene
from benchmarks.standin import standin

QUICK = (
    "gateway-closed-and-resumed",
    "event-delivered-twice",
    "connection-cut-after-the-call",
    "emergency-while-a-channel-hangs",
    "interaction-callback-cut",
    "hundreds-type-into-an-option",
    "sigterm-with-questions-waiting",
)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A stand-in, and no bot yet."""
    async with standin(window=0.05) as end:
        at = Scene(end, tmp_path)
        yield at
        for bot in at.bots:
            await bot.end()


async def test_faults_are_survived_with_one_reply_at_most_and_the_token_in_no_log(scene: Scene) -> None:
    for name in QUICK:
        await faults.SCENES[name](scene)
        scene.judge_at_rest()


async def test_the_endpoint_tells_whether_the_bot_is_connected_and_what_it_answered(scene: Scene) -> None:
    port = free_port()
    bot = await scene.start(settings={"FOOTNOTE_HEALTH_PORT": str(port)})
    await scene.asked_and_answered(SIDES)
    await scene.end.until(lambda: bot.events("answered"))
    assert (await got(port, "healthz"))[0] == 200
    status, figures = await got(port, "metrics")
    assert status == 200
    assert 'footnote_answers_total{outcome="answer",reason="",section="side-effects"} 1.0' in figures
    assert 'footnote_gateway_connected{shard="0"} 1.0' in figures
    assert "footnote_answer_seconds_count 1.0" in figures
    scene.end.gateway.refuses = True
    scene.end.gateway.cut()
    await scene.end.until(lambda: not scene.end.gateway.connected)
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            async with session.get(f"http://127.0.0.1:{port}/healthz") as reply:
                if reply.status == 503:
                    return
    pytest.fail("a bot without a connection was called healthy")


async def test_a_port_that_is_taken_is_told_in_one_line(scene: Scene) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bot = await scene.begin(settings={"FOOTNOTE_HEALTH_PORT": str(taken.getsockname()[1])})
        await scene.ends_with_one_line(bot, "FOOTNOTE_HEALTH_PORT")


async def test_a_gateway_that_stays_silent_ends_the_process_for_its_supervisor(scene: Scene) -> None:
    await faults.SCENES["gateway-silent-for-good"](scene)


async def got(port: int, path: str) -> tuple[int, str]:
    """What the endpoint answers."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/{path}") as reply:
        return reply.status, await reply.text()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
