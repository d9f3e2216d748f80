"""Every answer of the exam, computed a second time: by simulation, by counting, by running code.

A function for each question, by its name. What it returns depends on what the question asks:

- a number: the answer, then the wrong numbers of the hints, in their order;
- options: which of them are right, in their order;
- a line of a program: what a right program does, as a function of its namespace;
- steps: what every step is, in numbers, at some values: all must be equal.

What was predicted is read from the stored outputs of the chapter.
"""

import itertools
import json
import math
import re
from functools import cache
from pathlib import Path

import numpy as np

import nnlib as nn
import nnlib.functional as F
from nnlib import data, optim, theory
from nnlib.pioneers import Hopfield, LeakyIntegrateAndFire, Perceptron, oja_step

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = {}


def answer(name):
    """Enter a function under the name of its question."""

    def enter(function):
        assert name not in ANSWERS
        ANSWERS[name] = function
        return function

    return enter


@cache
def outputs(chapter):
    """Return all texts in the stored outputs of a chapter."""
    (path,) = ROOT.glob(f"chapters/*/{chapter}.ipynb")
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            found.append("".join(output.get("text", [])))
            found.append("".join(output.get("data", {}).get("text/plain", [])))
    return "\n".join(found)


def printed(chapter, pattern):
    """Return the numbers that a pattern finds in the outputs of a chapter, the first match."""
    found = re.search(pattern, outputs(chapter))
    assert found, f"{chapter} prints nothing like {pattern!r}"
    return [float(group.replace(",", "")) for group in found.groups()]


def nearest(value, *offers):
    """Return which of some numbers is nearest to a value, for options that are numbers."""
    best = int(np.argmin([abs(value - offer) for offer in offers]))
    return [i == best for i in range(len(offers))]


def derivative(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


# --- 1 -----------------------------------------------------------------------------------------


@answer("rate-of-a-cell")
def _():
    cell = LeakyIntegrateAndFire(
        tau=10, resistance=10, rest=-70, threshold=-50, reset=-70, refractory=2
    )
    times = cell.simulate(np.full(40_000, 4.0), dt=0.05).times
    rate = 1000 / np.diff(times).mean()
    no_pause = 1000 / (np.diff(times).mean() - 2)
    return rate, no_pause, 1000 / (20 / (40 / 10) + 2), 1000 / (10 + 2)


@answer("white-on-black")
def _():
    pattern = r"white on black +\d+% +(\d+)% +\d+%"
    (share,) = printed("01_1_biological_inspiration", pattern)
    return nearest(share, 97, 67, 33, 0)


# --- 2 -----------------------------------------------------------------------------------------


@answer("one-unit")
def _():
    x = data.truth_table(3)
    found = set()
    for w in itertools.product(range(-2, 3), repeat=3):
        for theta in range(-6, 8):
            found.add(tuple(x @ np.array(w) >= theta))
    a, b, c = x.T.astype(bool)
    wanted = [a & ~b, a ^ b, x.sum(1) >= 2, x.sum(1) % 2 == 1, a | (b & c)]
    return [tuple(f) in found for f in wanted]


@answer("oja-step")
def _():
    w, x, eta = np.array([0.6, 0.8]), np.array([1.0, 2.0]), 0.1
    y = w @ x
    hebb = w + eta * y * x
    weak, strong = w + eta * y * (x - w), hebb - y**2 * w
    return [float(v[0]) for v in (oja_step(w, x, eta), hebb, weak, strong)]


@answer("hopfield-bug")
def _():
    patterns = np.random.default_rng(0).choice([-1, 1], (3, 8))
    wanted = Hopfield(patterns).weight
    return lambda space: np.allclose(space["store"](patterns), wanted)


@answer("mistakes-in-all")
def _():
    means = re.findall(r"([\d,]+) examples: (\d+) mistakes", outputs("02_1_3_perceptron"))
    few = [Perceptron().fit(*data.separable(100, 0.05, rng=k)).updates for k in range(10)]
    assert means[2] == ("100", str(round(np.mean(few))))
    return nearest(float(dict(means)["100,000"]), 25_000, 40, 1_200, 800)


@answer("xor-by-product")
def _():
    a, b = data.truth_table(2).T
    right = [c for c in range(-10, 11) if (a + b + c * a * b == (a ^ b)).all()]
    gives_or = [c for c in range(-10, 11) if (a + b + c * a * b == (a | b)).all()]
    return *right, *gives_or, -right[0], 0


@answer("shared-connections")
def _():
    layer = nn.Conv2d(1, 8, 5)
    units = layer(np.zeros((1, 1, 16, 16), np.float32)).data.size
    numbers = sum(p.data.size for p in layer.parameters())
    return units * 26, numbers, units * 25, units // 8 * 26


@answer("three-ingredients")
def _():
    effects = [
        printed("02_4_modern_era", rf"\n{name} +([+-][\d.]+) points")[0]
        for name in ("ReLU", "dropout", "shifts")
    ]
    up = tuple(effect > 0 for effect in effects)
    offers = [(False, False, True), (True, True, True), (True, False, True), (False, True, False)]
    return [up == offer for offer in offers]


# --- 3 -----------------------------------------------------------------------------------------


@answer("distance-to-border")
def _():
    w, b, x = np.array([3.0, 4.0]), -10.0, np.array([1.0, 2.0])
    border = [np.array([t, (-b - 3 * t) / 4]) for t in np.linspace(-3, 5, 80_001)]
    distance = min(np.linalg.norm(point - x) for point in border)
    z = w @ x + b
    return distance, z, z / (w @ w), z / w.sum()


@answer("scale-of-a-neuron")
def _():
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(500, 2)), np.array([1.0, -2.0]), 0.5
    z, z10 = x @ w + b, x @ (10 * w) + 10 * b
    nearer = (np.abs(F.sigmoid(z10).data - 0.5) > np.abs(F.sigmoid(z).data - 0.5)).all()
    border = abs(10 * b) / np.linalg.norm(10 * w) < abs(b) / np.linalg.norm(w) - 1e-9
    further = not np.allclose(z10 / np.linalg.norm(10 * w), z / np.linalg.norm(w))
    return [border, nearer, further, (np.sign(z) != np.sign(z10)).any()]


