"""Instance normalisation: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

X = np.random.default_rng(0).standard_normal((2, 3, 4))


def test_every_channel_has_mean_0_and_variance_1():
    out = nn.InstanceNorm1d(3, 0)(X).data
    np.testing.assert_allclose(out.mean(-1), 0, atol=1e-12)
    np.testing.assert_allclose(out.var(-1), 1)
    maps = X.reshape(2, 3, 2, 2)
    np.testing.assert_allclose(nn.InstanceNorm2d(3, 0)(maps).data, out.reshape(maps.shape))


def test_running_statistics_are_means_over_the_examples():
    layer = nn.InstanceNorm1d(3, momentum=0.25, track_running_stats=True, dtype=np.float64)
    same = nn.InstanceNorm1d(3, dtype=np.float64)(X).data
    np.testing.assert_array_equal(layer(X).data, same)  # in training they are only followed
    mean, var = X.mean(-1).mean(0), X.var(-1, ddof=1).mean(0)
    np.testing.assert_allclose(layer.running_mean.data, 0.25 * mean)
    np.testing.assert_allclose(layer.running_var.data, 0.75 + 0.25 * var)
    layer.eval()
    before = layer.state_dict()
    expected = (X - before["running_mean"][:, None]) / np.sqrt(before["running_var"] + 1e-5)[
        :, None
    ]
    np.testing.assert_allclose(layer(X).data, expected)
    np.testing.assert_allclose(layer(X[1]).data, expected[1])
    assert all(np.array_equal(before[name], now) for name, now in layer.state_dict().items())
    np.testing.assert_allclose(layer(X[..., :1]).data, expected[..., :1])  # one number is enough


def test_the_state_travels(tmp_path):
    layer, other = (nn.InstanceNorm2d(3, affine=True, track_running_stats=True) for _ in "ab")
    layer(X.reshape(2, 3, 2, 2).astype(np.float32))
    nn.save(layer, tmp_path / "layer.npz")
    other.load_state_dict(nn.load(tmp_path / "layer.npz"))
    names = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert list(other.state_dict()) == names
    np.testing.assert_array_equal(other.running_var.data, layer.running_var.data)
    assert not np.array_equal(other.running_var.data, np.ones(3))
    assert list(nn.InstanceNorm2d(3).state_dict()) == []


def test_one_running_statistic_may_be_missing():
    mean = np.zeros(3)
    F.instance_norm(X, running_mean=mean, momentum=1)
    np.testing.assert_allclose(mean, X.mean((0, 2)))


def test_float32_stays():
    layer = nn.InstanceNorm1d(3, track_running_stats=True)
    assert layer(X.astype(np.float32)).dtype == np.float32
    assert layer.running_var.dtype == np.float32
    assert layer.eval()(X.astype(np.float32)).dtype == np.float32


def test_gradients():
    w, b = np.random.default_rng(1).standard_normal((2, 3))
    mean, var = X.mean((0, 2)), X.var((0, 2))
    nn.gradcheck(lambda x, w, b: F.instance_norm(1.1 * x, None, None, w, b), [X, w, b])
    nn.gradcheck(lambda x, w, b: F.instance_norm(1.1 * x, mean, var, w, b, False), [X, w, b])
    nn.gradcheck(lambda x: F.instance_norm(x, mean.copy(), var.copy()), [X])


def test_refuses():
    with pytest.raises(ValueError, match="more than one number per channel"):
        F.instance_norm(np.ones((2, 3, 1)))
    with pytest.raises(ValueError, match=r"expects inputs of shape \(N, C, \.\.\.\)"):
        F.instance_norm(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"InstanceNorm1d expects inputs \(N, 4, L\)"):
        nn.InstanceNorm1d(4)(X)
    with pytest.raises(ValueError, match="without use_input_stats needs running_mean and running"):
        F.instance_norm(X, running_mean=np.zeros(3), use_input_stats=False)
    with pytest.raises(ValueError, match=r"instance_norm: running_var must have shape \(3,\)"):
        F.instance_norm(X, running_var=np.zeros(2))
    with pytest.raises(TypeError, match="float32 and float64 meet"):
        nn.InstanceNorm1d(3, track_running_stats=True)(X)
    with pytest.raises(ValueError, match=r"need examples to follow, got an input of \(0, 3, 4\)"):
        nn.InstanceNorm1d(3, track_running_stats=True, dtype=np.float64)(X[:0])
    with pytest.raises(ValueError, match=r"momentum must lie in \[0, 1\]"):
        nn.InstanceNorm1d(3, momentum=1.5)
    with pytest.raises(TypeError, match="use_input_stats must be True or False, got 2"):
        F.instance_norm(X, use_input_stats=2)
