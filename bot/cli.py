"""The commands, and the only place that puts settings, knowledge, assistant and surface together."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.logging import RichHandler

from bot import __version__
from bot.core.answers import Answer
from bot.footnote import Footnote
from bot.loading import KnowledgeError, knowledge_folder
from bot.reloading import NoSuchCardError, loader
from bot.settings import Settings
from bot.surfaces import console, plain
from bot.surfaces.jsonl import answer_lines

BAD_USE, FAULT = 2, 1

app = typer.Typer(
    name="footnote",
    help="Answers questions about research compounds with passages that name their sources, and with nothing else.",
    epilog='Try: footnote ask "how much per day, and for how long?"',
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
knowledge_app = typer.Typer(help="Check the knowledge files, fit the weights, print the schema.", no_args_is_help=True)
app.add_typer(knowledge_app, name="knowledge")
gaps_app = typer.Typer(help="What was asked and not answered, where the bot runs.", no_args_is_help=True)
app.add_typer(gaps_app, name="gaps")

Folder = Annotated[Path | None, typer.Option("--knowledge", help="Another knowledge folder.", show_default=False)]
NoEncoder = Annotated[bool, typer.Option("--no-encoder", help="Go without the sentence encoder.")]
Compound = Annotated[str | None, typer.Option("--compound", "-c", help="The card that is meant where none is named.")]
Named = Annotated[str | None, typer.Argument(help="The compound's name; the default card without it.")]


def main() -> None:
    """Run the command line. A broken pipe and Ctrl-C end quietly."""
    try:
        app()
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except KeyboardInterrupt:
        sys.exit(130)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"footnote {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    logging.basicConfig(
        level=logging.WARNING, format="%(message)s", handlers=[RichHandler(console=Console(stderr=True), show_time=False)]
    )


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in your own words.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read questions from standard input, one JSON object a line.")] = False,
    compound: Compound = None,
    knowledge: Folder = None,
    no_encoder: NoEncoder = False,
) -> None:
    """Answer one question, or one a line with --jsonl.

    footnote ask "into a muscle or under the skin?"

    echo '{"id": "1", "turns": ["how much per day?"]}' | footnote ask --jsonl
    """
    if jsonl == (question is not None):
        _fail('give a question ("footnote ask \'how much per day?\'"), or --jsonl and questions on standard input', BAD_USE)
    footnote = _load(knowledge, no_encoder, compound)
    labels = footnote.library.replies.labels
    if jsonl:
        for line in answer_lines(footnote, sys.stdin.buffer):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        return
    answer = footnote.ask(question or "")
    if as_json:
        typer.echo(json.dumps(plain.to_json(answer, labels), ensure_ascii=False))
    else:
        console.show(answer, labels)


@app.command()
def chat(compound: Compound = None, knowledge: Folder = None, no_encoder: NoEncoder = False) -> None:
    """Ask in the terminal, with follow-ups. An empty line or Ctrl-D ends."""
    footnote = _load(knowledge, no_encoder, compound)
    console.chat(footnote, sys.stdin, Console())


@app.command()
def card(compound: Named = None, knowledge: Folder = None) -> None:
    """Show a compound at a glance: what it is, and the sections of its card."""
    footnote, found = _look_up(compound, knowledge)
    console.show(footnote.card(found), footnote.library.replies.labels)


@app.command()
def section(
    name: Annotated[str, typer.Argument(help="The section's id or title, for example: dose")],
    compound: Named = None,
    knowledge: Folder = None,
) -> None:
    """Show one section of a card, whole."""
    footnote, found = _look_up(compound, knowledge)
    sections = next(card for card in footnote.library.cards if card.id == found).sections
    wanted = name.casefold().replace(" ", "-")
    match = next((s for s in sections if wanted in {s.id, s.title.casefold().replace(" ", "-")}), None)
    if match is None:
        _fail(f"no section {name!r}; this card has: {', '.join(s.id for s in sections)}", BAD_USE)
    console.show(footnote.section(found, match.id), footnote.library.replies.labels)


@app.command()
def sources(compound: Named = None, knowledge: Folder = None) -> None:
    """List a card's sources, each with design, funding, finding and note."""
    footnote, found = _look_up(compound, knowledge)
    console.show(footnote.sources(found), footnote.library.replies.labels)


