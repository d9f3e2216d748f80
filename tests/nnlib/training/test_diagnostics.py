"""Diagnostics: statistics worked out by hand, and networks that really break."""

import math

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import data, diagnostics, models, optim
from nnlib.autograd.tensor import Tensor

X = np.random.default_rng(0).standard_normal((8, 2)).astype(np.float32)
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


class TestWatch:
    def test_statistics_are_what_they_say(self):
        model = models.MLP([2, 3, 2], nn.Tanh, rng=0, dtype=np.float64)
        model[0].weight.data *= 9
        with diagnostics.watch(model) as seen:
            out = model(X.astype(np.float64))
            loss = F.cross_entropy(out, Y)
            loss.backward()
        hidden = np.tanh(X @ model[0].weight.data.T + model[0].bias.data)
        row = {k: v[0] for k, v in seen["1"].items()}
        assert math.isclose(row["mean"], hidden.mean(), rel_tol=1e-6)
        assert math.isclose(row["std"], hidden.std(), rel_tol=1e-6)
        assert row["zeros"] == 0
        assert 0 < row["saturated"] == (np.abs(hidden) > 0.97).mean() < 1
        p = np.exp(out.data) / np.exp(out.data).sum(1, keepdims=True)
        g = (p - np.eye(2)[Y]) / 8  # the gradient of the logits
        assert math.isclose(seen["2"]["gradient_norm"][0], np.linalg.norm(g), rel_tol=1e-6)
        g = (g @ model[2].weight.data).std()
        assert math.isclose(seen["1"]["gradient_std"][0], g, rel_tol=1e-6)
        assert math.isnan(seen["0"]["saturated"][0])

    def test_steps_are_rows(self):
        model = models.MLP([2, 4, 2], rng=0)
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        with diagnostics.watch(model) as seen:
            for _ in range(3):
                optimizer.zero_grad()
                F.cross_entropy(model(X), Y).backward()
                optimizer.step()
            with nn.no_grad():
                model(X)
        assert seen.layers == ["0", "1", "2"]
        assert all(len(v) == 4 for v in seen["1"].values())
        norms = seen["1"]["gradient_norm"]
        assert np.isfinite(norms[:3]).all()
        assert math.isnan(norms[3])  # no backward
        assert seen["1"]["zeros"][3] == (model[:2](X).data == 0).mean() > 0
        model(X)
        assert len(seen["1"]["mean"]) == 4  # nobody watches any more
        assert str(seen).splitlines()[0].split()[:3] == ["layer", "mean", "std"]
        assert len(str(seen).splitlines()) == 4
        with pytest.raises(KeyError, match="no layer '9' was called"):
            seen["9"]

    def test_changes_nothing(self):
        model, other = models.MLP([2, 4, 2], rng=0), models.MLP([2, 4, 2], rng=0)
        with diagnostics.watch(model):
            F.cross_entropy(model(X), Y).backward()
        F.cross_entropy(other(X), Y).backward()
        for p, q in zip(model.parameters(), other.parameters(), strict=True):
            assert np.array_equal(p.grad, q.grad)

    def test_sigmoid_recurrent_and_empty(self):
        layer = nn.Sigmoid()
        with diagnostics.watch(layer) as seen:
            layer(np.array([-9.0, 0.0, 9.0, 1.0]))
        assert seen[""]["saturated"] == [0.5]
        lstm = nn.LSTM(2, 3, rng=0)
        with diagnostics.watch(lstm) as seen:
            out, _ = lstm(X[:, None])
        assert math.isclose(seen[""]["mean"][0], out.data.mean(), rel_tol=1e-4)


