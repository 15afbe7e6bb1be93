"""The load that Footnote bears, measured over real sockets against a stand-in for Discord.

    python -m benchmarks.load                 # everything: a steady minute, a burst, an hour's worth of events
    python -m benchmarks.load steady --seconds 20

What each shows is kept as Markdown in build/under-fire, and so is what the bots logged. CPU is own CPU time of the bot's
process, the kernel's for it included, beside a bare discord.py echo bot in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from rich.progress import Progress

from benchmarks.bots import ECHO, Bot, running
from benchmarks.standin import Standin, standin
from benchmarks.standin.rest import Limits
from benchmarks.told import tell
from bot.loading import knowledge_folder, load_library

MEASURED = ("-m", "benchmarks.measured", "run")
BURST = 500.0  # questions a second
GUILDS, MEMBERS, CHANNELS = 100, 400, 4
HEALTH_PORT = 19_876
EMERGENCY = "my throat is swelling after the shot, i can't breathe"
HOURLY = 40  # events a second of the hour's worth
OFF, ON = {"FOOTNOTE_ENCODER": "false"}, {"FOOTNOTE_ENCODER": "true"}
CALM = 60.0  # seconds after the last question within which every accepted one is answered
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """What one run showed. CPU in milliseconds a reply, latencies in milliseconds, memory in MB."""

    name: str
    asked: int
    replied: int
    cpu: float
    encoder: float
    reading: float
    latencies: tuple[float, float, float]
    memory: float
    memory_before: float
    holds: dict[str, float]

    @property
    def row(self) -> list[str]:
        """A row of the table."""
        parts = (self.encoder, self.reading, self.beside) if self.holds else ()
        spent = [f"{part:.2f}" for part in (self.cpu, *parts)] + [""] * (3 - len(parts))
        waited = [f"{ms:,.0f}" for ms in self.latencies]
        return [
            self.name,
            f"{self.replied:,} of {self.asked:,}",
            *spent,
            *waited,
            f"{self.memory:.0f}",
            told(self.holds),
        ]

    @property
    def beside(self) -> float:
        """CPU beside the encoder and the reading."""
        return self.cpu - self.encoder - self.reading


def questions() -> list[str]:
    """The labelled questions of the tests and every tenth utterance, in an order that is the same every time."""
    labelled = [json.loads(line) for path in sorted((ROOT / "tests/questions").glob("*.jsonl")) for line in path.open()]
    library = load_library(knowledge_folder())
    calm = [intent for intent in library.intents if intent.refusal != "emergency"]
    spoken = [text for intent in calm for text in intent.utterances[::10]]
    urgent = ("emergency", "late-emergency")
    texts = [question["turns"][-1] for question in labelled if question.get("kind") not in urgent] + spoken
    random.Random(15).shuffle(texts)
    return [text for text in texts if len(text) < 1_500]


def percentiles(latencies: Sequence[float]) -> tuple[float, float, float]:
    """The median, the 95th and the 99th percentile."""
    cut = statistics.quantiles(latencies, n=100) if len(latencies) > 1 else [0.0] * 99
    return cut[49], cut[94], cut[98]


async def figures() -> dict[str, float]:
    """What the bot's own endpoint says."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{HEALTH_PORT}/metrics") as reply:
        lines = (await reply.text()).splitlines()
    found = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in found}


async def holds() -> dict[str, float]:
    """What the bot's own endpoint says of its loop."""
    return {name: round(value, 3) for name, value in (await figures()).items() if name.startswith("footnote_loop")}


def kept(name: str) -> Path:
    """An empty folder for what a run leaves behind."""
    folder = ROOT / "build" / "under-fire" / name.replace(" ", "-").replace(",", "")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def measures(folder: Path) -> dict[str, float]:
    """What the measured bot wrote last."""
    path = folder / "measures.json"
    found: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}
    return {"encoder": 0.0, "readings": 0.0, **found}