@answer("slope-of-sigmoid")
def _():
    def s(z):
        return 1 / (1 + math.exp(-z))

    top = max(derivative(s, z) for z in np.linspace(-2, 2, 401))
    return derivative(s, math.log(3)), s(math.log(3)), top, s(math.log(3)) ** 2


@answer("tent-bug")
def _():
    x = np.array([-1, 0, 0.5, 1, 1.5, 2, 5])
    return lambda space: np.allclose(space["tent"](x), [0, 0, 0.5, 1, 0.5, 0, 0])


@answer("folds-and-units")
def _():
    x = np.linspace(0, 1, 2**12 + 1)
    y = x
    for _ in range(5):
        y = 1 - np.abs(2 * y - 1)
    corners = int((np.abs(np.diff(y, 2)) > 1e-9).sum())
    # A unit at each corner, and one for the first slope: 32 is no sum of the jumps of 64.
    return corners + 1, corners, 5 * 2, 5**2


@answer("random-pieces")
def _():
    pattern = r"\[16, 16, 16, 16, 16, 16\]: median (\d+) pieces, at most ([\d,]+)"
    median, most = printed("03_3_3_expressivity_of_depth", pattern)
    assert most == theory.max_regions([16] * 6, 1)
    assert 24e6 < most < 24.5e6
    return nearest(median, 100, 1_500, 5_000, 5e6)


# --- 4 -----------------------------------------------------------------------------------------


@answer("optimism")
def _():
    coins = 2.0 * data.truth_table(5) - 1  # variance 1, every outcome once
    mean = coins.mean(1)
    training = ((coins - mean[:, None]) ** 2).mean()
    gap = (1 + mean**2).mean() - training
    return gap, 1 - training, 2 / (5 - 1), 0


@answer("nearest-neighbour")
def _():
    (wrong,) = printed(
        "04_1_learning_problem", r"neighbour +training error 0 %, test error ([\d.]+)"
    )
    (table,) = printed("04_1_learning_problem", r"table +training error 0 %, test error ([\d.]+)")
    assert table == 90
    return nearest(wrong, 90, 50, 5, 1)


