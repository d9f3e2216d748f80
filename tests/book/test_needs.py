"""What every equation rests on: needs.toml is read, its faults are named, and it fits the book."""

import re
import xml.etree.ElementTree as ET

import pytest
from conftest import ROOT
from nnbook import needs, plan

KNOWN = [1, 2, 3, 4, "D1"]


def read(*lines):
    return needs.read("\n".join(["[needs]", *lines]), KNOWN)


@pytest.fixture(scope="module")
def book():
    return plan.load(ROOT)


@pytest.fixture(scope="module")
def arrows(book):
    text = (ROOT / needs.NEEDS).read_text(encoding="utf-8")
    return needs.read(text, book.items["equation"])


def test_arrows_are_read_in_the_order_of_the_book_and_turned():
    found = read("4 = [2, 3]", "2 = [1]", "D1 = [4]", "3 = [1]")
    assert list(found) == KNOWN
    assert found[1] == ()
    assert found[4] == (2, 3)
    assert found["D1"] == (4,)
    assert needs.turned(found) == {1: (2, 3), 2: (4,), 3: (4,), 4: ("D1",), "D1": ()}
    assert needs.before(found, "D1") == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["5 = [1]"], r"\(5\) is no equation"),
        (["2 = [7]"], r"\(7\) is no equation"),
        (["2 = [1, 1]"], r"\(2\) needs \(1\) twice"),
        (["2 = []"], r"\(2\) is said to need nothing"),
        (["2 = [2]"], r"\(2\) needs itself"),
        (["2 = [3]", "3 = [4]", "4 = [2]"], r"\(3\) needs itself"),
        (["2 = [1]", "3 = [2]", "4 = [1, 3]"], r"\(4\) needs \(1\) by way of \(3\) already"),
    ],
)
def test_faults_are_named(lines, fault):
    with pytest.raises(needs.NeedsError, match=fault):
        read(*lines)


def test_all_faults_are_named_at_once():
    with pytest.raises(needs.NeedsError) as problem:
        read("2 = [9]", "3 = [1, 1]")
    assert "(9) is no equation" in str(problem.value)
    assert "(3) needs (1) twice" in str(problem.value)


def test_no_arrow_leads_back_to_an_earlier_part(book, arrows):
    for key, needed in arrows.items():
        part = book.items["equation"][key].section.split(".")[0]
        for k in needed:
            assert int(book.items["equation"][k].section.split(".")[0]) <= int(part), (k, key)


def test_adam_rests_on_momentum_and_on_the_mean_of_squares(arrows):
    behind = needs.before(arrows, 51)
    assert {17, 32, 35, 39, 41, 47, 48} <= behind
    assert not behind & {36, 40, 55}


def test_the_picture_has_a_dot_for_each_equation_and_an_arc_for_each_arrow(book, arrows):
    svg = ET.fromstring(needs.picture(book, arrows))
    dots = [c for c in svg.iter("circle")]
    arcs = [p for p in svg.iter("path") if "data-from" in p.attrib]
    assert [d.get("data-key") for d in dots] == [str(k) for k in arrows]
    assert len(arcs) == sum(map(len, arrows.values()))
    height = float(svg.get("viewBox").split()[3])
    tops = [re.findall(r"[\d.]+", p.get("d")) for p in arcs]
    assert all(float(y) - float(r) >= 0 for _, y, _, r, *_ in tops)
    assert height < 700


def test_a_card_says_what_it_needs_and_what_it_leads_to(book, arrows):
    behind = needs.turned(arrows)
    card = needs.card(book, 29, arrows[29], behind[29])
    assert card["ids"] == ["needs-29"]
    text = card.astext()
    assert "(29) Error of a hidden layer" in text
    assert "needs (28)" in text
    assert "leads to (54), (71)" in text
    assert "begins here" in needs.card(book, 1, arrows[1], behind[1]).astext()
