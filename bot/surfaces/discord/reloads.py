"""/reload and SIGHUP: the knowledge is loaded anew, its owner is told what is wrong with it, pinned cards follow."""

from __future__ import annotations

import logging

import discord

from bot.core.interface import Audited
from bot.reloading import Reloading
from bot.surfaces.discord.languages import language_of
from bot.surfaces.discord.moderating import Moderating
from bot.surfaces.discord.replying import FAULTS, Interaction
from bot.surfaces.discord.reports import Entry, Stored
from bot.surfaces.discord.states import StaleError
from bot.surfaces.discord.turning import page_of
from bot.surfaces.discord.upkeep import Upkeep

log = logging.getLogger(__name__)

MOST_FAULT = 600  # characters of a fault that are shown


class Reloads:
    """Loads the knowledge anew for those who own the bot's application."""

    def __init__(self, moderating: Moderating, reloading: Reloading, upkeep: Upkeep) -> None:
        self._moderating = moderating
        self._reloading = reloading
        self._upkeep = upkeep

    async def command(self, interaction: Interaction) -> None:
        """Load it, and say what came of it."""
        if not await self._allows(interaction):
            return
        faults = await self._reloading.reload()
        if faults:
            await self._show_faults(interaction, 1)
        else:
            lines = (self._moderating.word("reloaded", interaction), self._moderating.word("follow", interaction))
            await self._moderating.say(interaction, "knowledge", "\n".join(lines))
            self._upkeep.follow()
        await self._moderating.audit.told(interaction, _what(faults), faults=len(faults))

    async def faults(self, interaction: Interaction, page: int) -> None:
        """Turn to another page of the faults of the last time. StaleError where there are none any more."""
        if not self._reloading.faults:
            raise StaleError("faults")
        if await self._allows(interaction, in_place=True):
            await self._show_faults(interaction, page)

    async def signalled(self) -> None:
        """Load it because the process was told to by a signal; the log says what came of it."""
        try:
            faults = await self._reloading.reload()
        except Exception:
            log.exception("the knowledge could not be loaded; what held before still holds")
            return
        log.info("audit", extra={"what": _what(faults), "by": "signal", "faults": list(faults)})
        if not faults:
            self._upkeep.follow()

    async def _show_faults(self, interaction: Interaction, page: int) -> None:
        language, words = language_of(interaction), self._moderating.service.words
        entries = [Entry(words.word("fault", language), (Stored(text, MOST_FAULT),)) for text in self._reloading.faults]
        shown, rows = page_of(entries, page, "faults", words, language)
        line = self._moderating.word("not-reloaded", interaction)
        await self._moderating.say(interaction, "knowledge", line, *shown, rows=rows)

    async def _allows(self, interaction: Interaction, *, in_place: bool = False) -> bool:
        if not await self._moderating.replier.acknowledge(interaction, private=True, in_place=in_place):
            return False
        if interaction.user.id in await _owners(interaction.client):
            return True
        await self._moderating.say(interaction, "knowledge", self._moderating.word("owner-only", interaction))
        return False


async def _owners(client: discord.Client) -> set[int]:
    """The ids of those who own the application: one user, or the members of its team who may do more than read."""
    try:
        application: discord.AppInfo | None = await client.application_info()
    except FAULTS:
        application = client.application
    if application is None:
        return set()
    if application.team is None:
        return {application.owner.id}
    accepted, reads = discord.TeamMembershipState.accepted, "read_only"
    members = application.team.members
    able = {member.id for member in members if member.membership_state == accepted and member.role.value != reads}
    return able | {application.team.owner_id or 0}


def _what(faults: tuple[str, ...]) -> Audited:
    return "not-reloaded" if faults else "reloaded"