class TestDeadUnits:
    def test_finds_the_unit_that_never_fires(self):
        model = models.MLP([2, 4, 4, 2], rng=0)
        model[0].bias.data[1] = -100
        model[0].bias.data[[0, 2, 3]] = 100
        dead = diagnostics.dead_units(model, X)
        assert dead["1"].tolist() == [False, True, False, False]
        assert list(dead) == ["1", "3"]
        assert model.training

    def test_a_learning_rate_that_kills(self):
        """One step far too long, and all units are off for ever: Guide's dying ReLU."""
        model = models.MLP([2, 16, 1], rng=0)
        model[0].weight.data[...] = np.abs(model[0].weight.data)
        model[2].weight.data[...] = 1
        x = np.abs(X)
        assert not diagnostics.dead_units(model, x)["1"].all()
        F.mse_loss(model(x), np.zeros((8, 1), np.float32)).backward()
        optim.SGD(model.parameters(), lr=50.0).step()
        assert diagnostics.dead_units(model, x)["1"].all()
        model.zero_grad()
        F.mse_loss(model(x), np.zeros((8, 1), np.float32)).backward()
        assert not model[0].weight.grad.any()

    def test_channels_of_images(self):
        model = models.ResNet((1, 1), (3, 4), 2, rng=0)
        model.layer1[0].bn1.bias.data[2] = -100
        dead = diagnostics.dead_units(model, np.ones((2, 8, 8), np.float32))
        assert list(dead) == [
            "relu",
            *("layer1.0.relu1", "layer1.0.relu2", "layer2.0.relu1", "layer2.0.relu2"),
        ]
        assert dead["layer1.0.relu1"].shape == (3,)
        assert dead["layer1.0.relu1"][2]

    def test_functions_within_a_module(self):
        class Twice(nn.Module):
            def __init__(self):
                self.inner = nn.Linear(2, 3, rng=0)

            def forward(self, x):
                return F.relu(F.relu(self.inner(x)) - 100.0)

        dead = diagnostics.dead_units(nn.Sequential(Twice()), X)
        assert list(dead) == ["0", "0#2"]
        assert dead["0#2"].all()

    def test_refuses_a_model_without_relu(self):
        with pytest.raises(ValueError, match="no ReLU was found in MLP"):
            diagnostics.dead_units(models.MLP([2, 2, 2], nn.Tanh), X)


def test_update_ratio():
    model = nn.Linear(2, 2, rng=0, dtype=np.float64)
    model.bias.data[:] = 0
    before = model.state_dict()
    assert diagnostics.update_ratio(model, before) == {"weight": 0, "bias": 0}
    model.weight.data *= 1.001
    model.bias.data += 1
    ratio = diagnostics.update_ratio(model, before)
    assert math.isclose(ratio["weight"], 1e-3, rel_tol=1e-9)
    assert ratio["bias"] == math.inf
    with pytest.raises(ValueError, match="does not fit: see weight"):
        diagnostics.update_ratio(model, {})


