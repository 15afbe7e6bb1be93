"""The clauses of a question: its sentences, and their parts around 'and', commas and the like; what is negated is left out."""

from __future__ import annotations

import re

from bot.core.text import MAX_SENTENCES, sentences, words

_MARKS = r"[,;:&]|(?<!\d)\+|\s-\s|\s[–—/]\s|\([a-z0-9]\)|(?<!\d)\d[.)]\s|[，、；]"
_ASKING = "how|what|where|when|which|why|who|do|does|is|are|can|should|tell"  # after which "then" is no slip of "than"
_JOINT = re.compile(rf"{_MARKS}|\b(?:and|also|plus|but|or|n|und|vs|versus|as well as|then(?=\s+(?:{_ASKING})))\b")
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
_LEADS = frozenset(("and", "also", "then", "so", "but", "ok", "und", "et", "y", "e", "и", "а", "i"))
_OPENERS = frozenset((
    *("how", "what", "whats", "what's", "where", "when", "why", "which", "who", "whose", "is", "are", "am", "do", "does"),
    *("did", "can", "could", "should", "will", "would", "may", "must", "has", "have", "any", "anyone", "explain", "tell"),
    *("give", "show", "list", "link", "wie", "was", "wann", "warum", "wo", "welche", "kann", "darf", "muss", "hilft", "gibt"),
    *("que", "qué", "como", "cómo", "cuanto", "cuánto", "donde", "dónde", "hay", "combien", "comment", "quoi", "quel"),
    *("quelle", "quels", "quelles", "est", "peut", "faut", "quanto", "quando", "come", "dove", "c'è", "как", "что", "сколько"),
    *("где", "почему", "когда", "можно", "есть", "nasıl", "kaç", "neden", "ne", "jak", "ile", "gdzie", "czy", "co"),
))  # fmt: skip
_OR = re.compile(r"\b(?:or|oder|ou|o|или|або|lub|czy|veya)\s*$")
_WONDERS = re.compile(r"\b(?:how|what|which|where|when|why|whether|who)\b", re.IGNORECASE)
_OTHER = re.compile(r"\{(?:other|medicine)\}")
_LIKENED = re.compile(  # "like my statin", "as with semax", "like i do x": a habit, not what is asked
    r"\b(?:like|as|unlike|same way as|the way)\s+(?:(?:i|you|we|he|she|they|people|folks?)\s+"
    r"(?:do|did|take|took|use|used|run|ran)\s+(?:(?:w/?|with|on|for|from)\s+)?"
    r"|(?:w/?|with|on|for|from|my|his|her|our|your|their)\s+)"
    r"(?:\w+\s+){0,2}?\{(?:other|medicine)\}"
)
_ASIDE = re.compile(r"(?<=[,;:])\s+|\s[–—]\s|\s-\s")  # where what is told beside a question may end
NEAR = 1  # sentences before a question to which its pronouns may point
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


def asks(clause: str) -> bool:
    """Whether a clause asks something by its first words."""
    return next((word for word in words(clause) if word not in _LEADS), "") in _OPENERS


def stands_after_or(clause: str, text: str) -> bool:
    """Whether a clause is the second choice of two in a text."""
    return _OR.search(text[: max(text.find(clause), 0)]) is not None


def without_negated(text: str) -> str:
    """The text without the clauses that say what is not asked ("not the dose, only how long")."""
    left = _NEGATED.sub(" ", text)
    return left.strip(" ,;") if len(words(left)) >= MIN_LEFT else text


def without_likened(masked: str) -> str:
    """A masked text without its habits with other compounds ("can i take it all year, like i do with {other}?")."""
    left = _LIKENED.sub(" ", masked)
    return " ".join(left.split()) if len(words(left)) >= MIN_LEFT else masked


def names_another(masked: str) -> bool:
    """Whether a masked text names another compound, or a medicine."""
    return _OTHER.search(masked) is not None


def names_by_the_way(masked: str) -> bool:
    """Whether a text names other compounds beside its question alone: as a habit, or well before the sentences that ask.

    A name in the sentence before a question may be what the question's "it" stands for, so it counts as asked about.
    """
    told = sentences(masked)
    asking = [place for place, part in enumerate(told) if _is_asking(part)] or [len(told) - 1]
    near = [part for place, part in enumerate(told) if any(0 <= ask - place <= NEAR for ask in asking)]
    return names_another(masked) and not any(map(names_another, map(without_likened, near)))


def without_background(masked: str) -> str | None:
    """What a masked text asks, without the clauses that tell of other compounds alone ("i'm on {other}. how much it a day?").

    None where nothing is told so, or one of those clauses asks something itself.
    """
    parts = [part.strip() for sentence in sentences(masked) for part in _ASIDE.split(sentence) if part.strip()]
    told = [part for part in parts if names_another(part)]
    left = [part for part in parts if not names_another(part)]
    if not told or any(map(_may_ask, told)) or not any(map(_may_ask, left)):
        return None
    return " ".join(left)


def _may_ask(clause: str) -> bool:
    return _is_asking(clause) or asks(clause)


def _is_asking(sentence: str) -> bool:
    return "?" in sentence or "？" in sentence or bool(_WONDERS.search(sentence))
