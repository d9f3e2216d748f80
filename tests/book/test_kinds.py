"""Pieces of pages are told apart, and the few pages that are chosen hold them all."""

from kinds import cover, pieces


def test_a_piece_is_a_tag_in_a_tag_with_their_classes():
    html = '<div class="b a"><p>x<br>y</p><p class="note c123">z</p></div>'
    assert pieces(html) == {
        ("", "div.a.b"),
        ("div.a.b", "p"),
        ("p", "br"),
        ("div.a.b", "p.note"),
    }


def test_a_sign_in_an_attribute_ends_no_tag_and_an_end_left_out_no_page():
    assert pieces('<ul><li title="a > b"><b></b><li></ul><i></i>') == {
        ("", "ul"),
        ("ul", "li"),
        ("li", "b"),
        ("li", "li"),
        ("", "i"),
    }


def test_few_hold_what_all_hold():
    sets = {"one": {1, 2}, "two": {2, 3, 4}, "three": {3}, "four": {4}}
    assert cover(sets) == ["one", "two"]
    assert cover({}) == []


def test_what_only_one_page_holds_brings_that_page():
    sets = {f"page {n}": {"all", "alike"} for n in range(9)} | {"rare": {"all", "new"}}
    assert "rare" in cover(sets)
