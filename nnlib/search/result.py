"""What a search found: its trials, the best of them, and a table."""

import numpy as np

from ..checks import check_count
from .trial import Trial

__all__ = ["Result"]


class Result:
    """What a search found.

    Attributes
    ----------
    trials : list of Trial
        All, in the order of their numbers.
    """

    def __init__(self, trials):
        several = isinstance(trials, (list, tuple))
        if not several or not all(isinstance(trial, Trial) for trial in trials):
            raise TypeError(f"Result needs trials, got {trials!r:.60}")
        self.trials = sorted(trials, key=lambda trial: trial.number)

    @property
    def best(self):
        """The trial of the lowest value, the first of equals.

        Raises
        ------
        ValueError
            If no trial has a value; names the first error.
        """
        done = [trial for trial in self.trials if trial.done]
        if not done:
            if not self.trials:
                raise ValueError("there is no best trial: none has run")
            first = self.trials[0]
            raise ValueError(
                f"there is no best trial: all {len(self.trials)} failed, trial {first.number} "
                f"with {first.error}"
            )
        return min(done, key=lambda trial: trial.value)

    @property
    def incumbent(self):
        """The best value so far after each trial, in the order of numbers; NaN before the first."""
        values = [trial.value if trial.done else np.nan for trial in self.trials]
        return np.fmin.accumulate(np.array(values, float))

    def table(self, rows=None):
        """Return a text: one trial a line, the best first, the failed last.

        Parameters
        ----------
        rows : int, optional
            How many trials; left out, all.
        """
        rows = len(self.trials) if rows is None else check_count("rows", rows, 0)
        order = sorted(self.trials, key=lambda t: (t.failed, t.value if t.done else 0.0, t.number))
        names = list(self.trials[0].params) if self.trials else []
        budget = any(trial.budget is not None for trial in self.trials)
        lines = [["trial", *names, *["budget"] * budget, "value"]]
        for trial in order[:rows]:
            cells = [trial.number, *(trial.params[name] for name in names)]
            cells += [trial.budget] * budget
            end = f"{trial.value:.6g}" if trial.done else trial.error.splitlines()[0]
            lines.append([*(_cell(cell) for cell in cells), end])
        # The last column holds errors too, of any length: it alone stands to the left.
        widths = [max(map(len, column)) for column in list(zip(*lines, strict=True))[:-1]]
        return "\n".join(
            "  ".join([*(c.rjust(w) for c, w in zip(line[:-1], widths, strict=True)), line[-1]])
            for line in lines
        )

    def __len__(self):
        return len(self.trials)

    def __repr__(self):
        failed = sum(trial.failed for trial in self.trials)
        text = f"Result({len(self.trials)} trials"
        if failed:
            text += f", {failed} failed"
        if failed < len(self.trials):
            params = ", ".join(f"{name}={_cell(value)}" for name, value in self.best.params.items())
            text += f"; best: {self.best.value:.6g} in trial {self.best.number} at {params}"
        return f"{text})"


def _cell(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)
