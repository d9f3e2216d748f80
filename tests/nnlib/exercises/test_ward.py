"""The ward: every patient shows its symptom, is cured by the one right setting, and is judged."""

import math

import numpy as np
import pytest

from nnlib import exercises
from nnlib.exercises import ward

CURES = {
    "data sorted": {"order": "shuffled"},
    "dead units": {"bias": 0.0},
    "evaluated in training mode": {"evaluation": "evaluation mode"},
    "gradients not zeroed": {"gradients": "new"},
    "inputs not standardised": {"pixels": "standardised", "lr": 0.1},
    "labels shifted": {"labels": "right"},
    "labels shuffled": {"labels": "right"},
    "learning rate too high": {"lr": 0.1},
    "learning rate too low": {"lr": 0.1},
    "one damaged input": {"damage": "repaired"},
    "one softmax too many": {"outputs": "logits"},
    "vanishing gradients": {"layers": 2, "activation": "relu"},
    "weights start at zero": {"weights": "random"},
}
NUMBER = {name: k for k, (name, _) in enumerate(ward.PATIENTS)}


def last(patient=0, **settings):
    return ward.train(patient, **settings).recorder.epochs[-1][1]


def test_the_healthy_network_learns():
    end = last()
    assert end["accuracy"] > 0.95
    assert end["val_accuracy"] > 0.8


@pytest.mark.parametrize("disease", CURES)
def test_a_patient_is_ill_and_is_cured_by_one_setting(disease):
    recorder = ward.train(NUMBER[disease]).recorder
    ill = recorder.broken is not None or recorder.epochs[-1][1]["val_accuracy"] < 0.8
    # Raw pixels can be learned at a rate that somebody has chosen for them.
    assert ill or (disease == "inputs not standardised" and recorder.loss[0] > 10)
    assert last(NUMBER[disease], **CURES[disease])["val_accuracy"] > 0.8


def test_a_leak_is_too_good_and_its_cure_makes_it_worse():
    patient = NUMBER["label leaks into the input"]
    assert last(patient)["val_accuracy"] > 0.95 > last(patient, edge="erased")["val_accuracy"] > 0.8
    run = ward.train(patient, epochs=1)
    assert (run.x[np.arange(1000), run.y] > 2).all()


def test_a_wrong_axis_learns_the_mean():
    patient = NUMBER["wrong axis"]
    ill, cured = (ward.train(patient, **s).recorder for s in ({}, {"shapes": "equal"}))
    assert np.mean(ill.output_std[-10:]) < 0.5 < 2 < np.mean(cured.output_std[-10:])
    assert ill.epochs[-1][1]["loss"] == pytest.approx(99 / 12, rel=0.1)


def test_two_softmaxes_stay_above_their_floor():
    run = ward.train(outputs="softmax", epochs=60, lr=0.3, validation="none").recorder
    assert min(run.loss) > math.log(math.e + 9) - 1
    assert max(run.confidence) < math.e / (math.e + 9)


def test_settings_are_what_they_say():
    run = ward.train(epochs=1, examples=100, batch=10, width=7, layers=3, seed=3)
    assert run.x.shape == (100, 784)
    assert run.recorder.taken == 10
    assert [p.shape for p in run.model[2].parameters()] == [(7, 7), (7,)]
    assert abs(run.x.mean()) < 0.05
    assert ward.train(epochs=1, pixels="0 to 255").x.max() == 255
    assert (np.diff(ward.train(epochs=1, order="sorted").y) >= 0).all()
    right, shifted = (ward.train(epochs=1, labels=k).y for k in ("right", "shifted"))
    assert ((right + 1) % 10 == shifted).all()
    assert np.isnan(ward.train(epochs=1, damage="as it is").x).sum() == 1
    assert not ward.train(epochs=1, validation="none").recorder.epochs[0][1].keys() & {"val_loss"}


def test_every_patient_has_a_disease_of_its_own_from_the_list():
    names = [name for name, _ in ward.PATIENTS[1:]]
    assert len(set(names)) == len(names) == 15
    assert set(names) < set(ward.DISEASES)
    assert sorted(ward.DISEASES) == list(ward.DISEASES)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        ({"patient": 16}, KeyError, "0 to 15"),
        ({"patient": "x"}, KeyError, "0 to 15"),
        ({"rate": 1}, KeyError, "'rate' is no setting"),
        ({"order": "random"}, ValueError, "order is one of shuffled, sorted"),
    ],
)
def test_what_does_not_fit_is_said(call, error, words):
    with pytest.raises(error, match=words):
        ward.train(**call)


class TestJudge:
    def test_names_in_any_spelling_and_in_part(self):
        verdict = exercises.check("the ward", {5: "Dead units", 3: "learning-rate too low."})
        assert verdict.text == "not yet: 2 of 15, and all of them right. 13 are left."
        everything = [name for name, _ in ward.PATIENTS[1:]]
        assert exercises.check("the ward", everything)

    @pytest.mark.parametrize(
        "answer", [2, 2.0, "2", "2 dead units", "dead unit", "dead_units", np.int64(2)]
    )
    def test_a_disease_has_a_number_and_many_spellings(self, answer):
        assert "all of them right" in exercises.check("the ward", {5: answer}).text

    def test_a_number_beside_another_name_is_refused(self):
        for answer in ("8 dead units", "99 dead units"):
            text = exercises.check("the ward", {5: answer}).text
            assert "number and name do not belong together" in text

    def test_a_wrong_guess_gets_a_place_to_look_and_no_name(self):
        for patient in range(1, 16):
            name = ward.PATIENTS[patient][0]
            guess = "too few units"
            text = exercises.check("the ward", {patient: guess}).text
            assert f"patient {patient} has something else" in text
            assert name not in text.lower()
            assert not [d for d in ward.DISEASES if d in text.lower()]

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ({5: list(ward.DISEASES)}, "one diagnosis"),
            ({5: ", ".join(ward.DISEASES)}, "one diagnosis"),
            ({5: " ".join(ward.DISEASES)}, "not in the list"),
            ({5: True}, "not in the list"),
            ({5: np.True_}, "not in the list"),
            ({5: b"2"}, "not in the list"),
            ({5: "-2"}, "not in the list"),
            ({5: 0}, "not in the list"),
            ({16: 1}, "numbers 1 to 15"),
            ({5: ...}, "no patient has a diagnosis"),
            ("dead units", "a dictionary"),
        ],
    )
    def test_lists_and_other_things_are_refused(self, answer, words):
        assert words in exercises.check("the ward", answer).text
