"""The bundled digits."""

import numpy as np

from nnlib import data


def test_digits():
    digits = data.mnist()
    assert digits.x_train.shape == (10_000, 28, 28)
    assert digits.x_test.shape == (2_000, 28, 28)
    assert np.bincount(digits.y_train.astype(np.intp)).tolist() == [1000] * 10
    assert np.bincount(digits.y_test.astype(np.intp)).tolist() == [200] * 10
    assert digits.x_train.dtype == np.float32
    assert digits.y_train.dtype == digits.y_test.dtype == np.int64
    for images in (digits.x_train, digits.x_test):
        assert images.min() == 0
        assert images.max() == 1
        assert len(np.unique(images)) == 256
    # A one is thin and a zero is round: the labels belong to the images.
    ink = [digits.x_train[digits.y_train == k].mean() for k in range(10)]
    assert np.argmin(ink) == 1
    assert np.argmax(ink) == 0
    hole = [digits.x_train[digits.y_train == k][:, 12:16, 13:15].mean() for k in (0, 1)]
    assert hole[0] < 0.1 < 0.6 < hole[1]


def test_digits_as_rows_of_another_type():
    rows = data.mnist(flatten=True, dtype=np.float64)
    images = data.mnist()
    assert rows.x_train.shape == (10_000, 784)
    assert rows.x_train.dtype == np.float64
    np.testing.assert_allclose(rows.x_test.reshape(-1, 28, 28), images.x_test, rtol=1e-7)
    assert np.array_equal(rows.y_train, images.y_train)


def test_no_test_image_is_a_training_image():
    digits = data.mnist(flatten=True)
    seen = {row.tobytes() for row in digits.x_train}
    assert not any(row.tobytes() in seen for row in digits.x_test)
