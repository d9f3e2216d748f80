"""Print the coefficients of special.py: the best polynomials for erf, by Remez' exchange.

Made with mpmath 1.4.1, in an environment of its own:

    python3 -m venv fit && fit/bin/pip install mpmath==1.4.1
    fit/bin/python tests/nnlib/golden/make_erf_coefficients.py

The error of the best polynomial of degree n swings between n + 2 equal extremes of alternating
sign. The exchange solves for a polynomial with that property at n + 2 points, moves the points to
where its error is largest, and repeats.
"""

import mpmath as mp

mp.mp.dps = 60
JOIN = 1  # where the two forms meet
SHIFT = 3  # t = (x - 1) / (x + 3) makes the tail nearly a polynomial
NEAR_DEGREE, TAIL_DEGREE, END = 11, 12, 6  # in float64, where erf is 1 from 6 on
TANH_DEGREE, TANH_END = 8, 4  # in float32


def best(f, weight, low, high, degree, rounds=12):
    """Polynomial p that minimises the largest weight * |p - f|, and that error."""
    middle, half = (mp.mpf(low) + high) / 2, (mp.mpf(high) - low) / 2
    fine = 60 * (degree + 2)
    grid = [middle - half * mp.cos(mp.pi * k / fine) for k in range(fine + 1)]
    values, weights = [f(t) for t in grid], [weight(t) for t in grid]
    points = range(0, fine + 1, fine // (degree + 1))[: degree + 1]
    points = [*points, fine]
    for _ in range(rounds):
        A, b = mp.matrix(degree + 2, degree + 2), mp.matrix(degree + 2, 1)
        for i, k in enumerate(points):
            for j in range(degree + 1):
                A[i, j] = grid[k] ** j
            A[i, degree + 1] = (-1) ** i / weights[k]
            b[i] = values[k]
        *solution, level = mp.lu_solve(A, b)
        errors = [
            (mp.polyval(solution[::-1], t) - y) * w
            for t, y, w in zip(grid, values, weights, strict=True)
        ]
        extremes, largest = [], 0
        for k in range(1, len(grid)):
            if mp.sign(errors[k]) != mp.sign(errors[largest]):
                extremes.append(largest)
                largest = k
            elif abs(errors[k]) > abs(errors[largest]):
                largest = k
        extremes.append(largest)
        while len(extremes) > degree + 2:
            first, last = abs(errors[extremes[0]]), abs(errors[extremes[-1]])
            extremes.pop(0 if first < last else -1)
        worst = max(abs(e) for e in errors)
        if len(extremes) < degree + 2 or worst < abs(level) * mp.mpf("1.01"):
            break
        points = extremes
    return solution, worst


def near(u):
    """Return erf(x) / x as a function of u = x²."""
    return mp.erf(mp.sqrt(u)) / mp.sqrt(u) if u else 2 / mp.sqrt(mp.pi)


def back(t):
    """Return x of t."""
    return (JOIN + SHIFT * t) / (1 - t)


def tail(t):
    """Return exp(x²) (1 - erf(x)) as a function of t."""
    return mp.exp(back(t) ** 2) * mp.erfc(back(t))


def tail_weight(t):
    """Return what an error in `tail` does to erf, relative to erf."""
    return mp.exp(-(back(t) ** 2)) / mp.erf(back(t))


def in_tanh(u):
    """Return artanh(erf(x)) / x as a function of u = x²."""
    x = mp.sqrt(u)
    return (mp.log1p(mp.erf(x)) - mp.log(mp.erfc(x))) / (2 * x) if u else near(u)


def in_tanh_weight(u):
    """Return what an error in `in_tanh` does to erf, relative to erf."""
    x = mp.sqrt(u)
    return (1 - mp.erf(x) ** 2) * x / mp.erf(x) if u else 1 / near(u)


if __name__ == "__main__":
    end = mp.mpf(END - JOIN) / (END + SHIFT)
    for name, (p, error) in {
        "IN_TANH": best(in_tanh, in_tanh_weight, 0, TANH_END**2, TANH_DEGREE),
        "NEAR": best(near, lambda u: 1 / near(u), 0, JOIN**2, NEAR_DEGREE),
        "TAIL": best(tail, tail_weight, 0, end, TAIL_DEGREE),
    }.items():
        if name != "TAIL":
            p[0] -= 1  # the code adds x itself
        print(f"{name}: relative error {mp.nstr(error, 2)}")
        print("".join(f"    {float(c)!r},\n" for c in reversed(p)))
