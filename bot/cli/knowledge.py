"""`footnote knowledge`: the files checked, their schema, a card begun, its pictures; what is learnt of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.common import BAD_USE, FAULT, fail, faults_told, folder_of, library_of, look_up, raise_for
from bot.cli.options import Folder, FolderGiven, Named
from bot.core.names import NameIndex, Names
from bot.core.reference import Reference
from bot.wordlists import is_word

NewName = Annotated[str, typer.Argument(help="The compound's name, as it is printed.", show_default=False)]
QuestionFiles = Annotated[
    list[Path], typer.Argument(help="Files of labelled questions, a JSON object a line.", show_default=False)
]
PicturesFolder = Annotated[Path, typer.Argument(help="Where the PNG files go; it is made where it is missing.")]

COLUMNS = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())  # of work whose end is not known


def check(folder: FolderGiven = None) -> None:
    """Check every knowledge file, and list all faults with file, line and field; then whether Discord takes every reply.

    footnote knowledge check

    footnote knowledge check my-knowledge
    """
    from bot.surfaces.discord.fitting import misfits  # noqa: PLC0415 - each command loads what it needs

    library = library_of(folder)
    with faults_told():
        raise_for(misfits(Reference(library, Names(library, NameIndex(library), is_word))))
    own = sum(len(intent.utterances) for card in library.cards for intent in card.intents)
    utterances = own + sum(len(intent.utterances) for intent in library.intents)
    typer.echo(f"{len(library.cards)} card(s), {len(library.intents)} intents, {utterances} utterances: no faults")


def schema() -> None:
    """Print the JSON Schema of the files, by file name, for editors.

    footnote knowledge schema > schema.json
    """
    from bot.loading import schemas  # noqa: PLC0415 - each command loads what it needs

    typer.echo(json.dumps(schemas(), indent=2, ensure_ascii=False))


def new(name: NewName, knowledge: Folder = None) -> None:
    """Begin a compound's card: write a skeleton, in which the check tells what is still to be filled in.

    footnote knowledge new "BPC-157"
    """
    from bot.skeleton import CannotBeginError, begin_card  # noqa: PLC0415

    folder = folder_of(knowledge)
    try:
        path = begin_card(name, library_of(folder), folder)
    except CannotBeginError as error:
        fail(str(error), BAD_USE)
    typer.echo(f"wrote {path}\nfill it in; what is still missing tells: footnote knowledge check {folder}")


def pictures(folder: PicturesFolder, compound: Named = None, knowledge: Folder = None) -> None:
    """Draw a card's pictures into a folder: the evidence at a glance, and a drawing for each step.

    footnote knowledge pictures docs/pictures
    """
    from bot.pictures.album import write_pictures  # noqa: PLC0415 - only this command draws
    from bot.pictures.plans import CannotDrawError  # noqa: PLC0415

    reference, found = look_up(compound, knowledge)
    drawn = next(card for card in reference.library.cards if card.id == found)
    try:
        for path in write_pictures(drawn, reference.library.replies.labels, folder):
            typer.echo(f"wrote {path}")
    except CannotDrawError as error:
        fail(str(error), FAULT)
    except OSError as error:
        fail(f"cannot write to {folder}: {error.strerror}", FAULT)


def train(folder: FolderGiven = None) -> None:
    """Fit the weights to the utterances, and keep them beside the knowledge. Takes some minutes; needs the extra 'train'.

    footnote knowledge train
    """
    from bot import training  # noqa: PLC0415
    from bot.encoder import load_encoder  # noqa: PLC0415

    path = folder_of(folder)
    library = library_of(path)
    encoder = load_encoder(path)
    with Progress(*COLUMNS, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)
        known = training.known_vectors(library, encoder, path)
        try:
            weights, vectors = training.fit(
                library, encoder, known, lambda told: progress.update(task, description=told)
            )
        except training.CannotFitError as error:
            fail(str(error), FAULT)
    typer.echo(f"wrote {training.save(weights, vectors, library, encoder, path)}")


def tune(folder: FolderGiven = None) -> None:
    """Tune the encoder to the utterances; then fit the weights anew. Takes half an hour or more; needs the extra 'tune'.

    footnote knowledge tune && footnote knowledge train
    """
    from bot.encoder import TUNED, model_file  # noqa: PLC0415

    path = folder_of(folder)
    library = library_of(path)
    try:
        from bot.tuning.tune import tune as tuned  # noqa: PLC0415
    except ImportError:
        fail("tuning needs the extra 'tune': pip install 'footnote-bot[tune]'", FAULT)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("tuning", total=None)

        def told(step: int, steps: int, loss: float) -> None:
            progress.update(task, completed=step, total=steps, description=f"tuning, loss {loss:.2f}")

        tuned(library, model_file(), path / TUNED, told)
    typer.echo(f"wrote {path / TUNED}; the weights have to follow: footnote knowledge train")


def calibrate(questions: QuestionFiles, knowledge: Folder = None) -> None:
    """Fit what the signals of a question count to labelled questions. Takes some minutes; needs the extra 'train'.

    footnote knowledge calibrate tests/questions/*.jsonl tests/questions/writers/*.jsonl
    """
    from bot import calibrating  # noqa: PLC0415
    from bot.core.calibration import Calibration  # noqa: PLC0415
    from bot.evaluation import BadQuestionsError, read_questions  # noqa: PLC0415
    from bot.footnote import Footnote  # noqa: PLC0415

    path = folder_of(knowledge)
    try:
        asked = read_questions(questions)
    except BadQuestionsError as error:
        fail(str(error), BAD_USE)
    library_of(path)
    footnote, plain = Footnote.load(path), Calibration()
    with Console(stderr=True).status("reading the questions") as status:
        try:
            by_words = calibrating.fit(calibrating.labelled(footnote, asked, by_words=True), plain.by_words)
            status.update("reading the questions with the encoder")
            whole = calibrating.fit(calibrating.labelled(footnote, asked), plain.with_encoder)
        except calibrating.CannotCalibrateError as error:
            fail(str(error), FAULT)
    fitted = Calibration(with_encoder=plain.with_encoder if footnote.by_words_alone else whole, by_words=by_words)
    typer.echo(f"wrote {calibrating.save(fitted, path)}")
