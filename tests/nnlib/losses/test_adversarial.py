"""The game of two networks: values by hand, the best discriminator, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

RNG = np.random.default_rng(0)
REAL, FAKE = RNG.normal(1, 2, (5, 1)), RNG.normal(-1, 2, (4, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.equation(88)
def test_it_is_minus_the_value_of_the_game():
    value = np.log(sigmoid(REAL)).mean() + np.log(1 - sigmoid(FAKE)).mean()
    np.testing.assert_allclose(F.discriminator_loss(REAL, FAKE).data, -value)
    np.testing.assert_allclose(
        F.generator_loss(FAKE, saturating=True).data, np.log(1 - sigmoid(FAKE)).mean()
    )
    np.testing.assert_allclose(F.generator_loss(FAKE).data, -np.log(sigmoid(FAKE)).mean())


def test_the_best_discriminator_is_the_share_of_the_real():
    """On a finite set: gradient descent on logits ends at p / (p + q), the loss at log 4 - 2 JS."""
    p, q = np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.3, 0.2, 0.4])
    real, fake = (np.repeat(np.arange(4), np.rint(10 * k).astype(int)) for k in (p, q))
    logits = nn.Tensor(np.zeros(4), requires_grad=True)
    for _ in range(4000):
        loss = F.discriminator_loss(logits[real], logits[fake])
        logits.grad = None
        loss.backward()
        logits.data -= 5 * logits.grad
    np.testing.assert_allclose(sigmoid(logits.data), p / (p + q), atol=1e-3)
    middle = (p + q) / 2

    def kl(a):
        return sum(x * np.log(x / m) for x, m in zip(a, middle, strict=True) if x)

    assert loss.item() == pytest.approx(np.log(4) - kl(p) - kl(q), abs=1e-3)


def test_a_sure_discriminator_leaves_one_of_the_two_a_gradient():
    for saturating, wanted in ((False, -1), (True, 0)):
        logit = nn.Tensor(np.array([-30.0]), requires_grad=True)
        F.generator_loss(logit, saturating).backward()
        np.testing.assert_allclose(logit.grad, wanted, atol=1e-8)
    far = F.discriminator_loss(np.array([-1000.0]), np.array([1000.0]))
    assert far.item() == 2000


@pytest.mark.parametrize("saturating", [False, True])
def test_gradients(saturating):
    nn.gradcheck(F.discriminator_loss, [REAL, FAKE])
    nn.gradcheck(lambda fake: F.generator_loss(fake, saturating), [FAKE])


def test_refuses():
    with pytest.raises(ValueError, match="no logits of real examples"):
        F.discriminator_loss(REAL[:0], FAKE)
    with pytest.raises(ValueError, match="no logits of made examples"):
        F.discriminator_loss(REAL, FAKE[:0])
    with pytest.raises(ValueError, match="no logits of made examples"):
        F.generator_loss(FAKE[:0])
    with pytest.raises(TypeError, match="saturating"):
        F.generator_loss(FAKE, saturating="no")
    with pytest.raises(TypeError, match="generator_loss"):
        F.generator_loss([1, 2])
