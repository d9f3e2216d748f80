"""The exam in the browser: marking, hints, the score after a reload, the keyboard, no script."""

import pytest

PAGE = "chapters/12_conclusion/exam.html"
PHONE = {"width": 400, "height": 800}


@pytest.fixture
def opened(browser, site):
    """Return a function that opens the exam; whatever fails in its script fails the test."""
    contexts, problems = [], []

    def visit(**options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{site}/{PAGE}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert problems == []


def question(page, name):
    return page.locator(f"#exam-{name}")


def give(page, name, value):
    """Type a number into a question and press Enter."""
    box = question(page, name)
    box.locator("input[type=text]").fill(value)
    box.locator("input[type=text]").press("Enter")
    return box.locator(".nn-feedback")


def total(page):
    return page.locator(".nn-total .nn-points").inner_text()


def part(page, number):
    return page.locator(f".nn-exam [data-part='{number}'] .nn-points").inner_text()


def test_a_right_number_counts_and_is_kept(opened):
    page = opened()
    assert "Right: 1 point" in give(page, "adagrad-steps", "0,278").inner_text()
    assert (total(page), part(page, 5)) == ("1 of 64", "1 of 7")
    page.reload()
    assert (total(page), part(page, 5)) == ("1 of 64", "1 of 7")
    box = question(page, "adagrad-steps")
    assert box.locator("input[type=text]").input_value() == "0,278"
    assert box.locator("input[type=text]").is_disabled()
    assert "Right" in box.locator(".nn-feedback").inner_text()


def test_a_typical_mistake_gets_its_hint_and_the_second_attempt_half_a_point(opened):
    page = opened()
    said = give(page, "adagrad-steps", "0.2083").inner_text()
    assert "Not yet" in said
    assert "under a root" in said
    assert not question(page, "adagrad-steps").locator("details").is_visible()
    assert "given this answer before" in give(page, "adagrad-steps", "0.2083").inner_text()
    assert "half a point" in give(page, "adagrad-steps", "0.2785").inner_text()
    assert total(page) == "0.5 of 64"


def test_after_two_failures_the_solution_can_be_opened_and_ends_the_question(opened):
    page = opened()
    assert "needs a number" in give(page, "he-start", "a tenth").inner_text()
    assert "without its unit" in give(page, "he-start", "2 units").inner_text()
    give(page, "he-start", "1")
    give(page, "he-start", "2")
    solution = question(page, "he-start").locator("details")
    assert solution.is_visible()
    solution.locator("summary").click()
    assert "ReLU leaves half" in solution.inner_text()
    page.wait_for_selector("#exam-he-start fieldset:disabled")
    assert total(page) == "0 of 64"
    page.reload()
    assert question(page, "he-start").locator("input[type=text]").is_disabled()


def test_a_prediction_is_scored_by_how_sure_one_was(opened):
    page = opened()
    box = question(page, "mistakes-in-all")
    box.locator("input[name=answer][value='0']").check()
    box.locator(".nn-check button").click()
    assert "how sure" in box.locator(".nn-feedback").inner_text()
    box.locator("input[name=sure][value='99']").check()
    box.locator(".nn-check button").click()
    said = box.locator(".nn-feedback").inner_text()
    assert "−2.92 points" in said
    assert "constant share" in said
    assert total(page) == "−2.9 of 64"
    # What is right is marked, and the solution lies open: nothing can be gained any more.
    assert box.locator(".nn-is-right").count() == 1
    assert "about 40" in box.locator(".nn-is-right").inner_text()
    assert box.locator("details").get_attribute("open") is not None


def test_what_was_missed_can_be_found_and_answered_again(opened):
    page = opened()
    page.locator(".nn-missed").click()
    assert "missed nothing" in page.locator(".nn-none").inner_text()
    assert page.locator(".nn-missed").get_attribute("aria-pressed") == "false"
    box = question(page, "mistakes-in-all")
    assert not box.locator(".nn-taught").is_visible()
    box.locator("input[name=answer][value='0']").check()
    box.locator("input[name=sure][value='90']").check()
    box.locator(".nn-check button").click()
    assert box.locator(".nn-taught").is_visible()
    give(page, "adagrad-steps", "0.278")
    assert "2 answered" in page.locator(".nn-total").inner_text()
    page.locator(".nn-missed").click()
    assert page.locator(".nn-question:visible").count() == 1
    box.locator(".nn-again").click()
    assert total(page) == "1 of 64"
    assert page.evaluate("document.activeElement.name") == "answer"
    box.locator("input[name=answer][value='1']").check()
    box.locator("input[name=sure][value='70']").check()
    box.locator(".nn-check button").click()
    assert "0.64 points" in box.locator(".nn-feedback").inner_text()
    assert not box.locator(".nn-again").is_visible()
    page.locator(".nn-missed").click()
    assert page.locator(".nn-question:visible").count() == 64


def test_steps_can_be_put_in_order(opened):
    page = opened()
    box = question(page, "backward-order")
    box.locator(".nn-check button").click()
    assert "a place for every step" in box.locator(".nn-feedback").inner_text()
    for k in range(5):
        box.locator("select").nth(k).select_option("1")
    box.locator(".nn-check button").click()
    assert "Use each place once" in box.locator(".nn-feedback").inner_text()
    for k, place in enumerate([4, 1, 5, 3, 2]):
        box.locator("select").nth(k).select_option(str(place))
    box.locator(".nn-check button").click()
    assert "Right" in box.locator(".nn-feedback").inner_text()


def test_several_options_and_a_line_of_code(opened):
    page = opened()
    box = question(page, "one-unit")
    for value in "02":
        box.locator(f"input[value='{value}']").check()
    box.locator(".nn-check button").click()
    assert "There are more" in box.locator(".nn-feedback").inner_text()
    box.locator("input[value='4']").check()
    box.locator(".nn-check button").click()
    assert "half a point" in box.locator(".nn-feedback").inner_text()
    bug = question(page, "folds-bug")
    bug.locator(".highlight").hover()
    bug.locator(".copybtn").click()
    assert bug.locator(".nn-feedback").inner_text() == ""
    assert bug.locator(".linenos").first.is_visible()
    bug.locator("input[value='3']").check()
    bug.locator(".nn-check button").click()
    assert "in exactly one of them" in bug.locator(".nn-feedback").inner_text()


def test_everything_can_be_forgotten(opened):
    page = opened()
    give(page, "adagrad-steps", "0.278")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator(".nn-reset").click()
    assert total(page) == "1 of 64"
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator(".nn-reset").click()
    assert total(page) == "0 of 64"
    assert question(page, "adagrad-steps").locator("input[type=text]").input_value() == ""
    page.reload()
    assert total(page) == "0 of 64"


def test_mixed_order_changes_the_part_with_every_question_and_back(opened):
    page = opened()
    names = "[...document.querySelectorAll('.nn-question .nn-place')].map((e) => e.textContent)"
    before = page.evaluate(names)
    give(page, "adagrad-steps", "0.278")
    page.locator(".nn-mixed").click()
    mixed = page.evaluate(names)
    assert sorted(mixed) == sorted(before)
    assert [name.split(".")[0] for name in mixed[:11]] == [str(k) for k in range(1, 12)]
    assert total(page) == "1 of 64"
    page.locator(".nn-mixed").click()
    assert page.evaluate(names) == before
    page.locator(".nn-mixed").click()
    page.locator(".nn-exam [data-part='5'] a").click()
    assert page.evaluate(names) == before
    assert question(page, "best-rate").is_visible()


def test_the_keyboard_is_enough(opened):
    page = opened()
    page.locator("#exam-slope-of-sigmoid input[type=text]").focus()
    page.keyboard.type("3/16")
    page.keyboard.press("Tab")
    focused = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert focused == "solid"
    page.keyboard.press("Enter")
    assert part(page, 3) == "1 of 6"
    # The focus goes to what is next to do, the solution.
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    assert page.locator("#exam-slope-of-sigmoid details").get_attribute("open") is not None


@pytest.mark.parametrize("broken", ["getItem() { throw 1; }", "getItem: () => '[1, 2'"])
def test_without_storage_the_score_lasts_as_long_as_the_page(browser, site, broken):
    context = browser.new_context()
    storage = f"{{ {broken}, setItem() {{ throw 1; }}, removeItem() {{ throw 1; }} }}"
    context.add_init_script(f"Object.defineProperty(window, 'localStorage', {{value: {storage}}})")
    page = context.new_page()
    page.goto(f"{site}/{PAGE}")
    give(page, "adagrad-steps", "0.278")
    assert total(page) == "1 of 64"
    page.reload()
    assert total(page) == "0 of 64"
    context.close()


def test_an_older_state_with_other_questions_does_no_harm(opened):
    page = opened()
    page.evaluate(
        "localStorage.setItem('nn-exam', JSON.stringify({gone: {points: 1, done: true}}))"
    )
    page.reload()
    assert total(page) == "0 of 64"


def test_without_a_script_questions_and_solutions_can_be_read(opened):
    page = opened(java_script_enabled=False)
    box = question(page, "adagrad-steps")
    assert "gets the same gradient" in box.inner_text()
    assert box.locator("details summary").is_visible()
    assert not box.locator(".nn-check button").is_visible()
    assert not page.locator(".nn-tools").is_visible()
    box.locator("summary").click()
    assert "0.278" in box.locator("details").inner_text()


def test_nothing_is_wider_than_a_phone_even_with_every_hint_and_solution(opened):
    page = opened(viewport=PHONE)
    page.evaluate(
        """() => {
            for (const e of document.querySelectorAll(".nn-hint, .nn-exam-solution"))
                Object.assign(e, {hidden: false, open: true});
        }"""
    )
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]


def test_on_paper_there_are_questions_without_buttons_and_solutions(opened):
    page = opened()
    give(page, "adagrad-steps", "1")
    give(page, "adagrad-steps", "2")
    page.emulate_media(media="print")
    box = question(page, "adagrad-steps")
    assert box.locator("input[type=text]").is_visible()
    for hidden in (".nn-check button", "details", ".nn-feedback"):
        assert not box.locator(hidden).is_visible()
    assert not page.locator(".nn-exam").is_visible()
