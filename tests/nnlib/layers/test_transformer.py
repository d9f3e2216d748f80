"""The transformer's layers: their formula, causality, gradients, modes."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

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


def test_stacks_are_their_layers():
    layer = nn.TransformerEncoderLayer(4, 2, 6, 0.0, rng=0, dtype=np.float64)
    norm = nn.LayerNorm(4, dtype=np.float64)
    stack = nn.TransformerEncoder(layer, 2, norm)
    stack.layers[1].linear1.weight.data[:] += 0.5
    x, memory = numbers(3, 2, 4), numbers(5, 2, 4)
    padded = np.array([[False, False, True], [False] * 3])
    one, two = stack.layers
    expected = norm(two(one(x, None, padded, True), None, padded, True))
    np.testing.assert_allclose(stack(x, None, padded, True).data, expected.data)
    assert not np.array_equal(one.linear1.weight.data, two.linear1.weight.data)  # no shared arrays
    layer = nn.TransformerDecoderLayer(4, 2, 6, 0.0, rng=0, dtype=np.float64)
    stack = nn.TransformerDecoder(layer, 2)
    one, two = stack.layers
    expected = two(one(x, memory, tgt_is_causal=True), memory, tgt_is_causal=True)
    np.testing.assert_allclose(stack(x, memory, tgt_is_causal=True).data, expected.data)


def test_copies_drop_different_units():
    stack = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.5, rng=0), 2)
    one, two = (layer.dropout1 for layer in stack.layers)
    x = np.ones(100, np.float32)
    assert not np.array_equal(one(x).data, two(x).data)
    assert one.rng is stack.layers[0].dropout2.rng


def test_every_parameter_of_a_transformer_gets_its_own_gradient():
    """Copies are tensors of their own in the graph: gradients differ from layer to layer."""
    model = nn.Transformer(4, 2, 2, 2, 6, 0.0, rng=0, dtype=np.float64)
    model(numbers(3, 2, 4), numbers(2, 2, 4)).backward(numbers(2, 2, 4))
    gradients = [p.grad for p in model.parameters()]
    assert all(g is not None for g in gradients)
    first, second = (layer.linear1.weight.grad for layer in model.decoder.layers)
    assert np.abs(first - second).max() > 0
    names = [name for name, _ in model.named_parameters()]
    assert "encoder.layers.1.self_attn.in_proj_weight" in names
    assert "decoder.norm.bias" in names
    assert len({id(layer.self_attn.rng) for layer in model.decoder.layers}) == 2
    weights = [layer.linear1.weight.data for layer in model.encoder.layers]
    assert not np.array_equal(*weights)  # Xavier, drawn anew for each


def test_stacks_refuse():
    layer = nn.TransformerEncoderLayer(4, 2, 6)
    with pytest.raises(TypeError, match="TransformerDecoder expects a TransformerDecoderLayer"):
        nn.TransformerDecoder(layer, 2)
    with pytest.raises(ValueError, match="layers must be a whole number of at least 1, got 0"):
        nn.TransformerEncoder(layer, 0)
