"""Exercises on debugging."""

import re

import numpy as np

from ..core import Wrong, compare, judge, numbers
from ..ward import DISEASES, PATIENTS

# Where to look, in the order of the patients; none says what is to be seen there.
LOOK = (
    "Compare the gradients of the first layer with those of the last.",
    "It learns what it is given. Look at some digits with their targets.",
    "Look at the size of the updates beside that of the weights.",
    "At which confidence does it stop, and at which loss?",
    "Look at the lower picture of the activations, from the very first step.",
    "Look at the last step before the break, and at the layer that is named there.",
    "Look at the single batches, and at the share of units that fall silent again and again.",
    "Which gradients are exactly 0, and from which step on? What is the spread at the start?",
    "A small network, eight epochs, and hardly a mistake. What does it look at?",
    "Gradients, updates and activations are in order. Follow both losses to the end.",
    "Look at the very first loss.",
    "Look at the spread of the outputs.",
    "Look at the first twenty steps, and try them with another setting.",
    "Let it be evaluated on the digits that it was trained on.",
    "Follow the updates through the first forty steps, and ask the recorder for the rate.",
)


def _key(words):
    """The words of a name without their last s, in British spelling."""
    words = words.split() if isinstance(words, str) else words
    return [w.replace("standardized", "standardised").rstrip("s") for w in words]


def _name(patient, answer):
    """The disease that an answer names, by its name or its number in the list."""
    if isinstance(answer, (list, tuple, np.ndarray)) and np.size(answer) == 1:
        answer = np.asarray(answer).item()
    several = isinstance(answer, (list, tuple, set, dict, np.ndarray))
    if several or (isinstance(answer, str) and "," in answer):
        raise Wrong(f"patient {patient}: one diagnosis, please, not a list.")
    number = None
    if isinstance(answer, str):
        words = re.sub(r"(?<=\w)[-_]", " ", answer.lower()).rstrip(".").split()
        if words and words[0].rstrip(".").isdecimal():
            number = int(words.pop(0).rstrip("."))
        named = [disease for disease in DISEASES if words and _key(disease) == _key(words)]
        if named and number not in (None, DISEASES.index(named[0]) + 1):
            raise Wrong(
                f"patient {patient}: {answer!r:.60}: number and name do not belong together."
            )
        if named:
            return named[0]
        number = None if words else number
    elif not isinstance(answer, (bool, np.bool_, bytes)):
        try:
            number = float(np.asarray(answer).item())
        except (TypeError, ValueError):
            number = None
    if number in range(1, len(DISEASES) + 1):
        return DISEASES[int(number) - 1]
    raise Wrong(f"patient {patient}: {answer!r:.60} is not in the list of diseases.")


@judge("the ward")
def the_ward(answer):
    count = len(PATIENTS) - 1
    if isinstance(answer, (list, tuple, np.ndarray)) and len(answer) == count:
        answer = dict(enumerate(answer, 1))
    if not isinstance(answer, dict):
        return f"expected a dictionary, patient: disease, got {answer!r:.60}."
    given = {k: v for k, v in answer.items() if v is not ... and v is not None}
    if not given:
        return "no patient has a diagnosis yet."
    strangers = [k for k in given if k not in range(1, count + 1)]
    if strangers:
        return f"patients have the numbers 1 to {count}; there is no {strangers[0]!r:.20}."
    named = {int(k): _name(int(k), v) for k, v in given.items()}
    wrong = [k for k in sorted(named) if named[k] != PATIENTS[k][0]]
    if wrong:
        first, right = wrong[0], len(named) - len(wrong)
        return f"patient {first} has something else. {LOOK[first - 1]} ({right} of {count} right.)"
    if len(named) < count:
        return f"{len(named)} of {count}, and all of them right. {count - len(named)} are left."
    return None


@judge("one sigmoid too many")
def one_sigmoid_too_many(answer):
    positive, negative = numbers(answer, 2)
    floors = np.log1p(np.exp(-1.0)), np.log(2.0)
    if np.allclose((positive, negative), floors, atol=2e-3):
        return None
    if np.allclose((negative, positive), floors, atol=2e-3):
        return "these are the two numbers, the other way round: the first is for y = 1."
    if np.allclose((positive, negative), 0, atol=2e-3):
        return (
            "0 would be the floor without the first sigmoid. What goes into the second one lies "
            "between 0 and 1."
        )
    if np.isclose(positive, floors[0], atol=2e-3):
        return (
            "the floor for y = 1 is right. For y = 0 the loss is -log(1 - σ(p)); which p is best?"
        )
    if np.isclose(negative, floors[1], atol=2e-3):
        return "the floor for y = 0 is right. For y = 1 the loss is -log σ(p); which p is best?"
    return "the loss is -log σ(p) for y = 1 and -log(1 - σ(p)) for y = 0, and p is in (0, 1)."


@judge("find the kinks")
def find_the_kinks(answer):
    def wanted(f, x, h):
        x, out = np.array(x, float), []
        for k in range(len(x)):
            e = np.zeros(len(x))
            e[k] = h
            ahead, behind = (f(x + e) - f(x)) / h, (f(x) - f(x - e)) / h
            out.append(abs(ahead - behind) > 0.01)
        return np.array(out, float)

    def relus(x):
        return float(np.maximum(x, 0).sum())

    def mixed(x):
        return float(np.abs(x[0] - 1) + x[1] ** 2 + np.maximum(0.0, x[2]) * 3)

    cases = [
        {"f": relus, "x": np.array([1.0, 3e-6, -2.0, -4e-6]), "h": 1e-5},
        {"f": relus, "x": np.array([1.0, 3e-6, -2.0, -4e-6]), "h": 1e-6},
        {"f": mixed, "x": np.array([1.0, 0.7, -1e-5]), "h": 1e-4},
        {"f": mixed, "x": np.array([0.0, 0.7, 0.5]), "h": 1e-4},
    ]
    problem = compare(
        answer,
        wanted,
        cases,
        hint="Compare the difference quotient ahead with the one behind, entry by entry; the "
        "smooth x² bends by 2h only.",
    )
    return problem
