"""The exam: every answer is computed a second time, faults are named, and answers are read well."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from exam_answers import ANSWERS
from nnbook import exam, exam_page, plan
from py_mini_racer import MiniRacer

ROOT = Path(__file__).resolve().parents[2]
PLAN = plan.load(ROOT)
CHAPTERS = {chapter.name: chapter for chapter in PLAN.done}
QUESTIONS = exam.load(ROOT, CHAPTERS)
SCRIPT = (ROOT / "book/nnbook/static/exam.js").read_text(encoding="utf-8")


def of(*asked):
    """Return the marks of a test that runs for the questions that ask for this."""
    found = [question for question in QUESTIONS if question.asks in asked]
    return pytest.mark.parametrize("question", found, ids=lambda question: question.name)


def test_every_question_has_a_second_answer_and_every_answer_a_question():
    assert {question.name for question in QUESTIONS} == ANSWERS.keys()


@of("number")
def test_the_number_and_the_wrong_numbers_of_its_hints(question):
    right, *wrong = ANSWERS[question.name]()
    # The answer that is stored lies well inside what is accepted around the truth.
    assert abs(right - question.answer) <= max(question.tolerance / 10, 1e-9)
    assert len(wrong) == len(question.hints)
    for value, hint in zip(wrong, question.hints, strict=True):
        assert math.isclose(value, hint.value, rel_tol=1e-4, abs_tol=question.tolerance / 10)
        assert abs(value - right) > question.tolerance


@of("one", "several")
def test_the_right_options(question):
    right = [bool(answer) for answer in ANSWERS[question.name]()]
    assert right == [option.right for option in question.options]


@of("line")
def test_the_program_fails_and_the_mended_line_helps(question):
    works = ANSWERS[question.name]()

    def tried(lines):
        space = {"np": np}
        exec("\n".join(lines), space)
        return works(space)

    mended = list(question.lines)
    mended[int(question.answer) - 1] = question.fix
    assert not tried(question.lines)
    assert tried(mended)


@of("order")
def test_every_step_is_equal_to_the_first(question):
    values = ANSWERS[question.name]()
    assert len(values) == len(question.steps)
    np.testing.assert_allclose(values, values[0], rtol=1e-6)


def test_every_chapter_has_a_question_and_every_kind_is_asked_often():
    asked = {c.file for part in PLAN.parts if not part.pages for c in part.chapters}
    assert {question.chapter for question in QUESTIONS} == {file.split("/")[-1] for file in asked}
    assert 60 <= len(QUESTIONS) <= 64
    for kind in exam.KINDS:
        assert sum(question.kind == kind for question in QUESTIONS) >= 7
    for part in {question.part for question in QUESTIONS}:
        assert len({question.kind for question in QUESTIONS if question.part == part}) >= 2


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_the_place_where_it_is_taught_exists(question):
    text = (ROOT / f"{CHAPTERS[question.chapter].file}.ipynb").read_text(encoding="utf-8")
    assert not question.target or f"({question.target})=" in text


def test_neither_the_first_nor_the_longest_option_is_a_good_guess():
    chosen = [question for question in QUESTIONS if question.asks == "one"]
    longest = sum(max(q.options, key=lambda option: len(option.text)).right for q in chosen) / len(
        chosen
    )
    assert longest < 0.3
    for place in range(4):
        assert 0.1 < sum(q.right == [place] for q in chosen) / len(chosen) < 0.4


def test_a_guesser_gets_little():
    assert sum(question.guessed for question in QUESTIONS) < len(QUESTIONS) / 10


@pytest.mark.parametrize("belief", [0.5, 0.7, 0.9, 0.99])
def test_the_rule_for_predictions_rewards_what_one_believes(belief):
    def expected(said):
        return belief * exam.points(True, said) + (1 - belief) * exam.points(False, said)

    assert max((share / 100 for share in exam.SURE), key=expected) == belief
    assert expected(0.5) == 0


# --- faults ------------------------------------------------------------------------------------

GOOD = """
[[question]]
name = "a"
chapter = "01_1_one"
kind = "compute"
text = "One and one?"
answer = 2
hints = [[1, "Add them."]]
general = "Count."
solution = "Two."
"""
OPTIONS = 'options = [[true, "x"], [false, "y", "no"], [false, "z", "no"]]'


def test_a_question_without_faults_is_read():
    (question,) = exam.parse(GOOD, {"01_1_one"})
    assert (question.asks, question.part, question.answer) == ("number", 1, 2)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"compute"', '"guess"', "kind 'guess'"),
        ("01_1_one", "01_1_two", "no such chapter"),
        ("hints", "hint", "'hint', which no question has"),
        ('solution = "Two."', "", "lacks 'solution'"),
        ("[1, ", "[2, ", "counts as right"),
        ('hints = [[1, "Add them."]]', "", "needs hints"),
        ("answer = 2", "", "neither an answer"),
        ("answer = 2", OPTIONS, "asks for one"),
        ("hints", 'steps = ["a", "b"]\nhints', "asks for order"),
        ('"compute"', '"bug"', "program of 0 lines"),
        ('"Two."', '"2. It is even."', "begins like a list"),
    ],
)
def test_a_fault_is_named(old, new, fault):
    assert old in GOOD
    with pytest.raises(exam.ExamError, match=fault) as error:
        exam.parse(GOOD.replace(old, new), {"01_1_one"})
    assert "\n  a " in str(error.value)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ('[[true, "x"], [false, "y", "no"]]', "2 options"),
        ('[[true, "x"], [false, "y"], [false, "z", "no"]]', "no hint for the wrong option 'y'"),
        ('[[false, "x", "no"], [false, "y", "no"], [false, "z", "no"]]', "a right and a wrong"),
    ],
)
def test_a_fault_of_options_is_named(options, fault):
    text = GOOD.replace('"compute"', '"choose"').replace("answer = 2", f"options = {options}")
    with pytest.raises(exam.ExamError, match=fault):
        exam.parse(text, {"01_1_one"})


def test_two_questions_of_one_name_are_a_fault():
    with pytest.raises(exam.ExamError, match="name of two questions"):
        exam.parse(GOOD + GOOD, {"01_1_one"})


# --- the script --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script():
    """Return a function that calls one of the script's functions."""
    context = MiniRacer()
    context.eval(SCRIPT.replace('"use strict";', "", 1).replace("const nnExam", "var nnExam", 1))

    def call(name, *arguments):
        given = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(context.eval(f"JSON.stringify(nnExam.{name}({given}) ?? null)"))

    yield call
    context.close()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.5", [0.5]),
        (".5", [0.5]),
        ("0,5", [0.5]),
        ("1/2", [0.5]),
        (" 1 / 2 ", [0.5]),
        ("50%", [0.5]),
        ("50 %", [0.5]),
        ("5e-1", [0.5]),
        ("5 × 10^-1", [0.5]),
        ("+2.", [2]),
        ("−3,3", [-3.3]),
        ("-1/4", [-0.25]),
        ("29,952", [29.952, 29952]),
        ("1,234,567", [1234567]),
        ("29 952", [29952]),
        ("29.952", [29.952, 29952]),
        ("50 1/2", [50.5]),
        ("-2 1/2", [-2.5]),
        ("5,000/100", [0.05, 50]),
        ("5 3", [53]),
        ("1/-2", []),
        ("1/0", []),
        ("a half", []),
        ("1.2.3", []),
        ("", []),
    ],
)
def test_a_number_may_be_written_in_many_ways(script, text, values):
    assert script("read", text) == values


