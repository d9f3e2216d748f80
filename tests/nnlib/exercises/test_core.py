"""Exercises: right, wrong with the case named, not attempted; every judge meets both answers."""

import copy
import inspect
import itertools
import math

import numpy as np
import pytest

from nnlib import data, exercises, pioneers, search, theory
from nnlib.exercises import core
from nnlib.exercises.core import compare, judge


def symmetric(x, values):
    return np.array([values[int(row.sum())] for row in x])


def prototype_layer(support, labels):
    c = np.array([support[labels == k].mean(0) for k in range(labels.max() + 1)])
    return 2 * c, -(c**2).sum(1)


def end_of_chain(w, x, T):
    for _ in range(T):
        x = math.tanh(w * x)
    return x


def cold_only(heat, cold):
    """N4 silences b, so that a touch of two ticks is cold alone; every unit is a tick behind."""
    a = b = n3 = n4 = 0
    rows = []
    for n1, n2 in zip(heat, cold, strict=True):
        rows.append((n1, n2, a, b, n3, n4))
        a, b, n3, n4 = n2, int(a and not n2 and not n4), int(n1 or b), int(a and n2)
    return np.array(rows, int).T


def hard_coded(heat, cold):
    """Rows that fit the touches of the text and nothing else."""
    rows = np.zeros((6, len(heat)), int)
    before, now = np.append(0, cold[:-1]), cold
    after = np.append(cold[1:], 0)
    rows[4] = heat | (now & ~before & ~after)
    rows[5] = now & before
    return rows


def median_of_runs():
    """The updates of the plain algorithm from zero weights over 300 orders of the examples."""
    x, d = data.separable(40, 0.1, rng=3)
    shuffler, counts = np.random.default_rng(0), []
    for _ in range(300):
        order = shuffler.permutation(40)
        counts.append(pioneers.Perceptron().fit(x[order], d[order]).updates)
    return np.median(counts)


def kept(p_xy, groups):
    p_ty = np.stack([p_xy[groups == g].sum(0) for g in np.unique(groups)])
    return theory.entropy(p_ty.sum(1)), theory.mutual_information(p_ty)


def _quotients_differ(f, x, h):
    steps = h * np.eye(len(x))
    return np.array([abs(f(x + e) - 2 * f(x) + f(x - e)) / h > 0.01 for e in steps], float)


def taste(better, worse):
    """Weights that order all pairs, by the rule without a threshold."""
    w, rows = np.zeros(better.shape[1]), np.asarray(better) - worse
    while (rows @ w <= 0).any():
        w = w + rows[(rows @ w).argmin()]
    return w


def updates_on_and():
    """The perceptron on AND from zero weights, η = 0.5, counted by hand."""
    w, theta, updates = np.zeros(2), 0.0, 0
    while True:
        before = updates
        for x, d in (((0, 0), -1), ((0, 1), -1), ((1, 0), -1), ((1, 1), 1)):
            y = 1 if w @ np.array(x) - theta >= 0 else -1
            if y != d:
                w, theta, updates = (
                    w + 0.5 * (d - y) * np.array(x),
                    theta - 0.5 * (d - y),
                    updates + 1,
                )
        if updates == before:
            return updates


def first_rectified(beta2, threshold):
    """The first of ten thousand steps at which ρ_t exceeds a threshold, or None."""
    t = np.arange(1, 10_000)
    rho = 2 / (1 - beta2) - 1 - 2 * t * beta2**t / (1 - beta2**t)
    above = np.flatnonzero(rho > threshold + 1e-9)
    return int(t[above[0]]) if len(above) else None


def thresholds(largest):
    """Truth tables of three inputs that weights up to `largest` can give."""
    x = np.indices((2, 2, 2)).reshape(3, -1).T
    weights = np.indices([2 * largest + 1] * 3).reshape(3, -1).T - largest
    sums = x @ weights.T
    return {tuple(s >= t) for s in sums.T for t in np.arange(-9.5, 10)}


def root_of_cubic(a):
    """The only real x with x³ + x = a."""
    return next(x.real for x in np.roots([1, 0, 1, -a]) if abs(x.imag) < 1e-9)


def played_back(parents, overwrite=False):
    """What the end of a tape owes to each number: by the sum over paths, or by the last alone."""
    n = len(parents)
    slopes = np.zeros((n, n))
    for k, arguments in enumerate(parents):
        for argument, slope in arguments:
            slopes[k, argument] = slope + (0 if overwrite else slopes[k, argument])
    paths = np.linalg.inv(np.eye(n) - slopes)  # I + S + S² + …
    return paths[-1].tolist()


def rayleigh(H, v):
    return v @ H @ v / (v @ v)


def adadelta_step(theta, v, u, g, beta, scale):
    """One step with a length in place of the root of ε, one parameter after the other."""
    theta, v, u = theta.copy(), v.copy(), u.copy()
    for i, slope in enumerate(g):
        v[i] = beta * v[i] + (1 - beta) * slope**2
        delta = -((u[i] + scale**2) ** 0.5) * slope / v[i] ** 0.5 if v[i] else 0.0
        u[i] = beta * u[i] + (1 - beta) * delta**2
        theta[i] += delta
    return theta, v, u


def adagrad_to(distance):
    """Steps of 1/√t until they reach a distance."""
    t = total = 0
    while total < distance:
        t += 1
        total += t**-0.5
    return t


def teeth(x, j):
    """The sawtooth with 2ʲ⁻¹ teeth."""
    return 1 - np.abs(2 * (2 ** (j - 1) * x % 1) - 1)


def beta_sum(beta, n):
    return (1 - beta**n) / (1 - beta)


def spread_back(delta, K, s):
    (h, w), (M, N) = delta.shape, K.shape
    slope = np.zeros((s * (h - 1) + M, s * (w - 1) + N))
    for m, n in np.ndindex(M, N):
        slope[m : m + s * (h - 1) + 1 : s, n : n + s * (w - 1) + 1 : s] += K[m, n] * delta
    return slope


def logistic(z):
    return 1 / (1 + np.exp(-z))


def gradient_lengths(row, jacobians):
    """Lengths of ∂L/∂a, first layer first."""
    rows = [row]
    for J in jacobians[::-1]:
        rows.insert(0, J.T @ rows[0])
    return np.array([np.sqrt(r @ r) for r in rows])


