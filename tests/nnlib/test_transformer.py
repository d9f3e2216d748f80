"""The transformer's layers: their formula, causality, gradients, modes."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.tensor import Tensor

RNG = np.random.default_rng(0)


def numbers(*shape):
    return RNG.standard_normal(shape)


@pytest.mark.parametrize("first", [False, True])
def test_encoder_layer_is_its_formula(first):
    layer = nn.TransformerEncoderLayer(4, 2, 6, 0.0, norm_first=first, rng=0, dtype=np.float64)
    x = Tensor(numbers(3, 2, 4))

    def attend(x):
        return layer.self_attn(x, x, x)[0]

    def network(x):
        return layer.linear2(F.relu(layer.linear1(x)))

    if first:
        y = x + attend(layer.norm1(x))
        y = y + network(layer.norm2(y))
    else:
        y = layer.norm1(x + attend(x))
        y = layer.norm2(y + network(y))
    np.testing.assert_allclose(layer(x).data, y.data, rtol=1e-12)


def test_gradcheck():
    layer = nn.TransformerDecoderLayer(4, 2, 3, 0.0, F.tanh, rng=0, dtype=np.float64)
    nn.gradcheck(
        lambda x, memory: layer(x.tanh(), memory * 2.0, tgt_is_causal=True),
        [numbers(3, 2, 4), numbers(2, 2, 4)],
    )
    encoder = nn.TransformerEncoderLayer(4, 2, 3, 0.0, F.tanh, norm_first=True, dtype=np.float64)
    nn.gradcheck(lambda x: encoder(x.tanh()), [numbers(3, 2, 4)])


@pytest.mark.parametrize("first", [False, True])
def test_causal_layers_do_not_look_ahead(first):
    options = {"batch_first": True, "norm_first": first, "rng": 0, "dtype": np.float64}
    encoder = nn.TransformerEncoderLayer(4, 2, 6, 0.0, **options)
    decoder = nn.TransformerDecoderLayer(4, 2, 6, 0.0, **options)
    x, memory = numbers(2, 5, 4), numbers(2, 3, 4)
    other = x.copy()
    other[:, 3:] += 1
    one, two = (encoder(a, is_causal=True).data for a in (x, other))
    np.testing.assert_allclose(one[:, :3], two[:, :3])
    assert np.abs(one[:, 3:] - two[:, 3:]).min() > 0
    one, two = (decoder(a, memory, tgt_is_causal=True).data for a in (x, other))
    np.testing.assert_allclose(one[:, :3], two[:, :3])
    # What is padded in the memory has no influence either.
    padded = np.array([[False, False, True]] * 2)
    changed = memory.copy()
    changed[:, 2] += 1
    one, two = (decoder(x, m, memory_key_padding_mask=padded).data for m in (memory, changed))
    np.testing.assert_allclose(one, two)


def test_dropout_in_training_alone():
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.5, rng=0)
    x = numbers(3, 2, 4).astype(np.float32)
    assert not np.array_equal(layer(x).data, layer(x).data)
    layer.eval()
    assert np.array_equal(layer(x).data, layer(x).data)
    assert layer(x).dtype == np.float32


def test_every_parameter_gets_a_gradient():
    layer = nn.TransformerDecoderLayer(4, 2, 8, rng=0)
    layer(numbers(3, 2, 4).astype(np.float32), numbers(3, 2, 4).astype(np.float32)).sum().backward()
    assert all(p.grad is not None for p in layer.parameters())
    assert len(list(layer.parameters())) == 18


def test_refuses():
    with pytest.raises(ValueError, match="got 'sine'"):
        nn.TransformerEncoderLayer(4, 2, activation="sine")
    with pytest.raises(ValueError, match="multiple of num_heads, got 4 and 3"):
        nn.TransformerDecoderLayer(4, 3)
    with pytest.raises(ValueError, match=r"got query \(3, 2, 5\)"):
        nn.TransformerEncoderLayer(4, 2)(Tensor(np.ones((3, 2, 5), np.float32)))
