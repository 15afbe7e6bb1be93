"""Faults that Footnote survives, each made over real sockets against a stand-in for Discord.

    python -m benchmarks.faults                    # all of them; some minutes
    python -m benchmarks.faults cut-after kill     # those whose names hold one of these words

What the bots logged stays in build/under-fire/faults, and none of it may hold the token.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from rich.progress import Progress

from benchmarks.scenes import DOSE, PATIENCE, ROUTE, SIDES, THROAT, Scene, expect
from benchmarks.standin import Standin, standin
from benchmarks.told import tell
from tests import postgres

TYPED = (f"{DOSE} {SIDES} {ROUTE}", "cerebrolysin cycle", "zq xv 12 zq", "sid effects of the dose")  # letter by letter
MOST_CHOICES = 25  # of an option; Discord's limit
UNTIL_ON_DISK = 1.0  # seconds in which the PostgreSQL of the tests, set up for speed, has written what it took
FOLDER = Path(__file__).parent.parent / "build" / "under-fire" / "faults"
Play = Callable[[Scene], Awaitable[str]]
SCENES: dict[str, Play] = {}


def scene(play: Play) -> Play:
    """Put a scene into the table, under its name; what it returns is what was seen."""
    SCENES[play.__name__.replace("_", "-")] = play
    return play


@scene
async def gateway_closed_and_resumed(at: Scene) -> str:
    await at.start()
    before = at.end.gateway.resumed
    for code in (4000, 1001, 1006):
        if code == 1006:
            at.end.gateway.cut()
        else:
            await at.end.gateway.close(code)
        question = await at.ask(SIDES)
        await at.answered(question)
    expect(at.end.gateway.resumed - before >= 3, f"resumed {at.end.gateway.resumed - before} times")
    return "resumed after 4000, 1001 and a cut cable; asked meanwhile, answered once"


@scene
async def asked_to_reconnect(at: Scene) -> str:
    await at.start()
    before = at.end.gateway.resumed
    await at.end.gateway.ask_to_reconnect()
    await at.answered(await at.ask())
    expect(at.end.gateway.resumed == before + 1, f"resumed {at.end.gateway.resumed - before} times")
    return "resumed; asked meanwhile, answered once"


@scene
async def session_invalidated(at: Scene) -> str:
    await at.start()
    await at.end.gateway.invalidate()
    await asyncio.sleep(1)
    await at.end.gateway.until_connected()
    await asyncio.sleep(0.5)
    await at.asked_and_answered()
    return "identified anew; the next question answered"


@scene
async def event_delivered_twice(at: Scene) -> str:
    await at.start()
    message = at.end.people.question(DOSE, 0, 1 << 40)
    for _ in range(3):
        await at.end.says(message)
    await at.answered(int(message["id"]))
    await asyncio.sleep(1)
    return "delivered three times, answered once"


@scene
async def token_revoked_4004(at: Scene) -> str:
    bot = await at.start()
    at.end.gateway.closes_with = 4004
    await at.end.gateway.close(4004)
    await at.ends_with_one_line(bot, "refused the token")
    return "ended with one line and exit code 1"


@scene
async def intent_refused_4014(at: Scene) -> str:
    await at.stop()
    at.end.gateway.closes_with = 4014
    bot = await at.begin()
    await at.ends_with_one_line(bot, "message content intent")
    return "ended with one line and exit code 1"


@scene
async def heartbeats_not_acknowledged(at: Scene) -> str:
    await at.start()
    at.end.gateway.heartbeat = 2.0
    at.end.gateway.cut()  # the next hello tells the shorter interval
    await at.asked_and_answered()
    before, began = at.end.gateway.resumed, time.monotonic()
    at.end.gateway.silent = True
    await at.end.until(lambda: at.end.gateway.resumed > before, PATIENCE)
    seconds = time.monotonic() - began
    at.end.gateway.silent = False
    await at.asked_and_answered()
    return f"closed and resumed after {seconds:.0f} s; the next question answered"


@scene
async def gateway_silent_for_good(at: Scene) -> str:
    at.end.gateway.heartbeat = 0.5
    bot = await at.start(settings={"FOOTNOTE_WATCHDOG": "20"})
    await at.asked_and_answered()
    at.end.gateway.silent = True
    began = time.monotonic()
    await at.ends_with_one_line(bot, "has heard nothing for 20 seconds")
    return f"the watchdog (set to 20 s) ended it after {time.monotonic() - began:.0f} s, exit code 1"


@scene
async def gateway_refuses_for_a_while(at: Scene) -> str:
    await at.start()
    at.end.gateway.refuses = True
    at.end.gateway.cut()
    await asyncio.sleep(4)
    at.end.gateway.refuses = False
    await at.end.gateway.until_connected(seconds=PATIENCE)
    await asyncio.sleep(0.5)
    await at.asked_and_answered()
    return "tried until it was let in; the next question answered"


@scene
async def dns_gone_at_the_start(at: Scene) -> str:
    gone = at.folder / "no-dns"
    gone.touch()
    await at.stop()
    bot = await at.begin(("-m", "benchmarks.without_dns", "run"), _by_name(at.end, gone))
    await at.ends_with_one_line(bot, "cannot reach Discord")
    return "ended with one line and exit code 1"


@scene
async def dns_gone_while_it_runs(at: Scene) -> str:
    gone = at.folder / "no-dns"
    gone.unlink(missing_ok=True)
    await at.start(("-m", "benchmarks.without_dns", "run"), _by_name(at.end, gone))
    gone.touch()
    at.end.gateway.cut()
    await asyncio.sleep(11)  # aiohttp remembers a name for ten seconds
    at.end.gateway.cut()
    await asyncio.sleep(2)
    gone.unlink()
    await at.end.gateway.until_connected(seconds=PATIENCE)
    await asyncio.sleep(0.5)
    await at.asked_and_answered()
    return "connected again once names were found; the next question answered"


@scene
async def rest_429_for_three_seconds(at: Scene) -> str:
    await at.start()
    at.end.faults.add(r"POST /channels/\d+/messages", status=429, seconds=3.0)
    await at.asked_and_answered()
    return "answered once, after the wait"


@scene
async def rest_429_for_five_minutes(at: Scene) -> str:
    bot = await at.start()
    at.end.faults.add(rf"POST /channels/{at.end.people.channel_id(0)}/messages", status=429, seconds=300.0, times=99)
    refused = await at.ask()
    await at.asked_and_answered(SIDES, channel=1)
    await at.end.until(lambda: len(bot.events("could not reply")) >= 2)
    expect(not at.end.replies(refused), "answered against a limit")
    return "given up and logged; other channels answered meanwhile"


@scene
async def rest_429_over_all(at: Scene) -> str:
    await at.start()
    at.end.faults.add(r"POST /channels/\d+/messages", status=429, seconds=2.0, is_global=True)
    await at.answered(*[await at.ask(channel=channel) for channel in range(4)])
    return "all answered once, after the wait"


@scene
async def rest_500_twice(at: Scene) -> str:
    await at.start()
    at.end.faults.add(r"POST /channels/\d+/messages", status=500, times=2)
    await at.asked_and_answered()
    return "answered once"


@scene
async def rest_500_that_stays(at: Scene) -> str:
    bot = await at.start()
    at.end.faults.add(rf"POST /channels/{at.end.people.channel_id(0)}/messages", status=503, times=99)
    await at.ask()
    await at.asked_and_answered(SIDES, channel=1)
    await at.end.until(lambda: len(bot.events("could not reply")) >= 2)
    return "given up and logged; other channels answered meanwhile"


@scene
async def connection_cut_before_the_call(at: Scene) -> str:
    await at.start()
    at.end.faults.add(r"POST /channels/\d+/messages", effect="cut before", times=2)
    await at.asked_and_answered()
    return "sent again, answered once"


@scene
async def connection_cut_after_the_call(at: Scene) -> str:
    await at.start()
    at.end.faults.add(r"POST /channels/\d+/messages", effect="cut after", times=2)
    question = await at.asked_and_answered()
    await at.end.until(lambda: at.end.rest.doubled >= 1)
    await asyncio.sleep(1)
    expect(len(at.end.replies(question)) == 1, "sent twice")
    return "sent again with the same nonce: one reply"


@scene
async def emergency_while_a_channel_hangs(at: Scene) -> str:
    await at.start()
    at.end.faults.add(rf"POST /channels/{at.end.people.channel_id(0)}/messages", effect="slow", seconds=3.0)
    questions = [await at.ask(DOSE) for _ in range(6)]
    await asyncio.sleep(0.5)
    urgent = await at.ask(THROAT)
    await at.answered(urgent, *questions)
    order = [sent.question for sent in at.end.rest.sent if sent.question in {urgent, *questions}]
    expect(order.index(urgent) <= 1, f"the emergency was number {order.index(urgent) + 1}")
    return "sent next after the message under way, before five that waited longer"


@scene
async def hundreds_type_into_an_option(at: Scene) -> str:
    await at.start()
    typed = [TYPED[number % len(TYPED)][: 1 + number % 40] for number in range(300)]
    options = [{"compound": "cerebrolysin", "section": text} for text in typed]
    typing = [at.end.people.typing("section", each, 0, (1 << 41) + number) for number, each in enumerate(options)]
    for each in typing:
        await at.end.gateway.emit("INTERACTION_CREATE", each)
    await at.asked_and_answered()
    await at.end.until(lambda: all(at.end.rest.responses.get(each["token"]) for each in typing), PATIENCE)
    offered = [body["data"]["choices"] for each in typing for _, body in at.end.rest.responses[each["token"]]]
    expect(len(offered) == len(typing), f"{len(offered)} replies")
    expect(all(len(choices) <= MOST_CHOICES for choices in offered), "more choices than Discord takes")
    return "300 at once got their choices, once each; a question among them answered"


@scene
async def interaction_callback_cut(at: Scene) -> str:
    await at.start()
    at.end.faults.add(r"POST /interactions/.*/callback", effect="cut after")
    command = at.end.people.command("ask", {"question": ROUTE}, 0, 1 << 40)
    await at.end.gateway.emit("INTERACTION_CREATE", command)
    await at.end.until(lambda: len(at.end.rest.responses.get(command["token"], [])) >= 3)
    filled = [body for _, body in at.end.rest.responses[command["token"]] if "components" in body]
    expect(len(filled) == 1, f"filled {len(filled)} times")
    return "acknowledged again, filled once"


@scene
async def sigterm_with_questions_waiting(at: Scene) -> str:
    bot = await at.start()
    for number in range(30):
        await at.ask(DOSE, channel=number % 4)
    began = time.monotonic()
    code = await bot.end(signal.SIGTERM)
    expect(code == 0, f"exit code {code}")
    return f"ended cleanly within {time.monotonic() - began:.1f} s, exit code 0; nothing answered twice"


@scene
async def killed_at_random(at: Scene) -> str:
    chance = random.Random(15)
    for _ in range(3):
        bot = await at.start()
        asking = asyncio.create_task(_asking(at))
        await asyncio.sleep(chance.uniform(0.05, 2.0))
        await bot.end(signal.SIGKILL)
        asking.cancel()
    return "killed three times under load; nothing answered twice"


@scene
async def killed_between_reply_and_response(at: Scene) -> str:
    bot = await at.start()
    question = await at.ask()
    await at.answered(question)
    await bot.end(signal.SIGKILL)
    await at.start()
    await asyncio.sleep(2)
    expect(len(at.end.replies(question)) == 1, "answered again")
    return "not answered again by the next process"


@scene
async def killed_while_it_starts(at: Scene) -> str:
    await at.stop()
    for seconds in (0.3, 1.0, 3.0, 9.0):
        bot = await at.begin()
        await asyncio.sleep(seconds)
        await bot.end(signal.SIGKILL)
    return "killed at four moments of the start"


@scene
async def settings_and_pin_kept_over_a_kill(at: Scene) -> str:
    bot = await at.start()
    await at.command("settings", {"cool-down": 77})
    await at.command("cards pin", {"compound": "cerebrolysin"})
    expect(at.pinned() == 1, f"{at.pinned()} cards pinned")
    await bot.end(signal.SIGKILL)
    await at.start()
    expect("77" in await at.command("settings", {}), "the setting is gone")
    await at.command("cards pin", {"compound": "cerebrolysin"})
    expect(at.pinned() == 1, f"{at.pinned()} cards pinned")
    return "the setting is there, the card is pinned once"


@scene
async def killed_while_a_card_is_pinned(at: Scene) -> str:
    for pattern in (r"POST /channels/\d+/messages", r"PUT /channels/.*pins"):
        bot = await at.start()
        await at.command("cards unpin", {"compound": "cerebrolysin"})
        calls = len(at.end.rest.calls)
        command = at.end.people.command("cards pin", {"compound": "cerebrolysin"}, 0, 1 << 40)
        await at.end.gateway.emit("INTERACTION_CREATE", command)
        await at.end.until(partial(_called, at, calls, pattern), PATIENCE)
        await bot.end(signal.SIGKILL)
        await at.start()
        await at.end.until(lambda: at.pinned() == 1, PATIENCE)
        await at.command("cards pin", {"compound": "cerebrolysin"})
        await asyncio.sleep(1)
        cards = at.cards()
        expect(at.pinned() == 1 and cards == 1, f"{at.pinned()} pinned of {cards} posted")
    return "killed as it was posted and as it was pinned: after the next start one card, pinned once"


@scene
async def disk_full(at: Scene) -> str:
    await at.stop()
    small = at.folder / "small"
    small.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small], check=False).returncode:
        return "not tried: it needs a right to mount a small file system"
    try:
        bot = await at.start(settings={"FOOTNOTE_DATABASE": str(small / "footnote.db")})
        await at.command("settings", {"cool-down": 78})
        (small / "filler").write_bytes(b"x" * _free(small))
        for seconds in range(79, 84):
            await at.command("settings", {"cool-down": seconds})
        await at.asked_and_answered()
        (small / "filler").unlink()
        await bot.end(signal.SIGKILL)
        await at.start(settings={"FOOTNOTE_DATABASE": str(small / "footnote.db")})
        kept = await at.command("settings", {})
        expect(any(str(number) in kept for number in range(78, 84)), "the settings are gone")
        await at.stop()
    finally:
        await at.stop()
        subprocess.run(["umount", small], check=False)
    return "members were answered; the settings that were kept before are there"


@scene
async def store_slow_then_gone(at: Scene) -> str:
    programs = postgres.binaries()
    if programs is None:
        return "not tried: no PostgreSQL server is installed"
    with postgres.server(programs) as server:
        url = server.new_database().render_as_string(hide_password=False)
        bot = await at.start(settings={"DATABASE_URL": url})
        await at.command("settings", {"cool-down": 66})
        await asyncio.sleep(UNTIL_ON_DISK)
        server.pause()
        await at.asked_and_answered()
        server.go_on()
        server.stop()
        await at.asked_and_answered(SIDES)
        await at.command("settings", {"cool-down": 67})
        server.start()
        began = time.monotonic()
        while "66" not in (shown := await at.command("settings", {})):
            expect("cannot be reached just now" in shown, f"shown in place of the settings: {shown}")
            expect(time.monotonic() - began < PATIENCE, "the settings do not come back")
            await asyncio.sleep(0.5)
        seconds = time.monotonic() - began
        expect(bot.process.returncode is None, "the bot ended")
        await at.stop()
    return f"members were answered with the store stopped and with it gone; {seconds:.0f} s after it was back, its settings"


def _called(at: Scene, since: int, pattern: str) -> bool:
    return any(re.search(pattern, call) for call in at.end.rest.calls[since:])


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


async def _asking(at: Scene) -> None:
    number = 0
    while True:
        number += 1
        await at.ask((DOSE, SIDES, ROUTE)[number % 3], channel=number % 4)
        await asyncio.sleep(0.05)


def _by_name(end: Standin, gone: Path) -> dict[str, str]:
    addresses = {name: end.settings[name].replace("127.0.0.1", "localhost") for name in end.settings if "URL" in name}
    end.gateway.host = "localhost"
    return {**addresses, "NO_DNS": str(gone)}


async def played(at: Scene, play: Play) -> tuple[str, bool]:
    """Play one scene and judge it: what was seen, and whether all held. Whoever fails leaves no bot behind."""
    try:
        seen = await play(at)
        await at.judged()
    except (AssertionError, TimeoutError) as error:
        if at.live:
            await at.live.end(signal.SIGKILL)
        at.end.rest.sent.clear()
        at.at_rest()
        return f"{type(error).__name__}: {error}", False
    return seen, True


async def main() -> int:
    """Play what is wanted; 1 where something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="parts of names")
    words = parser.parse_args().words
    wanted = {name: play for name, play in SCENES.items() if not words or any(word in name for word in words)}
    rows, held = list[tuple[str, str, str]](), True
    folder = FOLDER / ("-".join(words) or "all")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    async with standin(window=0.05) as end:
        at = Scene(end, folder)
        with Progress(transient=True) as progress:
            for name, play in progress.track(list(wanted.items()), description="faults"):
                seen, survived = await played(at, play)
                progress.console.print(f"{'survived' if survived else 'NOT'}: {name}: {seen}", highlight=False)
                rows.append((f"`{name}`", seen, "yes" if survived else "**no**"))
                held = held and survived
        await at.stop()
        at.judge_at_rest()
    counted = f"{len(rows)} faults, {len(at.bots)} processes, {len(end.asked)} questions; the token stands in no log.\n"
    tell("-".join(["faults", *words]), ("fault", "seen", "survived"), rows, counted)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
