"""Exercises on threshold units and the logic they compute."""

import itertools

import numpy as np

from ..core import Wrong, ask, compare, is_number, judge, numbers

INPUTS = ((0, 0), (0, 1), (1, 0), (1, 1))


@judge("implication")
def implication(answer):
    w1, w2, theta = numbers(answer, 3)
    for x1, x2 in INPUTS:
        fires, wanted = w1 * x1 + w2 * x2 >= theta, not x1 or bool(x2)
        if fires != wanted:
            does = "fires; it should be silent" if fires else "is silent; it should fire"
            return (
                f"for the input {x1}{x2} the sum is {w1 * x1 + w2 * x2:g} and the threshold "
                f"{theta:g}, so the unit {does}."
            )
    return None


@judge("xor from nand")
def xor_from_nand(answer):
    try:
        gates = [tuple(map(int, numbers(gate, 2))) for gate in answer]
    except (TypeError, Wrong):
        return "expected a list of pairs of wires, such as [(0, 1), (2, 2)]."
    if not gates:
        return "the list has no gate."
    for k, (i, j) in enumerate(gates):
        if not (0 <= i < k + 2 and 0 <= j < k + 2):
            return f"gate {k} reads wires {i} and {j}; it may read wires 0 to {k + 1} only."
    for x1, x2 in INPUTS:
        wires = [x1, x2]
        for i, j in gates:
            wires.append(1 - wires[i] * wires[j])
        if wires[-1] != x1 ^ x2:
            return f"for the input {x1}{x2} the last gate gives {wires[-1]}, XOR is {x1 ^ x2}."
    if len(gates) > 4:
        return f"it is XOR, but with {len(gates)} gates; four are enough."
    return None


@judge("symmetric function")
def symmetric_function(answer):
    def reference(x, values):
        return np.asarray(values)[x.sum(-1)]

    cases = []
    for values in ([0, 1, 0], [1, 0, 0, 1], [0, 0, 1, 1, 0], [1, 1, 1], [0, 1, 0, 1, 0, 1]):
        x = np.array(list(itertools.product((0, 1), repeat=len(values) - 1)))
        cases.append({"x": x, "values": np.array(values)})
    return compare(
        answer,
        reference,
        cases,
        hint="One more active input must change the sum by values[m] - values[m - 1].",
    )


@judge("weights of two")
def weights_of_two(answer):
    x = np.array(list(itertools.product((0, 1), repeat=3)))
    small, all_ = set(), set()
    for w in itertools.product(range(-2, 3), repeat=3):
        for theta in range(-6, 8):
            table = tuple(x @ w >= theta)
            all_.add(table)
            if max(map(abs, w)) <= 1:
                small.add(table)
    wanted = len(all_ - small)
    if not is_number(answer, wanted):
        return f"{answer!r} is not their number; subtract one set of truth tables from another."
    return None


@judge("cold only")
def cold_only(answer):
    for ticks in range(7):
        cold = np.array([1 <= t <= ticks for t in range(12)], int)
        rows = _rows(answer, np.zeros(12, int), cold)
        felt = [word for word, row in (("heat", 4), ("cold", 5)) if rows[row].any()]
        wanted = [[], ["heat"], ["cold"]][min(ticks, 2)]
        if felt != wanted:
            return (
                f"for {ticks} ticks of cold {' and '.join(felt) or 'nothing'} is felt; wanted: "
                f"{wanted[0] if wanted else 'nothing'}."
            )
    heat = np.array([0, 1, 0, 0, 0, 0])
    if not _rows(answer, heat, 0 * heat)[4].any():
        return "real heat is no longer felt."
    return _no_network(answer)


def _rows(answer, heat, cold):
    """The ticks of all units that an answer returns for a touch."""
    rows = np.asarray(ask(answer, {"heat": heat, "cold": cold}))
    if rows.shape != (6, len(heat)):
        raise Wrong(
            f"expected one row for each of the 6 units, {len(heat)} ticks long, got {rows.shape}."
        )
    return rows


def _no_network(answer):
    """Say why rows cannot come from units that know nothing but what they were told before."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        heat, cold = rng.integers(0, 2, (2, 14))
        heat[-4:] = cold[-4:] = 0
        rows = _rows(answer, heat, cold)
        late = _rows(answer, np.append([0, 0], heat), np.append([0, 0], cold))
        if not np.array_equal(late[:, 2:], rows):
            return "the same touch two ticks later is felt in another way: units know no clock."
        other = cold.copy()
        other[7:] = 1 - other[7:]
        if not np.array_equal(_rows(answer, heat, other)[2:, :8], rows[2:, :8]):
            return "units fire before what they answer to: each is one tick behind its inputs."
    return None


@judge("life of three units")
def life_of_three_units(answer):
    try:
        first, second, output = (numbers(part, 3) for part in answer)
    except (TypeError, ValueError):
        return "expected ((w, v, theta), (w, v, theta), (a, b, theta))."
    for near, own in itertools.product(range(9), (0, 1)):
        fires = [int(w * near + v * own >= theta) for w, v, theta in (first, second)]
        a, b, theta = output
        found, wanted = a * fires[0] + b * fires[1] >= theta, near == 3 or (near == 2 and own)
        if found != bool(wanted):
            return (
                f"with {near} active neighbours and the square {'active' if own else 'silent'} "
                f"the hidden units give {fires[0]} and {fires[1]}, and the output is {int(found)}."
            )
    return None