@answer("softmax-slope")
def _():
    z = nn.Tensor(np.log([[1.0, 3.0, 6.0]]), requires_grad=True)
    F.cross_entropy(z, np.array([2])).backward()
    slope = z.grad[0, 2]
    p = float(F.softmax(z).data[0, 2])
    return slope, p, -slope, -1 / p


@answer("stable-loss-bug")
def _():
    z, y = np.array([[1.0, 2.0, 4.0], [90.0, 0.0, 5.0]]), np.array([2, 1])
    wanted = F.cross_entropy(z, y).item()
    return lambda space: math.isclose(space["cross_entropy"](z, y), wanted)


@answer("backward-order")
def _():
    rng = np.random.default_rng(0)
    z, W, b, y = rng.normal(size=3), rng.normal(size=(2, 3)), rng.normal(size=2), np.zeros(2)

    def sigma(z):
        return 1 / (1 + np.exp(-z))

    def nudged(h):
        return z + h * np.eye(3)[1]

    def following(z):
        return W @ sigma(z) + b

    def loss(z):
        return ((following(z) - y) ** 2).sum() / 2

    delta = following(z) - y
    slope = sigma(z) * (1 - sigma(z))
    passed = derivative(lambda h: following(nudged(h)), 0.0)
    outer = [
        derivative(lambda h, k=k: ((following(z) + h * np.eye(2)[k] - y) ** 2).sum() / 2, 0.0)
        for k in range(2)
    ]
    return [
        derivative(lambda h: loss(nudged(h)), 0.0),
        np.array(outer) @ passed,
        delta @ passed,
        sum(delta[k] * W[k, 1] * slope[1] for k in range(2)),
        (W.T @ delta)[1] * slope[1],
    ]


@answer("gradient-by-hand")
def _():
    W1 = nn.Tensor(np.array([[1.0, 0], [-1, 1]]), requires_grad=True)
    W2 = nn.Tensor(np.array([[2.0, 3]]), requires_grad=True)
    x = nn.Tensor(np.array([[1.0, 2]]))
    out = F.relu(x @ W1.T) @ W2.T
    ((out - 4.0) ** 2 / 2.0).sum().backward()
    grad, error, output = W1.grad, out.data.item() - 4, out.data.item()
    return grad[1, 1], grad[1, 0], error * W2.data[0, 0] * 2, output * W2.data[0, 1] * 2


@answer("checkpoints")
def _():
    n = 3600

    def most(s):
        kept, peak = set(range(0, n, s)), 0
        for start in reversed(range(0, n, s)):
            segment = set(range(start, min(start + s, n)))
            peak = max(peak, len(kept | segment))
            kept.discard(start)
        return peak

    s = math.isqrt(n)
    assert most(s) == min(map(most, range(1, n + 1)))
    return most(s), n // s, n / 2, most(n)


# --- 5 -----------------------------------------------------------------------------------------


def factor(rate, curvatures=(1, 9)):
    return max(abs(1 - rate * h) for h in curvatures)


@answer("best-rate")
def _():
    rates = np.linspace(0.001, 0.222, 2211)
    best = rates[np.argmin([factor(rate) for rate in rates])]
    root = 3  # of the condition number 9
    return factor(best), factor(1 / 9), (root - 1) / (root + 1), best


@answer("floor-of-a-rate")
def _():
    def floor(rate, h=1.0):
        square = 1.0
        for _ in range(20_000):
            square = (1 - rate * h) ** 2 * square + rate**2
        return square

    return nearest(floor(0.01) / floor(0.02), 1, 1 / 2, 1 / 4, 0)


@answer("hundred-times-steeper")
def _():
    pattern = r"κ = 2500: descent +(\d+), ball +(\d+) steps"
    descent, ball = printed("05_2_momentum", pattern)
    assert printed("05_2_momentum", r"κ = +25: descent +(\d+), ball +(\d+) steps") == [
        202,
        47,
    ]
    assert descent == 20154
    return nearest(ball, 5_000, 500, 150, 50)


