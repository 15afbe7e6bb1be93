"""The loop by which the matching grows: a question nobody answered, taken as an example, written as an utterance."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot import growing, yamlfile
from bot.cli import app
from bot.core.answers import Answer
from bot.core.gaps import Unanswered, as_utterance, key_of, merged, without_traces
from bot.core.text import fold
from bot.footnote import Footnote
from bot.loading import knowledge_folder
from bot.ports import Gap, Noted
from bot.store import SqlStore, file_url

NAMES = ("cerebrolysin", "BPC-157", "Semax", "tb 500", "metformin", "Церебролизин", "celebrolysin")
TRACE = re.compile(r"://|www\.|<[@#]|(?<!\S)@\w|@everyone|@here|discord\.gg|\S@\S+\.\w")
WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            (*NAMES, "can", "i", "fly", "with", "it", "{other}", "{x}", "dose", "@bob", "<@123>", "a@b.com")
        ),
        st.sampled_from(
            ("https://a.bc/d", "www.a.bc", "discord.gg/x", "+49 171 2345678", "\n", "#", "**", "no", "not")
        ),
        st.text(max_size=12),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def declined(footnote: Footnote) -> Answer:
    """An answer that declines."""
    answer = footnote.ask("can i fly with it?")
    assert answer.reason == "no_passage"
    return answer


def gap(utterance: str, section: str, number: int = 1, compound: str | None = "cerebrolysin") -> Gap:
    """A question that a moderator took as an example for a section."""
    asked = Unanswered(utterance, utterance, utterance, compound, "no_passage")
    return Gap(number, 1, asked, 1, 1, 1, "accepted", section)


@pytest.fixture(scope="session")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped knowledge with three utterances an intent, which is read at once."""
    folder = tmp_path_factory.mktemp("brief") / "knowledge"
    shutil.copytree(knowledge_folder(), folder, ignore=shutil.ignore_patterns("*.npz"))
    for path in (folder / "intents.yaml", *(folder / "compounds").glob("*.yaml")):
        path.write_text(
            re.sub(r"(?m)((?:^      - .*\n){3})(?:^      - .*\n)+", r"\1", path.read_text("utf-8")), "utf-8"
        )
    return folder


class TestWhatIsKept:
    """Questions without traces, masked, merged."""

    @given(WORDS)
    @settings(max_examples=60, deadline=None)
    def test_no_mention_link_or_address_is_kept(self, footnote: Footnote, declined: Answer, words: list[str]) -> None:
        kept = footnote.unanswered(" ".join(words), declined)
        if kept:
            assert not TRACE.search(kept.question)
            assert not TRACE.search(kept.utterance)
            assert len(kept.question) <= 300
            assert "\n" not in kept.question
            assert set(re.findall(r"\{.*?\}?", kept.utterance)) <= {"{other}", "{medicine}", "{"}
            assert len(kept.key) <= 400

    @given(
        st.permutations(("can i fly with", "how long does one last with", "is it legal with")), st.sampled_from(NAMES)
    )
    @settings(max_examples=20, deadline=None)
    def test_names_of_compounds_are_masked(
        self, footnote: Footnote, declined: Answer, starts: list[str], name: str
    ) -> None:
        kept = footnote.unanswered(f"{starts[0]} {name}?", declined)
        assert kept is not None
        assert fold(name) not in kept.utterance
        assert kept.utterance.endswith(("it?", "{other}?", "{medicine}?"))

    @given(
        st.permutations(("can", "i", "fly", "to", "japan", "with", "nine", "vials")),
        st.sampled_from(("", "?", "??!", " thanks")),
    )
    def test_order_case_and_manners_do_not_matter(self, words: list[str], end: str) -> None:
        key = key_of("can i fly to japan with nine vials", "cerebrolysin")
        assert key_of(f"{' '.join(words).title()}{end}", "cerebrolysin") == key

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("how much per day", "how many days"),
            ("is it legal", "is it illegal"),
            ("can i take it with food", "can i take it without food"),
            ("5 ml or 10 ml", "5 ml or 15 ml"),
            ("can i not inject it", "can i inject it"),
            ("does heat break it", "does heat wreak it"),
        ],
    )
    def test_what_asks_something_else_is_not_merged(self, one: str, other: str) -> None:
        keys = key_of(one, "cerebrolysin"), key_of(other, "cerebrolysin")
        assert keys[0] != keys[1]
        assert merged(keys[0], [keys[1]], lambda _: True) == keys[0]

    def test_a_misspelling_is_merged_and_the_same_question_about_another_card_is_not(self) -> None:
        known = key_of("does it interact with grapefruit", "cerebrolysin")
        words = {"interact", "grapefruit"}
        misspelt = key_of("does it interact with grapefriut", "cerebrolysin")
        assert merged(misspelt, [known], words.__contains__) == known
        elsewhere = key_of("does it interact with grapefriut", "other")
        assert merged(elsewhere, [known], words.__contains__) == elsewhere

    @given(st.text(max_size=400))
    def test_any_text_has_a_key_and_an_utterance(self, text: str) -> None:
        utterance = as_utterance(fold(without_traces(text)))
        assert len(key_of(utterance, None)) <= 400
        assert key_of(utterance, None) == key_of(utterance, None)


