"""Generator and discriminator: shapes, types, samples, the stored ones, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.models import VAE, Discriminator, Generator, pretrained


def test_shapes_types_and_seeds():
    net = Generator(3, 8, 12, rng=0)
    z = net.codes(5, rng=1)
    assert z.shape == (5, 3)
    assert z.dtype == net(z).dtype == np.float32
    assert net(z).shape == (5, 12)
    np.testing.assert_array_equal(net.sample(5, rng=1), F.sigmoid(net(z)).data)
    np.testing.assert_array_equal(net.sample(5, rng=1), Generator(3, 8, 12, rng=0).sample(5, rng=1))
    assert Generator(3, 8, 12, dtype=np.float64).sample(2).dtype == np.float64
    assert Discriminator(12, 6, rng=0)(net.sample(5)).shape == (5, 1)


def test_the_generator_is_the_decoder_of_the_autoencoder():
    decoder = VAE(784, 128, 20, rng=0).decoder
    net = Generator(20, 128, 784, rng=0)
    assert [p.shape for p in net.parameters()] == [p.shape for p in decoder.parameters()]
    net.load_state_dict(decoder.state_dict())
    z = net.codes(4, rng=0)
    np.testing.assert_array_equal(net(z).data, decoder(z).data)


def test_the_gradient_reaches_the_generator_through_the_discriminator():
    net = Generator(2, 4, 3, rng=0, dtype=np.float64)
    judge = Discriminator(3, 5, rng=0, dtype=np.float64)
    z = net.codes(6, rng=0)
    nn.gradcheck(lambda w: F.generator_loss(judge(F.sigmoid(net(w)))), [z])
    F.generator_loss(judge(F.sigmoid(net(z)))).backward()
    assert all(np.abs(p.grad).max() > 0 for p in net.parameters())


@pytest.mark.parametrize("name", ["digits_gan", "digits_gan_pairs"])
def test_the_stored_ones_draw_black_and_white(name):
    net, record = pretrained(name)
    images = net.sample(200, rng=0)
    assert isinstance(net, Generator)
    assert record["together"] == (2 if name.endswith("pairs") else 1)
    assert 0.05 < (images > 0.5).mean() < 0.25  # the digits have ink on 13 % of their pixels
    assert ((images > 0.1) & (images < 0.9)).mean() < 0.15


def test_refuses():
    with pytest.raises(ValueError, match="Generator"):
        Generator(0, 8, 12)
    with pytest.raises(ValueError, match="Discriminator"):
        Discriminator(12, 0)
    with pytest.raises(ValueError, match="n"):
        Generator(3, 8, 12).sample(0)
