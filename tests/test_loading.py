"""Faults in the knowledge: all at once, each with file, line and field, and what would be right."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.loading import KnowledgeError, knowledge_folder, load_library, schemas
from bot.yamlfile import MAX_BYTES
from tests.small_knowledge import CARD, INTENTS, change, faults_of, write

TESTIN = "compounds/testin.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A knowledge folder without a fault."""
    return write(tmp_path / "knowledge")


def test_the_shipped_knowledge_has_no_fault() -> None:
    assert faults_of(knowledge_folder()) == []


def test_the_small_knowledge_has_no_fault(folder: Path) -> None:
    assert faults_of(folder) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (TESTIN, "sources: [page]", "sources: []", r":37: sections\[1\].passages\[1\].sources: at least 1 needed"),
        (TESTIN, "        sources: [page]\n", "", r":35: sections\[1\].passages\[1\].sources: is missing"),
        (TESTIN, "sources: [page]", "sources: [pge]", r":37: .*unknown source 'pge'; this card has doe-2020, label"),
        (TESTIN, '"12345678"', '"PMID 12"', r":26: .*'PMID 12' has the wrong form; a PMID is a number"),
        (TESTIN, '"12345678"', "12345678", r":26: .*pmid: YAML reads this as 12345678; put it"),
        (TESTIN, '    pmid: "12345678"\n', "", r"sources\[3\]: a publication needs a pmid, a doi, or .*article"),
        (TESTIN, '    pmid: "12345678"\n', "    doi: 1234\n", r":26: .*doi: .*"),
        (TESTIN, "    funding: unclear\n", "", r":20: sources\[3\]: a publication also needs funding"),
        (TESTIN, "funding: unclear", "funding: secret", r":28: .*funding: .*'independent', 'sponsored' or 'unclear'"),
        (TESTIN, "id: dose-label", "id: dose-page", r":38: .*the id 'dose-page' stands in line 35 already"),
        (TESTIN, "  - id: label\n", "  - id: page\n", r":17: .*the id 'page' stands in line 14 already"),
        (TESTIN, "    title: Dose\n", "    title: Dose\n    title: Dose\n", r":34: .*key 'title' stands here a second"),
        (TESTIN, "    gap: The page says nothing about it.\n", "", r":41: .*a section needs passages"),
        (TESTIN, "[testine]", "[no]", r":3: aliases\[1\]: YAML reads this as False; put it into quotes"),
        (TESTIN, "name: Testin\n", "name: 12:30\n", r":2: name: YAML reads this as 750; put it into quotes"),
        (TESTIN, "aliases: [testine]", "aliases: testine", r":3: aliases: a list was expected here"),
        (TESTIN, "[testine]", "[testine, testine]", r":3: aliases: 'testine' stands here twice"),
        (TESTIN, "summary: A compound that does not exist.", 'summary: ""', r":4: summary: is empty; a text was"),
        (TESTIN, "summary: A compound that does not exist.", "summary:", r":4: summary: is empty; a text was expected"),
        (TESTIN, "reviewed: 2026-01-31", "reviewed: soon", r":5: reviewed: .*date"),
        (TESTIN, "can cause", "may cause", None),
        (TESTIN, "Warning: Testin can", "Warning: it can", r":9: .*each notice names its compound"),
        (TESTIN, "id: efficacy", "id: anaphylaxis", r"the notice 'efficacy' is missing"),
        (TESTIN, "id: testin\n", "id: toastin\n", r":1: id: 'toastin' belongs into compounds/toastin.yaml"),
        (TESTIN, "  - id: dose\n", "  - id: Dose!\n", r":32: .*'Dose!' has the wrong form; an id is made of"),
        (TESTIN, "  - id: higher-dose", "  - id: deeper", r":41: .*no question can reach 'deeper'"),
        (TESTIN, "section: higher-dose", "section: highest", r":46: .*this card has no section 'highest'"),
        (TESTIN, "[dose-label]", "[dose-page]", r":50: .*'dose-page' is no passage of this card's"),
        (TESTIN, "id: testin-higher", "id: dose", r":45: .*'dose' stands in intents.yaml already"),
        (TESTIN, "kind: label", "kind: leaflet", r":18: .*kind: .*'publication', 'label'"),
        (TESTIN, "summary:", "sumary:", r":4: sumary: is no known key here; see"),
        ("intents.yaml", "how much\n", "how much testin\n", r":5: .*names a compound \('testin'\); write 'it'"),
        ("intents.yaml", "how much\n", "Othrin dose\n", r":5: .*names a compound \('Otherin'\); write 'it'"),
        ("intents.yaml", "section: dose", "section: dosis", r":3: intents\[1\].section: no card has a section 'dosis'"),
        ("intents.yaml", "id: away", "id: dose", r":7: intents\[2\].id: the id 'dose' stands in line 2 already"),
        ("intents.yaml", "section: dose", "refusal: never", r":3: intents\[1\].refusal: .*'no_passage'"),
        ("intents.yaml", "    section: dose\n", "", r":2: intents\[1\]: an intent leads to a section or to a refusal"),
        ("intents.yaml", "- who won", "- no", None),
        ("intents.yaml", "- who won the match", "- no", r":10: intents\[2\].utterances\[1\]: YAML reads this as False"),
        ("lexicon.yaml", "[othrin]", "[testine]", r":4: .*'testine' is a name of the card"),
        ("lexicon.yaml", "[othrin]", "{a: b}", r":4: compounds.Otherin: a list was expected here"),
        ("replies.yaml", "{name} card has no passage", "{nmae} card has no passage", r"nothing fills {nmae}; .*{name}"),
        ("replies.yaml", "  en: \"This sounds", "  xx: \"This sounds", r"emergency needs a text for en"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_what_would_be_right(
    folder: Path, file: str, old: str, new: str, fault: str | None
) -> None:
    change(folder, file, old, new)
    faults = faults_of(folder)
    if fault is None:
        assert faults == []
    else:
        assert any(re.match(rf"{re.escape(file)}\S*?:?.*{fault}", found) for found in faults), faults
        assert all(found.split(":")[0] for found in faults)


@pytest.mark.parametrize(
    "name",
    [
        "[Testine](https://evil.example)",
        "testine https://evil.example",
        "www.evil.example",
        "discord.gg/evil",
        "@everyone",
        "<@123>",
        "`testine`",
        "**testine**",
        "||testine||",
        "{name}",
        "test\nine",
        "test\u202eine",
    ],
)
@pytest.mark.parametrize(
    ("file", "old", "place"),
    [
        (TESTIN, "aliases: [testine]", "aliases[1]"),
        (TESTIN, "name: Testin", "name"),
        ("lexicon.yaml", "[othrin]", "compounds.Otherin[1]"),
    ],
)
def test_a_name_that_holds_a_link_or_markup_is_refused(
    folder: Path, file: str, old: str, place: str, name: str
) -> None:
    change(folder, file, old, re.sub("testine|Testin|othrin", lambda _: json.dumps(name), old, count=1))
    assert any(f": {place}: " in fault and "has no place in a name" in fault for fault in faults_of(folder))


def test_names_as_compounds_have_them_are_taken(folder: Path) -> None:
    names = ["BPC-157", "Lion's Mane", "FGL (L)", "β-alanine", "ACE-031 / 2", "N-Acetyl Semax, amidated", "α-GPC+"]
    change(folder, TESTIN, "[testine]", json.dumps(names))
    assert faults_of(folder) == []


def test_an_alias_has_one_owner(folder: Path) -> None:
    other = CARD.replace("testin", "secondin").replace("Testin", "Secondin").replace("secondine", "Testine")
    (folder / "compounds" / "secondin.yaml").write_text(other, encoding="utf-8")
    assert "compounds/testin.yaml:3: aliases[1]: the name 'testine' belongs to 'secondin' already" in "\n".join(
        faults_of(folder)
    )


def test_all_faults_are_told_at_once_those_between_files_too(folder: Path) -> None:
    change(folder, TESTIN, "[testine]", "[no]")
    change(folder, TESTIN, "sources: [page]", "sources: [pge]")
    change(folder, TESTIN, "title: Dose", "titel: Dose")
    change(folder, "intents.yaml", "section: dose", "section: dosis")
    change(folder, "intents.yaml", "how much\n", "how much testin\n")
    change(folder, "lexicon.yaml", "  before: [how much]\n", "")
    change(folder, "replies.yaml", "{name} card has no passage", "{nmae} card has no passage")
    told = "\n".join(faults_of(folder))
    for part in ("aliases[1]", "'pge'", "titel", "'dosis'", "names a compound", "places.before", "{nmae}"):
        assert part in told, told


@pytest.mark.parametrize("name", ["intents.yaml", "lexicon.yaml", "replies.yaml", TESTIN])
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b"# a comment alone\n", "is empty"),
        (b"id: caf\xe9\n", "is not UTF-8 text; save it as UTF-8"),
        (b"a: [1, 2\nb: 3\n", "is not valid YAML"),
        (b"\tid: x\n", "is not valid YAML"),
        (b"just a text\n", "keys with values were expected here"),
        (b"- a\n- list\n", "keys with values were expected here"),
        (b"a: &x [1]\nb: *x\n", ":1: anchors and aliases"),
        (b"a: 1\n---\nb: 2\n", ":2: a second document begins here"),
        (b"[" * 5_000, "nest"),
        (b"? {a: b}\n: c\n", "a key has to be plain text"),
        (b"a: \x00\n", "is not valid YAML"),
        (b'a: "\\ud800"\n', ""),
        (b"a: !!python/object/apply:os.system [echo]\n", ""),
    ],
)
def test_a_file_that_is_no_knowledge_file_is_told(folder: Path, name: str, content: bytes, fault: str) -> None:
    (folder / name).write_bytes(content)
    faults = faults_of(folder)
    assert any(found.startswith(name) and fault in found for found in faults), faults


