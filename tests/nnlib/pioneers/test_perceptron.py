"""The perceptron: the algorithm, the theorem, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.data import blobs, logic_gate
from nnlib.pioneers import (
    Perceptron,
    max_margin,
    mcculloch_pitts,
    perceptron_step,
)


@pytest.mark.equation(1)
def test_sum_equal_to_the_threshold_fires():
    assert mcculloch_pitts([1, 1, 0], [0.5, 0.25, 9], 0.75) == 1
    assert mcculloch_pitts([1, 1, 0], [0.5, 0.25, 9], 0.7500001) == 0


@pytest.mark.algorithm(1)
def test_step_is_the_algorithm_as_printed():
    w, theta, x, eta = np.array([0.2, -0.4]), 0.1, np.array([1.0, 2.0]), 0.5
    y = np.sign(w @ x - theta)
    assert y == -1
    e = 1 - y
    new_w, new_theta = perceptron_step(w, theta, x, 1, eta)
    assert np.array_equal(new_w, w + eta * e * x)
    assert new_theta == theta - eta * e
    assert w.tolist() == [0.2, -0.4]  # the old weights are still there
    same_w, same_theta = perceptron_step(w, theta, x, -1, eta)
    assert np.array_equal(same_w, w)
    assert same_theta == theta


@pytest.mark.algorithm(1)
def test_sign_of_zero_is_one():
    w, theta = perceptron_step(np.zeros(2), 0.0, np.ones(2), 1)
    assert w.tolist() == [0, 0]
    w, theta = perceptron_step(np.zeros(2), 0.0, np.ones(2), -1)
    assert w.tolist() == [-2, -2]
    assert theta == 2


@pytest.mark.algorithm(1)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 300), start=st.booleans())
def test_fit_is_the_loop_of_steps(seed, n, start):
    """Judging whole blocks at once changes nothing, whatever the labels are."""
    rng = np.random.default_rng(seed)
    x, d = rng.integers(-3, 4, (n, 2)).astype(float), rng.choice([-1, 1], n)
    model = Perceptron(eta=0.5, rng=seed if start else None)
    run = model.fit(x, d, max_passes=4)
    again = np.random.default_rng(seed)
    w = again.standard_normal(2) if start else np.zeros(2)
    theta = float(again.standard_normal()) if start else 0.0
    errors = []
    while len(errors) < 4 and (not errors or errors[-1]):
        errors.append(0)
        for xi, di in zip(x, d, strict=True):
            before = w, theta
            w, theta = perceptron_step(w, theta, xi, di, 0.5)
            errors[-1] += theta != before[1]
    assert run.errors == errors
    np.testing.assert_allclose(model.w, w, rtol=0, atol=1e-9)
    assert run.updates == sum(errors)
    assert run.passes == len(errors)
    assert run.converged == (errors[-1] == 0)


@pytest.mark.algorithm(1)
def test_gates_are_learned_and_xor_is_not():
    for gate in ("and", "or", "nand", "nor"):
        x, y = logic_gate(gate)
        model = Perceptron()
        run = model.fit(x, 2 * y - 1)
        assert run.converged
        assert model.predict(x).tolist() == (2 * y - 1).tolist()
    x, y = logic_gate("xor")
    run = Perceptron().fit(x, 2 * y - 1, max_passes=200)
    assert not run.converged
    assert run.passes == 200
    assert min(run.errors) > 0


@pytest.mark.algorithm(1)
def test_rate_only_scales_from_zero():
    x, y = blobs(60, rng=2, std=0.4)
    one, two = Perceptron(eta=1.0), Perceptron(eta=0.25)
    assert one.fit(x, 2 * y - 1) == two.fit(x, 2 * y - 1)
    assert np.array_equal(one.w, 4 * two.w)
    assert one.theta == 4 * two.theta


@st.composite
def separable(draw):
    """Points labelled by a hyperplane, those too near to it left out."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, dimension = draw(st.integers(2, 40)), draw(st.integers(1, 4))
    x = rng.standard_normal((n, dimension)) * draw(st.sampled_from([0.3, 1.0, 8.0]))
    u, b = rng.standard_normal(dimension), 0.3 * rng.standard_normal()
    z = x @ u - b
    far = np.abs(z) > 0.1
    far[np.abs(z).argmax()] = True
    return x[far], np.where(z[far] >= 0, 1, -1)