def first_gradient(row, jacobians, slopes, x, down=True):
    """Eq. (54); or with the factors in the order in which they are given."""
    for J in jacobians[::-1] if down else jacobians:
        row = np.asarray(row) @ J if len(row) == len(J) else np.zeros(J.shape[1])
    return np.outer(row * slopes, x) if len(row) == len(slopes) else np.outer(slopes, x)


def hidden_slopes(x, d, W, b, V, c, through=True):
    """The slopes of the hidden weights, one weight after the other; or without the way back."""
    h = logistic(W @ x + b)
    y = logistic(V @ h + c)
    slopes = np.zeros(W.shape)
    for j, i in np.ndindex(W.shape):
        for k in range(len(d)):
            back = V[k, j] * h[j] * (1 - h[j]) if through else h[j]
            slopes[j, i] += (y[k] - d[k]) * y[k] * (1 - y[k]) * back * x[i]
    return slopes


def amsgrad(x, g, m, v, largest, t, eta, beta1, beta2, forget=False):
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    largest = v if forget else max(v, largest)
    scale = np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - eta * scale * m / np.sqrt(largest), m, v, largest


NOT_NUMBERS = {"smoothing as attention", "what an mlp does not notice"}  # functions, letters

# For every exercise a right answer and a wrong one.
NUMBERS = {
    "AdaGrad to 100",
    "order of examples",
    "perceptron on AND",
    "weights of two",
}  # computed when asked for


def _left_out(A, t, lam):
    G = A @ A.T
    S = np.linalg.solve(G + lam * np.eye(len(G)), G)
    return (S @ t - S.diagonal() * t) / (1 - S.diagonal())


def gru_step(h, x, W_ih, W_hh, b_ih, b_hh, swapped=False):
    n = len(h)
    a, b = W_ih @ x + b_ih, W_hh @ h + b_hh
    gates = 1 / (1 + np.exp(-a[: 2 * n] - b[: 2 * n]))
    candidate = np.tanh(a[2 * n :] + gates[:n] * b[2 * n :])
    z = 1 - gates[n:] if swapped else gates[n:]
    return (1 - z) * candidate + z * h


def rms_back(g, x, eps):
    r = np.sqrt((x**2).mean(-1, keepdims=True) + eps)
    return (g - x / r * (g * x / r).mean(-1, keepdims=True)) / r


def captions(u, v, tau, axes):
    u, v = (a / np.linalg.norm(a, axis=1, keepdims=True) for a in (u, v))
    s = u @ v.T / tau
    return np.mean([(np.log(np.exp(s).sum(k)) - np.diag(s)).mean() for k in axes])


def _leaky_kernel(X1, X2, s):
    lengths = np.outer(np.linalg.norm(X1, axis=1), np.linalg.norm(X2, axis=1))
    gamma = np.arccos(np.clip(X1 @ X2.T / lengths, -1, 1))
    return (X1 @ X2.T / X1.shape[1]) * ((1 + s**2) * (np.pi - gamma) + 2 * s * gamma) / np.pi


def _steps_needed(kernel, y, lr, share):
    values, V = np.linalg.eigh(kernel)
    parts, low, high = (V.T @ y) ** 2, -1, 2**40
    while high - low > 1:
        t = (low + high) // 2
        done = ((1 - lr * values) ** (2 * t) * parts).sum() <= share * parts.sum()
        low, high = (low, t) if done else (t, high)
    return high


def pareto(cost, accuracy):
    front, highest = [], -math.inf
    for k in np.lexsort((-accuracy, cost)):
        same = any(cost[k] == cost[j] and accuracy[k] == accuracy[j] for j in front)
        if accuracy[k] > highest or same:
            front.append(k)
            highest = accuracy[k]
    return front


