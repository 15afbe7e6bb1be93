"""Loading the knowledge anew: by the application's owner, whole or not at all, and the pinned cards follow."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import simcord
from simcord.backend.serializers import user_payload
from simcord.http import router

from bot.footnote import Footnote
from bot.loading import knowledge_folder, load_library
from bot.store import SqlStore
from bot.surfaces.discord.client import Client
from bot.yamlfile import read
from tests.discord.conftest import World, let_use
from tests.discord.reading import ends_with_the_warning, labels, text, texts
from tests.discord.test_cards import Channel, there

__all__ = ["there"]

NEW = "An entirely new summary of it."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Knowledge files that can be edited, with few utterances: fast to check."""
    copied = Path(shutil.copytree(knowledge_folder(), tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.npz")))
    intents = read(copied / "intents.yaml", "intents.yaml").data
    for intent in intents["intents"]:
        intent["utterances"] = intent["utterances"][:3]
    (copied / "intents.yaml").write_text(json.dumps(intents), encoding="utf-8")  # JSON is YAML
    return copied


@pytest.fixture
def simcord_bot(folder: Path, footnote: Footnote, store: SqlStore) -> Iterator[Client]:
    """A bot over those files, with the weights that it has."""

    def load() -> Footnote:
        loaded = copy.copy(footnote)
        loaded.library = load_library(folder)
        return loaded

    client = Client(footnote, store, load=load)
    yield client
    client.service.desk.close()


@pytest.fixture
def owner(world: World, monkeypatch: pytest.MonkeyPatch) -> simcord.UserHandle:
    """Who owns the application."""
    user, dispatch = world.env.create_user("owner"), router.dispatch

    def owned(backend: Any, method: str, path: str, **options: Any) -> Any:
        said = dispatch(backend, method, path, **options)
        if path == "/oauth2/applications/@me":
            said["owner"] = dict(user_payload(backend.get_user(user.id)))
        return said

    monkeypatch.setattr(router, "dispatch", owned)
    return user


def edit(folder: Path, old: str, new: str) -> None:
    """Edit the card's file."""
    path = folder / "compounds" / "cerebrolysin.yaml"
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")


async def reloads(owner: simcord.UserHandle) -> simcord.ResponseMessage:
    """The owner reloads; what is said."""
    result = await owner.slash("reload")
    shown: simcord.ResponseMessage | None = result.response
    assert shown is not None
    assert ends_with_the_warning(shown)
    return shown


async def test_edited_knowledge_is_answered_from_at_once_and_the_pinned_cards_follow(
    there: Channel, owner: simcord.UserHandle, folder: Path
) -> None:
    await there.pins()
    first = there.card.id
    edit(folder, "Not one peptide but a whole mixture", f"{NEW} Not one peptide but a whole mixture")
    assert "checked and loaded anew" in text(await reloads(owner))
    assert there.card.id == first
    assert NEW in text(there.card)
    card = (await there.world.alice.slash(there.handle, "card")).response
    assert card is not None
    assert NEW in text(card)


async def test_knowledge_with_faults_is_not_taken_over_and_each_is_told_with_file_and_line(
    there: Channel, owner: simcord.UserHandle, folder: Path
) -> None:
    await there.pins()
    edit(folder, "reviewed: 2026-11-24", "reviewed: some day")
    edit(folder, "kind: publication", "kind: hearsay")
    told = text(await reloads(owner)).replace("\\", "")
    assert "was not taken over" in told
    assert "compounds/cerebrolysin.yaml:" in told
    assert "reviewed" in told
    assert "sources[1].kind" in told
    assert texts(await there.world.asks(there.world.alice, "how much per day?"))[0] == "### Cerebrolysin › Dose"
    assert "Not one peptide" in text(there.card)


async def test_many_faults_are_turned_page_by_page(world: World, owner: simcord.UserHandle, folder: Path) -> None:
    path = folder / "compounds" / "cerebrolysin.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("sources: [community]", "sources: []"), encoding="utf-8")
    page = await reloads(owner)
    seen = text(page)
    while "More" in labels(page):
        turned = (await owner.click(page, label="More")).response
        assert turned is not None
        assert turned.id == page.id
        page = turned
        seen += text(page)
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "sources: []" in line]
    assert seen.count("Fault") == len(lines)


async def test_a_missing_folder_is_a_fault_like_any_other(
    world: World, owner: simcord.UserHandle, folder: Path
) -> None:
    shutil.rmtree(folder)
    assert "no such folder" in text(await reloads(owner))
    assert texts(await world.asks(world.alice, "how much per day?"))[0] == "### Cerebrolysin › Dose"


async def test_nobody_but_the_owner_reloads(world: World, owner: simcord.UserHandle, folder: Path) -> None:
    edit(folder, "Not one peptide", NEW)
    let_use(world, "reload", world.mod)
    for refused in (await world.mod.slash(world.channel, "reload"), await world.alice.user.slash("reload")):
        assert refused.response is not None
        assert "for the owner" in text(refused.response)
        assert ends_with_the_warning(refused.response)
    assert NEW not in world.bot.service.footnote.library.cards[0].summary


async def test_a_signal_does_the_same_and_the_log_says_what_came_of_it(
    there: Channel, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def audited() -> list[dict[str, Any]]:
        return [record.__dict__ for record in caplog.records if record.message == "audit"]

    async def signalled() -> dict[str, Any]:
        before = len(audited())
        there.world.bot.reload()
        async with asyncio.timeout(60):
            while len(audited()) == before:
                await asyncio.sleep(0.02)
        return audited()[-1]

    await there.pins()
    with caplog.at_level(logging.INFO):
        edit(folder, "reviewed: 2026-11-24", "reviewed: some day")
        faulty = await signalled()
        edit(folder, "reviewed: some day", "reviewed: 2026-11-25")
        good = await signalled()
    assert (faulty["what"], good["what"]) == ("not-reloaded", "reloaded")
    assert "compounds/cerebrolysin.yaml:" in faulty["faults"][0]
    async with asyncio.timeout(60):
        while "Reviewed: 2026-11-25" not in text(there.card):
            await asyncio.sleep(0.02)


async def test_the_owner_of_a_team_is_told_apart_from_those_who_may_only_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch = router.dispatch

    def member(who: simcord.MemberActor, role: str, state: int) -> dict[str, Any]:
        user = dict(user_payload(world.env.backend.get_user(who.id)))
        return {"user": user, "role": role, "membership_state": state, "permissions": ["*"], "team_id": "1"}

    members = [member(world.mod, "developer", 2), member(world.bob, "read_only", 2), member(world.alice, "admin", 1)]

    def owned(backend: Any, method: str, path: str, **options: Any) -> Any:
        said = dispatch(backend, method, path, **options)
        if path == "/oauth2/applications/@me":
            said["team"] = {"id": "1", "name": "team", "icon": None, "owner_user_id": "1", "members": members}
        return said

    monkeypatch.setattr(router, "dispatch", owned)
    told = [text((await who.user.slash("reload")).response or []) for who in (world.mod, world.bob, world.alice)]
    assert ["for the owner" in line for line in told] == [False, True, True]
