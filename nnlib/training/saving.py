"""Keep numbers in a file: NumPy's .npz, a zip of arrays, without pickle, so that reading is safe.

A file holds what `Module.state_dict` returns, under the same names, which are PyTorch's. So
``np.savez(path, **{k: v.numpy() for k, v in model.state_dict().items()})`` in PyTorch writes a
file for `load`, and ``np.load`` reads one that `save` has written.
"""

import os
from pathlib import Path

import numpy as np

from ..autograd.tensor import Tensor
from ..layers.module import Module

__all__ = ["load", "save"]


def save(state, path):
    """Write a module, or a dict of arrays, to a file.

    The file appears only when it is complete: until then an older one of that name stays. The
    same numbers always give the same bytes.

    Parameters
    ----------
    state : Module or dict of str to array_like
        Of a module its `Module.state_dict`.
    path : str or path
        Usually ends in ".npz".

    Raises
    ------
    TypeError
        If `state` is something else, or holds other things than numbers.
    FileNotFoundError
        If the folder does not exist.
    """
    path = Path(path)
    state = state.state_dict() if isinstance(state, Module) else state
    if not isinstance(state, dict):
        raise TypeError(f"save expects a Module or a dict of arrays, got {type(state).__name__}")
    arrays = {}
    for name, value in state.items():
        if not isinstance(name, str):
            raise TypeError(f"names must be str, got {name!r}")
        arrays[name] = np.asarray(value.data if isinstance(value, Tensor) else value)
        if arrays[name].dtype.kind not in "fiub":
            raise TypeError(f"{name!r} holds {arrays[name].dtype}: only numbers can be saved")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"cannot save {path.name}: there is no folder {path.parent}")

    import zipfile  # only here, since importing it takes longer than the rest of this file

    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(unfinished, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                for name, array in arrays.items():
                    # ZipInfo's own date is fixed: equal numbers make equal files.
                    entry = zipfile.ZipInfo(name + ".npy")
                    with archive.open(entry, "w", force_zip64=True) as part:
                        np.lib.format.write_array(part, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path):
    """Read what `save` has written.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    dict of str to ndarray
        For `Module.load_state_dict`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not an .npz file, is damaged, or holds Python objects, which only pickle reads.
    """
    import zipfile

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    state = {}
    try:
        with open(path, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise ValueError("it does not begin as a zip of arrays does, or ends too early")
            # Not by np.load, which takes the names "a" and "a.npy" for one.
            with zipfile.ZipFile(file) as archive:
                strange = [name for name in archive.namelist() if not name.endswith(".npy")]
                if strange:
                    raise ValueError(f"{strange} are no arrays")
                for name in archive.namelist():
                    with archive.open(name) as part:
                        array = np.lib.format.read_array(part, allow_pickle=False)
                    state[name.removesuffix(".npy")] = array
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} is not a file of arrays (.npz) that can be read: {error}"
        ) from None
    return state
