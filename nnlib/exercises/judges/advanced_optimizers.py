"""Exercises on decay, Lookahead and rectification."""

from ..core import ask, compare, judge, number, numbers
from ..deadline import TimeIsUp, deadline


@judge("AdamW by hand")
def adamw_by_hand(answer):
    value = round(number(answer), 6)
    hints = {
        1.988: "the gradient is negative: in which direction does the weight move?",
        2.01: "this is Adam's step alone; where is the decay?",
    }
    if value == 2.008:
        return None
    return f"it is not {value:g}; " + hints.get(
        value, "the first corrected step of Adam is a sign; what does λθ add?"
    )


@judge("edge of Lookahead")
def edge_of_lookahead(answer):
    edge, alpha = numbers(answer, 2)
    if abs(edge - (1 + 2 ** (1 / 3))) >= 0.01:
        if abs(edge - 2) < 0.01:
            return "that is the edge of plain descent; k is odd, so the slow weights go further."
        return f"{edge:g} is not the edge: r³ must stay above -(2 - α)/α, and r is 1 - ηh."
    if abs(alpha - 2 / 9) >= 0.01:
        return f"the edge is right, α is not {alpha:g}: at ηh = 3, r³ = -8 must be -(2 - α)/α."
    return None


@judge("first rectified step")
def first_rectified_step(answer):
    def reference(beta2, threshold):
        most = 2 / (1 - beta2) - 1
        if most <= threshold:
            return None
        t = 1
        while most - 2 * t * beta2**t / (1 - beta2**t) <= threshold:
            t += 1
        return t

    numbers = ((0.999, 4), (0.999, 5), (0.99, 10.0), (0.9, 5))
    cases = [{"beta2": b, "threshold": h} for b, h in numbers]
    problem = compare(answer, reference, cases, hint="ρ_t is that of Eq. (52); count t from 1.")
    if problem is not None:
        return problem
    never = "with beta2 = 0.5, ρ_∞ is 3: no step exceeds 4, and None is expected"
    try:
        with deadline(2):
            first = ask(answer, {"beta2": 0.5, "threshold": 4}, may_be_none=True)
    except TimeIsUp:
        return f"{never}, but your loop goes on for ever."
    return None if first is None else f"{never}, got {first!r:.60}."
