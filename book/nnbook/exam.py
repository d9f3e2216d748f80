"""The questions of the exam, read from book/exam.toml and checked.

`exam_page` shows them, static/exam.js marks the answers, and tests/book/exam_answers.py computes
every answer, and every wrong number that has a hint, a second time.
"""

import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

EXAM = "book/exam.toml"
KINDS = {
    "derive": "Derive",
    "compute": "Compute",
    "bug": "Find the bug",
    "choose": "Choose",
    "predict": "Predict a run",
}
SURE = (50, 70, 90, 99)  # per cent, of which a reader says one beside a prediction
LONGEST_CODE = 10
LIST = re.compile(r"\s*(?:\d+[.)]|[-+*])\s")  # Markdown would read it as an item of a list
FIRST, SECOND = 1.0, 0.5  # points at the first and at the second attempt


class ExamError(ValueError):
    """The exam has faults; the message names every one."""


@dataclass(frozen=True)
class Hint:
    """What is said about one wrong answer: a number, or the line of a program."""

    value: float
    text: str


@dataclass(frozen=True)
class Option:
    """One answer to choose from; a wrong one has the hint that is shown for it."""

    text: str
    right: bool
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    name : str
        By which it is known for ever: the reader's answer is kept under it.
    chapter : str
        The name of the chapter that teaches it, such as 05_4_adam.
    target : str
        The label of the place in that chapter, such as eq-47; may be empty.
    kind : str
        One of `KINDS`.
    text, general, solution : str
        Markdown; `general` is the hint where no other fits.
    answer, tolerance, unit : float, float, str
        Of a number; of a bug, `answer` is its line.
    code, fix : str
        A program, and the line that mends it.
    hints : tuple of Hint
    options : tuple of Option
    steps, shown : tuple of str, tuple of int
        The steps of a derivation in their order, and the order in which they are shown.
    """

    name: str
    chapter: str
    kind: str
    text: str
    solution: str
    general: str = ""
    target: str = ""
    answer: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    code: str = ""
    fix: str = ""
    hints: tuple[Hint, ...] = ()
    options: tuple[Option, ...] = ()
    steps: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()

    @property
    def part(self):
        """The number of its part."""
        return int(self.chapter.split("_")[0])

    @property
    def right(self):
        """The options that are right, counted from 0."""
        return [i for i, option in enumerate(self.options) if option.right]

    @property
    def lines(self):
        """The lines of its program."""
        return self.code.strip("\n").split("\n") if self.code else []

    @property
    def asks(self):
        """What the reader gives: "number", "one", "several", "line" or "order"."""
        if self.kind == "bug":
            return "line"
        if self.steps:
            return "order"
        if self.options:
            return "one" if len(self.right) == 1 else "several"
        return "number"

    @property
    def guessed(self):
        """The points that a guesser gets on average, with both attempts."""
        ways = {
            "number": math.inf,
            "one": len(self.options),
            "several": 2 ** len(self.options) - 1,
            "line": len(self.lines),
            "order": math.factorial(len(self.steps)),
        }[self.asks]
        return 0.0 if self.kind == "predict" else (FIRST + SECOND) / ways


def points(right, sure):
    """Return the points of a prediction, by the rule of Brier: 0 at 50 %, 1 at most.

    Parameters
    ----------
    right : bool
    sure : float
        The probability that the reader gave to the answer.
    """
    return 1 - 4 * (right - sure) ** 2


def load(root, chapters):
    """Return the questions of the repository at `root`, by part and in the order of the file.

    Parameters
    ----------
    root : path-like
    chapters : collection of str
        The names of the chapters that stand.

    Raises
    ------
    ExamError
        With every fault that was found.
    """
    return parse((Path(root) / EXAM).read_text(encoding="utf-8"), chapters)


def parse(text, chapters):
    """Return the questions in a TOML text; see `load`."""
    raw, found, wrong = tomllib.loads(text).get("question", []), [], []
    known = set(Question.__dataclass_fields__)
    needed = {"name", "chapter", "kind", "text", "solution"}
    for place, entry in enumerate(raw, 1):
        name = entry.get("name", f"question {place}")
        faults = [f"has {key!r}, which no question has" for key in sorted(entry.keys() - known)]
        faults += [f"lacks {key!r}" for key in sorted(needed - entry.keys())]
        if not faults:
            try:
                question = _question(entry)
            except (TypeError, ValueError) as error:
                faults = [f"cannot be read: {error}"]
            else:
                faults = list(_faults(question, chapters))
                found.append(question)
        wrong += [f"{name} {fault}" for fault in faults]
    names = [question.name for question in found]
    wrong += [
        f"{name} is the name of two questions" for name in {n for n in names if names.count(n) > 1}
    ]
    if wrong:
        raise ExamError(f"{EXAM} has faults:\n  " + "\n  ".join(wrong))
    return sorted(found, key=lambda question: question.part)


def _question(entry):
    entry = dict(entry)
    entry["hints"] = tuple(Hint(float(value), text) for value, text in entry.get("hints", []))
    entry["options"] = tuple(
        Option(text, right, *hint) for right, text, *hint in entry.get("options", [])
    )
    for key in ("steps", "shown"):
        entry[key] = tuple(entry.get(key, []))
    return Question(**entry)


def _faults(q, chapters):
    """Yield what is wrong with a question."""
    if q.kind not in KINDS:
        yield f"is of the kind {q.kind!r}; there are {', '.join(KINDS)}"
        return
    if q.chapter not in chapters:
        yield f"is taught in {q.chapter!r}, and no such chapter stands"
    asked = {"choose": {"one", "several"}, "predict": {"one"}, "compute": {"number"}}
    if q.asks not in asked.get(q.kind, {"line", "order", "number"}):
        yield f"asks for {q.asks}, which a question of the kind {q.kind!r} does not"
    texts = [q.text, q.solution, q.general, *q.steps, *(hint.text for hint in q.hints)]
    texts += [text for option in q.options for text in (option.text, option.hint)]
    for text in filter(LIST.match, texts):
        yield f"has a text that begins like a list: {text.strip()[:20]!r}"
    yield from {
        "number": _number,
        "line": _line,
        "order": _order,
        "one": _options,
        "several": _options,
    }[q.asks](q)


def _number(q):
    if q.answer is None:
        yield "has neither an answer, nor options, nor steps"
        return
    if not q.hints or not q.general:
        yield "needs hints for typical mistakes and a general one"
    for hint in q.hints:
        if abs(hint.value - q.answer) <= q.tolerance:
            yield f"has a hint for {hint.value:g}, which counts as right"


def _line(q):
    if not 3 <= len(q.lines) <= LONGEST_CODE:
        yield f"has a program of {len(q.lines)} lines, not of 3 to {LONGEST_CODE}"
    if q.answer not in range(1, len(q.lines) + 1):
        yield "says of no line of its program that it is wrong"
    if not q.fix or not q.general:
        yield "needs the line that mends it (`fix`) and a general hint"
    for hint in q.hints:
        if hint.value == q.answer or hint.value not in range(1, len(q.lines) + 1):
            yield f"has a hint for line {hint.value:g}, which is no wrong answer"


def _order(q):
    if len(q.steps) < 4 or sorted(q.shown) != list(range(len(q.steps))):
        yield "needs four steps or more, and `shown` must name each of them once, from 0"
    if list(q.shown) == sorted(q.shown):
        yield "shows its steps in the right order"
    if not q.general:
        yield "needs a general hint"


def _options(q):
    if not 3 <= len(q.options) <= 5:
        yield f"has {len(q.options)} options, not three to five"
    if not q.right or len(q.right) == len(q.options):
        yield "needs a right and a wrong option"
    for option in q.options:
        if not option.right and not option.hint:
            yield f"has no hint for the wrong option {option.text!r}"
    if len(q.right) > 1 and not q.general:
        yield "has several right options and no general hint for those that were left out"
