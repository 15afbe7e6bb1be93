"""A small knowledge folder that has no fault, to be spoilt in one place or another."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.loading import KnowledgeError, knowledge_folder, load_library

CARD = """\
id: testin
name: Testin
aliases: [testine]
summary: A compound that does not exist.
reviewed: 2026-01-31
notices:
  - id: anaphylaxis
    level: danger
    text: "Warning: Testin can cause a serious allergic reaction."
  - id: efficacy
    level: caution
    text: "On benefit: nobody has tested Testin."
sources:
  - id: page
    kind: page
    title: The page of Testin
  - id: label
    kind: label
    title: Testin product information
  - id: doe-2020
    kind: publication
    title: Testin in nobody
    authors: [Doe J]
    year: 2020
    journal: Journal of Nothing
    pmid: "12345678"
    design: randomised trial
    funding: unclear
    finding: nothing
    checked: 2026-01-31
sections:
  - id: dose
    title: Dose
    passages:
      - id: dose-page
        text: The page names 1 mL.
        sources: [page]
      - id: dose-label
        text: The product information names 2 mL.
        sources: [label]
  - id: higher-dose
    title: Going higher
    gap: The page says nothing about it.
intents:
  - id: testin-higher
    section: higher-dose
    utterances: [what about more]
  - id: testin-children
    refusal: personal_decision
    passages: [dose-label]
    words: [child]
    utterances: [may my child have it]
"""
INTENTS = """\
intents:
  - id: dose
    section: dose
    utterances:
      - how much
      - what do people take a day
  - id: away
    refusal: off_topic
    utterances:
      - who won the match
"""
LEXICON = """\
words:
  pin: inject
compounds:
  "Otherin": [othrin]
places:
  before: [how much]
  after: [dose]
"""


def write(folder: Path) -> Path:
    """Write the folder; where it is."""
    (folder / "compounds").mkdir(parents=True)
    (folder / "compounds" / "testin.yaml").write_text(CARD, encoding="utf-8")
    (folder / "intents.yaml").write_text(INTENTS, encoding="utf-8")
    (folder / "lexicon.yaml").write_text(LEXICON, encoding="utf-8")
    shutil.copy(knowledge_folder() / "replies.yaml", folder)
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text in a file, where it stands once or more."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} holds no {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def faults_of(folder: Path) -> list[str]:
    """The faults of a folder, a line each; none where it has none."""
    try:
        load_library(folder)
    except KnowledgeError as error:
        return str(error).split("\n")
    return []
