"""The user's language, where Discord tells it, and the names of commands in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands


def language_of(interaction: discord.Interaction[Any]) -> str | None:
    """The two-letter code of the user's language; None for English."""
    language = _code(interaction.locale)
    return None if language == "en" else language


def language_of_server(guild: discord.Guild | None) -> str | None:
    """The two-letter code of a server's language; None for English, and where it is not known."""
    language = _code(guild.preferred_locale) if guild else "en"
    return None if language == "en" else language


def localised(texts: Mapping[str, str]) -> app_commands.locale_str:
    """A text in English that brings its translations along."""
    return app_commands.locale_str(texts["en"], texts=texts)


class Translator(app_commands.Translator):
    """Gives Discord the translations that the knowledge files hold."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - discord.py's signature
    ) -> str | None:
        """The text in a language, or None for English and where there is none."""
        language = _code(locale)
        texts: Mapping[str, str] = string.extras.get("texts", {})
        return None if language == "en" else texts.get(language)


def _code(locale: discord.Locale) -> str:
    return str(locale.value).partition("-")[0]