@answer("adagrad-steps")
def _():
    w = nn.Parameter(np.zeros(1))
    adagrad = optim.Adagrad([w], lr=0.1)
    for _ in range(4):
        w.grad = np.array([1000.0])
        adagrad.step()
    moved = -w.data.item()
    return moved, 4 * 0.1, sum(0.1 / t for t in range(1, 5)), 1000 * moved


@answer("adam-bug")
def _():
    def wanted(steps):
        w = nn.Parameter(np.array([3.0]))
        adam = optim.Adam([w], lr=0.1)
        for _ in range(steps):
            w.grad = 2 * w.data
            adam.step()
        return w.data.item()

    return lambda space: all(
        math.isclose(space["adam"](3.0, lambda w: 2 * w, 0.1, n), wanted(n), rel_tol=1e-6)
        for n in (1, 5)
    )


@answer("without-correction")
def _():
    m, v = 0.1 * 7.0, (1 - 0.999) * 7.0**2  # the first gradient is 7
    ratio = m / math.sqrt(v)
    return ratio, m / 7, m / 7 / (v / 7**2), 1 / ratio


@answer("penalty-in-adam")
def _():
    def moved(penalty):
        w = nn.Parameter(np.ones(1))
        adam = optim.Adam([w], lr=0.001, weight_decay=penalty)
        for _ in range(10):
            w.grad = np.zeros(1)
            adam.step()
        return 1 - w.data.item()

    return nearest(moved(0.5) / moved(0.1), 1, 5, math.sqrt(5), 1 / 5)


# --- 6 -----------------------------------------------------------------------------------------


@answer("three-pixels")
def _():
    (share,) = printed("06_1_feedforward", r"trained only in the middle: 96 %, 92 %, 73 %, (\d+) %")
    return nearest(share, 10, 50, 80, 95)


@answer("receptive-field")
def _():
    def seen(layers):
        x = nn.Tensor(np.random.default_rng(0).normal(size=(1, 1, 24, 24)), requires_grad=True)
        out = x
        for layer in layers:
            out = layer(out)
        middle = out.shape[-1] // 2
        out[0, 0, middle, middle].backward()
        return int((np.abs(x.grad[0, 0]).sum(0) > 0).sum())

    def ones():
        layer = nn.Conv2d(1, 1, 3, bias=False, dtype=np.float64)
        layer.weight.data[...] = 1
        return layer

    pool = nn.AvgPool2d(2)  # sees what a maximum can see
    return seen([ones(), pool, ones()]), 3 + 1 + 2, seen([ones(), ones()]), 3 * 3


@answer("half-life-of-a-cell")
def _():
    low, high = 0.0, 20.0  # halve the interval until the cell keeps exactly one half
    for _ in range(80):
        b = (low + high) / 2
        low, high = (b, high) if (1 / (1 + math.exp(-b))) ** 100 < 0.5 else (low, b)
    gate, added = 1 / (1 + math.exp(-b)), 1 - 0.5 / 100
    return b, gate, math.log(added / (1 - added)), -b


@answer("lstm-bug")
def _():
    rng = np.random.default_rng(0)
    cell = nn.LSTMCell(3, 4, dtype=np.float64)
    x, h, c = rng.normal(size=3), rng.normal(size=4), rng.normal(size=4)
    W = np.hstack([cell.weight_ih.data, cell.weight_hh.data])
    b = cell.bias_ih.data + cell.bias_hh.data
    wanted = [part.data[0] for part in cell(x[None], (h[None], c[None]))]

    def works(space):
        space["sigmoid"] = lambda z: 1 / (1 + np.exp(-z))
        return np.allclose(space["lstm_step"](x, h, c, W, b), wanted)

    return works


@answer("attention-by-hand")
def _():
    q, v = np.array([[1.0, 0, 0, 0]]), np.array([[3.0], [9.0]])
    k = np.zeros((2, 4))
    k[0, 0] = 2 * math.log(2)

    def out(scores):
        shares = np.exp(scores) / np.exp(scores).sum()
        return float((shares @ v).item())

    products = (q @ k.T)[0]
    right = F.scaled_dot_product_attention(q[None], k[None], v[None]).data.item()
    turned = float((np.exp(products / 2) / np.exp(products / 2).sum() @ v[::-1]).item())
    return right, out(products), out(products / 4), turned


