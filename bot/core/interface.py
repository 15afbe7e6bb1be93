"""The words around the replies: names of commands, labels of buttons, and the fixed lines of a chat surface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, StringConstraints, model_validator

from bot.core.model import Language, Model, Text

# Discord's limits, which are the tightest of any surface: a command's name, its description, a button's label.
COMMAND_NAME = r"^[-_\w]{1,32}$"

Command = Literal["ask", "card", "section", "sources", "help", "privacy"]
Button = Literal["more", "back", "next", "sources", "helpful", "not-helpful", "delete", "steps", "pick"]
Note = Literal["offer", "stale", "forbidden", "thanks", "noted", "no-content", "busy", "privacy"]
OptionName = Literal["question", "compound", "section", "private"]


def _has_english(texts: Mapping[str, str]) -> Mapping[str, str]:
    if "en" not in texts:
        raise ValueError("needs a text for en")
    return texts


def _is_lower(texts: Mapping[str, str]) -> Mapping[str, str]:
    for language, text in texts.items():
        if text != text.lower():
            raise ValueError(f"the name for {language} has to be in lower case: {text.lower()!r}")
    return texts


Name = Annotated[str, StringConstraints(pattern=COMMAND_NAME)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]

Names = Annotated[Mapping[Language, Name], AfterValidator(_has_english), AfterValidator(_is_lower)]
Titles = Annotated[Mapping[Language, Title], AfterValidator(_has_english)]
Labels = Annotated[Mapping[Language, Label], AfterValidator(_has_english)]
Descriptions = Annotated[Mapping[Language, Description], AfterValidator(_has_english)]
Texts = Annotated[Mapping[Language, Text], AfterValidator(_has_english)]


class CommandText(Model):
    """What a command, or an option of commands, is called, and what it is for."""

    name: Names
    description: Descriptions


class Interface(Model):
    """Every word of a chat surface beside the replies, by language; English is always there."""

    commands: Mapping[Command, CommandText]
    options: Mapping[OptionName, CommandText]
    menu: Titles
    buttons: Mapping[Button, Labels]
    notes: Mapping[Note, Texts]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for name, kind in (("commands", Command), ("options", OptionName), ("buttons", Button), ("notes", Note)):
            missing = sorted(set(get_args(kind)) - set(getattr(self, name)))
            if missing:
                raise ValueError(f"{name} lack {', '.join(missing)}")
        return self

    def button(self, name: Button, language: str | None) -> str:
        """A button's label in a language, else in English."""
        return in_language(self.buttons[name], language)

    def command_name(self, name: Command, language: str | None) -> str:
        """A command's name in a language, else in English."""
        return in_language(self.commands[name].name, language)

    def menu_name(self, language: str | None) -> str:
        """The name of the message menu in a language, else in English."""
        return in_language(self.menu, language)

    def note(self, name: Note, language: str | None) -> str:
        """A fixed line in a language, else in English."""
        return in_language(self.notes[name], language)


def in_language(texts: Mapping[str, str], language: str | None) -> str:
    """The text of a language, else the English one."""
    return texts.get(language or "en") or texts["en"]