@pytest.mark.theorem("perceptron-convergence")
@given(separable(), st.sampled_from([0.1, 1.0, 3.0]))
def test_updates_stay_within_the_bound(points, eta):
    x, d = points
    low, high = max_margin(x, d, tol=1e-3)
    assert 0 < low <= high * (1 + 1e-12)
    radius2 = (x * x).sum(1).max() + 1  # of the points (x, -1)
    model = Perceptron(eta=eta)
    run = model.fit(x, d, max_passes=100_000)
    assert run.converged
    assert run.updates <= radius2 / low**2
    assert np.array_equal(model.predict(x), d)
    assert model.decision(x).shape == d.shape


@pytest.mark.theorem("perceptron-convergence")
def test_bound_counts_the_margin():
    """Two near points of opposite sides: a margin four times as wide would forbid the updates.

    For two points the widest margin is the distance of 0 from the segment between d(x, -1).
    """
    x, d = np.array([[1.0], [0.6]]), np.array([1, -1])
    low, high = max_margin(x, d, tol=1e-9)
    points = d[:, None] * np.column_stack([x, -np.ones(2)])
    t = np.linspace(0, 1, 100_001)[:, None]
    distance = np.sqrt(((t * points[0] + (1 - t) * points[1]) ** 2).sum(1)).min()
    assert low == pytest.approx(distance, rel=1e-6)
    assert high == pytest.approx(distance, rel=1e-6)
    updates = Perceptron().fit(x, d).updates
    assert updates <= 2 / distance**2
    assert updates > 2 / (4 * distance) ** 2


@pytest.mark.theorem("perceptron-convergence")
@given(separable(), st.integers(0, 10**6))
def test_every_step_does_what_the_proof_says(points, seed):
    """Each update moves at least 2ηγ towards the best hyperplane and adds at most (2ηR)²."""
    x, d = points
    rng = np.random.default_rng(seed)
    best = Perceptron()
    best.fit(x, d, max_passes=100_000)
    u = np.append(best.w, best.theta)
    if not u.any():
        return  # zero weights answer +1 to all of them
    u /= np.sqrt(u @ u)
    margin = (d * (x @ u[:-1] - u[-1])).min()
    radius = np.sqrt((x * x).sum(1).max() + 1)
    w, theta = np.zeros(x.shape[1]), 0.0
    for i in rng.integers(0, len(x), 50):
        new_w, new_theta = perceptron_step(w, theta, x[i], d[i])
        old, new = np.append(w, theta), np.append(new_w, new_theta)
        if (new != old).any():
            assert (new - old) @ u >= 2 * margin - 1e-9
            assert new @ new <= old @ old + 4 * radius**2 + 1e-9
        w, theta = new_w, new_theta


def test_margin_of_what_no_line_separates():
    x, y = logic_gate("xor")
    low, high = max_margin(x, 2 * y - 1, max_steps=2000)
    assert low <= 1e-12
    assert high < 0.05


def test_random_start_comes_from_the_seed():
    x, y = blobs(40, rng=0, std=0.3)
    runs = [Perceptron(rng=seed) for seed in (1, 1, 2)]
    for model in runs:
        assert model.fit(x, 2 * y - 1).converged
    assert np.array_equal(runs[0].w, runs[1].w)
    assert not np.array_equal(runs[0].w, runs[2].w)


@pytest.mark.parametrize(
    ("x", "d", "message"),
    [
        ([[0.0], [1.0]], [0, 1], "labels must be -1 or 1, found 0"),
        ([[0.0], [1.0]], [1], r"x of shape \(N, n\) and d of shape \(N,\), got \(2, 1\), \(1,\)"),
        ([0.0, 1.0], [1, 1], r"got \(2,\), \(2,\)"),
        (np.zeros((0, 2)), [], r"got \(0, 2\), \(0,\)"),
    ],
)
def test_perceptron_names_what_does_not_fit(x, d, message):
    with pytest.raises(ValueError, match=message):
        Perceptron().fit(x, d)
    with pytest.raises(ValueError, match=message):
        max_margin(x, d)


def test_perceptron_refuses_bad_settings():
    with pytest.raises(ValueError, match=r"must lie in .0, inf., got 0"):
        Perceptron(eta=0)
    with pytest.raises(ValueError, match="at least 1, got 0"):
        Perceptron().fit([[1.0]], [1], max_passes=0)
    with pytest.raises(RuntimeError, match="call fit"):
        Perceptron().predict([[1.0]])
