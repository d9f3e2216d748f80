"""A cell that spikes in time: Lapicque's leaky integrator of 1907, with a threshold and a reset."""

import math
from typing import NamedTuple

import numpy as np

from ..checks import check_number

__all__ = ["LeakyIntegrateAndFire", "SpikeTrain"]


class SpikeTrain(NamedTuple):
    """What a simulated cell did.

    Attributes
    ----------
    voltage : ndarray, shape (steps + 1,)
        In mV, at the beginning and after each step.
    times : ndarray, shape (spikes,)
        In ms; exact, not rounded to steps.
    """

    voltage: np.ndarray
    times: np.ndarray


class LeakyIntegrateAndFire:
    """A membrane that leaks, and a spike where its voltage reaches the threshold.

    Between spikes τ dV/dt = -(V - rest) + R I, the circuit of a capacitor beside a resistor. At
    the threshold the cell emits a spike, its voltage is set to `reset` and held there for the
    refractory time. Source: Lapicque (1907); Abbott (1999).

    Parameters
    ----------
    tau : float
        Time constant τ = R C of the membrane, in ms.
    resistance : float
        R, in MΩ; a current of 1 nA moves the voltage by R mV in the end.
    rest, threshold, reset : float
        In mV; rest and reset below the threshold.
    refractory : float
        In ms.

    Raises
    ------
    ValueError
        If a number is not finite, a time or the resistance is not positive (the refractory time
        may be 0), or rest or reset is not below the threshold.
    """

    def __init__(
        self, tau=20.0, resistance=10.0, rest=-70.0, threshold=-55.0, reset=-70.0, refractory=2.0
    ):
        numbers = tau, resistance, rest, threshold, reset, refractory
        for number in numbers:
            check_number("a constant of the cell", number, nan=True)
        if not np.isfinite(numbers).all():
            raise ValueError(f"the cell is made of finite numbers, got {numbers}")
        if not (tau > 0 and resistance > 0 and refractory >= 0):
            raise ValueError(
                "tau and resistance must be positive and refractory not negative, got "
                f"{tau}, {resistance}, {refractory}"
            )
        if not max(rest, reset) < threshold:
            raise ValueError(
                f"rest and reset must lie below the threshold, got {rest}, {reset}, {threshold}"
            )
        self.tau, self.resistance, self.refractory = tau, resistance, refractory
        self.rest, self.threshold, self.reset = rest, threshold, reset

    @property
    def rheobase(self):
        """The largest constant current, in nA, that never makes the cell spike."""
        return (self.threshold - self.rest) / self.resistance

    def rate(self, current):
        """Spikes per second under a constant current, in closed form.

        From the reset to the threshold takes τ log((v - reset) / (v - threshold)), where
        v = rest + R I is the voltage that the current would reach; then the refractory time.

        Parameters
        ----------
        current : array_like
            In nA.

        Returns
        -------
        ndarray, of the shape of `current`
            In Hz; 0 up to the rheobase.

        Raises
        ------
        ValueError
            If a current is not finite.
        """
        current = _finite(current, "current")
        goal = self.rest + self.resistance * current
        fires = goal > self.threshold
        goal = np.where(fires, goal, self.threshold + 1)
        wait = self.tau * np.log((goal - self.reset) / (goal - self.threshold))
        with np.errstate(divide="ignore"):  # without a pause a huge current gives infinity
            return np.where(fires, 1000 / (wait + self.refractory), 0.0)

    def simulate(self, current, dt=0.1, kicks=None):
        """Follow the voltage through time, exactly: the current is constant within a step.

        Parameters
        ----------
        current : array_like, shape (steps,)
            In nA.
        dt : float
            Length of a step, in ms.
        kicks : array_like, shape (steps,), optional
            What synapses add to the voltage, in mV, at the beginning of each step. While the
            cell is refractory they are lost.

        Returns
        -------
        SpikeTrain

        Raises
        ------
        ValueError
            If the shapes do not fit, a number is not finite, dt is not positive, or a current
            would make more than a million spikes in a step.
        """
        current = _finite(current, "current")
        kicks = np.zeros_like(current) if kicks is None else _finite(kicks, "kicks")
        if current.ndim != 1 or kicks.shape != current.shape:
            raise ValueError(
                "expected current of shape (steps,) and kicks of the same shape, got "
                f"{current.shape} and {kicks.shape}"
            )
        if not 0 < dt < math.inf:
            raise ValueError(f"dt must be positive and finite, got {dt}")
        if self.rate(current).max(initial=0) * dt > 1e9:
            raise ValueError(
                f"a current of {current.max():g} nA makes more than a million spikes in a step of "
                f"{dt} ms; give the cell a refractory time"
            )
        v, free = self.rest, 0.0  # free: when the refractory time ends
        voltage, times = [v], []
        goals = (self.rest + self.resistance * current).tolist()
        for k, (goal, kick) in enumerate(zip(goals, kicks.tolist(), strict=True)):
            now, end = k * dt, (k + 1) * dt
            if now >= free - 1e-9 * dt:  # at the end of the pause, whatever the rounding
                v += kick
                if v >= self.threshold:
                    times.append(now)
                    v, free = self.reset, now + self.refractory
            now = max(now, free)
            while now < end:
                # Does the exponential from v towards the goal cross the threshold in this step?
                wait = math.inf
                if goal > self.threshold:
                    wait = self.tau * math.log((goal - v) / (goal - self.threshold))
                if now + wait >= end:
                    v = goal + (v - goal) * math.exp((now - end) / self.tau)
                    break
                times.append(now + wait)
                v, free = self.reset, now + wait + self.refractory
                now = free
            voltage.append(v)
        return SpikeTrain(np.array(voltage), np.array(times))


def _finite(values, name):
    values = np.asarray(values, float)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite, found {values[~np.isfinite(values)].flat[0]}")
    return values