def test_per_cent_where_per_cent_is_asked(script):
    assert script("read", "10%", "%") == [10]
    assert script("read", "10", "%") == [10]


KNOWN = exam_page.marking(QUESTIONS)


@of("number")
def test_the_script_knows_right_from_wrong_numbers(script, question):
    known = KNOWN[question.name]
    assert script("mark", known, str(question.answer)) == {"right": True}
    near = question.answer + 0.99 * question.tolerance
    assert script("mark", known, f"{near:.12g}") == {"right": True}
    for place, hint in enumerate(question.hints):
        assert script("mark", known, str(hint.value)) == {"right": False, "hint": place}
    assert script("mark", known, "123456789") == {"right": False, "hint": "general"}
    assert script("mark", known, "what") is None


@of("one", "several", "line", "order")
def test_the_script_knows_right_from_wrong_choices(script, question):
    known = KNOWN[question.name]
    if question.asks == "order":
        right, wrong = [i + 1 for i in question.shown], sorted(i + 1 for i in question.shown)
    elif question.asks == "line":
        right, wrong = [question.answer], [1 if question.answer != 1 else 2]
    else:
        right = question.right
        wrong = [next(i for i in range(9) if i not in question.right)]
    assert script("mark", known, right) == {"right": True}
    assert script("mark", known, wrong)["right"] is False
    assert script("mark", known, []) is None


def test_a_right_option_alone_of_several_gets_the_general_hint(script):
    (question,) = (q for q in QUESTIONS if q.asks == "several")
    found = script("mark", KNOWN[question.name], question.right[:1])
    assert found == {"right": False, "hint": "general"}


def test_points_in_the_script_are_those_of_the_page(script):
    plain, bet = {"kind": "compute"}, {"kind": "predict"}
    assert [script("points", plain, True, n, None) for n in range(3)] == [
        exam.FIRST,
        exam.SECOND,
        0,
    ]
    assert script("points", plain, False, 0, None) == 0
    for right in (True, False):
        for share in exam.SURE:
            got = script("points", bet, right, 0, share / 100)
            assert math.isclose(got, exam.points(right, share / 100), abs_tol=1e-12)


def test_the_board_says_what_a_guesser_gets():
    parts = [(part, [q for q in QUESTIONS if q.part == part.number]) for part in PLAN.parts[:11]]
    html = exam_page.board(parts, QUESTIONS)
    assert re.search(rf"Guessing, .*, gets about \d of {len(QUESTIONS)} points\.", html)
    for part, own in parts:
        assert f'data-part="{part.number}"' in html
        assert f"0 of {len(own)}<" in html
