"""Slash commands and the message menu."""

from __future__ import annotations

import pytest
from simcord import InteractionResult, ResponseMessage

from tests.discord.conftest import World
from tests.discord.reading import CAVEAT, WARNING, components, ends_with_the_warning, labels, text, texts

DOSE = "### Cerebrolysin › Dose"
FOR_MODERATORS = {"cards", "settings", "reload", "gaps", "feedback"}


def reply(result: InteractionResult) -> ResponseMessage:
    """What a command showed."""
    assert result.acknowledged
    assert result.response is not None
    return result.response


async def test_ask_answers_for_all_to_see_or_privately(world: World) -> None:
    public = await world.alice.slash(world.channel, "ask", question="how much per day?")
    private = await world.alice.slash(world.channel, "ask", question="how much per day?", private=True)
    assert texts(reply(public))[0] == texts(reply(private))[0] == DOSE
    assert not public.ephemeral
    assert private.ephemeral
    assert "Delete" in labels(reply(public))
    assert "Delete" not in labels(reply(private))


async def test_ask_carries_the_askers_last_exchange(world: World) -> None:
    await world.alice.slash(world.channel, "ask", question="how much bpc-157 per day?")
    follow_up = await world.alice.slash(world.channel, "ask", question="and for how long?")
    assert "another compound" in text(reply(follow_up)) or "BPC" in text(reply(follow_up))


async def test_card_shows_the_compound_at_a_glance_with_a_menu_of_its_sections(world: World) -> None:
    card = reply(await world.alice.slash(world.channel, "card"))
    menu = next(component for component in components(card) if component["type"] == 3)
    assert [option["label"] for option in menu["options"]][:4] == [
        "What it is",
        "What people use it for",
        "How it is meant to work",
        "Dose",
    ]
    assert "Step by step" in labels(card)
    assert ends_with_the_warning(card)


async def test_help_names_the_sections_in_a_menu_that_shows_them_and_not_in_words(world: World) -> None:
    shown = reply(await world.alice.slash(world.channel, "help"))
    card, replies = world.bot.service.footnote.library.cards[0], world.bot.service.footnote.library.replies
    menu = next(component for component in components(shown) if component["type"] == 3)
    assert [option["value"] for option in menu["options"]] == [section.id for section in card.sections]
    assert ", ".join(section.title for section in card.sections) not in text(shown)
    assert all(said in text(shown) for said in (replies.help.limits, *replies.help.examples))
    picked = (await world.alice.select(shown, ["dose"])).response
    assert picked is not None
    assert texts(picked)[0] == "### Cerebrolysin › Dose"
    assert ends_with_the_warning(shown)


@pytest.mark.parametrize("name", ["cerebrolysin", "Cerebro", "celebrolysin", "Церебролизин"])
async def test_a_compound_may_be_written_as_people_write_it(world: World, name: str) -> None:
    assert texts(reply(await world.alice.slash(world.channel, "card", compound=name)))[0] == "### Cerebrolysin"


@pytest.mark.parametrize("command", ["card", "sources", "section"])
async def test_a_compound_without_a_card_is_refused_with_the_warning(world: World, command: str) -> None:
    options = {"section": "dose"} if command == "section" else {}
    refused = reply(await world.alice.slash(world.channel, command, compound="metformin", **options))
    assert "no card for it" in text(refused)
    assert ends_with_the_warning(refused)


async def test_section_shows_a_picked_section_whole(world: World) -> None:
    shown = reply(await world.alice.slash(world.channel, "section", compound="cerebrolysin", section="dose"))
    assert texts(shown)[0] == DOSE


async def test_section_understands_a_text_that_was_not_picked(world: World) -> None:
    options = {"compound": "cerebrolysin", "section": "how much per day"}
    assert texts(reply(await world.alice.slash(world.channel, "section", **options)))[0] == DOSE


async def test_section_shows_a_declared_gap_as_one(world: World) -> None:
    shown = reply(await world.alice.slash(world.channel, "section", compound="cerebrolysin", section="higher-dose"))
    assert "no text" in text(shown)
    assert ends_with_the_warning(shown)


async def test_sources_lists_every_source_over_pages_each_with_both_notices(world: World) -> None:
    page = reply(await world.alice.slash(world.channel, "sources"))
    seen = text(page)
    while "More" in labels(page):
        assert CAVEAT in text(page)
        assert WARNING in text(page)
        page = reply(await world.alice.click(page, label="More"))
        seen += text(page)
    for source in world.bot.service.footnote.library.cards[0].sources:
        assert source.title in seen


async def test_a_link_to_a_publication_shows_no_preview(world: World) -> None:
    sources = text(reply(await world.alice.slash(world.channel, "sources")))
    assert "[PMID 32662068](<https://pubmed.ncbi.nlm.nih.gov/32662068>)" in sources


