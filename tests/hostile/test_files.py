"""Knowledge files made to exhaust whoever reads them, or to write into their terminal: refused in one line each."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.loading import KnowledgeError, load_library
from bot.yamlfile import MAX_BYTES, read
from tests import small_knowledge

LONG = 100_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * LONG, "nest"),
        ("a: " + "{a: " * 50 + "1" + "}" * 50, "nested deeper than 12 levels"),
        ("\n".join(" " * n + "a:" for n in range(200)), "nested deeper than 12 levels"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "anchors and aliases"),
        ("a: !!timestamp now", "tags ('tag:yaml.org,2002:timestamp') are not allowed"),
        ("a: !!bool maybe", "tags ("),
        ('a: !!int ""', "tags ("),
        ("a: !!python/object/apply:os.system [id]", "tags ("),
        ("!mine {a: b}", "tags ('!mine')"),
        ("- !!set {a, b}", "tags ("),
        ("a: " + "9" * 5_000, "is no number; put it into quotes"),
        ("a: 2026-99-99", "'2026-99-99' is no date; put it into quotes"),
        ("? [a]\n: b", "a key has to be plain text"),
        ("a: 1\n--- \nb: 2", "a second document"),
        ("a: [" + "x," * 100_001 + "]", "more than 100,000 values"),
        (" " * (MAX_BYTES + 1), "may have 4,000,000 at most"),
    ],
    ids=lambda value: str(value)[:20].strip(),
)
def test_a_file_made_to_exhaust_its_reader_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(text, encoding="utf-8")
    (fault,) = read(path, "card.yaml").faults
    assert said in str(fault)
    assert "\n" not in str(fault)
    assert len(str(fault)) < 500


@pytest.mark.parametrize(
    "text",
    [
        "a: '" + "x" * 3_000_000 + "'",
        "".join(f"k{number}: v\n" for number in range(LONG // 20)),
        "a: [" + "x, " * (LONG // 20) + "x]",
        "a: " + "b " * 1_000_000,
        "'" + "k" * 3_000_000 + "': v",
        "#" * 3_000_000 + "\na: b",
    ],
    ids=["a long scalar", "many keys", "a long list", "a long line", "a long key", "a long comment"],
)
def test_what_is_only_large_is_read_as_it_is_and_refused_for_its_shape(tmp_path: Path, text: str) -> None:
    folder = small_knowledge.write(tmp_path / "knowledge")
    (folder / "compounds" / "testin.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as refused:
        load_library(folder)
    lines = str(refused.value).split("\n")
    assert all(len(line) < 500 for line in lines)
    assert len(lines) < 250


def test_a_fault_writes_no_control_character_into_the_operators_terminal(tmp_path: Path) -> None:
    path = tmp_path / "card.yaml"
    path.write_text('"\\e[31m\\nfine\\u202e": 1\n"\\e[31m\\nfine\\u202e": 2\n', encoding="utf-8")
    (fault,) = read(path, "card.yaml").faults
    assert str(fault).isprintable()


def test_a_value_of_any_length_is_not_printed_whole(tmp_path: Path) -> None:
    folder = small_knowledge.write(tmp_path / "knowledge")
    small_knowledge.change(folder, "compounds/testin.yaml", "id: testin\n", f"id: {'a' * LONG}\n")
    assert all(len(line) < 500 for line in small_knowledge.faults_of(folder))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300) | st.text(alphabet="a:- {}[]&*!|>'\"#?%@\n\t,\\0x1e", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_and_never_raise(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(data)
    document = read(path, "any.yaml")
    assert document.faults or document.data is not None
    assert all(str(fault).isprintable() for fault in document.faults)