class TestAnomaly:
    def test_a_network_that_learns_is_left_alone(self):
        one, two = models.MLP([2, 4, 2], rng=0), models.MLP([2, 4, 2], rng=0)
        plain = Tensor.backward
        with diagnostics.detect_anomaly(one):
            F.cross_entropy(one(X), Y).backward()
        assert Tensor.backward is plain
        F.cross_entropy(two(X), Y).backward()
        for p, q in zip(one.parameters(), two.parameters(), strict=True):
            assert np.array_equal(p.grad, q.grad)
        assert one[0]._hooks == ({}, {})

    def test_a_learning_rate_too_high(self):
        """Weights explode until a product overflows: the layer and its operation are named."""
        model = models.MLP([2, 8, 8, 1], rng=0)
        optimizer = optim.SGD(model.parameters(), lr=1e3)
        y = X[:, :1] * 10

        def train():
            for _ in range(50):
                optimizer.zero_grad()
                F.mse_loss(model(X), y).backward()
                optimizer.step()

        message = r"'(linear|mse_loss)'|parameter '"
        with pytest.raises(FloatingPointError, match=message), diagnostics.detect_anomaly(model):
            train()
        assert all(m._hooks == ({}, {}) for _, m in model.named_modules())

    def test_names_the_first_layer_by_its_dotted_name(self):
        model = nn.Sequential(nn.Linear(2, 2, rng=0), models.MLP([2, 3, 2], rng=0))
        model[1][2].weight.data[0, 0] = 3e38
        model[1][0].bias.data[:] = 1e4
        message = (
            r"output of operation 'linear' in layer '1\.2' has 0 NaN and \d+ infinite of 16 .*; "
            r"input 0 runs from .* to .*; input 1 runs from .* to 3e\+38"
        )
        with pytest.raises(FloatingPointError, match=message), diagnostics.detect_anomaly(model):
            model(X)

    def test_says_so_without_recording(self):
        model = nn.Linear(2, 2, rng=0)
        model.weight.data[:] = 3e38
        with (
            pytest.raises(FloatingPointError, match="'linear' in the model"),
            diagnostics.detect_anomaly(model),
            nn.no_grad(),
        ):
            model(X * 100)

    def test_the_logarithm_of_0(self):
        model = models.MLP([2, 3, 2], rng=0)
        there = (np.arange(8) > 0).astype(np.float32)
        message = "output of operation 'log' has 0 NaN and 1 infinite of 8 .*; input 0 runs from 0"
        with pytest.raises(FloatingPointError, match=message), diagnostics.detect_anomaly(model):
            (-(F.softmax(model(X))[:, 0] * there).log()).mean().backward()

    def test_a_gradient_without_bound(self):
        """√x at 0: the value is fine, the slope is not."""
        x = Tensor([0.0, 1.0], requires_grad=True)
        message = (
            "backward through operation 'sqrt': the gradient of its input has 0 NaN and 1 infinite "
            "of 2 and else runs from 0.5 to 0.5, while the gradient that came in runs from 1 to 1 "
            "and the input runs from 0 to 1"
        )
        with pytest.raises(FloatingPointError, match=message), diagnostics.detect_anomaly():
            x.sqrt().sum().backward()

    def test_the_layer_of_a_broken_gradient(self):
        class Norm(nn.Module):
            def forward(self, x):
                return (x * x).sum(1).sqrt()

        model = nn.Sequential(nn.Linear(2, 2, bias=False, rng=0), Norm())
        with (
            pytest.raises(FloatingPointError, match="'sqrt' in layer '1'"),
            diagnostics.detect_anomaly(model),
        ):
            model(np.zeros((1, 2), np.float32)).sum().backward()

    def test_what_was_broken_before(self):
        model = models.MLP([2, 3, 2], rng=0)
        broken = X.copy()
        broken[0, 0] = np.nan
        with (
            pytest.raises(FloatingPointError, match="input of layer '0' has 1 NaN"),
            diagnostics.detect_anomaly(model),
        ):
            model(broken)
        model[2].bias.data[0] = np.nan
        with (
            pytest.raises(FloatingPointError, match=r"parameter '2\.bias' has 1 NaN"),
            diagnostics.detect_anomaly(model),
        ):
            model(X)

    def test_in_the_training_loop(self):
        model = models.MLP([2, 8, 2], rng=0)
        loader = data.DataLoader(data.TensorDataset(X, Y), batch_size=4, rng=0)
        with (
            pytest.raises(FloatingPointError, match=r"in layer|parameter"),
            diagnostics.detect_anomaly(model),
        ):
            nn.fit(model, loader, F.cross_entropy, optim.SGD(model.parameters(), 1e30), epochs=9)


class TestCheckFinite:
    def test_names_what_is_broken(self):
        model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.BatchNorm1d(2))
        diagnostics.check_finite(model)
        model[1].running_mean.data[1] = np.inf
        with pytest.raises(FloatingPointError, match=r"the 1\.running_mean holds 1 of 2"):
            diagnostics.check_finite(model)
        model[0].weight.grad = np.full((2, 3), np.nan, np.float32)
        with pytest.raises(FloatingPointError, match=r"the gradient of 0\.weight holds 6 of 6"):
            diagnostics.check_finite(model)
        model[0].weight.data[0, 1] = np.nan
        with pytest.raises(FloatingPointError, match=r"the 0\.weight holds 1 of 6"):
            diagnostics.check_finite(model)
