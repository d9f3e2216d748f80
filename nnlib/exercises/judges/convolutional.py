"""Exercises on convolutional networks."""

import numpy as np

from ..core import compare, judge, numbers


@judge("count a layer")
def count_a_layer(answer):
    side, weights, products = (round(value, 3) for value in numbers(answer, 3))
    if side != 16:
        return f"the side of the map is not {side:g}: along a side the kernel fits into 36 pixels."
    if weights == 1200:
        return "1200 are the weights of the kernels alone; every map has a bias, too."
    if weights == 416:
        return "with 416 weights each kernel would see one channel; it sees all three."
    if weights != 1216:
        return f"the weights are not {weights:g}: count one kernel of three channels, then 16."
    if products == 1_228_800:
        return "that many it would be with steps of 1 pixel; with steps of 2 the map is smaller."
    if products != 307_200:
        return f"not {products:g} multiplications: each number of each map costs one per weight."
    return None


@judge("backward through steps")
def backward_through_steps(answer):
    def wanted(delta, K, s):
        (h, w), (M, N) = delta.shape, K.shape
        slope = np.zeros((s * (h - 1) + M, s * (w - 1) + N))
        for i, j in np.ndindex(h, w):
            slope[s * i : s * i + M, s * j : s * j + N] += delta[i, j] * K
        return slope

    rng = np.random.default_rng(0)
    cases = [
        {"delta": np.array([[1.0, 2.0]]), "K": np.array([[1.0, 10.0]]), "s": 2},
        {"delta": np.array([[1.0, 2.0]]), "K": np.array([[1.0, 10.0, 100.0]]), "s": 2},
    ]
    for (h, w), (M, N), s in (((3, 2), (2, 3), 1), ((2, 4), (3, 3), 2), ((3, 3), (2, 2), 3)):
        cases.append({"delta": rng.normal(size=(h, w)), "K": rng.normal(size=(M, N)), "s": s})
    hint = (
        "Output (i, j) was made from the window that begins at (s i, s j): it sends delta times "
        "the kernel back there, and where windows overlap the shares add up."
    )
    return compare(answer, wanted, cases, hint=hint, rtol=1e-4, atol=1e-6)


@judge("a kernel for turned pictures")
def a_kernel_for_turned_pictures(answer):
    def wanted(K):
        return sum(np.rot90(K, k) for k in range(4)) / 4

    rng = np.random.default_rng(1)
    cases = [{"K": np.array([[0.0, 4, 0], [0, 1, 0], [8, 0, 0]])}]
    cases += [{"K": rng.normal(size=(n, n))} for n in (2, 3, 5)]
    hint = (
        "The result must not change when it is turned by 90 degrees, and of all such kernels it "
        "is the nearest to K: places that a quarter turn carries into each other share their mean."
    )
    return compare(answer, wanted, cases, hint=hint, rtol=1e-4, atol=1e-6)