def halving_rungs(n, low, high, eta):
    """Numbers and budgets of successive halving."""
    pairs = []
    while low <= high:
        pairs.append((n, low))
        n, low = max(n // eta, 1), low * eta
    return pairs


def _over_baselines(grad, x, baselines, steps):
    """Integrated gradients, averaged over baselines."""
    t = (np.arange(steps) + 0.5) / steps
    return np.mean([(x - b) * np.mean([grad(b + s * (x - b)) for s in t], 0) for b in baselines], 0)


def _lift(costs):
    """What each owner pays of the dearest lift: an equal part of every step that it needs."""
    steps = np.diff(np.sort(costs), prepend=0.0)
    parts = np.cumsum(steps / np.arange(len(costs), 0, -1))
    return parts[np.argsort(np.argsort(costs))]


def score_of_induction(pattern, tokens):
    """Mean share after earlier occurrences."""
    found = [
        sum(pattern[t][s + 1] for s in range(t) if tokens[s] == token)
        for t, token in enumerate(tokens)
        if token in list(tokens[:t])
    ]
    return sum(found) / len(found) if found else 0.0


def logarithms(root):
    """Exponents of a primitive root modulo 67, of the numbers 1 to 66."""
    powers = [pow(root, k, 67) for k in range(66)]
    return [powers.index(n) for n in range(1, 67)]


ANSWERS = {
    "an even modulus": ((10, 2), (5, 2)),
    "induction score": (
        score_of_induction,
        lambda pattern, tokens: float(np.asarray(pattern).sum(1).mean()),
    ),
    "a slide rule": (logarithms(7), logarithms(2)[::-1]),
    "unequal folds": ((0.22, 0.175, 40, 30), (0.175, 0.22, 40, 30)),
    "leave one out without training again": (
        lambda A, t, lam: _left_out(np.asarray(A), np.asarray(t), lam),
        lambda A, t, lam: np.asarray(t) - _left_out(np.asarray(A), np.asarray(t), lam),
    ),
    "labels that overlap": (
        lambda n, s, e, h: [i for i in range(n) if i + h < s or i > e - 1 + h],
        lambda n, s, e, h: [i for i in range(n) if i < s or i >= e],
    ),
    "best of many": (
        lambda k, n: (1 - np.cumsum([math.comb(n, s) / 2**n for s in range(n)]) ** k).sum() / n,
        lambda k, n: 0.5 + np.sqrt(np.log(k) / (2 * n)),
    ),
    "leave one out": (
        lambda y: np.var(y) * (len(y) / (len(y) - 1)) ** 2,
        lambda y: np.var(y, ddof=1),
    ),
    "optimism by hand": ((2, 6), (4, 4)),
    "leaky kernel": (
        lambda X1, X2, s: _leaky_kernel(np.asarray(X1), np.asarray(X2), s),
        lambda X1, X2, s: np.asarray(X1) @ np.asarray(X2).T,
    ),
    "steps needed": (
        lambda kernel, y, lr, share: _steps_needed(kernel, y, lr, share),
        lambda kernel, y, lr, share: _steps_needed(kernel, y, lr, share) + 1,
    ),
    "tangent kernel by hand": (
        (2, 1 / np.pi, np.sqrt(3) / (2 * np.pi) + 2 / 3),
        (1, 0.3183, 0.609),
    ),
    "two saddles by hand": (([1, -1], np.zeros(3, np.float32)), ((0, 0), (0, 0, 0))),
    "copies of a minimum": (
        lambda widths, odd: np.prod(
            [float(np.prod(np.arange(1, n + 1) * (2 if odd else 1))) for n in widths]
        ),
        lambda widths, odd: np.prod([float(np.prod(np.arange(1, n + 1))) for n in widths]),
    ),
    "trace without the matrix": (
        lambda product, probes: (
            np.einsum("ri,ri", probes, [product(z) for z in probes]) / len(probes)
        ),
        lambda product, probes: np.sum([z @ product(z) for z in probes]),
    ),
    "a bound by hand": ((-0.8557, -0.9486, 0.2941), (-0.8557, -0.8047, 0.2941)),
    "an importance-weighted bound": (
        lambda log_joint, log_q: np.logaddexp.reduce(log_joint - log_q) - np.log(len(log_q)),
        lambda log_joint, log_q: np.log(np.exp(log_joint - log_q).mean(0)),
    ),
    "the variance in a loss": (lambda D, w: D * w / 2, lambda D, w: D * w),
    "two points": ((1.3135, 0.6848), (1.3135, 0.4689)),
    "rungs": (halving_rungs, lambda n, low, high, eta: halving_rungs(n, low, high, eta)[:-1]),
    "expected gain": (
        lambda mean, std, best: search.expected_improvement(-np.asarray(mean), std, -best),
        search.expected_improvement,
    ),
    "two ways to share": ((0.67, 1.33, 1, 1), (2, 4, 1, 1)),
    "averaged baselines": (
        _over_baselines,
        lambda grad, x, b, steps: _over_baselines(grad, x, np.mean(b, 0, keepdims=True), steps),
    ),
    "the lift": (_lift, lambda costs: np.asarray(costs) / len(costs)),
    "loose intervals": ((-1, 5, 0, 1), (-1, 5, -1, 1)),
    "bounds of a layer": (
        lambda low, high, W, b: (
            W @ (low + high) / 2 - abs(W) @ (high - low) / 2 + b,
            W @ (low + high) / 2 + abs(W) @ (high - low) / 2 + b,
        ),
        lambda low, high, W, b: (W @ low + b, W @ high + b),
    ),
    "least change": (
        lambda w, b, x: -(w @ x + b) / np.linalg.norm(w, 1),
        lambda w, b, x: -(w @ x + b) / np.linalg.norm(w),
    ),
    "bits to examples": (
        math.ceil((2000 * math.log(2) + math.log(20)) / 0.02),
        math.ceil((2000 * math.log(2) + math.log(20)) / 0.01),
    ),
    "prune the smallest": (
        lambda W, share: np.where(
            np.abs(W).ravel().argsort().argsort().reshape(W.shape) < round(share * W.size), 0, W
        ),
        lambda W, share: np.where(
            W.ravel().argsort().argsort().reshape(W.shape) < round(share * W.size), 0, W
        ),
    ),
    "zigzag of three": (
        lambda n: np.diff(np.diff((np.arange(n + 1) % 3 == 0) * 1.0), prepend=0),
        lambda n: np.diff((np.arange(n + 1) % 3 == 0) * 1.0),
    ),
    "two false positive rates": ((0.2, 0.05), (0.05, 0.2)),
    "equal false positive rates": (
        lambda score, positive, group, rate: {
            g: np.quantile(score[(group == g) & ~positive], 1 - rate, method="inverted_cdf")
            for g in (0, 1, 2)
        },
        lambda score, positive, group, rate: {
            g: np.quantile(score[group == g], 1 - rate, method="inverted_cdf") for g in (0, 1, 2)
        },
    ),
    "randomised response": (
        (
            lambda answers, q: (np.mean(answers) + q - 1) / (2 * q - 1),
            lambda q: np.log(q) - np.log(1 - q),
        ),
        (lambda answers, q: np.mean(answers), lambda q: np.log(q / (1 - q))),
    ),
    "best of two": ((0.91667, 0.89375), (0.9, 0.9)),
    "best of two cells": ((0.91667, 0.90625), (0.9, 0.9)),
    "pareto front": (pareto, lambda cost, accuracy: [int(np.argmax(accuracy))]),
    "the others as baseline": (
        lambda scores: scores - (scores.sum() - scores) / (len(scores) - 1),
        lambda scores: scores - scores.mean(),
    ),
    "two levels": ((0, 1 / 3, 1 / 2), (0, 1 / 2, 1 / 2)),
    "three bowls": ((2.16 / 1.36, 1.8), (3.0, 1.8)),
    "linear layer of prototypes": (
        prototype_layer,
        lambda support, labels: prototype_layer(support, np.sort(labels)),
    ),
    "thermometers": (
        lambda readings, m, tau, sigma: (
            (np.sum(readings) / sigma**2 + m / tau**2) / (len(readings) / sigma**2 + 1 / tau**2)
        ),
        lambda readings, m, tau, sigma: np.mean([*readings, m]),
    ),
    "a million rules": ((369, 645), (369, 737)),
    "invert the divergence": (
        lambda q, c: theory.bernoulli_kl_inverse(float(q), float(c)),
        lambda q, c: q + (c / 2) ** 0.5,
    ),
    "arcs of a circle": (lambda n: n * (n - 1) + 2, lambda n: n * (n + 1) // 2 + 1),
    "the ward": (
        dict(enumerate((15, 7, 10, 12, 2, 11, 1, 17, 6, 8, 5, 18, 9, 3, 4), 1)),
        dict.fromkeys(range(1, 16), "dead units"),
    ),
    "one sigmoid too many": ((np.log1p(np.exp(-1)), np.log(2)), (0, 0)),
    "find the kinks": (
        lambda f, x, h: _quotients_differ(f, np.array(x, float), h),
        lambda f, x, h: np.zeros(len(x)),
    ),
    "a column by hand": (((-1, -1, 3, 3), (0.5, -0.5, 0, 0)), ((-1, -1, 1, 1), (0.5, -0.5, 0, 0))),
    "three pairs by hand": ((0.4327, -0.7024), (0.4327, 0.7024)),
    "how far to trust a token": (
        lambda q, V, same, random: q * (same + random / V) / (same * q + random / V),
        lambda q, V, same, random: q * same / (same * q + random / V),
    ),
    "images and captions": (
        lambda u, v, tau: captions(np.asarray(u), np.asarray(v), tau, (0, 1)),
        lambda u, v, tau: captions(np.asarray(u), np.asarray(v), tau, (1, 1)),
    ),
    "an extragradient step": (
        lambda slopes, z, eta: z + eta * slopes(z + eta * slopes(z)),
        lambda slopes, z, eta: z + eta * slopes(z),
    ),
    "the best discriminator by hand": (((0.5, 1, 0), -np.log(2)), ((0.5, 1, 0), np.log(2))),
    "Wasserstein on a line": (
        lambda a, b: np.abs(np.sort(a) - np.sort(b)).mean(),
        lambda a, b: np.abs(np.asarray(a) - np.asarray(b)).mean(),
    ),
    "back through RMS norm": (
        lambda g, x, eps: rms_back(np.asarray(g), np.asarray(x), eps),
        lambda g, x, eps: np.asarray(g) / np.sqrt((np.asarray(x) ** 2).mean(-1, keepdims=True)),
    ),
    "three blocks by hand": ((3, (1, 2.5, 0.5, -1)), (3, (1, 0.5, 2.5, -1))),
    "weights of a dense block": (
        lambda channels, growth_rate, layers, bn_size=None: sum(
            9 * (channels + k * growth_rate) * growth_rate
            if bn_size is None
            else (channels + k * growth_rate) * bn_size * growth_rate + 9 * bn_size * growth_rate**2
            for k in range(layers)
        ),
        lambda channels, growth_rate, layers, bn_size=None: 9 * channels * growth_rate * layers,
    ),
    "scale a network for video": (
        lambda budget, alpha, beta, gamma: [
            float(f) ** (np.log(budget) / np.log(alpha * beta**2 * gamma**3))
            for f in (alpha, beta, gamma)
        ],
        lambda budget, alpha, beta, gamma: [
            float(f) ** (np.log(budget) / np.log(alpha * beta**2 * gamma**2))
            for f in (alpha, beta, gamma)
        ],
    ),
    "bits by hand": ((1, np.float32(0.5)), (1, 1.5)),
    "what a grouping keeps": (
        lambda p_xy, groups: kept(p_xy, groups),
        lambda p_xy, groups: tuple(np.log(2) * k for k in kept(p_xy, groups)),
    ),
    "a channel that loses": (lambda e: [1 - e], lambda e: (1 - e) ** 2),
    "fold a batch norm": (
        lambda W, b, gamma, beta, mean, var, eps: (
            (gamma / np.sqrt(var + eps))[:, None] * W,
            gamma / np.sqrt(var + eps) * (b - mean) + beta,
        ),
        lambda W, b, gamma, beta, mean, var, eps: (
            (gamma / np.sqrt(var + eps))[:, None] * W,
            b - mean + beta,
        ),
    ),
    "AdaDelta with a length": (
        lambda theta, v, u, g, beta, scale: adadelta_step(theta, v, u, g, beta, scale),
        lambda theta, v, u, g, beta, scale: adadelta_step(theta, v, u, g, beta, scale**0.5),
    ),
    "AdaGrad by hand": (-0.9, -1.0),
    "AdaGrad to 100": (lambda: adagrad_to(100), 100),
    "RMSprop step": (
        lambda theta, v, g, eta, beta, eps: (
            theta - eta / (np.sqrt(v + (1 - beta) * (g * g - v)) + eps) * g,
            v + (1 - beta) * (g * g - v),
        ),
        lambda theta, v, g, eta, beta, eps: (
            theta - eta * g / np.sqrt(beta * v + (1 - beta) * g * g + eps),
            beta * v + (1 - beta) * g * g,
        ),
    ),
    "AdamW by hand": (2.008, 1.992),
    "a triangular tower": (
        ([[1, 0], [0, 1], [-1, -1]], [0, 0, 1], 2.5),
        ([[1, 0], [0, 1], [-1, -1]], [0, 0, 1], 1.5),
    ),
    "a bias for fifty steps": (4.27, 0.9862),
    "a cell that counts": (
        ([[0, 0, 0], [0, 0, 0], [9, -9, 0], [0, 0, 0]], [15, 15, 0, 0]),
        ([[0, 0, 0], [0, 0, 0], [9, -9, 0], [0, 0, 0]], [3, 3, 0, 0]),
    ),
    "a cut below the top": (
        lambda p, share: p * (p >= share * max(p)) / sum(p[p >= share * max(p)]),
        lambda p, share: p * (p >= share) / max(sum(p[p >= share]), 1e-9),
    ),
    "a hat by hand": ((2, -3, 1), (2, -1, 0)),
    "a kernel for turned pictures": (
        lambda K: sum(np.rot90(K, k) for k in range(4)) / 4,
        lambda K: (K + np.rot90(K, 2)) / 2,  # even under half a turn only
    ),
    "count a layer": ((16, 1216, 307_200), (16, 1200, 307_200)),
    "backward through steps": (spread_back, lambda delta, K, s: spread_back(delta, K, 1)),
    "mask of a window": (
        lambda n, width: np.tri(n, dtype=bool) & ~np.tri(n, k=-width, dtype=bool),
        lambda n, width: np.tri(n, dtype=bool),
    ),
    "query for given shares": (
        (np.log(4.5) / 3, np.log(4.5) / 3 - np.log(1.5)),
        (np.log(4.5) / 3 * 2**0.5, (np.log(4.5) / 3 - np.log(1.5)) * 2**0.5),
    ),
    "smoothing as attention": (
        (
            lambda x, h: np.stack([x / h**2, np.ones_like(x)], 1),
            lambda x, h: np.stack([x, -(x**2) / (2 * h**2)], 1),
        ),
        (
            lambda x, h: np.stack([x, np.ones_like(x)], 1),
            lambda x, h: np.stack([x, -(x**2) / (2 * h**2)], 1),
        ),
    ),
    "a step of a GRU": (gru_step, lambda *a, **k: gru_step(*a, **k, swapped=True)),
    "backward by hand": ([[36, 24], [0, 0]], [[36, 24], [6, 4]]),
    "backward of a skip": (
        lambda W, A, G: (
            G + np.einsum("bj,bj,ji->bi", G, 1 / np.cosh(A @ W.T) ** 2, W),
            (G / np.cosh(A @ W.T) ** 2).T @ A,
        ),
        lambda W, A, G: (
            np.einsum("bj,bj,ji->bi", G, 1 / np.cosh(A @ W.T) ** 2, W),
            (G / np.cosh(A @ W.T) ** 2).T @ A,
        ),
    ),
    "best ball": ((0.25, 0.25, 0.5), (0.2, 0.64, 0.8)),
    "best rate": ((0.2, 0.6), (0.25, 0.5)),
    "breakdown": (5, 6),
    "cold only": (cold_only, hard_coded),
    "cross-entropy by hand": ([0.125, -0.625, 0.5], [0.125, 0.375, 0.5]),
    "current for a rate": (
        lambda rate, tau, R, height, pause: (
            height / R / (1 - np.exp((pause - 1000 / rate) / tau))
            if rate * pause < 1000
            else np.inf
        ),
        lambda rate, tau, R, height, pause: height / R / (1 - np.exp(-1000 / rate / tau)),
    ),
    "dual perceptron": (
        lambda c, x, d, new: np.array([sum(c * d * (x @ row + 1)) for row in new]),
        lambda c, x, d, new: np.array([sum(c * d * (x @ row)) for row in new]),
    ),
    "dual power": (
        lambda u, du, v, dv: (u**v, v * u ** (v - 1) * du + u**v * np.log(u) * dv),
        lambda u, du, v, dv: (u**v, v * u ** (v - 1) * du),
    ),
    "edge of the valley": (2**0.5, 2),
    "product of jacobians": (first_gradient, lambda **case: first_gradient(**case, down=False)),
    "what an mlp does not notice": (["a", "d", "e"], "abde"),
    "lengths of gradients": (gradient_lengths, lambda row, jacobians: [np.linalg.norm(row)]),
    "variance for a leaky relu": (0.016, 0.02),
    "variance under dropout": (lambda n_in, p: 2 * (1 - p) / n_in, lambda n_in, p: 2 / n_in),
    "effective parameters by hand": (1.5, 5.25),
    "patience": (
        lambda losses, patience: next(
            (best, last)
            for last in range(1, len(losses) + 1)
            for best in [min(range(last), key=lambda k: losses[k]) + 1]
            if last - best == patience or last == len(losses)
        ),
        lambda losses, patience: (losses.index(min(losses)) + 1, len(losses)),
    ),
    "noise as a penalty": (0.09, 0.3),
    "edge of Lookahead": ((2.2599, 0.222), (2.2599, 0.25)),
    "edge of the basin": (74, 75),
    "energy from overlaps": (
        lambda patterns, state: (
            -0.5
            * sum(
                (p @ state) ** 2 - len(state)  # the diagonal of every outer product taken away
                for p in patterns
            )
        ),
        lambda patterns, state: -0.5 * ((patterns @ state) ** 2).sum(),
    ),
    "equal start": (1, 128),
    "fastest momentum": (0.69, 0.67),
    "first rectified step": (first_rectified, lambda beta2, threshold: int(threshold) + 1),
    "five units by hand": (((1, -1, 1, -1, 1), 4), ((1, -1, 1, -1, 1), 2)),
    "free energy": (
        lambda v, W, b, c: -(v @ b) - np.logaddexp(0, v @ W.T + c).sum(1),
        lambda v, W, b, c: -(v @ b) - np.log(1 + np.exp(np.minimum(v @ W.T + c, 700))).sum(1),
    ),
    "gain of two pieces": (
        lambda left, right: (2 / (left * left + right * right)) ** 0.5,
        lambda left, right: (2 / (left + right) ** 2) ** 0.5 if left + right else 2**0.5,
    ),
    "hidden slopes": (
        hidden_slopes,
        lambda x, d, W, b, V, c: hidden_slopes(x, d, W, b, V, c, through=False),
    ),
    "how long a chain": ({0.25: 2, 1.0: 4, 4.0: 8}, {0.25: 1, 1.0: 3, 4.0: 7}),
    "implication": ((-2, 2, -1), (1, 1, 1)),
    "leaving the ridge": (492, 511),
    "life of three units": (
        ((-2, -1, -7), (2, 1, 5), (1, 1, 2)),
        ((2, 1, 5), (2, 0, 8), (1, 1, 1)),
    ),
    "look-ahead radius": (
        lambda eta, beta, lam: np.abs(
            np.linalg.eigvals(
                np.outer([1, 0], [1 + beta, -beta]) * (1 - eta * lam) + np.eye(2, k=-1)
            )
        ).max(),
        lambda eta, beta, lam: np.sqrt(beta * abs(1 - eta * lam)),
    ),
    "margin": (
        lambda w, theta, x, d: min(d * (x @ w - theta)) / np.linalg.norm([*w, theta]),
        lambda w, theta, x, d: min(d * (x @ w - theta)) / np.linalg.norm(w),
    ),
    "mean without correction": (
        lambda t, beta: 1 / sum(beta**k for k in range(t)),
        lambda t, beta: 1 - beta,
    ),
    "memory that is long enough": (0.32, 0.31),
    "noise floor": (
        lambda eta, h, s2, b, N: eta * s2 * (1 / b - 1 / N) * N / (N - 1) / (4 - 2 * eta * h),
        lambda eta, h, s2, b, N: eta * s2 / b / (2 * (2 - eta * h)),
    ),
    "mirror": (
        lambda x, w, b: np.array([p - 2 * (w @ p + b) / (w @ w) * w for p in x]),
        lambda x, w, b: np.array([p - (w @ p + b) / (w @ w) * w for p in x]),
    ),
    "one step of attention": (
        lambda patterns, state, beta: np.average(
            patterns,
            axis=0,
            weights=np.exp(beta * (patterns @ state - (patterns @ state).max())),
        ),
        lambda patterns, state, beta: np.sign(patterns.T @ (patterns @ state)),
    ),
    "one unit can": (lambda y: sum(y) != 2 or y[0] != y[3], lambda y: sum(y) != 2),
    "order of a count": (
        lambda values: sum(a != b for a, b in itertools.pairwise(values.tolist())),
        lambda values: len(values) - 1,
    ),
    "order of examples": (median_of_runs, 40),
    "parity of three": (2, 3),
    "perceptron on AND": (updates_on_and, 6),
    "pinball loss": (
        lambda y, y_hat, tau: (y - y_hat) * (tau - (y < y_hat)),
        lambda y, y_hat, tau: tau * np.abs(y - y_hat),
    ),
    "play the tape back": (played_back, lambda parents: played_back(parents, overwrite=True)),
    "power with a memory": ((0.09, 1 / 3), (0.09, 0.3)),
    "power iteration": (
        lambda H, v, steps: rayleigh(H, np.linalg.matrix_power(H, steps - 1) @ v),
        lambda H, v, steps: np.linalg.eigvalsh(H)[-1],
    ),
    "rate by hand": (100.66, 144.3),
    "rbm by hand": ((20, 0.5), (20, 0.45)),
    "recourse": (
        lambda x, w, b, free: x - (x @ w + b) / ((w * free) @ w) * w * free,
        lambda x, w, b, free: np.where(free, x - (x @ w + b) / (w @ w) * w, x),
    ),
    "root by halving": (
        lambda a, da: (root_of_cubic(a), da / (3 * root_of_cubic(a) ** 2 + 1)),
        lambda a, da: (root_of_cubic(a), 0.0),
    ),
    "second step of Adam": (0.0526, -0.0526),
    "second layer of 1989": ((38592, 2592), (38592, 2412)),
    "segments that fit": ((11, 91), (12, 89)),
    "shared slope": (
        lambda G, table: np.array([G[table == k].sum() for k in np.arange(table.max()) + 1]),
        lambda G, table: np.array([G[table == k].mean() for k in np.arange(table.max()) + 1]),
    ),
    "shared weight": (
        lambda w, x, T: (end_of_chain(w + 1e-6, x, T) - end_of_chain(w - 1e-6, x, T)) / 2e-6,
        lambda w, x, T: (1 - end_of_chain(w, x, T) ** 2) * end_of_chain(w, x, T - 1),
    ),
    "signed distance by hand": (1.0, 13.0),
    "slopes of Swish": ((0.5, 1.0), (0.25, 1.0)),
    "softmax backward": (
        lambda P, G: np.array(
            [(np.diag(p) - np.outer(p, p)) @ g for p, g in zip(P, G, strict=True)]
        ),
        lambda P, G: P * (1 - P) * G,
    ),
    "softplus": (lambda z: np.logaddexp(0, z), lambda z: np.log(1 + np.exp(z))),
    "stable cross-entropy": (
        lambda Z, y: np.logaddexp.reduce(Z, axis=1) - Z[range(len(y)), y],
        lambda Z, y: -np.log((np.exp(Z) / np.exp(Z).sum(1, keepdims=True))[range(len(y)), y]),
    ),
    "step of AMSGrad": (amsgrad, lambda *a, **k: amsgrad(*a, **k, forget=True)),
    "symmetric function": (symmetric, lambda x, values: x.sum(-1)),
    "the last space": (
        lambda spaces: np.where(spaces, 5 * np.arange(len(spaces)), -1000),
        lambda spaces: 1000.0 * spaces,
    ),
    "tape by hand": ((6, 15, 6), (3, 15, 6)),
    "square by folding": (
        lambda x, k: x - sum(teeth(x, j) / 4**j for j in range(1, k + 1)),
        lambda x, k: x - sum(teeth(x, j) / 2**j for j in range(1, k + 1)),
    ),
    "towers by folding": ((64, 12), (8, 12)),
    "units for six folds": (63, 64),
    "treads of a staircase": (
        lambda edges, heights: (heights[0], edges[1:-1], np.diff(heights)),
        lambda edges, heights: (heights[0], edges[:-2], np.diff(heights)),
    ),
    "two momenta": (
        lambda gradients, rates, beta: (
            -sum(
                r * g * beta_sum(beta, len(rates) - t)
                for t, (r, g) in enumerate(zip(rates, gradients, strict=True))
            ),
            -sum(
                r * sum(g * beta ** (t - k) for k, g in enumerate(gradients[: t + 1]))
                for t, r in enumerate(rates)
            ),
        ),
        lambda gradients, rates, beta: (-sum(rates * gradients), -sum(rates * gradients)),
    ),
    "weights from comparisons": (taste, lambda better, worse: (better - worse).mean(0)),
    "weights of GPT-2": (124_439_808, 84_934_656),
    "weights of two": (lambda: len(thresholds(2) - thresholds(1)), 0),
    "xor from nand": ([(0, 1), (0, 2), (1, 2), (3, 4)], [(0, 1), (2, 2)]),
    "xor with one hidden unit": (((1, 1, 2), (1, 1, -2, 1)), ((1, 1, 1), (1, 1, -2, 1))),
    "xor with relu": (
        lambda x: np.maximum(x.sum(1), 0) - np.maximum(2 * x.sum(1) - 2, 0),
        lambda x: x[:, 0] + x[:, 1] - 2 * x[:, 0] * x[:, 1],  # a polynomial
    ),
}


def in_arrays(value):
    """Numbers as NumPy has them, parts of a tuple one by one if they differ in shape."""
    if isinstance(value, (tuple, list)):
        try:
            return np.array(value)
        except ValueError:  # parts of different shapes
            return [in_arrays(v) for v in value]
    return value if value is None or isinstance(value, bool) else np.asarray(value)[()]


def in_lists(value):
    """Arrays as lists."""
    if isinstance(value, (tuple, list)):
        return [in_lists(v) for v in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def in_float32(value):
    """Fractions rounded to single precision."""
    if isinstance(value, (tuple, list)):
        return [in_float32(v) for v in value]
    kind = getattr(value, "dtype", np.dtype(type(value))).kind
    return np.asarray(value, np.float32)[()] if kind == "f" else value


def in_ones(value, one):
    """A number, or each that is a part of a pair, in an array or list of its own; rows stay."""
    if isinstance(value, (tuple, list)):
        return [one(v) if np.isscalar(v) else v for v in value]
    return one(value) if np.isscalar(value) else value


def in_array(value):
    return np.array([value])


def in_list(value):
    return [value]


def arguments_of(name, right):
    """What a judge hands to an answer first."""
    seen = []

    def spy(*args, **kwargs):
        if args:
            kwargs = dict(enumerate(args)) | kwargs
        seen.append(copy.deepcopy(kwargs))
        return right(*args) if args else right(**kwargs)

    exercises.check(name, spy)
    return {k: v for k, v in seen[0].items() if isinstance(k, str)} or dict(
        zip(inspect.signature(right).parameters, seen[0].values(), strict=True)
    )


def test_every_exercise_has_both_answers_here():
    assert set(exercises.names()) <= ANSWERS.keys()
    assert exercises.names() == sorted(exercises.names())


@pytest.mark.parametrize("name", exercises.names())
class TestEveryExercise:
    def test_right(self, name):
        right = ANSWERS[name][0]
        verdict = exercises.check(name, right() if name in NUMBERS else right)
        assert repr(verdict) == f"right: {name}"
        assert verdict

    def test_wrong(self, name):
        verdict = exercises.check(name, ANSWERS[name][1])
        assert verdict.state == "wrong"
        assert repr(verdict).startswith("not yet: ")
        assert len(verdict.text) > 30  # says something
        assert not verdict

    def test_every_right_form_is_accepted(self, name):
        """An answer may come as a list, an array, a NumPy number, or rounded to float32.

        Where a number is expected, an array or a list of one is as good.
        """
        right = ANSWERS[name][0]
        right = right() if name in NUMBERS else right
        forms = [in_arrays, in_lists]
        if name not in NOT_NUMBERS:
            forms += [in_float32, lambda v: in_ones(v, in_array), lambda v: in_ones(v, in_list)]
        for form in forms:
            if callable(right):
                answer = lambda *a, form=form, **k: form(right(*a, **k))  # noqa: E731
            elif isinstance(right, dict):
                answer = {np.float64(k): form(v) for k, v in right.items()}
            else:
                answer = form(right)
            assert repr(exercises.check(name, answer)) == f"right: {name}"
        if isinstance(right, float):
            assert exercises.check(name, right * (1 + 1e-9))

    def test_arguments_may_be_called_otherwise(self, name):
        right = ANSWERS[name][0]
        if not callable(right) or name in NUMBERS:
            pytest.skip("no function")
        assert exercises.check(name, lambda *values: right(*values))

    def test_a_changed_input_is_wrong(self, name):
        right = ANSWERS[name][0]
        if not callable(right) or name in NUMBERS:
            pytest.skip("no function of arrays")

        def changes(*args, **kwargs):
            out = copy.deepcopy(right(*args, **kwargs))
            for value in kwargs.values():
                if isinstance(value, np.ndarray) and value.size:
                    value[...] = 1 - value
                elif isinstance(value, list):
                    value.append(value[-1])
            return out

        given = arguments_of(name, right).values()
        changing = any(isinstance(value, (np.ndarray, list)) for value in given)
        if changing:
            assert "belongs to the caller" in exercises.check(name, changes).text

    def test_a_constant_is_wrong(self, name):
        right = ANSWERS[name][0]
        if not callable(right) or name in NUMBERS:
            pytest.skip("no function")
        first = right(**arguments_of(name, right))
        assert exercises.check(name, lambda *a, **k: first).state == "wrong"

    def test_an_endless_loop_ends(self, name, monkeypatch):
        monkeypatch.setattr(core, "SECONDS", 0.2)
        if not callable(ANSWERS[name][0]) or name in NUMBERS:
            pytest.skip("no function")

        def endless(*args, **kwargs):
            while True:
                pass

        assert "Does its loop always end?" in exercises.check(name, endless).text

    def test_untouched(self, name):
        for stub in (..., None):
            assert repr(exercises.check(name, stub)) == f"not attempted yet: {name}"
        if callable(ANSWERS[name][1]):
            for stub in (lambda *a, **k: None, lambda *a, **k: ...):
                assert repr(exercises.check(name, stub)) == f"not attempted yet: {name}"

    def test_nonsense_is_wrong_and_no_error(self, name):
        for nonsense in ("x", 12.5, [-7], ["1"], object(), np.zeros((2, 7)), lambda *a, **k: "x"):
            assert exercises.check(name, nonsense).state == "wrong"


@pytest.mark.parametrize(
    "looks_right",
    [
        lambda x: x.sum(1) % 2,
        lambda x: np.sin(np.pi * x.sum(1) / 2) ** 2,
        lambda x: (x.sum(1) == 1) + 0.5 * (x.sum(1) == 0.5),  # the rows, looked up
    ],
)
def test_xor_with_relu_is_a_sum_of_relus(looks_right):
    assert "no sum of ReLUs" in exercises.check("xor with relu", looks_right).text


def test_every_call_of_cold_only_may_fail():
    def answer(heat, cold):
        return cold_only(heat, cold)[: 6 if len(heat) < 14 else 5]

    assert "6 units, 14 ticks long, got (5, 14)" in exercises.check("cold only", answer).text


def test_first_rectified_step_needs_an_end():
    def until(beta2, threshold, *, end):
        t = 1
        while 2 / (1 - beta2) - 1 - 2 * t * beta2**t / (1 - beta2**t) <= threshold:
            t += 1
            if t == end:
                raise OverflowError("never")
        return t

    check = exercises.check
    endless = check("first rectified step", lambda beta2, threshold: until(beta2, threshold, end=0))
    assert "None is expected, but your loop goes on for ever" in endless.text
    error = check("first rectified step", lambda beta2, threshold: until(beta2, threshold, end=999))
    assert "raises OverflowError: never" in error.text


@pytest.mark.parametrize(
    ("bend", "says"),
    [
        (lambda places: places + places[:1], "a place occurs twice"),
        (lambda places: np.array(places) + 0.4, "places are whole numbers"),
    ],
)
def test_places_on_a_front_are_whole_and_occur_once(bend, says):
    verdict = exercises.check("pareto front", lambda *given: bend(pareto(*given)))
    assert verdict.state == "wrong"
    assert says in verdict.text
    assert exercises.check("pareto front", lambda *given: set(pareto(*given)))


def test_a_text_is_no_number():
    assert compare(lambda x: "2", lambda x: x, [{"x": 2.0}]) is not None
    assert not core.is_number("1", 1)
    assert not core.is_number(["1"], 1)
    assert not core.is_number([1, 1], 1)


def test_unknown_name():
    with pytest.raises(KeyError, match=r"no exercise is called 'xnor'; there are .*implication"):
        exercises.check("xnor", 1)


# -- how a judge is written -------------------------------------------------------------------


@pytest.fixture
def double(monkeypatch):
    monkeypatch.setattr(core, "JUDGES", dict(core.JUDGES))

    @judge("double")
    def _(answer):
        cases = [{"x": np.array([1.0, 2.0])}, {"x": np.array([3.0])}, {"x": 4}]
        return compare(answer, lambda x: 2 * x, cases, hint="Twice.")

    return "double"


def test_a_second_judge_of_one_name_is_refused(double):
    first = core.JUDGES[double]
    with pytest.raises(ValueError, match=r"already called 'double': .*test_core\.double"):

        @judge(double)
        def _another(answer):
            return None

    assert core.JUDGES[double] is first
    judge(double)(first)  # as when its module is loaded again


def test_first_case_that_fails_is_named(double):
    verdict = exercises.check(double, lambda x: 2 * x if np.size(x) > 1 else x)
    assert verdict.text == "not yet: for x = [3.] expected [6.], got [3.]. Twice."


def test_errors_of_the_answer_are_told(double):
    verdict = exercises.check(double, lambda x: x / 0 if np.ndim(x) == 0 else 2 * x)
    assert verdict.text == (
        "not yet: for x = 4 your function raises ZeroDivisionError: division by zero"
    )
    verdict = exercises.check(double, lambda: 1)
    assert "raises TypeError" in verdict.text


def test_not_implemented_counts_as_not_attempted(double):
    def stub(x):
        raise NotImplementedError

    assert exercises.check(double, stub).state == "open"


def test_shape_and_type_count(double):
    assert exercises.check(double, lambda x: 2.0 * np.sum(x)).state == "wrong"
    assert exercises.check(double, lambda x: "2").state == "wrong"
    assert exercises.check(double, lambda x: [2 * v for v in x] if np.ndim(x) else 8)
    assert exercises.check(double, 5).text == "not yet: expected a function, got int"


def test_a_changed_input_is_found_out(double):
    def answer(x):
        if np.ndim(x):
            x *= 2
            return x
        return 2 * x

    text = "not yet: your function changes x, which belongs to the caller: copy it first."
    assert exercises.check(double, answer).text == text
    assert exercises.check(double, answer).text == text  # the cases are as before


def test_arguments_may_be_called_otherwise():
    def ratio(row, slope):
        return row / slope

    cases = [{"row": 3.0, "slope": 2.0}]
    assert compare(lambda r, s: r / s, ratio, cases) is None
    assert compare(lambda slope, row: row / slope, ratio, cases) is None


def test_tuples_are_compared_part_by_part():
    def run(answer):
        return compare(answer, lambda x: (x, [x, 1.0]), [{"x": 2.0}])

    assert run(lambda x: (2.0, (2.0, 1))) is None
    assert (
        run(lambda x: (2.0, [2.0, 1.5]))
        == "for x = 2. expected (2., (2., 1.)), got (2., (2., 1.5))."
    )
    assert run(lambda x: (2.0,)) is not None
    assert run(lambda x: 2.0) is not None


def test_small_differences_are_allowed():
    assert compare(lambda x: x * (1 + 1e-8), lambda x: x, [{"x": np.array([1.0])}]) is None
    assert compare(lambda x: x * (1 + 1e-4), lambda x: x, [{"x": np.array([1.0])}]) is not None


@pytest.mark.parametrize(
    ("answer", "sign", "state"),
    [((-2, 2, -1), "✓", "right"), ((1, 1, 1), "✗", "wrong"), (..., "○", "open")],
)
def test_verdict_is_words_and_a_sign(answer, sign, state):
    bundle = exercises.check("implication", answer)._repr_mimebundle_()
    assert bundle["text/plain"] == repr(exercises.check("implication", answer))
    assert f"nn-{state}" in bundle["text/html"]
    assert f'<span aria-hidden="true">{sign}</span>' in bundle["text/html"]


def test_page_escapes_what_the_answer_says():
    page = core.Verdict("wrong", "not yet: <b> & 1 < 2")._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt; &amp; 1 &lt; 2" in page


def test_an_array_is_told_apart_from_what_is_none():
    assert core.array([1, 2.5], (2,)).tolist() == [1, 2.5]
    with pytest.raises(core.Wrong, match=r"^for n = 2 expected the shape \(2,\), got \(3,\)\.$"):
        core.array([1, 2, 3], (2,), "for n = 2")
    with pytest.raises(core.Wrong, match="shape"):
        core.array([[1], [2]], (2,))
    with pytest.raises(core.Wrong, match=r"^expected numbers, got 'two'"):
        core.array("two", (2,))
    with pytest.raises(core.Wrong, match=r"^for n = 2 expected a number, got"):
        core.number("two", "for n = 2")
