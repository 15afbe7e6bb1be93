"""Ten thousand people: what the bot remembers of them is bounded."""

from __future__ import annotations

import asyncio
import tracemalloc

from bot.admission import Bounds
from bot.asking import QUEUE, Desk
from bot.core.answers import Answer
from bot.core.assistant import Exchange
from bot.exchanges import MOST as MOST_EXCHANGES
from bot.exchanges import Exchanges
from bot.footnote import Footnote
from bot.inbox import Inbox
from bot.keeping import Keeper
from bot.ports import ChannelSettings
from bot.store import SqlStore
from bot.surfaces.discord.ledger import MOST as MOST_QUESTIONS
from bot.surfaces.discord.ledger import Ledger
from bot.surfaces.discord.restraint import Heard
from bot.surfaces.discord.service import Question, Service
from tests.discord.holding import Held

PEOPLE = 10_000
LAST = 1_000  # of them, who may take no more room than ROOM bytes: every memory is full by then
ROOM = 1_000_000
ASKED_AT_ONCE = 200
THROAT = "my throat is swelling after the shot, i can't breathe"


async def test_ten_thousand_people_ask_and_the_last_of_them_take_no_more_room(
    footnote: Footnote, store: SqlStore
) -> None:
    keeper = Keeper(store)
    service = Service(keeper, Desk(footnote), Inbox(keeper), Exchanges(most=LAST // 2))

    async def ask(people: range) -> None:
        for member in people:
            answer = await service.answer(Question("?", member % 100, member, float(member)), ChannelSettings())
            assert answer.outcome == "help"

    assert footnote.alarm  # made once, in another thread
    await ask(range(PEOPLE - LAST))
    tracemalloc.start()
    try:
        await ask(range(PEOPLE - LAST, PEOPLE))
        assert tracemalloc.get_traced_memory()[0] < ROOM
    finally:
        tracemalloc.stop()
        service.desk.close()
    assert len(service.exchanges) == LAST // 2


async def test_hundreds_who_ask_at_once_are_answered_or_told_and_an_emergency_waits_for_none_of_them(
    store: SqlStore, footnote: Footnote
) -> None:
    held, bounds, keeper = Held.now(footnote), Bounds(everywhere=60), Keeper(store)
    service = Service(keeper, Desk(held, bounds=bounds), Inbox(keeper))

    def asked(member: int, text: str) -> asyncio.Task[Answer]:
        question = Question(text, member % 40, member, 0.0)
        return asyncio.create_task(service.answer(question, ChannelSettings()))

    texts = ["how much per day?"] * bounds.everywhere + ["?"] * (ASKED_AT_ONCE - bounds.everywhere)
    tasks = [asked(member, text) for member, text in enumerate(texts)]
    urgent = await asked(ASKED_AT_ONCE, THROAT)
    assert urgent.outcome == "emergency"
    assert 0 < service.desk.waiting <= QUEUE
    assert service.desk.admission.waiting <= bounds.everywhere
    assert not all(task.done() for task in tasks)
    held.go.set()
    answers = await asyncio.gather(*tasks)
    accepted = [answer for answer in answers if answer.sections == ("dose",)]
    assert len(accepted) == bounds.everywhere
    told_or_counted = service.desk.admission.turned_away
    assert told_or_counted.total() == ASKED_AT_ONCE - len(accepted)
    assert 0 < told_or_counted["told"] <= bounds.notes
    assert service.desk.admission.waiting == service.desk.unread == 0
    service.desk.close()


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