@pytest.mark.parametrize("command", ["help", "privacy"])
async def test_help_and_privacy_are_private_and_end_with_the_warning(world: World, command: str) -> None:
    result = await world.alice.slash(world.channel, command)
    assert result.ephemeral
    assert ends_with_the_warning(reply(result))


async def test_the_message_menu_answers_anyones_message_privately(world: World) -> None:
    question = await world.bob.send(world.channel, "how much cerebrolysin per day?")
    result = await world.alice.context_menu(world.channel, "Answer from sources", question)
    assert result.ephemeral
    assert texts(reply(result))[0] == DOSE


async def test_autocomplete_finds_compounds_by_alias_and_misspelling(world: World) -> None:
    for typed in ("", "cere", "celebrolisin", "церебр"):
        choices = await world.alice.autocomplete(world.channel, "card", "compound", typed)
        assert {"name": "Cerebrolysin", "value": "cerebrolysin"}.items() <= choices[0].items()


@pytest.mark.parametrize(
    ("typed", "section"), [("dos", "dose"), ("how much per day", "dose"), ("side efects", "side-effects")]
)
async def test_autocomplete_finds_sections_by_title_and_by_meaning(world: World, typed: str, section: str) -> None:
    choices = await world.alice.autocomplete(world.channel, "section", "section", typed, compound="cerebrolysin")
    assert section in [choice["value"] for choice in choices][:3]


async def test_autocomplete_offers_all_sections_first_and_never_more_than_discord_takes(world: World) -> None:
    choices = await world.alice.autocomplete(world.channel, "section", "section", "", compound="cerebrolysin")
    assert len(choices) == min(25, len(world.bot.service.footnote.library.cards[0].sections))
    assert all(len(choice["name"]) <= 100 for choice in choices)


async def test_autocomplete_for_an_unknown_compound_offers_nothing(world: World) -> None:
    assert not await world.alice.autocomplete(world.channel, "section", "section", "do", compound="metformin")


async def test_commands_work_in_direct_messages(world: World) -> None:
    assert texts(reply(await world.alice.user.slash("ask", question="how much per day?")))[0] == DOSE


async def test_every_command_for_members_works_in_servers_in_direct_messages_and_for_a_user_who_installed_the_app(
    world: World,
) -> None:
    for (name, _), command in world.env.backend.commands[None].items():
        if name in FOR_MODERATORS:
            continue
        assert set(command["contexts"]) == {0, 1, 2}
        assert set(command["integration_types"]) == {0, 1}


async def test_a_user_who_installed_the_app_is_answered_where_the_bot_is_no_member(world: World) -> None:
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await world.env.settle()
    assert world.bot.get_guild(world.guild.id) is None
    answer = reply(await world.alice.slash(world.channel, "ask", question="how much per day?"))
    assert texts(answer)[0] == DOSE
    assert "Helpful" not in labels(answer)  # nothing is kept of a server without the bot
    await world.alice.click(answer, label="Delete")
    assert not world.by_bot()


async def test_command_names_come_in_the_users_language(world: World) -> None:
    ask = next(command for (name, _), command in world.env.backend.commands[None].items() if name == "ask")
    assert ask["name_localizations"]["de"] == "fragen"
    assert ask["name_localizations"]["es-ES"] == ask["name_localizations"]["es-419"] == "preguntar"
    assert ask["options"][0]["name_localizations"]["ru"] == "вопрос"
    assert ask["description_localizations"]["de"].startswith("In eigenen Worten")


@pytest.mark.parametrize(
    ("locale", "button", "warning"), [("de", "Quellen", "Warnung:"), ("ru", "Источники", "Предупреждение:")]
)
async def test_buttons_and_warning_come_in_the_users_language_and_passages_as_they_stand(
    world: World, locale: str, button: str, warning: str
) -> None:
    world.speaks(locale)
    answer = reply(await world.alice.slash(world.channel, "ask", question="how much per day?"))
    assert button in labels(answer)
    assert texts(answer)[-2].startswith(WARNING)
    assert texts(answer)[-1].startswith(warning)
    assert "Common course" in text(answer)


async def test_an_emergency_is_told_in_english_and_in_the_users_language(world: World) -> None:
    world.speaks("de")
    question = "my throat is swelling after the shot, i can't breathe"
    answer = reply(await world.alice.slash(world.channel, "ask", question=question))
    assert texts(answer)[0].split("\n") == [
        "## This sounds like an emergency: call emergency services now.",
        "## Das klingt nach einem Notfall: Rufen Sie jetzt den Rettungsdienst.",
    ]


async def test_a_language_without_translations_gets_english(world: World) -> None:
    world.speaks("fi")
    answer = reply(await world.alice.slash(world.channel, "ask", question="how much per day?"))
    assert "Sources" in labels(answer)
    assert ends_with_the_warning(answer)
