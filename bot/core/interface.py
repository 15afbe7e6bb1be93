"""The words around the replies: names of commands, labels of buttons, and the fixed lines of a chat surface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, StringConstraints, model_validator

from bot.core.model import Language, Model, Text

# Discord's limits, which are the tightest of any surface: a command's name, its description, a button's label.
COMMAND_NAME = r"^[-_\w]{1,32}$"

Cards = Literal["cards", "cards pin", "cards list", "cards unpin", "cards refresh"]
Kept = Literal["gaps", "feedback", "forget-me"]
Command = Literal["ask", "card", "section", "sources", "help", "privacy", Cards, "settings", "reload", Kept]
Button = Literal[
    "more", "back", "next", "sources", "helpful", "not-helpful", "delete", "steps", "pick", "dismiss", "say-why"
]
About = Literal["why-kept", "why-lost", "forgotten", "not-forgotten", "not-kept"]
Note = Literal["offer", "stale", "forbidden", "thanks", "noted", "no-content", "busy", "privacy", About]
SettingOption = Literal["auto-answer", "cool-down", "add-staff", "remove-staff", "log-channel", "queue", "reset"]
OptionName = Literal["question", "compound", "section", "private", "channel", SettingOption]
Setting = Literal["auto_answer", "default_compound", "cool_down", "staff", "log_channel", "unanswered"]
Place = Literal[
    "no-view", "no-send", "no-pin", "no-history", "full", "archived", "locked", "gone", "wrong-kind", "not-here"
]
CannotPin = Literal[Place, "refused", "discord", "store", "busy"]
AuditedPin = Literal["pinned", "unpinned", "refreshed", "restored", "given-up"]
Audited = Literal[AuditedPin, "set", "reset", "reloaded", "not-reloaded", "dismissed", "accepted"]
Heading = Literal["cards", "settings-server", "settings-channel", "knowledge", "audit", "queue", "feedback"]
LabelWord = Literal["by", "card", "channel", "message", "state", "setting", "before", "now", "fault"]
PinWord = Literal["waiting", "posted", "standing", "leaving", "no-card"]
PinLine = Literal["pinned", "already", "taken-away", "not-pinned", "none-pinned", "looked-at"]
PinCount = Literal["edited", "again", "unchanged", "removed", "failed"]
SettingWord = Literal["on", "off", "none", "seconds", "level-channel", "level-guild", "level-default"]
SettingLine = Literal["how-to-set", "changed", "nothing-changed", "server-only", "no-such-card", "log-cannot"]
ReloadLine = Literal["reloaded", "not-reloaded", "follow"]
Denial = Literal["moderators-only", "managers-only", "owner-only"]
Refused = Literal["no_passage", "other_compound", "off_topic", "gap", "not_helpful"]
QueueWord = Literal["place", "question", "asked", "last-asked", "why", "should-be", Refused]
QueueLine = Literal["queue-empty", "queue-off", "already-done", "store-down"]
VoteWord = Literal["votes", "sureness", "feedback-none", "why-title", "why-label"]
Moderating = Literal[PinWord, PinLine, PinCount, SettingWord, SettingLine, ReloadLine, QueueWord, QueueLine, VoteWord]
Word = Literal[Heading, LabelWord, Moderating, Denial]


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
    settings: Mapping[Setting, Labels]
    cannot_pin: Mapping[CannotPin, Texts]
    audit: Mapping[Audited, Texts]
    words: Mapping[Word, Texts]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for name, kind in KINDS.items():
            missing = sorted(set(get_args(kind)) - set(getattr(self, name)))
            if missing:
                raise ValueError(f"{name} lack {', '.join(missing)}")
        return self

    def button(self, name: Button, language: str | None) -> str:
        """A button's label in a language, else in English."""
        return in_language(self.buttons[name], language)

    def command_name(self, name: Command, language: str | None) -> str:
        """A command's name in a language, else in English; that of one in a group after the group's."""
        path = [command for command in self.commands if command == name or name.startswith(f"{command} ")]
        return " ".join(in_language(self.commands[command].name, language) for command in sorted(path, key=len))

    def menu_name(self, language: str | None) -> str:
        """The name of the message menu in a language, else in English."""
        return in_language(self.menu, language)

    def word(self, name: Word, language: str | None) -> str:
        """A word or line for moderators in a language, else in English, with the names of commands filled in."""
        return self.filled(in_language(self.words[name], language), language)

    def filled(self, text: str, language: str | None) -> str:
        """A text with the names of the commands and the menu in place of {/ask} and {menu}."""
        text = text.replace("{menu}", self.menu_name(language))
        for command in self.commands:
            text = text.replace(f"{{/{command}}}", f"/{self.command_name(command, language)}")
        return text

    def note(self, name: Note, language: str | None) -> str:
        """A fixed line in a language, else in English."""
        return in_language(self.notes[name], language)


KINDS: dict[str, object] = {
    "commands": Command,
    "options": OptionName,
    "buttons": Button,
    "notes": Note,
    "settings": Setting,
    "cannot_pin": CannotPin,
    "audit": Audited,
    "words": Word,
}


def in_language(texts: Mapping[str, str], language: str | None) -> str:
    """The text of a language, else the English one."""
    return texts.get(language or "en") or texts["en"]
