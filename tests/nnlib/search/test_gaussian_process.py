"""Gaussian process regression: by hand, by its own definition, by finite differences."""

import numpy as np
import pytest

from nnlib.search.gaussian_process import GaussianProcess

RNG = np.random.default_rng(0)
X = RNG.random((12, 3))
Y = np.sin(5 * X[:, 0]) + 0.1 * RNG.normal(size=12)
KERNELS = ("rbf", "matern52")


def test_one_observation_by_hand():
    gp = GaussianProcess(0.5, 2.0, 1.0).condition([[0.0]], [3.0])
    mean, std = gp.predict([[0.0], [0.5]])
    k = 4 * np.exp(-0.5)
    np.testing.assert_allclose(mean, [4 / 5 * 3, k / 5 * 3])
    np.testing.assert_allclose(std**2, [4 - 16 / 5, 4 - k**2 / 5])
    # before it was seen, 3 had the density of a normal number with the variance 4 + 1
    expected = -0.5 * 9 / 5 - 0.5 * np.log(2 * np.pi * 5)
    assert gp.log_marginal_likelihood() == pytest.approx(expected)


@pytest.mark.parametrize("kernel", KERNELS)
def test_prediction_is_the_conditional_of_the_joint_normal(kernel):
    gp = GaussianProcess((0.3, 0.6, 1.0), 1.5, 0.2, kernel)
    new = np.random.default_rng(1).random((5, 3))
    joint = gp.covariance(np.vstack([X, new]), np.vstack([X, new]))
    joint[:12, :12] += 0.04 * np.eye(12)
    # by the blocks of the precision matrix, a route without any factor
    precision = np.linalg.inv(joint)
    covariance = np.linalg.inv(precision[12:, 12:])
    expected = -covariance @ precision[12:, :12] @ Y
    mean, std = gp.condition(X, Y).predict(new)
    np.testing.assert_allclose(mean, expected, rtol=1e-6)
    np.testing.assert_allclose(std**2, np.diag(covariance), rtol=1e-6)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("scale", [0.5, (0.3, 0.6, 1.0)])
def test_gradient_of_the_likelihood_by_finite_differences(kernel, scale):
    scale = np.array(scale)

    def likelihood(theta):
        *scales, signal, noise = np.exp(theta)
        gp = GaussianProcess(np.reshape(scales, scale.shape), signal, noise, kernel)
        return gp.condition(X, Y).log_marginal_likelihood()

    theta = np.log(np.append(scale, (1.2, 0.2)))
    steps = 1e-5 * np.eye(len(theta))
    expected = [(likelihood(theta + h) - likelihood(theta - h)) / 2e-5 for h in steps]
    gp = GaussianProcess(scale, 1.2, 0.2, kernel).condition(X, Y)
    np.testing.assert_allclose(gp.likelihood_gradient(), expected, atol=1e-7)


@pytest.mark.parametrize("kernel", KERNELS)
def test_samples_have_the_mean_and_the_deviation_that_are_predicted(kernel):
    gp = GaussianProcess(0.4, 1.0, 0.1, kernel).condition(X, Y)
    new = np.random.default_rng(2).random((3, 3))
    drawn, (mean, std) = gp.sample(new, 40_000, rng=0), gp.predict(new)
    np.testing.assert_allclose(drawn.mean(0), mean, atol=0.02)
    np.testing.assert_allclose(drawn.std(0), std, rtol=0.02)
    prior = GaussianProcess(0.4, 2.0, 0.1, kernel).sample(new, 40_000, rng=0)
    np.testing.assert_allclose(prior.std(0), 2.0, rtol=0.02)


def test_fit_finds_the_scales_that_made_the_values():
    points = np.random.default_rng(3).random((150, 2))
    truth = GaussianProcess((0.2, 0.8), 1.5, 0.1)
    values = truth.sample(points, rng=4)[0] + 0.1 * np.random.default_rng(5).normal(size=150)
    found = GaussianProcess((0.5, 0.5), 1.0, 0.3).fit(points, values, steps=150, prior=False)
    np.testing.assert_allclose(found.lengthscale, (0.2, 0.8), rtol=0.25)
    assert found.noise == pytest.approx(0.1, rel=0.2)
    assert (
        found.log_marginal_likelihood() > truth.condition(points, values).log_marginal_likelihood()
    )


def test_the_prior_keeps_scales_in_place_when_there_is_one_point():
    alone = GaussianProcess(0.5, 1.0, 0.2).fit([[0.5]], [0.0], steps=300)
    assert 0.2 < alone.lengthscale < 1.2
    assert alone.signal > 0.2


def test_fit_gives_up_where_the_likelihood_grows_for_ever():
    gp = GaussianProcess(0.5).fit(X, np.zeros(12), steps=4000, prior=False)
    assert np.isfinite(gp.log_marginal_likelihood())


def test_a_process_without_noise_goes_through_its_points():
    gp = GaussianProcess(0.5, 1.0, 0.0).fit(X, Y, steps=5)
    mean, std = gp.predict(X)
    np.testing.assert_allclose(mean, Y, atol=1e-4)
    assert gp.noise == 0
    assert std.max() < 1e-3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GaussianProcess(-1.0), "length scales must be positive"),
        (lambda: GaussianProcess(1.0, kernel="cubic"), "kernel"),
        (lambda: GaussianProcess(1.0).condition([1.0, 2.0], [1.0, 2.0]), r"shape \(n, d\)"),
        (lambda: GaussianProcess((1.0, 1.0)).condition([[1.0]], [1.0]), r"shape \(n, 2\)"),
        (lambda: GaussianProcess(1.0).condition([[1.0]], [1.0, 2.0]), "as many rows"),
        (lambda: GaussianProcess(1.0).condition([[np.nan]], [1.0]), "finite"),
        (lambda: GaussianProcess(1.0).log_marginal_likelihood(), "nothing was observed"),
    ],
)
def test_errors_say_what_was_given(call, message):
    with pytest.raises(ValueError, match=message):
        call()