class TestTheFragment:
    """What is written."""

    def test_each_goes_under_an_intent_that_leads_to_its_section(self, footnote: Footnote) -> None:
        accepted = (
            gap("can cats have it in the thigh?", "route", 1),
            gap("did the stroke people walk?", "evidence-stroke", 2),
        )
        made = growing.fragment(footnote.library, accepted)
        data = made.as_data()
        assert data == {
            "intents.yaml": {
                "intents": [{"id": "route", "section": "route", "utterances": ["can cats have it in the thigh?"]}]
            },
            "compounds/cerebrolysin.yaml": {
                "intents": [
                    {
                        "id": "evidence-stroke",
                        "section": "evidence-stroke",
                        "utterances": ["did the stroke people walk?"],
                    }
                ]
            },
        }
        assert made.gaps == (1, 2)
        assert not made.left_out

    def test_what_stands_there_already_names_a_compound_or_leads_nowhere_is_left_out_and_said(
        self, footnote: Footnote
    ) -> None:
        known = next(intent for intent in footnote.library.intents if intent.section == "dose").utterances[0]
        accepted = (gap(known, "dose"), gap("semax too?", "dose"), gap("where to?", "gone"), gap("new one?", "dose"))
        made = growing.fragment(footnote.library, (*accepted, gap("New one?", "dose")))
        assert [line.rpartition(": ")[2] for line in made.left_out] == [
            "stands in the knowledge already",
            "names Semax",
            "no intent leads to 'gone' any more",
            "stands in the knowledge already",
        ]
        assert made.files["intents.yaml"]["dose"].utterances == ("new one?",)

    @given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=4))
    @settings(max_examples=20, deadline=None)
    def test_it_is_read_back_as_it_was_written(
        self, tmp_path_factory: pytest.TempPathFactory, texts: list[str]
    ) -> None:
        utterances = [as_utterance(fold(without_traces(text))) for text in texts]
        path = tmp_path_factory.mktemp("written") / "new.yaml"
        path.write_text(yamlfile.written({"intents": [{"id": "dose", "utterances": utterances}]}), encoding="utf-8")
        document = yamlfile.read(path, "new.yaml")
        assert not document.faults
        assert document.data["intents"][0]["utterances"] == utterances


class TestTheCommand:
    """`footnote gaps export`."""

    @pytest.fixture
    def database(self, brief: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A database with two accepted questions, where the bot would run."""
        path = tmp_path / "footnote.db"

        async def filled() -> None:
            store = SqlStore(file_url(path))
            for utterance in ("can cats have it in the thigh?", "where to?"):
                await store.record_gaps([Noted(1, Unanswered(utterance, utterance, utterance, None, "no_passage"), 1)])
            for kept in await store.gaps(1, limit=5):
                await store.accept_gap(1, kept.id, "route" if "cats" in kept.asked.utterance else "gone")
            await store.close()

        asyncio.run(filled())
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("FOOTNOTE_KNOWLEDGE", str(brief))

    @pytest.mark.usefixtures("database")
    def test_it_writes_yaml_and_says_on_the_side_what_was_left_out(self) -> None:
        done = CliRunner().invoke(app, ["gaps", "export"])
        assert done.exit_code == 0
        assert "- can cats have it in the thigh?" in done.stdout
        assert "left out: 'where to?': no intent leads to 'gone' any more" in done.stderr
        assert "1 utterance\n" in done.stderr

    @pytest.mark.usefixtures("database")
    def test_what_was_written_can_be_deleted(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(app, ["gaps", "export", "--output", "new.yaml", "--remove"])
        assert done.exit_code == 0
        assert "can cats" in (tmp_path / "new.yaml").read_text()
        again = CliRunner().invoke(app, ["gaps", "export"])
        assert again.stdout == ""
        assert "0 utterances" in again.stderr

    @pytest.mark.usefixtures("database")
    def test_what_could_not_be_written_is_not_deleted(self) -> None:
        failed = CliRunner().invoke(app, ["gaps", "export", "--output", "no/such/folder.yaml", "--remove"])
        assert failed.exit_code == 1
        assert "No such file" in failed.stderr
        assert "can cats" in CliRunner().invoke(app, ["gaps", "export"]).stdout

    def test_without_a_database_it_says_where_one_would_be(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        failed = CliRunner().invoke(app, ["gaps", "export"])
        assert failed.exit_code == 2
        assert "FOOTNOTE_DATABASE" in failed.stderr
        assert not list(tmp_path.iterdir())