@answer("too-good-a-loss")
def _():
    without = printed("06_4_1_attention", r"without it +: loss ([\d.]+), writes +(\d+)%")
    masked = printed("06_4_1_attention", r"with the mask: loss ([\d.]+), writes +(\d+)%")
    assert masked == [1.63, 100]
    return [False, without == [0.0, 16], False, False]


@answer("work-of-writing")
def _():
    anew = sum(len(range(t)) for t in range(1, 101))
    return anew / 100, 100, anew


@answer("one-layer-copies")
def _():
    rates = [
        printed("06_4_3_transformer", rf"one layer, rate {rate}, 400 steps: (\d+)% right")[0]
        for rate in ("0.003", "0.01", "0.03")
    ]
    two = printed("06_4_3_transformer", r"two layers, rate 0.01, 200 steps: ([\d.]+)% right")
    assert two == [99.9]
    return nearest(max(rates), 95, 70, 30, 3)


# --- 7 -----------------------------------------------------------------------------------------


@answer("he-start")
def _():
    rng = np.random.default_rng(0)
    n = 200
    a = np.maximum(rng.normal(size=(4000, n)), 0)  # what a layer of ReLUs sends on
    after = np.maximum(a @ rng.normal(size=(n, n)), 0)
    variance = (a**2).mean() / (after**2).mean()  # by simulation: 0.01, to a per cent
    variance = round(variance, 3)
    return variance**0.5, variance, (1 / n) ** 0.5, (4 / n) ** 0.5


@answer("weights-that-moved")
def _():
    changed, of = printed("07_1_vanishing_gradients", r"layer 1: ([\d,]+) of ([\d,]+)")
    assert of == 25_088
    return nearest(changed, of, of / 2, 300, 0)


@answer("dropout-bug")
def _():
    def works(space):
        x, rng = np.ones(20_000), np.random.default_rng(0)
        out = space["dropout"](x, 0.1, rng, True)
        kept = (out > 0).mean()
        same = np.array_equal(space["dropout"](x, 0.1, rng, False), x)
        return same and abs(kept - 0.9) < 0.01 and abs(out.mean() - 1) < 0.02

    return works


@answer("batch-norm-by-hand")
def _():
    column = np.array([2.0, 4, 4, 6])[:, None]
    layer = nn.BatchNorm1d(1, eps=0.0, dtype=np.float64)
    layer.weight.data[...], layer.bias.data[...] = 3, 1
    right = float(layer(column).data[-1, 0])
    return right, 1 + 6 / column.std(ddof=1), 1 + 6 / column.var(), 6 / column.std()


@answer("sorted-batches")
def _():
    (share,) = printed("07_3_normalization", r"in training mode, mixed 9\d %, sorted (1\d) %")
    return nearest(share, 90, 60, 15, 100)


# --- 8 -----------------------------------------------------------------------------------------


@answer("deeper-is-worse")
def _():
    runs = printed("08_1_residual_dense_efficient", r"\n +24 +(\d+)  (\d+) % +(\d+)  (\d+) %")
    assert runs[2:] == [93, 94]
    return nearest(np.mean(runs[:2]), 99, 90, 45, 10)


@answer("contrastive-by-hand")
def _():
    def loss(scores):
        return F.cross_entropy(np.array([scores]), np.array([0])).item()

    cosines = np.array([1.0, 0, 0])
    more = np.array([1.0, 0, 0, 0])
    return loss(cosines / 0.5), loss(cosines), loss(cosines * 0.5), loss(more / 0.5)


@answer("sample-bug")
def _():
    def works(space):
        mu, log_var = np.full((50_000, 1), 2.0), np.full((50_000, 1), math.log(0.25))
        z, kl = space["code_and_divergence"](mu, log_var, np.random.default_rng(0))
        x = np.linspace(-10, 10, 200_001)  # the divergence as the integral of p log(p / q)
        p = np.exp(-((x - 2) ** 2) / 0.5) / math.sqrt(0.5 * math.pi)
        log_ratio = -((x - 2) ** 2) / 0.5 - math.log(0.5) + x**2 / 2
        integral = (p * log_ratio).sum() * (x[1] - x[0])
        return abs(z.std() - 0.5) < 0.01 and math.isclose(kl[0], integral, rel_tol=1e-4)

    return works


