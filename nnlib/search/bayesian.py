"""Bayesian optimisation: a Gaussian process learns from all earlier trials where to try next."""

import numpy as np

from ..checks import check_count, check_flag, check_number, check_word
from .acquisition import expected_improvement, lower_confidence_bound, probability_of_improvement
from .gaussian_process import GaussianProcess
from .strategy import Strategy

__all__ = ["Bayesian"]

ACQUISITIONS = ("ei", "pi", "lcb", "thompson", "greedy")
CANDIDATES = 1000  # drawn anywhere, and half as many again around the best trials; for "thompson",
# which needs the covariance of them all, 200
FINALISTS = 100


class Bayesian(Strategy):
    """Try what an acquisition function of a Gaussian process finds most promising.

    After `initial` random trials each trial is the maximum of the acquisition function,
    Guide Eq. (95), among random candidates: anywhere in the space, and close to the five best
    trials. The process sees parameters as points of the unit cube and standardised values; its
    scales are fitted anew before each trial. A failed trial counts as the worst value so far, so
    that the search keeps away from it. Identical candidates are not tried again.

    Parameters
    ----------
    space : Space
    trials : int
        How many altogether.
    acquisition : {"ei", "pi", "lcb", "thompson", "greedy"}
        Expected improvement, probability of improvement, lower confidence bound, the minimum of one
        function drawn from the process, or the lowest mean.
    initial : int, optional
        Random trials to begin with; left out, two for each dimension of the unit cube, and three
        more, but at most half of `trials`.
    batch : int
        How many trials to propose at a time. Within a batch the process takes its own mean for the
        value of a trial that is still running.
    kappa : float
        Standard deviations for which "lcb" hopes.
    log : bool
        Whether the process sees the logarithms of the values, none of which may be negative then;
        a 0 counts as the smallest positive one.
    seed : int

    References
    ----------
    J. Snoek, H. Larochelle and R. P. Adams (2012). Practical Bayesian optimization of machine
    learning algorithms. NeurIPS. D. Ginsbourger, R. Le Riche and L. Carraro (2010). Kriging is
    well-suited to parallelize optimization.
    """

    def __init__(
        self,
        space,
        trials,
        *,
        acquisition="ei",
        initial=None,
        batch=1,
        kappa=2.0,
        log=False,
        seed=0,
    ):
        super().__init__(space, seed=seed)
        self.trials = check_count("Bayesian: trials", trials)
        if initial is None:
            initial = min(3 + 2 * space.dimensions, (self.trials + 1) // 2)
        self.initial = check_count("initial", initial)
        self.batch = check_count("batch", batch)
        check_word("acquisition", acquisition, ACQUISITIONS)
        self.acquisition, self.log = acquisition, check_flag("log", log)
        self.kappa = float(check_number("kappa", kappa, 0))

    @property
    def total(self):
        """The number of trials."""
        return self.trials

    def propose(self, trials):
        start = len(trials)
        if start < self.initial:
            count = min(self.initial, self.trials)
            return [self.trial(k, self.space.sample(self.rng(k))) for k in range(count)]
        if start >= self.trials:
            return []
        rng, proposed = self.rng(start), []
        process, taken = self.model(trials), {self._key(t.params) for t in trials}
        for number in range(start, min(start + self.batch, self.trials)):
            params, point = self._best(process, trials, taken, rng)
            proposed.append(self.trial(number, params))
            taken.add(self._key(params))
            mean, _ = process.predict(point[None])
            process = process.condition(np.vstack([process.X, point]), np.append(process.y, mean))
        return proposed

    def model(self, trials):
        """The Gaussian process after some trials, on the unit cube and standardised values.

        Parameters
        ----------
        trials : list of Trial

        Returns
        -------
        GaussianProcess
        """
        X = np.array([self.space.to_unit(t.params) for t in trials])
        values = np.array([t.value if t.done else np.nan for t in trials], float)
        if self.log and not np.isnan(values).all():
            if (values < 0).any() or not (values > 0).any():
                raise ValueError("log=True needs values that are not negative, and one above 0")
            least = values[values > 0].min()
            values = np.log(np.maximum(values, least))  # an error of 0 is as good as the least
        values = np.clip(values, -1e100, 1e100)  # whose squares are still finite
        worst = np.nanmax(values) if not np.isnan(values).all() else 0.0
        values = np.where(np.isnan(values), worst, values)
        y = (values - values.mean()) / (values.std() or 1.0)
        scale = np.full(self.space.dimensions, 0.5)
        return GaussianProcess(scale, 1.0, 0.2, kernel="matern52").fit(X, y)

    def _best(self, process, trials, taken, rng):
        """The candidate with the largest worth, as parameters and as a point of the cube."""
        d = self.space.dimensions
        order = np.argsort([t.value if t.done else np.inf for t in trials], kind="stable")
        near = [self.space.to_unit(trials[k].params) for k in order[:5]]
        count = 200 if self.acquisition == "thompson" else CANDIDATES
        near = np.repeat(near, count // (2 * len(near)), axis=0)
        near = near + rng.normal(0, 0.1, near.shape) * (rng.random(near.shape) < 0.5)
        points = np.vstack([rng.random((count, d)), np.clip(near, 0, 1)])
        # Whole numbers and choices are rounded only where it matters: among the most promising.
        order = np.argsort(-self._worth(process, points, rng), kind="stable")
        finalists = {}
        for k in order:
            params = self.space.from_unit(points[k])
            if self._key(params) not in taken:
                finalists[self._key(params)] = params
            if len(finalists) == FINALISTS:
                break
        params = list(finalists.values()) or [params]
        points = np.array([self.space.to_unit(p) for p in params])
        best = int(np.argmax(self._worth(process, points, rng)))
        return params[best], points[best]

    def _worth(self, process, points, rng):
        """Guide Eq. (95): α at each point."""
        if self.acquisition == "thompson":
            return -process.sample(points, 1, rng)[0]
        mean, std = process.predict(points)
        if self.acquisition == "greedy":
            return -mean
        if self.acquisition == "lcb":
            return lower_confidence_bound(mean, std, self.kappa)
        best = process.predict(process.X)[0].min()  # not the lowest value, which is partly luck
        worth = expected_improvement if self.acquisition == "ei" else probability_of_improvement
        return worth(mean, std, best)

    @staticmethod
    def _key(params):
        return tuple(params.values())
