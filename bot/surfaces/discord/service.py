"""What messages, commands and buttons share: the assistant behind its desk, the store, and the memory of exchanges."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

import discord

from bot.asking import Desk
from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.exchanges import Exchanges
from bot.footnote import Footnote
from bot.metrics import Metrics
from bot.ports import ChannelSettings, Store, Vote
from bot.surfaces.discord.restraint import Restraint

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds that the store may take before its defaults are used


@dataclass(frozen=True, slots=True)
class Question:
    """A text that somebody asked, where and when (seconds), and the language that Discord tells, if any."""

    text: str
    channel: int
    member: int
    at: float
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """Answers questions with their context. Whatever the store does, members are answered."""

    footnote: Footnote
    store: Store
    desk: Desk
    exchanges: Exchanges = field(default_factory=Exchanges)
    patience: float = PATIENCE
    metrics: Metrics = field(default_factory=Metrics)

    @classmethod
    def of(cls, footnote: Footnote, store: Store, patience: float = PATIENCE) -> Service:
        """A service with a desk of its own; `patience` is how long the store may take, in seconds."""
        return cls(footnote, store, Desk(footnote), patience=patience)

    def restraint(self) -> Restraint:
        """A restraint that knows how questions begin."""
        return Restraint(self.footnote.library.lexicon.question_words)

    async def settings(self, guild: int | None, channel: discord.abc.Snowflake | None) -> ChannelSettings:
        """A channel's settings (a thread's are its channel's); the defaults where the store fails or takes too long."""
        if channel is None or guild is None:
            return ChannelSettings()
        place = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
        try:
            async with asyncio.timeout(self.patience):
                return await self.store.channel_settings(guild, place)
        except Exception:
            log.exception("the store gave no settings", extra={"guild": guild, "channel": place})
            return ChannelSettings()

    async def record(self, vote: Vote) -> bool:
        """Keep a vote. False where the store fails or takes too long."""
        try:
            async with asyncio.timeout(self.patience):
                await self.store.record_vote(vote)
        except Exception:
            log.exception("the store kept no vote", extra={"guild": vote.guild, "channel": vote.channel})
            return False
        return True

    async def emergency(self, question: Question, settings: ChannelSettings, *, soon: bool = True) -> Answer | None:
        """The reply to an emergency, before everything else; None where there is none."""
        answer = await self.desk.emergency(question.text, compound=settings.default_compound, soon=soon)
        return self.footnote.in_language(answer, question.language) if answer else None

    async def read(self, question: Question, settings: ChannelSettings) -> tuple[Answer, Exchange]:
        """The reply to a question after the asker's last one there, and what to remember. Await the turn first."""
        earlier = self.exchanges.earlier((question.channel, question.member), question.at)
        answer, exchange = await self.desk.ask(question.text, earlier=earlier, compound=settings.default_compound)
        return self.footnote.in_language(answer, question.language), exchange

    def remember(self, question: Question, exchange: Exchange) -> None:
        """Keep an exchange for the asker's next question there."""
        self.exchanges.remember((question.channel, question.member), exchange, question.at)

    async def answer(self, question: Question, settings: ChannelSettings) -> Answer:
        """The reply to a question that was put to the bot, emergencies first, the asker's questions in order."""
        with self.desk.place(question.member, question.channel) as place:
            emergency = await self.emergency(question, settings, soon=place.is_read_soon)
            if emergency:
                return emergency
            if not place.accepted:
                place.turned_away()
                return self.busy(settings, question.language)
            await place.turn_comes()
            answer, exchange = await self.read(question, settings)
            self.remember(question, exchange)
        return answer

    def answered(self, guild: int | None, channel: int | None, answer: Answer, seconds: float) -> None:
        """Log and count a reply that was sent so many seconds after its question."""
        log.info("answered", extra=told(guild, channel, answer))
        self.metrics.answered(answer, seconds)

    def busy(self, settings: ChannelSettings, language: str | None = None) -> Answer:
        """What somebody is told whose question was not accepted."""
        return self.footnote.note("busy", settings.default_compound, language)


def told(guild: int | None, channel: int | None, answer: Answer) -> dict[str, object]:
    """What the log says of an answer: where and what, never to whom."""
    sections, confidence = list(answer.sections), round(answer.confidence, 3)
    said = {"outcome": answer.outcome, "reason": answer.reason, "sections": sections, "confidence": confidence}
    return {"guild": guild, "channel": channel, **said}
