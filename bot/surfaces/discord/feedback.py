"""Votes on replies: kept without who voted, answered with the nearest sections, given a reason, shown to moderators."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord.ui import Label, Modal, TextDisplay, TextInput
from discord.utils import utcnow

from bot.core.gaps import without_traces
from bot.core.interface import Note
from bot.ports import MOST_REASON, Reason, StoreError, Tally, Vote
from bot.surfaces.discord.languages import language_of
from bot.surfaces.discord.layout import Controls
from bot.surfaces.discord.moderating import Moderating
from bot.surfaces.discord.pages import shown
from bot.surfaces.discord.permissions import server_of
from bot.surfaces.discord.replying import Interaction
from bot.surfaces.discord.reports import Entry, Moment, Stored, Value
from bot.surfaces.discord.states import Ballot, Why
from bot.surfaces.discord.turning import page_of

READ = 200  # characters of a question that the nearest sections are worked out from, on the event loop
MOST_REASONS = 200  # of the latest that /feedback shows
FORM = 45  # characters of a form's title and label


class Feedback:
    """What the buttons under a reply and /feedback do."""

    def __init__(self, moderating: Moderating) -> None:
        self._moderating = moderating
        self._service = moderating.service
        self._replier = moderating.replier

    async def vote(self, interaction: Interaction, ballot: Ballot) -> None:
        """Keep a vote; a "not helpful" is offered the nearest sections, and enters the queue with its question."""
        if not await self._replier.acknowledge(interaction, private=True):
            return
        guild, at = server_of(interaction), utcnow().timestamp()
        vote = Vote(
            guild=guild or 0,
            message=interaction.message.id if interaction.message else 0,
            member=interaction.user.id,
            compound=ballot.card,
            sections=ballot.sections,
            helpful=ballot.helpful,
            confidence=ballot.confidence,
        )
        kept = guild is not None and await self._kept(vote, at)
        if kept and not ballot.helpful:
            await self._note_question(interaction, vote, at)
        await self._thank(interaction, vote, kept=kept)

    async def ask_why(self, interaction: Interaction, why: Why) -> None:
        """Ask for the reason of a vote, in a form."""
        await self._replier.ask_in_form(interaction, self._form(why, language_of(interaction)))

    async def why(self, interaction: Interaction, why: Why, reason: str) -> None:
        """Keep the reason of a vote."""
        if not await self._replier.acknowledge(interaction, private=True):
            return
        guild, text, language = interaction.guild_id or 0, without_traces(reason), language_of(interaction)
        work = self._service.store.record_reason(guild, why.message, interaction.user.id, text)
        try:
            known = await self._service.keeper.tried("kept no reason", work, guild=guild)
            note = self._service.footnote.note("why-kept" if known else "why-lost", None, language)
        except StoreError:
            note = self._service.footnote.note("not-kept", None, language)
        await self._replier.respond(interaction, note)

    async def show(self, interaction: Interaction, page: int = 1) -> None:
        """A page of the votes by match, the most unhelpful first, and of the reasons, the latest first."""
        if not await self._moderating.allows(interaction, "feedback", in_place=interaction.message is not None):
            return
        guild, store = interaction.guild_id or 0, self._service.store
        try:
            tallies = await self._service.keeper.tried("gave no votes", store.tallies(guild), guild=guild)
            work = store.reasons(guild, limit=MOST_REASONS)
            reasons = await self._service.keeper.tried("gave no reasons", work, guild=guild)
        except StoreError:
            await self._moderating.say(interaction, "feedback", self._moderating.word("store-down", interaction))
            return
        line = "" if tallies else self._moderating.word("feedback-none", interaction)
        entries = [self._tally(interaction, tally) for tally in tallies] + list(map(self._reason, reasons))
        entries_shown, rows = page_of(entries, page, "feedback", self._service.words, language_of(interaction))
        await self._moderating.say(interaction, "feedback", line, *entries_shown, rows=rows)

    async def _kept(self, vote: Vote, at: float) -> bool:
        work = self._service.store.record_vote(vote, at)
        return await self._service.keeper.kept("kept no vote", work, guild=vote.guild)

    async def _note_question(self, interaction: Interaction, vote: Vote, at: float) -> None:
        asked = self._service.recent.asked(vote.message)
        if asked:
            settings = await self._service.settings(vote.guild, interaction.channel)
            self._service.note_unanswered(vote.guild, asked.text, asked.answer, settings, at)

    async def _thank(self, interaction: Interaction, vote: Vote, *, kept: bool) -> None:
        language, footnote = language_of(interaction), self._service.footnote
        thanks: Note = "thanks" if vote.helpful else "noted"
        note = footnote.note(thanks if kept else "not-kept", vote.compound, language)
        if vote.helpful:
            await self._replier.respond(interaction, note)
            return
        asked = self._service.recent.asked(vote.message)
        near = footnote.nearest(vote.compound, vote.sections, asked.text[:READ] if asked else None)
        controls = Controls(why=vote.message if kept else None, language=language)
        await self._replier.respond(interaction, replace(note, suggestions=near), controls)

    def _form(self, why: Why, language: str | None) -> Modal:
        words = self._service.words
        form = Modal(title=words.word("why-title", language)[:FORM], custom_id=why.custom_id, timeout=None)
        reason: TextInput[Modal] = TextInput(style=discord.TextStyle.paragraph, max_length=MOST_REASON)
        form.add_item(Label(text=words.word("why-label", language)[:FORM], component=reason))
        warning = self._service.default_card.warning
        form.add_item(TextDisplay("\n".join(map(shown, warning.texts(language)))))
        form.stop()  # what is filled in comes back by its custom_id, also after a restart
        return form

    def _tally(self, interaction: Interaction, tally: Tally) -> Entry:
        word = self._moderating.word
        counts = word("votes", interaction).format(helpful=tally.helpful, not_helpful=tally.not_helpful)
        sure = "" if tally.confidence is None else f"{100 * tally.confidence:.0f}"
        values = [counts, *([word("sureness", interaction).format(percent=sure)] if sure else [])]
        return Entry(self._match(tally.compound, tally.sections), (" · ".join(values),))

    def _reason(self, reason: Reason) -> Entry:
        values: tuple[Value, ...] = (Moment(reason.at), Stored(reason.text, MOST_REASON))
        return Entry(self._match(reason.compound, reason.sections), values)

    def _match(self, compound: str, sections: tuple[str, ...]) -> str:
        """A card and its sections by their titles; what the knowledge holds no more, by its id."""
        card = self._service.footnote.library.card(compound)
        known = {section.id: section.title for section in card.sections} if card else {}
        return f"{card.name if card else compound} › {', '.join(known.get(each, each) for each in sections)}"
