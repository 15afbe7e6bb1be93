"""The shipped knowledge is loaded once for all commands; other folders are loaded as ever."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import common
from bot.core.cards import Library
from bot.footnote import Footnote
from bot.loading import knowledge_folder, load_library


@pytest.fixture(scope="session", autouse=True)
def _loaded_once(footnote: Footnote) -> Iterator[None]:
    load = Footnote.load

    def load_once(folder: Path | None = None, **options: Any) -> Footnote:
        return load(folder, **options) if folder or options.get("encoder") else copy.copy(footnote)

    def library_once(folder: Path) -> Library:
        return footnote.library if folder == knowledge_folder() else load_library(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Footnote, "load", load_once)
        patch.setattr(common, "load_library", library_once)
        yield
