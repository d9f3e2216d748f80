"""A policy that draws architectures, and learns from their scores which to draw more often."""

import numpy as np

from ..checks import check_count, check_number, real_array
from .distributions import Choice
from .strategy import Strategy

__all__ = ["Reinforce", "expected_score", "policy_gradient"]


def expected_score(logits, scores):
    """Mean score of what a policy draws, exactly, and its gradient. Guide Eq. (96).

    The policy makes every choice by itself: ``softmax(logits[i])`` are the probabilities of the
    options of choice i. What (96) maximises over these logits is the mean of the scores.

    Parameters
    ----------
    logits : list of array_like
        One vector for each choice.
    scores : array_like, shape (options of choice 0, options of choice 1, ...)
        Of every architecture.

    Returns
    -------
    value : float
    gradient : list of ndarray
        With respect to each vector of logits.
    """
    probabilities = [_softmax(a) for a in _vectors(logits)]
    scores = real_array("scores", scores, float)
    if scores.shape != tuple(len(p) for p in probabilities):
        raise ValueError(
            f"scores of the shape {tuple(len(p) for p in probabilities)} fit these logits, "
            f"got {scores.shape}"
        )
    gradient = []
    for kept, p in enumerate(probabilities):
        means = scores  # over all choices but one
        for axis in reversed(range(scores.ndim)):
            if axis != kept:
                means = np.tensordot(means, probabilities[axis], (axis, 0))
        gradient.append(p * (means - p @ means))
    return float(probabilities[-1] @ means), gradient


def policy_gradient(logits, choices, advantages):
    """Estimate the gradient of `expected_score` from draws (REINFORCE, Williams 1992).

    The mean over the draws of advantage times gradient of the log probability. It is unbiased if
    an advantage is the score minus a baseline that does not depend on the draws.

    Parameters
    ----------
    logits : list of array_like
        One vector for each choice.
    choices : array_like of int, shape (draws, len(logits))
        Which options were drawn.
    advantages : array_like, shape (draws,)

    Returns
    -------
    list of ndarray
    """
    logits, choices = _vectors(logits), real_array("choices", choices, int)
    advantages = real_array("advantages", advantages, float)
    if advantages.ndim != 1 or choices.shape != (len(advantages), len(logits)):
        raise ValueError(
            f"choices have the shape (draws, choices), got {choices.shape} for advantages "
            f"{advantages.shape} and {len(logits)} choices"
        )
    for a, drawn in zip(logits, choices.T, strict=True):
        if not ((drawn >= 0) & (drawn < len(a))).all():
            raise ValueError(f"a choice among {len(a)} options is 0 to {len(a) - 1}, got {drawn}")
    gradient = []
    for a, drawn in zip(logits, choices.T, strict=True):
        log_probability = np.eye(len(a))[drawn] - _softmax(a)  # its gradient, a row for each draw
        gradient.append(advantages @ log_probability / len(advantages))
    return gradient


class Reinforce(Strategy):
    """Draw from a policy; after each batch, climb the policy gradient of the mean score.

    A score is the negative value of a trial. The baseline is a running mean of the scores of
    earlier batches; a failed trial counts as the worst one that did not fail.

    Parameters
    ----------
    space : Space
        Of `Choice` alone.
    trials : int
    lr : float
        Step of the logits. Scores are not rescaled: if they differ by 0.1, a rate of 10 is not
        too large.
    batch : int
    decay : float
        Of the running mean.
    seed : int

    References
    ----------
    R. J. Williams (1992). Simple statistical gradient-following algorithms for connectionist
    reinforcement learning. Machine Learning 8, 229-256.
    B. Zoph, Q. V. Le (2017). Neural architecture search with reinforcement learning. ICLR.
    """

    def __init__(self, space, trials, *, lr=10.0, batch=5, decay=0.7, seed=0):
        super().__init__(space, seed=seed)
        for name in space:
            if not isinstance(space[name], Choice):
                raise TypeError(f"Reinforce needs choices, but {name} is {space[name]}")
        self.trials, self.batch = check_count("trials", trials), check_count("batch", batch)
        self.lr, self.decay = check_number("lr", lr, 0), check_number("decay", decay, 0, 1)

    @property
    def total(self):
        """The number of trials."""
        return self.trials

    def policy(self, trials):
        """Return the probabilities that some trials lead to, one vector for each choice."""
        return [_softmax(a) for a in self._logits(trials)]

    def propose(self, trials):
        """Return the next batch."""
        numbers = range(len(trials), min(len(trials) + self.batch, self.trials))
        policy, proposed = self.policy(trials), []
        for number in numbers:
            rng = self.rng(number)
            params = {
                name: self.space[name].options[rng.choice(len(p), p=p)]
                for name, p in zip(self.space, policy, strict=True)
            }
            proposed.append(self.trial(number, params))
        return proposed

    def _logits(self, trials):
        logits = [np.zeros(len(self.space[name].options)) for name in self.space]
        worst = max((t.value for t in trials if t.done), default=0.0)
        baseline = None
        for start in range(0, len(trials) - self.batch + 1, self.batch):
            batch = trials[start : start + self.batch]
            scores = -np.array([t.value if t.done else worst for t in batch])
            if baseline is not None:  # the first batch has nothing to be compared with
                choices = [
                    [self.space[name].options.index(t.params[name]) for name in self.space]
                    for t in batch
                ]
                steps = policy_gradient(logits, choices, scores - baseline)
                logits = [a + self.lr * step for a, step in zip(logits, steps, strict=True)]
            mean = scores.mean()
            baseline = mean if baseline is None else self.decay * baseline + (1 - self.decay) * mean
        return logits


def _vectors(logits):
    """Return logits as arrays, one vector for each choice."""
    if isinstance(logits, np.ndarray):
        logits = list(logits) if logits.ndim else [logits]
    if not isinstance(logits, (list, tuple)) or not logits:
        raise TypeError(f"logits are a list of vectors, one for each choice, got {logits!r:.60}")
    vectors = [real_array("a vector of logits", a, float) for a in logits]
    if any(a.ndim != 1 or not a.size for a in vectors):
        raise ValueError(f"logits are vectors, got the shapes {[a.shape for a in vectors]}")
    return vectors


def _softmax(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum()