@answer("mean-for-sum")
def _():
    pattern = r"β = 784, seed {}: +(\d+) of 10 alive"
    alive = [printed("08_3_1_variational_autoencoders", pattern.format(seed))[0] for seed in (0, 1)]
    assert alive[0] == alive[1]
    one = printed("08_3_1_variational_autoencoders", r"β = +1, seed 0: (\d+) of 10 alive")
    assert one == [10]
    return nearest(alive[0], 10, 5, 1, 0)


@answer("best-judge")
def _():
    grid = np.linspace(0, 1, 2001)[1:-1]
    best = grid[np.argmax(0.3 * np.log(grid) + 0.1 * np.log(1 - grid))]
    best = round(float(best), 3)
    return best, 1 - best, best / (1 - best), 0.3


@answer("two-numbers-play")
def _():
    ends = []
    for angle in np.linspace(0, 6, 13):
        x, y = math.cos(angle), math.sin(angle)
        for _ in range(100):
            x, y = x - 0.1 * y, y + 0.1 * x
        ends.append(math.hypot(x, y))
    assert math.isclose(ends[0], 1.01**50)
    same = np.allclose(ends, 1)
    return [min(ends) > 1.01, max(ends) < 0.99, same, not np.allclose(ends, ends[0])]


# --- 9 -----------------------------------------------------------------------------------------


@answer("labellings-by-intervals")
def _():
    cuts = np.arange(0, 7) + 0.5
    points = np.arange(1, 7)
    found = {tuple((points > a) & (points < b)) for a, b in itertools.product(cuts, cuts)}
    ends = itertools.combinations(points, 2)
    return len(found), 2**6, len(found - {(False,) * 6}), len(list(ends))


@answer("copies-of-a-minimum")
def _():
    rng = np.random.default_rng(0)
    W, v, x = rng.normal(size=(5, 2)), rng.normal(size=5), rng.normal(size=(4, 2))
    orders = list(itertools.permutations(range(5)))
    signs = list(itertools.product((1, -1), repeat=5))
    settings = set()
    for order in orders:
        for sign in signs:
            a, b = W[list(order)] * np.array(sign)[:, None], v[list(order)] * sign
            settings.add((*a.ravel(), *b))
            if len(settings) % 500 == 1:
                np.testing.assert_allclose(np.tanh(x @ a.T) @ b, np.tanh(x @ W.T) @ v)
    return len(settings), len(orders), len(signs), len(orders) + len(signs)


@answer("one-step-moves-another")
def _():
    a, b, rate, y = 2.0, 1.0, 0.1, 2.0  # f(2) = 5, off by 3
    error = a * 2 + b - y
    new_a, new_b = a - rate * error * 2, b - rate * error
    change = (new_a * 5 + new_b) - (a * 5 + b)
    return change, -change, (new_a - a) * 5, (new_a * 2 + new_b) - (a * 2 + b)


@answer("lazy-weights")
def _():
    (share,) = printed("09_2_2_neural_tangent_kernel", r"relu:[^s]*?s +[^u]*?4096 +([\d.]+)%")
    return nearest(share, 0.005, 3, 10, 50)


@answer("bits-about-a-die")
def _():
    joint = np.zeros((8, 2))
    joint[np.arange(8), (np.arange(8) == 6).astype(int)] = 1 / 8
    p, q = joint.sum(1, keepdims=True), joint.sum(0, keepdims=True)
    where = joint > 0
    nats = (joint[where] * np.log((joint / (p * q))[where])).sum()
    return nats / math.log(2), nats, math.log2(8), math.log2(8) / 8


# --- 10 ----------------------------------------------------------------------------------------


@answer("folds-bug")
def _():
    def works(space):
        made = list(space["folds"](10, 3, np.random.default_rng(0)))
        apart = all(not set(train) & set(test) for train, test in made)
        whole = all(len(train) + len(test) == 10 for train, test in made)
        return len(made) == 3 and apart and whole

    return works