@app.command()
def steps(compound: Named = None, knowledge: Folder = None) -> None:
    """Tell a card's story, step by step."""
    footnote, found = _look_up(compound, knowledge)
    for step in footnote.steps(found):
        console.show(step, footnote.library.replies.labels)


@app.command()
def run(knowledge: Folder = None, no_encoder: NoEncoder = False) -> None:
    """Run the bot on Discord. Needs DISCORD_TOKEN; ends on Ctrl-C and SIGTERM, loads the knowledge anew on SIGHUP.

    DISCORD_TOKEN=... footnote run
    """
    from bot.encoder import load_encoder  # noqa: PLC0415 - only this command needs them
    from bot.logs import log_in_json  # noqa: PLC0415
    from bot.ports import StoreError  # noqa: PLC0415
    from bot.store import open_store  # noqa: PLC0415
    from bot.surfaces.discord import running  # noqa: PLC0415

    settings = _settings()
    if settings.discord_token is None:
        _fail("DISCORD_TOKEN is not set; it is the bot's token from Discord's developer portal, page Bot", BAD_USE)
    if any(shard >= settings.shard_count for shard in settings.shard_ids):
        _fail(f"SHARD_IDS go from 0 to SHARD_COUNT - 1, here {settings.shard_count - 1}", BAD_USE)
    encoder = load_encoder() if settings.encoder and not no_encoder else None
    load = loader(knowledge or settings.knowledge or knowledge_folder(), encoder, settings.default_compound)
    with _faults_told():
        footnote = load()
    log_in_json()
    try:
        running.run(footnote, open_store(settings.database, settings.database_address), settings, load)
    except (running.CannotRunError, StoreError) as error:
        _fail(str(error), FAULT)


@app.command(name="eval")
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="Labelled questions, one JSON object a line.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    knowledge: Folder = None,
    no_encoder: NoEncoder = False,
) -> None:
    """Score the answers to labelled questions: shares with their 95 % intervals, and the confused pairs.

    footnote eval tests/questions/*.jsonl
    """
    from bot import evaluation  # noqa: PLC0415 - only this command needs it

    try:
        questions = evaluation.read_questions(files)
    except evaluation.BadQuestions as error:
        _fail(str(error), BAD_USE)
    footnote = _load(knowledge, no_encoder, None)
    report = evaluation.evaluate(footnote, questions)
    typer.echo(json.dumps(report.as_json(), indent=1) if as_json else report.as_text())


@knowledge_app.command()
def check(folder: Annotated[Path | None, typer.Argument(help="The folder; default: the package's own.")] = None) -> None:
    """Check every knowledge file, and list all faults with file, line and field."""
    from bot.loading import load_library  # noqa: PLC0415

    path = folder or _settings().knowledge or knowledge_folder()
    with _faults_told():
        library = load_library(path)
    own = sum(len(intent.utterances) for card in library.cards for intent in card.intents)
    utterances = own + sum(len(intent.utterances) for intent in library.intents)
    typer.echo(f"{len(library.cards)} card(s), {len(library.intents)} intents, {utterances} utterances: no faults")


@knowledge_app.command()
def schema() -> None:
    """Print the JSON Schema of the files, by file name, for editors."""
    from bot.loading import schemas  # noqa: PLC0415

    typer.echo(json.dumps(schemas(), indent=2, ensure_ascii=False))


