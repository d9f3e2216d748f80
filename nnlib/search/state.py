"""The file of a search: a first line that says whose it is, then one JSON line for each trial."""

import json
import os

import numpy as np

from .trial import Trial

__all__ = ["State"]


class State:
    """The trials of a search on disk, in the order in which they ended.

    A line is written in one piece and flushed as soon as its trial has ended. If the program was
    killed while it wrote, the last line has no end: it is dropped, and its trial runs again.

    Parameters
    ----------
    path : str or path-like
        Made by ``with``, which opens it, if it does not exist.
    strategy : Strategy
        A file of another strategy is refused.

    Attributes
    ----------
    trials : dict of int to Trial
        What the file held when it was opened, by number.

    Raises
    ------
    ValueError
        If the file belongs to another search, or is no such file.
    """

    def __init__(self, path, strategy):
        self.path = os.fspath(path)
        self.trials = {}
        self._header = {"search": strategy.identity}
        try:
            with open(self.path, "rb") as file:
                content = file.read()
        except FileNotFoundError:
            content = b""
        *lines, cut = content.split(b"\n")
        if lines:
            self._read(lines, self._header, strategy.space)
        elif not _line(self._header).startswith(cut):
            raise ValueError(
                f"{self.path} is not the file of a search: its first line is {cut!r:.60}"
            )
        self._whole = len(content) - len(cut)  # bytes of whole lines

    def __enter__(self):
        """Open the file for `append`."""
        self._file = open(self.path, "ab")
        self._file.truncate(self._whole)
        if not self._whole:
            self._append(self._header)
        return self

    def __exit__(self, *exception):
        self._file.close()

    def _read(self, lines, header, space):
        for k, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                if k == 1:
                    found = record["search"]
                else:
                    trial = Trial(**{**record, "params": space.check(record["params"])})
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(f"{self.path} is damaged in line {k}: {error}") from None
            if k == 1 and found != header["search"]:
                raise ValueError(
                    f"{self.path} belongs to another search. It holds {found}, "
                    f"this is {header['search']}. Name another file, or remove it"
                )
            if k > 1:
                # One and the same line may stand twice, if the search was stopped just then.
                if trial.number in self.trials and line not in lines[1 : k - 1]:
                    raise ValueError(
                        f"{self.path} has trial {trial.number} twice: do two programs write to it?"
                    )
                self.trials[trial.number] = trial

    def append(self, trial):
        """Write down a trial that has ended."""
        self._append(vars(trial))

    def _append(self, record):
        self._file.write(_line(record))
        self._file.flush()


def _line(record):
    return json.dumps(record, default=_python_number, allow_nan=False).encode() + b"\n"


def _python_number(value):
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"the file of a search cannot hold {value!r:.60}")
