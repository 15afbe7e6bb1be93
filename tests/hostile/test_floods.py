"""Ten thousand people: what the bot remembers of them is bounded."""

from __future__ import annotations

import tracemalloc

from bot.asking import Desk
from bot.core.assistant import Exchange
from bot.exchanges import MOST as MOST_EXCHANGES
from bot.exchanges import Exchanges
from bot.footnote import Footnote
from bot.keeping import Keeper
from bot.ports import ChannelSettings
from bot.store import SqlStore
from bot.surfaces.discord.ledger import MOST as MOST_QUESTIONS
from bot.surfaces.discord.ledger import Ledger
from bot.surfaces.discord.restraint import Heard
from bot.surfaces.discord.service import Question, Service

PEOPLE = 10_000
ASKERS = 1_000
ROOM = 1_000_000  # bytes that as many people more may add once every memory is full


async def test_people_ask_and_as_many_more_take_no_more_room(footnote: Footnote, store: SqlStore) -> None:
    service = Service(Keeper(store), Desk(footnote), Exchanges(most=ASKERS // 2))

    async def ask(people: range) -> int:
        for member in people:
            await service.answer(Question("?", member % 100, member, float(member)), ChannelSettings())
        return tracemalloc.get_traced_memory()[0]

    assert footnote.alarm  # made once, in another thread
    tracemalloc.start()
    try:
        first = await ask(range(ASKERS))
        assert await ask(range(ASKERS, 2 * ASKERS)) - first < ROOM
    finally:
        tracemalloc.stop()
        service.desk.close()
    assert len(service.exchanges) == ASKERS // 2


def test_exchanges_and_questions_of_ten_thousand_people_are_forgotten_from_the_oldest_on() -> None:
    exchanges, ledger = Exchanges(), Ledger()
    for member in range(PEOPLE):
        exchanges.remember((1, member), Exchange("what about it", None), 1.0)
        ledger.open(member, "what about it", member)
    assert len(exchanges) == MOST_EXCHANGES
    kept = [member for member in range(PEOPLE) if ledger.of(member)]
    assert kept == list(range(PEOPLE - MOST_QUESTIONS, PEOPLE))


def test_the_restraint_forgets_the_oldest_of_ten_thousand_people(footnote: Footnote, store: SqlStore) -> None:
    restraint = Service.of(footnote, store).restraint()
    for member in range(PEOPLE):
        restraint.answered(1, member, 1.0)

    def silent(member: int) -> str | None:
        heard = Heard(channel=1, member=member, text="how much per day?", at=2.0)
        return restraint.before(heard, compound_is_set=True, cool_down=30.0)

    assert silent(PEOPLE - 1) == "cool-down"
    assert silent(0) is None
