"""/gaps: the questions that found no answer, one a page, to dismiss or to keep as an example for a section."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.cards import Card
from bot.core.interface import Audited, QueueLine, Refused
from bot.ports import Gap, StoreError
from bot.surfaces.discord.items import Menu, Press, option
from bot.surfaces.discord.languages import language_of, language_of_server
from bot.surfaces.discord.layout import OPTIONS
from bot.surfaces.discord.moderating import Moderating
from bot.surfaces.discord.replying import Interaction
from bot.surfaces.discord.reports import Entry, Moment, Row, Stored
from bot.surfaces.discord.states import Accept, Dismiss, StaleError, Turn

REFUSED: dict[str, Refused] = {
    "no_passage": "no_passage",
    "other_compound": "other_compound",
    "off_topic": "off_topic",
    "gap": "gap",
    "not_helpful": "not_helpful",
}


class Queue:
    """What /gaps and its buttons do, for moderators alone."""

    def __init__(self, moderating: Moderating) -> None:
        self._moderating = moderating
        self._service = moderating.service

    async def show(self, interaction: Interaction, page: int = 1) -> None:
        """A question of the queue (from 1, most asked first); in place of the one whose button was pressed."""
        if await self._allows(interaction):
            await self._page(interaction, page)

    async def dismiss(self, interaction: Interaction, state: Dismiss) -> None:
        """Take a question out of the queue, and show the next one."""
        if await self._allows(interaction):
            await self._close(interaction, state, None)

    async def accept(self, interaction: Interaction, state: Accept, section: str) -> None:
        """Keep a question as an example for a section, and show the next one. StaleError where no card has it."""
        if not any(card.section(section) for card in self._service.footnote.library.cards):
            raise StaleError(section)
        if await self._allows(interaction):
            await self._close(interaction, state, section)

    async def _allows(self, interaction: Interaction) -> bool:
        return await self._moderating.allows(interaction, "queue", in_place=interaction.message is not None)

    async def _close(self, interaction: Interaction, state: Dismiss | Accept, section: str | None) -> None:
        guild, store = interaction.guild_id or 0, self._service.store
        work = store.accept_gap(guild, state.gap, section) if section else store.dismiss_gap(guild, state.gap)
        try:
            done = await self._service.keeper.tried("could not close a question", work, guild=guild)
        except StoreError:
            await self._say(interaction, "store-down")
            return
        if done:
            await self._tell(interaction, state.gap, section)
        await self._page(interaction, state.page, None if done else "already-done")

    async def _tell(self, interaction: Interaction, gap: int, section: str | None) -> None:
        words, language = self._service.words, language_of_server(interaction.guild)
        entries = [Entry(words.word("should-be", language), (Stored(section),))] if section else []
        what: Audited = "accepted" if section else "dismissed"
        await self._moderating.audit.told(interaction, what, *entries, gap=gap, section=section)

    async def _page(self, interaction: Interaction, page: int, line: QueueLine | None = None) -> None:
        guild, store = interaction.guild_id or 0, self._service.store
        await self._service.inbox.kept()
        try:
            count = await self._service.keeper.tried("did not count the queue", store.count_gaps(guild), guild=guild)
            page = min(max(page, 1), max(count, 1))
            work = store.gaps(guild, limit=1, offset=page - 1)
            found = await self._service.keeper.tried("gave no question", work, guild=guild)
        except StoreError:
            await self._say(interaction, "store-down")
            return
        if not found:
            settings = await self._service.settings(guild, interaction.channel)
            await self._say(interaction, "queue-empty" if settings.unanswered else "queue-off")
            return
        lines = [self._moderating.word("place", interaction).format(number=page, of=count)]
        lines += [self._moderating.word(line, interaction)] if line else []
        entries, rows = self._entries(interaction, found[0]), self._rows(interaction, found[0], page, count)
        await self._moderating.say(interaction, "queue", " · ".join(lines), *entries, rows=rows)

    def _entries(self, interaction: Interaction, gap: Gap) -> tuple[Entry, ...]:
        word = self._moderating.word
        card = self._card(gap)
        why = REFUSED.get(gap.asked.reason)
        return (
            Entry(word("question", interaction), (Stored(gap.asked.question),)),
            Entry(word("card", interaction), (card.name,)),
            Entry(word("asked", interaction), (gap.count,)),
            Entry(word("last-asked", interaction), (Moment(gap.last_at),)),
            Entry(word("why", interaction), (word(why, interaction) if why else Stored(gap.asked.reason),)),
        )

    def _rows(self, interaction: Interaction, gap: Gap, page: int, count: int) -> tuple[Row, ...]:
        words, language = self._service.words, language_of(interaction)
        turns = [Press(Turn("gaps", page - 1).custom_id, words.button("back", language))] if page > 1 else []
        turns += [Press(Turn("gaps", page + 1).custom_id, words.button("next", language))] if page < count else []
        dismiss = Press(Dismiss(gap.id, page).custom_id, words.button("dismiss", language))
        return (*self._menus(gap, page, words.word("should-be", language)), (*turns, dismiss))

    def _menus(self, gap: Gap, page: int, placeholder: str) -> Iterator[Menu]:
        sections = self._card(gap).sections
        for number, at in enumerate(range(0, len(sections), OPTIONS), 1):
            options = [option(section.title, section.id) for section in sections[at : at + OPTIONS]]
            yield Menu(Accept(gap.id, page, number).custom_id, placeholder, options)

    def _card(self, gap: Gap) -> Card:
        return self._service.footnote.library.card(gap.asked.compound) or self._service.default_card

    async def _say(self, interaction: Interaction, line: QueueLine) -> None:
        await self._moderating.say(interaction, "queue", self._moderating.word(line, interaction))