@knowledge_app.command()
def train(folder: Annotated[Path | None, typer.Argument(help="The folder; default: the package's own.")] = None) -> None:
    """Fit the weights to the utterances, and keep them beside the knowledge. Takes some minutes."""
    from bot import training  # noqa: PLC0415
    from bot.encoder import load_encoder  # noqa: PLC0415
    from bot.loading import load_library  # noqa: PLC0415

    path = folder or _settings().knowledge or knowledge_folder()
    with _faults_told():
        library = load_library(path)
    encoder = load_encoder()
    with Console(stderr=True).status("fitting") as status:
        known = training.known_vectors(library, encoder, path)
        weights = training.fit(library, encoder, known, lambda text: status.update(text))
    typer.echo(f"wrote {training.save(weights, library, encoder, path)}")


@gaps_app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file, in place of standard output.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Delete what was written from the database.")] = False,
    knowledge: Folder = None,
) -> None:
    """Write the questions that moderators took as examples as utterances, to review, insert and commit.

    footnote gaps export -o new-utterances.yaml --remove
    """
    from bot import growing, yamlfile  # noqa: PLC0415 - only this command needs them
    from bot.loading import load_library  # noqa: PLC0415
    from bot.ports import Gap, StoreError  # noqa: PLC0415
    from bot.store import SqlStore, open_store  # noqa: PLC0415

    settings = _settings()
    address = settings.database_address
    if address is None and not settings.database.exists():
        _fail(f"no database at {settings.database}; run this where the bot runs, or set FOOTNOTE_DATABASE", BAD_USE)
    with _faults_told():
        library = load_library(knowledge or settings.knowledge or knowledge_folder())

    async def run(work: Callable[[SqlStore], Awaitable[Any]]) -> Any:
        store = open_store(settings.database, address)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        gaps: tuple[Gap, ...] = asyncio.run(run(lambda store: store.accepted_gaps()))
        made = growing.fragment(library, gaps)
        _written(yamlfile.written(made.as_data()) if made.files else "", output)
        if remove:
            asyncio.run(run(lambda store: store.remove_gaps(made.gaps)))
    except (StoreError, OSError) as error:
        _fail(str(error), FAULT)
    for line in made.left_out:
        typer.echo(f"left out: {line}", err=True)
    count = len(gaps) - len(made.left_out)
    typer.echo(f"{count} utterance{'' if count == 1 else 's'}", err=True)


def _written(text: str, output: Path | None) -> None:
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
        sys.stdout.flush()


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        name = ".".join(map(str, detail["loc"]))
        name = name if name.isupper() else f"FOOTNOTE_{name.upper()}"
        _fail(f"the setting {name} is wrong: {detail['msg']}", BAD_USE)


def _load(knowledge: Path | None, no_encoder: bool, compound: str | None) -> Footnote:
    settings = _settings()
    wanted = compound or settings.default_compound
    with _faults_told():
        footnote = Footnote.load(
            knowledge or settings.knowledge, encoder=settings.encoder and not no_encoder, default_compound=wanted
        )
    if wanted:
        footnote.default = _card_called(footnote, wanted)
    return footnote


def _look_up(compound: str | None, knowledge: Path | None) -> tuple[Footnote, str]:
    footnote = _load(knowledge, no_encoder=True, compound=None)
    return footnote, _card_called(footnote, compound) if compound else footnote.default


def _card_called(footnote: Footnote, name: str) -> str:
    found = footnote.card_called(name)
    if found is None:
        _fail(f"no card for {name!r}; there is: {', '.join(card.id for card in footnote.library.cards)}", BAD_USE)
    return found


@contextlib.contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except KnowledgeError as error:
        if isinstance(error, NoSuchCardError):
            _fail(error.faults[0].message, BAD_USE)
        count = len(error.faults)
        _fail(f"{error}\n{count} fault{'s' if count > 1 else ''} in the knowledge", FAULT)


def _fail(message: str, code: int) -> Any:
    typer.echo(f"footnote: {message}", err=True)
    raise typer.Exit(code)


__all__ = ["Answer", "app", "main"]
