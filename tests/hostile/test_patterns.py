"""Regular expressions that cannot blow up: each is fed more than any text has that reaches it, and ends."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import bot
from bot.core.text import MAX_CHARS, clean, fold
from bot.footnote import Footnote
from bot.loading import schemas

ROOT = Path(__file__).parents[2]
LONG = 8_000
STUCK = 60.0  # seconds of this process's own time after which a pattern is given up; a linear one takes milliseconds
PIECES = (
    "a ",
    " ",
    "\n",
    "1",
    "a'",
    "<:a",
    "</a",
    ". ",
    ".5",
    "not a, ",
    "how much ",
    "(a) ",
    "a-",
    "http://",
    "e\u0301",
    "能?",
    "і",
)
HOSTILE = (
    *(piece * (LONG // len(piece)) for piece in PIECES),
    *(f"{start}{'a' * LONG}!" for start in ("<a:", "<@", "http://", "not ", "10.1234/", "")),
    *(f"{start}{' ' * LONG}5" for start in ("how much", ".")),
)


def patterns_in(found: object, seen: set[int]) -> Iterator[re.Pattern[str]]:
    """Every compiled pattern that something holds, at any depth of the bot's own objects."""
    if id(found) in seen:
        return
    seen.add(id(found))
    if isinstance(found, re.Pattern):
        yield found
    elif isinstance(found, dict):
        yield from each(found.values(), seen)
    elif isinstance(found, list | tuple | set | frozenset):
        yield from each(list(found)[:1_000], seen)
    elif type(found).__module__.startswith("bot.") and not isinstance(found, type):
        names = [*getattr(found, "__dict__", {}), *getattr(type(found), "__slots__", ())]
        yield from each([getattr(found, name, None) for name in names], seen)


def each(things: Iterable[object], seen: set[int]) -> Iterator[re.Pattern[str]]:
    """The patterns of several things."""
    for thing in things:
        yield from patterns_in(thing, seen)


def modules() -> list[Any]:
    """Every module of the bot, but those for tuning, which need torch."""
    names = [
        module.name for module in pkgutil.walk_packages(bot.__path__, "bot.") if not module.name.endswith("__main__")
    ]
    return [importlib.import_module(name) for name in names if not re.search(r"\.(?:migrations|tuning)\b", name)]


def all_patterns(footnote: Footnote) -> set[re.Pattern[str]]:
    """The patterns of the modules, of a loaded assistant, of the shapes of the files and of the buttons' ids."""
    seen: set[int] = set()
    found = set(each([vars(module) for module in modules()], seen)) | set(patterns_in(footnote, seen))
    from bot.surfaces.discord import items  # noqa: PLC0415

    found |= {item.__discord_ui_compiled_template__ for item in (items.Press, items.Menu)}
    found |= {re.compile(pattern) for pattern in re.findall(r'"pattern": "(.*?)"', __import__("json").dumps(schemas()))}
    return {pattern for pattern in found if isinstance(pattern.pattern, str)}


@pytest.fixture
def _stuck() -> Iterator[None]:
    """Give a pattern up that needs far more than any linear one."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"not done after {STUCK} s of its own: this pattern backtracks")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, STUCK)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("_stuck")
def test_every_pattern_is_through_with_eight_thousand_hostile_characters(footnote: Footnote) -> None:
    patterns = [pattern for pattern in all_patterns(footnote) if repeats(pattern)]
    assert len(patterns) > 10
    for pattern in patterns:
        for text in HOSTILE:
            pattern.sub("", text)


def test_no_pattern_repeats_what_repeats_unless_a_fixed_sign_begins_each_round(footnote: Footnote) -> None:
    for pattern in all_patterns(footnote):
        assert not list(nested(_parser.parse(pattern.pattern, pattern.flags), inside=False)), pattern.pattern


def repeats(pattern: re.Pattern[str]) -> bool:
    """Whether a pattern repeats anything without a bound: one that does not looks at each place of a text once."""
    return any(sign in pattern.pattern for sign in "*+{")


def nested(parsed: Any, *, inside: bool) -> Iterator[object]:
    """The repeats within repeats that do not begin with a literal: what makes time grow exponentially."""
    for kind, value in parsed:
        name = str(kind)
        if name in {"MAX_REPEAT", "MIN_REPEAT"} and value[1] > 1_000:
            if inside:
                yield value
            yield from nested(value[2], inside=not begins_with_a_sign(value[2]))
        elif name == "SUBPATTERN":
            yield from nested(value[3], inside=inside)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from nested(branch, inside=inside)
        elif name in {"ASSERT", "ASSERT_NOT"}:
            yield from nested(value[1], inside=inside)


def begins_with_a_sign(parsed: Any) -> bool:
    """Whether what is repeated begins with a literal, a group's brackets aside."""
    if not len(parsed):
        return False
    kind, value = parsed[0]
    return begins_with_a_sign(value[3]) if str(kind) == "SUBPATTERN" else str(kind) == "LITERAL"


@pytest.mark.usefixtures("_stuck")
def test_cleaning_and_folding_are_through_with_eight_thousand_hostile_characters() -> None:
    for text in HOSTILE:
        fold(clean(text))


def test_patterns_are_made_from_fixed_text_or_from_escaped_words() -> None:
    made = {
        "bot/core/text.py",
        "bot/core/names.py",
        "bot/core/features.py",
        "bot/core/clauses.py",
        "bot/core/circumstances.py",
        "bot/core/gaps.py",
        "bot/evaluation/contract.py",
        "bot/tuning/examples.py",
    }  # of names and words, each escaped or checked, and of fixed parts
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_re = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and getattr(node.func.value, "id", "") == "re"
            )
            if isinstance(node, ast.Call) and is_re and node.args and path.relative_to(ROOT).as_posix() not in made:
                fixed = isinstance(node.args[0], ast.Constant)
                assert fixed or ast.unparse(node.func) == "re.escape", f"{path.name}:{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize(
    "text", ["\ufdfa" * 6_000, "\ufdfb ㌀㍐" * 1_500], ids=["one sign of eighteen", "squared words"]
)
def test_a_cleaned_text_is_bounded_whatever_its_signs_unfold_to(text: str) -> None:
    assert len(clean(text)) <= MAX_CHARS + 1
