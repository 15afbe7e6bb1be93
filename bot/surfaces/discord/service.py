"""What messages, commands and buttons share: the assistant behind its desk, the store, and the memory of exchanges."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

import discord
from discord.app_commands import AppCommandThread

from bot.asking import Desk
from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.core.cards import Card
from bot.core.interface import Interface
from bot.exchanges import Exchanges
from bot.footnote import Footnote
from bot.inbox import Inbox
from bot.keeping import PATIENCE, Keeper
from bot.metrics import Metrics
from bot.ports import ChannelSettings, Noted, Store
from bot.surfaces.discord.ledger import Recent
from bot.surfaces.discord.restraint import SURE, Restraint

log = logging.getLogger(__name__)


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

    keeper: Keeper
    desk: Desk
    inbox: Inbox
    exchanges: Exchanges = field(default_factory=Exchanges)
    recent: Recent = field(default_factory=Recent)
    metrics: Metrics = field(default_factory=Metrics)
    sure: float = SURE

    @classmethod
    def of(cls, footnote: Footnote, store: Store, patience: float = PATIENCE, sure: float = SURE) -> Service:
        """A service with a desk of its own; `patience` is how long the store may take, in seconds.

        `sure` is the least confidence of an answer that nobody asked for.
        """
        keeper = Keeper(store, patience)
        return cls(keeper, Desk(footnote), Inbox(keeper), sure=sure)

    @property
    def store(self) -> Store:
        """What is kept. Ask it through the keeper."""
        return self.keeper.store

    @property
    def footnote(self) -> Footnote:
        """The assistant in use; a reload puts another into its place."""
        return self.desk.footnote

    @property
    def words(self) -> Interface:
        """The words around the replies."""
        return self.footnote.library.replies.interface

    @property
    def default_card(self) -> Card:
        """The card whose warning ends what is about no card."""
        library = self.footnote.library
        return library.card(self.footnote.default) or library.cards[0]

    def restraint(self) -> Restraint:
        """A restraint that knows how questions begin."""
        return Restraint(lambda: self.footnote.library.lexicon.question_words, self.sure)

    async def settings(self, guild: int | None, channel: discord.abc.Snowflake | None) -> ChannelSettings:
        """A channel's settings (a thread's are its channel's); the last known ones where the store fails."""
        settings = await self.keeper.settings(guild, settings_place(channel) if channel else None)
        compound = settings.default_compound
        known = compound is None or self.footnote.library.card(compound) is not None
        return settings if known else replace(settings, default_compound=None)

    def note_unanswered(self, guild: int, text: str, answer: Answer, settings: ChannelSettings, at: float) -> None:
        """Keep a question that everybody saw and that was declined or voted down, where the server has a queue."""
        asked = self.footnote.unanswered(text, answer) if settings.unanswered else None
        if asked:
            self.inbox.put(Noted(guild, asked, at))

    async def emergency(self, question: Question, settings: ChannelSettings, *, soon: bool = True) -> Answer | None:
        """The reply to an emergency, before everything else, and kept in mind for what follows; None where there is none."""
        answer = await self.desk.emergency(question.text, compound=settings.default_compound, soon=soon)
        if answer is None:
            return None
        self.remember(question, self.footnote.exchange(question.text, answer, self._earlier(question)))
        return self.footnote.in_language(answer, question.language)

    async def read(self, question: Question, settings: ChannelSettings) -> tuple[Answer, Exchange]:
        """The reply to a question after the asker's last one there, and what to remember. Await the turn first."""
        earlier = self._earlier(question)
        answer, exchange = await self.desk.ask(question.text, earlier=earlier, compound=settings.default_compound)
        return self.footnote.in_language(answer, question.language), exchange

    def _earlier(self, question: Question) -> Exchange | None:
        return self.exchanges.earlier((question.channel, question.member), question.at)

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


def settings_place(channel: discord.abc.Snowflake) -> int:
    """The id of the channel that a channel's settings are kept under: a thread's are those of its channel."""
    return channel.parent_id if isinstance(channel, discord.Thread | AppCommandThread) else channel.id


def told(guild: int | None, channel: int | None, answer: Answer) -> dict[str, object]:
    """What the log says of an answer: where and what, never to whom."""
    sections, confidence = list(answer.sections), round(answer.confidence, 3)
    said = {"outcome": answer.outcome, "reason": answer.reason, "sections": sections, "confidence": confidence}
    return {"guild": guild, "channel": channel, **said}
