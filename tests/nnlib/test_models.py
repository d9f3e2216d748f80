"""Whole networks: PyTorch's numbers, gradients, small tasks learnt, causality, errors."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import models, optim
from nnlib.models.sampling import sample

with np.load(Path(__file__).parent / "golden" / "golden_models.npz") as file:
    GOLDEN = dict(file)
D = {"dtype": np.float64}
BUILT = {
    "mlp": lambda: models.MLP([6, 5, 4, 3], nn.Tanh, **D),
    "lenet": lambda: models.LeNet5(**D),
    "resnet": lambda: models.ResNet((2, 1), (4, 6), 3, **D),
    "rnn": lambda: models.RecurrentLM(5, 3, 4, 2, "RNN", **D),
    "lstm": lambda: models.RecurrentLM(5, 3, 4, 2, "LSTM", **D),
    "gru": lambda: models.RecurrentLM(5, 3, 4, 2, "GRU", **D),
    "gpt": lambda: models.GPT(7, 5, 6, 2, 2, **D),
    "gpt tied": lambda: models.GPT(7, 5, 6, 2, 2, tie_weights=True, **D),
    "seq2seq": lambda: models.Seq2SeqTransformer(6, 5, 4, 2, 2, 2, 5, padding=0, **D),
}


def part(case, word):
    start = f"{case}/{word} "
    return {k.removeprefix(start): v for k, v in GOLDEN.items() if k.startswith(start)}


def weights(k, shape):
    """Parameter number k of a network, as the program that made the golden values has it."""
    size = math.prod(shape)
    spread = 1 / math.sqrt(max(1, math.prod(shape[1:])))
    return spread * np.sin(1.7 * np.arange(1, size + 1) + 0.3 * k).reshape(shape)


def thinned(a):
    a = a.ravel()
    return a if a.size < 500 else np.concatenate([a[::37], [a.sum(), (a * a).sum()]])


def filled(model):
    for k, p in enumerate(model.parameters()):
        p.data[...] = weights(k, p.shape)
    return model


@pytest.mark.parametrize(("case", "names"), json.loads(str(GOLDEN["cases"])), ids=lambda c: str(c))
def test_model_is_pytorchs(case, names):
    model = filled(BUILT[case]())
    shapes = {name: tuple(shape.tolist()) for name, shape in part(case, "state").items()}
    assert {k: v.shape for k, v in model.state_dict().items()} == shapes
    assert list(model.state_dict()) == list(shapes)  # PyTorch's names in PyTorch's order
    out = model(*(GOLDEN[f"{case}/in {name}"] for name in names))
    out = out[0] if isinstance(out, tuple) else out
    target = GOLDEN[f"{case}/target"]
    loss = F.cross_entropy(out.reshape(-1, out.shape[-1]), target.reshape(-1))
    loss.backward()
    close = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(out.data, GOLDEN[f"{case}/out"], **close)
    np.testing.assert_allclose(loss.data, GOLDEN[f"{case}/loss"], **close)
    gradients = part(case, "grad")
    assert [name for name, _ in model.named_parameters()] == list(gradients)
    for name, p in model.named_parameters():
        np.testing.assert_allclose(thinned(p.grad), gradients[name], err_msg=name, **close)
    for name, value in part(case, "after").items():
        np.testing.assert_allclose(dict(model.named_buffers())[name].data, value, **close)


def test_a_state_that_pytorch_saved_loads():
    """Shared weights stand in it twice; afterwards they are still shared."""
    model = BUILT["gpt tied"]()
    model.load_state_dict(nn.load(Path(__file__).parent / "golden" / "pytorch_gpt.npz"))
    assert model.head.weight is model.token_embedding.weight
    found = model(GOLDEN["gpt tied/in tokens"]).data
    np.testing.assert_allclose(found, GOLDEN["gpt tied/out"], rtol=1e-10, atol=1e-12)


TOKENS = np.array([[1, 3, 0], [2, 2, 4]])
SMALL = {
    "mlp": (models.MLP([3, 4, 2], nn.Tanh, rng=0, **D), lambda m: m(np.ones((2, 3)))),
    "lm": (models.RecurrentLM(5, 2, 3, rng=0, **D), lambda m: m(TOKENS)[0]),
    "gpt": (models.GPT(5, 4, 4, 2, 1, rng=0, **D), lambda m: m(TOKENS)),
    "gpt tied": (models.GPT(5, 4, 4, 2, 1, tie_weights=True, rng=0, **D), lambda m: m(TOKENS)),
    "seq2seq": (
        models.Seq2SeqTransformer(5, 5, 4, 2, 1, 1, 4, padding=0, norm_first=True, rng=0, **D),
        lambda m: m(TOKENS, TOKENS[:, :2]),
    ),
    "resnet": (
        filled(models.ResNet((1, 1), (2, 3), 2, **D)).eval(),
        lambda m: m(np.random.default_rng(0).standard_normal((2, 4, 4))),
    ),
}


@pytest.mark.parametrize("name", SMALL)
def test_gradients_of_parameters(name):
    """Along a random direction in all parameters at once, against differences."""
    model, call = SMALL[name]
    rng = np.random.default_rng(1)
    out = call(model)
    v = rng.standard_normal(out.shape)
    model.zero_grad()
    out.backward(v)
    state = {k: p.data.copy() for k, p in model.named_parameters()}
    along = {k: rng.standard_normal(p.shape) for k, p in state.items()}

    def f(step):
        for k, p in model.named_parameters():
            p.data = state[k] + step * along[k]
        return float((call(model).data * v).sum())

    difference = (f(1e-5) - f(-1e-5)) / 2e-5
    f(0.0)
    exact = sum((p.grad * along[k]).sum() for k, p in model.named_parameters())
    assert math.isclose(exact, difference, rel_tol=1e-6, abs_tol=1e-8)


def trained(model, loss, steps, lr=1e-2):
    """Train with Adam; return the first and the last loss."""
    optimizer = optim.Adam(model.parameters(), lr=lr)
    values = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        values.append(value.item())
    return values[0], values[-1]


def bars(n=40, size=28):
    """Images of a bar that lies (0) or stands (1), somewhere."""
    rng = np.random.default_rng(0)
    images, labels = np.zeros((n, size, size), np.float32), rng.integers(0, 2, n)
    for image, label, k in zip(images, labels, rng.integers(2, size - 3, n), strict=True):
        (image if label == 0 else image.T)[k : k + 2] = 1
    return images, labels


class TestLearns:
    """Each model learns a task that it must be able to learn, in about a second."""

    def test_mlp_learns_xor(self):
        x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
        model = models.MLP([2, 8, 2], nn.Tanh, rng=0)
        trained(model, lambda: F.cross_entropy(model(x), np.array([0, 1, 1, 0])), 150, 5e-2)
        assert model(x).data.argmax(1).tolist() == [0, 1, 1, 0]

    def test_lenet_tells_bars_apart(self):
        x, y = bars()
        x *= 3  # most pixels are 0: the rest needs weight
        model = models.LeNet5(2, rng=0)
        trained(model, lambda: F.cross_entropy(model(x), y), 40, 2e-3)
        assert (model(x).data.argmax(1) == y).all()

    def test_resnet_tells_bars_apart(self):
        x, y = bars(24, 10)
        model = models.ResNet((1, 1), (4, 8), 2, rng=0)
        trained(model, lambda: F.cross_entropy(model(x), y), 40)
        assert (model.eval()(x).data.argmax(1) == y).all()

    @pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
    def test_a_language_model_learns_to_count(self, kind):
        x = (np.arange(12) + np.arange(4)[:, None]) % 5
        model = models.RecurrentLM(5, 8, 16, kind=kind, rng=0)

        def loss():
            return F.cross_entropy(model(x[:, :-1])[0].swapaxes(1, 2), x[:, 1:])

        trained(model, loss, 80, 2e-2)
        assert model.generate([[3]], 6, top_k=1).tolist() == [[3, 4, 0, 1, 2, 3, 4]]

    def test_gpt_learns_to_look_back(self):
        """The second half repeats the first: only attention to the past can know it."""
        rng = np.random.default_rng(0)
        model = models.GPT(4, 8, 32, 4, 2, rng=0)

        def batch():
            half = rng.integers(0, 4, (32, 4))
            return np.concatenate([half, half], 1)

        def loss():
            x = batch()
            return F.cross_entropy(model(x)[:, 3:-1].swapaxes(1, 2), x[:, 4:])

        before, after = trained(model, loss, 150, 3e-3)
        assert before > 1.2
        assert after < 0.3

    def test_seq2seq_learns_to_turn_a_sequence_round(self):
        rng = np.random.default_rng(0)
        model = models.Seq2SeqTransformer(6, 6, 32, 4, 1, 1, 64, padding=0, rng=0)
        # 0 fills up, 1 begins, 2 ends; 3, 4, 5 are the letters.
        words = [rng.integers(3, 6, n) for n in (2, 3, 3, 2, 3, 3)]
        src, tgt = np.zeros((6, 3), int), np.zeros((6, 5), int)
        for s, t, word in zip(src, tgt, words, strict=True):
            s[: len(word)] = word
            t[: len(word) + 2] = [1, *word[::-1], 2]

        def loss():
            logits = model(src, tgt[:, :-1]).swapaxes(1, 2)
            return F.cross_entropy(logits, tgt[:, 1:], ignore_index=0)

        trained(model, loss, 60, 5e-3)
        found = model.greedy_decode(src, 1, 2, 4)
        for row, word in zip(found.tolist(), words, strict=True):
            assert row[: len(word) + 2] == [1, *word[::-1].tolist(), 2]


class TestLanguageModels:
    def test_gpt_does_not_look_ahead(self):
        model = models.GPT(5, 4, 4, 2, 2, rng=0, **D)
        one = model([[1, 2, 3, 4]]).data
        two = model([[1, 2, 0, 0]]).data
        np.testing.assert_allclose(one[:, :2], two[:, :2])
        assert np.abs(one[:, 2:] - two[:, 2:]).min() > 0

    def test_the_state_carries_on(self):
        model = models.RecurrentLM(5, 3, 4, 2, rng=0, **D)
        tokens = np.array([[1, 2, 3, 4, 0, 1]])
        whole, last = model(tokens)
        first, state = model(tokens[:, :2])
        state = model.detach(state)
        assert not any(s.requires_grad for s in state)
        rest, end = model(tokens[:, 2:], state)
        np.testing.assert_allclose(whole.data, nn.cat([first, rest], 1).data)
        np.testing.assert_allclose(last[1].data, end[1].data)
        gru = models.RecurrentLM(5, 3, 4, kind="GRU", rng=0)
        assert gru.detach(gru(tokens)[1]).shape == (1, 1, 4)

    @pytest.mark.parametrize(
        "model", [models.GPT(5, 3, 4, 2, 1, 0.5, rng=0), models.RecurrentLM(5, 3, 4, rng=0)]
    )
    def test_generates_what_the_seed_says(self, model):
        one = model.generate([[1], [2]], 7, rng=0)
        assert one.shape == (2, 8)
        assert one.min() >= 0
        assert one.max() < 5
        assert one[:, 0].tolist() == [1, 2]
        assert np.array_equal(one, model.generate([[1], [2]], 7, rng=0))
        assert not np.array_equal(one, model.generate([[1], [2]], 7, rng=1))
        assert model.training  # as before; dropout is off meanwhile
        assert model.generate([[1, 2]], 0).tolist() == [[1, 2]]
        greedy = model.generate([[1, 2]], 4, top_k=1, rng=0)
        assert np.array_equal(greedy, model.generate([[1, 2]], 4, top_k=1, rng=1))
        assert np.array_equal(greedy, model.generate([[1, 2]], 4, temperature=1e-6, rng=2))

    def test_sampling_follows_the_distribution(self):
        p = np.array([0.5, 0.3, 0.15, 0.05])
        logits = np.tile(np.log(p), (20000, 1))

        def shares(**options):
            drawn = sample(logits, rng=0, **options)
            return np.bincount(drawn, minlength=4) / len(drawn)

        np.testing.assert_allclose(shares(), p, atol=0.015)
        np.testing.assert_allclose(shares(top_k=2), [0.625, 0.375, 0, 0], atol=0.015)
        np.testing.assert_allclose(shares(temperature=0.5), p**2 / (p**2).sum(), atol=0.015)
        assert sample(np.zeros((3, 4)), top_k=1).tolist() == [0, 0, 0]  # of equals the first
        assert sample(np.array([[0.0, -np.inf, 1e4]])).tolist() == [2]

    def test_tied_weights_are_one(self):
        model = models.GPT(5, 4, 4, 2, 1, tie_weights=True, rng=0)
        names = [n for n, _ in model.named_parameters()]
        assert "head.weight" not in names
        assert "head.weight" in model.state_dict()
        count = sum(p.size for p in model.parameters())
        loose = models.GPT(5, 4, 4, 2, 1, rng=0)
        assert sum(p.size for p in loose.parameters()) == count + 5 * 4

    def test_gpt_begins_as_gpt2(self):
        """Almost the same logits everywhere: the first loss is that of a guess, log V."""
        model = models.GPT(50, 16, 64, 4, 4, rng=0)
        x = np.random.default_rng(0).integers(0, 50, (8, 16))
        loss = F.cross_entropy(model(x).swapaxes(1, 2), x).item()
        assert abs(loss - math.log(50)) < 0.1
        deviation = model.blocks[0].linear2.weight.data.std()
        assert math.isclose(deviation, 0.02 / math.sqrt(8), rel_tol=0.05)

    def test_refuse(self):
        gpt, lm = models.GPT(5, 4, 4, 2, 1, rng=0), models.RecurrentLM(5, 3, 4, rng=0)
        with pytest.raises(ValueError, match=r"sequences of 1\.\.4 tokens, got 5"):
            gpt(np.zeros((1, 5), int))
        with pytest.raises(ValueError, match=r"sequences of 1\.\.4 tokens, got 0"):
            gpt(np.zeros((1, 0), int))
        for model in (gpt, lm):
            with pytest.raises(ValueError, match=r"knows tokens 0\.\.4, found 0 to 5"):
                model([[0, 5]])
            with pytest.raises(ValueError, match=r"whole numbers \(N, T\), got float64 of shape"):
                model([[0.0, 1.0]])
            with pytest.raises(
                ValueError, match=r"whole numbers \(N, T\), got int\d\d of shape \(2"
            ):
                model([0, 1])
            with pytest.raises(ValueError, match="temperature must be positive, got 0"):
                model.generate([[1]], 1, temperature=0)
            with pytest.raises(ValueError, match=r"top_k must be 1\.\.5, got 6"):
                model.generate([[1]], 1, top_k=6)
            with pytest.raises(ValueError, match="needs a beginning"):
                model.generate(np.zeros((1, 0), int), 1)
        with pytest.raises(ValueError, match=r"kind must be one of .* got 'MLP'"):
            models.RecurrentLM(5, 3, 4, kind="MLP")
        with pytest.raises(ValueError, match="multiple of num_heads, got 4 and 3"):
            models.GPT(5, 4, 4, 3, 1)
        with pytest.raises(ValueError, match="positive sizes, got 4 and 0 layers"):
            models.GPT(5, 4, 4, 2, 0)


class TestSeq2Seq:
    def test_padding_has_no_influence(self):
        model = models.Seq2SeqTransformer(6, 5, 4, 2, 2, 2, 5, padding=0, rng=0, **D)
        short = model([[3, 1]], [[1, 4]]).data
        long = model([[3, 1, 0, 0]], [[1, 4, 0]]).data
        np.testing.assert_allclose(long[:, :2], short)
        model.padding = None
        assert np.abs(model([[3, 1, 0, 0]], [[1, 4, 0]]).data[:, :2] - short).max() > 1e-3

    def test_the_target_does_not_look_ahead(self):
        model = models.Seq2SeqTransformer(6, 5, 4, 2, rng=0, **D)
        one, two = model([[3, 1]], [[1, 4, 2]]).data, model([[3, 1]], [[1, 4, 3]]).data
        np.testing.assert_allclose(one[:, :2], two[:, :2])

    def test_greedy_decoding_ends(self):
        model = models.Seq2SeqTransformer(6, 5, 4, 2, rng=0)
        model.head.weight.data[:] = 0
        model.head.bias.data[:] = [0, 0, 1, 0, 0]
        assert model.greedy_decode([[3, 1], [1, 1]], 1, 2, 9).tolist() == [[1, 2], [1, 2]]
        assert model.greedy_decode([[3, 1]], 1, 4, 3).tolist() == [[1, 2, 2, 2]]

    def test_refuses(self):
        model = models.Seq2SeqTransformer(6, 5, 4, 2, max_length=3, rng=0)
        with pytest.raises(ValueError, match=r"sequences of 1\.\.3 tokens, got 4"):
            model(np.zeros((1, 4), int), np.zeros((1, 2), int))
        with pytest.raises(ValueError, match=r"the source knows tokens 0\.\.5, found 6 to 6"):
            model([[6]], [[1]])
        with pytest.raises(ValueError, match=r"the target knows tokens 0\.\.4, found 5 to 5"):
            model([[5]], [[5]])
        with pytest.raises(ValueError, match=r"greedy_decode knows tokens 0\.\.4"):
            model.greedy_decode([[1]], 1, 7, 3)


class TestImages:
    def test_mlp_takes_images_and_drops(self):
        model = models.MLP([784, 20, 10], dropout=0.5, rng=0)
        x = np.ones((2, 28, 28), np.float32)
        assert model(x).shape == (2, 10)
        assert not np.array_equal(model(x).data, model(x).data)
        model.eval()
        assert np.array_equal(model(x).data, model(x).data)
        assert [type(m).__name__ for m in model] == ["Linear", "ReLU", "Dropout", "Linear"]
        assert model[:2](x.reshape(2, -1)).shape == (2, 20)
        with pytest.raises(ValueError, match=r"sizes of inputs and outputs, got \(3,\)"):
            models.MLP([3])

    def test_lenet(self):
        model = models.LeNet5(activation=nn.ReLU, pooling=nn.MaxPool2d, rng=0)
        assert sum(p.size for p in model.parameters()) == 61706
        x = np.random.default_rng(0).random((2, 28, 28), np.float32)
        assert np.array_equal(model(x).data, model(x[:, None]).data)
        with pytest.raises(ValueError, match=r"expects images .* got \(2, 1, 20, 28\)"):
            model(np.ones((2, 1, 20, 28), np.float32))

    @pytest.mark.equation(79)
    def test_a_residual_block_that_corrects_nothing_is_the_identity(self):
        block = models.BasicBlock(3, 3, rng=0, **D)
        block.bn2.weight.data[:] = 0
        x = np.random.default_rng(0).random((2, 3, 4, 4))
        np.testing.assert_allclose(block(x).data, x)

    def test_resnet(self):
        model = models.ResNet((3, 3, 3), rng=0)
        convolutions = [m for _, m in model.named_modules() if isinstance(m, nn.Conv2d)]
        assert len([c for c in convolutions if c.kernel_size == (3, 3)]) + 1 == 20  # ResNet-20
        assert model(np.zeros((2, 28, 28), np.float32)).shape == (2, 10)
        names = list(model.state_dict())
        assert "layer2.0.downsample.0.weight" in names
        assert "layer1.0.downsample.0.weight" not in names
        with pytest.raises(ValueError, match="one width for each group"):
            models.ResNet((1, 1), (4,))


@pytest.mark.parametrize("name", BUILT)
def test_models_begin_in_float32(name):
    made = {
        "mlp": lambda: models.MLP([6, 5, 3], rng=0),
        "lenet": lambda: models.LeNet5(rng=0),
        "resnet": lambda: models.ResNet(rng=0),
        "gpt": lambda: models.GPT(7, 5, 6, 2, 2, rng=0),
        "gpt tied": lambda: models.GPT(7, 5, 6, 2, 2, tie_weights=True, rng=0),
        "seq2seq": lambda: models.Seq2SeqTransformer(6, 5, 4, 2, rng=0),
    }
    build = made.get(name, lambda: models.RecurrentLM(5, 3, 4, 2, name.upper(), rng=0))
    one, two = build(), build()
    for (name, p), q in zip(one.named_parameters(), two.parameters(), strict=True):
        assert p.dtype == np.float32, name
        assert np.array_equal(p.data, q.data)  # the seed says everything
