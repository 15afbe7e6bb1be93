"""What every scene of the fault table has: a stand-in, a bot that can be started again, and the same judgement."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.bots import FOOTNOTE, NOTHING, Bot, started
from benchmarks.standin import Standin
from benchmarks.standin.server import TOKEN

DOSE, SIDES, ROUTE = "how much per day?", "what are the side effects?", "into a muscle or under the skin?"
THROAT = "my throat is swelling after the shot, i can't breathe"
BASICS = {"FOOTNOTE_ENCODER": "false"}
PATIENCE = 180.0  # seconds for anything to happen: the machine may be busy


@dataclass
class Scene:
    """One fault: `end` is Discord's side, `folder` where the bot runs and what stays of it."""

    end: Standin
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    bots: list[Bot] = field(default_factory=list)
    members: int = 1 << 40
    is_usual: bool = True

    async def start(
        self, command: tuple[str, ...] = FOOTNOTE, settings: Mapping[str, str] = NOTHING, shards: int = 1
    ) -> Bot:
        """A bot that is connected and knows its guilds: the one that runs, or another where it has to be one."""
        usual = command == FOOTNOTE and not settings
        if self.live and usual and self.is_usual:
            return self.live
        await self.stop()
        self.is_usual = usual
        self.end.gateway.forget_the_gone()
        bot = await self.begin(command, settings)
        await self.end.gateway.until_connected(shards, PATIENCE)
        await asyncio.sleep(1)
        return bot

    @property
    def live(self) -> Bot | None:
        """The bot that was started last, while it runs."""
        return self.bots[-1] if self.bots and self.bots[-1].process.returncode is None else None

    async def stop(self) -> None:
        """End the bot that runs, if any, as a supervisor would, and see that it ended cleanly."""
        if self.live:
            code = await self.live.end()
            expect(code == 0, f"SIGTERM ended it with {code}")

    async def command(self, name: str, options: dict[str, object], guild: int = 0, seconds: float = PATIENCE) -> str:
        """A moderator uses a slash command; the text of the reply."""
        command = self.end.people.command(name, options, guild, 1 << 40)
        token = command["token"]
        await self.end.gateway.emit("INTERACTION_CREATE", command)
        await self.end.until(
            lambda: any("components" in body for _, body in self.end.rest.responses.get(token, [])), seconds
        )
        return json.dumps([body for _, body in self.end.rest.responses[token]])

    async def begin(self, command: tuple[str, ...] = FOOTNOTE, settings: Mapping[str, str] = NOTHING) -> Bot:
        """Start a bot that need not get as far as connecting."""
        log = self.folder / f"bot-{len(self.bots) + 1}.log"
        bot = await started(self.end, log, command, {**BASICS, **self.settings, **settings})
        self.bots.append(bot)
        return bot

    async def ask(self, text: str = DOSE, guild: int = 0, channel: int = 0) -> int:
        """Another member asks; the id of the question."""
        self.members += 1
        return await self.end.ask(text, guild, self.members, channel)

    async def answered(self, *questions: int, seconds: float = PATIENCE) -> None:
        """Wait until every one of these questions has a reply."""
        await self.end.until(lambda: all(self.end.replies(question) for question in questions), seconds)

    async def asked_and_answered(self, text: str = DOSE, channel: int = 0, seconds: float = PATIENCE) -> int:
        """Ask, and wait for the reply."""
        question = await self.ask(text, 0, channel)
        await self.answered(question, seconds=seconds)
        return question

    async def ends_with_one_line(self, bot: Bot, named: str) -> None:
        """Wait until a bot ended by itself, and see that it said why in one line that is no log and no traceback."""
        code = await bot.ended()
        expect(code == 1, f"exit code {code} in place of 1")
        lines = [line for line in bot.log.read_text().splitlines() if not line.startswith("{")]
        expect(len(lines) == 1 and named in lines[0], f"said {lines}")

    async def judged(self) -> None:
        """What holds after every fault: one reply a question at most, and the bot, or its next start, answers."""
        self.at_rest()
        await self.start()
        await self.asked_and_answered(channel=3)
        self.judge_at_rest()

    def pinned(self) -> int:
        """How many cards are pinned."""
        return sum(map(len, self.end.rest.pins.values()))

    def cards(self) -> int:
        """How many messages of the bot's own stand that reply to no question."""
        rest = self.end.rest
        return sum(sent.question is None and sent.id in rest.messages for sent in rest.sent)

    def at_rest(self) -> None:
        """Discord's side works as it should."""
        self.end.faults.rules.clear()
        gateway = self.end.gateway
        gateway.closes_with, gateway.silent, gateway.refuses = None, False, False

    def judge_at_rest(self) -> None:
        """What can be seen without another start."""
        twice = self.end.answered_twice()
        expect(not twice, f"answered twice: {twice}")
        pinned = {channel: len(pins) for channel, pins in self.end.rest.pins.items()}
        expect(all(number <= 1 for number in pinned.values()), f"pinned cards: {pinned}")
        for path in self.folder.rglob("*"):
            if path.is_file():
                expect(TOKEN.encode() not in path.read_bytes(), f"the token stands in {path.name}")


def expect(holds: object, otherwise: str) -> None:
    """AssertionError where something does not hold, also under python -O."""
    if not holds:
        raise AssertionError(otherwise)