def test_a_bomb_of_aliases_is_refused_at_once(folder: Path) -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    (folder / "intents.yaml").write_text("\n".join(["a0: &a0 [x]", *levels]), encoding="utf-8")
    assert any("anchors and aliases (& and *) are not allowed" in found for found in faults_of(folder))


def test_a_file_of_fifty_megabytes_is_refused_unread(folder: Path) -> None:
    with (folder / "lexicon.yaml").open("wb") as file:
        file.truncate(50_000_000)
    assert f"lexicon.yaml: is 50,000,000 bytes; a knowledge file may have {MAX_BYTES:,} at most" in faults_of(folder)


@pytest.mark.parametrize("name", ["intents.yaml", "lexicon.yaml", "replies.yaml"])
def test_a_missing_file_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert f"{name}: is missing" in faults_of(folder)


def test_a_folder_in_the_place_of_a_file_is_told(folder: Path) -> None:
    (folder / "lexicon.yaml").unlink()
    (folder / "lexicon.yaml").mkdir()
    assert any(found.startswith("lexicon.yaml: cannot be read") for found in faults_of(folder))


def test_a_missing_folder_and_one_without_a_card_are_told(folder: Path, tmp_path: Path) -> None:
    assert faults_of(tmp_path / "nowhere") == [f"{tmp_path}/nowhere: no such folder; a knowledge folder was expected"]
    (folder / TESTIN).unlink()
    assert any("compounds: holds no card" in found for found in faults_of(folder))


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    (folder / "intents.yaml").write_text(INTENTS, encoding="utf-8-sig")
    assert faults_of(folder) == []


def test_what_was_loaded_cannot_be_changed(folder: Path) -> None:
    card = load_library(folder).cards[0]
    with pytest.raises(Exception, match="frozen"):
        card.name = "Otherin"


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_whatever_end_in_anything_but_faults(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = write(tmp_path_factory.mktemp("any") / "knowledge")
    (folder / TESTIN).write_bytes(raw)
    with pytest.raises(KnowledgeError) as raised:
        load_library(folder)
    assert all(fault.message for fault in raised.value.faults)


def test_the_schema_describes_every_kind_of_file_for_editors() -> None:
    made = json.loads(json.dumps(schemas()))
    assert set(made) == {"compounds/*.yaml", "intents.yaml", "replies.yaml", "lexicon.yaml"}
    assert "sections" in made["compounds/*.yaml"]["required"]
    assert made["compounds/*.yaml"]["additionalProperties"] is False