async def asked_steadily(end: Standin, texts: Iterable[str], rate: float, advance: Any) -> list[int]:
    """Ask at a steady rate, each question in another guild; their ids."""
    loop, asked = asyncio.get_running_loop(), list[int]()
    due = loop.time()
    for number, text in enumerate(texts):
        asked.append(await end.ask(text, number % GUILDS, (1 << 40) + number % MEMBERS, number // GUILDS % CHANNELS))
        advance()
        due += 1 / rate
        await asyncio.sleep(max(0.0, due - loop.time()))
    return asked


def latencies(end: Standin, asked: Iterable[int]) -> list[float]:
    """Milliseconds from a question to the REST call that answers it."""
    at = {sent.question: sent.at for sent in reversed(end.rest.sent) if sent.question}
    return [(at[question] - end.asked[question]) * 1000 for question in asked if question in at]


async def steady(
    name: str, command: tuple[str, ...], texts: list[str], seconds: int, rate: float, **settings: str
) -> Run:
    """One bot under a steady rate, after some questions to warm up."""
    limits = Limits(per_second=1000, per_channel=1000)
    with Progress(transient=True) as progress:
        task = progress.add_task(name, total=int(seconds * rate) + 100)
        here = kept(name)
        settings |= {"MEASURES": str(here / "measures.json"), "FOOTNOTE_HEALTH_PORT": str(HEALTH_PORT)}
        async with standin(GUILDS, limits) as end, running(end, here / "bot.log", command, settings) as bot:
            await asked_steadily(end, texts[:100], rate, lambda: progress.advance(task))
            await end.until(lambda: len(end.rest.sent) >= 100, CALM)
            await asyncio.sleep(1)
            cpu, spent, before, memory = bot.cpu, measures(here), len(end.rest.sent), bot.memory
            wanted = [texts[(100 + n) % len(texts)] for n in range(int(seconds * rate))]
            asked = await asked_steadily(end, wanted, rate, lambda: progress.advance(task))
            await _settled(end, before + len(asked))
            await asyncio.sleep(1)
            replied, used, now = len(end.rest.sent) - before, bot.cpu - cpu, measures(here)
            held = await holds() if command is not ECHO else {}
            each = {key: (now[key] - spent[key]) / replied * 1000 for key in ("encoder", "readings")}
            return Run(
                name, len(asked), replied, used / replied * 1000, each["encoder"], each["readings"] - each["encoder"],
                percentiles(latencies(end, asked)), bot.memory, memory, held,
            )  # fmt: skip


async def _settled(end: Standin, wanted: int) -> None:
    """Wait until all replies are there, or until no more come."""
    seen, still = -1, 0
    while len(end.rest.sent) < wanted and still < 5:
        still = still + 1 if len(end.rest.sent) == seen else 0
        seen = len(end.rest.sent)
        await asyncio.sleep(1)


async def burst(texts: list[str], questions_: int, seconds: float, **settings: str) -> dict[str, Any]:
    """Thousands of questions within seconds, emergencies among them, under Discord's own rate limits."""
    with Progress(transient=True) as progress:
        task = progress.add_task("burst", total=questions_)
        here = kept("burst")
        settings |= {"MEASURES": str(here / "measures.json"), "FOOTNOTE_HEALTH_PORT": str(HEALTH_PORT)}
        async with standin(GUILDS) as end, running(end, here / "bot.log", MEASURED, settings) as bot:
            memory = bot.memory
            wanted = [EMERGENCY if n % 500 == 250 else texts[n % len(texts)] for n in range(questions_)]
            began, used = asyncio.get_running_loop().time(), bot.cpu
            asked = await asked_steadily(end, wanted, questions_ / seconds, lambda: progress.advance(task))
            taken = asyncio.get_running_loop().time() - began
            await _quiet(end)
            quiet, used = asyncio.get_running_loop().time() - began, bot.cpu - used
            await asyncio.sleep(2.5)
            return judged(end, bot, asked, wanted) | {
                "memory before": round(memory),
                "asked within / quiet after (s)": f"{taken:.0f} / {quiet:.0f}",
                "CPU (s)": round(used, 1),
                "loop held for over 50 ms; longest": told(await holds()),
            }


async def _quiet(end: Standin) -> None:
    """Wait until nothing waits in the bot any more, and no reply came for two seconds."""
    still = 0
    async with asyncio.timeout(CALM * 5):
        while still < 4:
            seen, now = len(end.rest.sent), await figures()
            busy = any(now[f"footnote_{name}"] for name in ("waiting", "unread", "outbox"))
            await asyncio.sleep(0.5)
            still = 0 if busy or len(end.rest.sent) != seen else still + 1


def judged(end: Standin, bot: Bot, asked: list[int], texts: list[str]) -> dict[str, Any]:
    """What a burst came to, counted at the stand-in's end and in the bot's log."""
    answered = len(bot.events("answered"))
    turned_away = bot.events("too many questions at once")
    told, not_told = (sum(line[key] for line in turned_away) for key in ("told", "not_told"))
    urgent = [question for question, text in zip(asked, texts, strict=True) if text == EMERGENCY]
    urgent_ms, all_ms = latencies(end, urgent), latencies(end, asked)
    return {
        "asked": len(asked),
        "answered": answered,
        "told that there are too many": told,
        "counted in the log": not_told,
        "unaccounted for": len(asked) - answered - told - not_told,
        "answered twice": len(end.answered_twice()),
        "out of a member's order": out_of_order(end, asked),
        "emergencies answered": f"{len(urgent_ms)}/{len(urgent)}",
        "emergencies, slowest (ms)": round(max(urgent_ms, default=0)),
        "all, p50 / p99 (ms)": "{0:.0f} / {2:.0f}".format(*percentiles(all_ms)),
        "refused with 429": end.rest.limited,
        "memory after": round(bot.memory),
    }


def out_of_order(end: Standin, asked: list[int]) -> int:
    """How many replies overtook the reply to an earlier question of the same member, emergencies aside."""
    number = {question: at for at, question in enumerate(asked)}
    last: dict[int, int] = {}
    overtaken = 0
    for sent in end.rest.sent:
        if sent.question not in number or is_note(sent.payload) or is_emergency(sent.payload):
            continue
        member = number[sent.question] % MEMBERS
        overtaken += number[sent.question] < last.get(member, -1)
        last[member] = max(last.get(member, -1), number[sent.question])
    return overtaken


def is_note(payload: dict[str, Any]) -> bool:
    """Whether a reply says that there are too many questions."""
    return "Too many questions are waiting" in json.dumps(payload)


def is_emergency(payload: dict[str, Any]) -> bool:
    """Whether a reply is one to an emergency."""
    return "call emergency services" in json.dumps(payload)


def told(holds: dict[str, float]) -> str:
    """How often the loop was held for over 50 ms, and the longest times: in all, and by its own work."""
    if not holds:
        return ""
    times, own = holds["footnote_loop_holds"], holds["footnote_loop_holds_own"]
    longest, longest_own = holds["footnote_loop_longest_seconds"], holds["footnote_loop_longest_own_seconds"]
    return f"{times:.0f}, {longest * 1000:.0f} ms; own {own:.0f}, {longest_own * 1000:.0f} ms"


HEADINGS = (
    "bot",
    "replied",
    "CPU",
    "of it encoder",
    "of it reading",
    "beside both",
    "p50",
    "p95",
    "p99",
    "MB",
    "loop held",
)


async def told_steady(texts: list[str], seconds: int, rate: float) -> None:
    """The steady runs: the echo bot, and Footnote without its encoder, with it, and with questions that it knows."""
    runs = [await steady("echo (bare discord.py)", ECHO, texts, seconds, rate)]
    runs.append(await steady("Footnote, no encoder", MEASURED, texts, seconds, rate, **OFF))
    runs.append(await steady("Footnote", MEASURED, texts, seconds, rate, **ON))
    runs.append(await steady("Footnote, the same 100 questions", MEASURED, texts[:100], seconds, rate, **ON))
    times = ", ".join(f"{run.name}: {run.beside / runs[0].cpu:.2f}" for run in runs[1:])
    line = f"Beside encoder and reading, in times of the echo bot's CPU: {times}."
    asked = f"{rate:.0f} questions a second for {seconds} s; CPU in ms a reply, latency in ms.\n"
    tell("steady", HEADINGS, [run.row for run in runs], line, asked)


async def told_burst(texts: list[str], questions_: int) -> None:
    """A burst without the encoder, and one with it, side by side."""
    off, on = [await burst(texts, questions_, questions_ / BURST, **settings) for settings in (OFF, ON)]
    tell("burst", ("", "no encoder", "encoder"), [(name, off[name], on[name]) for name in off])


async def told_hour(texts: list[str], events: int) -> None:
    """As many questions as a busy hour brings, without the encoder: what the memory is at the end."""
    run = await steady("an hour's worth", MEASURED, texts, events // HOURLY, HOURLY, **OFF)
    begun = f"Memory before: {run.memory_before:.0f} MB; {events:,} events at {HOURLY} a second.\n"
    tell("hour", HEADINGS, [run.row], begun)


async def main() -> None:
    """Run what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("steady", "burst", "hour", "all"), default="all")
    parser.add_argument("--seconds", type=int, default=60, help="of the steady runs")
    parser.add_argument("--rate", type=float, default=50.0, help="questions a second of the steady runs")
    parser.add_argument("--questions", type=int, default=5_000, help="of the burst, within ten seconds")
    parser.add_argument("--events", type=int, default=10_000, help="of the hour's worth of events")
    wanted, texts = parser.parse_args(), questions()
    if wanted.what in {"steady", "all"}:
        await told_steady(texts, wanted.seconds, wanted.rate)
    if wanted.what in {"burst", "all"}:
        await told_burst(texts, wanted.questions)
    if wanted.what in {"hour", "all"}:
        await told_hour(texts, wanted.events)


if __name__ == "__main__":
    asyncio.run(main())
