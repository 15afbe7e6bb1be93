"""The clauses of a question: its sentences, and their parts around 'and', commas and the like; what is negated is left out."""

from __future__ import annotations

import re

from bot.core.text import MAX_SENTENCES, sentences, words

_MARKS = r"[,;:&+]|\s-\s|\s[–—/]\s|\([a-z0-9]\)|(?<!\d)\d[.)]\s|[，、；]"
_JOINT = re.compile(rf"{_MARKS}|\b(?:and|also|plus|then|but|or|n|und)\b")
_FOREIGN_JOINT = re.compile(  # words that are others in English: i, a, e
    rf"{_MARKS}|\b(?:and|und|oder|auch|et|ou|y|o|e|pero|mas|ma|ve|oraz|lub|i|и|а|или|та|або)\b"
)
_NEGATED = re.compile(
    r"(?:^|(?<=[,;.!?]))\s*(?:and |but |so )?"
    r"(?:not|never mind|nevermind|forget|skip|ignore|leave out|i don't (?:mean|want|need|care)"
    r"|i do not (?:mean|want|need|care)|i'm not asking|im not asking|not asking|don't tell me|no need for)\b"
    r"[^,;.!?]*?"
    r"(?=[,;.!?]|\b(?:but|only|just|rather)\b|$)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|\b(?:how|what|whats|wat|when|where|why|which|who|whos|is|are|was|were|does|do|did|can|could|should|will|would|any"
    r"|anyone|tell|explain|whether|if|wie|was|wann|warum|wo|welche|que|qué|como|cómo|cuanto|cuánto|donde|combien|comment"
    r"|quoi|quanto|quando"
    r"|come|dove|как|что|сколько|где|почему|когда|nasıl|kaç|neden|jak|ile|gdzie|czy)\b|吗|什么|多少|怎么|か",
    re.IGNORECASE,
)
_WONDERS = re.compile(r"\b(?:how|what|which|where|when|why|whether|who)\b", re.IGNORECASE)
_OTHER = re.compile(r"\{(?:other|medicine)\}")
_LIKENED = re.compile(  # "like my statin", "as with semax", "like i do with x": a habit, not what is asked
    r"\b(?:like|as|unlike|same way as)\s+(?:(?:i|you|we|he|she|they|people)\s+(?:do|did|take|took|use|used)\s+)?"
    r"(?:w/?|with|on|for|from|my|his|her|our|your|their)\s+(?:\w+\s+){0,2}?\{(?:other|medicine)\}"
)
NEAR = 1  # sentences before a question to which its pronouns may point
MIN_STORY = 2  # sentences of a text that may hide its question
TERSE = 20  # words of a message that is nothing but its questions
MIN_LEFT = 2  # words that have to be left over for a negated clause to be taken out


def asked_clauses(text: str, language: str | None = None) -> list[str]:
    """The clauses that may ask something of their own, `MAX_SENTENCES` at most; none of a text that is a single one.

    `text` is folded, `language` its language (None: English).
    """
    joint = _FOREIGN_JOINT if language else _JOINT
    found: list[str] = []
    is_terse = len(words(text)) <= TERSE
    for sentence in sentences(text):
        parts = [part.strip() for part in joint.split(sentence) if part and any(map(str.isalnum, part))]
        whole = "?" in sentence or "？" in sentence or is_terse
        found += [part for part in (parts if len(parts) > 1 else [sentence]) if whole or _ASKS.search(part)]
    return found[:MAX_SENTENCES] if len(found) > 1 else []


def focus(text: str) -> str:
    """The sentences of a longer text that ask: those with a question mark, else with a question word; empty in a short one."""
    told = sentences(text)
    if len(told) < MIN_STORY:
        return ""
    asking = [part for part in told if "?" in part or "？" in part] or [part for part in told if _WONDERS.search(part)]
    return " ".join(asking) if len(asking) < len(told) else ""


def without_negated(text: str) -> str:
    """The text without the clauses that say what is not asked ("not the dose, only how long")."""
    left = _NEGATED.sub(" ", text)
    return left.strip(" ,;") if len(words(left)) >= MIN_LEFT else text


def names_by_the_way(masked: str) -> bool:
    """Whether a text names other compounds beside its question alone: as a habit, or well before the sentences that ask.

    A name in the sentence before a question may be what the question's "it" stands for, so it counts as asked about.
    """
    told = sentences(masked)
    asking = [place for place, part in enumerate(told) if _is_asking(part)] or [len(told) - 1]
    near = [part for place, part in enumerate(told) if any(0 <= ask - place <= NEAR for ask in asking)]
    return bool(_OTHER.search(masked)) and not any(_OTHER.search(_LIKENED.sub(" ", part)) for part in near)


def _is_asking(sentence: str) -> bool:
    return "?" in sentence or "？" in sentence or bool(_WONDERS.search(sentence))
