"""Messages: which of them ask the bot, what it answers in place, and how a reply follows its question."""

from __future__ import annotations

import logging
import re
import time
from typing import Literal

import discord
from discord.utils import utcnow

from bot.admission import Place
from bot.core.answers import Answer
from bot.ports import ChannelSettings
from bot.surfaces.discord.layout import Controls
from bot.surfaces.discord.ledger import Answered, Asked, Ledger
from bot.surfaces.discord.permissions import has_staff_role
from bot.surfaces.discord.replying import Replier
from bot.surfaces.discord.restraint import Heard, Restraint
from bot.surfaces.discord.service import Question, Service

log = logging.getLogger(__name__)

HUMAN = {discord.MessageType.default, discord.MessageType.reply}
_MARKUP = re.compile(r"<(?:@[!&]?|#|a?:\w+:|/[^:<>]+:|t:|id:)[^<>\s]*>")

Addressed = Literal["direct", "mention", "reply"]


class Messages:
    """Answers messages. `me` is the bot's own user, known once it is logged in."""

    def __init__(self, service: Service, replier: Replier, *, reads_content: bool) -> None:
        self._service = service
        self._replier = replier
        self._reads_content = reads_content
        self._restraint: Restraint = service.restraint()
        self._ledger = Ledger()
        self._told: set[int] = set()  # channels that know that automatic answers are not possible

    async def received(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answer a message, if it is for the bot or for automatic answers."""
        if message.author.bot or message.webhook_id or message.type not in HUMAN or not _may_speak(message):
            return
        if self._ledger.of(message.id):
            return  # Discord may deliver an event twice
        how = addressed(message, me)
        if how is None:
            await self._overheard(message, await self._settings(message))
            return
        with self._service.desk.place(message.author.id, message.channel.id) as place:
            if how != "direct" and not message.content and not self._reads_content:
                compound = (await self._settings(message)).default_compound
                await self._replier.reply(message, self._service.footnote.note("offer", compound))
            else:
                await self._asked(message, place)

    async def edited(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Edit the answer to a question that was edited."""
        entry = self._ledger.of(message.id)
        text = question_in(message)
        if entry is None or text == entry.text or not (message.content and (entry.unasked or addressed(message, me))):
            return
        settings = await self._settings(message)
        question = _question(message, text, utcnow().timestamp())
        emergency = await self._service.emergency(question, settings)
        if emergency:
            entry.text = text
            await self._put(message, entry, emergency, text)
            return
        with self._service.desk.place(question.member, question.channel) as place:
            if not place.accepted:
                place.turned_away()
                return
            await place.turn_comes()
            answer, exchange = await self._service.read(question, settings)
            entry.text = text
            if entry.unasked and not self._restraint.is_sure(answer):
                await self._take_back(entry)
                return
            self._service.remember(question, exchange)
            await self._put(message, entry, answer, text)

    async def deleted(self, message_id: int) -> None:
        """Take the answer to a deleted question away, also if it is only on its way."""
        entry = self._ledger.close(message_id)
        if entry:
            await self._take_back(entry)

    async def _take_back(self, entry: Asked) -> None:
        if entry.reply:
            self._service.recent.drop(entry.reply.id)
            await self._replier.remove(entry.reply)

    async def _asked(self, message: discord.Message, place: Place) -> None:
        question = _question(message, question_in(message), message.created_at.timestamp())
        entry = self._ledger.open(
            message.id, question.text, question.member
        )  # before anything is awaited: it may be deleted meanwhile
        settings = await self._settings(message)
        emergency = await self._service.emergency(question, settings, soon=place.is_read_soon)
        if emergency:
            await self._put(message, entry, emergency, question.text)
        elif not place.accepted:
            await self._turned_away(message, settings, place)
        else:
            await place.turn_comes()
            answer, exchange = await self._service.read(question, settings)
            self._service.remember(question, exchange)
            await self._put(message, entry, answer, question.text)

    async def _turned_away(self, message: discord.Message, settings: ChannelSettings, place: Place) -> None:
        self._ledger.close(message.id)
        place.turned_away()
        if place.can_tell:
            await self._replier.reply(message, self._service.busy(settings))

    async def _overheard(self, message: discord.Message, settings: ChannelSettings) -> None:
        """A message that addressed nobody: answered only where automatic answers are on, and then with restraint."""
        if not settings.auto_answer or message.guild is None:
            return
        if not self._reads_content:
            await self._say_that_nothing_is_read(message, settings)
            return
        question = _question(message, question_in(message), message.created_at.timestamp())
        emergency = await self._service.emergency(question, settings)
        if emergency:
            entry = self._ledger.open(message.id, question.text, question.member, unasked=True)
            await self._put(message, entry, emergency, question.text)
            return
        heard = await self._heard(message, question, settings)
        silence = self._restraint.before(
            heard, compound_is_set=settings.default_compound is not None, cool_down=settings.cool_down
        )
        if silence:
            log.debug("silent", extra={"why": silence, "channel": message.channel.id})
            return
        with self._service.desk.place(question.member, question.channel) as place:
            if not place.accepted:
                place.turned_away()
                return
            await place.turn_comes()
            await self._answer_unasked(message, question, heard, settings)

    async def _answer_unasked(
        self, message: discord.Message, question: Question, heard: Heard, settings: ChannelSettings
    ) -> None:
        entry = self._ledger.open(message.id, question.text, question.member, unasked=True)
        answer, exchange = await self._service.read(question, settings)
        silence = None if answer.outcome == "emergency" else self._restraint.after(heard, answer)
        if silence:
            log.debug("silent", extra={"why": silence, "channel": message.channel.id})
            self._ledger.close(message.id)
            return
        self._restraint.answered(heard.channel, heard.member, heard.at)
        self._service.remember(question, exchange)
        await self._put(message, entry, answer, question.text)

    async def _heard(self, message: discord.Message, question: Question, settings: ChannelSettings) -> Heard:
        answered = message.reference is not None or bool(message.mentions) or bool(message.role_mentions)
        return Heard(
            channel=question.channel,
            member=question.member,
            text=question.text,
            at=question.at,
            is_staff=is_staff(message.author, message.channel, settings),
            to_someone=answered,
            names_compound=await self._service.desk.names_a_card(question.text),
            follows_up=self._service.exchanges.earlier((question.channel, question.member), question.at) is not None,
        )

    async def _say_that_nothing_is_read(self, message: discord.Message, settings: ChannelSettings) -> None:
        if message.channel.id in self._told:
            return
        self._told.add(message.channel.id)
        log.warning("automatic answers need the message content intent", extra={"channel": message.channel.id})
        await self._replier.reply(message, self._service.footnote.note("no-content", settings.default_compound))

    async def _put(self, message: discord.Message, entry: Asked, answer: Answer, text: str) -> None:
        """Send the answer to `text`, or edit the one before it, unless the question is gone or another one by now."""
        if entry.deleted or entry.text != text:
            return
        controls = _controls(message, answer)
        if entry.reply:
            await self._replier.edit(entry.reply, answer, controls)
            await self._noted(message, entry.reply.id, answer, text)
            return
        sent = await self._replier.reply(message, answer, controls)
        if sent is None:
            self._service.metrics.unsent()
            return
        entry.reply = discord.PartialMessage(channel=message.channel, id=sent.id)
        self._restraint.shown(message.channel.id, answer, message.created_at.timestamp())
        guild, seconds = message.guild.id if message.guild else None, time.monotonic() - entry.at
        self._service.answered(guild, message.channel.id, answer, seconds)
        if entry.deleted:
            await self._take_back(entry)
        else:
            await self._noted(message, sent.id, answer, text)

    async def _noted(self, message: discord.Message, reply: int, answer: Answer, text: str) -> None:
        """Remember what a reply answers, for votes on it; keep a declined question of a server's."""
        if message.guild is None:
            return
        self._service.recent.note(reply, Answered(message.author.id, text, answer))
        if answer.outcome == "decline":
            settings = await self._settings(message)
            self._service.note_unanswered(message.guild.id, text, answer, settings, utcnow().timestamp())

    def forget(self, member: int) -> None:
        """Let go what is remembered of a member."""
        self._ledger.forget(member)
        self._restraint.forget(member)

    async def _settings(self, message: discord.Message) -> ChannelSettings:
        return await self._service.settings(message.guild.id if message.guild else None, message.channel)


def addressed(message: discord.Message, me: discord.ClientUser) -> Addressed | None:
    """How a message addresses the bot: directly, by a mention, or as a reply to it; None where it does not."""
    if message.guild is None:
        return "direct"
    role = message.guild.self_role
    if any(user.id == me.id for user in message.mentions) or (role is not None and role in message.role_mentions):
        return "mention"
    answered = message.reference.resolved if message.reference else None
    return "reply" if isinstance(answered, discord.Message) and answered.author.id == me.id else None


def question_in(message: discord.Message) -> str:
    """The text of a message without mentions, custom emoji and the like."""
    return " ".join(_MARKUP.sub(" ", message.content).split())


def is_staff(author: discord.abc.User, channel: discord.abc.Messageable, settings: ChannelSettings) -> bool:
    """Whether somebody moderates a channel: by a role of the settings, or by being allowed to manage its messages."""
    if not isinstance(author, discord.Member):
        return False
    if has_staff_role(author, settings):
        return True
    return (
        isinstance(channel, discord.abc.GuildChannel | discord.Thread)
        and channel.permissions_for(author).manage_messages
    )


def _may_speak(message: discord.Message) -> bool:
    """Whether Discord would take a reply there, as far as the bot can know."""
    channel = message.channel
    if message.guild is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    allowed = channel.permissions_for(message.guild.me)
    return allowed.view_channel and (
        allowed.send_messages_in_threads if isinstance(channel, discord.Thread) else allowed.send_messages
    )


def _question(message: discord.Message, text: str, at: float) -> Question:
    return Question(text, message.channel.id, message.author.id, at)


def _controls(message: discord.Message, answer: Answer) -> Controls:
    return Controls(asker=message.author.id, votes=message.guild is not None, language=answer.language)