@answer("score-and-network")
def _():
    (r,) = printed("10_1_1_cross_validation", r"correlation (-?[\d.]+)")
    return nearest(r, 0.9, 0.5, 0, -0.5)


@answer("draws-needed")
def _():
    needed = next(n for n in range(1, 100) if 1 - 0.9**n >= 0.9)
    on_average = next(n for n in range(1, 100) if n * 0.1 >= 1)
    added = next(n for n in range(1, 100) if n * 0.1 >= 0.9 - 1e-12)
    return needed, on_average, added, needed - 1


@answer("ten-by-heart")
def _():
    labels = np.array([0, 0, 1, 1, 2, 3, 4, 4, 5, 6])
    bias = nn.Parameter(np.zeros((1, 10)))
    descent = optim.SGD([bias], lr=2.0)
    for _ in range(3000):  # a constant answer, as good as it can be
        descent.zero_grad()
        loss = F.cross_entropy(bias + np.zeros((10, 1)), labels)
        loss.backward()
        descent.step()
    constant = abs(loss.item() - 1.89) < 0.01
    return [False, constant, abs(math.log(10) - 1.89) < 0.01, False]


# --- 11 ----------------------------------------------------------------------------------------


@answer("prototypes-by-hand")
def _():
    a, b, x = np.array([[0, 0], [2, 0]]), np.array([[5, 1], [3, 3]]), np.array([2, 2])

    def share(to_a, to_b):
        return 1 / (1 + math.exp(to_b - to_a))

    d = [((x - k.mean(0)) ** 2).sum() for k in (a, b)]
    near = [((x - k) ** 2).sum(1).min() for k in (a, b)]
    right = share(*d)
    return right, 1 - right, share(*np.sqrt(d)), share(*near)


@answer("what-beats-search")
def _():
    def mean(name):
        return printed("11_1_2_architecture_search", rf"{name} +([\d.]+)")[0]

    offers = [
        mean("evolution"),
        mean("halving"),
        mean("policy"),
        mean("no search, most expensive cell:"),
    ]
    assert max(offers) > mean("random")
    return [value == max(offers) for value in offers]


@answer("shares-of-a-score")
def _():
    score = {"": 0, "A": 2, "B": 4, "AB": 10}
    gains = []
    for order in itertools.permutations("AB"):
        before = "".join(sorted(order[: order.index("A")]))
        gains.append(score["".join(sorted({*before, "A"}))] - score[before])
    return np.mean(gains), min(gains), max(gains), 10 * 2 / (2 + 4)


@answer("lead-of-the-right-answer")
def _():
    p, a, b = 7, 5, 4
    logits = np.sort([math.cos(2 * math.pi * (a + b - c) / p) for c in range(p)])[::-1]
    lead = logits[0] - logits[1:]
    return lead.min(), lead.max(), logits[1], 1 - math.cos(1 / p)


@answer("read-but-not-used")
def _():
    chapter = "11_1_4_circuits"
    before, untrained = printed(chapter, r"the difference +(-?[\d.]+) +(-?[\d.]+)")
    probe, right = printed(chapter, r"of the difference +\d+% +(-?[\d.]+) +([\d.]+)%")
    needed = right < 90
    assert printed(chapter, r"of the sum +\d+% +-?[\d.]+ +([\d.]+)%")[0] == 72.7
    return [needed, untrained > 0.5, before > 0.9 and probe < 0.1 and not needed, probe > 0.5]


@answer("no-training-at-all")
def _():
    small, large = (
        printed("11_2_open_questions", rf"\n +14 +{width} +[\d,]+ +\d+ +(\d+)")[0]
        for width in ("20", "1,000")
    )
    assert small == 85
    assert 198 * 1000 / (198 * 20) == 50
    return nearest(large, 50, 70, 85, 98)


@answer("false-alarms")
def _():
    def alarms(positive, ppv=0.6, fnr=0.4, people=1000):
        hit = positive * people * (1 - fnr)
        return 100 * (hit / ppv - hit) / ((1 - positive) * people)

    assert math.isclose(alarms(0.5), 40)
    second = alarms(0.2)
    return second, second / 100, alarms(0.5), alarms(0.5) * 0.2 / 0.5, second / (1 - 0.4)
