"""The leaky integrate-and-fire cell: its circuit, its spikes, its rate, its refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.pioneers import LeakyIntegrateAndFire

CELL = LeakyIntegrateAndFire()  # 20 ms, 10 MΩ, from -70 to -55 mV, 2 ms


def test_below_the_rheobase_the_voltage_only_settles():
    assert CELL.rheobase == 1.5
    run = CELL.simulate(np.full(4000, 1.4), dt=0.1)
    assert len(run.times) == 0
    t = np.arange(4001) * 0.1
    np.testing.assert_allclose(run.voltage, -70 + 14 * (1 - np.exp(-t / 20)), rtol=1e-12)


def test_spikes_by_hand():
    # 3 nA would lift the voltage by 30 mV; half of that is the threshold: 20 log 2 ms.
    wait = 20 * math.log(2)
    run = CELL.simulate(np.full(500, 3.0), dt=0.1)
    np.testing.assert_allclose(run.times, wait + np.arange(3) * (wait + 2), rtol=1e-12)
    np.testing.assert_allclose(CELL.rate(3.0), 1000 / (wait + 2))


@given(
    st.floats(1.51, 40),
    st.floats(2, 50),
    st.floats(0, 5),
    st.floats(-90, -56),
    st.sampled_from([0.1, 1.0, 7.0]),
)
def test_the_rate_is_that_of_the_simulation(current, tau, refractory, reset, dt):
    cell = LeakyIntegrateAndFire(tau=tau, refractory=refractory, reset=reset)
    rate = float(cell.rate(current))
    steps = int(8000 / rate / dt) + 2
    times = cell.simulate(np.full(steps, current), dt=dt).times
    np.testing.assert_allclose(np.diff(times), 1000 / rate, rtol=1e-6)
    assert len(times) >= 3


def test_rates_of_many_currents_keep_their_shape():
    rates = CELL.rate([[0.0, 1.5], [1.5001, 1e6]])
    assert rates.shape == (2, 2)
    assert rates[0].tolist() == [0, 0]
    assert 0 < rates[1, 0] < 10
    assert rates[1, 1] == pytest.approx(500, rel=1e-3)  # nothing is faster than the pause


def test_kicks_add_up_leak_and_are_lost_in_the_pause():
    kicks = np.zeros(60)
    kicks[0], kicks[20] = 10, 10
    run = CELL.simulate(np.zeros(60), dt=1.0, kicks=kicks)
    assert len(run.times) == 0  # 10 has leaked to 10/e: together 13.7
    np.testing.assert_allclose(run.voltage[20], -70 + 10 / math.e)
    kicks[5] = 10  # now together with the first: 17.8
    run = CELL.simulate(np.zeros(60), dt=1.0, kicks=kicks)
    assert run.times.tolist() == [5.0]
    kicks[6] = 20  # in the pause of 2 ms
    assert CELL.simulate(np.zeros(60), dt=1.0, kicks=kicks).times.tolist() == [5.0]
    kicks[7] = 20  # just after it
    assert CELL.simulate(np.zeros(60), dt=1.0, kicks=kicks).times.tolist() == [5.0, 7.0]


def test_many_spikes_within_one_step():
    fine = CELL.simulate(np.full(1000, 20.0), dt=0.1).times
    coarse = CELL.simulate(np.full(2, 20.0), dt=50.0).times
    np.testing.assert_allclose(fine, coarse, rtol=1e-9)
    assert len(fine) > 20


@pytest.mark.parametrize("wrong", [{"tau": 0}, {"resistance": -1}, {"refractory": -0.1}])
def test_refuses_impossible_times(wrong):
    with pytest.raises(ValueError, match="must be positive and refractory not negative, got"):
        LeakyIntegrateAndFire(**wrong)


def test_refuses_what_cannot_be_simulated():
    with pytest.raises(ValueError, match="must lie below the threshold, got -50"):
        LeakyIntegrateAndFire(rest=-50)
    with pytest.raises(ValueError, match=r"of the same shape, got \(3,\) and \(2,\)"):
        CELL.simulate(np.ones(3), kicks=np.ones(2))
    with pytest.raises(ValueError, match=r"expected current of shape \(steps,\).*got \(2, 2\)"):
        CELL.simulate(np.ones((2, 2)))
    with pytest.raises(ValueError, match="dt must be positive and finite, got 0"):
        CELL.simulate(np.ones(3), dt=0)
    with pytest.raises(ValueError, match="dt must be positive and finite, got inf"):
        CELL.simulate(np.ones(3), dt=math.inf)
    with pytest.raises(ValueError, match=r"1e\+16 nA makes more than a million spikes in a step"):
        LeakyIntegrateAndFire(refractory=0).simulate([1e16])


def test_refuses_what_is_not_finite():
    with pytest.raises(ValueError, match=r"made of finite numbers, got .*nan"):
        LeakyIntegrateAndFire(reset=math.nan)
    with pytest.raises(ValueError, match="current must be finite, found nan"):
        CELL.rate([1.0, math.nan])
    with pytest.raises(ValueError, match="current must be finite, found inf"):
        CELL.simulate([math.inf])
    with pytest.raises(ValueError, match="kicks must be finite, found nan"):
        CELL.simulate([0.0], kicks=[math.nan])


@pytest.mark.parametrize("dt", [0.1, 0.2, 0.25, 0.4])
def test_a_kick_at_the_end_of_the_pause_counts(dt):
    pause = round(2 / dt)
    for first in range(200):
        kicks = np.zeros(first + pause + 1)
        kicks[[first, first + pause]] = 20
        assert len(CELL.simulate(np.zeros_like(kicks), dt=dt, kicks=kicks).times) == 2, first
