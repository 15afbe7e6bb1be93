"""What the commands print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import __version__
from bot.cli import app, options
from tests.small_knowledge import change, write

QUESTIONS = Path(__file__).parents[1] / "questions"


def run(*words: str, typed: str | None = None) -> Result:
    """Run a command as somebody types it."""
    return CliRunner().invoke(app, list(words), input=typed)


def ask(*words: str, typed: str | None = None) -> Result:
    """Ask without the encoder, which is faster."""
    return run("ask", "--no-encoder", *words, typed=typed)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge folder."""
    return write(tmp_path / "knowledge")


def test_a_question_gets_an_answer_quoted_or_not() -> None:
    for words in (["how much per day?"], ["how", "much", "per", "day?"]):
        result = ask(*words)
        assert result.exit_code == 0
        assert result.output.startswith("Cerebrolysin › Dose\n")
        assert "call emergency services at once." in result.output.strip().split("\n")[-1]


def test_a_refusal_is_no_failure() -> None:
    result = ask("how much semax?")
    assert (result.exit_code, "another compound" in result.output or "about Semax" in result.output) == (0, True)


def test_json_is_one_object() -> None:
    made = json.loads(ask("--json", "how much per day?").output)
    assert (made["outcome"], made["sections"]) == ("answer", ["dose"])


def test_lines_in_are_lines_out() -> None:
    result = ask("--jsonl", typed='{"id": "1", "turns": ["how much per day?"]}\nbad\n')
    assert [json.loads(line)["id"] for line in result.output.splitlines()] == ["1", None]


