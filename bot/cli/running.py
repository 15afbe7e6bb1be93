"""`footnote run`: the bot on Discord."""

from __future__ import annotations

from bot.cli.common import BAD_USE, FAULT, fail, faults_told, folder_of, raise_for, read_settings
from bot.cli.options import Folder, NoEncoder
from bot.footnote import Footnote


def run(knowledge: Folder = None, no_encoder: NoEncoder = False) -> None:
    """Run the bot on Discord. Needs DISCORD_TOKEN; ends on Ctrl-C and SIGTERM, loads the knowledge anew on SIGHUP.

    DISCORD_TOKEN=... footnote run
    """
    from bot.cli.stores import store_of  # noqa: PLC0415 - only this command needs them
    from bot.encoder import load_encoder  # noqa: PLC0415
    from bot.logs import log_in_json  # noqa: PLC0415
    from bot.reloading import loader  # noqa: PLC0415
    from bot.surfaces.discord import running  # noqa: PLC0415
    from bot.surfaces.discord.fitting import misfits  # noqa: PLC0415

    settings = read_settings()
    if settings.discord_token is None:
        fail("DISCORD_TOKEN is not set; it is the bot's token from Discord's developer portal, page Bot", BAD_USE)
    if any(shard >= settings.shard_count for shard in settings.shard_ids):
        fail(f"SHARD_IDS go from 0 to SHARD_COUNT - 1, here {settings.shard_count - 1}", BAD_USE)
    store = store_of(settings)
    folder = folder_of(knowledge)
    encoder = load_encoder(folder) if settings.encoder and not no_encoder else None
    load_any = loader(folder, encoder, settings.default_compound)

    def load() -> Footnote:
        footnote = load_any()
        raise_for(misfits(footnote))
        return footnote

    with faults_told():
        footnote = load()
    log_in_json(secrets=settings.secrets())
    try:
        running.run(footnote, store, settings, load)
    except running.CannotRunError as error:
        fail(str(error), FAULT)