def test_a_compound_can_be_set_and_an_unknown_one_is_told() -> None:
    assert ask("-c", "Cerebrolysin", "dose?").exit_code == 0
    result = ask("-c", "semax", "dose?")
    assert result.exit_code == 2
    assert result.stderr == "footnote: no card for 'semax'; there is: cerebrolysin\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ask"], "footnote: give a question"),
        (["ask", "--jsonl", "hi"], "footnote: with --jsonl the questions come from standard input"),
        (["ask", "--jsonl", "--json"], "footnote: with --jsonl the questions come from standard input"),
        (["ask", "--nonsense", "hi"], "No such option: --nonsense"),
        (["nonsense"], "No such command 'nonsense'"),
        (["section"], "Missing argument 'NAME"),
        (["section", "price"], "footnote: no section 'price'; this card has: identity, uses"),
        (["card", "semax"], "footnote: no card for 'semax'; there is: cerebrolysin"),
        (["eval"], "Missing argument 'FILES"),
        (["eval", "nowhere.jsonl"], "footnote: nowhere.jsonl: No such file or directory"),
        (["knowledge", "new", "Cerebrolysin"], "footnote: 'Cerebrolysin' is a name of the card 'cerebrolysin' already"),
        (["run"], "footnote: DISCORD_TOKEN is not set"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_command_ends_with_two_and_says_what_would_be_right(words: list[str], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message.lower() in " ".join(result.stderr.lower().split())
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "FOOTNOTE_ENCODER",
            "perhaps",
            "footnote: the setting FOOTNOTE_ENCODER is wrong: input should be a valid boolean",
        ),
        ("SHARD_COUNT", "0", "footnote: the setting SHARD_COUNT is wrong: input should be greater than or equal to 1"),
        ("SHARD_IDS", "0,x", "footnote: the setting SHARD_IDS is wrong: input should be a valid integer"),
        ("DISCORD_API_URL", "nowhere", "footnote: the setting DISCORD_API_URL is wrong: input should be a valid URL"),
        ("FOOTNOTE_DEFAULT_COMPOUND", "semax", "footnote: no card for 'semax'; there is: cerebrolysin"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    result = ask("how much?")
    assert result.exit_code == 2
    assert result.stderr.startswith(message)


def test_look_ups_need_no_question() -> None:
    assert "mixture of them" in run("card").stdout
    assert run("section", "side-effects").stdout.startswith("Cerebrolysin › Side effects and cautions\n")
    assert run("section", "What it is", "cere").stdout.startswith("Cerebrolysin › What it is\n")
    assert "PMID 39055722" in run("sources").stdout
    assert run("steps").stdout.count("Warning: Cerebrolysin") == 7


def test_a_chat_answers_line_by_line_until_an_empty_one() -> None:
    result = run("chat", "--no-encoder", typed="how much per day?\nand for how long?\n\nhow is it given?\n")
    assert result.exit_code == 0
    assert "› Dose" in result.stdout
    assert "› Course and break" in result.stdout
    assert "› How it is given" not in result.stdout


def test_evaluating_prints_shares_with_their_intervals() -> None:
    result = run("eval", "--no-encoder", "--show", "all", str(QUESTIONS / "_near.jsonl"))
    assert result.exit_code == 0
    assert "anaphylaxis warning ends the reply                100.0 %" in result.stdout
    report = json.loads(run("eval", "--no-encoder", "--json", str(QUESTIONS / "_near.jsonl")).stdout)
    assert report["rows"]["every word comes from the knowledge files"]["of"] == 7


def test_the_knowledge_is_checked_with_all_its_faults(folder: Path) -> None:
    assert run("knowledge", "check", str(folder)).output == "1 card(s), 2 intents, 5 utterances: no faults\n"
    change(folder, "compounds/testin.yaml", "sources: [page]", "sources: [pge]")
    change(folder, "intents.yaml", "section: dose", "section: dosis")
    result = run("knowledge", "check", str(folder))
    assert result.exit_code == 1
    first, *faults = result.stderr.strip().split("\n")
    assert first == f"footnote: the knowledge has {len(faults)} faults"
    assert all(fault.startswith(("compounds/testin.yaml:", "intents.yaml:")) for fault in faults)


def test_a_missing_knowledge_folder_is_told(tmp_path: Path) -> None:
    result = ask("hi", "--knowledge", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert "none: no such folder; a knowledge folder was expected" in result.stderr


def test_the_schema_is_printed_for_editors() -> None:
    assert "compounds/*.yaml" in json.loads(run("knowledge", "schema").stdout)


def test_a_new_card_is_begun_and_the_check_goes_on_from_there(folder: Path) -> None:
    result = run("knowledge", "new", "Second One", "--knowledge", str(folder))
    assert result.exit_code == 0
    assert (folder / "compounds" / "second-one.yaml").is_file()
    assert f"footnote knowledge check {folder}" in result.stdout
    assert run("knowledge", "check", str(folder)).exit_code == 1


def test_help_teaches_by_example() -> None:
    assert 'footnote ask "how much per day, and for how long?"' in " ".join(run("--help").stdout.split())
    for command in ("ask", "chat", "card", "section", "sources", "steps", "eval", "run", "preview"):
        assert f"footnote {command}" in run(command, "-h").stdout, command
    for command in ("check", "schema", "new", "pictures", "train", "tune"):
        assert f"footnote knowledge {command}" in run("knowledge", command, "-h").stdout, command


def test_the_version_is_told() -> None:
    assert run("--version").stdout == f"footnote {__version__}\n"


def test_the_shell_completes_compounds_and_sections() -> None:
    assert options.compounds("Cere") == ["cerebrolysin"]
    assert options.sections("evidence-") == ["evidence-stroke", "evidence-rehab", "evidence-tbi", "evidence-dementia"]
    assert options.sections("x") == []


def test_what_signals_count_is_fitted_to_labelled_questions(folder: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    labelled = [
        {"kind": "plain", "turns": ["how much a day?"], "accept": ["dose"], "efficacy": "no"},
        {"kind": "multi", "turns": ["how much, and how much more?"], "accept": ["dose"], "efficacy": "may"},
        {"kind": "no_passage", "turns": ["does it help my knee?"], "accept": [], "efficacy": "must"},
        {"kind": "off_topic", "turns": ["who won?"], "accept": [], "efficacy": "no"},
    ]
    lines = (json.dumps({"id": str(number), **one}) for number, one in enumerate(labelled))
    questions.write_text("\n".join(lines), encoding="utf-8")
    result = run("knowledge", "calibrate", str(questions), "--knowledge", str(folder))
    assert result.exit_code == 0, result.output
    assert json.loads((folder / "calibration.json").read_text(encoding="utf-8"))["with_encoder"]["bias"]
    assert ask("how much?", "--knowledge", str(folder)).exit_code == 0


def test_questions_that_teach_too_little_are_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    one = {"id": "1", "kind": "plain", "turns": ["how much?"], "accept": ["dose"], "efficacy": "no"}
    questions.write_text(json.dumps(one), encoding="utf-8")
    result = run("knowledge", "calibrate", str(questions), "--knowledge", str(folder))
    assert result.exit_code == 1
    assert "several things" in result.output
    assert not (folder / "calibration.json").exists()


def test_a_calibration_that_cannot_be_used_is_told_with_its_place(folder: Path) -> None:
    (folder / "calibration.json").write_text('{"with_encoder": {"clause": "much"}}', encoding="utf-8")
    result = ask("how much?", "--knowledge", str(folder))
    assert result.exit_code == 1
    assert "calibration.json: with_encoder.clause" in result.output
    assert "footnote knowledge calibrate" in result.output
